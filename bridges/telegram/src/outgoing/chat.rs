//! What happens to a chat and its polls: pins, the name, the topic, the picture, the end of a poll.

use contract::{Info, MessageId, Parcel, Receipt, Result};
use serde_json::{Value, json};
use teloxide::payloads;

use super::{chat_of, number};
use crate::{
    Telegram,
    client::{
        DeleteChatPhoto, Failure, PinChatMessage, SetChatDescription, SetChatTitle, StopPoll,
        UnpinChatMessage,
    },
};

/// Characters of a group's name and of its description (Bot API, `setChatTitle`, `setChatDescription`).
const LONGEST_TITLE: usize = 128;
const LONGEST_DESCRIPTION: usize = 255;

impl Telegram {
    /// Pins a message, or no longer, without ringing anybody's telephone.
    pub(crate) async fn pin(&self, parcel: &Parcel<'_>, target: &MessageId, pinned: bool) -> Result<Receipt> {
        let mut params = json!({ "chat_id": chat_of(parcel)?, "message_id": number(target)? });
        let done = match pinned {
            true => {
                params["disable_notification"] = json!(true);
                self.client.call(PinChatMessage(params)).await
            }
            false => self.client.call(UnpinChatMessage(params)).await,
        };
        settled(done, &["message to unpin not found", "CHAT_NOT_MODIFIED"])
    }

    /// Ends a poll of the bot's.
    pub(crate) async fn stop_poll(&self, parcel: &Parcel<'_>, target: &MessageId) -> Result<Receipt> {
        let params = json!({ "chat_id": chat_of(parcel)?, "message_id": number(target)? });
        settled(self.client.call(StopPoll(params)).await, &["poll has already been closed"])
    }

    /// Changes the chat itself.
    pub(crate) async fn change(&self, parcel: &Parcel<'_>, info: &Info) -> Result<Receipt> {
        let chat = chat_of(parcel)?;
        let short = |words: &str, most: usize| words.chars().take(most).collect::<String>();
        let done = match info {
            Info::Name(name) => {
                let title = short(name, LONGEST_TITLE);
                self.client.call(SetChatTitle(json!({ "chat_id": chat, "title": title }))).await
            }
            Info::Topic(topic) => {
                let words = short(topic.as_deref().unwrap_or_default(), LONGEST_DESCRIPTION);
                self.client.call(SetChatDescription(json!({ "chat_id": chat, "description": words }))).await
            }
            Info::Picture(Some(picture)) => {
                let file = self.open(parcel, picture).await?.stream;
                let payload = payloads::SetChatPhoto::new(teloxide::types::ChatId(chat), file);
                self.client.upload(payload).await
            }
            Info::Picture(None) => self.client.call(DeleteChatPhoto(json!({ "chat_id": chat }))).await,
        };
        settled(
            done,
            &["CHAT_NOT_MODIFIED", "chat title is not modified", "chat description is not modified"],
        )
    }
}

/// Done, also where it was so already.
fn settled(done: std::result::Result<Value, Failure>, already: &[&str]) -> Result<Receipt> {
    match done {
        Err(failure) if already.iter().any(|words| failure.says(words)) => Ok(Receipt::done()),
        Err(failure) => Err(failure.repeatable()),
        Ok(_) => Ok(Receipt::done()),
    }
}
