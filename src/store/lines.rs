//! Lines of our own below messages, kept current: who reacted, how a poll stands.

use contract::{Copy, MessageId};
use sqlx::SqliteConnection;

use super::{Result, Store, messages::insert_copy};

/// What a line keeps current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Reactions that the chat cannot show.
    Reactions,
    /// Votes that the chat cannot show.
    Votes,
}

impl Line {
    fn as_str(self) -> &'static str {
        match self {
            Self::Reactions => "reactions",
            Self::Votes => "votes",
        }
    }
}

impl Store {
    /// The line below a message in a chat.
    pub async fn line(&self, about: i64, line: Line, chat: i64) -> Result<Vec<Copy>> {
        let rows: Vec<(String, u32)> = sqlx::query_as(
            "SELECT c.id, c.step FROM messages m JOIN copies c ON c.message = m.id AND c.chat = $3
             WHERE m.about = $1 AND m.line = $2 ORDER BY c.step, c.id",
        )
        .bind(about)
        .bind(line.as_str())
        .bind(chat)
        .fetch_all(&self.read)
        .await?;
        Ok(rows.into_iter().map(|(id, step)| Copy { id: id.into(), step }).collect())
    }

    /// All lines below a message in a chat.
    pub async fn lines_below(&self, about: i64, chat: i64) -> Result<Vec<Copy>> {
        let mut all = self.line(about, Line::Reactions, chat).await?;
        all.extend(self.line(about, Line::Votes, chat).await?);
        Ok(all)
    }
}

/// Remembers what a line below the message `about` has become in a chat.
pub(super) async fn insert_line(
    db: &mut SqliteConnection,
    about: i64,
    line: Line,
    chat: i64,
    made: &[MessageId],
) -> Result<()> {
    let known = sqlx::query_scalar("SELECT id FROM messages WHERE about = $1 AND line = $2")
        .bind(about)
        .bind(line.as_str())
        .fetch_optional(&mut *db)
        .await?;
    let id: i64 = match known {
        Some(id) => id,
        None => sqlx::query_scalar(
            "INSERT INTO messages (network, author, about, line) VALUES ('passerelle', 'passerelle', $1, $2)
                 RETURNING id",
        )
        .bind(about)
        .bind(line.as_str())
        .fetch_one(&mut *db)
        .await?,
    };
    for made in made {
        insert_copy(db, chat, made, id, 0).await?;
    }
    Ok(())
}
