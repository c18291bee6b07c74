//! What went with something that somebody took back, though nobody took it back itself.

use std::collections::HashMap;

use contract::{ChatId, Event, Fault, Kind};

use super::Router;
use crate::store::{Place, messages::Known};

impl Router {
    /// What is to be said again is said as one message, of however many parts it was; and in its author's name, as far as
    /// the network that lost it does not say it otherwise.
    pub(super) async fn recognise(&self, heard: Vec<Event>) -> Result<Vec<Event>, Fault> {
        let mut events: Vec<Event> = Vec::with_capacity(heard.len());
        let mut swept: HashMap<(ChatId, i64), usize> = HashMap::new();
        for mut event in heard {
            if let Some(known) = self.known_swept(&event).await? {
                let whole = *swept.entry((event.chat.clone(), known.message)).or_insert(events.len());
                if let Some(whole) = events.get_mut(whole) {
                    append(&mut whole.kind, event.kind);
                    continue;
                }
                if !event.author.is_bridge() {
                    event.author.person = known.author;
                }
            }
            events.push(event);
        }
        Ok(events)
    }

    /// The message that an event says went with something else.
    async fn known_swept(&self, event: &Event) -> Result<Option<Known>, Fault> {
        let Kind::Swept { targets, .. } = &event.kind else { return Ok(None) };
        let here = Place::new(&self.network, &event.chat);
        let Some(target) = targets.first() else { return Ok(None) };
        if self.store.linked_to(&here).await?.is_empty() {
            return Ok(None);
        }
        Ok(self.store.message(self.store.number(&here).await?, target).await?)
    }
}

/// One part more of a message that is to be said again.
fn append(whole: &mut Kind, part: Kind) {
    if let (Kind::Swept { targets, body }, Kind::Swept { targets: more, body: rest }) = (whole, part) {
        targets.extend(more);
        body.text.0.extend(rest.text.0);
        body.media.extend(rest.media);
    }
}
