//! Says in the rooms when something was written that we can no longer hear: some networks keep things for a while only.

use std::{sync::Arc, time::Duration};

use contract::{Author, Body, Event, Kind, Network, NetworkName, Phrase, Timestamp};

use crate::{
    outbox::Outbox,
    store::{self, Place, Store, inbox::Planned},
};

/// How often it is noted that we listen.
pub const NOTED: Duration = Duration::from_mins(1);

/// Tells every room that is linked to `network` when we last listened longer ago than it keeps what nobody fetches.
/// Said once for each absence.
pub async fn tell(
    network: &dyn Network,
    store: &Store,
    outbox: &Arc<Outbox>,
    now: Timestamp,
) -> store::Result<()> {
    let Some(since) = store.listened_at(network.name()).await? else { return Ok(()) };
    let keeps = network.keeps().await.unwrap_or_else(|fault| {
        tracing::warn!(network = %network.name(), %fault, "it is not known how long the network keeps things");
        None
    });
    let Some(keeps) = keeps else { return Ok(()) };
    let keeps = i64::try_from(keeps.as_millis()).unwrap_or(i64::MAX);
    let until = Timestamp(now.0.saturating_sub(keeps));
    if since >= until {
        return Ok(());
    }
    tracing::warn!(network = %network.name(), "away for longer than the network keeps what nobody fetches");
    let hours = keeps / 3_600_000;
    let mut events = Vec::new();
    for chat in store.linked_chats(network.name()).await? {
        let linked = store.linked_to(&Place::new(network.name(), &chat)).await?;
        let rooms = linked.into_iter().filter(|place| place.network == NetworkName::matrix()).collect();
        let line = Phrase::new("out-of-reach")
            .with("network", network.name())
            .with("from", date(since))
            .with("to", date(until))
            .with("hours", hours)
            // Said in days where there are many.
            .with("days", if hours < 72 { 0 } else { hours / 24 });
        let event = Event {
            id: format!("absence.{}", since.0).into(),
            chat,
            author: Author::bridge(),
            at: now,
            kind: Kind::Message { ids: Vec::new(), body: Body::notice(line.into()) },
        };
        events.push(Planned { part_of: None, event, to: rooms });
    }
    outbox.take(network.name(), events).await
}

/// A moment, as phrases take one.
pub(crate) fn date(at: Timestamp) -> String {
    let at = chrono::DateTime::from_timestamp_millis(at.0).unwrap_or_default();
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
