//! A bot without a server, for `passerelle render`.

use contract::{Event, Fault, NetworkName, Result};
use serde_json::{Value, json};
use wire::{
    Paper,
    paper::{Reply, Request, Stage, no_message},
};

use crate::{Config, Telegram, incoming};

/// What stands for what a server would know.
const STAGE: Stage = Stage { chat: "-1001000000000", message: "1", answer };

fn answer(request: &Request) -> Reply {
    match request.path.as_str() {
        "/GetMe" => Reply::Told(json!({ "id": 1, "username": "passerelle_bot" })),
        "/SendMediaGroup" => Reply::Done(json!([{ "message_id": 1 }])),
        path if path.starts_with("/Get") => Reply::Told(json!({})),
        _ => Reply::Done(json!({ "message_id": 1 })),
    }
}

impl Telegram {
    /// A bot without a server: what it would send is on the paper.
    pub fn on_paper(name: NetworkName) -> Result<(Self, Paper)> {
        let paper = Paper::new(STAGE);
        let config: Config = serde_json::from_value(json!({ "token": "1:paper" }))
            .map_err(|why| Fault::LoggedOut(why.to_string()))?;
        let mut bot = Self::new(name, &config)?;
        bot.client = bot.client.on_paper(&paper);
        Ok((bot, paper))
    }

    /// What an update says, or a message by itself.
    pub(crate) async fn read_native(&self, native: &str) -> Result<Vec<Event>> {
        let mut update: Value = serde_json::from_str(native).map_err(|why| no_message(why.to_string()))?;
        if update["message_id"].is_i64() {
            let kind = if update["edit_date"].is_i64() { "edited_message" } else { "message" };
            update = json!({ "update_id": 0, kind: update });
        }
        let listener = self.listener().await?;
        match incoming::poll_of(&update) {
            Some(poll) => Ok(listener.poll_changed(&update, poll, STAGE.chat.into()).into_iter().collect()),
            None => listener.hear(&update).map_err(no_message),
        }
    }
}
