//! Which posts are pinned. The server tells that a post changed, and not what of it.

use contract::{Author, Event, EventId, Kind, Timestamp};
use moka::sync::Cache;

use crate::incoming::Post;

/// Posts that are remembered.
const MOST: u64 = 50_000;

/// Which posts are known to be pinned, or no longer to be.
#[derive(Debug)]
pub(crate) struct Pins(Cache<String, bool>);

impl Default for Pins {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Pins {
    /// A post is pinned, or not, and nobody need be told.
    pub(crate) fn know(&self, post: &str, pinned: bool) {
        self.0.insert(post.to_owned(), pinned);
    }

    /// What a post that changed says of being pinned, if that is news. Nobody says by whom.
    pub(crate) fn news(&self, post: Post<'_>) -> Option<Event> {
        let pinned = post.raw["is_pinned"] == true;
        let before = self.0.get(post.id());
        if before.unwrap_or(false) == pinned {
            return None;
        }
        self.know(post.id(), pinned);
        let id = match before {
            // It may have been told before we began to remember.
            None => format!("{}.pinned", post.id()),
            Some(_) => format!("{}.pinned.{pinned}.{}", post.id(), post.time("update_at")),
        };
        Some(Event {
            id: EventId(id),
            chat: post.chat(),
            author: Author::bridge(),
            at: Timestamp(post.time("update_at")),
            kind: Kind::Pin { target: post.id().into(), pinned },
        })
    }
}
