//! Messages: said and changed. (REST, `chat.*`)

use serde_json::{Value, json};

use super::{
    error::Refusal,
    speaking::{mentions, parsed, quotes, urls},
    world::{World, date, ms, new_id},
};

type Made<T> = Result<T, Refusal>;

/// How far a client's time may be from ours, milliseconds: kept, replaced, refused.
const KEPT: i64 = 10_000;
const REPLACED: i64 = 60_000;

impl World {
    /// Says something as somebody. `Ok(None)` when a message with that id is there already: the server says nothing then.
    pub fn send(&mut self, user: &str, given: &Value) -> Made<Option<Value>> {
        if self.settings.restricted {
            return Err(Refusal::restricted());
        }
        let word = |key: &str| given[key].as_str().unwrap_or_default().to_owned();
        let thread = self.thread_of(&word("tmid"));
        // The room of the thread wins over the one that is named.
        let room = thread.as_ref().map_or_else(|| word("rid"), |(_, room)| room.clone());
        self.may_write(user, &room)?;
        self.may_be_plain(&room, given)?;
        let text = word("msg");
        self.may_be_so_long(&text)?;
        if given["tshow"] == true && word("tmid").is_empty() {
            return Err(Refusal::invalid("tshow provided but missing tmid"));
        }
        self.may_pretend(user, given)?;
        let now = self.now();
        let at = given.get("ts").map_or(now, ms);
        if (at - now).abs() > REPLACED {
            return Err(Refusal::of("error-message-ts-out-of-sync", "Message timestamp is out of sync"));
        }
        let id = Some(word("_id")).filter(|id| !id.is_empty()).unwrap_or_else(new_id);
        if self.messages.contains_key(&id) {
            return Ok(None);
        }
        let mut message = json!({
            "_id": id, "rid": room, "msg": text, "ts": date(if (at - now).abs() < KEPT { at } else { now }),
            "u": self.short(user),
        });
        match &thread {
            Some((root, _)) => message["tmid"] = json!(root),
            // What nobody said can be answered as well.
            None if !word("tmid").is_empty() => message["tmid"] = json!(word("tmid")),
            None => {}
        }
        for key in [
            "alias",
            "avatar",
            "emoji",
            "groupable",
            "attachments",
            "tshow",
            "file",
            "files",
            "location",
            "t",
            "e2e",
            "content",
            "bot",
        ] {
            if !given[key].is_null() {
                message[key] = given[key].clone();
            }
        }
        self.dress(&mut message, user);
        if given["previewUrls"].as_array().is_some_and(Vec::is_empty) {
            message["urls"] = json!([]);
        }
        Ok(Some(self.keep(message)))
    }

    fn may_be_so_long(&self, text: &str) -> Made<()> {
        match text.encode_utf16().count() > self.settings.max_message {
            true => {
                Err(Refusal::of("error-message-size-exceeded", "Message size exceeds Message_MaxAllowedSize"))
            }
            false => Ok(()),
        }
    }

    /// An encrypted room takes nothing that everybody could read.
    fn may_be_plain(&self, room: &str, given: &Value) -> Made<()> {
        match self.rooms.get(room).is_some_and(|room| room.encrypted) && given["t"] != "e2e" {
            true => Err(Refusal::of(
                "error-not-allowed",
                "Not allowed to send un-encrypted messages in an encrypted room",
            )),
            false => Ok(()),
        }
    }

    /// What the server makes of words: who is called, what is quoted, which addresses there are.
    fn dress(&self, message: &mut Value, user: &str) {
        let text = message["msg"].as_str().unwrap_or_default().to_owned();
        let site = &self.settings.site_url;
        message["mentions"] = mentions(&text, |name| {
            let user = self.users.values().find(|user| user.username == name)?;
            let mut told = self.short(&user.id);
            told["type"] = json!("user");
            Some(told)
        });
        message["channels"] = json!([]);
        message["urls"] = urls(&text, site);
        if self.settings.parse && message["t"].is_null() {
            message["md"] = parsed(&text);
        }
        let quoted: Vec<Value> = quotes(&text, site)
            .into_iter()
            .filter_map(|(link, id)| {
                let quoted = self.messages.get(&id)?;
                let room = self.rooms.get(quoted["rid"].as_str()?)?;
                room.is_seen_by(user).then(|| {
                    json!({
                        "text": quoted["msg"], "author_name": quoted["u"]["username"],
                        "author_icon": format!("/avatar/{}", quoted["u"]["username"].as_str().unwrap_or_default()),
                        "message_link": link, "ts": quoted["ts"],
                        "attachments": quoted["attachments"].as_array().cloned().unwrap_or_default(),
                    })
                })
            })
            .collect();
        if !quoted.is_empty() {
            let others = message["attachments"].as_array().cloned().unwrap_or_default();
            let others = others.into_iter().filter(|one| one.get("message_link").is_none());
            message["attachments"] = quoted.into_iter().chain(others).collect();
        }
    }

