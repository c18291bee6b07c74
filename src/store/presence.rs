//! Where our bot is, as far as it was told.

use contract::{ChatId, NetworkName, Timestamp, UserId};
use sqlx::SqliteConnection;

use super::{Place, Result, Store, chats::number};

impl Store {
    /// Since when our bot is not in a place that is linked.
    pub async fn gone_since(&self, place: &Place) -> Result<Option<Timestamp>> {
        let gone: Option<Option<i64>> = sqlx::query_scalar(
            "SELECT l.gone_at FROM links l JOIN chats c ON c.id = l.chat WHERE c.network = $1 AND c.chat = $2",
        )
        .bind(place.network.as_str())
        .bind(place.chat.as_str())
        .fetch_optional(&self.read)
        .await?;
        Ok(gone.flatten().map(Timestamp))
    }

    /// Our bot came to a place, or was taken out of it.
    pub async fn note_bot(&self, place: &Place, came: bool, at: Timestamp) -> Result<()> {
        let place = place.clone();
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let chat = number(db, &place).await?;
                let query = match came {
                    true => sqlx::query("INSERT INTO bot_chats (chat) VALUES ($1) ON CONFLICT DO NOTHING"),
                    false => sqlx::query("DELETE FROM bot_chats WHERE chat = $1"),
                };
                query.bind(chat).execute(&mut *db).await?;
                let gone = match came {
                    true => sqlx::query("UPDATE links SET gone_at = NULL WHERE chat = $1").bind(chat),
                    false => sqlx::query("UPDATE links SET gone_at = coalesce(gone_at, $2) WHERE chat = $1")
                        .bind(chat)
                        .bind(at.0),
                };
                gone.execute(db).await?;
                Ok(())
            })
        })
        .await
    }

    /// The chats of a network that our bot came to, and those that are linked; the newest first.
    pub async fn bot_chats(&self, network: &NetworkName, most: u32) -> Result<Vec<ChatId>> {
        let chats: Vec<String> = sqlx::query_scalar(
            "SELECT chat FROM chats WHERE network = $1
             AND (id IN (SELECT chat FROM bot_chats) OR id IN (SELECT chat FROM links)) ORDER BY id DESC LIMIT $2",
        )
        .bind(network.as_str())
        .bind(most)
        .fetch_all(&self.read)
        .await?;
        Ok(chats.into_iter().map(ChatId::from).collect())
    }
}

impl Store {
    /// A room is somebody's conversation with our bot alone.
    pub async fn note_talk(&self, room: &ChatId, with: &UserId) -> Result<()> {
        let (room, with) = (Place::room(room.clone()), with.clone());
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let chat = number(db, &room).await?;
                sqlx::query(
                    "INSERT INTO talks (chat, person) VALUES ($1, $2)
                     ON CONFLICT (chat) DO UPDATE SET person = excluded.person",
                )
                .bind(chat)
                .bind(with.0)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// All such rooms, and with whom.
    pub async fn talks(&self) -> Result<Vec<(ChatId, UserId)>> {
        let talks: Vec<(String, String)> =
            sqlx::query_as("SELECT c.chat, t.person FROM talks t JOIN chats c ON c.id = t.chat")
                .fetch_all(&self.read)
                .await?;
        Ok(talks.into_iter().map(|(room, person)| (room.into(), person.into())).collect())
    }

    /// Whether a place is such a room.
    pub async fn is_talk(&self, place: &Place) -> Result<bool> {
        if place.network != NetworkName::matrix() {
            return Ok(false);
        }
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM talks t JOIN chats c ON c.id = t.chat WHERE c.network = $1 AND c.chat = $2)",
        )
        .bind(place.network.as_str())
        .bind(place.chat.as_str())
        .fetch_one(&self.read)
        .await?)
    }
}

/// A chat goes on elsewhere, and our bot with it.
pub(super) async fn move_bot(db: &mut SqliteConnection, from: i64, to: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO bot_chats (chat) SELECT $2 FROM bot_chats WHERE chat = $1 ON CONFLICT DO NOTHING",
    )
    .bind(from)
    .bind(to)
    .execute(&mut *db)
    .await?;
    sqlx::query("DELETE FROM bot_chats WHERE chat = $1").bind(from).execute(db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::store;

    #[tokio::test]
    async fn where_the_bot_is_is_remembered_and_goes_along() {
        let store = store().await;
        let group = |chat: &str| Place { network: "telegram".into(), chat: chat.into() };
        for chat in ["-1", "-2", "-2"] {
            store.note_bot(&group(chat), true, Timestamp(1)).await.unwrap();
        }
        store.note_bot(&group("-1"), false, Timestamp(2)).await.unwrap();
        store.link(&Place::room("!a"), &group("-3"), Timestamp(0)).await.unwrap();
        let known = async |most| store.bot_chats(&"telegram".into(), most).await.unwrap();
        assert_eq!(known(9).await, ["-3".into(), "-2".into()]);
        assert_eq!(known(1).await, ["-3".into()]);
        store.move_chat(&group("-2"), &group("-1002")).await.unwrap();
        assert_eq!(known(9).await, ["-1002".into(), "-3".into()]);
        assert_eq!(store.bot_chats(&NetworkName::matrix(), 9).await.unwrap(), ["!a".into()]);
    }

    #[tokio::test]
    async fn since_when_it_is_not_where_it_is_linked_is_known() {
        let store = store().await;
        let group = Place { network: "telegram".into(), chat: "-1".into() };
        store.link(&Place::room("!a"), &group, Timestamp(0)).await.unwrap();
        for (came, at, gone) in
            [(true, 1, None), (false, 2, Some(Timestamp(2))), (false, 3, Some(Timestamp(2))), (true, 4, None)]
        {
            store.note_bot(&group, came, Timestamp(at)).await.unwrap();
            assert_eq!(store.gone_since(&group).await.unwrap(), gone, "at {at}");
        }
    }

    #[tokio::test]
    async fn a_conversation_is_remembered_with_whom_it_is() {
        let store = store().await;
        for who in ["@anne:t", "@bea:t"] {
            store.note_talk(&"!a".into(), &who.into()).await.unwrap();
            assert_eq!(store.talks().await.unwrap(), [("!a".into(), who.into())]);
        }
        assert!(store.is_talk(&Place::room("!a")).await.unwrap());
        assert!(!store.is_talk(&Place::room("!b")).await.unwrap());
    }
}
