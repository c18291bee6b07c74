use contract::{MediaKind, Membership, MessageId, Tone};
use secrecy::SecretString;
use serde_json::json;

use super::*;
use crate::{Config, client::Client};

const SITE: &str = "https://chat.exemple.fr";

/// A directory that knows everybody it needs, and so asks nobody.
fn people() -> Directory {
    // Twice is no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = Config {
        url: "http://127.0.0.1:1".parse().unwrap(),
        user_id: Some("bot".into()),
        token: Some(SecretString::from("t")),
        username: None,
        password: None,
        announce_members: true,
        largest_file_mb: None,
        in_doubt: contract::InDoubt::Again,
    };
    let people = Directory::new("rocket".into(), Client::new(&config).unwrap().into());
    for (id, username, name) in
        [("anne", "anne", "Anne B."), ("bob", "bob", "Bob"), ("bot", "passerelle", "P")]
    {
        people.learn(&json!({ "_id": id, "username": username, "name": name }));
    }
    people
}

fn room(kind: &str) -> Room {
    Room::read(&json!({ "_id": "r", "t": kind, "name": "general" })).unwrap()
}

fn message(changes: &Value) -> Value {
    let mut message = json!({
        "_id": "m1", "rid": "r", "msg": "bonjour", "u": { "_id": "anne", "username": "anne", "name": "Anne B." },
        "ts": { "$date": 100_000 }, "_updatedAt": { "$date": 100_010 },
    });
    for (key, value) in changes.as_object().unwrap() {
        message[key] = value.clone();
    }
    message
}

/// What is told of a message, live, to somebody who knows all that was written until the 50th second.
async fn hear_in(kind: &str, changes: Value) -> Vec<Event> {
    hear_all(kind, [changes]).await
}

/// What is told of a message that is told of several times.
async fn hear_all(kind: &str, states: impl IntoIterator<Item = Value>) -> Vec<Event> {
    let (people, network, room) = (people(), NetworkName::from("rocket"), room(kind));
    let bot = User::read(&json!({ "_id": "bot", "username": "passerelle" })).unwrap();
    let settings = Settings::of(SITE);
    let listener = Listener {
        network: &network,
        bot,
        people: &people,
        settings,
        announce_members: true,
        newest: &newest(),
    };
    let mut events = Vec::new();
    for changes in states {
        let raw = message(&changes);
        let message = Message { raw: &raw, room: &room, since: 50_000, live: true };
        events.extend(listener.hear(message).await.unwrap());
    }
    events
}

async fn hear(changes: Value) -> Vec<Event> {
    hear_in("c", changes).await
}

fn body(event: &Event) -> &Body {
    match &event.kind {
        Kind::Message { body, .. } | Kind::Edit { body, .. } => body,
        other => panic!("no words: {other:?}"),
    }
}

#[tokio::test]
async fn a_message_is_said_by_its_author_in_its_thread() {
    let events = hear(json!({ "tmid": "root" })).await;
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((event.id.as_str(), event.chat.as_str(), event.author.shown()), ("m1", "r", "Anne B."));
    assert_eq!(body(event).thread.as_ref().map(MessageId::as_str), Some("root"));
    assert_eq!(event.at, Timestamp(100_000));
}

#[tokio::test]
async fn what_we_said_ourselves_and_what_is_hidden_is_not_heard() {
    let bot = json!({ "u": { "_id": "bot", "username": "passerelle" }, "alias": "Anne" });
    let imported = json!({ "imported": "slackimporter" });
    for changes in
        [bot, imported, json!({ "_hidden": true }), json!({ "private": true }), json!({ "t": "wm" })]
    {
        assert_eq!(hear(changes.clone()).await, [], "{changes}");
    }
}

#[tokio::test]
async fn an_integration_speaks_under_the_name_it_shows() {
    let attachment = json!({ "title": "Réunion", "text": "*mardi*" });
    let events = hear(json!({ "alias": "Agenda", "msg": "", "attachments": [attachment] })).await;
    assert_eq!((events[0].author.shown(), events[0].author.person.user.as_str()), ("Agenda", "anne/Agenda"));
    assert_eq!(body(&events[0]).text.words(), "Réunion\nmardi");
}

