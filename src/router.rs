//! Takes what the networks hear and plans where it goes.

use std::{collections::HashSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use contract::{
    Author, Body, ChatId, Cursor, Event, Fault, Heard, Inbox, Kind, MessageId, NetworkName, Phrase,
    Timestamp, UserId,
};

use crate::{
    outbox::Outbox,
    store::{
        self, Place, Store,
        inbox::{Acceptance, Planned},
        routes::Route,
    },
};

mod swept;

/// How long what is heard waits for the messages it is about, while those may be what we have no receipt of: longer than
/// a lane waits between two attempts.
const IN_DOUBT: Duration = Duration::from_secs(30);
/// What is heard is kept within this, or the log tells.
const LONG: Duration = Duration::from_mins(1);
/// How often it is told that somebody says what is not read elsewhere, milliseconds.
const SAID_AGAIN: i64 = 10 * 60_000;

/// The inbox of one network.
#[derive(Debug)]
pub struct Router {
    network: NetworkName,
    store: Store,
    outbox: Arc<Outbox>,
}

impl Router {
    /// The inbox of `network`, whose events go to `outbox`.
    #[must_use]
    pub fn new(network: NetworkName, store: Store, outbox: Arc<Outbox>) -> Self {
        Self { network, store, outbox }
    }

    /// Waits a little for the messages that events are about, which may be some that we are just delivering.
    async fn settle(&self, events: &[Event]) -> Result<(), Fault> {
        let deadline = tokio::time::Instant::now() + IN_DOUBT;
        let mut heard: HashSet<(&ChatId, &MessageId)> = HashSet::new();
        for event in events {
            for target in targets(event) {
                if heard.contains(&(&event.chat, target)) {
                    continue;
                }
                let here = Place::new(&self.network, &event.chat);
                if !self.store.linked_to(&here).await?.is_empty() {
                    self.outbox.settle(&here, target, deadline).await?;
                    if matches!(event.kind, Kind::Delete { .. }) {
                        self.outbox.settle_deletion(&here, target, deadline).await?;
                    }
                }
            }
            if let Kind::Message { ids, .. } = &event.kind {
                heard.extend(ids.iter().map(|id| (&event.chat, id)));
            }
        }
        Ok(())
    }

    /// Plans and accepts what was heard, and wakes the lanes that it waits in.
    async fn take(&self, mut heard: Heard) -> Result<(), Fault> {
        self.settle(&heard.events).await?;
        heard.events = self.recognise(heard.events).await?;
        for event in &mut heard.events {
            if matches!(event.kind, Kind::Delete { .. }) && self.network == NetworkName::matrix() {
                // It may be an act of a moderator, whose name stays.
                event.author = self.outbox.name(event).await;
            }
        }
        if !heard.handles.is_empty() {
            self.store.save_handles(&self.network, heard.handles).await?;
        }
        // Planned along the routes there are when it is accepted: a chat that moves meanwhile takes along all that waits.
        let _steady = self.store.steady_routes().await;
        let mut events = Vec::with_capacity(heard.events.len());
        for event in heard.events {
            let here = Place::new(&self.network, &event.chat);
            if let Kind::Typing(on) = event.kind {
                let routes = self.store.routes(&here, &event.author.person).await?;
                self.outbox.show_typing(&event.author, &open(routes), on);
                continue;
            }
            events.extend(planned(&self.store, &here, event, heard.missed).await?);
        }
        let (network, now) = (self.network.clone(), Timestamp::now());
        let acceptance = Acceptance { network, events, aside: heard.aside, cursor: heard.cursor, now };
        for lane in self.store.accept(acceptance).await? {
            self.outbox.wake(lane);
        }
        Ok(())
    }
}

#[async_trait]
impl Inbox for Router {
    async fn put(&self, heard: Heard) -> Result<(), Fault> {
        let mut taking = std::pin::pin!(self.take(heard));
        loop {
            // Not broken off: what is accepted must wake its lanes.
            match tokio::time::timeout(LONG, &mut taking).await {
                Ok(taken) => return taken,
                Err(_) => {
                    tracing::warn!(network = %self.network, "what was heard is still not kept; is the disk in trouble?");
                }
            }
        }
    }

    async fn cursor(&self) -> Result<Option<Cursor>, Fault> {
        Ok(self.store.cursor(&self.network).await?)
    }

    async fn handles(&self) -> Result<Vec<(String, UserId)>, Fault> {
        Ok(self.store.handles(&self.network).await?)
    }

    async fn chat_of_poll(&self, poll: &MessageId) -> Result<Option<ChatId>, Fault> {
        // A vote can be faster than the receipt of the poll.
        Ok(self.outbox.settle_poll(&self.network, poll).await?)
    }
}

/// An event that was heard `here` and where it goes. `None` when it goes nowhere: nothing of places that are linked to nothing
/// is kept, not even an id. What was missed when it happened goes only where it would have gone then.
pub(crate) async fn planned(
    store: &Store,
    here: &Place,
    event: Event,
    missed: bool,
) -> store::Result<Option<Planned>> {
    let mut routes = store.routes(here, &event.author.person).await?;
    if missed && !matches!(event.kind, Kind::Delete { .. } | Kind::Swept { .. }) {
        let now = Timestamp::now();
        routes.retain(|route| route.reaches_back_to(event.at, now));
    }
    let private = !routes.is_empty() && store.is_private(&event.author.person).await?;
    let to = plan(&event, here, routes);
    let planned = match private {
        true => withheld(event, to),
        false => Some(Planned { part_of: None, event, to }),
    };
    Ok(planned.filter(|planned| !planned.to.is_empty()))
}

/// Where an event goes, heard `here`, along these routes.
fn plan(event: &Event, here: &Place, routes: Vec<Route>) -> Vec<Place> {
    match event.kind {
        // Asked of us, here: the lane of this very place answers, after what was said before.
        Kind::Command { .. } | Kind::Bot { .. } => vec![here.clone()],
        Kind::Moved { .. }
        | Kind::Encrypted
        | Kind::Archived(_)
        | Kind::Removed { .. }
        | Kind::Swept { .. }
        | Kind::Readmitted { .. }
            if !routes.is_empty() =>
        {
            vec![here.clone()]
        }
        Kind::Info(_) => open(routes.into_iter().filter(Route::shares_titles).collect()),
        // What is taken back goes wherever it was said, whatever was chosen since.
        Kind::Delete { .. } => routes.into_iter().map(|route| route.place).collect(),
        _ => open(routes),
    }
}

fn open(routes: Vec<Route>) -> Vec<Place> {
    routes.into_iter().filter(Route::is_open).map(|route| route.place).collect()
}

/// What is told instead of what somebody says who does not want to be read elsewhere: that something was said, now and
/// then. What they take back or ask of us goes its way.
fn withheld(event: Event, to: Vec<Place>) -> Option<Planned> {
    match event.kind {
        Kind::Message { .. } => {
            let body = Body::notice(Phrase::new("said-in-private").into());
            let id = format!("withheld.{}", event.at.0 / SAID_AGAIN).into();
            let kind = Kind::Message { ids: Vec::new(), body };
            Some(Planned { part_of: None, event: Event { id, author: Author::bridge(), kind, ..event }, to })
        }
        Kind::Delete { .. }
        | Kind::Command { .. }
        | Kind::Moved { .. }
        | Kind::Bot { .. }
        | Kind::Encrypted
        | Kind::Archived(_)
        | Kind::Removed { .. }
        | Kind::Readmitted { .. } => Some(Planned { part_of: None, event, to }),
        _ => None,
    }
}

/// The messages an event is about.
fn targets(event: &Event) -> Vec<&MessageId> {
    match &event.kind {
        Kind::Edit { target, .. }
        | Kind::Delete { target }
        | Kind::Reaction { target, .. }
        | Kind::Reactions { target, .. }
        | Kind::Vote { target, .. }
        | Kind::PollClosed { target, .. }
        | Kind::Pin { target, .. } => vec![target],
        Kind::Swept { targets, .. } => targets.iter().collect(),
        Kind::Message { body, .. } => body.reply_to.iter().chain(&body.thread).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::LinkSettings;

    fn event(kind: Kind) -> Event {
        Event {
            id: "e".into(),
            chat: "-1".into(),
            author: Author::named(&"telegram".into(), "7", "Anne"),
            at: Timestamp(0),
            kind,
        }
    }

    #[test]
    fn what_is_said_goes_to_every_other_place_and_commands_stay() {
        let here = Place { network: "telegram".into(), chat: "-1".into() };
        let said = event(Kind::Message { ids: vec!["1".into()], body: Body::default() });
        let asked = event(Kind::Command { id: "1".into(), words: vec!["help".into()], reply_to: None });
        let linked = vec![Place::room("!a"), Place::room("!b")];
        let route =
            |place| Route { place, links: <[LinkSettings; 2]>::default(), muted: false, since: Timestamp(0) };
        let routes = || linked.iter().cloned().map(route).collect::<Vec<_>>();
        assert_eq!(plan(&said, &here, routes()), linked);
        let muted = || routes().into_iter().map(|route| Route { muted: true, ..route }).collect();
        assert_eq!(plan(&said, &here, muted()), []);
        let gone = event(Kind::Delete { target: "1".into() });
        assert_eq!(plan(&gone, &here, muted()), linked, "what is taken back is taken back everywhere");
        let renamed = event(Kind::Info(contract::Info::Name("Le pré".into())));
        assert_eq!(plan(&renamed, &here, routes()), linked);
        let kept = LinkSettings { keeps_titles: true, ..LinkSettings::default() };
        let marked = LinkSettings { mark: Some("#pain".into()), ..LinkSettings::default() };
        for chosen in [kept, marked] {
            let keeps = routes()
                .into_iter()
                .map(|route| Route { links: [chosen.clone(), LinkSettings::default()], ..route });
            assert_eq!(plan(&renamed, &here, keeps.collect()), [], "each is called as it is");
        }
        assert_eq!(plan(&asked, &here, vec![]), std::slice::from_ref(&here));
        assert_eq!(plan(&event(Kind::Moved { to: "-2".into() }), &here, vec![]), []);
    }

    #[test]
    fn of_what_is_private_only_that_it_was_said_is_told() {
        let words = Body::of(contract::Text::plain("entre nous"));
        let said = event(Kind::Message { ids: vec!["1".into()], body: words.clone() });
        let told = withheld(said, vec![Place::room("!a")]).unwrap();
        assert!(told.event.author.is_bridge());
        assert!(!format!("{told:?}").contains("entre nous"));
        assert!(withheld(event(Kind::Edit { target: "1".into(), body: words }), Vec::new()).is_none());
        assert!(withheld(event(Kind::Delete { target: "1".into() }), Vec::new()).is_some());
    }
}
