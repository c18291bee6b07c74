//! Deliveries given up, with why: looked at, tried again, or thrown away.

use contract::{Event, Phrase, Timestamp};
use sqlx::SqliteConnection;

use super::{Place, Result, Store, receipts::forget_bodies};

/// A delivery given up.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// Its number.
    pub id: i64,
    /// What happened, where it can be read.
    pub event: Option<Event>,
    /// Where it was heard.
    pub source: Place,
    /// Where it was to go.
    pub place: Place,
    /// Why it was given up, in words for people.
    pub reason: Phrase,
    /// The same for the hoster: the server's own words.
    pub detail: String,
    /// When.
    pub buried_at: Timestamp,
}

/// Which dead letters are meant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which {
    /// Those of this portal only.
    pub portal: Option<i64>,
    /// This one only.
    pub id: Option<i64>,
}

/// A dead letter as it is stored.
#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    body: String,
    source: String,
    source_chat: String,
    network: String,
    chat: String,
    reason: String,
    detail: String,
    buried_at: i64,
}

impl Row {
    fn read(self) -> Result<DeadLetter> {
        Ok(DeadLetter {
            id: self.id,
            event: serde_json::from_str(&self.body).ok(),
            source: Place { network: self.source.into(), chat: self.source_chat.into() },
            place: Place { network: self.network.into(), chat: self.chat.into() },
            reason: serde_json::from_str(&self.reason)?,
            detail: self.detail,
            buried_at: Timestamp(self.buried_at),
        })
    }
}

impl Store {
    /// The first `most` of these dead letters, oldest first.
    pub async fn dead_letters(&self, which: Which, most: u32) -> Result<Vec<DeadLetter>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT d.id, e.body, s.network AS source, s.chat AS source_chat, t.network, t.chat,
                    d.reason, d.detail, d.buried_at
             FROM dead_letters d JOIN events e ON e.id = d.event
             JOIN chats s ON s.id = e.chat JOIN chats t ON t.id = d.chat
             WHERE e.body IS NOT NULL AND ($1 IS NULL OR d.id = $1) AND ($2 IS NULL OR EXISTS
                 (SELECT 1 FROM links l WHERE l.portal = $2 AND l.chat IN (d.chat, e.chat)))
             ORDER BY d.id LIMIT $3",
        )
        .bind(which.id)
        .bind(which.portal)
        .bind(most)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// How many deliveries were given up.
    pub async fn count_dead_letters(&self) -> Result<i64> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM dead_letters").fetch_one(&self.read).await?)
    }

    /// Puts these dead letters at the end of their lanes, to be tried again. Returns those lanes, one for each letter.
    pub async fn replay(&self, which: Which) -> Result<Vec<i64>> {
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let mut lanes = Vec::new();
                for Taken { event, chat, step, .. } in take(db, which).await? {
                    // It waits already where somebody was faster.
                    sqlx::query(
                        "INSERT INTO outbox (event, chat, step) VALUES ($1, $2, $3)
                         ON CONFLICT (event, chat) DO NOTHING",
                    )
                    .bind(event)
                    .bind(chat)
                    .bind(step)
                    .execute(&mut *db)
                    .await?;
                    lanes.push(chat);
                }
                Ok(lanes)
            })
        })
        .await
    }

    /// Throws these dead letters away, with what they said. Returns how many there were.
    pub async fn discard(&self, which: Which) -> Result<usize> {
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let taken = take(db, which).await?;
                for Taken { event, .. } in &taken {
                    forget_bodies(db, &[*event]).await?;
                }
                Ok(taken.len())
            })
        })
        .await
    }
}

/// What is taken back is not to be said any more: the letters about it go, with what they said.
pub(super) async fn forget_about(db: &mut SqliteConnection, message: i64) -> Result<()> {
    let events: Vec<i64> = sqlx::query_scalar(
        "DELETE FROM dead_letters WHERE event IN (SELECT id FROM events WHERE message = $1) RETURNING event",
    )
    .bind(message)
    .fetch_all(&mut *db)
    .await?;
    forget_bodies(db, &events).await
}

/// A dead letter taken out of its table.
#[derive(sqlx::FromRow)]
struct Taken {
    id: i64,
    event: i64,
    chat: i64,
    step: u32,
}

