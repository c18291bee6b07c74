//! Rooms and who is in them. (REST, `rooms.*`, `channels.*`, `groups.*`, `im.*`)

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    error::Refusal,
    world::{Room, World, date, new_id},
};

type Made<T> = Result<T, Refusal>;

impl World {
    /// A room with its owner in it.
    pub fn add_room(&mut self, kind: &str, name: &str, owner: &str) -> String {
        let (id, now) = (new_id(), self.now());
        let room = Room {
            id: id.clone(),
            kind: kind.into(),
            name: name.into(),
            fname: name.into(),
            created: now,
            updated: now,
            members: [(owner.to_owned(), vec!["owner".to_owned()])].into(),
            ..Room::default()
        };
        self.emit_subscription(owner, &room, "inserted");
        self.rooms.insert(id.clone(), room);
        id
    }

    /// A room as it is told.
    pub fn room_json(&self, room: &Room) -> Value {
        let mut told = json!({
            "_id": room.id, "t": room.kind, "msgs": room.messages.len(), "usersCount": room.members.len(),
            "ro": room.read_only, "sysMes": true, "default": false, "ts": date(room.created),
            "_updatedAt": date(room.updated), "u": self.short(room.members.keys().next().map_or("", String::as_str)),
        });
        if room.kind != "d" {
            told["name"] = json!(room.name);
            told["fname"] = json!(room.fname);
        }
        for (key, set) in [("archived", room.archived), ("encrypted", room.encrypted)] {
            if set {
                told[key] = json!(true);
            }
        }
        if !room.topic.is_empty() {
            told["topic"] = json!(room.topic);
        }
        if let Some(parent) = &room.parent {
            told["prid"] = json!(parent);
        }
        if let Some((etag, _)) = &room.picture {
            told["avatarETag"] = json!(etag);
        }
        if let Some(last) = room.messages.last().and_then(|id| self.messages.get(id)) {
            told["lastMessage"] = last.clone();
            told["lm"] = last["ts"].clone();
        }
        told
    }

    /// Somebody's subscription to a room.
    pub fn subscription_json(&self, room: &Room, user: &str) -> Value {
        let other = room.members.keys().find(|other| other.as_str() != user);
        let other = other.map(|other| self.username(other)).unwrap_or_default();
        let name = if room.kind == "d" { &other } else { &room.name };
        let mut told = json!({
            "_id": format!("{}{}", room.id, user), "rid": room.id, "t": room.kind, "name": name, "fname": name,
            "u": self.short(user), "open": true, "alert": false, "unread": 0, "userMentions": 0,
            "groupMentions": 0, "ts": date(room.created), "ls": date(room.created), "_updatedAt": date(room.updated),
        });
        if let Some(parent) = &room.parent {
            told["prid"] = json!(parent);
        }
        if let Some(roles) = room.members.get(user).filter(|roles| !roles.is_empty()) {
            told["roles"] = json!(roles);
        }
        told
    }

    /// A room by its id, or by its name.
    pub fn find_room(&self, user: &str, id: Option<&str>, name: Option<&str>) -> Made<Room> {
        let room = match (id, name) {
            (Some(id), _) => self.rooms.get(id),
            (_, Some(name)) => self.rooms.values().find(|room| room.name == name && room.kind != "d"),
            _ => return Err(Refusal::invalid("must have required property 'roomId'")),
        };
        room.filter(|room| room.is_seen_by(user)).cloned().ok_or_else(Refusal::no_room)
    }

    /// Somebody comes into a room: by themselves, or put there by somebody.
    pub fn join_room(&mut self, by: &str, room: &str, user: &str) -> Made<()> {
        let known = self.rooms.get(room).cloned().ok_or_else(Refusal::no_room)?;
        if by == user && known.kind != "c" {
            return Err(Refusal::not_allowed());
        }
        if known.members.contains_key(user) {
            return Ok(());
        }
        self.put_into(room, user);
        let name = self.username(user);
        match by == user {
            true => self.system(room, user, "uj", &name),
            false => self.system(room, by, "au", &name),
        }
        Ok(())
    }

    /// Somebody is in a room now, and nobody says so there.
    pub fn put_into(&mut self, room: &str, user: &str) {
        if let Some(room) = self.rooms.get_mut(room) {
            room.members.insert(user.into(), Vec::new());
        }
        let known = self.rooms.get(room).cloned().unwrap_or_default();
        self.emit_subscription(user, &known, "inserted");
    }

