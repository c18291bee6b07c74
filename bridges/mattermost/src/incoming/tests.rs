use contract::{Info, Kind, MediaKind, Membership, NetworkName, Tone};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::*;
use crate::{client::Client, people::mark};

struct Server {
    network: NetworkName,
    client: Client,
    people: Directory,
    pins: Pins,
}

/// A directory that knows everybody it needs, and so asks nobody.
fn server() -> Server {
    // Twice is no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let network = NetworkName::from("mattermost");
    let client = Client::new("http://127.0.0.1:1".parse().unwrap(), SecretString::from("t")).unwrap();
    let people = Directory::new(network.clone(), client.clone());
    people.learn(&json!({ "id": "anne", "username": "anne", "nickname": "Anne B." }));
    let stands_for = Person { network: "matrix".into(), user: "@bob:a.fr".into() };
    people.learn(&json!({ "id": "puppet", "username": "bob.matrix", "bot_description": mark(&stands_for) }));
    Server { network, client, people, pins: Pins::default() }
}

impl Server {
    fn listener(&self) -> Listener<'_> {
        let bot = User::read(&json!({ "id": "bot", "username": "passerelle" })).unwrap();
        let (network, client, people, pins) = (&self.network, &self.client, &self.people, &self.pins);
        Listener { network, bot, client, admin: None, people, pins, announce_members: true }
    }
}

fn post(changes: &Value) -> Value {
    let mut post = json!({
        "id": "p1", "create_at": 1000, "update_at": 1000, "edit_at": 0, "delete_at": 0, "user_id": "anne",
        "channel_id": "c1", "root_id": "", "original_id": "", "message": "bonjour", "type": "", "props": {},
        "metadata": {},
    });
    for (key, value) in changes.as_object().unwrap() {
        post[key] = value.clone();
    }
    post
}

fn frame(event: &str, post: &Value) -> Value {
    json!({
        "event": event, "data": { "post": post.to_string(), "channel_type": "O" },
        "broadcast": { "channel_id": "c1" }, "seq": 3,
    })
}

async fn hear(event: &str, changes: Value) -> Vec<Event> {
    server().listener().hear(&frame(event, &post(&changes)), 0).await.unwrap()
}

#[tokio::test]
async fn a_post_is_said_by_its_author_in_its_thread() {
    let events = hear("posted", json!({ "root_id": "r1" })).await;
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((event.id.as_str(), event.chat.as_str(), event.author.shown()), ("p1", "c1", "Anne B."));
    let Kind::Message { body, .. } = &event.kind else { panic!() };
    assert_eq!(body.thread.as_ref().map(contract::MessageId::as_str), Some("r1"));
}

#[tokio::test]
async fn what_we_said_ourselves_is_not_heard() {
    assert!(hear("posted", json!({ "user_id": "bot" })).await.is_empty());
    assert!(hear("posted", json!({ "user_id": "puppet" })).await.is_empty());
}

#[tokio::test]
async fn an_integration_speaks_under_the_name_it_shows() {
    let props = json!({ "from_webhook": "true", "override_username": "Agenda",
        "attachments": [{ "title": "Réunion", "text": "**mardi**" }] });
    let events = hear("posted", json!({ "props": props, "message": "" })).await;
    assert_eq!(events[0].author.shown(), "Agenda");
    let Kind::Message { body, .. } = &events[0].kind else { panic!() };
    assert_eq!(body.text.words(), "Réunion\nmardi");
}

#[tokio::test]
async fn only_a_change_of_words_is_an_edit() {
    assert!(hear("post_edited", json!({ "update_at": 2000 })).await.is_empty());
    let events = hear("post_edited", json!({ "edit_at": 2000, "message": "bonsoir" })).await;
    assert!(matches!(&events[0].kind, Kind::Edit { .. }));
    assert_eq!(events[0].id.as_str(), "p1.edit.2000");
    let pinned = hear("post_edited", json!({ "is_pinned": true })).await;
    assert_eq!(pinned[0].id.as_str(), "p1.pinned");
}

