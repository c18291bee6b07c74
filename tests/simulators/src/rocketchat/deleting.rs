//! Messages that are no more: one, with or without its tombstone, and many at once. (REST, `chat.delete`)

use serde_json::{Value, json};

use super::{
    error::Refusal,
    messages::word,
    world::{World, date},
};

type Made<T> = Result<T, Refusal>;

impl World {
    /// `chat.delete`.
    pub fn delete(&mut self, user: &str, room: &str, id: &str) -> Made<Value> {
        let message = self
            .messages
            .get(id)
            .filter(|message| message["t"] != "rm")
            .cloned()
            .ok_or_else(|| Refusal::plain(&format!("No message found with the id of \"{id}\".")))?;
        if message["rid"] != room {
            return Err(Refusal::plain("The room id provided does not match where the message is from."));
        }
        let own = message["u"]["_id"] == user && self.may(user, "delete-own-message", Some(room));
        if !own && !self.may(user, "delete-message", Some(room)) {
            return Err(Refusal::action_not_allowed("Deleting"));
        }
        let now = self.now();
        let keeps = self.settings.show_deleted || message["tcount"].as_i64().unwrap_or(0) > 0;
        let by = self.short(user);
        if keeps {
            let empty = if self.version().0 < 6 { json!([]) } else { json!({}) };
            self.change(id, |message| {
                if let Some(message) = message.as_object_mut() {
                    for key in ["md", "blocks", "tshow", "file", "files"] {
                        message.remove(key);
                    }
                }
                message["t"] = json!("rm");
                message["msg"] = json!("");
                message["reactions"] = empty;
                for key in ["urls", "mentions", "attachments"] {
                    message[key] = json!([]);
                }
                message["editedAt"] = date(now);
                message["editedBy"] = json!({ "_id": by["_id"], "username": by["username"] });
            });
        } else {
            self.forget(room, id);
            let event = format!("{room}/deleteMessage");
            self.emit("stream-notify-room", &event, &json!([{ "_id": id }]), None);
        }
        Ok(
            json!({ "_id": id, "ts": now.to_string(), "message": { "_id": id, "rid": room, "u": message["u"] }, "success": true }),
        )
    }

    /// Many messages go at once: by time and author, as retention does, or by their ids.
    pub fn prune(&mut self, room: &str, usernames: &[String], by_ids: bool) -> usize {
        let now = self.now();
        let meant = |message: &Value| {
            let name = word(&message["u"], "username");
            message["rid"] == room
                && message["t"].is_null()
                && (usernames.is_empty() || usernames.contains(&name))
        };
        let ids: Vec<String> = self
            .messages
            .values()
            .filter(|message| meant(message))
            .map(|message| word(message, "_id"))
            .collect();
        for id in &ids {
            self.forget(room, id);
        }
        let mut told = json!({
            "rid": room, "excludePinned": false, "ignoreDiscussion": true,
            "ts": { "$gt": date(0), "$lt": date(now) }, "users": usernames,
        });
        if by_ids {
            told["ids"] = json!(ids);
        }
        self.emit("stream-notify-room", &format!("{room}/deleteMessageBulk"), &json!([told]), None);
        ids.len()
    }

    /// Nothing is left of a message but that it was there.
    fn forget(&mut self, room: &str, id: &str) {
        let now = self.now();
        self.messages.remove(id);
        if let Some(room) = self.rooms.get_mut(room) {
            room.messages.retain(|known| known != id);
            room.deleted.push((id.to_owned(), now));
        }
    }
}
