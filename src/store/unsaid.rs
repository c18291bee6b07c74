//! What an edit came too late to say: the message was gone from the chat. If nobody took it back and it went with something
//! else, it is said again in these words. Nothing of them stays once that is done, or once the message is taken back.

use contract::{Event, NetworkName, Timestamp};
use sqlx::SqliteConnection;

use super::{LinkSettings, Result, Store, receipts::forget_bodies};

/// An edit that found nothing to change.
#[derive(Clone, Debug)]
pub struct Unsaid {
    /// The edit.
    pub event: Event,
    /// The network that heard it.
    pub source: NetworkName,
    /// The number of the chat it was heard in.
    pub from: i64,
    /// What was chosen for the link it was heard on.
    pub link: LinkSettings,
}

impl Store {
    /// The last edit of a message that found it gone from a chat.
    pub async fn unsaid(&self, message: i64, chat: i64) -> Result<Option<Unsaid>> {
        let row: Option<(String, String, i64, Option<String>)> = sqlx::query_as(
            "SELECT e.body, s.network, s.id, l.settings FROM unsaid u JOIN events e ON e.id = u.event
             JOIN chats s ON s.id = e.chat LEFT JOIN links l ON l.chat = s.id
             WHERE u.message = $1 AND u.chat = $2 AND e.body IS NOT NULL",
        )
        .bind(message)
        .bind(chat)
        .fetch_optional(&self.read)
        .await?;
        let Some((body, source, from, settings)) = row else { return Ok(None) };
        let (event, link) = (serde_json::from_str(&body)?, LinkSettings::read(settings.as_deref()));
        Ok(Some(Unsaid { event, source: source.into(), from, link }))
    }

    /// Forgets what was heard before `before` and is still to be said in nobody's place.
    pub(super) async fn forget_unsaid(&self, before: Timestamp) -> Result<()> {
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let events: Vec<i64> = sqlx::query_scalar(
                    "DELETE FROM unsaid WHERE (SELECT heard_at FROM events WHERE id = unsaid.event) < $1 RETURNING event",
                )
                .bind(before.0)
                .fetch_all(&mut *db)
                .await?;
                forget_bodies(db, &events).await
            })
        })
        .await
    }
}

/// Keeps the words of an edit, by its delivery, unless the message is taken back.
pub(super) async fn keep(db: &mut SqliteConnection, delivery: i64, message: i64, chat: i64) -> Result<()> {
    forget(db, message, chat).await?;
    sqlx::query(
        "INSERT INTO unsaid (message, chat, event) SELECT m.id, $3, o.event FROM outbox o, messages m
         WHERE o.id = $1 AND m.id = $2 AND m.gone = 0",
    )
    .bind(delivery)
    .bind(message)
    .bind(chat)
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets the words that were kept for a message in a chat.
pub(super) async fn forget(db: &mut SqliteConnection, message: i64, chat: i64) -> Result<()> {
    let events: Vec<i64> =
        sqlx::query_scalar("DELETE FROM unsaid WHERE message = $1 AND chat = $2 RETURNING event")
            .bind(message)
            .bind(chat)
            .fetch_all(&mut *db)
            .await?;
    forget_bodies(db, &events).await
}
