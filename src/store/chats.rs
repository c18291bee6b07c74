//! Places on networks and the links between them.
//!
//! A portal is a Matrix room and the chats linked to it; the room is one of its links, on the network `matrix`.

use contract::{ChatId, NetworkName, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::{Result, Store, presence::move_bot};

/// A chat of a network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The network.
    pub network: NetworkName,
    /// The chat there.
    pub chat: ChatId,
}

impl Place {
    /// That chat of that network.
    #[must_use]
    pub fn new(network: &NetworkName, chat: &ChatId) -> Self {
        Self { network: network.clone(), chat: chat.clone() }
    }

    /// A Matrix room.
    #[must_use]
    pub fn room(room: impl Into<ChatId>) -> Self {
        Self { network: NetworkName::matrix(), chat: room.into() }
    }
}

/// What linking found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// They are linked now.
    New,
    /// They were already.
    Already,
    /// The chat is linked to another room.
    Elsewhere,
}

impl Store {
    /// The number of the portal that a place belongs to, if it is linked.
    pub async fn portal(&self, place: &Place) -> Result<Option<i64>> {
        Ok(sqlx::query_scalar(
            "SELECT l.portal FROM links l JOIN chats c ON c.id = l.chat WHERE c.network = $1 AND c.chat = $2",
        )
        .bind(place.network.as_str())
        .bind(place.chat.as_str())
        .fetch_optional(&self.read)
        .await?)
    }

    /// The chats of a network that are linked to something.
    pub async fn linked_chats(&self, network: &NetworkName) -> Result<Vec<ChatId>> {
        let chats: Vec<String> = sqlx::query_scalar(
            "SELECT c.chat FROM links l JOIN chats c ON c.id = l.chat WHERE c.network = $1 ORDER BY c.id",
        )
        .bind(network.as_str())
        .fetch_all(&self.read)
        .await?;
        Ok(chats.into_iter().map(ChatId::from).collect())
    }

    /// Links a chat to a room.
    pub async fn link(&self, room: &Place, place: &Place, now: Timestamp) -> Result<Linked> {
        let (room, place) = (room.clone(), place.clone());
        self.reroute(move |db: &mut SqliteConnection| {
            Box::pin(async move { link(db, &room, &place, now).await })
        })
        .await
    }

    /// Undoes a link; `false` when there was none. What was said stays known, and the link can be had back for a day.
    pub async fn unlink(&self, room: &Place, place: &Place, now: Timestamp) -> Result<bool> {
        let (room, place) = (room.clone(), place.clone());
        self.reroute(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let (room, chat) = (number(db, &room).await?, number(db, &place).await?);
                let Some(portal) = portal_of(db, room).await? else { return Ok(false) };
                sqlx::query(
                    "INSERT INTO unlinked (chat, room, settings, unlinked_at)
                     SELECT chat, $3, settings, $4 FROM links WHERE chat = $1 AND portal = $2 AND chat <> $3
                     ON CONFLICT (chat) DO UPDATE SET
                     room = excluded.room, settings = excluded.settings, unlinked_at = excluded.unlinked_at",
                )
                .bind(chat)
                .bind(portal)
                .bind(room)
                .bind(now.0)
                .execute(&mut *db)
                .await?;
                let gone = sqlx::query("DELETE FROM links WHERE chat = $1 AND portal = $2 AND chat <> $3")
                    .bind(chat)
                    .bind(portal)
                    .bind(room)
                    .execute(&mut *db)
                    .await?;
                // A room linked to nothing is no portal.
                sqlx::query(
                    "DELETE FROM portals WHERE id = $1 AND (SELECT count(*) FROM links WHERE portal = $1) < 2",
                )
                .bind(portal)
                .execute(db)
                .await?;
                Ok(gone.rows_affected() > 0)
            })
        })
        .await
    }

    /// A chat goes on elsewhere: its links and what waits for it go along. What was said there stays there.
    pub async fn move_chat(&self, from: &Place, to: &Place) -> Result<()> {
        let (from, to) = (from.clone(), to.clone());
        self.reroute(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let (from, to) = (number(db, &from).await?, number(db, &to).await?);
                if portal_of(db, to).await?.is_none() {
                    sqlx::query("UPDATE links SET chat = $2 WHERE chat = $1")
                        .bind(from)
                        .bind(to)
                        .execute(&mut *db)
                        .await?;
                }
                sqlx::query("UPDATE outbox SET chat = $2 WHERE chat = $1")
                    .bind(from)
                    .bind(to)
                    .execute(&mut *db)
                    .await?;
                move_bot(db, from, to).await
            })
        })
        .await
    }

    /// The number of a place in every other table.
    pub async fn number(&self, place: &Place) -> Result<i64> {
        if let Some(known) = self.known_number(place).or_else(|| self.chats.get(place).map(|id| *id)) {
            return Ok(known);
        }
        let wanted = place.clone();
        let id = self
            .write(move |db: &mut SqliteConnection| Box::pin(async move { number(db, &wanted).await }))
            .await?;
        self.chats.insert(place.clone(), id);
        Ok(id)
    }
}

