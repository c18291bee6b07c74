//! What is said in places because of what was asked, and what places and people are called in it.

use contract::{Author, Body, ChatInfo, Event, Kind, NetworkName, Result, Text, Timestamp};

use super::Commands;
use crate::store::{Place, inbox::Planned};

impl Commands {
    /// passerelle's own words, said in a place because of what was asked in another.
    pub(super) fn tell(from: &Place, place: &Place, about: &str, text: Text) -> Planned {
        Self::tell_once(from, place, &format!("{about}.{}", Timestamp::now().0), text)
    }

    /// The same, never said twice about the same.
    pub(super) fn tell_once(from: &Place, place: &Place, about: &str, text: Text) -> Planned {
        let event = Event {
            id: format!("{about}.{}.{}", place.network, place.chat).into(),
            chat: from.chat.clone(),
            author: Author::bridge(),
            at: Timestamp::now(),
            kind: Kind::Message { ids: Vec::new(), body: Body::notice(text) },
        };
        Planned { part_of: None, event, to: vec![place.clone()] }
    }

    /// Shows in a room that a chat is linked to it, or no longer. Nothing else depends on it.
    pub(super) async fn show_link(&self, room: &Place, chat: &Place, on: bool) {
        let (Some(matrix), Some(network)) =
            (self.networks.get(&room.network), self.networks.get(&chat.network))
        else {
            return;
        };
        let unknown = ChatInfo::new(chat.chat.clone(), None);
        let info = network.chat(&chat.chat).await.unwrap_or(unknown);
        if let Err(fault) = matrix.show_link(&room.chat, network.as_ref(), &info, on).await {
            tracing::info!(room = %room.chat, %fault, "the room's state does not show the link");
        }
    }

    /// What somebody is called in a place.
    pub(super) async fn name_of(&self, place: &Place, who: &Author) -> String {
        crate::outbox::named(&self.networks, &place.chat, who.clone()).await.shown().to_owned()
    }

    /// What a place is called, or was when it last told.
    pub(super) async fn title(&self, place: &Place) -> String {
        let info = match self.networks.get(&place.network) {
            Some(network) => network.chat(&place.chat).await.ok(),
            None => None,
        };
        let outcome = match &info {
            Some(info) => self.store.remember_title(place, info.shown()).await.map(|()| None),
            None => self.store.title(place).await,
        };
        let remembered = outcome.unwrap_or_else(|error| {
            tracing::warn!(%error, "what a chat is called cannot be remembered");
            None
        });
        let shown = info.map(|info| info.shown().to_owned());
        shown.or(remembered).unwrap_or_else(|| place.chat.to_string())
    }

    /// The room that a place belongs to.
    pub(super) async fn room_at(&self, place: &Place) -> Result<Option<Place>> {
        let is_room = |place: &Place| place.network == NetworkName::matrix();
        if is_room(place) {
            return Ok(Some(place.clone()));
        }
        Ok(self.store.linked_to(place).await?.into_iter().find(is_room))
    }
}