    /// Keeps a new message and tells of it.
    pub fn keep(&mut self, mut message: Value) -> Value {
        let now = self.now();
        message["_updatedAt"] = date(now);
        let (id, room) = (word(&message, "_id"), word(&message, "rid"));
        self.messages.insert(id.clone(), message.clone());
        if let Some(room) = self.rooms.get_mut(&room) {
            room.messages.push(id);
            room.updated = now;
        }
        self.emit_message(&message);
        if let Some(root) = message["tmid"].as_str() {
            let author = message["u"]["_id"].clone();
            self.change(root, |root| {
                let count = root["tcount"].as_i64().unwrap_or(0) + 1;
                root["tcount"] = json!(count);
                root["tlm"] = date(now);
                let mut replies = root["replies"].as_array().cloned().unwrap_or_default();
                if !replies.contains(&author) {
                    replies.push(author.clone());
                }
                root["replies"] = json!(replies);
            });
        }
        message
    }

    /// Changes a message and tells how it is now.
    pub fn change(&mut self, id: &str, work: impl FnOnce(&mut Value)) {
        let now = self.now();
        let Some(message) = self.messages.get_mut(id) else { return };
        work(message);
        message["_updatedAt"] = date(now);
        let message = message.clone();
        self.emit_message(&message);
    }

    /// The server says that something happened.
    pub fn system(&mut self, room: &str, user: &str, kind: &str, words: &str) {
        let mut by = self.short(user);
        if kind == "au"
            && let Some(by) = by.as_object_mut()
        {
            by.remove("name");
        }
        let message = json!({
            "_id": new_id(), "rid": room, "t": kind, "msg": words, "ts": date(self.now()), "u": by, "groupable": false,
        });
        self.keep(message);
    }

    /// `chat.update`.
    pub fn update(&mut self, user: &str, room: &str, id: &str, text: &str) -> Made<Value> {
        if self.settings.restricted {
            return Err(Refusal::restricted());
        }
        let message = self
            .messages
            .get(id)
            .cloned()
            .ok_or_else(|| Refusal::plain(&format!("No message found with the id of \"{id}\".")))?;
        if message["rid"] != room {
            return Err(Refusal::plain("The room id provided does not match where the message is from."));
        }
        if message["u"]["_id"] != user && !self.may(user, "edit-message", Some(room)) {
            return Err(Refusal::action_not_allowed("Message editing"));
        }
        self.may_be_so_long(text)?;
        let described = message["attachments"][0]["description"].is_string();
        let unchanged = match described {
            true => message["attachments"][0]["description"] == text,
            false => message["msg"] == text,
        };
        if unchanged {
            return Ok(message);
        }
        let mut changed = message;
        match described {
            true => changed["attachments"][0]["description"] = json!(text),
            false => changed["msg"] = json!(text),
        }
        let by = self.short(user);
        self.dress(&mut changed, user);
        let now = self.now();
        changed["editedAt"] = date(now);
        changed["editedBy"] = json!({ "_id": by["_id"], "username": by["username"] });
        self.change(id, |message| *message = changed);
        Ok(self.messages.get(id).cloned().unwrap_or_default())
    }

    /// The root of the thread that a message is in, or begins, and its room.
    fn thread_of(&self, id: &str) -> Option<(String, String)> {
        let message = self.messages.get(id)?;
        let root = message["tmid"].as_str().unwrap_or(id).to_owned();
        Some((root, word(message, "rid")))
    }

    /// Whether somebody may write in a room.
    pub fn may_write(&self, user: &str, room: &str) -> Made<()> {
        let room = self.rooms.get(room).ok_or_else(|| Refusal::of("error-invalid-room", "Invalid room"))?;
        if !room.members.contains_key(user) {
            return Err(Refusal::plain("error-not-allowed"));
        }
        if room.archived {
            return Err(Refusal::plain("room_is_archived"));
        }
        if room.read_only && !self.may(user, "post-readonly", Some(&room.id)) {
            return Err(Refusal::plain("You can't send messages because the room is readonly."));
        }
        Ok(())
    }

    /// Whether somebody may speak under another name.
    pub fn may_pretend(&self, user: &str, given: &Value) -> Made<()> {
        let pretends = !given["alias"].is_null() || !given["avatar"].is_null();
        if pretends && !self.may(user, "message-impersonate", None) {
            return Err(Refusal::plain("Not enough permission"));
        }
        let avatar = given["avatar"].as_str().unwrap_or("/");
        let absolute = avatar.starts_with("http://") || avatar.starts_with("https://");
        if !absolute && !avatar.starts_with('/') {
            return Err(Refusal::plain("Error, \"avatar\" must be a valid URL"));
        }
        Ok(())
    }
}

pub(super) fn word(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
