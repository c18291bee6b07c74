//! What clients that know bridges show: the links of a room, and messages that did not arrive.

use contract::{ChatId, ChatInfo, MessageId, Network, NetworkName, Result, Timestamp};
use serde_json::{Value, json};

use super::{Matrix, client::Call};

/// The state event of MSC2346, by the name it may have one day and by the one it has.
const BRIDGE_STATES: [&str; 2] = ["m.bridge", "uk.half-shot.bridge"];

impl Matrix {
    /// Says in a room's state that a chat is linked to it, or no longer (MSC2346).
    pub(super) async fn put_bridge_state(
        &self,
        room: &ChatId,
        network: &dyn Network,
        chat: &ChatInfo,
        on: bool,
    ) -> Result<()> {
        let key = format!("fr.passerelle://{}/{}", network.name(), chat.id);
        let content = match on {
            true => bridge_state(self.people.bot().as_str(), network, chat).await,
            false => json!({}),
        };
        for kind in BRIDGE_STATES {
            let path = ["client", "v3", "rooms", room.as_str(), "state", kind, &key];
            self.client.call(Call::put(&path, content.clone())).await?;
        }
        Ok(())
    }

    /// Says that a message did not arrive on another network (`com.beeper.message_send_status`).
    pub(super) async fn send_failure_status(
        &self,
        room: &ChatId,
        message: &MessageId,
        network: &NetworkName,
        why: &str,
    ) -> Result<()> {
        let kind = "com.beeper.message_send_status";
        let transaction =
            format!("status-{}-{}", message.as_str().trim_start_matches('$'), Timestamp::now().0);
        let path = ["client", "v3", "rooms", room.as_str(), "send", kind, &transaction];
        let content = json!({
            "network": network.as_str(),
            "m.relates_to": { "rel_type": "m.reference", "event_id": message.as_str() },
            "status": "FAIL_PERMANENT",
            "reason": "m.foreign_network_error",
            "message": why,
        });
        self.client.call(Call::put(&path, content)).await?;
        Ok(())
    }
}

async fn bridge_state(bot: &str, network: &dyn Network, chat: &ChatInfo) -> Value {
    let (id, app) = (network.name().as_str(), network.calling().app);
    let mut state = json!({
        "bridgebot": bot,
        "creator": bot,
        "protocol": { "id": id, "displayname": app },
        "channel": { "id": chat.id.as_str(), "displayname": chat.shown() },
    });
    if let Ok(Some(title)) = network.title().await {
        state["network"] = json!({ "id": id, "displayname": title });
    }
    state
}
