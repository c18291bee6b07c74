use contract::{Answer, Body, Card, Info, Kind, MediaKind, Membership, Poll, Tone};
use serde_json::{Value, json};

use super::Meaning;
use crate::{
    config::{Appservice, Homeserver, Permissions},
    matrix::Matrix,
    store::tests::store,
};

/// The Matrix side, with a homeserver that is away.
pub(in crate::matrix) async fn matrix() -> Matrix {
    rustls::crypto::ring::default_provider().install_default().ok();
    let homeserver = Homeserver { url: "http://127.0.0.1:1/".parse().unwrap(), name: "t.test".into() };
    let appservice: Appservice =
        serde_json::from_value(json!({ "url": "http://127.0.0.1:2", "as_token": "a", "hs_token": "h" }))
            .unwrap();
    let store = store().await;
    Matrix::new(&homeserver, &appservice, &Permissions::default(), true, (*store).clone()).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "written in place by every test")]
fn event(kind: &str, sender: &str, content: Value) -> Value {
    json!({
        "type": kind, "event_id": "$e", "room_id": "!r", "sender": sender, "origin_server_ts": 5, "content": content,
    })
}

async fn said(kind: &str, content: Value) -> Kind {
    match matrix().await.understand(&event(kind, "@anne:t.test", content).to_string()).unwrap() {
        Meaning::Said(mut events) => events.remove(0).kind,
        other => panic!("{other:?}"),
    }
}

