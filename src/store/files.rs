//! The files of a message as it is now: an edit of the words alone sends none of them again.

use contract::{Body, EventId, MessageId};
use sqlx::SqliteConnection;

use super::{Result, Store, outbox::Waiting};

impl Store {
    /// Whether this edit is the last that changed the message's files.
    pub async fn is_refiled(&self, edit: &Waiting) -> Result<bool> {
        let by: Option<String> = sqlx::query_scalar("SELECT refiled FROM messages WHERE id = $1")
            .bind(edit.message)
            .fetch_optional(&self.read)
            .await?
            .flatten();
        Ok(by.is_some_and(|by| by == edit.event.id.as_str()))
    }
}

/// The files of a body, as they are stored.
pub(super) fn list(body: &Body) -> Result<String> {
    Ok(serde_json::to_string(&body.media.iter().map(|media| &media.unique).collect::<Vec<_>>())?)
}

/// An edit was heard: remembers it where it changed the files. One picture of an album is edited by itself.
pub(super) async fn learn(
    db: &mut SqliteConnection,
    (chat, message): (i64, i64),
    target: &MessageId,
    body: &Body,
    edit: &EventId,
) -> Result<()> {
    let steps: Vec<(String, u32)> =
        sqlx::query_as("SELECT id, step FROM copies WHERE message = $1 AND chat = $2")
            .bind(message)
            .bind(chat)
            .fetch_all(&mut *db)
            .await?;
    let known: Option<String> = sqlx::query_scalar("SELECT files FROM messages WHERE id = $1")
        .bind(message)
        .fetch_one(&mut *db)
        .await?;
    let known: Vec<String> = known.map_or(Ok(Vec::new()), |known| serde_json::from_str(&known))?;
    let mut now = known.clone();
    let part = steps.iter().find(|(id, _)| steps.len() > 1 && id == target.as_str()).map(|(_, step)| *step);
    match (part.and_then(|step| now.get_mut(step as usize)), body.media.as_slice()) {
        (Some(file), [media]) => file.clone_from(&media.unique),
        _ => now = body.media.iter().map(|media| media.unique.clone()).collect(),
    }
    if now != known {
        sqlx::query("UPDATE messages SET files = $2, refiled = $3 WHERE id = $1")
            .bind(message)
            .bind(serde_json::to_string(&now)?)
            .bind(edit.as_str())
            .execute(db)
            .await?;
    }
    Ok(())
}
