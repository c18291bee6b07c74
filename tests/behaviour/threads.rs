//! Threads, as each link wants them.

use serde_json::json;

use crate::{
    house::{BOT, House, run},
    square::{Said, Side, Square},
};

#[test]
fn a_link_may_begin_a_thread_with_every_answer() {
    run(async {
        let mut house = House::furnish().await;
        let (bob, group) = house.group();
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        let anne = house.synapse.register("anne").await.unwrap();
        let room = anne.create_room("Le salon", &[BOT], json!({})).await;
        let link = format!(
            "\nlinks:\n  - room: \"{room}\"\n    threads: threads\n    chats:\n      \
             - {{ network: telegram, chat: \"{group}\" }}\n"
        );
        house.daemon.edit_config(|config| config + &link).unwrap();
        house.daemon.start().await.unwrap();
        house.until_joined(&anne, &room, BOT).await;
        let mut root = 0;
        for n in 0.. {
            assert!(n < 60, "never linked");
            root = house.telegram.say(group, bob, &format!("qui vient ? {n}")).unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            if anne.timeline(&room).await.iter().any(|line| line.body == format!("qui vient ? {n}")) {
                break;
            }
        }
        let said = anne.timeline(&room).await;
        let here = said.iter().rfind(|line| line.body.starts_with("qui vient ?")).unwrap();
        let first = house.telegram.reply(group, bob, root, "moi").unwrap();
        let line = anne.wait_for(&room, "moi").await;
        assert_eq!(line.thread.as_ref(), Some(&here.id), "the answer begins a thread");
        // A thread cannot begin within a thread: an answer to an answer is in the same one.
        house.telegram.reply(group, bob, first, "moi aussi").unwrap();
        let line = anne.wait_for(&room, "moi aussi").await;
        assert_eq!(line.thread.as_ref(), Some(&here.id));
    });
}

/// The thread that a message is in, and what it answers in so many words.
async fn place(square: &Square, side: Side, words: &str) -> (String, Option<String>, Option<String>) {
    let id = square.find(side, words, |said| said.text == words).await.id;
    let (thread, answered) = match side {
        Side::Matrix => {
            let lines = square.anne.timeline(&square.room).await;
            let line = lines.into_iter().find(|line| line.id == id).unwrap();
            (line.thread, line.reply_to)
        }
        Side::Telegram => {
            let lines = square.house.telegram.transcript(square.group).unwrap();
            let line = lines.into_iter().find(|line| line.id.to_string() == id).unwrap();
            (None, line.reply_to.map(|id| id.to_string()))
        }
        Side::Mattermost => {
            let lines = square.mattermost.transcript(&square.channel).unwrap();
            (lines.into_iter().find(|line| line.id == id).unwrap().root, None)
        }
        _ => {
            let hall = square.hall(side);
            let lines = hall.server.transcript(&hall.room).unwrap();
            let line = lines.into_iter().find(|line| line.id == id).unwrap();
            (line.thread, line.quotes.into_iter().next())
        }
    };
    (id, thread, answered)
}

/// Somebody says something in a thread.
async fn say_within(square: &Square, side: Side, root: &str, words: &str) {
    match side {
        Side::Matrix => drop(square.anne.say_in_thread(&square.room, root, words).await),
        Side::Mattermost => {
            square.mattermost.reply(&square.channel, &square.emma, root, words).unwrap();
        }
        _ => {
            let hall = square.hall(side);
            hall.server.reply(&hall.room, &hall.person, root, words).unwrap();
        }
    }
}

