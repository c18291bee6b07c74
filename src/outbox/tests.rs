use std::{path::Path, sync::Arc, time::Duration};

use contract::{
    Author, Body, Capabilities, Event, Fault, Heard, Inbox, Kind, MessageId, NetworkName, Phrase, Text,
    Timestamp,
    testing::{Fake, Said},
};
use tokio_util::sync::CancellationToken;

use super::{Networks, Outbox};
use crate::{
    commands::Commands,
    faces::Faces,
    router::Router,
    store::{
        Place, Store,
        dead_letters::Which,
        inbox::{Acceptance, Planned},
        tests::{bodies, hide_what_waits, keep_what_waits, spoil, spoil_settings},
    },
    words::{Called, Language},
};

mod comings;
mod doubts;
mod moves;
mod pace;

/// passerelle between two fakes, with the room `!r` linked to the group `g`.
struct House {
    store: Store,
    matrix: Arc<Fake>,
    telegram: Arc<Fake>,
    outbox: Arc<Outbox>,
    stop: CancellationToken,
}

impl House {
    async fn open(path: &Path, matrix: Arc<Fake>, telegram: Arc<Fake>) -> Self {
        Self::open_with(path, matrix, telegram, &[]).await
    }

    /// The same with more networks.
    async fn open_with(path: &Path, matrix: Arc<Fake>, telegram: Arc<Fake>, more: &[Arc<Fake>]) -> Self {
        let store = Store::open(path).await.unwrap();
        let (room, group) = (Place::room("!r"), Place { network: "telegram".into(), chat: "g".into() });
        store.link(&room, &group, Timestamp(0)).await.unwrap();
        let networks: Networks = Arc::new(
            [matrix.clone(), telegram.clone()]
                .into_iter()
                .chain(more.iter().cloned())
                .map(|fake| (contract::Network::name(&*fake).clone(), fake as _))
                .collect(),
        );
        let stop = CancellationToken::new();
        let called = Arc::new(Called::new(&networks));
        let outbox = Outbox::new(
            store.clone(),
            networks.clone(),
            Commands::new(store.clone(), networks.clone(), vec!["*".to_owned()], called.clone()),
            Language::En,
            called,
            Faces::new(None, "s".into(), networks),
            stop.clone(),
        );
        outbox.start().await.unwrap();
        Self { store, matrix, telegram, outbox, stop }
    }

    async fn hear(&self, network: &str, events: Vec<Event>) {
        let inbox = Router::new(network.into(), self.store.clone(), self.outbox.clone());
        inbox.put(Heard { events, ..Heard::default() }).await.unwrap();
    }

    /// What the room is to be told, before its lane is woken. Returns the lanes.
    async fn accept(&self, events: Vec<Event>) -> Vec<i64> {
        let planned = |event| Planned { event, to: vec![Place::room("!r")], part_of: None };
        let events = events.into_iter().map(planned).collect();
        let (network, aside, now) = ("telegram".into(), Vec::new(), Timestamp(1));
        self.store.accept(Acceptance { network, events, aside, cursor: None, now }).await.unwrap()
    }