    /// Somebody goes, or is removed.
    pub fn leave_room(&mut self, by: &str, room: &str, user: &str) -> Made<()> {
        self.go(by, room, user, if by == user { "ul" } else { "ru" })
    }

    /// Somebody is removed, and may not come back.
    pub fn ban(&mut self, by: &str, room: &str, user: &str) -> Made<()> {
        self.go(by, room, user, "user-banned")
    }

    fn go(&mut self, by: &str, room: &str, user: &str, how: &str) -> Made<()> {
        let known = self.rooms.get(room).cloned().ok_or_else(Refusal::no_room)?;
        if !known.members.contains_key(user) {
            return Err(Refusal::of("error-user-not-in-room", "User is not in this room"));
        }
        let name = self.username(user);
        self.system(room, by, how, &name);
        if let Some(room) = self.rooms.get_mut(room) {
            room.members.remove(user);
        }
        self.emit_subscription(user, &known, "removed");
        // Who is out of a private room hears no more of it, and is not told.
        if known.kind != "c" {
            for connection in self.connections.values_mut().filter(|one| one.user.as_deref() == Some(user)) {
                connection
                    .subs
                    .retain(|_, (_, event)| event != room && !event.starts_with(&format!("{room}/")));
            }
        }
        Ok(())
    }

    /// `channels.kick`, `groups.kick` (method `removeUserFromRoom`).
    pub fn kick(&mut self, by: &str, room: &str, user: &str) -> Made<()> {
        if !self.may(by, "remove-user", Some(room)) {
            return Err(Refusal::not_allowed());
        }
        let known = self.rooms.get(room).ok_or_else(Refusal::no_room)?;
        let owns = |roles: &Vec<String>| roles.iter().any(|role| role == "owner");
        let owners = known.members.values().filter(|roles| owns(roles)).count();
        if owners == 1 && known.members.get(user).is_some_and(owns) {
            let reason = "You are the last owner. Please set new owner before leaving the room.";
            return Err(Refusal::of("error-you-are-last-owner", reason));
        }
        self.leave_room(by, room, user)
    }

    /// Changes a room, and says so in it.
    pub fn change_room(&mut self, by: &str, room: &str, what: &str, value: &str) -> Made<()> {
        let now = self.now();
        let known = self.rooms.get_mut(room).ok_or_else(Refusal::no_room)?;
        known.updated = now;
        let kind = match what {
            "name" => {
                (known.name, known.fname) = (value.into(), value.into());
                "r"
            }
            "topic" => {
                known.topic = value.into();
                "room_changed_topic"
            }
            // A picture comes whole, as a `data:` address; an empty one takes it away.
            "avatar" => {
                known.picture = match value.split_once(";base64,") {
                    Some((kind, bytes)) if kind.starts_with("data:image/") => {
                        let bytes = STANDARD.decode(bytes).map_err(|_| Refusal::invalid("no base64"))?;
                        Some((new_id(), bytes.into()))
                    }
                    _ if value.is_empty() => None,
                    _ => return Err(Refusal::of("error-invalid-room-avatar", "Invalid room avatar")),
                };
                "room_changed_avatar"
            }
            "archived" => {
                known.archived = value == "true";
                if known.archived { "room-archived" } else { "room-unarchived" }
            }
            "ro" => {
                known.read_only = value == "true";
                if known.read_only { "room-set-read-only" } else { "room-removed-read-only" }
            }
            "encrypted" => {
                known.encrypted = value == "true";
                if known.encrypted { "room_e2e_enabled" } else { "room_e2e_disabled" }
            }
            _ => return Err(Refusal::invalid("unknown change")),
        };
        let words = if matches!(what, "name" | "topic") { value } else { "" };
        self.system(room, by, kind, words);
        if let Some(room) = self.rooms.get(room) {
            self.emit_room(room, "updated");
        }
        Ok(())
    }

    /// The private conversation of two. Twice is the same.
    pub fn direct_room(&mut self, user: &str, username: &str) -> Made<String> {
        let other =
            self.users.values().find(|other| other.username == username).ok_or_else(Refusal::no_user)?;
        let mut people = [user.to_owned(), other.id.clone()];
        people.sort();
        let id = people.concat();
        if !self.rooms.contains_key(&id) {
            let now = self.now();
            let members = people.iter().map(|one| (one.clone(), Vec::new())).collect();
            let room = Room {
                id: id.clone(),
                kind: "d".into(),
                created: now,
                updated: now,
                members,
                ..Room::default()
            };
            for one in &people {
                self.emit_subscription(one, &room, "inserted");
            }
            self.rooms.insert(id.clone(), room);
        }
        Ok(id)
    }
}
