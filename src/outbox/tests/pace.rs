//! A network that sets a pace, and one that hangs.

use std::{sync::Arc, time::Duration};

use contract::{
    Body, Capabilities, Event, Fault, Kind, Network, Phrase, Text, Timestamp,
    testing::{Fake, Said},
};

use super::{House, event, house, message};
use crate::{outbox::slots::AT_ONCE, store::Place};

const A_MOMENT: Duration = Duration::from_millis(50);

/// The whole words of everything said.
fn all_words(said: &[Said]) -> Vec<String> {
    said.iter().map(|said| said.body.text.words()).collect()
}

/// Says these in the room while the group makes the first of them wait.
async fn say_in_a_flood(house: &House, said: &[&str]) {
    house.telegram.make_wait([A_MOMENT]);
    let events = said.iter().map(|words| message("matrix", &format!("${words}"), words)).collect();
    house.hear("matrix", events).await;
    house.settled().await;
}

#[tokio::test]
async fn what_waits_for_its_turn_is_said_together() {
    let (house, _dir) = house().await;
    say_in_a_flood(&house, &["un", "deux", "trois"]).await;
    let said = house.telegram.said();
    assert_eq!(all_words(&said), ["anne: un\nanne: deux\nanne: trois"]);
    assert!(said[0].author.is_bridge(), "the names stand in the words");

    house.hear("matrix", vec![message("matrix", "$quatre", "quatre")]).await;
    house.settled().await;
    assert_eq!(all_words(&house.telegram.said())[1..], ["quatre"], "who need not wait speaks alone");
}

#[tokio::test]
async fn one_of_several_said_together_is_edited_taken_back_and_answered() {
    let (house, _dir) = house().await;
    say_in_a_flood(&house, &["un", "deux", "trois"]).await;
    let whole = house.telegram.said()[0].id.clone();

    let edit = Kind::Edit { target: "$un".into(), body: Body::of(Text::plain("une")) };
    let gone = Kind::Delete { target: "$trois".into() };
    house
        .hear("matrix", vec![event("matrix", "edit", "anne", edit), event("matrix", "gone", "anne", gone)])
        .await;
    house.settled().await;
    assert_eq!(all_words(&house.telegram.said()), ["anne: une\nanne: deux"]);

    // Whoever answers the whole answers the last that is left.
    let body = Body { reply_to: Some(whole.clone()), ..Body::of(Text::plain("oui")) };
    house
        .hear("telegram", vec![event("telegram", "r", "bob", Kind::Message { ids: vec!["9".into()], body })])
        .await;
    // And whoever answers one of them answers the whole.
    let body = Body { reply_to: Some("$un".into()), ..Body::of(Text::plain("non")) };
    house
        .hear("matrix", vec![event("matrix", "n", "eve", Kind::Message { ids: vec!["$n".into()], body })])
        .await;
    house.settled().await;
    assert_eq!(house.matrix.said()[0].body.reply_to, Some("$deux".into()));
    assert_eq!(house.telegram.said()[1].body.reply_to, Some(whole));

    for (n, target) in ["$un", "$deux"].into_iter().enumerate() {
        let gone = Kind::Delete { target: target.into() };
        house.hear("matrix", vec![event("matrix", &format!("gone{n}"), "anne", gone)]).await;
    }
    house.settled().await;
    assert_eq!(all_words(&house.telegram.said()), ["non"]);
}

#[tokio::test]
async fn what_carries_or_answers_something_is_said_alone_and_nothing_passes_it() {
    let (house, _dir) = house().await;
    let answer = Body { reply_to: Some("$un".into()), ..Body::of(Text::plain("réponse")) };
    let answer = event("matrix", "ea", "eve", Kind::Message { ids: vec!["$a".into()], body: answer });
    let of = |words: &str| message("matrix", &format!("${words}"), words);
    house.telegram.make_wait([A_MOMENT]);
    house.hear("matrix", vec![of("un"), of("deux"), answer, of("trois")]).await;
    house.settled().await;
    let said = house.telegram.said();
    assert_eq!(all_words(&said), ["anne: un\nanne: deux", "réponse", "trois"]);
    assert_eq!(said[1].body.reply_to, Some(said[0].id.clone()));
}

#[tokio::test]
async fn what_was_said_together_is_refused_to_each_of_them() {
    let (house, _dir) = house().await;
    house.telegram.fail([Fault::refused(Phrase::new("not-in-chat"), "403")]);
    house.telegram.make_wait([A_MOMENT]);
    let of = |user: &str| {
        let body = Body::of(Text::plain(user));
        event("matrix", user, user, Kind::Message { ids: vec![format!("${user}").into()], body })
    };
    house.hear("matrix", vec![of("anne"), of("bob")]).await;
    house.settled().await;
    assert_eq!(house.store.count_dead_letters().await.unwrap(), 1);
    let told: Vec<_> = house.matrix.said().into_iter().map(|said| said.body.reply_to).collect();
    assert_eq!(told, [Some("$anne".into()), Some("$bob".into())]);
}

#[tokio::test]
async fn what_was_joined_stays_so_after_the_end_of_the_daemon() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.db");
    let (matrix, telegram) = (Arc::new(Fake::new("matrix")), Arc::new(Fake::new("telegram")));
    let narrow = Capabilities { idempotent: false, ..Network::capabilities(&*telegram) };
    let lost = Arc::new(Fake::new("telegram").with(narrow));
    lost.make_wait([A_MOMENT]);
    lost.fail((0..100).map(|_| Fault::unclear("the answer was lost")));
    let house = House::open(&path, matrix.clone(), lost.clone()).await;
    let events = ["un", "deux"].map(|words| message("matrix", &format!("${words}"), words));
    house.hear("matrix", events.into()).await;
    while lost.attempts() == 0 {
        tokio::time::sleep(A_MOMENT).await;
    }
    house.close().await;

    let house = House::open(&path, matrix, telegram.clone()).await;
    house.settled().await;
    assert_eq!(all_words(&telegram.said()), ["anne: un\nanne: deux"]);
    assert_eq!(telegram.unclear_attempts(), 1, "it is known that it may be there already");
}

#[tokio::test]
async fn a_network_that_hangs_keeps_its_own_waiting_and_no_more_than_so_many() {
    let dir = tempfile::tempdir().unwrap();
    let [matrix, hanging, other] = ["matrix", "telegram", "mattermost"].map(|name| Arc::new(Fake::new(name)));
    hanging.hang();
    let more = std::slice::from_ref(&other);
    let house = House::open_with(&dir.path().join("p.db"), matrix, hanging.clone(), more).await;
    let rooms = 2 * AT_ONCE;
    let mut events = Vec::new();
    for n in 0..rooms {
        for network in ["telegram", "mattermost"] {
            let chat = Place { network: network.into(), chat: format!("{n}").into() };
            house.store.link(&Place::room(format!("!{n}")), &chat, Timestamp(0)).await.unwrap();
        }
        let id = format!("${n}");
        events.push(Event { chat: format!("!{n}").into(), ..message("matrix", &id, "bonjour") });
    }
    house.hear("matrix", events).await;
    let waiting = [("telegram".into(), i64::try_from(rooms).unwrap())];
    while house.store.count_waiting().await.unwrap() != waiting || hanging.attempts() < AT_ONCE {
        tokio::time::sleep(A_MOMENT).await;
    }
    assert_eq!(other.said().len(), rooms);
    assert_eq!(hanging.attempts(), AT_ONCE);
}
