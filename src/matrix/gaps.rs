//! What a homeserver that ended all at once never pushed.
//!
//! Synapse keeps in memory only what waits while a transaction is under way: a restart forgets it (`enqueue_for_appservice`
//! in its source). So when a call of ours broke off, or one of its did, every linked room is read back to a little before,
//! and what is not known yet is heard before anything newer. (Client-server API, `GET /rooms/{roomId}/messages`)

use std::sync::{Mutex, PoisonError};

use contract::{ChatId, Heard, Inbox, Result, Timestamp};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use super::{
    Matrix,
    client::{Call, Refusal},
};

/// How long before a call broke off something may have been forgotten, milliseconds: as long as a transaction may take.
const BEFORE: i64 = 60_000;
/// Events on a page, and pages that are read of a room.
const PAGE: &str = "100";
const MOST_PAGES: usize = 20;
/// Rooms read at a time.
const AT_A_TIME: usize = 8;

/// Since when something may have been forgotten.
#[derive(Debug, Default)]
pub(super) struct Gap {
    since: Mutex<Option<Timestamp>>,
    /// Held while it is filled: what is newer waits.
    filling: tokio::sync::Mutex<()>,
}

impl Gap {
    /// A call broke off just now, or not long ago: one every half minute is ours.
    pub(super) fn begins(&self) {
        self.reaches(Timestamp(Timestamp::now().0 - BEFORE));
    }

    fn reaches(&self, since: Timestamp) {
        let mut known = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some(known.map_or(since, |known| known.min(since)));
    }

    fn take(&self) -> Option<Timestamp> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Matrix {
    /// Hears what the homeserver may have forgotten, if there may be anything.
    pub(super) async fn fill_gap(&self, inbox: &dyn Inbox) -> Result<()> {
        let gap = self.client.gap();
        let _alone = gap.filling.lock().await;
        let Some(since) = gap.take() else { return Ok(()) };
        let filled = self.hear_since(since, inbox).await;
        if filled.is_err() {
            gap.reaches(since);
        }
        filled
    }

    async fn hear_since(&self, since: Timestamp, inbox: &dyn Inbox) -> Result<()> {
        let rooms = self.store.linked_chats(&self.name).await?;
        tracing::info!(rooms = rooms.len(), "looking for what the homeserver may have forgotten to push");
        let backlogs: Vec<Vec<Value>> = stream::iter(rooms)
            .map(|room| async move { self.backlog(&room, since).await })
            .buffer_unordered(AT_A_TIME)
            .try_collect()
            .await?;
        for events in backlogs {
            let mut heard = Heard { missed: true, ..Heard::default() };
            for event in &events {
                self.hear(&event.to_string(), "backlog", &mut heard).await;
            }
            inbox.put(heard).await?;
        }
        Ok(())
    }

    /// What happened in a room since then, oldest first, without what was taken back.
    async fn backlog(&self, room: &ChatId, since: Timestamp) -> Result<Vec<Value>> {
        let path = ["client", "v3", "rooms", room.as_str(), "messages"];
        let mut events = Vec::new();
        let mut from: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut call = Call::get(&path).with("dir", "b").with("limit", PAGE);
            if let Some(from) = &from {
                call = call.with("from", from);
            }
            let Some(page) = readable(self.client.call(call).await)? else { break };
            let chunk = page["chunk"].as_array().cloned().unwrap_or_default();
            let is_new = |event: &Value| event["origin_server_ts"].as_i64() >= Some(since.0);
            let ends = !chunk.iter().all(is_new);
            let stands = |event: &Value| event["unsigned"]["redacted_because"].is_null();
            events.extend(chunk.into_iter().filter(|event| is_new(event) && stands(event)));
            from = page["end"].as_str().filter(|_| !ends).map(str::to_owned);
            if from.is_none() {
                break;
            }
        }
        events.reverse();
        Ok(events)
    }
}

/// What was answered; nothing where we may not look.
fn readable(answer: std::result::Result<Value, Refusal>) -> Result<Option<Value>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(refusal) if refusal.is_forbidden() || refusal.is_missing() => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}
