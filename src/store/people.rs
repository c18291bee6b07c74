//! Who writes where, who is not to be read, and what animators did about it.

use contract::{Author, ChatId, MessageId, NetworkName, Person, Phrase, Timestamp};
use sqlx::SqliteConnection;

use super::{Place, Result, Store, chats::number};

/// So many acts of a room are kept.
const ACTS_KEPT: i64 = 200;

/// Somebody who wrote in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Who.
    pub person: Person,
    /// What they were called then.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Who wrote in a place, the last first.
    pub async fn seen(&self, place: &Place, most: u32) -> Result<Vec<Seen>> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT s.person, s.name, s.seen_at FROM seen s JOIN chats c ON c.id = s.chat
             WHERE c.network = $1 AND c.chat = $2 ORDER BY s.seen_at DESC LIMIT $3",
        )
        .bind(place.network.as_str())
        .bind(place.chat.as_str())
        .bind(most)
        .fetch_all(&self.read)
        .await?;
        let seen = |(user, name, at): (String, String, i64)| Seen {
            person: Person { network: place.network.clone(), user: user.into() },
            name,
            at: Timestamp(at),
        };
        Ok(rows.into_iter().map(seen).collect())
    }

    /// From now on somebody's words are not said in a place, or they are again.
    pub async fn mute(&self, place: &Place, who: &Person, muted: bool) -> Result<()> {
        let (place, who) = (place.clone(), who.clone());
        self.reroute(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let chat = number(db, &place).await?;
                let query = match muted {
                    true => sqlx::query(
                        "INSERT INTO muted (chat, network, person) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                    ),
                    false => sqlx::query("DELETE FROM muted WHERE chat = $1 AND network = $2 AND person = $3"),
                };
                query.bind(chat).bind(who.network.as_str()).bind(who.user.as_str()).execute(db).await?;
                Ok(())
            })
        })
        .await
    }

    /// From now on somebody is not read elsewhere, or they are again.
    pub async fn keep_private(&self, who: &Person, private: bool) -> Result<()> {
        let who = who.clone();
        self.reroute(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let query = match private {
                    true => sqlx::query(
                        "INSERT INTO private_people (network, person) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    ),
                    false => sqlx::query("DELETE FROM private_people WHERE network = $1 AND person = $2"),
                };
                query.bind(who.network.as_str()).bind(who.user.as_str()).execute(db).await?;
                Ok(())
            })
        })
        .await
    }

    /// What somebody said on their own network that still has a copy elsewhere: the chat, and its id there.
    pub async fn said_by(&self, who: &Person, most: u32) -> Result<Vec<(ChatId, MessageId)>> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT c.chat, min(k.id) FROM messages m JOIN copies k ON k.message = m.id
             JOIN chats c ON c.id = k.chat AND c.network = m.network
             WHERE m.network = $1 AND m.author = $2 AND m.about IS NULL
             AND EXISTS (SELECT 1 FROM copies o WHERE o.message = m.id AND o.chat <> k.chat)
             GROUP BY m.id, c.chat ORDER BY m.id DESC LIMIT $3",
        )
        .bind(who.network.as_str())
        .bind(who.user.as_str())
        .bind(most)
        .fetch_all(&self.read)
        .await?;
        Ok(rows.into_iter().map(|(chat, id)| (chat.into(), id.into())).collect())
    }

    /// How many messages of somebody's stand in a place.
    pub async fn count_said_by(&self, who: &Person, place: &Place) -> Result<i64> {
        Ok(sqlx::query_scalar(
            "SELECT count(DISTINCT m.id) FROM messages m JOIN copies k ON k.message = m.id
             JOIN chats c ON c.id = k.chat
             WHERE m.network = $1 AND m.author = $2 AND m.about IS NULL AND c.network = $3 AND c.chat = $4",
        )
        .bind(who.network.as_str())
        .bind(who.user.as_str())
        .bind(place.network.as_str())
        .bind(place.chat.as_str())
        .fetch_one(&self.read)
        .await?)
    }

    /// Writes down what was done about a room.
    pub async fn note_act(&self, room: &Place, words: &Phrase, now: Timestamp) -> Result<()> {
        let (room, words) = (room.clone(), serde_json::to_string(words)?);
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let room = number(db, &room).await?;
                sqlx::query("INSERT INTO acts (room, done_at, words) VALUES ($1, $2, $3)")
                    .bind(room)
                    .bind(now.0)
                    .bind(words)
                    .execute(&mut *db)
                    .await?;
                sqlx::query(
                    "DELETE FROM acts WHERE room = $1 AND id <=
                     (SELECT id FROM acts WHERE room = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)",
                )
                .bind(room)
                .bind(ACTS_KEPT)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// The last things that were done about a room, the last first.
    pub async fn acts(&self, room: &Place, most: u32) -> Result<Vec<(Timestamp, Phrase)>> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT a.done_at, a.words FROM acts a JOIN chats c ON c.id = a.room
             WHERE c.network = $1 AND c.chat = $2 ORDER BY a.id DESC LIMIT $3",
        )
        .bind(room.network.as_str())
        .bind(room.chat.as_str())
        .bind(most)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(|(at, words)| Ok((Timestamp(at), serde_json::from_str(&words)?))).collect()
    }
}

/// Notes that somebody wrote in a chat of their own network.
pub(super) async fn note_seen(
    db: &mut SqliteConnection,
    chat: i64,
    network: &NetworkName,
    author: &Author,
    at: Timestamp,
) -> Result<()> {
    if author.person.network != *network {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO seen (chat, person, name, seen_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (chat, person) DO UPDATE SET seen_at = excluded.seen_at,
         name = CASE WHEN excluded.name = excluded.person THEN seen.name ELSE excluded.name END",
    )
    .bind(chat)
    .bind(author.person.user.as_str())
    .bind(author.shown())
    .bind(at.0)
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::store;

    #[tokio::test]
    async fn what_was_done_is_kept_for_a_while() {
        let store = store().await;
        let room = Place::room("!a");
        for n in 0..ACTS_KEPT + 5 {
            store.note_act(&room, &Phrase::new("act-muted").with("n", n), Timestamp(n)).await.unwrap();
        }
        let acts = store.acts(&room, 1000).await.unwrap();
        assert_eq!(acts.len(), usize::try_from(ACTS_KEPT).unwrap());
        assert_eq!(acts[0].0, Timestamp(ACTS_KEPT + 4));
    }
}
