//! What is said on a simulated workspace: once, whatever becomes of the answers, and told when it may not be.

use contract::{
    Author, Body, Content, Copy, Fault, Info, Media, MediaKind, MessageId, Network, Stands, Text,
};
use serde_json::json;
use simulators::Fault as Trouble;

use crate::workspace::Channel;

const BOTH: [&str; 2] = ["bot", "user"];

fn words(words: &str) -> Content {
    Content::Message(Body::of(Text::plain(words)))
}

fn reaction(target: &str, emoji: &str) -> Content {
    let author = Author::named(&"elsewhere".into(), "carol", "Carol");
    let standing = vec![Stands { author, emoji: emoji.to_owned() }];
    Content::Reaction {
        target: target.into(),
        emoji: emoji.into(),
        added: true,
        copies: Vec::new(),
        standing,
        line: Vec::new(),
    }
}

/// A file that Anne said, as what somebody elsewhere says.
fn file(channel: &Channel, name: &str) -> Content {
    let (room, anne) = (&channel.id, &channel.anne);
    let id = channel.server.say_file(room, anne, "", name, "text/plain", b"des notes".to_vec()).unwrap();
    let told = channel.server.message(&id).unwrap();
    let address = told["attachments"][0]["title_link"].as_str().unwrap().to_owned();
    let mut media = Media::new(MediaKind::File, address, id);
    media.name = Some(name.to_owned());
    Content::Message(Body { media: vec![media], ..Body::default() })
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_is_there_once() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    for trouble in [Trouble::BreakAfter, Trouble::HalfBody] {
        channel.server.fault("chat.sendMessage", 1, trouble);
    }
    let said = words("une fois");
    assert!(matches!(channel.deliver("1", &said, false).await, Err(Fault::Unclear { .. })));
    assert!(matches!(
        channel.deliver("1", &said, true).await,
        Err(Fault::Unclear { .. } | Fault::Refused { .. }) | Ok(_)
    ));
    let made = channel.deliver("1", &said, true).await.unwrap().made;
    let lines = channel.server.transcript(&channel.id).unwrap();
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["une fois"]);
    assert_eq!(made[0].as_str(), lines[0].id);
}

#[tokio::test]
async fn a_file_whose_answer_was_lost_is_found_again() {
    for (version, route) in
        [("7.10.2", "rooms.mediaConfirm"), ("5.4.1", "rooms.upload"), ("8.1.0", "rooms.mediaConfirm")]
    {
        let channel = Channel::open(version, &BOTH, false).await;
        let said = file(&channel, "fête d’été.txt");
        channel.server.fault(route, 1, Trouble::BreakAfter);
        assert!(matches!(channel.deliver("1", &said, false).await, Err(Fault::Unclear { .. })), "{version}");
        channel.say("entre-temps");
        let made = channel.deliver("1", &said, true).await.unwrap().made;
        let lines = channel.server.transcript(&channel.id).unwrap();
        let ours: Vec<_> = lines.iter().filter(|line| line.author == "passerelle").collect();
        assert_eq!(ours.len(), 1, "{version}: {lines:#?}");
        assert_eq!(ours[0].files[0].name, "fête d’été.txt");
        assert_eq!(made[0].as_str(), ours[0].id);
    }
}

#[tokio::test]
async fn a_file_that_was_not_sent_is_not_found() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let said = file(&channel, "notes.txt");
    channel.server.fault("rooms.mediaConfirm", 1, Trouble::BreakBefore);
    assert!(matches!(channel.deliver("1", &said, false).await, Err(Fault::Unclear { .. })));
    channel.deliver("1", &said, true).await.unwrap();
    let lines = channel.server.transcript(&channel.id).unwrap();
    assert_eq!(lines.iter().filter(|line| line.author == "passerelle").count(), 1, "{lines:#?}");
}

