//! What was said, and its copies: its id in each chat where it is.

use contract::{Author, Body, ChatId, Copy, Kind, MessageId, NetworkName, Person, Stands};
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;

use super::{Result, Store, outbox::Waiting};

/// A message as a chat's members know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its number in the store.
    pub message: i64,
    /// Who said it.
    pub author: Person,
}

impl Store {
    /// The message that has this id in this chat.
    pub async fn message(&self, chat: i64, id: &MessageId) -> Result<Option<Known>> {
        let row: Option<(i64, String, String)> = sqlx::query_as(
            "SELECT m.id, m.network, m.author FROM copies c JOIN messages m ON m.id = c.message
             WHERE c.chat = $1 AND c.id = $2",
        )
        .bind(chat)
        .bind(id.as_str())
        .fetch_optional(&self.read)
        .await?;
        Ok(row.map(|(message, network, author)| Known {
            message,
            author: Person { network: network.into(), user: author.into() },
        }))
    }

    /// A message's ids in a chat, in order.
    pub async fn copies(&self, message: i64, chat: i64) -> Result<Vec<Copy>> {
        let rows: Vec<(String, u32)> =
            sqlx::query_as(
                "SELECT id, step FROM copies WHERE chat = $2 AND message =
                     coalesce((SELECT whole FROM joined WHERE message = $1 AND chat = $2), $1) ORDER BY step, id",
            )
            .bind(message)
            .bind(chat)
            .fetch_all(&self.read)
            .await?;
        Ok(rows.into_iter().map(|(id, step)| Copy { id: id.into(), step }).collect())
    }

    /// Which part of a message of several an edit is of, and of how many: one picture of an album, by its place from 0.
    pub async fn part(&self, edit: &Waiting) -> Result<Option<(u32, usize)>> {
        let (Some(message), Kind::Edit { target, .. }) = (edit.message, &edit.event.kind) else {
            return Ok(None);
        };
        let parts = self.copies(message, edit.from).await?;
        let part = parts.iter().find(|copy| &copy.id == target && parts.len() > 1);
        Ok(part.map(|copy| (copy.step, parts.len())))
    }

    /// What `id` of the chat `from` is called in the chat `to`. Of several, the one that the same step made.
    pub async fn translate(&self, from: i64, id: &MessageId, to: i64) -> Result<Option<MessageId>> {
        let id: Option<String> = sqlx::query_scalar(
            "SELECT d.id FROM copies s JOIN copies d ON d.chat = $3 AND d.message =
                 coalesce((SELECT whole FROM joined WHERE message = s.message AND chat = $3), s.message)
             WHERE s.chat = $1 AND s.id = $2 ORDER BY d.step <> s.step, d.step, d.id LIMIT 1",
        )
        .bind(from)
        .bind(id.as_str())
        .bind(to)
        .fetch_optional(&self.read)
        .await?;
        Ok(id.map(MessageId))
    }

    /// What a reaction is about.
    pub async fn about(&self, reaction: i64) -> Result<Option<(i64, String)>> {
        Ok(sqlx::query_as(
            "SELECT about, emoji FROM messages WHERE id = $1 AND about IS NOT NULL AND emoji IS NOT NULL",
        )
        .bind(reaction)
        .fetch_optional(&self.read)
        .await?)
    }

    /// The reactions that people of every network but `besides` have on a message now, oldest first, each with the
    /// chat it was made in.
    pub async fn standing(&self, message: i64, besides: &NetworkName) -> Result<Vec<(Stands, ChatId)>> {
        let rows: Vec<(String, String, Option<String>, String, String)> = sqlx::query_as(
            "SELECT m.network, m.author, m.name, m.emoji, coalesce(c.chat, '')
             FROM messages m LEFT JOIN chats c ON c.id = m.chat
             WHERE m.about = $1 AND m.gone = 0 AND m.emoji IS NOT NULL AND m.network <> $2 ORDER BY m.id",
        )
        .bind(message)
        .bind(besides.as_str())
        .fetch_all(&self.read)
        .await?;
        let stands = rows.into_iter().map(|(network, user, name, emoji, chat)| {
            let person = Person { network: network.into(), user: user.into() };
            (Stands { author: Author { name, ..Author::of(person) }, emoji }, ChatId(chat))
        });
        Ok(stands.collect())
    }

