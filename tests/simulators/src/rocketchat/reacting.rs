//! Messages that are reacted to and pinned. (REST, `chat.react`, `chat.pinMessage`)

use serde_json::{Map, Value, json};

use super::{
    error::Refusal,
    messages::word,
    world::{World, date, new_id},
};

type Made<T> = Result<T, Refusal>;

impl World {
    /// `chat.react`. A state that is so already changes nothing and is told to nobody.
    pub fn react(&mut self, user: &str, id: &str, emoji: &str, wanted: Option<bool>) -> Made<Value> {
        let message = self.messages.get(id).cloned().ok_or_else(|| {
            Refusal::of(
                "error-message-not-found",
                "The provided \"messageId\" does not match any existing message.",
            )
        })?;
        let room = word(&message, "rid");
        self.may_write(user, &room)?;
        let name = emoji.trim_matches(':');
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte));
        if !plain || name.is_empty() || !self.knows_emoji(name) {
            return Err(Refusal::of("error-not-allowed", "Invalid emoji provided."));
        }
        let key = format!(":{name}:");
        let username = self.username(user);
        let mut reactions = message["reactions"].as_object().cloned().unwrap_or_default();
        let mut names: Vec<String> = serde_json::from_value(
            reactions.get(&key).map(|one| one["usernames"].clone()).unwrap_or_default(),
        )
        .unwrap_or_default();
        let stands = names.contains(&username);
        let wanted = wanted.unwrap_or(!stands);
        if stands == wanted {
            return Ok(json!({ "success": true }));
        }
        if wanted {
            names.push(username);
        } else {
            names.retain(|name| *name != username);
        }
        match names.is_empty() {
            true => reactions.remove(&key),
            false => reactions.insert(key, json!({ "usernames": names })),
        };
        self.change(id, |message| set_or_remove(message, "reactions", reactions));
        Ok(json!({ "success": true }))
    }

    /// `chat.pinMessage` and `chat.unPinMessage`.
    pub fn pin(&mut self, user: &str, id: &str, pinned: bool) -> Made<Value> {
        let message = self.messages.get(id).cloned().ok_or_else(Refusal::no_message)?;
        let room = word(&message, "rid");
        if !self.may(user, "pin-message", Some(&room)) {
            return Err(Refusal::not_allowed());
        }
        let (now, by) = (self.now(), self.short(user));
        self.change(id, |message| {
            message["pinned"] = json!(pinned);
            message["pinnedAt"] = date(now);
            message["pinnedBy"] = json!({ "_id": by["_id"], "username": by["username"] });
        });
        if pinned {
            let copy = json!({
                "text": message["msg"], "author_name": message["u"]["username"],
                "author_icon": format!("/avatar/{}", message["u"]["username"].as_str().unwrap_or_default()),
                "ts": message["ts"], "attachments": [],
            });
            let said = json!({
                "_id": new_id(), "rid": room, "t": "message_pinned", "msg": "", "ts": date(now), "u": by,
                "groupable": false, "attachments": [copy],
            });
            self.keep(said);
        }
        Ok(json!({ "message": self.messages.get(id), "success": true }))
    }

    fn knows_emoji(&self, name: &str) -> bool {
        self.emoji.contains_key(name) || super::emoji::is_known(name)
    }
}

fn set_or_remove(message: &mut Value, key: &str, value: Map<String, Value>) {
    // The key goes with the last of them.
    match message.as_object_mut() {
        Some(message) if value.is_empty() => {
            message.remove(key);
        }
        Some(message) => {
            message.insert(key.into(), value.into());
        }
        None => {}
    }
}
