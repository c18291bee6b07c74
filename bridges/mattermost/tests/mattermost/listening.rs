//! What is heard, and what is caught up with.

use std::time::Duration;

use contract::{Body, Content, Event, Kind, Membership, Text};
use mattermost::Puppets;
use serde_json::json;

use crate::place::{Channel, edit, message};

fn deletes(events: &[Event], post: &str) -> bool {
    events.iter().any(|event| matches!(&event.kind, Kind::Delete { target } if target.as_str() == post))
}

fn says(events: &[Event], words: &str) -> bool {
    let said = |event: &Event| matches!(&event.kind, Kind::Message { body, .. } | Kind::Edit { body, .. } if body.text.words() == words);
    events.iter().any(said)
}

/// Listens until Emma was heard.
async fn settle(channel: &Channel) {
    for n in 0.. {
        channel.say(&format!("allô {n}"));
        tokio::time::sleep(Duration::from_millis(20)).await;
        if !channel.inbox.events().is_empty() {
            return;
        }
    }
}

#[tokio::test]
async fn a_connection_that_broke_goes_on_where_it_was() {
    let channel = Channel::new(true, None).await;
    let listening = channel.listen();
    settle(&channel).await;
    let asked = channel.server.calls_of("history").len();
    channel.server.cut();
    for n in 0..100 {
        channel.say(&format!("pendant la coupure {n}"));
    }
    channel.heard("the last one", |events| says(events, "pendant la coupure 99")).await;
    let heard: Vec<String> = channel.inbox.words();
    let all: Vec<String> = (0..100).map(|n| format!("pendant la coupure {n}")).collect();
    assert_eq!(heard[heard.len() - 100..], all[..], "once each, in order");
    assert_eq!(channel.server.calls_of("history").len(), asked, "the server had kept them");
    listening.end().await;
}

#[tokio::test]
async fn what_happened_in_a_gap_is_all_found() {
    let mut channel = Channel::new(true, None).await;
    let listening = channel.listen();
    settle(&channel).await;
    let (kept, changed, gone) = (channel.say("reste"), channel.say("avant"), channel.say("part"));
    let root = channel.say("un fil ?");
    channel.server.react(&channel.emma, &kept, "tada").unwrap();
    channel.server.react(&channel.emma, &kept, "compost").unwrap();
    channel
        .heard("the reactions", |events| {
            events.iter().filter(|event| matches!(event.kind, Kind::Reaction { .. })).count() == 2
        })
        .await;
    listening.end().await;

    channel.server.edit(&channel.emma, &changed, "après").unwrap();
    channel.server.delete(&channel.emma, &gone).unwrap();
    channel.server.unreact(&channel.emma, &kept, "compost").unwrap();
    channel.server.pin(&channel.emma, &kept).unwrap();
    for n in 0..250 {
        // Many share a millisecond.
        channel.server.say(&channel.id, &channel.emma, &n.to_string()).unwrap();
    }
    channel.server.reply(&channel.id, &channel.emma, &root, "un fil !").unwrap();
    channel.server.change_channel(&channel.id, &json!({ "header": "nouveau" })).unwrap();
    let lucie = channel.server.person("lucie", "Lucie").unwrap();
    channel.server.join(&channel.id, &lucie).unwrap();
    channel.begin_anew(None);
    let listening = channel.listen();
    let events = channel.heard("who came last", |events| {
        events.iter().any(|event| {
            matches!(event.kind, Kind::Membership(Membership::Joined)) && event.author.shown() == "Lucie"
        })
    });
    let events = events.await;
    let mut numbers: Vec<usize> =
        channel.inbox.words().iter().filter_map(|words| words.parse().ok()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..250).collect::<Vec<_>>(), "each once");
    assert!(says(&events, "après") && deletes(&events, &gone));
    let standing = events.iter().rev().find_map(|event| match &event.kind {
        Kind::Reactions { target, standing } if target.as_str() == kept => Some(standing.clone()),
        _ => None,
    });
    let standing: Vec<String> = standing.unwrap().into_iter().map(|(_, emoji)| emoji).collect();
    assert_eq!(standing, ["🎉"], "one was taken back");
    assert!(events.iter().any(|event| event.id.as_str() == format!("{kept}.pinned")));
    let threaded = |event: &Event| matches!(&event.kind, Kind::Message { body, .. } if body.thread.as_ref().is_some_and(|thread| thread.as_str() == root));
    assert!(events.iter().any(threaded));
    listening.end().await;
}