#[test]
fn whoever_answers_within_a_thread_is_in_it_on_every_side() {
    run(async {
        let square = Square::shared().await;
        let threaded = [Side::Matrix, Side::Breton, Side::Mattermost];
        for from in threaded {
            let words = |what: &str| format!("{what} du fil de {from:?}");
            let root = square.say(from, &words("début")).await;
            say_within(square, from, &root, &words("suite")).await;
            let (within, _, about) = place(square, Side::Telegram, &words("suite")).await;
            let begun = place(square, Side::Telegram, &words("début")).await.0;
            assert_eq!(about, Some(begun), "no thread on Telegram: an answer");
            // Nobody on Telegram knows of the thread.
            square.reply(Side::Telegram, &within, &words("réponse")).await;
            for side in threaded {
                let begun = place(square, side, &words("début")).await.0;
                let (middle, thread, _) = place(square, side, &words("suite")).await;
                assert_eq!(thread.as_ref(), Some(&begun), "{from:?} on {side:?}");
                let (_, thread, answered) = place(square, side, &words("réponse")).await;
                assert_eq!(thread.as_ref(), Some(&begun), "{from:?} on {side:?}");
                if side != Side::Mattermost {
                    assert_eq!(answered, Some(middle), "{from:?} on {side:?}");
                }
            }
        }
    });
}

#[test]
fn what_went_with_a_thread_is_said_again_whole_and_is_changed_answered_and_taken_back() {
    run(async {
        let square = Square::shared().await;
        let (anne, room) = (&square.anne, &square.room);
        let root = square.say(Side::Mattermost, "un fil qui part").await;
        let begun = square.find(Side::Matrix, "the thread", |said| said.text == "un fil qui part").await.id;
        let long = format!("du fil{}", " parti".repeat(3500));
        let said = anne.say_in_thread(room, &begun, &long).await;
        let parts = |seen: &[Said]| seen.iter().filter(|said| said.text.contains("parti parti")).count();
        square.until(Side::Mattermost, "its parts", |seen| parts(seen) == 2).await;
        square.delete(Side::Mattermost, &root).await;
        let is_again =
            |said: &Said| said.about.is_none() && said.text.contains("En réponse à un message retiré");
        let seen =
            square.until(Side::Mattermost, "all of it", |seen| parts(seen) == 2 && seen.iter().any(is_again));
        let last = seen.await.into_iter().rfind(|said| said.text.contains("parti parti")).unwrap();
        // The later part is the same message to everybody.
        square.reply(Side::Mattermost, &last.id, "à la suite du fil parti").await;
        let answer =
            square.find(Side::Matrix, "the answer", |said| said.text == "à la suite du fil parti").await;
        // On Matrix what it answers is in that thread still.
        assert!(answer.about.is_some_and(|about| [&said, &begun].contains(&&about)));
        anne.edit(room, &said, "du fil, en court").await;
        square
            .until(Side::Mattermost, "the edit", |seen| {
                parts(seen) == 0 && seen.iter().any(|said| said.text == "du fil, en court")
            })
            .await;
        anne.redact(room, &said).await;
        let is_left = |said: &Said| said.text == "du fil, en court";
        square.until(Side::Mattermost, "its end", |seen| !seen.iter().any(is_left)).await;
    });
}

#[test]
fn an_answer_within_a_thread_of_matrix_is_both_where_both_can_be() {
    run(async {
        let square = Square::shared().await;
        let (anne, room) = (&square.anne, &square.room);
        let root = square.say(Side::Matrix, "le fil").await;
        let within = anne.say_in_thread(room, &root, "le deuxième").await;
        // As clients write that know of threads.
        let relation = json!({
            "rel_type": "m.thread", "event_id": root, "is_falling_back": false,
            "m.in_reply_to": { "event_id": within },
        });
        let content = json!({ "msgtype": "m.text", "body": "au deuxième", "m.relates_to": relation });
        anne.send(room, "m.room.message", content).await;
        let begun = |side| place(square, side, "le fil");
        let second = |side| place(square, side, "le deuxième");
        let (_, thread, answered) = place(square, Side::Breton, "au deuxième").await;
        assert_eq!(
            (thread, answered),
            (Some(begun(Side::Breton).await.0), Some(second(Side::Breton).await.0))
        );
        let (_, thread, _) = place(square, Side::Mattermost, "au deuxième").await;
        assert_eq!(thread, Some(begun(Side::Mattermost).await.0));
        let (_, _, answered) = place(square, Side::Telegram, "au deuxième").await;
        assert_eq!(answered, Some(second(Side::Telegram).await.0));
    });
}
