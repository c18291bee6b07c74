//! What is heard of a simulated workspace: over breaks, gaps, revoked sessions and all that is told late or by halves.

use std::{sync::Arc, time::Duration};

use contract::{Content, Fault, Info, Kind, Network};
use simulators::Fault as Trouble;

use crate::workspace::{Channel, Ears, said};

const BOTH: [&str; 2] = ["bot", "user"];

#[tokio::test]
async fn a_session_that_was_ended_is_begun_again_by_the_password() {
    let channel = Channel::open("7.10.2", &BOTH, true).await;
    let ears = channel.listen().await;
    channel.say("avant");
    ears.words("avant").await;
    let _ = channel.server.revoke(&channel.bot);
    channel.server.cut();
    channel.say("après");
    ears.words("après").await;
    assert!(ears.faults().iter().all(|fault| matches!(fault, Fault::Retry { .. })), "{:?}", ears.faults());
}

#[tokio::test]
async fn a_dead_token_is_told_as_such() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let _ = channel.server.revoke(&channel.bot);
    let ears = Ears::of(channel.network.clone());
    ears.until("a fault", |_| !ears.faults().is_empty()).await;
    assert!(matches!(ears.faults()[0], Fault::LoggedOut(_)), "{:?}", ears.faults());
}

#[tokio::test]
async fn a_second_factor_is_named() {
    let channel = Channel::open("7.10.2", &BOTH, true).await;
    channel.server.set(|settings| settings.two_factor = true);
    let ears = Ears::of(channel.network.clone());
    ears.until("a fault", |_| !ears.faults().is_empty()).await;
    let told = ears.faults()[0].to_string();
    assert!(told.contains("second factor"), "{told}");
}

#[tokio::test]
async fn what_happened_in_a_gap_is_told_in_order() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let server = &channel.server;
    let ears = channel.listen().await;
    let (kept, lost, touched) = (channel.say("garde"), channel.say("retire"), channel.say("touche"));
    server.react(&channel.anne, &touched, ":tada:").unwrap();
    ears.event("the reaction", |event| matches!(event.kind, Kind::Reactions { .. })).await;
    // Nobody connects meanwhile.
    server.fault("websocket", 1_000, Trouble::BreakBefore);
    server.cut();
    ears.until("the break", |_| !ears.faults().is_empty()).await;
    server.edit(&channel.anne, &kept, "gardé").unwrap();
    server.delete(&channel.anne, &lost).unwrap();
    server.unreact(&channel.anne, &touched, ":tada:").unwrap();
    for n in 0..30 {
        channel.say(&format!("pendant {n}"));
    }
    server.reply(&channel.id, &channel.anne, &kept, "dans le fil").unwrap();
    server.clear_faults();
    let heard = ears
        .until("the gap", |heard| heard.iter().filter_map(said).any(|words| words == "dans le fil"))
        .await;
    ears.gone(&lost).await;
    let during: Vec<String> =
        heard.iter().filter_map(said).filter(|words| words.starts_with("pendant")).collect();
    assert_eq!(during, (0..30).map(|n| format!("pendant {n}")).collect::<Vec<_>>());
    let edited = ears.words("gardé").await;
    assert!(matches!(&edited.kind, Kind::Edit { target, .. } if target.as_str() == kept));
    let none = |kind: &Kind| matches!(kind, Kind::Reactions { target, standing } if target.as_str() == touched && standing.is_empty());
    ears.event("that the reaction is gone", |event| none(&event.kind)).await;
}

