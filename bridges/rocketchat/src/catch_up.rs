//! Filling the gap over REST (`chat.syncMessages`): what changed in each room, and what was deleted.

use std::{sync::Arc, time::Duration};

use contract::{Cursor, Event, Fault, Heard, Inbox, Result};
use serde_json::Value;

use crate::{
    RocketChat,
    client::{Answer, repeatable},
    incoming::{Listener, Message},
    listen::OVERLAP,
    rooms::Room,
    times::{iso, ms},
};

/// Events put at once.
const AT_ONCE: usize = 250;
/// The longest that the server may make us wait for one room, unless it says more clearly.
const PAUSE: Duration = Duration::from_mins(1);

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
            let answer = self.changed(room, from).await?;
            let mut messages = answer["result"]["updated"].as_array().cloned().unwrap_or_default();
            messages.sort_by_key(|message| ms(&message["ts"]));
            let mut events = Vec::new();
            for raw in &messages {
                reached = reached.max(ms(&raw["_updatedAt"]));
                events.extend(listener.hear(Message { raw, room, since: from, live: false }).await?);
            }
            events.extend(deleted(listener, room, &answer));
            for some in events.chunks(AT_ONCE) {
                inbox.put(Heard { events: some.to_vec(), ..Heard::default() }).await?;
            }
        }
        // Only when all is put: a crash before begins again from the same place.
        inbox.put(Heard { cursor: Some(Cursor(reached.to_string())), ..Heard::default() }).await?;
        Ok(reached)
    }

    /// What was deleted in a room since then.
    pub(crate) async fn deleted_since(
        &self,
        listener: &Listener<'_>,
        room: &Room,
        since: i64,
    ) -> Result<Vec<Event>> {
        Ok(deleted(listener, room, &self.changed(room, since).await?))
    }

    async fn changed(&self, room: &Room, from: i64) -> Result<Value> {
        let since = iso(from);
        let query = [("roomId", room.id.as_str()), ("lastUpdate", since.as_str())];
        loop {
            let answer: Answer = self.client.get("chat.syncMessages", &query).await;
            match answer.map_err(repeatable) {
                Ok(answer) => return Ok(answer),
                // A bot without its role may ask ten times a minute.
                Err(Fault::Retry { after: Some(after), .. }) => {
                    tokio::time::sleep(after.min(PAUSE)).await;
                }
                // Left meanwhile.
                Err(Fault::Refused { .. }) => return Ok(Value::Null),
                Err(fault) => return Err(fault),
            }
        }
    }
}

fn deleted(listener: &Listener<'_>, room: &Room, answer: &Value) -> Vec<Event> {
    let deleted = answer["result"]["deleted"].as_array().into_iter().flatten();
    let event = |message: &Value| {
        listener.deleted(room, message["_id"].as_str().unwrap_or_default(), ms(&message["_deletedAt"]))
    };
    deleted.filter_map(event).collect()
}
