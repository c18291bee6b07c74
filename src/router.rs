//! Takes what the networks hear and plans where it goes.

use std::sync::Arc;

use async_trait::async_trait;
use contract::{ChatId, Cursor, Event, Fault, Heard, Inbox, Kind, MessageId, NetworkName, Timestamp};

use crate::{
    outbox::Outbox,
    store::{
        Place, Store,
        inbox::{Acceptance, Planned},
    },
};

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
}

#[async_trait]
impl Inbox for Router {
    async fn put(&self, heard: Heard) -> Result<(), Fault> {
        let mut events = Vec::with_capacity(heard.events.len());
        for event in heard.events {
            let here = Place::new(&self.network, &event.chat);
            let linked = self.store.linked_to(&here).await?;
            if let Kind::Typing(on) = event.kind {
                self.outbox.show_typing(&event.author, &linked, on);
                continue;
            }
            if let Some(target) = target(&event) {
                self.outbox.settle(&here, target).await?;
            }
            let to = plan(&event, &here, linked);
            events.push(Planned { part_of: None, event, to });
        }
        // Nothing of places that are linked to nothing is kept, not even an id.
        events.retain(|planned| !planned.to.is_empty());
        let (network, now) = (self.network.clone(), Timestamp::now());
        let acceptance = Acceptance { network, events, aside: heard.aside, cursor: heard.cursor, now };
        for lane in self.store.accept(acceptance).await? {
            self.outbox.wake(lane);
        }
        Ok(())
    }

    async fn cursor(&self) -> Result<Option<Cursor>, Fault> {
        Ok(self.store.cursor(&self.network).await?)
    }

    async fn chat_of_poll(&self, poll: &MessageId) -> Result<Option<ChatId>, Fault> {
        // A vote can be faster than the receipt of the poll.
        Ok(self.outbox.settle_poll(&self.network, poll).await?)
    }
}

/// Where an event goes, heard `here`, with these places linked.
fn plan(event: &Event, here: &Place, linked: Vec<Place>) -> Vec<Place> {
    match event.kind {
        // Asked of us, here: the lane of this very place answers, after what was said before.
        Kind::Command { .. } => vec![here.clone()],
        Kind::Moved { .. } if !linked.is_empty() => vec![here.clone()],
        _ => linked,
    }
}

/// The message an event is about, which may be one that we are just delivering.
fn target(event: &Event) -> Option<&MessageId> {
    match &event.kind {
        Kind::Edit { target, .. }
        | Kind::Delete { target }
        | Kind::Reaction { target, .. }
        | Kind::Reactions { target, .. }
        | Kind::Vote { target, .. }
        | Kind::PollClosed { target, .. }
        | Kind::Pin { target, .. } => Some(target),
        Kind::Message { body, .. } => body.reply_to.as_ref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use contract::{Author, Body};

    use super::*;

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
        assert_eq!(plan(&said, &here, linked.clone()), linked);
        assert_eq!(plan(&asked, &here, vec![]), std::slice::from_ref(&here));
        assert_eq!(plan(&event(Kind::Moved { to: "-2".into() }), &here, vec![]), []);
    }
}