#[tokio::test]
async fn an_old_message_that_is_touched_is_not_said_again() {
    let touched = json!({ "ts": { "$date": 20_000 }, "urls": [{ "url": "https://a.fr", "meta": {} }] });
    assert!(hear(touched).await.iter().all(|event| !matches!(event.kind, Kind::Message { .. })));
    let edited = json!({ "ts": { "$date": 20_000 }, "editedAt": { "$date": 99_000 }, "msg": "bonsoir" });
    let events = hear(edited).await;
    assert_eq!(
        events[0].id.as_str(),
        "m1.edit.99000",
        "the same for the same edit, however often it is told"
    );
    assert!(matches!(&events[0].kind, Kind::Edit { target, .. } if target.as_str() == "m1"));
}

#[tokio::test]
async fn reactions_are_what_stands_but_for_ours() {
    let reactions =
        json!({ ":tada:": { "usernames": ["bob", "passerelle"] }, ":maison:": { "usernames": ["anne"] } });
    let events = hear(json!({ "reactions": reactions })).await;
    let Kind::Reactions { target, standing } = &events[1].kind else { panic!("{events:?}") };
    let standing: Vec<_> =
        standing.iter().map(|(author, emoji)| (author.person.user.as_str(), emoji.as_str())).collect();
    assert_eq!(target.as_str(), "m1");
    assert_eq!(standing, [("anne", ":maison:"), ("bob", "🎉")]);
}

#[tokio::test]
async fn the_last_reaction_gone_is_told_though_its_key_is_missing() {
    let events = hear(json!({ "_updatedAt": { "$date": 120_000 } })).await;
    let Kind::Reactions { standing, .. } = &events[1].kind else { panic!("{events:?}") };
    assert!(standing.is_empty());
}

#[tokio::test]
async fn what_is_told_in_another_order_does_not_go_back_in_time() {
    let edited = |at: i64, words: &str| json!({ "msg": words, "editedAt": { "$date": at }, "_updatedAt": { "$date": at } });
    let events = hear_all("c", [json!({}), edited(102_000, "mieux"), edited(101_000, "moins bien")]).await;
    let words: Vec<String> = events
        .iter()
        .filter(|event| matches!(event.kind, Kind::Edit { .. }))
        .map(|event| body(event).text.words())
        .collect();
    assert_eq!(words, ["mieux"]);
}

#[tokio::test]
async fn a_reaction_that_came_and_went_at_once_is_gone() {
    let reacted =
        json!({ "reactions": { ":tada:": { "usernames": ["bob"] } }, "_updatedAt": { "$date": 100_100 } });
    let events = hear_all("c", [json!({}), reacted, json!({ "_updatedAt": { "$date": 100_200 } })]).await;
    let Some(Kind::Reactions { standing, .. }) = events.last().map(|event| &event.kind) else {
        panic!("{events:?}")
    };
    assert!(standing.is_empty());
}

#[tokio::test]
async fn a_quote_of_another_room_is_what_it_says() {
    let quote = json!({
        "message_link": format!("{SITE}/channel/autre?msg=m0"), "author_name": "bob", "text": "le *pain* est là",
    });
    let events =
        hear(json!({ "msg": format!("[ ]({SITE}/channel/autre?msg=m0) vu"), "attachments": [quote] })).await;
    assert_eq!(body(&events[0]).reply_to, None);
    assert_eq!(body(&events[0]).text.words(), "bob\nle pain est là\n\nvu");
}

#[tokio::test]
async fn a_quote_is_an_answer_and_its_link_is_not_words() {
    let events = hear(json!({ "msg": format!("[ ]({SITE}/channel/general?msg=m0) oui") })).await;
    assert_eq!(body(&events[0]).reply_to.as_ref().map(MessageId::as_str), Some("m0"));
    assert_eq!(body(&events[0]).text.words(), "oui");
    let elsewhere = hear(json!({ "msg": "[ ](https://autre.fr/channel/general?msg=m0) oui" })).await;
    assert_eq!(body(&elsewhere[0]).reply_to, None, "not a message of this server");
}

