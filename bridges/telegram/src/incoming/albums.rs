//! Puts albums together.
//!
//! Each picture of an album is an update of its own, and nothing says which is the last. So an album that came just now
//! is left with Telegram, with everything behind it: the offset stays before its first picture until asking again shows
//! no more of them. Nothing is held in memory alone.

use std::collections::HashMap;

use contract::{Event, Kind};
use serde_json::Value;

/// How many pictures of each album were there when it was last looked at.
#[derive(Debug, Default)]
pub(crate) struct Albums(HashMap<(i64, String), usize>);

impl Albums {
    /// How many of these updates can be taken: those before the first album that may still grow.
    pub(crate) fn ready(&mut self, updates: &[Value]) -> usize {
        let mut counts: HashMap<(i64, String), usize> = HashMap::new();
        for album in updates.iter().filter_map(album) {
            *counts.entry(album).or_default() += 1;
        }
        let growing =
            |update: &Value| album(update).is_some_and(|album| self.0.get(&album) != counts.get(&album));
        let ready = updates.iter().position(growing).unwrap_or(updates.len());
        self.0 = counts;
        ready
    }
}

/// The album a new message belongs to.
pub(crate) fn album(update: &Value) -> Option<(i64, String)> {
    let message = update.get("message").or_else(|| update.get("channel_post"))?;
    Some((message["chat"]["id"].as_i64()?, message["media_group_id"].as_str()?.to_owned()))
}

/// Makes one event of an album's pictures: `parts` are events with the album each belongs to.
pub(crate) fn join(parts: Vec<(Option<(i64, String)>, Event)>) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut places: HashMap<(i64, String), usize> = HashMap::new();
    for (album, event) in parts {
        let Kind::Message { ids, body } = &event.kind else {
            events.push(event);
            continue;
        };
        let Some(album) = album.filter(|_| !body.media.is_empty()) else {
            events.push(event);
            continue;
        };
        let first = places.get(&album).and_then(|&place| match &mut events[place].kind {
            Kind::Message { ids, body } => Some((ids, body)),
            _ => None,
        });
        if let Some((all_ids, whole)) = first {
            all_ids.extend(ids.iter().cloned());
            whole.media.extend(body.media.iter().cloned());
            whole.text.0.extend(body.text.0.iter().cloned());
        } else {
            places.insert(album, events.len());
            events.push(event);
        }
    }
    events
}