#[tokio::test]
async fn what_the_server_says_is_read_from_its_props() {
    let changes = json!({ "type": "system_displayname_change", "message": "?", "props": { "new_displayname": "Serre" } });
    let events = hear("posted", changes).await;
    assert_eq!(events[0].kind, Kind::Info(Info::Name("Serre".to_owned())));
    let changes = json!({ "type": "system_header_change", "message": "?", "props": { "new_header": "Arroser **@all**" } });
    let events = hear("posted", changes).await;
    assert_eq!(events[0].kind, Kind::Info(Info::Topic(Some("Arroser @all".to_owned()))));
    let came = hear(
        "posted",
        json!({ "type": "system_add_to_channel", "user_id": "bot", "props": { "addedUserId": "anne" } }),
    )
    .await;
    assert!(matches!(came[0].kind, Kind::Membership(Membership::Joined)));
    assert_eq!(came[0].author.shown(), "Anne B.");
    let went = hear("posted", json!({ "type": "system_remove_from_team", "message": "?" })).await;
    assert!(matches!(went[0].kind, Kind::Membership(Membership::Removed)));
    let privacy = hear("posted", json!({ "type": "system_change_chan_privacy", "message": "?" })).await;
    assert!(matches!(&privacy[0].kind, Kind::Message { body, .. } if body.tone == Tone::Notice));
    for kind in ["system_generic", "system_auto_responder", "system_ephemeral", "reminder", "burn_on_read"] {
        assert!(hear("posted", json!({ "type": kind })).await.is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn the_bot_is_asked_by_name_or_alone() {
    let events = hear("posted", json!({ "message": "@Passerelle, delete cela", "root_id": "r1" })).await;
    let Kind::Command { words, reply_to, .. } = &events[0].kind else { panic!("{events:?}") };
    assert_eq!(words, &["delete", "cela"]);
    assert_eq!(reply_to.as_ref().map(contract::MessageId::as_str), Some("r1"));
    assert!(matches!(
        hear("posted", json!({ "message": "passerelle ?" })).await[0].kind,
        Kind::Message { .. }
    ));
}

#[tokio::test]
async fn files_are_what_they_are() {
    let files = json!({ "files": [
        { "id": "f1", "name": "plan.png", "mime_type": "image/png", "size": 7, "width": 3, "height": 2 },
        { "id": "f2", "name": "notes.txt", "mime_type": "text/plain; charset=utf-8", "size": 2 },
    ] });
    let events = hear("posted", json!({ "metadata": files, "file_ids": ["f1", "f2"] })).await;
    let Kind::Message { body, .. } = &events[0].kind else { panic!() };
    let kinds: Vec<_> = body.media.iter().map(|media| (media.kind, media.mime.clone().unwrap())).collect();
    assert_eq!(kinds, [(MediaKind::Photo, "image/png".into()), (MediaKind::File, "text/plain".into())]);
}

#[tokio::test]
async fn reactions_are_emoji_or_names() {
    let react = |name: &str| {
        let reaction =
            json!({ "user_id": "anne", "post_id": "p1", "emoji_name": name, "create_at": 5, "update_at": 5 });
        json!({ "event": "reaction_added", "data": { "reaction": reaction.to_string() }, "broadcast": { "channel_id": "c1" } })
    };
    let server = server();
    for (name, emoji) in [("thumbsup", "👍"), ("+1", "👍"), ("compost", ":compost:")] {
        let events = server.listener().hear(&react(name), 0).await.unwrap();
        assert!(
            matches!(&events[0].kind, Kind::Reaction { emoji: shown, added: true, .. } if shown == emoji)
        );
    }
}

#[tokio::test]
async fn what_is_not_known_hides_nothing() {
    let server = server();
    for frame in
        [json!({ "event": "tomorrow", "data": 3 }), json!([]), json!({ "event": "posted", "data": {} })]
    {
        assert!(server.listener().hear(&frame, 0).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn who_deleted_is_known_where_the_server_tells_it() {
    let mut told = frame("post_deleted", &post(&json!({ "user_id": "puppet" })));
    let by = |events: Vec<Event>| events[0].author.clone();
    let server = server();
    let listener = server.listener();
    assert_eq!(by(listener.hear(&told, 0).await.unwrap()).name, None);
    told["data"]["delete_by"] = json!("anne");
    let anne = by(listener.hear(&told, 0).await.unwrap());
    assert_eq!((anne.person.user.as_str(), anne.shown()), ("anne", "Anne B."));
    told["data"]["delete_by"] = json!(listener.bot.id);
    assert_eq!(listener.hear(&told, 0).await.unwrap(), [], "what we took away ourselves is no news");
}