#[tokio::test]
async fn a_picture_is_fetched_whole_and_its_small_copy_is_not() {
    let attachment = json!({
        "type": "file", "title": "fête.jpg", "title_link": "/file-upload/F1/f%C3%AAte.jpg",
        "image_url": "/file-upload/thumb/f.jpg", "image_type": "image/jpeg",
        "image_dimensions": { "width": 360, "height": 240 }, "description": "_hier_",
    });
    let files = json!([{ "_id": "F1", "name": "fête.jpg", "type": "image/jpeg", "size": 12345 }]);
    let events = hear(json!({ "msg": "", "attachments": [attachment], "files": files })).await;
    let [picture] = body(&events[0]).media.as_slice() else { panic!("{events:?}") };
    assert_eq!((picture.kind, picture.locator.as_str()), (MediaKind::Photo, "/file-upload/F1/f%C3%AAte.jpg"));
    assert_eq!((picture.size, picture.width), (Some(12345), None), "the copy's width says nothing");
    assert_eq!(body(&events[0]).text.words(), "hier");
}

#[tokio::test]
async fn a_tombstone_is_a_deletion() {
    let events = hear(json!({ "t": "rm", "msg": "", "reactions": [] })).await;
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert!(matches!(&event.kind, Kind::Delete { target } if target.as_str() == "m1"));
    assert_eq!(event.author.name, None);
    let by = json!({ "_id": "B", "username": "bob" });
    let events = hear(json!({ "t": "rm", "msg": "", "reactions": [], "editedBy": by })).await;
    assert_eq!((events[0].author.person.user.as_str(), events[0].author.shown()), ("B", "Bob"));
    let by = json!({ "_id": "bot", "username": "passerelle" });
    let events = hear(json!({ "t": "rm", "msg": "", "reactions": [], "editedBy": by })).await;
    assert_eq!(events, [], "what we took away ourselves is no news");
}

#[tokio::test]
async fn what_is_encrypted_is_said_to_be_so_once_for_its_room() {
    let first = hear(json!({ "t": "e2e", "e2e": "pending" })).await;
    let second = hear(json!({ "_id": "m2", "t": "e2e", "e2e": "pending" })).await;
    assert_eq!(first[0].id, second[0].id, "the second time is known");
    assert!(first[0].author.is_bridge());
    assert_eq!(body(&first[0]).tone, Tone::Notice);
}

#[tokio::test]
async fn who_came_and_who_went_is_read_from_the_kind_and_not_from_its_author() {
    for (kind, who, how) in [
        ("au", "bob", Membership::Joined),
        ("ru", "bob", Membership::Removed),
        ("uj", "anne", Membership::Joined),
        ("ul", "anne", Membership::Left),
    ] {
        let events = hear(json!({ "t": kind, "msg": "bob" })).await;
        let [event] = events.as_slice() else { panic!("{kind}: {events:?}") };
        assert_eq!(event.author.person.user.as_str(), who, "{kind}");
        assert_eq!(event.kind, Kind::Membership(how), "{kind}");
    }
    let ours = hear(json!({ "t": "au", "msg": "passerelle" })).await;
    let [event] = ours.as_slice() else { panic!("{ours:?}") };
    assert_eq!(event.kind, Kind::Bot { came: true }, "our own coming is a reason to introduce ourselves");
}

#[tokio::test]
async fn the_bot_is_asked_by_its_name_or_alone_with_it() {
    let words = |events: Vec<Event>| match &events[0].kind {
        Kind::Command { words, .. } => words.clone(),
        other => panic!("no command: {other:?}"),
    };
    assert_eq!(words(hear(json!({ "msg": "@Passerelle: delete" })).await), ["delete"]);
    assert_eq!(words(hear_in("d", json!({ "msg": "help" })).await), ["help"]);
    let other = hear(json!({ "msg": "@passerelles bonjour" })).await;
    assert!(matches!(other[0].kind, Kind::Message { .. }), "somebody else's name");
}
