//! What a homeserver that ended all at once never pushed.
//!
//! Synapse keeps in memory only what waits while a transaction is under way: a restart forgets it (`enqueue_for_appservice`
//! in its source). So when a call of ours broke off, or one of its did, or all went dark, every linked room is read back to a
//! little before, and what is not known yet is heard before anything newer.
//! (Client-server API, `GET /rooms/{roomId}/messages`)

use std::{
    pin::pin,
    sync::{Mutex, PoisonError},
};

use contract::{ChatId, Heard, Inbox, Result, Timestamp};
use futures_util::{StreamExt, TryStreamExt, stream};
use ruma::UserId;
use serde_json::Value;

use super::{
    Matrix,
    client::{Call, Refusal},
};

/// How long before a call broke off something may have been forgotten, milliseconds: as long as a transaction may take. And
/// how long after we were last known to listen: so often that is noted.
const AROUND: i64 = 60_000;
/// Events on a page, and pages that are read of a room.
const PAGE: &str = "100";
const MOST_PAGES: usize = 20;
/// Rooms read at a time.
const AT_A_TIME: usize = 8;

/// When something may have been forgotten.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    since: Timestamp,
    /// What is newer the homeserver pushes itself.
    until: Timestamp,
}

/// What may be missing of what the homeserver knew.
#[derive(Debug, Default)]
pub(super) struct Gap {
    span: Mutex<Option<Span>>,
    /// Held while it is filled: what is newer waits.
    filling: tokio::sync::Mutex<()>,
}

impl Gap {
    /// A call broke off just now. Whatever it met began after the last ping, half a minute ago at most.
    pub(super) fn begins(&self) {
        self.reaches(Span { since: Timestamp(Timestamp::now().0 - AROUND), until: Timestamp(i64::MAX) });
    }

    /// The homeserver ended, and we may have, after we were last known to listen.
    pub(super) fn lies_around(&self, listened: Timestamp) {
        let (since, until) = (Timestamp(listened.0 - AROUND), Timestamp(listened.0 + 2 * AROUND));
        self.reaches(Span { since, until });
    }

    fn reaches(&self, span: Span) {
        let mut known = self.span.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some(known.map_or(span, |known| Span {
            since: known.since.min(span.since),
            until: known.until.max(span.until),
        }));
    }

    fn take(&self) -> Option<Span> {
        self.span.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether nothing may be missing.
    pub(super) fn is_filled(&self) -> bool {
        self.span.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

impl Matrix {
    /// Hears what the homeserver may have forgotten, if there may be anything.
    pub(super) async fn fill_gap(&self, inbox: &dyn Inbox) -> Result<()> {
        let gap = self.client.gap();
        let _alone = gap.filling.lock().await;
        let Some(span) = gap.take() else { return Ok(()) };
        let filled = self.hear_again(span, inbox).await;
        if filled.is_err() {
            gap.reaches(span);
        }
        filled
    }

    async fn hear_again(&self, span: Span, inbox: &dyn Inbox) -> Result<()> {
        let rooms = self.store.linked_chats(&self.name).await?;
        tracing::info!(rooms = rooms.len(), "looking for what the homeserver may have forgotten to push");
        let backlogs = stream::iter(rooms)
            .map(|room| async move { self.backlog(&room, span).await })
            .buffer_unordered(AT_A_TIME);
        let mut backlogs = pin!(backlogs);
        while let Some(events) = backlogs.try_next().await? {
            let mut heard = Heard { missed: true, ..Heard::default() };
            for event in &events {
                self.hear(&event.to_string(), "backlog", &mut heard).await;
            }
            inbox.put(heard).await?;
        }
        Ok(())
    }

    /// What happened in a room then, oldest first.
    async fn backlog(&self, room: &ChatId, span: Span) -> Result<Vec<Value>> {
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
            let at = |event: &Value| event["origin_server_ts"].as_i64();
            // What we said for others has the time at which they said it.
            let is_ours = |event: &Value| {
                let sender = event["sender"].as_str().and_then(|sender| UserId::parse(sender).ok());
                sender.is_some_and(|sender| self.people.is_ours(&sender))
            };
            let oldest = chunk.iter().rev().find(|event| !is_ours(event));
            let ends = oldest.is_some_and(|event| at(event) < Some(span.since.0));
            let is_then = |event: &Value| (Some(span.since.0)..=Some(span.until.0)).contains(&at(event));
            // What was taken back is not to be said, and an invitation is of no use where the bot has been since.
            let stands = |event: &Value| {
                event["unsigned"]["redacted_because"].is_null() && event["content"]["membership"] != "invite"
            };
            events.extend(chunk.into_iter().filter(|event| is_then(event) && stands(event)));
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