    /// The thread that a message belongs to, by what its first message is called in the chat `to`.
    pub async fn thread_of(&self, from: i64, id: &MessageId, to: i64) -> Result<Option<MessageId>> {
        let id: Option<String> = sqlx::query_scalar(
            "SELECT d.id FROM copies s JOIN messages m ON m.id = s.message
             JOIN copies d ON d.chat = $3 AND d.message =
                 coalesce((SELECT whole FROM joined WHERE message = m.thread AND chat = $3), m.thread)
             WHERE s.chat = $1 AND s.id = $2 ORDER BY d.step, d.id LIMIT 1",
        )
        .bind(from)
        .bind(id.as_str())
        .bind(to)
        .fetch_optional(&self.read)
        .await?;
        Ok(id.map(MessageId))
    }
}

/// What a body says, as something short to compare: some networks tell of edits that change nothing anybody sees.
#[must_use]
pub fn fingerprint(body: &Body) -> String {
    let mut hash = Sha256::new();
    // A tree of strings always serializes.
    hash.update(serde_json::to_vec(&body.text).unwrap_or_default());
    for media in &body.media {
        hash.update([0]);
        hash.update(&media.unique);
    }
    if let Some(card) = &body.card {
        hash.update(serde_json::to_vec(card).unwrap_or_default());
    }
    hash.finalize().iter().take(12).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// A new reaction by somebody on a message, made in a chat, or `None` when it stands already.
pub(super) async fn insert_reaction(
    db: &mut SqliteConnection,
    author: &Author,
    (about, chat): (i64, i64),
    emoji: &str,
) -> Result<Option<i64>> {
    if standing_reaction(db, &author.person, about, emoji).await?.is_some() {
        return Ok(None);
    }
    let id = sqlx::query_scalar(
        "INSERT INTO messages (network, author, name, about, chat, emoji) VALUES ($1, $2, $3, $4, $5, $6)
         RETURNING id",
    )
    .bind(author.person.network.as_str())
    .bind(author.person.user.as_str())
    .bind(author.name.as_deref())
    .bind(about)
    .bind(chat)
    .bind(emoji)
    .fetch_one(db)
    .await?;
    Ok(Some(id))
}

/// Somebody's reaction that still stands.
pub(super) async fn standing_reaction(
    db: &mut SqliteConnection,
    author: &Person,
    about: i64,
    emoji: &str,
) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar(
        "SELECT id FROM messages WHERE about = $1 AND network = $2 AND author = $3 AND emoji = $4 AND gone = 0",
    )
    .bind(about)
    .bind(author.network.as_str())
    .bind(author.user.as_str())
    .bind(emoji)
    .fetch_optional(db)
    .await?)
}

/// The message that has this id in this chat.
pub(super) async fn find(db: &mut SqliteConnection, chat: i64, id: &MessageId) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar("SELECT message FROM copies WHERE chat = $1 AND id = $2")
        .bind(chat)
        .bind(id.as_str())
        .fetch_optional(db)
        .await?)
}

/// Remembers a message's id in a chat.
pub(super) async fn insert_copy(
    db: &mut SqliteConnection,
    chat: i64,
    id: &MessageId,
    message: i64,
    step: u32,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO copies (chat, id, message, step) VALUES ($1, $2, $3, $4) ON CONFLICT (chat, id) DO NOTHING",
    )
    .bind(chat)
    .bind(id.as_str())
    .bind(message)
    .bind(step)
    .execute(db)
    .await?;
    Ok(())
}
