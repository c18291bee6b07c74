//! What is changed of a message that is there, and of the room itself: pins, its name, its topic
//! (REST, `chat.pinMessage`, `rooms.saveRoomSettings`). The bot needs a moderator's rights there; without, it is refused.

use contract::{Fault, Info, MessageId, Parcel, Receipt, Result};
use serde_json::json;

use crate::{RocketChat, client::repeatable};

/// Characters of the longest topic that is set.
const LONGEST_TOPIC: usize = 1000;

impl RocketChat {
    /// Pins a message, or no longer. Where it is so already, it is done.
    pub(crate) async fn pin(&self, target: &MessageId, pinned: bool) -> Result<Receipt> {
        let route = if pinned { "chat.pinMessage" } else { "chat.unPinMessage" };
        match self.client.post(&[route], &json!({ "messageId": target.as_str() })).await {
            Ok(_) => Ok(Receipt::done()),
            Err(failure) => match self.get_message(target.as_str()).await? {
                Some(message) if (message["pinned"] == true) != pinned => Err(repeatable(failure)),
                _ => Ok(Receipt::done()),
            },
        }
    }

    /// Changes what the room is called, or what it is about.
    pub(crate) async fn change_room(&self, parcel: &Parcel<'_>, info: &Info) -> Result<Receipt> {
        let mut body = json!({ "rid": parcel.chat.as_str() });
        match info {
            Info::Name(name) => body["roomName"] = json!(name),
            Info::Topic(topic) => {
                let topic = topic.as_deref().unwrap_or_default();
                body["roomTopic"] = json!(topic.chars().take(LONGEST_TOPIC).collect::<String>());
            }
            // Taken in one piece with its bytes as words, and of another shape than elsewhere.
            Info::Picture(_) => return Err(Fault::Unsupported),
        }
        self.client.post(&["rooms.saveRoomSettings"], &body).await.map_err(repeatable)?;
        Ok(Receipt::done())
    }
}
