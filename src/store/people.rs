//! Who writes where, who is not to be read, and what animators did about it.

use std::collections::BTreeMap;

use contract::{Author, ChatId, Event, MessageId, NetworkName, Person, Phrase, Timestamp};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

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
        let (room, words) = (room.clone(), words.clone());
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let room = number(db, &room).await?;
                insert_act(db, room, &words, now).await
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

pub(super) async fn insert_act(
    db: &mut SqliteConnection,
    room: i64,
    words: &Phrase,
    now: Timestamp,
) -> Result<()> {
    sqlx::query("INSERT INTO acts (room, done_at, words) VALUES ($1, $2, $3)")
        .bind(room)
        .bind(now.0)
        .bind(serde_json::to_string(words)?)
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
}

/// Writes down that somebody took away in a chat what another had said. Some networks do not tell who did it: then it is
/// known to be another only where the message came from elsewhere.
pub(super) async fn note_taken_away(
    db: &mut SqliteConnection,
    chat: i64,
    by: &Author,
    message: i64,
    now: Timestamp,
) -> Result<()> {
    let row: Option<(String, String, String, i64)> = sqlx::query_as(
        "SELECT m.network, m.author, coalesce(
             (SELECT s.name FROM seen s JOIN chats c ON c.id = s.chat
              WHERE c.network = m.network AND s.person = m.author LIMIT 1), m.author), r.id
         FROM messages m JOIN links l ON l.chat = $2 JOIN links o ON o.portal = l.portal
         JOIN chats r ON r.id = o.chat AND r.network = 'matrix'
         WHERE m.id = $1 AND m.about IS NULL AND m.gone = 0",
    )
    .bind(message)
    .bind(chat)
    .fetch_optional(&mut *db)
    .await?;
    let Some((network, author, name, room)) = row else { return Ok(()) };
    let by_another = match &by.name {
        Some(_) => {
            (network.as_str(), author.as_str()) != (by.person.network.as_str(), by.person.user.as_str())
        }
        None => network != by.person.network.as_str(),
    };
    if !by_another || network == Author::bridge().person.network.as_str() {
        return Ok(());
    }
    let words = Phrase::new("act-deleted")
        .with("who", by.name.as_deref().unwrap_or("none"))
        .with("name", name)
        .with("network", &by.person.network);
    insert_act(db, room, &words, now).await
}

/// Notes who wrote in which chat of their own network.
pub(super) fn push_seen<'e>(
    script: &mut QueryBuilder<Sqlite>,
    network: &NetworkName,
    said: impl Iterator<Item = (i64, &'e Event)>,
) {
    let said = said.filter(|(_, event)| event.author.person.network == *network);
    // The last of each counts, and what they were called.
    let mut seen: BTreeMap<(i64, &str), &Event> = BTreeMap::new();
    for (chat, event) in said {
        seen.insert((chat, event.author.person.user.as_str()), event);
    }
    if seen.is_empty() {
        return;
    }
    script.push("INSERT INTO seen (chat, person, name, seen_at) ");
    script.push_values(seen, |mut row, ((chat, person), event)| {
        row.push_bind(chat).push_bind(person).push_bind(event.author.shown()).push_bind(event.at.0);
    });
    script.push(
        " ON CONFLICT (chat, person) DO UPDATE SET seen_at = excluded.seen_at,
         name = CASE WHEN excluded.name = excluded.person THEN seen.name ELSE excluded.name END;",
    );
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