    /// Waits until nothing waits.
    async fn settled(&self) {
        for _ in 0..500 {
            if self.store.count_waiting().await.unwrap().is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("something still waits: {:?}", self.store.count_waiting().await);
    }

    async fn close(self) {
        self.stop.cancel();
        self.outbox.drain().await;
        self.store.close().await;
    }
}

async fn house() -> (House, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let (matrix, telegram) = (Arc::new(Fake::new("matrix")), Arc::new(Fake::new("telegram")));
    (House::open(&dir.path().join("p.db"), matrix, telegram).await, dir)
}

fn event(network: &str, id: &str, user: &str, kind: Kind) -> Event {
    Event {
        id: id.into(),
        chat: if network == "matrix" { "!r" } else { "g" }.into(),
        author: Author::named(&NetworkName::from(network), user, user),
        at: Timestamp(1),
        kind,
    }
}

fn message(network: &str, id: &str, words: &str) -> Event {
    let kind = Kind::Message { ids: vec![id.into()], body: Body::of(Text::plain(words)) };
    event(network, &format!("e{id}"), "anne", kind)
}

fn words(said: &[Said]) -> Vec<String> {
    said.iter().map(|said| said.body.text.excerpt(200)).collect()
}

#[tokio::test]
async fn what_is_heard_twice_is_said_once() {
    let (house, _dir) = house().await;
    house.hear("telegram", vec![message("telegram", "1", "a"), message("telegram", "2", "b")]).await;
    house.hear("telegram", vec![message("telegram", "2", "b"), message("telegram", "3", "c")]).await;
    house.settled().await;
    assert_eq!(words(&house.matrix.said()), ["a", "b", "c"]);
    assert_eq!(house.telegram.said(), []);
}

#[tokio::test]
async fn what_was_taken_back_before_it_was_heard_is_not_said() {
    let (house, _dir) = house().await;
    let taken_back = event("matrix", "$d", "anne", Kind::Delete { target: "$1".into() });
    house.hear("matrix", vec![taken_back.clone()]).await;
    let said = |id: &str| Event { id: id.into(), ..message("matrix", id, id) };
    house.hear("matrix", vec![said("$1"), taken_back, said("$2")]).await;
    let at_once = event("matrix", "$e", "anne", Kind::Delete { target: "$3".into() });
    house.hear("matrix", vec![at_once, said("$3")]).await;
    house.settled().await;
    assert_eq!(words(&house.telegram.said()), ["$2"]);
}

#[tokio::test]
async fn replies_edits_reactions_and_deletions_find_their_message() {
    let (house, _dir) = house().await;
    house.hear("telegram", vec![message("telegram", "41", "question")]).await;
    house.settled().await;
    let copy = house.matrix.said()[0].id.clone();

    let body = Body { reply_to: Some(copy.clone()), ..Body::of(Text::plain("réponse")) };
    let reply = event("matrix", "r", "bob", Kind::Message { ids: vec!["$r".into()], body });
    let reaction = |id: &str, emoji: &str, user: &str| {
        let (id, target, emoji) = (Some(MessageId::from(id)), copy.clone(), emoji.to_owned());
        event("matrix", &format!("e{emoji}"), user, Kind::Reaction { id, target, emoji, added: true })
    };
    house.hear("matrix", vec![reply, reaction("$x", "👍", "bob"), reaction("$y", "🎉", "eve")]).await;
    let edit = Kind::Edit { target: "41".into(), body: Body::of(Text::plain("question ?")) };
    house.hear("telegram", vec![event("telegram", "ed", "anne", edit)]).await;
    // A redaction names the reaction, not the message.
    house.hear("matrix", vec![event("matrix", "ry", "eve", Kind::Delete { target: "$y".into() })]).await;
    house.settled().await;

    let reply = &house.telegram.said()[0];
    assert_eq!(reply.body.reply_to, Some("41".into()));
    assert_eq!(words(&house.matrix.said()), ["question ?"]);

    house.hear("telegram", vec![event("telegram", "d", "anne", Kind::Delete { target: "41".into() })]).await;
    house.settled().await;
    assert_eq!(house.matrix.said(), []);
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_not_delivered() {
    let (house, _dir) = house().await;
    let same = Kind::Edit { target: "1".into(), body: Body::of(Text::plain("a")) };
    house.hear("telegram", vec![message("telegram", "1", "a"), event("telegram", "n", "anne", same)]).await;
    house.settled().await;
    assert_eq!(house.matrix.attempts(), 1);
}

#[tokio::test]
async fn a_server_that_fails_delays_but_loses_nothing_and_keeps_the_order() {
    let (house, _dir) = house().await;
    let after = Some(Duration::from_millis(30));
    house.matrix.fail([
        Fault::Retry { after, why: "slow down".into() },
        Fault::unclear("the answer was lost"),
        Fault::retry("500"),
    ]);
    let events = (0..5).map(|n| message("telegram", &n.to_string(), &n.to_string())).collect();
    house.hear("telegram", events).await;
    house.settled().await;
    assert_eq!(words(&house.matrix.said()), ["0", "1", "2", "3", "4"]);
    assert_eq!(house.matrix.attempts(), 8);
}

#[tokio::test]
async fn what_may_have_been_done_stays_unclear_until_somebody_has_looked() {
    let dir = tempfile::tempdir().unwrap();
    let (matrix, telegram) = (Arc::new(Fake::new("matrix")), Fake::new("telegram"));
    let narrow = Capabilities { idempotent: false, ..contract::Network::capabilities(&telegram) };
    let telegram = Arc::new(telegram.with(narrow));
    // The answer is lost; then nobody can look; then it is looked for.
    telegram.fail([Fault::unclear("the answer was lost"), Fault::retry("cannot connect")]);
    let house = House::open(&dir.path().join("p.db"), matrix, telegram.clone()).await;
    house.hear("matrix", vec![message("matrix", "$1", "a")]).await;
    house.settled().await;
    assert_eq!((telegram.attempts(), telegram.unclear_attempts()), (3, 2));
}

#[tokio::test]
async fn what_is_refused_becomes_a_dead_letter_and_its_author_is_told() {
    let (house, _dir) = house().await;
    house.matrix.fail([Fault::refused(Phrase::new("not-in-chat"), "M_FORBIDDEN")]);
    house
        .hear("telegram", vec![message("telegram", "1", "perdu ?"), message("telegram", "2", "suite")])
        .await;
    house.settled().await;
    assert_eq!(words(&house.matrix.said()), ["suite"], "a dead letter does not block its lane");
    assert_eq!(house.store.count_dead_letters().await.unwrap(), 1);
    let told = &house.telegram.said()[0];
    assert!(told.author.is_bridge());
    assert_eq!(told.body.reply_to, Some("1".into()));
}

#[tokio::test]
async fn a_message_whose_file_is_refused_keeps_its_words() {
    let (house, _dir) = house().await;
    house.matrix.fail([Fault::refused(Phrase::new("file-too-big"), "413")]);
    let media = vec![contract::Media::new(contract::MediaKind::File, "f", "f")];
    let body = Body { text: Text::plain("voici"), media, ..Body::default() };
    let kind = Kind::Message { ids: vec!["1".into()], body };
    house.hear("telegram", vec![event("telegram", "e1", "anne", kind)]).await;
    house.settled().await;
    let said = &house.matrix.said()[0];
    assert!(said.body.media.is_empty() && said.body.text.excerpt(99).contains("voici"));
    assert_eq!(house.telegram.said().len(), 1, "and its author is told");
}

#[tokio::test]
async fn what_stands_in_the_place_of_a_file_goes_with_its_message() {
    let (house, _dir) = house().await;
    house.matrix.fail([Fault::refused(Phrase::new("file-too-big"), "413")]);
    let media = vec![contract::Media::new(contract::MediaKind::File, "f", "f")];
    let kind =
        Kind::Message { ids: vec!["1".into()], body: Body { media, ..Body::of(Text::plain("voici")) } };
    house.hear("telegram", vec![event("telegram", "e1", "anne", kind)]).await;
    house.settled().await;
    assert_eq!(house.matrix.said().len(), 1);
    house.hear("telegram", vec![event("telegram", "d", "anne", Kind::Delete { target: "1".into() })]).await;
    house.settled().await;
    assert_eq!(house.matrix.said(), []);
}

#[tokio::test]
async fn what_waits_survives_the_end_of_the_daemon() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.db");
    let (matrix, telegram) = (Arc::new(Fake::new("matrix")), Arc::new(Fake::new("telegram")));
    let narrow = Capabilities { idempotent: false, ..contract::Network::capabilities(&*matrix) };
    let down = Arc::new(Fake::new("matrix").with(narrow));
    down.fail((0..100).map(|_| Fault::retry("down")));
    let house = House::open(&path, down, telegram.clone()).await;
    house.hear("telegram", vec![message("telegram", "1", "a"), message("telegram", "2", "b")]).await;
    house.close().await;

    let house = House::open(&path, matrix.clone(), telegram).await;
    house.settled().await;
    assert_eq!(words(&matrix.said()), ["a", "b"]);
}

#[tokio::test]
async fn only_those_who_may_decide_for_a_room_link_it() {
    let (house, _dir) = house().await;
    let command = |user: &str, words: &str| {
        let (id, words) =
            (MessageId(format!("${user}{words}")), words.split(' ').map(str::to_owned).collect());
        let mut asked =
            event("matrix", &format!("{user}{words:?}"), user, Kind::Command { id, words, reply_to: None });
        asked.chat = "!other".into();
        asked
    };
    house.hear("matrix", vec![command("bob", "link telegram h")]).await;
    house.settled().await;
    assert_eq!(house.store.linked_to(&Place::room("!other")).await.unwrap(), []);
    house
        .hear("matrix", vec![command("admin", "link telegram nowhere"), command("admin", "link telegram h")])
        .await;
    house.settled().await;
    let linked = house.store.linked_to(&Place::room("!other")).await.unwrap();
    assert_eq!(linked, [Place { network: "telegram".into(), chat: "h".into() }]);
    assert_eq!(house.matrix.said().len(), 3, "every command is answered");
    assert_eq!(house.telegram.said()[0].chat.as_str(), "h", "those in the group are told too");
}

#[tokio::test]
async fn delete_is_for_authors_and_admins() {
    let (house, _dir) = house().await;
    house.hear("telegram", vec![message("telegram", "1", "a"), message("telegram", "2", "b")]).await;
    let command = |user: &str, target: &str| {
        let kind = Kind::Command {
            id: MessageId(format!("c{user}{target}")),
            words: vec!["delete".into()],
            reply_to: Some(target.into()),
        };
        event("telegram", &format!("c{user}{target}"), user, kind)
    };
    house.hear("telegram", vec![command("eve", "1"), command("anne", "1"), command("admin", "2")]).await;
    house.settled().await;
    assert_eq!(house.matrix.said(), []);
    assert_eq!(house.telegram.said().len(), 1, "only the one without the right is answered");
}

#[tokio::test]
async fn a_mistake_of_ours_in_one_delivery_ends_no_lane() {
    let (house, _dir) = house().await;
    house.matrix.panic_once();
    house.hear("telegram", vec![message("telegram", "1", "a"), message("telegram", "2", "b")]).await;
    house.settled().await;
    assert_eq!(words(&house.matrix.said()), ["b"]);
    assert_eq!(house.telegram.said().len(), 1, "its author is told");
}

#[tokio::test]
async fn a_lane_that_cannot_be_read_is_read_again() {
    let (house, _dir) = house().await;
    let lanes = house.accept(vec![message("telegram", "1", "a")]).await;
    hide_what_waits(&house.store, true).await;
    house.outbox.wake(lanes[0]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    hide_what_waits(&house.store, false).await;
    house.settled().await;
    assert_eq!(words(&house.matrix.said()), ["a"]);
}

#[tokio::test]
async fn what_cannot_be_read_any_more_is_a_dead_letter_and_blocks_nothing() {
    let (house, _dir) = house().await;
    let lanes = house.accept(vec![message("telegram", "1", "a"), message("telegram", "2", "b")]).await;
    spoil(&house.store, "e1").await;
    house.outbox.wake(lanes[0]);
    house.settled().await;
    assert_eq!(words(&house.matrix.said()), ["b"]);
    let letters = house.store.dead_letters(Which::default(), 9).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!((&letters[0].event, &letters[0].reason), (&None, &Phrase::new("unreadable")));
}

#[tokio::test]
async fn a_link_of_which_cannot_be_read_what_was_chosen_is_paused_and_its_room_is_told() {
    let (house, _dir) = house().await;
    let lanes = house.accept(vec![message("telegram", "1", "a")]).await;
    spoil_settings(&house.store).await;
    house.outbox.wake(lanes[0]);
    house.hear("telegram", vec![message("telegram", "2", "b")]).await;
    house.outbox.pause_unreadable().await.unwrap();
    house.settled().await;
    let said = words(&house.matrix.said());
    assert_eq!(said[0], "a", "what waits goes on: {said:?}");
    assert!(said[1..].iter().all(|words| words.contains("cannot be read any more")), "{said:?}");
    assert_eq!(house.telegram.said(), []);
}

#[tokio::test]
async fn a_place_that_is_lost_rests_and_is_told_of_once() {
    let (house, _dir) = house().await;
    let (room, lost) = (Place::room("!lost"), Place { network: "telegram".into(), chat: "nowhere".into() });
    house.store.link(&room, &lost, Timestamp(0)).await.unwrap();
    let refusals = (0..2).map(|_| Fault::refused(Phrase::new("not-in-chat"), "kicked"));
    house.telegram.fail(refusals);
    for n in 0..3 {
        let said = message("matrix", &format!("$e{n}"), "hello");
        house.hear("matrix", vec![Event { chat: "!lost".into(), ..said }]).await;
        house.settled().await;
    }
    assert_eq!(house.telegram.attempts(), 1, "nothing more is tried");
    let said = words(&house.matrix.said());
    assert_eq!(said.iter().filter(|words| words.starts_with("The bot is not in")).count(), 1, "{said:?}");
    house.close().await;
}