async fn body(content: Value) -> contract::Body {
    match said("m.room.message", content).await {
        Kind::Message { body, .. } => body,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn our_own_words_coming_back_are_nothing() {
    let content = json!({ "msgtype": "m.text", "body": "a" });
    for ours in ["@passerelle:t.test", "@passerelle_telegram_7:t.test"] {
        let raw = event("m.room.message", ours, content.clone()).to_string();
        assert!(matches!(matrix().await.understand(&raw), Ok(Meaning::Nothing)));
    }
}

#[tokio::test]
async fn an_edit_is_of_the_original_and_says_the_whole() {
    let content = json!({
        "msgtype": "m.text", "body": "* b", "m.new_content": { "msgtype": "m.text", "body": "b" },
        "m.relates_to": { "rel_type": "m.replace", "event_id": "$o" },
    });
    let Kind::Edit { target, body } = said("m.room.message", content).await else { panic!() };
    assert_eq!((target.as_str(), body.text.words().as_str()), ("$o", "b"));
}

#[tokio::test]
async fn replies_lose_their_quote_and_threads_are_no_replies() {
    let reply = json!({
        "msgtype": "m.text", "body": "> <@b:t.test> avant\n\noui", "format": "org.matrix.custom.html",
        "formatted_body": "<mx-reply>avant</mx-reply><b>oui</b>",
        "m.relates_to": { "m.in_reply_to": { "event_id": "$o" } },
    });
    let reply = body(reply).await;
    assert_eq!((reply.reply_to, reply.text.words().as_str()), (Some("$o".into()), "oui"));

    let relation = |falling_back: bool| {
        json!({
            "rel_type": "m.thread", "event_id": "$t", "is_falling_back": falling_back, "m.in_reply_to": { "event_id": "$l" },
        })
    };
    let threaded = body(json!({ "msgtype": "m.text", "body": "a", "m.relates_to": relation(true) })).await;
    assert_eq!((threaded.thread, threaded.reply_to), (Some("$t".into()), None));
    let answered = body(json!({ "msgtype": "m.text", "body": "a", "m.relates_to": relation(false) })).await;
    assert_eq!((answered.thread, answered.reply_to), (Some("$t".into()), Some("$l".into())));
}

#[tokio::test]
async fn files_are_read_even_where_their_details_are_odd() {
    let photo = body(json!({
        "msgtype": "m.image", "body": "la cour", "filename": "cour.jpg", "url": "mxc://t.test/abc",
        "info": { "h": "2", "w": -3, "size": 9, "mimetype": "image/jpeg" },
    }))
    .await;
    let media = &photo.media[0];
    assert_eq!(
        (media.kind, media.height, media.width, media.size),
        (MediaKind::Photo, Some(2), None, Some(9))
    );
    assert_eq!((photo.text.words().as_str(), media.name.as_deref()), ("la cour", Some("cour.jpg")));

    let voice = body(json!({
        "msgtype": "m.audio", "body": "voix.ogg", "url": "mxc://t.test/v", "info": { "duration": 1200 },
        "org.matrix.msc3245.voice": {}, "org.matrix.msc1767.audio": { "waveform": [0, 512, 1024] },
    }))
    .await;
    assert_eq!((voice.media[0].kind, voice.media[0].waveform.len()), (MediaKind::Voice, 3));
    assert!(voice.text.is_empty(), "a name is no caption");
}

#[tokio::test]
async fn redactions_of_every_room_version_are_deletions() {
    let Kind::Delete { target } = said("m.room.redaction", json!({ "redacts": "$new" })).await else {
        panic!()
    };
    assert_eq!(target.as_str(), "$new");
    let mut old = event("m.room.redaction", "@anne:t.test", json!({}));
    old["redacts"] = json!("$old");
    let Ok(Meaning::Said(events)) = matrix().await.understand(&old.to_string()) else { panic!() };
    let event = &events[0];
    assert_eq!(event.kind, Kind::Delete { target: "$old".into() });
}

#[tokio::test]
async fn reactions_lose_the_variation_selector() {
    let content =
        json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": "$m", "key": "❤\u{fe0f}" } });
    let Kind::Reaction { emoji, id, .. } = said("m.reaction", content).await else { panic!() };
    assert_eq!((emoji.as_str(), id), ("❤", Some("$e".into())));
}

#[tokio::test]
async fn only_real_comings_and_goings_are_told() {
    let matrix = matrix().await;
    let member = |now: &str, before: Option<&str>| {
        let mut raw =
            event("m.room.member", "@anne:t.test", json!({ "membership": now, "displayname": "Anne" }));
        raw["state_key"] = json!("@anne:t.test");
        if let Some(before) = before {
            raw["unsigned"] = json!({ "prev_content": { "membership": before }, "replaces_state": "$p" });
        }
        match matrix.understand(&raw.to_string()) {
            Ok(Meaning::Said(mut events)) => Some(events.remove(0).kind),
            Ok(_) => None,
            Err(why) => panic!("{why}"),
        }
    };
    assert_eq!(member("join", None), Some(Kind::Membership(Membership::Joined)));
    assert_eq!(member("join", Some("invite")), Some(Kind::Membership(Membership::Joined)));
    assert_eq!(member("join", Some("join")), None, "a new name");
    assert_eq!(member("leave", Some("join")), Some(Kind::Membership(Membership::Left)));
    assert_eq!(member("leave", Some("invite")), None, "an invitation refused");
}

#[tokio::test]
async fn commands_are_words_after_the_name_of_the_bot() {
    let ask = |words: &str| json!({ "msgtype": "m.text", "body": words });
    let Kind::Command { words, .. } = said("m.room.message", ask("!passerelle link  telegram -1")).await
    else {
        panic!()
    };
    assert_eq!(words, ["link", "telegram", "-1"]);
    for called in
        ["!Passerelle aide", " !passerelle\u{a0}: aide", "!\u{a0}passerelle aide", "@passerelle, aide"]
    {
        let Kind::Command { words, .. } = said("m.room.message", ask(called)).await else {
            panic!("{called}")
        };
        assert!(words.contains(&"aide".to_owned()), "{called}: {words:?}");
    }
    for other in ["!passerelles", "@passerelle:t.test bonjour", "passerelle aide", "!passerell"] {
        assert!(matches!(said("m.room.message", ask(other)).await, Kind::Message { .. }), "{other}");
    }
    let notice = json!({ "msgtype": "m.notice", "body": "!passerelle link a b" });
    assert!(matches!(said("m.room.message", notice).await, Kind::Message { .. }), "bots ask for nothing");
}

#[tokio::test]
async fn polls_are_read_in_both_their_forms() {
    let unstable = json!({ "org.matrix.msc3381.poll.start": {
        "question": { "org.matrix.msc1767.text": "Quand ?" },
        "answers": [{ "id": "a", "org.matrix.msc1767.text": "mardi" }],
    } });
    let stable = json!({ "m.poll": {
        "question": { "m.text": [{ "body": "Quand ?" }] }, "answers": [{ "m.id": "a", "m.text": [{ "body": "mardi" }] }],
    } });
    let answer = Answer { id: "a".to_owned(), text: "mardi".to_owned() };
    let poll = Card::Poll(Poll { question: "Quand ?".to_owned(), answers: vec![answer], most: 1 });
    for (kind, content) in [("org.matrix.msc3381.poll.start", unstable), ("m.poll.start", stable)] {
        let Kind::Message { body, .. } = said(kind, content).await else { panic!() };
        assert_eq!(body.card.as_ref(), Some(&poll));
    }
    let relation = json!({ "rel_type": "m.reference", "event_id": "$poll" });
    let vote = json!({ "m.relates_to": relation, "org.matrix.msc3381.poll.response": { "answers": ["a"] } });
    let voted = Kind::Vote { target: "$poll".into(), answers: vec!["a".to_owned()] };
    assert_eq!(said("org.matrix.msc3381.poll.response", vote).await, voted);
    let vote = json!({ "m.relates_to": relation, "m.selections": ["a"] });
    assert_eq!(said("m.poll.response", vote).await, voted);
    let over = Kind::PollClosed { target: "$poll".into(), unseen: Vec::new() };
    assert_eq!(said("m.poll.end", json!({ "m.relates_to": relation })).await, over);
}

#[tokio::test]
async fn a_place_is_read_with_its_name_if_it_has_one() {
    let place =
        |body: &str| json!({ "msgtype": "m.location", "body": body, "geo_uri": "geo:48.1,-1.7;u=35" });
    let read = async |body: &str| match said("m.room.message", place(body)).await {
        Kind::Message { body: Body { card: Some(Card::Location(place)), .. }, .. } => place,
        other => panic!("{other:?}"),
    };
    let place = read("le port").await;
    assert_eq!((place.latitude, place.longitude, place.name.as_deref()), (48.1, -1.7, Some("le port")));
    assert_eq!(read("Location geo:48.1,-1.7 as of now").await.name, None);
}

#[tokio::test]
async fn what_changes_in_a_room_is_told_one_by_one() {
    let matrix = matrix().await;
    let changes = |kind: &str, now: Value, before: Value| {
        let mut raw = event(kind, "@anne:t.test", now);
        raw["state_key"] = json!("");
        raw["unsigned"] = json!({ "prev_content": before });
        match matrix.understand(&raw.to_string()) {
            Ok(Meaning::Said(events)) => events.into_iter().map(|event| event.kind).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        }
    };
    let pin = |target: &str, pinned| Kind::Pin { target: target.into(), pinned };
    let (now, before) = (json!({ "pinned": ["$b", "$c"] }), json!({ "pinned": ["$a", "$b"] }));
    assert_eq!(changes("m.room.pinned_events", now, before), [pin("$a", false), pin("$c", true)]);
    let named = |name: &str| json!({ "name": name });
    let new = Kind::Info(Info::Name("Le lieu".to_owned()));
    assert_eq!(changes("m.room.name", named("Le lieu"), named("Le salon")), [new]);
    assert_eq!(changes("m.room.name", named("Le lieu"), named("Le lieu")), []);
    assert_eq!(changes("m.room.topic", json!({}), json!({ "topic": "?" })), [Kind::Info(Info::Topic(None))]);
}

#[tokio::test]
async fn what_has_no_counterpart_crosses_as_a_line() {
    let Kind::Message { body, .. } = said("m.room.encrypted", json!({ "ciphertext": "x" })).await else {
        panic!()
    };
    assert_eq!(body.tone, Tone::Notice);
    let Kind::Message { body, .. } = said("org.example.new", json!({ "body": "à lire" })).await else {
        panic!()
    };
    assert!(body.text.words().contains("à lire"));
}

#[tokio::test]
async fn what_is_malformed_says_why_without_quoting_it() {
    let matrix = matrix().await;
    for raw in [
        json!({ "type": "m.room.message" }),
        event("m.room.message", "anne", json!({ "msgtype": "m.text", "body": "secret" })),
        event(
            "m.room.message",
            "@anne:t.test",
            json!({ "msgtype": "m.text", "body": 7, "secret": "secret" }),
        ),
        event("m.reaction", "@anne:t.test", json!({ "m.relates_to": "secret" })),
    ] {
        let why = matrix.understand(&raw.to_string()).unwrap_err();
        assert!(!why.contains("secret"), "{why}");
    }
}