#[tokio::test]
async fn a_restricted_workspace_keeps_everything_waiting() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let made = channel.deliver("1", &words("moi"), false).await.unwrap().made;
    let note = file(&channel, "notes.txt");
    channel.server.set(|settings| settings.restricted = true);
    let copies = vec![Copy { id: made[0].clone(), step: 0 }];
    let edit = Content::Edit { copies, body: Body::of(Text::plain("pas moi")), refiled: false };
    for content in [&words("encore"), &edit, &note] {
        let fault = channel.deliver("2", content, false).await.unwrap_err();
        assert!(matches!(&fault, Fault::LoggedOut(why) if why.contains("licence")), "{content:?}: {fault}");
    }
    channel.server.set(|settings| settings.restricted = false);
    channel.deliver("2", &words("encore"), false).await.unwrap();
}

#[tokio::test]
async fn what_may_not_be_said_is_told_and_not_kept_silent() {
    let channel = Channel::open("8.1.0", &BOTH, false).await;
    let id = channel.say("qui vient ?");
    let key = |fault: Fault| match fault {
        Fault::Refused { reason, .. } => reason.key,
        other => other.to_string(),
    };
    for (what, why) in [("ro", "no-right-to-write"), ("archived", "chat-archived")] {
        channel.server.change_room(&channel.id, what, "true").unwrap();
        for content in [words("moi"), reaction(&id, "👍")] {
            let fault = channel.deliver("1", &content, false).await.unwrap_err();
            assert_eq!(key(fault), why, "{what} {content:?}");
        }
        channel.server.change_room(&channel.id, what, "false").unwrap();
    }
    channel.server.change_room(&channel.id, "encrypted", "true").unwrap();
    let fault = channel.deliver("1", &words("moi"), false).await.unwrap_err();
    assert_eq!(key(fault), "encrypted-refused");
    channel.server.change_room(&channel.id, "encrypted", "false").unwrap();
    channel.server.leave(&channel.id, &channel.bot).unwrap();
    assert_eq!(key(channel.deliver("1", &words("moi"), false).await.unwrap_err()), "no-right-to-write");
}

#[tokio::test]
async fn an_edit_waits_for_a_server_that_is_away_and_is_done_with_one_that_is_gone() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let made = channel.deliver("1", &words("moi"), false).await.unwrap().made;
    let copies = vec![Copy { id: made[0].clone(), step: 0 }];
    let edit =
        Content::Edit { copies: copies.clone(), body: Body::of(Text::plain("pas moi")), refiled: false };
    for trouble in [Trouble::BadGateway, Trouble::NotFound, Trouble::TooManyRequests { retry_after: 3 }] {
        channel.server.fault("chat.update", 1, trouble.clone());
        let fault = channel.deliver("2", &edit, false).await.unwrap_err();
        assert!(matches!(fault, Fault::Retry { .. }), "{trouble:?}: {fault}");
    }
    channel.deliver("2", &edit, false).await.unwrap();
    assert_eq!(channel.server.transcript(&channel.id).unwrap()[0].text, "pas moi");
    channel.deliver("3", &Content::Delete { copies }, false).await.unwrap();
    channel.deliver("4", &edit, false).await.unwrap();
    assert!(channel.server.transcript(&channel.id).unwrap().is_empty());
}

#[tokio::test]
async fn a_session_that_ended_costs_no_message() {
    let channel = Channel::open("8.1.0", &BOTH, true).await;
    channel.deliver("1", &words("avant"), false).await.unwrap();
    let _ = channel.server.revoke(&channel.bot);
    assert!(matches!(channel.deliver("2", &words("après"), false).await, Err(Fault::Retry { .. })));
    channel.deliver("2", &words("après"), false).await.unwrap();
    let lines = channel.server.transcript(&channel.id).unwrap();
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["avant", "après"]);
}

#[tokio::test]
async fn pictures_are_fetched_where_only_members_see_them() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    channel.server.set(|settings| settings.block_avatars = true);
    channel.server.picture(&channel.anne, vec![9; 64]);
    let (chat, anne) = (channel.chat(), channel.anne.as_str().into());
    let avatar = channel.network.profile(&chat, &anne).await.unwrap().avatar.unwrap();
    assert_eq!(channel.network.picture(&avatar).await.unwrap().size, 64);
}

