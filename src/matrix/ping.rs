//! Keeps the homeserver's queue flowing.
//!
//! A homeserver that could not reach us waits longer and longer, up to 512 s. A ping that gets through ends its wait
//! (application service API, "Pinging"), so we ask for one when we start and go on asking.

use std::time::Duration;

use contract::Result;
use serde_json::json;

use super::{
    Matrix,
    client::{Call, Refusal},
};

/// Between pings that get through.
const CALM: Duration = Duration::from_secs(30);
/// Between pings that do not. Short: Synapse answers 502 to one that meets a retry of its own.
const TROUBLED: Duration = Duration::from_secs(1);

impl Matrix {
    /// Pings for ever.
    pub(super) async fn keep_pinging(&self) {
        let mut flowing = None;
        loop {
            let outcome = self.ping().await;
            if flowing != Some(outcome.is_ok()) {
                match &outcome {
                    Ok(()) => tracing::info!("the homeserver reaches us"),
                    Err(why) => {
                        tracing::warn!(%why, "the homeserver does not reach us; `passerelle check` says more");
                    }
                }
                if outcome.is_ok()
                    && let Err(fault) = self.settle_in().await
                {
                    tracing::warn!(%fault, "the homeserver reaches us but does not do what we ask");
                }
            }
            flowing = Some(outcome.is_ok());
            if outcome.is_ok()
                && let Some(inbox) = self.inbox.get()
                && let Err(fault) = self.fill_gap(inbox.as_ref()).await
            {
                tracing::warn!(%fault, "cannot look for what the homeserver may have forgotten; will try again");
            }
            tokio::time::sleep(if outcome.is_ok() { CALM } else { TROUBLED }).await;
        }
    }

    /// Asks the homeserver to ping us.
    pub(super) async fn ping(&self) -> std::result::Result<(), Refusal> {
        let path = ["client", "v1", "appservice", &self.id, "ping"];
        self.client.call(Call::post(&path, json!({ "transaction_id": "passerelle" }))).await.map(|_| ())
    }

    /// What is done once the homeserver is there.
    async fn settle_in(&self) -> Result<()> {
        let bot = self.people.bot();
        self.register(bot).await?;
        let path = ["client", "v3", "profile", bot.as_str(), "displayname"];
        let name = self.client.call(Call::get(&path)).await.ok();
        if name.is_none_or(|name| name["displayname"].as_str().is_none_or(|name| name == bot.localpart())) {
            self.client.call(Call::put(&path, json!({ "displayname": "passerelle" })).by(bot)).await?;
        }
        self.learn_upload_limit().await
    }
}
