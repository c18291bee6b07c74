//! Where a network puts what it hears.

use async_trait::async_trait;

use crate::{ChatId, Cursor, Event, MessageId, Result, UserId};

/// What one network heard at once: a transaction, an answer to a poll.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// What was understood, in order.
    pub events: Vec<Event>,
    /// What was not: kept for the hoster, never in the way of the others.
    pub aside: Vec<Aside>,
    /// Where to resume once this is durable.
    pub cursor: Option<Cursor>,
    /// Whether it was missed when it happened and is read afterwards: what was before a link is then not told along it.
    pub missed: bool,
    /// Who is called how by `@` since then, where messages name people by that alone.
    pub handles: Vec<(String, UserId)>,
}

/// Something heard that could not be understood.
#[derive(Clone, Debug)]
pub struct Aside {
    /// Its id, as far as it has one.
    pub id: String,
    /// As it came.
    pub raw: String,
    /// Why it was set aside; never quotes what was written.
    pub why: String,
}

/// Where a network puts what it hears. The inbox of one network; it knows which.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Takes what was heard, all of it or nothing. `Ok` means durable at power loss: acknowledge upstream only after it.
    /// Events known by their id are dropped.
    async fn put(&self, heard: Heard) -> Result<()>;

    /// The last cursor that was put.
    async fn cursor(&self) -> Result<Option<Cursor>>;

    /// The handles that were put so far, and whose they are.
    async fn handles(&self) -> Result<Vec<(String, UserId)>> {
        Ok(Vec::new())
    }

    /// The chat where a poll has this id: some networks tell of votes without saying where.
    async fn chat_of_poll(&self, poll: &MessageId) -> Result<Option<ChatId>> {
        let _ = poll;
        Ok(None)
    }
}
