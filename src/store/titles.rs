//! What chats were called when they last told.

use sqlx::SqliteConnection;

use super::{Place, Result, Store, chats::number};

impl Store {
    /// What a place was called when it last told.
    pub async fn title(&self, place: &Place) -> Result<Option<String>> {
        let title: Option<Option<String>> =
            sqlx::query_scalar("SELECT title FROM chats WHERE network = $1 AND chat = $2")
                .bind(place.network.as_str())
                .bind(place.chat.as_str())
                .fetch_optional(&self.read)
                .await?;
        Ok(title.flatten())
    }

    /// Remembers what a place is called.
    pub async fn remember_title(&self, place: &Place, title: &str) -> Result<()> {
        if self.title(place).await?.as_deref() == Some(title) {
            return Ok(());
        }
        let (place, title) = (place.clone(), title.to_owned());
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let chat = number(db, &place).await?;
                let query = sqlx::query("UPDATE chats SET title = $2 WHERE id = $1");
                query.bind(chat).bind(title).execute(db).await?;
                Ok(())
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::store;

    #[tokio::test]
    async fn a_title_is_the_last_that_was_told() {
        let store = store().await;
        let group = Place { network: "telegram".into(), chat: "-1".into() };
        assert_eq!(store.title(&group).await.unwrap(), None);
        for title in ["Le groupe", "Le lieu"] {
            store.remember_title(&group, title).await.unwrap();
            assert_eq!(store.title(&group).await.unwrap().as_deref(), Some(title));
        }
    }
}
