//! What was chosen for each link.

use contract::Megabytes;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::{Place, Result, Store};

/// What was chosen for a link; by default nothing was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is so or not, whatever the others are")]
pub struct LinkSettings {
    /// Whether calling everybody at once (`@all`, `@room`) calls everybody across the link.
    pub mass_mentions: bool,
    /// What becomes of threads and answers.
    pub threads: Threads,
    /// The largest file that crosses it, where both sides take larger ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest_file_mb: Option<Megabytes>,
    /// What stands before what is said in the chat, where several of its network are linked to one room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Whether nothing crosses it until it is resumed.
    pub paused: bool,
    /// Whether nothing can cross it: the bot is not in the chat any more, or the chat is archived.
    pub away: bool,
    /// Whether the chat only hears: what is said in it stays there.
    pub one_way: bool,
    /// Whether a change of name, topic or picture stays on its side.
    pub keeps_titles: bool,
    /// The language that passerelle speaks there, as an IETF tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// What becomes of threads and answers across a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Threads {
    /// A thread stays a thread where there are threads, an answer an answer.
    #[default]
    Automatic,
    /// An answer begins a thread, where there are threads.
    Threads,
    /// What is in a thread is an answer.
    Replies,
}

impl LinkSettings {
    /// Whether nothing crosses the link, for whatever reason.
    #[must_use]
    pub fn rests(&self) -> bool {
        self.paused || self.away
    }

    /// Reads what a row holds; nothing for a place that is not linked. Where it cannot be read, nothing crosses the link:
    /// what was chosen for it may have been just that.
    pub(super) fn read(json: Option<&str>) -> Self {
        let Some(json) = json else { return Self::default() };
        serde_json::from_str(json).unwrap_or_else(|why| {
            tracing::error!(why = ?why.classify(), "what was chosen for a link cannot be read; the link is paused");
            Self { paused: true, ..Self::default() }
        })
    }
}

impl Store {
    /// What was chosen for the link of a place.
    pub async fn link_settings(&self, place: &Place) -> Result<LinkSettings> {
        let json: Option<String> = sqlx::query_scalar(
            "SELECT l.settings FROM links l JOIN chats c ON c.id = l.chat WHERE c.network = $1 AND c.chat = $2",
        )
        .bind(place.network.as_str())
        .bind(place.chat.as_str())
        .fetch_optional(&self.read)
        .await?;
        Ok(LinkSettings::read(json.as_deref()))
    }

    /// Pauses the links of which cannot be read any more what was chosen for them. Returns their places.
    pub async fn pause_unreadable(&self) -> Result<Vec<Place>> {
        let chosen: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT c.network, c.chat, l.settings FROM links l JOIN chats c ON c.id = l.chat WHERE l.settings <> '{}'",
        )
        .fetch_all(&self.read)
        .await?;
        let mut paused = Vec::new();
        for (network, chat, settings) in chosen {
            if serde_json::from_str::<LinkSettings>(&settings).is_err() {
                let place = Place { network: network.into(), chat: chat.into() };
                self.set_link_settings(&place, &LinkSettings::read(Some(&settings))).await?;
                paused.push(place);
            }
        }
        Ok(paused)
    }

    /// Chooses for the link of a place; nothing happens when it has none.
    pub async fn set_link_settings(&self, place: &Place, settings: &LinkSettings) -> Result<()> {
        let (place, json) = (place.clone(), serde_json::to_string(settings)?);
        self.reroute(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE links SET settings = $3
                     WHERE chat = (SELECT id FROM chats WHERE network = $1 AND chat = $2)",
                )
                .bind(place.network.as_str())
                .bind(place.chat.as_str())
                .bind(json)
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
    use contract::Timestamp;

    use super::*;
    use crate::store::tests::{spoil_settings, store};

    #[tokio::test]
    async fn what_was_chosen_for_a_link_stays_with_it_and_goes_with_it() {
        let store = store().await;
        let (room, group) = (Place::room("!a"), Place { network: "telegram".into(), chat: "-1".into() });
        store.link(&room, &group, Timestamp(0)).await.unwrap();
        assert_eq!(store.link_settings(&group).await.unwrap(), LinkSettings::default());
        let chosen = LinkSettings {
            mass_mentions: true,
            threads: Threads::Replies,
            largest_file_mb: Some(Megabytes(20)),
            mark: Some("#jardin".into()),
            paused: true,
            away: true,
            one_way: true,
            keeps_titles: true,
            language: Some("en".into()),
        };
        store.set_link_settings(&group, &chosen).await.unwrap();
        assert_eq!(store.link_settings(&group).await.unwrap(), chosen);
        assert_eq!(store.link_settings(&room).await.unwrap(), LinkSettings::default());
        store.unlink(&room, &group, Timestamp(0)).await.unwrap();
        assert_eq!(store.link_settings(&group).await.unwrap(), LinkSettings::default());
    }

    #[tokio::test]
    async fn a_link_of_which_cannot_be_read_what_was_chosen_is_paused_and_named_once() {
        let store = store().await;
        let (room, group) = (Place::room("!a"), Place { network: "telegram".into(), chat: "-1".into() });
        store.link(&room, &group, Timestamp(0)).await.unwrap();
        spoil_settings(&store).await;
        assert!(store.link_settings(&room).await.unwrap().rests());
        assert_eq!(store.pause_unreadable().await.unwrap(), [room, group]);
        assert_eq!(store.pause_unreadable().await.unwrap(), []);
    }
}