#[tokio::test]
async fn more_than_a_thousand_changes_are_paged_through() {
    let mut channel = Channel::new(true, None).await;
    let listening = channel.listen();
    settle(&channel).await;
    let changed = channel.say("avant");
    channel.heard("what is changed later", |events| says(events, "avant")).await;
    listening.end().await;
    for n in 0..1500 {
        channel.server.say(&channel.id, &channel.emma, &n.to_string()).unwrap();
    }
    channel.server.edit(&channel.emma, &changed, "après").unwrap();
    channel.begin_anew(None);
    let listening = channel.listen();
    channel.heard("the end", |events| says(events, "1499")).await;
    channel.heard("the edit of what was before", |events| says(events, "après")).await;
    let mut numbers: Vec<usize> =
        channel.inbox.words().iter().filter_map(|words| words.parse().ok()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..1500).collect::<Vec<_>>(), "each once");
    listening.end().await;
}

#[tokio::test]
async fn what_was_said_while_a_server_restarted_is_heard_though_its_hello_comes_behind_an_answer() {
    let channel = Channel::new(true, None).await;
    let listening = channel.listen();
    settle(&channel).await;
    channel.server.set(|settings| settings.slow_hub = true);
    channel.server.pause().await;
    channel.say("pendant la panne");
    channel.server.resume().await.unwrap();
    channel.heard("what was said meanwhile", |events| says(events, "pendant la panne")).await;
    channel.say("et depuis");
    channel.heard("what came after", |events| says(events, "et depuis")).await;
    listening.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_deaf_is_left_for_a_new_one() {
    let channel = Channel::new(true, None).await;
    let listening = channel.listen();
    settle(&channel).await;
    channel.server.deafen();
    channel.say("personne n’entend");
    tokio::time::sleep(Duration::from_mins(1)).await;
    channel.heard("what the deaf one missed", |events| says(events, "personne n’entend")).await;
    channel.say("et maintenant");
    channel.heard("what came after", |events| says(events, "et maintenant")).await;
    let faults = listening.end().await;
    assert_eq!(faults.len(), 1, "it did not go on with the deaf one: {faults:?}");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_revoked_is_noticed_though_the_connection_goes_on_and_a_new_one_hears_all() {
    let mut channel = Channel::new(true, None).await;
    let listening = channel.listen();
    settle(&channel).await;
    let token = channel.server.revoke(&channel.bot);
    tokio::time::sleep(Duration::from_secs(40)).await;
    let faults = listening.end().await;
    assert!(faults[0].starts_with("logged out"), "{faults:?}");
    assert!(
        !faults.iter().any(|fault| fault.contains(&token) || fault.contains("session token")),
        "{faults:?}"
    );
    channel.say("pendant ce temps");
    channel.begin_anew(Some(token));
    let listening = channel.listen();
    channel.heard("what was said meanwhile", |events| says(events, "pendant ce temps")).await;
    listening.end().await;
}

#[tokio::test]
async fn what_others_said_in_a_thread_that_is_deleted_is_to_be_said_again() {
    let channel = Channel::new(true, None).await;
    let listening = channel.listen();
    settle(&channel).await;
    let root = channel.say("un fil ?");
    let body = Body { thread: Some(root.as_str().into()), ..Body::of(Text::plain("oui")) };
    let ours = channel.deliver("a", &Content::Message(body), false).await.unwrap().made.remove(0);
    let own = channel.server.reply(&channel.id, &channel.emma, &root, "moi aussi").unwrap();
    channel.server.delete(&channel.emma, &root).unwrap();
    let swept = |events: &[Event]| {
        let event = events.iter().find(|event| matches!(event.kind, Kind::Swept { .. })).cloned()?;
        Some((event.author.shown().to_owned(), event.kind))
    };
    channel.heard("what went along", |events| swept(events).is_some() && deletes(events, &own)).await;
    let (name, Kind::Swept { targets, body }) = swept(&channel.inbox.events()).unwrap() else { panic!() };
    assert_eq!((name.as_str(), targets, body.text.words().as_str()), ("Anne", vec![ours.clone()], "oui"));
    let late = channel.deliver("b", &edit(&ours, "non"), false).await.unwrap();
    assert!(late.absent, "it is to be said again in these words");
    listening.end().await;
}

#[tokio::test]
async fn a_post_from_the_future_is_no_place_to_resume() {
    let mut channel = Channel::new(true, None).await;
    let listening = channel.listen();
    settle(&channel).await;
    let admin = channel.server.id_of("admin").unwrap();
    let post = json!({ "message": "en 2100", "create_at": 4_102_444_800_000_i64 });
    channel.server.post(&channel.id, &admin, post).unwrap();
    channel.heard("the future", |events| says(events, "en 2100")).await;
    listening.end().await;
    assert!(channel.inbox.resumes_at() < 4_102_444_800_000);
    channel.say("de nos jours");
    channel.begin_anew(None);
    let listening = channel.listen();
    channel.heard("today", |events| says(events, "de nos jours")).await;
    listening.end().await;
}

#[tokio::test]
async fn a_thread_that_goes_takes_along_what_was_said_here() {
    let channel = Channel::new(true, None).await;
    let listening = channel.listen();
    settle(&channel).await;
    let root = channel.say("question");
    let own = channel.server.reply(&channel.id, &channel.emma, &root, "réponse").unwrap();
    let ours = channel.server.reply(&channel.id, &channel.bot, &root, "réponse d’ailleurs").unwrap();
    channel.heard("the answer", |events| says(events, "réponse")).await;
    channel.server.delete(&channel.emma, &root).unwrap();
    let events = channel.heard("the deletion", |events| deletes(events, &own)).await;
    assert!(deletes(&events, &root));
    assert!(!deletes(&events, &ours), "its author, elsewhere, did not take it back");
    listening.end().await;
}

#[tokio::test]
async fn a_reaction_stands_as_long_as_it_stands_by_one_of_its_names() {
    let channel = Channel::new(true, None).await;
    let listening = channel.listen();
    settle(&channel).await;
    let post = channel.say("qui vient ?");
    for name in ["+1", "thumbsup"] {
        channel.server.react(&channel.emma, &post, name).unwrap();
    }
    channel.server.unreact(&channel.emma, &post, "+1").unwrap();
    channel.say("un");
    let removed = |events: &[Event]| {
        events.iter().any(|event| matches!(event.kind, Kind::Reaction { added: false, .. }))
    };
    let events = channel.heard("what came after", |events| says(events, "un")).await;
    assert!(!removed(&events));
    channel.server.unreact(&channel.emma, &post, "thumbsup").unwrap();
    channel.heard("the end of it", removed).await;
    listening.end().await;
}

#[tokio::test]
async fn accounts_of_ours_come_without_noise() {
    let channel = Channel::new(false, Some(Puppets::Bots)).await;
    let listening = channel.listen();
    settle(&channel).await;
    channel.deliver("1", &message("bonjour"), false).await.unwrap();
    channel.say("et toi ?");
    let events = channel.heard("what came after", |events| says(events, "et toi ?")).await;
    let comings = events.iter().filter(|event| matches!(event.kind, Kind::Membership(_)));
    let who: Vec<&str> = comings.map(|event| event.author.shown()).collect();
    assert!(!who.contains(&"Anne"), "{who:?}");
    let lines = channel.server.everything(&channel.id).unwrap();
    assert!(!lines.iter().any(|line| line.notifies.contains(&"anne.elsewhere".to_owned())), "{lines:#?}");
    listening.end().await;
}

#[tokio::test]
async fn pins_are_told_once_and_our_own_are_no_news() {
    let mut channel = Channel::new(true, None).await;
    let old = channel.say("épinglé avant");
    channel.server.pin(&channel.emma, &old).unwrap();
    let listening = channel.listen();
    settle(&channel).await;
    let (ours, theirs) = (channel.say("par nous"), channel.say("par eux"));
    let pin = Content::Pin { target: Some(ours.as_str().into()), pinned: true };
    channel.deliver("1", &pin, false).await.unwrap();
    channel.server.pin(&channel.emma, &theirs).unwrap();
    channel.server.edit(&channel.emma, &theirs, "par eux, corrigé").unwrap();
    channel.server.edit(&channel.emma, &ours, "par nous, corrigé").unwrap();
    let news = |events: &[Event]| -> Vec<(String, bool)> {
        let pin = |event: &Event| match &event.kind {
            Kind::Pin { target, pinned } => Some((target.to_string(), *pinned)),
            _ => None,
        };
        events.iter().filter_map(pin).filter(|(post, _)| *post != old).collect()
    };
    let events = channel.heard("the edit", |events| says(events, "par nous, corrigé")).await;
    assert_eq!(news(&events), [(theirs.clone(), true)], "once, and ours not at all");
    listening.end().await;
    let unpin = Content::Pin { target: Some(ours.as_str().into()), pinned: false };
    channel.begin_anew(None);
    let listening = channel.listen();
    channel.say("de retour");
    channel.heard("what came after", |events| says(events, "de retour")).await;
    channel.deliver("2", &unpin, false).await.unwrap();
    channel.server.unpin(&channel.emma, &theirs).unwrap();
    let gone = (theirs.clone(), false);
    channel.heard("what is no longer pinned", |events| news(events).contains(&gone)).await;
    let lines = channel.server.transcript(&channel.id).unwrap();
    assert!(lines.iter().all(|line| line.pinned == (line.id == old)), "{lines:#?}");
    listening.end().await;
}
