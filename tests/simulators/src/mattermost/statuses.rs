//! Who is there. (API v4, "Status")

use serde_json::{Value, json};

use super::{error::Refusal, events::To, world::World};

impl World {
    /// `GET /users/{id}/status`: as somebody set it, else whether they listen.
    pub fn status(&self, id: &str) -> Value {
        let set = self.statuses.get(id);
        let listens = self.connections.values().any(|one| one.wire.is_some() && one.user == id);
        let status = set.map_or(if listens { "online" } else { "offline" }, String::as_str);
        json!({
            "user_id": id, "status": status, "manual": set.is_some(), "last_activity_at": 0, "dnd_end_time": 0,
        })
    }

    /// `PUT /users/{id}/status`: told to oneself.
    pub fn set_status(&mut self, by: &str, id: &str, status: &str) -> Result<Value, Refusal> {
        if by != id && !self.is_admin(by) {
            return Err(Refusal::permissions());
        }
        match status {
            "online" => drop(self.statuses.remove(id)),
            "away" | "dnd" | "offline" => drop(self.statuses.insert(id.to_owned(), status.to_owned())),
            _ => return Err(Refusal::body_param("status")),
        }
        self.tell("status_change", &json!({ "status": status, "user_id": id }), To::User(id), None);
        let mut told = self.status(id);
        told["status"] = json!(status);
        Ok(told)
    }
}
