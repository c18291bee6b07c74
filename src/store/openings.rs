//! Rooms that are made for chats, so that a room is neither made twice nor left without its link; and their spaces.

use contract::{ChatId, NetworkName};
use sqlx::SqliteConnection;

use super::{
    Place, Result, Store,
    chats::{number, portal_of},
};

/// What beginning to make a room found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It is to be made, or was begun and is to be finished: by this key what was made of it is found again.
    Begun(String),
    /// The chat is linked already, and not by this request.
    Linked,
}

impl Store {
    /// Begins to make a room for a chat, or goes on with it until it is linked. `new_key` is the key if this is the
    /// beginning.
    pub async fn begin_opening(&self, place: &Place, request: &str, new_key: String) -> Result<Opening> {
        let (place, request) = (place.clone(), request.to_owned());
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let chat = number(db, &place).await?;
                let known: Option<(String, String, bool)> =
                    sqlx::query_as("SELECT key, request, done FROM openings WHERE chat = $1")
                        .bind(chat)
                        .fetch_optional(&mut *db)
                        .await?;
                let is_linked = portal_of(db, chat).await?.is_some();
                let key = match known {
                    // The same request again: its answer was lost.
                    Some((key, by, true)) if is_linked && by == request => return Ok(Opening::Begun(key)),
                    _ if is_linked => return Ok(Opening::Linked),
                    Some((key, _, false)) => key,
                    _ => new_key,
                };
                sqlx::query(
                    "INSERT INTO openings (chat, key, request, done) VALUES ($1, $2, $3, 0) ON CONFLICT (chat)
                     DO UPDATE SET key = excluded.key, request = excluded.request, done = 0",
                )
                .bind(chat)
                .bind(&key)
                .bind(request)
                .execute(db)
                .await?;
                Ok(Opening::Begun(key))
            })
        })
        .await
    }

    /// The space that groups the rooms of a network, once it is made.
    pub async fn space(&self, network: &NetworkName) -> Result<Option<ChatId>> {
        let room: Option<String> = sqlx::query_scalar("SELECT room FROM spaces WHERE network = $1")
            .bind(network.as_str())
            .fetch_optional(&self.read)
            .await?;
        Ok(room.map(ChatId::from))
    }

    /// The space of a network is this one.
    pub async fn save_space(&self, network: &NetworkName, room: &ChatId) -> Result<()> {
        let (network, room) = (network.clone(), room.clone());
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO spaces (network, room) VALUES ($1, $2)
                     ON CONFLICT (network) DO UPDATE SET room = excluded.room",
                )
                .bind(network.0)
                .bind(room.0)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use contract::{Phrase, Timestamp};

    use super::*;
    use crate::store::{LinkSettings, linking::Linking, tests::store};

    const NOW: Timestamp = Timestamp(0);

    #[tokio::test]
    async fn a_room_is_made_once_however_often_it_is_asked_for() {
        let store = store().await;
        let (room, chat) = (Place::room("!a"), Place { network: "rocket".into(), chat: "r".into() });
        let begin = async |request: &str, key: &str| {
            store.begin_opening(&chat, request, key.to_owned()).await.unwrap()
        };
        let begun = |key: &str| Opening::Begun(key.to_owned());
        let link = async |request: &str| {
            let (room, chat, settings) = (room.clone(), chat.clone(), LinkSettings::default());
            let act = Phrase::new("act-linked");
            let linking = Linking { room, chat, request: request.to_owned(), code: None, settings, act };
            store.link_and_say(linking, &NetworkName::matrix(), Vec::new(), NOW).await.unwrap();
        };
        assert_eq!(begin("one", "k1").await, begun("k1"));
        assert_eq!(begin("two", "k2").await, begun("k1"), "what broke off is gone on with");
        link("k1").await;
        assert_eq!(begin("two", "k3").await, begun("k1"), "its answer was lost");
        link("k1").await;
        assert_eq!(begin("three", "k4").await, Opening::Linked);
        store.unlink(&room, &chat, NOW).await.unwrap();
        assert_eq!(begin("four", "k5").await, begun("k5"), "another room, with nobody in it");
    }

    #[tokio::test]
    async fn what_others_linked_is_linked() {
        let store = store().await;
        let chat = Place { network: "rocket".into(), chat: "r".into() };
        store.link(&Place::room("!a"), &chat, NOW).await.unwrap();
        let opening = store.begin_opening(&chat, "one", "k1".to_owned()).await.unwrap();
        assert_eq!(opening, Opening::Linked);
    }

    #[tokio::test]
    async fn a_network_has_one_space() {
        let store = store().await;
        let network = NetworkName::from("rocket");
        assert_eq!(store.space(&network).await.unwrap(), None);
        for room in ["!a", "!b"] {
            store.save_space(&network, &room.into()).await.unwrap();
            assert_eq!(store.space(&network).await.unwrap(), Some(room.into()));
        }
    }
}
