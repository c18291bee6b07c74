use contract::{Kind, MediaKind, Tone};
use serde_json::{Value, json};

use super::{Albums, Listener, Usernames, albums};

fn listener() -> Listener {
    Listener {
        network: "telegram".into(),
        bot: 42,
        username: "passerelle_bot".into(),
        commands: vec!["help", "aide", "delete", "supprimer"],
        usernames: Usernames::default(),
        announce_members: true,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "written in place by every test")]
fn message(fields: Value) -> Value {
    let mut message = json!({
        "message_id": 7, "date": 1_760_000_000, "chat": { "id": -1001, "type": "supergroup", "title": "Les Communs" },
        "from": { "id": 5, "is_bot": false, "first_name": "Anne", "last_name": "B." },
    });
    message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({ "update_id": 1, "message": message })
}

fn hear(update: &Value) -> Vec<contract::Event> {
    listener().hear(update).unwrap()
}

fn body(fields: Value) -> contract::Body {
    match hear(&message(fields)).pop().unwrap().kind {
        Kind::Message { body, .. } => body,
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_survive_what_nobody_knows() {
    let text = body(json!({ "text": "à mardi", "entities": [
        { "type": "date_time", "offset": 2, "length": 5, "unix_time": 1 }, { "type": "bold", "offset": "x" }, 7,
    ] }));
    assert_eq!(text.text.words(), "à mardi");
    let rich = body(
        json!({ "rich_message": { "blocks": [{ "type": "paragraph", "text": "un" }, { "text": ["deux"] }] } }),
    );
    assert_eq!(rich.text.words(), "un\ndeux");
    assert!(!body(json!({ "from_the_future": {} })).text.is_empty(), "never nothing");
}

#[test]
fn authors_are_people_groups_and_channels_but_no_bots() {
    let author = |fields: Value| {
        hear(&message(fields)).pop().map(|e| (e.author.person.user.0, e.author.name.unwrap()))
    };
    assert_eq!(author(json!({ "text": "a" })), Some(("5".into(), "Anne B.".into())));
    let bot = json!({ "id": 9, "is_bot": true, "first_name": "B" });
    assert_eq!(author(json!({ "text": "a", "from": bot })), None);
    let anonymous = json!({
        "text": "a", "from": { "id": 1_087_968_824, "is_bot": true, "first_name": "Group" }, "author_signature": "bureau",
        "sender_chat": { "id": -1001, "title": "Les Communs" },
    });
    assert_eq!(author(anonymous), Some(("c-1001".into(), "Les Communs (bureau)".into())));
}

#[test]
fn a_reply_to_a_topics_beginning_is_no_reply() {
    let fields = json!({
        "text": "a", "is_topic_message": true, "message_thread_id": 3,
        "reply_to_message": { "message_id": 3, "date": 1, "forum_topic_created": { "name": "Jardin" },
            "from": { "id": 6, "first_name": "Bob" }, "chat": { "id": -1001 } },
    });
    let events = hear(&message(fields));
    let Kind::Message { ids, body } = &events[0].kind else { panic!() };
    assert_eq!((ids[0].as_str(), body.tone, events[0].author.shown()), ("topic:3", Tone::Notice, "Bob"));
    let Kind::Message { body, .. } = &events[1].kind else { panic!() };
    assert_eq!((body.thread.clone(), body.reply_to.clone()), (Some("topic:3".into()), None));

    let tree = body_of_tree();
    assert_eq!((tree.thread, tree.reply_to), (None, Some("2".into())), "a tree of replies is no topic");
}

fn body_of_tree() -> contract::Body {
    body(json!({ "text": "a", "message_thread_id": 2, "reply_to_message": { "message_id": 2 } }))
}

#[test]
fn reactions_are_told_by_what_changed() {
    let list = |all: &[&str]| all.iter().map(|e| json!({ "type": "emoji", "emoji": e })).collect::<Vec<_>>();
    let update = json!({ "update_id": 2, "message_reaction": {
        "chat": { "id": -1001 }, "message_id": 7, "date": 1, "user": { "id": 5, "first_name": "Anne" },
        "old_reaction": list(&["👍", "🔥"]), "new_reaction": list(&["🔥", "❤"]),
    } });
    let told: Vec<_> = hear(&update)
        .into_iter()
        .map(|event| match event.kind {
            Kind::Reaction { emoji, added, .. } => (event.id.0, emoji, added),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, [("42.2.0".into(), "👍".into(), false), ("42.2.1".into(), "❤".into(), true)]);
}

#[test]
fn the_same_coming_is_told_once() {
    let person = json!({ "id": 8, "is_bot": false, "first_name": "Eve" });
    let service = hear(&message(json!({ "new_chat_members": [person, { "id": 9, "is_bot": true }] })));
    let change = json!({ "update_id": 3, "chat_member": {
        "chat": { "id": -1001 }, "date": 1_760_000_001, "old_chat_member": { "status": "left", "user": person },
        "new_chat_member": { "status": "member", "user": person },
    } });
    assert_eq!(service.len(), 1, "bots come and go unannounced");
    assert_eq!(service[0].id, hear(&change)[0].id);
    let quiet = Listener { announce_members: false, ..listener() };
    assert_eq!(quiet.hear(&change).unwrap(), []);
}

#[test]
fn a_group_that_becomes_a_supergroup_moves() {
    let there = hear(&message(json!({ "chat": { "id": -5 }, "migrate_to_chat_id": -1002 })));
    let here = hear(&message(json!({ "chat": { "id": -1002 }, "migrate_from_chat_id": -5 })));
    for event in [&there[0], &here[0]] {
        assert_eq!((event.chat.as_str(), &event.kind), ("-5", &Kind::Moved { to: "-1002".into() }));
    }
}

#[test]
fn commands_are_ours_or_words() {
    let words = |text: &str| match hear(&message(json!({ "text": text }))).pop().unwrap().kind {
        Kind::Command { words, .. } => Some(words),
        _ => None,
    };
    assert_eq!(words("/delete"), Some(vec!["delete".to_owned()]));
    assert_eq!(words("/aide@Passerelle_Bot svp"), Some(vec!["aide".to_owned(), "svp".to_owned()]));
    assert_eq!(words("/DÉ-LETE"), Some(vec!["DÉ-LETE".to_owned()]));
    assert_eq!(words("/delete@other_bot"), None);
    assert_eq!(words("/start"), None);
}

#[test]
fn gifs_are_not_documents_and_an_animated_sticker_knows_its_still() {
    let file = json!({ "file_id": "f", "file_unique_id": "u" });
    let gif = body(json!({ "animation": file, "document": file }));
    assert_eq!(gif.media[0].kind, MediaKind::Gif);
    let thumbnail = json!({ "file_id": "t", "file_unique_id": "tu" });
    let sticker =
        json!({ "file_id": "f", "file_unique_id": "u", "is_animated": true, "thumbnail": thumbnail });
    let sticker = &body(json!({ "sticker": sticker })).media[0];
    assert_eq!((sticker.kind, sticker.mime.as_deref()), (MediaKind::Sticker, Some("image/gif")));
    assert_eq!(crate::stickers::parts(&sticker.locator), Some(("f", Some("t"))));
}

#[test]
fn somebody_called_by_a_name_that_was_heard_is_called() {
    let listener = listener();
    let text = "@Zoe_B et @inconnue";
    let names = [(0, 6), (10, 9)]
        .map(|(offset, length)| json!({ "type": "mention", "offset": offset, "length": length }));
    let called = |from: Value| {
        let said = message(json!({ "text": text, "entities": names, "from": from }));
        let Kind::Message { body, .. } = listener.hear(&said).unwrap().pop().unwrap().kind else { panic!() };
        body.text.mentioned().into_iter().map(|person| person.user.0.clone()).collect::<Vec<_>>()
    };
    let zoe = json!({ "id": 77, "is_bot": false, "first_name": "Zoé", "username": "zoe_b" });
    let anne = json!({ "id": 43, "is_bot": false, "first_name": "Anne" });
    assert_eq!(called(anne.clone()), [""; 0], "nobody knows whose it is");
    called(zoe);
    assert_eq!(called(anne), ["77"]);
}

#[test]
fn an_album_waits_until_it_grows_no_more_and_is_one_message() {
    let picture = |update: i64| {
        let file =
            json!([{ "file_id": format!("f{update}"), "file_unique_id": "u", "width": 1, "height": 1 }]);
        let caption = if update == 1 { "trois" } else { "" };
        let mut picture = message(
            json!({ "message_id": update, "photo": file, "media_group_id": "g", "caption": caption }),
        );
        picture["update_id"] = json!(update);
        picture
    };
    let mut other = message(json!({ "text": "entre deux", "message_id": 9 }));
    other["update_id"] = json!(9);
    let mut waiting = Albums::default();
    assert_eq!(waiting.ready(&[other.clone(), picture(1)]), 1);
    let all = [picture(1), other, picture(2), picture(3)];
    assert_eq!(waiting.ready(&all), 0, "it grew");
    assert_eq!(waiting.ready(&all), 4);
    let parts = all.iter().flat_map(|u| hear(u).into_iter().map(|e| (albums::album(u), e))).collect();
    let events = albums::join(parts);
    let Kind::Message { ids, body } = &events[0].kind else { panic!() };
    assert_eq!((ids.len(), body.media.len(), body.text.words().as_str()), (3, 3, "trois"));
    assert_eq!(events.len(), 2);
}

/// The examples of the contract, where they are at hand: none may vanish.
#[test]
fn no_example_of_the_contract_vanishes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/contracts/telegram/updates");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in
        files.map(|file| file.unwrap().path()).filter(|file| file.extension().is_some_and(|e| e == "json"))
    {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let updates: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let updates = updates.as_array().cloned().unwrap_or_else(|| vec![updates]);
        for update in &updates {
            let events = listener().hear(update).unwrap_or_else(|why| panic!("{name}: {why}"));
            let said = update
                .as_object()
                .unwrap()
                .keys()
                .any(|key| key.contains("message") && key != "message_reaction_count");
            let from_bot = name.contains("bot-added") || name == "via-bot";
            assert!(
                !events.is_empty() || !said || from_bot || name.contains("paid"),
                "{name} vanished: {update}"
            );
            for text in ["text", "caption"] {
                if let Some(words) = update["message"][text].as_str().filter(|words| !words.starts_with('/'))
                {
                    let all: String =
                        events.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
                    let word = words.split_whitespace().next().unwrap_or_default();
                    let word = word.split(|c: char| !c.is_alphanumeric()).max_by_key(|w| w.len()).unwrap();
                    assert!(all.contains(word), "{name} lost {word}");
                }
            }
        }
    }
}