#[tokio::test]
async fn more_than_one_answer_can_hold_is_read_by_pages_or_said_to_be_out_of_reach() {
    for (version, by_pages) in [("7.10.2", true), ("6.12.0", false)] {
        let channel = Channel::open(version, &BOTH, false).await;
        let ears = channel.listen().await;
        channel.say("avant");
        ears.words("avant").await;
        channel.server.pause().await;
        let lost = channel.say("retire");
        let said: Vec<String> = (0..250).map(|n| format!("pendant {n}")).collect();
        for words in &said {
            channel.say(words);
        }
        channel.server.delete(&channel.anne, &lost).unwrap();
        channel.server.fault("chat.syncMessages", 1, Trouble::Endless);
        channel.server.resume().await.unwrap();
        ears.until("the gap", |heard| {
            heard.iter().any(|event| match &event.kind {
                Kind::Message { body, .. } => match by_pages {
                    true => body.text.words() == "pendant 249",
                    false => format!("{:?}", body.text).contains("too-much-missed"),
                },
                _ => false,
            })
        })
        .await;
        if by_pages {
            ears.gone(&lost).await;
            let heard: Vec<String> = ears.heard().iter().filter_map(crate::workspace::said).collect();
            let heard: Vec<&String> = heard.iter().filter(|words| words.starts_with("pendant")).collect();
            assert_eq!(heard, said.iter().collect::<Vec<_>>());
        }
        channel.say("après");
        ears.words("après").await;
    }
}

#[tokio::test]
async fn what_is_told_behind_its_deletion_is_not_told() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let ears = channel.listen().await;
    channel.server.deliver_late(1);
    let id = channel.say("ni vu ni connu");
    channel.server.delete(&channel.anne, &id).unwrap();
    ears.gone(&id).await;
    channel.say("après");
    ears.words("après").await;
    channel.say("encore");
    let heard =
        ears.until("the last", |heard| heard.iter().filter_map(said).any(|words| words == "encore")).await;
    assert!(!heard.iter().filter_map(said).any(|words| words == "ni vu ni connu"), "{heard:?}");
}

#[tokio::test]
async fn two_reactions_within_a_millisecond_are_both_told() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let ears = channel.listen().await;
    let id = channel.say("bravo");
    ears.words("bravo").await;
    for emoji in [":tada:", ":fire:", ":heart:"] {
        channel.server.react(&channel.anne, &id, emoji).unwrap();
    }
    let all = |kind: &Kind| matches!(kind, Kind::Reactions { standing, .. } if standing.len() == 3);
    ears.event("all three", |event| all(&event.kind)).await;
}

#[tokio::test]
async fn what_is_deleted_while_the_gap_is_filled_is_told() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let ears = channel.listen().await;
    let id = channel.say("plus pour longtemps");
    ears.words("plus pour longtemps").await;
    let asked = channel.server.calls_of("chat.syncMessages").len();
    // The room is looked through, and then its answer takes a while.
    channel.server.fault("chat.syncMessages", 1, Trouble::Late { millis: 1_000 });
    channel.server.cut();
    ears.until("the question", |_| channel.server.calls_of("chat.syncMessages").len() > asked).await;
    channel.server.delete(&channel.anne, &id).unwrap();
    ears.gone(&id).await;
}

#[tokio::test]
async fn many_deletions_at_once_are_told_each_also_when_nobody_listened() {
    for (by_ids, away) in [(false, false), (true, false), (true, true)] {
        let channel = Channel::open("7.10.2", &BOTH, false).await;
        let ears = channel.listen().await;
        let ids = ["un", "deux", "trois"].map(|words| channel.say(words));
        ears.words("trois").await;
        if away {
            channel.server.pause().await;
        }
        assert_eq!(channel.server.prune(&channel.id, &["anne"], by_ids), 3);
        if away {
            channel.server.resume().await.unwrap();
        }
        for id in &ids {
            ears.gone(id).await;
        }
    }
}

#[tokio::test]
async fn the_root_of_a_thread_is_deleted_by_its_tombstone() {
    let channel = Channel::open("5.4.1", &BOTH, false).await;
    let ears = channel.listen().await;
    let root = channel.say("qui vient ?");
    channel.server.reply(&channel.id, &channel.anne, &root, "moi").unwrap();
    ears.words("moi").await;
    channel.server.delete(&channel.anne, &root).unwrap();
    ears.gone(&root).await;
}

