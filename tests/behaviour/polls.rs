//! Polls: asked on one side, voted in and closed on each, counted for those who see them in words.

use serde_json::{Value, json};
use simulators::telegram::{Act, Line, Speech};

use crate::{
    house::{House, PATIENCE, Pair, run, shared},
    square::{Side, Square},
};

/// A poll as Matrix clients send it.
fn start(question: &str, answers: &[&str]) -> Value {
    let answer = |text: &&str| json!({ "id": format!("id-{text}"), "org.matrix.msc1767.text": text });
    json!({ "org.matrix.msc3381.poll.start": {
        "question": { "org.matrix.msc1767.text": question }, "kind": "org.matrix.msc3381.poll.disclosed",
        "max_selections": 1, "answers": answers.iter().map(answer).collect::<Vec<_>>(),
    } })
}

fn response(poll: &str, answers: &[&str]) -> Value {
    json!({
        "m.relates_to": { "rel_type": "m.reference", "event_id": poll },
        "org.matrix.msc3381.poll.response": { "answers": answers },
    })
}

/// The events of a kind that are about a poll, once there are so many.
async fn about(pair: &Pair, kind: &str, poll: &str, many: usize) -> Vec<Value> {
    for _ in 0..300 {
        let events = pair.anne.raw_timeline(&pair.room).await;
        let wanted =
            |event: &Value| event["type"] == kind && event["content"]["m.relates_to"]["event_id"] == poll;
        let found: Vec<Value> = events.into_iter().filter(wanted).collect();
        if found.len() >= many {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{kind} about {poll} never came");
}

async fn group_poll(house: &House, pair: &Pair, what: &str, wanted: impl Fn(&Line) -> bool) -> Line {
    house.in_group(pair.group, what, |line| line.more.contains_key("poll") && wanted(line)).await
}

#[test]
fn a_poll_of_matrix_is_one_on_telegram_with_votes_from_both() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let kind = "org.matrix.msc3381.poll.start";
        let poll = pair.anne.send(&pair.room, kind, start("Où ?", &["ici", "là"])).await;
        let there =
            group_poll(house, &pair, "the poll", |line| line.more["poll"]["question"] == "Anne: Où ?").await;
        house.telegram.act(pair.group, pair.bob, Act::Vote { message: there.id, options: vec![1] }).unwrap();
        let votes = about(&pair, "org.matrix.msc3381.poll.response", &poll, 1).await;
        let answers = &votes[0]["content"]["org.matrix.msc3381.poll.response"]["answers"];
        assert_eq!(answers, &json!(["id-là"]), "by the id that the poll gave it");
        assert_ne!(votes[0]["sender"], pair.anne.user.as_str(), "as Bob");
        let kind = "org.matrix.msc3381.poll.response";
        pair.anne.send(&pair.room, kind, response(&poll, &["id-ici"])).await;
        let line = house.in_group(pair.group, "the votes", |line| line.text.contains("ici\u{a0}: 1")).await;
        assert!(line.reply_to == Some(there.id) && line.text.contains("là\u{a0}: 0"), "{line:?}");
        pair.anne.send(&pair.room, kind, response(&poll, &["id-là"])).await;
        let changed = house.in_group(pair.group, "the votes", |line| line.text.contains("là\u{a0}: 1")).await;
        assert_eq!(changed.id, line.id, "one line, which follows");
        let end = json!({ "m.relates_to": { "rel_type": "m.reference", "event_id": poll }, "org.matrix.msc3381.poll.end": {} });
        pair.anne.send(&pair.room, "org.matrix.msc3381.poll.end", end).await;
        group_poll(house, &pair, "its end", |line| {
            line.id == there.id && line.more["poll"]["is_closed"] == true
        })
        .await;
    });
}

#[test]
fn a_poll_of_telegram_is_one_on_matrix_and_ends_there_too() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let speech: Speech = serde_json::from_value(
            json!({ "poll": { "question": "Quand ?", "options": ["mardi", "jeudi"] } }),
        )
        .unwrap();
        let message = house.telegram.speak(pair.group, pair.bob, speech).unwrap();
        let poll = loop {
            let events = pair.anne.raw_timeline(&pair.room).await;
            if let Some(poll) = events.iter().find(|event| event["type"] == "org.matrix.msc3381.poll.start") {
                break poll.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        };
        let asked = &poll["content"]["org.matrix.msc3381.poll.start"];
        assert_eq!(asked["question"]["org.matrix.msc1767.text"], "Quand ?");
        let (id, jeudi) = (poll["event_id"].as_str().unwrap(), asked["answers"][1]["id"].as_str().unwrap());
        pair.anne.send(&pair.room, "org.matrix.msc3381.poll.response", response(id, &[jeudi])).await;
        let line = house.in_group(pair.group, "the votes", |line| line.text.contains("jeudi\u{a0}: 1")).await;
        assert_eq!(line.reply_to, Some(message));
        house.telegram.act(pair.group, pair.bob, Act::Vote { message, options: vec![0] }).unwrap();
        house.telegram.act(pair.group, pair.bob, Act::EndPoll { message }).unwrap();
        let end = about(&pair, "org.matrix.msc3381.poll.end", id, 1).await;
        assert_eq!(end[0]["sender"], poll["sender"], "clients believe nobody else");
        assert_eq!(end[0]["content"]["org.matrix.msc1767.text"], "mardi: 1\njeudi: 1");
    });
}

#[test]
fn where_there_are_no_polls_one_line_below_follows_the_votes() {
    run(async {
        let square = Square::shared().await;
        let kind = "org.matrix.msc3381.poll.start";
        let poll = square.anne.send(&square.room, kind, start("Qui arrose ?", &["moi", "toi"])).await;
        for side in [Side::Mattermost, Side::Breton] {
            square
                .find(side, "the poll", |said| {
                    said.text.contains("Qui arrose ?") && said.text.contains("toi")
                })
                .await;
        }
        let vote = response(&poll, &["id-moi"]);
        square.anne.send(&square.room, "org.matrix.msc3381.poll.response", vote).await;
        let mut lines = Vec::new();
        for side in [Side::Mattermost, Side::Breton] {
            lines.push(square.find(side, "the votes", |said| said.text.contains("moi\u{a0}: 1")).await.id);
        }
        let asked =
            |line: &Line| line.more.get("poll").is_some_and(|poll| poll["question"] == "Anne: Qui arrose ?");
        let (_, seen) =
            square.house.telegram.wait(square.group, PATIENCE, |lines| lines.iter().any(asked)).await;
        let there = seen.iter().find(|line| asked(line)).unwrap();
        square
            .house
            .telegram
            .act(square.group, square.bob, Act::Vote { message: there.id, options: vec![0] })
            .unwrap();
        for (side, id) in [Side::Mattermost, Side::Breton].into_iter().zip(lines) {
            square.find(side, "both votes", |said| said.id == id && said.text.contains("moi\u{a0}: 2")).await;
        }
    });
}
