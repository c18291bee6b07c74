//! One room for all: what is done on any side shows on every other, by everybody as a person.

use std::collections::HashMap;

use crate::{
    house::run,
    square::{SIDES, Said, Side, Square},
};

/// What a message said on the first side is called on the second.
type Ids = HashMap<(Side, Side), String>;

fn others(side: Side) -> impl Iterator<Item = Side> {
    SIDES.into_iter().filter(move |other| *other != side)
}

/// The side whose message somebody is about who is on `from`: for each another, so that all ways are gone.
fn about(from: usize, step: usize) -> Side {
    SIDES[(from + step) % SIDES.len()]
}

/// Words that nobody says but on that side in that round.
fn words(round: &str, from: Side) -> String {
    format!("{round} de {}", from.person())
}

fn corrected(round: &str, from: Side) -> String {
    format!("{round} de {}, corrigé", from.person())
}

fn answer(round: &str, from: Side) -> String {
    format!("{round}, réponse de {}", from.person())
}

/// A message from every side, and what it is called on each.
async fn talk(square: &Square, round: &str) -> Ids {
    let mut ids = HashMap::new();
    for from in SIDES {
        ids.insert((from, from), square.say(from, &words(round, from)).await);
    }
    for from in SIDES {
        let text = words(round, from);
        for to in others(from) {
            let said = square.find(to, &text, |said| said.text == text).await;
            assert_eq!(said.who, from.person(), "{from:?} on {to:?}");
            ids.insert((from, to), said.id);
        }
    }
    ids
}

/// From every side a reply, an edit and a reaction, each about a message of another side or of one's own.
async fn respond(square: &Square, round: &str, ids: &Ids) {
    for (n, from) in SIDES.into_iter().enumerate() {
        square.reply(from, &ids[&(about(n, 1), from)], &answer(round, from)).await;
        square.edit(from, &ids[&(from, from)], &corrected(round, from)).await;
        square.react(from, &ids[&(about(n, 2), from)]).await;
    }
}

/// All of it is about the same message on every side.
async fn responses_show(square: &Square, round: &str, ids: &Ids) {
    for (n, from) in SIDES.into_iter().enumerate() {
        let (answer, corrected) = (answer(round, from), corrected(round, from));
        for to in SIDES {
            let said = square.find(to, &answer, |said| said.text == answer).await;
            assert_eq!(said.who, from.person(), "{from:?} on {to:?}");
            assert_eq!(said.about.as_ref(), Some(&ids[&(about(n, 1), to)]), "{from:?} answers on {to:?}");
            square.find(to, &corrected, |said| said.text == corrected && said.id == ids[&(from, to)]).await;
            let id = &ids[&(about(n, 2), to)];
            let shown = |said: &Said| said.id == *id && said.reactions == ["🎉"];
            square.find(to, &format!("the reaction of {from:?}"), shown).await;
        }
    }
}

/// Every message of the round is there once on each side, the one it was said on included.
async fn shows_once(square: &Square, round: &str) {
    for to in SIDES {
        let seen = square.seen(to).await;
        for from in SIDES {
            for text in [corrected(round, from), answer(round, from)] {
                assert_eq!(seen.iter().filter(|said| said.text == text).count(), 1, "{text:?} on {to:?}");
            }
            let left = seen.iter().filter(|said| said.text == words(round, from)).count();
            assert_eq!(left, 0, "{from:?} on {to:?} before it was corrected");
        }
    }
}

/// Takes all of it away again, each message from where it was said.
async fn take_back(square: &Square, ids: &Ids) {
    for from in SIDES {
        square.delete(from, &ids[&(from, from)]).await;
    }
    for to in SIDES {
        // A post on Mattermost that was answered is emptied.
        let stands = |said: &Said| said.text != "🗑️" && SIDES.iter().any(|from| said.id == ids[&(*from, to)]);
        let gone = |seen: &[Said]| !seen.iter().any(stands);
        square.until(to, "the deletions", gone).await;
    }
}

/// Something from every side, so that whatever else was on its way has come.
async fn settle(square: &Square, round: &str) {
    talk(square, &format!("{round} est fini")).await;
}

#[test]
fn what_is_done_on_any_side_shows_on_every_other_after_a_restart_too() {
    run(async {
        let mut square = Square::build().await;
        let ids = talk(&square, "bonjour").await;
        respond(&square, "bonjour", &ids).await;
        responses_show(&square, "bonjour", &ids).await;
        settle(&square, "bonjour").await;
        shows_once(&square, "bonjour").await;
        take_back(&square, &ids).await;

        // What was said before a kill is answered while nobody listens, and taken back after.
        let ids = talk(&square, "encore").await;
        square.house.daemon.kill().unwrap();
        respond(&square, "encore", &ids).await;
        square.house.daemon.start().await.unwrap();
        responses_show(&square, "encore", &ids).await;
        settle(&square, "encore").await;
        shows_once(&square, "encore").await;

        // What was said before a stop is answered and taken back after.
        let before = talk(&square, "toujours").await;
        assert!(square.house.daemon.stop().unwrap().1, "it ends well");
        square.house.daemon.start().await.unwrap();
        square.until_heard().await;
        respond(&square, "toujours", &before).await;
        responses_show(&square, "toujours", &before).await;
        take_back(&square, &ids).await;
        take_back(&square, &before).await;
    });
}