#[tokio::test]
async fn a_connection_that_is_dead_without_a_word_is_noticed() {
    let channel = Channel::open("8.1.0", &BOTH, false).await;
    let ears = channel.listen().await;
    channel.say("vivant");
    ears.words("vivant").await;
    channel.server.set(|settings| settings.mute_pings = true);
    // From here on nothing happens but time.
    tokio::time::pause();
    for _ in 0..120 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(!ears.faults().is_empty(), "the silence was not noticed");
    assert!(matches!(ears.faults()[0], Fault::Retry { .. }));
}

#[tokio::test]
async fn who_is_writing_is_told_and_heard_by_every_version() {
    for (version, real_names) in [("3.18.7", false), ("5.4.1", true), ("6.12.0", false), ("8.1.0", true)] {
        let channel = Channel::open(version, &BOTH, false).await;
        channel.server.set(|settings| settings.real_names = real_names);
        let other = Arc::new(channel.other("autre"));
        let ears = Ears::of(other);
        ears.until("it listens", |_| channel.server.listening() > 0).await;
        channel.network.chat(&channel.chat()).await.unwrap();
        // Settings are learnt by listening, and people by what they say.
        let own = Ears::of(channel.network.clone());
        own.until("both listen", |_| channel.server.listening() > 1).await;
        let bot = channel.server.say(&channel.id, &channel.bot, "je suis là").unwrap();
        ears.event("the bot", |event| event.id.as_str() == bot).await;
        let author = contract::Author::named(&"elsewhere".into(), "carol", "Carol");
        channel.network.typing(&channel.chat(), &author, true).await.unwrap();
        let typing = |on| move |event: &contract::Event| event.kind == Kind::Typing(on);
        let heard = ears.event(version, typing(true)).await;
        assert_eq!(heard.author.person.user.as_str(), channel.bot, "{version}");
        channel.network.typing(&channel.chat(), &author, false).await.unwrap();
        ears.event(version, typing(false)).await;
    }
}

#[tokio::test]
async fn what_the_workspace_changes_is_known_at_once() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let ears = channel.listen().await;
    // What is said while a gap is filled is read as the workspace was before.
    channel.say("avant");
    ears.words("avant").await;
    assert_eq!(channel.network.emoji("compost").await.unwrap(), None);
    channel.server.custom_emoji("compost", "png", vec![1, 2, 3]);
    channel.server.set(|settings| {
        settings.max_file = 1_000;
        settings.site_url = "https://causer.exemple.fr".to_owned();
    });
    let first = channel.say("question");
    let quote = format!("[ ](https://causer.exemple.fr/channel/la-suite?msg={first}) réponse");
    channel.say(&quote);
    let heard = ears.words("réponse").await;
    assert!(
        matches!(&heard.kind, Kind::Message { body, .. } if body.reply_to.as_ref().is_some_and(|id| id.as_str() == first)),
        "{heard:?}"
    );
    assert_eq!(channel.network.capabilities().upload_limit, 1_000);
    assert!(channel.network.emoji("compost").await.unwrap().is_some());
}

#[tokio::test]
async fn a_private_conversation_is_commands() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let ears = channel.listen().await;
    let direct = channel.server.direct(&channel.anne, "passerelle").unwrap();
    channel.server.say(&direct, &channel.anne, "help").unwrap();
    let heard = ears.event("a command", |event| matches!(event.kind, Kind::Command { .. })).await;
    assert_eq!(heard.chat.as_str(), direct);
    assert!(channel.network.may_manage(&heard.chat, &heard.author.person.user).await.unwrap());
    assert!(!channel.network.may_manage(&channel.chat(), &heard.author.person.user).await.unwrap());
}

