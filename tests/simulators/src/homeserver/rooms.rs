//! Rooms: who may enter, and what is said.

use serde_json::{Value, json};

use super::{
    Shared,
    world::{Room, World, now},
};

/// What is refused: the status, Matrix's code, and its words.
pub type Refusal = (u16, &'static str, String);

/// Forbidden, with a reason.
pub fn forbidden(why: &str) -> Refusal {
    (403, "M_FORBIDDEN", why.to_owned())
}

/// There is no such thing.
pub fn missing(what: &str) -> Refusal {
    (404, "M_NOT_FOUND", format!("{what} not found"))
}

/// An event that is to be added to a room.
pub struct New<'a> {
    pub room: &'a str,
    pub sender: &'a str,
    pub kind: &'a str,
    pub key: Option<&'a str>,
    pub content: Value,
    pub at: Option<u64>,
}

impl Shared {
    /// Adds an event to a room and has it pushed.
    #[expect(clippy::needless_pass_by_value, reason = "made in place by every caller")]
    pub fn add(&self, new: New<'_>) -> Result<String, Refusal> {
        let id = self.world().add(&new)?;
        self.pushed.notify_one();
        Ok(id)
    }
}

impl World {
    fn add(&mut self, new: &New<'_>) -> Result<String, Refusal> {
        let id = self.id("$");
        let room = self.rooms.get_mut(new.room).ok_or_else(|| missing("room"))?;
        let mut event = json!({
            "type": new.kind, "event_id": id, "room_id": new.room, "sender": new.sender, "content": new.content,
            "origin_server_ts": new.at.unwrap_or_else(now),
        });
        if let Some(key) = new.key {
            event["state_key"] = json!(key);
            let place = (new.kind.to_owned(), key.to_owned());
            if let Some(before) = room.state.get(&place).map(|at| &room.events[*at]) {
                event["unsigned"] =
                    json!({ "prev_content": before["content"], "replaces_state": before["event_id"] });
            }
            room.state.insert(place, room.events.len());
        }
        if new.kind == "m.room.redaction" {
            room.erase(event["content"]["redacts"].as_str().unwrap_or_default());
        }
        room.events.push(event.clone());
        let room = &self.rooms[new.room];
        let invited =
            new.key.is_some_and(|key| self.service.as_ref().is_some_and(|service| service.owns(key)));
        let is_pushed = self.is_served(room) || invited;
        if is_pushed && self.forgotten > 0 {
            self.forgotten -= 1;
        } else if is_pushed {
            self.waiting.push_back(event);
        }
        Ok(id)
    }
}

impl Room {
    fn erase(&mut self, target: &str) {
        if let Some(event) = self.events.iter_mut().find(|event| event["event_id"] == target) {
            event["content"] = json!({});
            event["unsigned"] = json!({ "redacted_because": {} });
        }
    }

    /// Whether somebody may join.
    pub fn may_join(&self, user: &str) -> bool {
        let public = self.content("m.room.join_rules", "")["join_rule"] == "public";
        public || matches!(self.membership(user), "invite" | "join")
    }

    /// Somebody's power.
    pub fn power(&self, user: &str) -> i64 {
        let version = self.content("m.room.create", "")["room_version"].as_str().unwrap_or("11");
        let creator = self.state_event("m.room.create", "").is_some_and(|event| event["sender"] == user);
        if creator && version == "12" {
            return i64::MAX;
        }
        let levels = self.content("m.room.power_levels", "");
        levels["users"][user].as_i64().or(levels["users_default"].as_i64()).unwrap_or(0)
    }
}

/// Makes a room as `createRoom` asks.
pub fn create(shared: &Shared, creator: &str, body: &Value) -> Result<String, Refusal> {
    let version = body["room_version"].as_str().unwrap_or("11");
    let id = {
        let mut world = shared.world();
        let id = world.id("!");
        let id = if version == "12" { id } else { format!("{id}:{}", crate::synapse::SERVER_NAME) };
        world.rooms.insert(id.clone(), Room::default());
        id
    };
    let add = |kind, key, content| {
        shared.add(New { room: &id, sender: creator, kind, key: Some(key), content, at: None })
    };
    add("m.room.create", "", json!({ "room_version": version }))?;
    let mut member =
        shared.world().users.get(creator).filter(|profile| profile.is_object()).cloned().unwrap_or(json!({}));
    member["membership"] = json!("join");
    add("m.room.member", creator, member)?;
    let users = if version == "12" { json!({}) } else { json!({ creator: 100 }) };
    add("m.room.power_levels", "", json!({ "users": users, "users_default": 0, "state_default": 50 }))?;
    let rule = if body["preset"] == "public_chat" { "public" } else { "invite" };
    add("m.room.join_rules", "", json!({ "join_rule": rule }))?;
    if let Some(name) = body["name"].as_str() {
        add("m.room.name", "", json!({ "name": name }))?;
    }
    for user in body["invite"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        add("m.room.member", user, json!({ "membership": "invite" }))?;
    }
    Ok(id)
}