/// Takes these dead letters out of their table, oldest first.
async fn take(db: &mut SqliteConnection, which: Which) -> Result<Vec<Taken>> {
    let mut taken: Vec<Taken> = sqlx::query_as(
        "DELETE FROM dead_letters AS d WHERE ($1 IS NULL OR d.id = $1) AND ($2 IS NULL OR EXISTS
             (SELECT 1 FROM links l JOIN events e ON e.id = d.event
              WHERE l.portal = $2 AND l.chat IN (d.chat, e.chat)))
         RETURNING id, event, chat, step",
    )
    .bind(which.id)
    .bind(which.portal)
    .fetch_all(db)
    .await?;
    taken.sort_by_key(|letter| letter.id);
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use contract::{Author, Body, Kind, Text};

    use super::*;
    use crate::store::{
        inbox::{Acceptance, Planned},
        tests::{Fresh, store},
    };

    /// A store with one dead letter: what Anne said in `!a`, on its way to Telegram.
    async fn buried() -> (Fresh, Place, Place) {
        let store = store().await;
        let (room, group) = (Place::room("!a"), Place { network: "telegram".into(), chat: "-1".into() });
        store.link(&room, &group, Timestamp(0)).await.unwrap();
        let event = Event {
            id: "e".into(),
            chat: room.chat.clone(),
            author: Author::named(&room.network, "@anne:exemple.fr", "Anne"),
            at: Timestamp(1),
            kind: Kind::Message { ids: vec!["$1".into()], body: Body::of(Text::plain("bonjour")) },
        };
        let events = vec![Planned { part_of: None, event, to: vec![group.clone()] }];
        let network = room.network.clone();
        let acceptance = Acceptance { network, events, aside: Vec::new(), cursor: None, now: Timestamp(2) };
        let lane = store.accept(acceptance).await.unwrap()[0];
        let waiting = store.head(lane, 9).await.unwrap().remove(0);
        store.bury(waiting.id, &Phrase::new("not-in-chat"), "403", Timestamp(3)).await.unwrap();
        (store, room, group)
    }

    #[tokio::test]
    async fn a_replayed_letter_waits_again_as_it_was() {
        let (store, room, group) = buried().await;
        let letter = store.dead_letters(Which::default(), 10).await.unwrap().remove(0);
        assert_eq!((&letter.source, &letter.place, letter.detail.as_str()), (&room, &group, "403"));
        let lanes = store.replay(Which { id: Some(letter.id), ..Which::default() }).await.unwrap();
        assert_eq!(store.count_dead_letters().await.unwrap(), 0);
        assert_eq!(store.head(lanes[0], 9).await.unwrap()[0].event, letter.event.unwrap());
    }

    #[tokio::test]
    async fn what_was_taken_back_is_no_letter_any_more() {
        let (store, room, group) = buried().await;
        let kind = Kind::Delete { target: "$1".into() };
        let author = Author::named(&room.network, "@anne:exemple.fr", "Anne");
        let event = Event { id: "d".into(), chat: room.chat.clone(), author, at: Timestamp(4), kind };
        let events = vec![Planned { part_of: None, event, to: vec![group] }];
        let acceptance =
            Acceptance { network: room.network, events, aside: Vec::new(), cursor: None, now: Timestamp(4) };
        store.accept(acceptance).await.unwrap();
        assert_eq!(store.replay(Which::default()).await.unwrap(), [0; 0], "nobody would take it back again");
        let kept: Option<String> = sqlx::query_scalar("SELECT body FROM events WHERE event = 'e'")
            .fetch_one(&store.read)
            .await
            .unwrap();
        assert_eq!(kept, None);
    }

    #[tokio::test]
    async fn a_discarded_letter_leaves_nothing_of_what_it_said() {
        let (store, ..) = buried().await;
        assert_eq!(store.discard(Which::default()).await.unwrap(), 1);
        let kept: Option<String> =
            sqlx::query_scalar("SELECT body FROM events").fetch_one(&store.read).await.unwrap();
        assert_eq!(kept, None);
        assert_eq!(store.replay(Which::default()).await.unwrap(), [0; 0]);
    }

    #[tokio::test]
    async fn a_portal_has_its_own_letters_only() {
        let (store, room, _) = buried().await;
        let other = Place::room("!b");
        let elsewhere = Place { network: "telegram".into(), chat: "-2".into() };
        store.link(&other, &elsewhere, Timestamp(0)).await.unwrap();
        for (place, count) in [(other, 0), (room, 1)] {
            let which = Which { portal: store.portal(&place).await.unwrap(), id: None };
            assert_eq!(store.dead_letters(which, 10).await.unwrap().len(), count);
            assert_eq!(store.discard(which).await.unwrap(), count);
        }
    }
}