#[tokio::test]
async fn messages_come_when_many_rooms_are_there() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let rooms: Vec<String> = (0..50)
        .map(|n| {
            let room = channel.server.channel(&format!("salle-{n}"));
            channel.server.join(&room, &channel.bot).unwrap();
            channel.server.join(&room, &channel.anne).unwrap();
            room
        })
        .collect();
    let ears = channel.listen().await;
    // Not one message, nor one deletion in the rooms that are listened to first, waits for the others.
    for (n, room) in rooms.iter().enumerate() {
        channel.server.say(room, &channel.anne, &format!("salut {n}")).unwrap();
    }
    for n in 0..rooms.len() {
        ears.words(&format!("salut {n}")).await;
    }
    assert!(ears.faults().is_empty(), "{:?}", ears.faults());
}

#[tokio::test]
async fn what_changes_in_a_room_is_told_but_not_what_we_changed() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let ears = channel.listen().await;
    let (id, server) = (channel.say("horaires : 9 h"), &channel.server);
    // The gap is filled from here on.
    ears.words("horaires : 9 h").await;
    for pinned in [true, false] {
        if pinned { server.pin(&id).unwrap() } else { server.unpin(&id).unwrap() }
    }
    server.change_room(&channel.id, "topic", "Le jardin").unwrap();
    server.change_room(&channel.id, "topic", "").unwrap();
    server.change_room(&channel.id, "name", "le-jardin").unwrap();
    server.promote(&channel.id, &channel.bot);
    let ours = Content::Pin { target: Some(id.as_str().into()), pinned: false };
    channel.deliver("1", &ours, false).await.unwrap();
    channel.deliver("2", &Content::Info(Info::Topic(Some("À nous".to_owned()))), false).await.unwrap();
    channel.say("fin");
    ears.words("fin").await;
    let changes: Vec<String> = ears
        .heard()
        .into_iter()
        .filter_map(|event| match event.kind {
            Kind::Pin { pinned, .. } => Some(format!("pinned {pinned}")),
            Kind::Info(Info::Topic(topic)) => Some(format!("topic {}", topic.unwrap_or_default())),
            Kind::Info(Info::Name(name)) => Some(format!("name {name}")),
            _ => None,
        })
        .collect();
    assert_eq!(changes, ["pinned true", "pinned false", "topic Le jardin", "topic ", "name le-jardin"]);
}

#[tokio::test]
async fn a_place_is_a_place() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let ears = channel.listen().await;
    let place =
        serde_json::json!({ "msg": "", "location": { "type": "Point", "coordinates": [-1.7, 48.1] } });
    channel.server.send(&channel.id, &channel.anne, place).unwrap();
    let card = |event: &contract::Event| match &event.kind {
        Kind::Message { body, .. } => body.card.clone(),
        _ => None,
    };
    let heard = ears.event("the place", |event| card(event).is_some()).await;
    let Some(contract::Card::Location(place)) = card(&heard) else { panic!("{heard:?}") };
    assert!((place.latitude, place.longitude) == (48.1, -1.7), "{place:?}");
}

#[tokio::test]
async fn a_room_that_the_bot_is_taken_out_of_is_told_and_heard_again_when_it_is_back() {
    let channel = Channel::open("7.10.2", &BOTH, false).await;
    let (server, group) = (&channel.server, channel.server.group("bureau"));
    for who in [&channel.bot, &channel.anne] {
        server.join(&group, who).unwrap();
    }
    let ears = channel.listen().await;
    let first = server.say(&group, &channel.anne, "avant").unwrap();
    ears.words("avant").await;
    server.leave(&group, &channel.bot).unwrap();
    let told = |came: bool| {
        let group = &group;
        move |event: &contract::Event| {
            event.chat.as_str() == group && matches!(event.kind, Kind::Bot { came: it } if it == came)
        }
    };
    ears.event("that it is out", told(false)).await;
    server.join(&group, &channel.bot).unwrap();
    ears.event("that it is back", told(true)).await;
    server.say(&group, &channel.anne, "de retour").unwrap();
    ears.words("de retour").await;
    server.delete(&channel.anne, &first).unwrap();
    ears.gone(&first).await;
}
