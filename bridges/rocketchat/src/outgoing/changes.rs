//! What is changed of a message that is there, and of the room itself: pins, its name, its topic, its picture
//! (REST, `chat.pinMessage`, `rooms.saveRoomSettings`). The bot needs a moderator's rights there; without, it is refused.

use base64::{Engine, engine::general_purpose::STANDARD};
use contract::{Fault, Info, Media, MediaKind, MessageId, Parcel, Receipt, Result};
use futures_util::TryStreamExt;
use serde_json::json;
use wire::files;

use crate::{RocketChat, client::repeatable};

/// Characters of the longest topic that is set.
const LONGEST_TOPIC: usize = 1000;
/// Bytes of the largest picture that is set: it is sent in one piece.
const LARGEST_PICTURE: u64 = 4_000_000;

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

    /// Changes what the room is called, what it is about or how it looks.
    pub(crate) async fn change_room(&self, parcel: &Parcel<'_>, info: &Info) -> Result<Receipt> {
        let mut body = json!({ "rid": parcel.chat.as_str() });
        match info {
            Info::Name(name) => body["roomName"] = json!(name),
            Info::Topic(topic) => {
                let topic = topic.as_deref().unwrap_or_default();
                body["roomTopic"] = json!(topic.chars().take(LONGEST_TOPIC).collect::<String>());
            }
            Info::Picture(None) => body["roomAvatar"] = json!(""),
            Info::Picture(Some(picture)) => body["roomAvatar"] = json!(inline(parcel, picture).await?),
        }
        self.client.post(&["rooms.saveRoomSettings"], &body).await.map_err(repeatable)?;
        Ok(Receipt::done())
    }
}

/// A picture as a `data:` address (RFC 2397).
async fn inline(parcel: &Parcel<'_>, picture: &Media) -> Result<String> {
    let file = files::open(parcel.source, picture, LARGEST_PICTURE.min(parcel.largest_file)).await?;
    if file.kind != MediaKind::Photo {
        return Err(Fault::Unsupported);
    }
    let bytes = file.bytes.try_collect::<bytes::BytesMut>().await;
    let bytes = bytes.map_err(|why| Fault::retry(why.to_string()))?;
    Ok(format!("data:{};base64,{}", file.mime, STANDARD.encode(bytes)))
}
