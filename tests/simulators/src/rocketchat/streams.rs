//! Who is told what over DDP.

use std::collections::HashMap;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use super::world::{Room, World};

/// One connection.
#[derive(Debug)]
pub struct Connection {
    pub user: Option<String>,
    /// Streams and events by the id of the subscription.
    pub subs: HashMap<String, (String, String)>,
    pub to: UnboundedSender<Value>,
    pub cut: CancellationToken,
}

impl World {
    /// Tells everybody who subscribed to an event of a stream, but one connection.
    pub fn emit(&self, stream: &str, event: &str, args: &Value, besides: Option<&str>) {
        for (id, connection) in &self.connections {
            let wanted = connection.subs.values().any(|(name, one)| name == stream && one == event);
            if wanted && besides != Some(id) {
                connection.send_news(stream, event, args);
            }
        }
    }

    /// Tells a room's members of a message as it is now.
    pub fn emit_message(&self, message: &Value) {
        let hidden = message["t"]
            .as_str()
            .is_some_and(|t| self.settings.hidden_types.iter().any(|hidden| hidden == t));
        let Some(room) = self.rooms.get(message["rid"].as_str().unwrap_or_default()).filter(|_| !hidden)
        else {
            return;
        };
        for connection in self.connections.values() {
            let Some(user) = connection.user.as_deref().filter(|user| room.is_seen_by(user)) else {
                continue;
            };
            let subscribed = |event: &str| {
                connection.subs.values().any(|(stream, one)| stream == "stream-room-messages" && one == event)
            };
            if subscribed(&room.id) {
                connection.send_news("stream-room-messages", &room.id, &json!([message]));
            }
            if subscribed("__my_messages__") {
                let mut about =
                    json!({ "roomParticipant": room.members.contains_key(user), "roomType": room.kind });
                if room.kind != "d" {
                    about["roomName"] = json!(room.name);
                }
                connection.send_news("stream-room-messages", "__my_messages__", &json!([message, about]));
            }
        }
        self.emit_room(room, "updated");
    }

    /// Tells the members of a room that it changed.
    pub fn emit_room(&self, room: &Room, how: &str) {
        for user in room.members.keys() {
            let event = format!("{user}/rooms-changed");
            self.emit("stream-notify-user", &event, &json!([how, self.room_json(room)]), None);
        }
    }

    /// Tells somebody that they are in a room now, or no longer.
    pub fn emit_subscription(&self, user: &str, room: &Room, how: &str) {
        let event = format!("{user}/subscriptions-changed");
        self.emit("stream-notify-user", &event, &json!([how, self.subscription_json(room, user)]), None);
    }
}

impl Connection {
    /// Lets out what is held to come late.
    pub fn hurry(&self) {
        let _ = self.to.send(Value::Null);
    }

    fn send_news(&self, stream: &str, event: &str, args: &Value) {
        let frame = json!({
            "msg": "changed", "collection": stream, "id": "id", "fields": { "eventName": event, "args": args },
        });
        // A receiver that is gone is noticed by its own task.
        let _ = self.to.send(frame);
    }
}
