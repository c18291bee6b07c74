//! Filling the gap over REST (`chat.syncMessages`): what changed in each room, and what was deleted.
//!
//! The answer is one, however much it is. Where it is more than anybody reads it is asked for page by page, which servers
//! know from 7 on; of an older one the rest is out of reach, and the room is told so.

use std::{sync::Arc, time::Duration};

use contract::{Author, Body, ChatId, Cursor, Event, EventId, Fault, Heard, Inbox, Kind, Phrase, Result};
use serde_json::Value;
use wire::Failure;

use crate::{
    RocketChat,
    client::repeatable,
    incoming::{Listener, Message},
    listen::OVERLAP,
    rooms::Room,
    times::{iso, ms},
};

/// Events put at once.
const AT_ONCE: usize = 250;
/// Entries on a page.
const PAGE: &str = "100";
/// The longest that the server may make us wait for one room, unless it says more clearly.
const PAUSE: Duration = Duration::from_mins(1);

/// What the server answered.
enum Changes {
    All(Value),
    /// More than anybody reads.
    TooMany,
    /// It does not tell us.
    Refused,
}

/// One room whose gap is filled, and from when on.
struct Gap<'a> {
    listener: &'a Listener<'a>,
    inbox: &'a dyn Inbox,
    room: &'a Room,
    from: i64,
}

impl RocketChat {
    /// Puts what happened since then in every room of ours. Returns the newest time of it.
    pub(crate) async fn catch_up(
        &self,
        listener: &Listener<'_>,
        inbox: &dyn Inbox,
        rooms: &[Arc<Room>],
        since: i64,
    ) -> Result<i64> {
        let (from, mut reached) = (since - OVERLAP, since);
        for room in rooms {
            let gap = Gap { listener, inbox, room, from };
            reached = reached.max(match self.changes(room, &[("lastUpdate", &iso(from))]).await? {
                Changes::All(answer) => gap.put(&answer).await?,
                Changes::TooMany => self.page_through(&gap).await?,
                Changes::Refused => since,
            });
        }
        // Only when all is put: a crash before begins again from the same place.
        inbox.put(Heard { cursor: Some(Cursor(reached.to_string())), ..Heard::default() }).await?;
        Ok(reached)
    }

    /// The last of what was said in a room since then, while our bot was not in it.
    pub(crate) async fn missed_in(&self, chat: &ChatId, since: i64, most: usize) -> Result<Vec<Event>> {
        let listener = self.listener(&self.client.session().await?.user).await?;
        let room = self.room(chat.as_str()).await?;
        let Changes::All(answer) = self.changes(&room, &[("lastUpdate", &iso(since))]).await? else {
            return Err(Fault::Unsupported);
        };
        let (mut events, _) = understood(&listener, &room, &answer, since).await?;
        events.retain(|event| event.kind.is_speech());
        events.drain(..events.len().saturating_sub(most));
        Ok(events)
    }

    /// What was deleted in a room since then.
    pub(crate) async fn deleted_since(
        &self,
        listener: &Listener<'_>,
        room: &Room,
        since: i64,
    ) -> Result<Vec<Event>> {
        match self.changes(room, &[("lastUpdate", &iso(since))]).await? {
            Changes::All(answer) => Ok(deleted(listener, room, &answer)),
            Changes::TooMany | Changes::Refused => Ok(Vec::new()),
        }
    }

    async fn changes(&self, room: &Room, since: &[(&str, &str)]) -> Result<Changes> {
        let query = [&[("roomId", room.id.as_str())], since].concat();
        loop {
            let fault = match self.client.get("chat.syncMessages", &query).await {
                Ok(answer) => return Ok(Changes::All(answer)),
                Err(Failure::TooLong) => return Ok(Changes::TooMany),
                Err(failure) => repeatable(failure),
            };
            match fault {
                // A bot without its role may ask ten times a minute.
                Fault::Retry { after: Some(after), why } => {
                    tracing::info!(network = %self.name, room = %room.id, %why, "catching up waits");
                    tokio::time::sleep(after.min(PAUSE)).await;
                }
                // Left meanwhile.
                Fault::Refused { .. } => return Ok(Changes::Refused),
                fault => return Err(fault),
            }
        }
    }

    /// Puts what changed page by page, and then what was deleted. Returns the newest time of it.
    async fn page_through(&self, gap: &Gap<'_>) -> Result<i64> {
        tracing::warn!(network = %self.name, room = %gap.room.id, "too much has changed for one answer");
        let mut reached = gap.from;
        for kind in ["UPDATED", "DELETED"] {
            let mut from = gap.from;
            loop {
                let next = from.to_string();
                let page = [("type", kind), ("next", next.as_str()), ("count", PAGE)];
                let Changes::All(answer) = self.changes(gap.room, &page).await? else {
                    return self.give_up(gap).await;
                };
                reached = reached.max(gap.put(&answer).await?);
                match next_page(&answer, from) {
                    Some(next) => from = next,
                    None => break,
                }
            }
        }
        Ok(reached)
    }

    /// Tells the room that what was written in it until now is out of reach. Returns the server's time.
    async fn give_up(&self, gap: &Gap<'_>) -> Result<i64> {
        let now = self.server_time().await?;
        let line = Phrase::new("too-much-missed").with("network", &self.name);
        let event = Event {
            id: EventId(format!("{}.missed.{}", gap.room.id, gap.from)),
            chat: gap.room.id.as_str().into(),
            author: Author::bridge(),
            at: now,
            kind: Kind::Message { ids: Vec::new(), body: Body::notice(line.into()) },
        };
        gap.inbox.put(Heard { events: vec![event], ..Heard::default() }).await?;
        Ok(now.0)
    }
}

impl Gap<'_> {
    /// Puts what an answer tells. Returns the newest time of it.
    async fn put(&self, answer: &Value) -> Result<i64> {
        let (events, reached) = understood(self.listener, self.room, answer, self.from).await?;
        for some in events.chunks(AT_ONCE) {
            self.inbox.put(Heard { events: some.to_vec(), missed: true, ..Heard::default() }).await?;
        }
        Ok(reached)
    }
}

/// What an answer tells of a room since then, and the newest time of it.
async fn understood(
    listener: &Listener<'_>,
    room: &Room,
    answer: &Value,
    from: i64,
) -> Result<(Vec<Event>, i64)> {
    let mut messages = answer["result"]["updated"].as_array().cloned().unwrap_or_default();
    messages.sort_by_key(|message| ms(&message["ts"]));
    let (mut events, mut reached) = (Vec::new(), from);
    for raw in &messages {
        reached = reached.max(ms(&raw["_updatedAt"]));
        events.extend(listener.hear(Message { raw, room, since: from, live: false }).await?);
    }
    events.extend(deleted(listener, room, answer));
    Ok((events, reached))
}

/// Where the next page begins. What shares its millisecond with the end of this one comes again, unless that is all there is.
fn next_page(answer: &Value, from: i64) -> Option<i64> {
    let next = &answer["result"]["cursor"]["next"];
    let next = next.as_i64().or_else(|| next.as_str()?.parse().ok()).filter(|next| *next > from)?;
    Some(if next - 1 > from { next - 1 } else { next })
}

fn deleted(listener: &Listener<'_>, room: &Room, answer: &Value) -> Vec<Event> {
    let deleted = answer["result"]["deleted"].as_array().into_iter().flatten();
    let event = |message: &Value| {
        listener.deleted(room, message["_id"].as_str().unwrap_or_default(), ms(&message["_deletedAt"]))
    };
    deleted.filter_map(event).collect()
}
