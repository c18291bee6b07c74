//! What can be called over DDP, and over REST as `method.call`.

use serde_json::{Value, json};

use super::{
    error::Refusal,
    history,
    world::{World, date, ms, new_id},
};

impl World {
    /// A method, over DDP or over REST.
    pub fn method(
        &mut self,
        user: &str,
        name: &str,
        params: &[Value],
        by: Option<&str>,
    ) -> Result<Value, Refusal> {
        let first = params.first().unwrap_or(&Value::Null);
        let word = |n: usize| params.get(n).and_then(Value::as_str).unwrap_or_default().to_owned();
        match name {
            "stream-notify-room" => {
                self.notify_room(user, params, by);
                Ok(Value::Null)
            }
            "sendMessage" => self.send_by_method(user, first),
            "setReaction" => self
                .react(user, &word(1), &word(0), params.get(2).and_then(Value::as_bool))
                .map(|_| Value::Null),
            "deleteMessage" => {
                let id = first["_id"].as_str().unwrap_or_default().to_owned();
                let room =
                    self.messages.get(&id).and_then(|message| message["rid"].as_str().map(str::to_owned));
                self.delete(user, &room.unwrap_or_default(), &id).map(|_| Value::Null)
            }
            "updateMessage" => {
                let part = |key: &str| first[key].as_str().unwrap_or_default().to_owned();
                self.update(user, &part("rid"), &part("_id"), &part("msg")).map(|_| Value::Null)
            }
            "rooms/get" => {
                let rooms: Vec<Value> = self
                    .rooms
                    .values()
                    .filter(|room| room.members.contains_key(user))
                    .map(|room| self.room_json(room))
                    .collect();
                Ok(if first.is_null() { json!(rooms) } else { json!({ "update": rooms, "remove": [] }) })
            }
            "subscriptions/get" => {
                let own: Vec<Value> = self
                    .rooms
                    .values()
                    .filter(|room| room.members.contains_key(user))
                    .map(|room| self.subscription_json(room, user))
                    .collect();
                Ok(if first.is_null() { json!(own) } else { json!({ "update": own, "remove": [] }) })
            }
            "loadHistory" => {
                let room = self.find_room(user, Some(&word(0)), None)?;
                let most = params.get(2).and_then(Value::as_u64).and_then(|most| usize::try_from(most).ok());
                let said = history::loaded(self, &room, params.get(3).map_or(0, ms));
                let newest: Vec<&Value> = said.into_iter().rev().take(most.unwrap_or(20)).collect();
                Ok(json!({ "messages": newest, "unreadNotLoaded": 0 }))
            }
            "loadMissedMessages" => {
                let room = self.find_room(user, Some(&word(0)), None)?;
                Ok(json!(history::loaded(self, &room, params.get(1).map_or(0, ms))))
            }
            "logout" => Ok(Value::Null),
            _ => Err(Refusal {
                status: 400,
                code: Some("404".into()),
                reason: format!("Method '{name}' not found"),
            }),
        }
    }

    /// Most errors are told to the person by a message of their own, and here by nothing.
    fn send_by_method(&mut self, user: &str, first: &Value) -> Result<Value, Refusal> {
        for key in ["alias", "avatar", "emoji", "attachments"] {
            if !first[key].is_null() {
                return Err(Refusal { status: 400, code: Some("400".into()), reason: "Match failed".into() });
            }
        }
        match self.send(user, first) {
            Ok(Some(message)) => Ok(message),
            Err(refusal)
                if refusal.reason.contains("error-not-allowed")
                    || refusal.reason == "restricted-workspace" =>
            {
                Err(refusal)
            }
            Err(refusal) => {
                let told = json!([{
                    "_id": new_id(), "rid": first["rid"], "msg": refusal.reason, "ts": date(self.now()),
                    "u": { "_id": "rocket.cat", "username": "rocket.cat" }, "private": true,
                }]);
                self.emit("stream-notify-user", &format!("{user}/message"), &told, None);
                Ok(Value::Null)
            }
            Ok(None) => Ok(Value::Null),
        }
    }

    /// Somebody is writing, or no longer, as their client tells.
    pub fn write(&mut self, user: &str, room: &str, on: bool) {
        let name = self.shown(user);
        let params = match self.version().0 {
            ..6 => vec![json!(format!("{room}/typing")), json!(name), json!(on)],
            _ => {
                let activities = if on { json!(["user-typing"]) } else { json!([]) };
                vec![json!(format!("{room}/user-activity")), json!(name), activities, json!({})]
            }
        };
        self.notify_room(user, &params, None);
    }

    /// Somebody writes: told to the others; a name that is not theirs is dropped without a word.
    pub fn notify_room(&mut self, user: &str, params: &[Value], by: Option<&str>) {
        let event = params.first().and_then(Value::as_str).unwrap_or_default();
        let Some((room, kind)) = event.split_once('/') else { return };
        let member = self.rooms.get(room).is_some_and(|room| room.members.contains_key(user));
        let name = params.get(1).and_then(Value::as_str).unwrap_or_default();
        if !member || name != self.shown(user) {
            return;
        }
        let on = match params.get(2) {
            Some(Value::Array(all)) => !all.is_empty(),
            other => other == Some(&Value::Bool(true)),
        };
        // Between the two ways of old and of now, servers take both and tell both.
        let (old, new) = match self.version().0 {
            ..6 => (true, false),
            6 | 7 => (true, true),
            _ => (false, true),
        };
        if !(kind == "user-activity" && new || kind == "typing" && old) {
            return;
        }
        let tell = |kind: &str, args: Value| {
            self.emit("stream-notify-room", &format!("{room}/{kind}"), &args, by);
        };
        if new {
            let activities = if on { json!(["user-typing"]) } else { json!([]) };
            tell("user-activity", json!([name, activities, {}]));
        }
        if old {
            tell("typing", json!([name, on]));
        }
    }
}