/// The bodies that a network sends, by the schemas of the server's own validators, where these are at hand.
#[tokio::test]
async fn requests_are_what_the_validators_take() {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/contracts/rocketchat/request-schemas.json");
    let Ok(schemas) = std::fs::read_to_string(path) else { return };
    let schemas: serde_json::Value = serde_json::from_str(&schemas).unwrap();
    let channel = Channel::open("8.1.0", &BOTH, false).await;
    let root = channel.say("un fil ?");
    let in_thread = Body { thread: Some(root.as_str().into()), ..Body::of(Text::plain("oui")) };
    let made = channel.deliver("1", &Content::Message(in_thread), false).await.unwrap().made;
    let copies = vec![Copy { id: made[0].clone(), step: 0 }];
    let edit = Content::Edit { copies: copies.clone(), body: Body::of(Text::plain("non")), refiled: false };
    for content in [edit, reaction(&root, "👍"), Content::Delete { copies }] {
        channel.deliver("2", &content, false).await.unwrap();
    }
    for (route, schema) in [
        ("chat.sendMessage", "isChatSendMessageProps"),
        ("chat.update", "isChatUpdateProps"),
        ("chat.react", "isChatReactProps"),
        ("chat.delete", "isChatDeleteProps"),
    ] {
        let validator = jsonschema::validator_for(&schemas["schemas"][schema]).unwrap();
        let calls = channel.server.calls_of(route);
        assert!(!calls.is_empty(), "{route} was not called");
        for call in calls {
            assert!(validator.is_valid(&call.body), "{route}: {}", json!(call.body));
        }
    }
}

#[tokio::test]
async fn pins_and_names_are_set_where_the_bot_leads_and_refused_elsewhere() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let target = Some(channel.say("horaires : 9 h").as_str().into());
    let pin = |pinned| Content::Pin { target: target.clone(), pinned };
    let topic = Content::Info(Info::Topic(Some("Le jardin".to_owned())));
    for content in [pin(true), topic.clone()] {
        assert!(
            matches!(channel.deliver("1", &content, false).await, Err(Fault::Refused { .. })),
            "{content:?}"
        );
    }
    channel.server.promote(&channel.id, &channel.bot);
    for (content, pinned) in [(pin(true), true), (pin(true), true), (pin(false), false)] {
        channel.deliver("2", &content, false).await.unwrap();
        let message = channel.server.message(target.as_ref().map(MessageId::as_str).unwrap()).unwrap();
        assert_eq!(message["pinned"], pinned);
    }
    channel.deliver("3", &topic, false).await.unwrap();
    assert_eq!(channel.server.room(&channel.id, &channel.bot).unwrap().0["topic"], "Le jardin");
    let name = Content::Info(Info::Name("Le lieu & co".to_owned()));
    assert!(
        matches!(channel.deliver("4", &name, false).await, Err(Fault::Refused { .. })),
        "no such names there"
    );
}

#[tokio::test]
async fn a_file_that_was_exchanged_takes_the_place_of_the_other() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let made = channel.deliver("1", &file(&channel, "avant.txt"), false).await.unwrap().made;
    let copies = vec![Copy { id: made[0].clone(), step: 0 }];
    let Content::Message(body) = file(&channel, "après.txt") else { panic!("a message") };
    let edit = Content::Edit { copies, body, refiled: true };
    let receipt = channel.deliver("2", &edit, false).await.unwrap();
    assert_eq!((receipt.made.len(), receipt.gone), (1, made));
    let lines = channel.server.transcript(&channel.id).unwrap();
    let ours: Vec<_> = lines.iter().filter(|line| line.author == "passerelle").collect();
    assert_eq!(ours.iter().map(|line| line.files[0].name.as_str()).collect::<Vec<_>>(), ["après.txt"]);
}

#[tokio::test]
async fn a_link_is_shown_without_preview_where_its_author_wants_none() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    for (no_preview, shown) in [(false, 1), (true, 0)] {
        let body = Body { no_preview, ..Body::of(Text::plain("voir https://exemple.fr")) };
        let key = if no_preview { "2" } else { "1" };
        let made = channel.deliver(key, &Content::Message(body), false).await.unwrap().made;
        let message = channel.server.message(made[0].as_str()).unwrap();
        assert_eq!(message["urls"].as_array().unwrap().len(), shown);
    }
}