/// Links a chat to a room.
pub(super) async fn link(
    db: &mut SqliteConnection,
    room: &Place,
    place: &Place,
    now: Timestamp,
) -> Result<Linked> {
    let (room, chat) = (number(db, room).await?, number(db, place).await?);
    match (portal_of(db, room).await?, portal_of(db, chat).await?) {
        (Some(a), Some(b)) if a == b => return Ok(Linked::Already),
        (_, Some(_)) => return Ok(Linked::Elsewhere),
        (Some(portal), None) => join_portal(db, portal, chat, now).await?,
        (None, None) => {
            let portal = sqlx::query_scalar("INSERT INTO portals (opened_at) VALUES ($1) RETURNING id")
                .bind(now.0)
                .fetch_one(&mut *db)
                .await?;
            join_portal(db, portal, room, now).await?;
            join_portal(db, portal, chat, now).await?;
        }
    }
    Ok(Linked::New)
}

/// The number of a place, given one if it is new.
pub(super) async fn number(db: &mut SqliteConnection, place: &Place) -> Result<i64> {
    let known = sqlx::query_scalar("SELECT id FROM chats WHERE network = $1 AND chat = $2")
        .bind(place.network.as_str())
        .bind(place.chat.as_str())
        .fetch_optional(&mut *db)
        .await?;
    if let Some(id) = known {
        return Ok(id);
    }
    Ok(sqlx::query_scalar("INSERT INTO chats (network, chat) VALUES ($1, $2) RETURNING id")
        .bind(place.network.as_str())
        .bind(place.chat.as_str())
        .fetch_one(db)
        .await?)
}

pub(super) async fn portal_of(db: &mut SqliteConnection, chat: i64) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar("SELECT portal FROM links WHERE chat = $1").bind(chat).fetch_optional(db).await?)
}

async fn join_portal(db: &mut SqliteConnection, portal: i64, chat: i64, now: Timestamp) -> Result<()> {
    sqlx::query("INSERT INTO links (chat, portal, linked_at) VALUES ($1, $2, $3)")
        .bind(chat)
        .bind(portal)
        .bind(now.0)
        .execute(db)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::store;

    fn group(chat: &str) -> Place {
        Place { network: "telegram".into(), chat: chat.into() }
    }

    const NOW: Timestamp = Timestamp(0);

    #[tokio::test]
    async fn what_is_linked_to_one_room_hears_each_other() {
        let store = store().await;
        let room = Place::room("!a");
        assert_eq!(store.link(&room, &group("-1"), NOW).await.unwrap(), Linked::New);
        assert_eq!(store.link(&room, &group("-2"), NOW).await.unwrap(), Linked::New);
        assert_eq!(store.link(&room, &group("-1"), NOW).await.unwrap(), Linked::Already);
        assert_eq!(store.link(&Place::room("!b"), &group("-1"), NOW).await.unwrap(), Linked::Elsewhere);
        assert_eq!(store.linked_to(&group("-1")).await.unwrap(), [room, group("-2")]);
    }

    #[tokio::test]
    async fn unlinking_leaves_nothing_behind() {
        let store = store().await;
        let room = Place::room("!a");
        store.link(&room, &group("-1"), NOW).await.unwrap();
        assert!(store.unlink(&room, &group("-1"), NOW).await.unwrap());
        assert!(!store.unlink(&room, &group("-1"), NOW).await.unwrap());
        assert_eq!(store.linked_to(&room).await.unwrap(), []);
        assert_eq!(store.link(&Place::room("!b"), &group("-1"), NOW).await.unwrap(), Linked::New);
    }

    #[tokio::test]
    async fn a_moved_chat_keeps_its_links() {
        let store = store().await;
        let room = Place::room("!a");
        store.link(&room, &group("-1"), NOW).await.unwrap();
        for _ in 0..2 {
            store.move_chat(&group("-1"), &group("-1001")).await.unwrap();
            assert_eq!(store.linked_to(&room).await.unwrap(), [group("-1001")]);
        }
    }
}
