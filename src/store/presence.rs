//! Where our bot is, as far as it was told.

use contract::{ChatId, NetworkName};
use sqlx::SqliteConnection;

use super::{Place, Result, Store, chats::number};

impl Store {
    /// Our bot came to a place, or was taken out of it.
    pub async fn note_bot(&self, place: &Place, came: bool) -> Result<()> {
        let place = place.clone();
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let chat = number(db, &place).await?;
                let query = match came {
                    true => sqlx::query("INSERT INTO bot_chats (chat) VALUES ($1) ON CONFLICT DO NOTHING"),
                    false => sqlx::query("DELETE FROM bot_chats WHERE chat = $1"),
                };
                query.bind(chat).execute(db).await?;
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
    use contract::Timestamp;

    use super::*;
    use crate::store::tests::store;

    #[tokio::test]
    async fn where_the_bot_is_is_remembered_and_goes_along() {
        let store = store().await;
        let group = |chat: &str| Place { network: "telegram".into(), chat: chat.into() };
        for chat in ["-1", "-2", "-2"] {
            store.note_bot(&group(chat), true).await.unwrap();
        }
        store.note_bot(&group("-1"), false).await.unwrap();
        store.link(&Place::room("!a"), &group("-3"), Timestamp(0)).await.unwrap();
        let known = async |most| store.bot_chats(&"telegram".into(), most).await.unwrap();
        assert_eq!(known(9).await, ["-3".into(), "-2".into()]);
        assert_eq!(known(1).await, ["-3".into()]);
        store.move_chat(&group("-2"), &group("-1002")).await.unwrap();
        assert_eq!(known(9).await, ["-1002".into(), "-3".into()]);
        assert_eq!(store.bot_chats(&NetworkName::matrix(), 9).await.unwrap(), ["!a".into()]);
    }
}
