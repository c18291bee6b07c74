//! What is done to a channel itself: posts pinned, its name and its header. (API v4, "Channels")

use contract::{ChatId, Fault, Info, MessageId, Receipt, Result, Text};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    Mattermost,
    client::{Answer, Client, repeatable},
    text,
};

/// Characters of a channel's name, and of its header.
const LONGEST_NAME: usize = 64;
const LONGEST_HEADER: usize = 1024;

impl Mattermost {
    /// Pins a post, or no longer.
    pub(crate) async fn pin(&self, id: &MessageId, pinned: bool) -> Result<Receipt> {
        // Known before the server tells of it, which does not say who did it.
        self.pins.know(id.as_str(), pinned);
        let path = ["posts", id.as_str(), if pinned { "pin" } else { "unpin" }];
        match self.by_bot_or_admin(Method::POST, &path, &Value::Null).await {
            Ok(_) => Ok(Receipt::done()),
            // It was taken away meanwhile.
            Err(failure) if failure.status() == Some(404) => Ok(Receipt::done()),
            Err(failure) => Err(repeatable(failure)),
        }
    }

    /// Changes the name or the header. A channel has no picture.
    pub(crate) async fn change(&self, chat: &ChatId, info: &Info) -> Result<Receipt> {
        let patch = match info {
            Info::Name(name) if (1..=LONGEST_NAME).contains(&name.trim().chars().count()) => {
                json!({ "display_name": name.trim() })
            }
            Info::Topic(topic) => {
                let topic = text::write(&Text::plain(topic.as_deref().unwrap_or_default()), &|_, _| None);
                if topic.chars().count() > LONGEST_HEADER {
                    return Err(Fault::Unsupported);
                }
                json!({ "header": topic })
            }
            Info::Name(_) | Info::Picture(_) => return Err(Fault::Unsupported),
        };
        let path = ["channels", chat.as_str(), "patch"];
        let done = self.by_bot_or_admin(Method::PUT, &path, &patch).await;
        done.map(|_| Receipt::done()).map_err(repeatable)
    }

    /// Asks as the bot, or as the administrator where the bot may not.
    async fn by_bot_or_admin(&self, method: Method, path: &[&str], body: &Value) -> Answer {
        let ask = |client: &Client| client.request(method.clone(), path).json(body);
        let done = self.client.send(ask(&self.client)).await;
        match (done, self.admin()) {
            (Err(failure), Some(admin)) if failure.status() == Some(403) => admin.send(ask(admin)).await,
            (done, _) => done,
        }
    }
}
