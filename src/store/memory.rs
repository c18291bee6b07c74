//! How long what was said stays known, so that the file stops growing.

use contract::{NetworkName, Timestamp};
use sqlx::SqliteConnection;

use super::{Result, Store};

/// So many events are looked at in one transaction, so that nobody waits for long.
const AT_A_TIME: i64 = 500;

impl Store {
    /// Forgets what was heard before `before` and is delivered: its id, and the message's copies if nothing newer is
    /// about it. What waits and what was given up stays. The space is used again.
    pub async fn forget(&self, before: Timestamp) -> Result<()> {
        self.forget_unsaid(before).await?;
        let mut from = 0;
        while let Some(last) = self.forget_some(from, before).await? {
            from = last;
        }
        Ok(())
    }

    /// The same for some events after number `from`. Returns the last one looked at, `None` when no more are old enough.
    async fn forget_some(&self, from: i64, before: Timestamp) -> Result<Option<i64>> {
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let old: Vec<(i64, Option<i64>, bool)> = sqlx::query_as(
                    "SELECT id, message, body IS NULL FROM
                         (SELECT * FROM events WHERE id > $1 ORDER BY id LIMIT $2) WHERE heard_at < $3",
                )
                .bind(from)
                .bind(AT_A_TIME)
                .bind(before.0)
                .fetch_all(&mut *db)
                .await?;
                for (event, message, _) in old.iter().filter(|(.., done)| *done) {
                    sqlx::query("DELETE FROM events WHERE id = $1").bind(event).execute(&mut *db).await?;
                    sqlx::query(
                        "DELETE FROM messages WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM events WHERE message = $1)",
                    )
                    .bind(message)
                    .execute(&mut *db)
                    .await?;
                }
                Ok(old.last().map(|(event, ..)| *event))
            })
        })
        .await
    }

    /// Notes that listening to a network begins. Returns until when it was known to be listened to the last time, where that
    /// did not end well.
    pub async fn begins(&self, network: &NetworkName) -> Result<Option<Timestamp>> {
        let network = network.clone();
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let cut: Option<Option<i64>> = sqlx::query_scalar(
                    "SELECT listened_at FROM cursors WHERE network = $1 AND ended IS NULL",
                )
                .bind(network.as_str())
                .fetch_optional(&mut *db)
                .await?;
                sqlx::query("UPDATE cursors SET ended = NULL WHERE network = $1")
                    .bind(network.as_str())
                    .execute(db)
                    .await?;
                Ok(cut.flatten().map(Timestamp))
            })
        })
        .await
    }

    /// Notes that listening to a network ends well: nothing was broken off.
    pub async fn ends(&self, network: &NetworkName) -> Result<()> {
        let network = network.clone();
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query("UPDATE cursors SET ended = 1 WHERE network = $1")
                    .bind(network.as_str())
                    .execute(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Notes that a network is listened to.
    pub async fn listens(&self, network: &NetworkName, now: Timestamp) -> Result<()> {
        let network = network.clone();
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query("UPDATE cursors SET listened_at = $2 WHERE network = $1")
                    .bind(network.as_str())
                    .bind(now.0)
                    .execute(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// When a network was last known to be listened to; `None` when it never was.
    pub async fn listened_at(&self, network: &NetworkName) -> Result<Option<Timestamp>> {
        let at: Option<Option<i64>> =
            sqlx::query_scalar("SELECT listened_at FROM cursors WHERE network = $1")
                .bind(network.as_str())
                .fetch_optional(&self.read)
                .await?;
        Ok(at.flatten().map(Timestamp))
    }
}

#[cfg(test)]
mod tests {
    use contract::{Author, Body, Event, Kind, MessageId, Receipt, Text};

    use super::*;
    use crate::store::{
        Place,
        inbox::{Acceptance, Planned},
        tests::{Fresh, store},
    };

    #[tokio::test]
    async fn listening_that_was_cut_off_is_known_until_it_begins_again() {
        let store = store().await;
        let matrix = contract::NetworkName::matrix();
        assert_eq!(store.begins(&matrix).await.unwrap(), None, "nothing was ever heard");
        let (events, aside, cursor) = (Vec::new(), Vec::new(), Some("1".into()));
        let heard = Acceptance { network: matrix.clone(), events, aside, cursor, now: Timestamp(5) };
        store.accept(heard).await.unwrap();
        assert_eq!(store.begins(&matrix).await.unwrap(), Some(Timestamp(5)), "it did not end");
        store.ends(&matrix).await.unwrap();
        assert_eq!(store.begins(&matrix).await.unwrap(), None);
    }

    /// Anne says `count` things in a room that is linked to a group, all at the hour `at`, and all arrive.
    async fn talk(store: &Fresh, count: usize, at: i64) {
        let (room, group) = (Place::room("!a"), Place { network: "telegram".into(), chat: "-1".into() });
        let events = (0..count).map(|n| Planned {
            part_of: None,
            event: Event {
                id: format!("e{at}.{n}").into(),
                chat: room.chat.clone(),
                author: Author::named(&room.network, "@anne:exemple.fr", "Anne"),
                at: Timestamp(at),
                kind: Kind::Message {
                    ids: vec![format!("${at}.{n}").into()],
                    body: Body::of(Text::plain(&"mot ".repeat(20))),
                },
            },
            to: vec![group.clone()],
        });
        let network = room.network.clone();
        let events = events.collect();
        let acceptance = Acceptance { network, events, aside: Vec::new(), cursor: None, now: Timestamp(at) };
        let lane = store.accept(acceptance).await.unwrap()[0];
        loop {
            let waiting = store.head(lane, 32).await.unwrap();
            if waiting.is_empty() {
                break;
            }
            for waiting in waiting {
                let receipt = Receipt::made(format!("{at}.{}", waiting.id));
                store.delivered(&waiting, &receipt, false).await.unwrap();
            }
        }
    }

    async fn number(store: &Fresh, what: &'static str) -> i64 {
        sqlx::query_scalar(what).fetch_one(&store.read).await.unwrap()
    }

    #[tokio::test]
    async fn what_is_old_is_forgotten_and_its_space_is_used_again() {
        let store = store().await;
        let mut sizes = Vec::new();
        for at in 0..6 {
            talk(&store, 700, at).await;
            // Two of them stay known.
            store.forget(Timestamp(at - 1)).await.unwrap();
            sizes.push(number(&store, "PRAGMA page_count").await);
        }
        assert_eq!(number(&store, "SELECT count(*) FROM events").await, 1400);
        assert_eq!(number(&store, "SELECT count(*) FROM messages").await, 1400);
        assert_eq!(number(&store, "SELECT count(*) FROM copies").await, 2800);
        assert!(sizes[5] <= sizes[2] + sizes[2] / 10, "the file stops growing: {sizes:?}");
    }

    #[tokio::test]
    async fn what_waits_and_what_something_newer_is_about_stays() {
        let store = store().await;
        talk(&store, 1, 1).await;
        let room = Place::room("!a");
        let edit = Event {
            id: "later".into(),
            chat: room.chat.clone(),
            author: Author::named(&room.network, "@anne:exemple.fr", "Anne"),
            at: Timestamp(9),
            kind: Kind::Edit { target: "$1.0".into(), body: Body::of(Text::plain("autrement")) },
        };
        let to = vec![Place { network: "telegram".into(), chat: "-1".into() }];
        let events = vec![Planned { part_of: None, event: edit, to }];
        let network = room.network.clone();
        let acceptance = Acceptance { network, events, aside: Vec::new(), cursor: None, now: Timestamp(9) };
        let lane = store.accept(acceptance).await.unwrap()[0];
        store.forget(Timestamp(5)).await.unwrap();
        let here = store.number(&room).await.unwrap();
        assert!(store.message(here, &MessageId::from("$1.0")).await.unwrap().is_some());
        // Old enough now, but it waits.
        store.forget(Timestamp(100)).await.unwrap();
        assert_eq!(store.head(lane, 9).await.unwrap().len(), 1);
    }
}
