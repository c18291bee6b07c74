//! Accounts, roles, sessions. (REST, "Authentication", `users.*`)

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    error::Refusal,
    world::{User, World, new_id},
};

type Made<T> = Result<T, Refusal>;

/// What each role may (settings "Permissions", as a new workspace has them).
const PERMISSIONS: &[(&str, &[&str])] = &[
    ("message-impersonate", &["bot", "app"]),
    ("api-bypass-rate-limit", &["admin", "bot", "app"]),
    ("bypass-time-limit-edit-and-delete", &["bot", "app"]),
    ("send-many-messages", &["admin", "bot", "app"]),
    ("delete-own-message", &["admin", "user"]),
    ("create-personal-access-tokens", &["admin", "user"]),
    ("delete-message", &["admin", "owner", "moderator"]),
    ("edit-message", &["admin", "owner", "moderator"]),
    ("archive-room", &["admin", "owner"]),
    ("edit-room", &["admin", "owner", "moderator"]),
    ("remove-user", &["admin", "owner", "moderator"]),
    ("pin-message", &["admin", "owner", "moderator"]),
    ("view-c-room", &["admin", "user", "bot", "app", "anonymous"]),
    ("view-statistics", &["admin"]),
    ("post-readonly", &["admin", "owner", "moderator"]),
];

impl World {
    /// An account.
    pub fn add_user(&mut self, username: &str, name: &str, roles: &[&str]) -> String {
        let id = new_id();
        let user = User {
            id: id.clone(),
            username: username.into(),
            name: name.into(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            password: "secret".into(),
            picture: None,
            active: true,
        };
        self.users.insert(id.clone(), user);
        id
    }

    /// A token that does not end.
    pub fn add_token(&mut self, user: &str) -> String {
        let token = format!("{}{}_{}", new_id(), new_id(), &new_id()[..8]);
        self.tokens.insert(token.clone(), user.into());
        token
    }

    /// Whether somebody may do something, by the roles of the workspace and of a room.
    pub fn may(&self, user: &str, permission: &str, room: Option<&str>) -> bool {
        let holders =
            PERMISSIONS.iter().find(|(name, _)| *name == permission).map_or(&[][..], |(_, roles)| roles);
        let own = self.users.get(user).map(|user| user.roles.clone()).unwrap_or_default();
        let local = room
            .and_then(|room| self.rooms.get(room))
            .and_then(|room| room.members.get(user))
            .cloned()
            .unwrap_or_default();
        own.iter().chain(&local).any(|role| holders.contains(&role.as_str()))
    }

    /// Who a pair of headers, or a session, stands for.
    pub fn signed_in(&self, user: &str, token: &str) -> Made<String> {
        let owner = self.tokens.get(token).filter(|owner| owner.as_str() == user);
        owner.cloned().ok_or_else(Refusal::logged_out)
    }

    /// `POST login`.
    pub fn login(&mut self, asked: &Value) -> Made<Value> {
        let wrong = || Refusal { status: 401, code: Some("403".into()), reason: "User not found".into() };
        if let Some(token) = asked["resume"].as_str() {
            let user = self.tokens.get(token).cloned().ok_or_else(|| Refusal {
                status: 401,
                code: Some("403".into()),
                reason: "You've been logged out by the server. Please log in again.".into(),
            })?;
            return Ok(self.session(&user, token));
        }
        let name = match &asked["user"] {
            Value::Object(user) => user.get("username").or_else(|| user.get("email")).cloned(),
            Value::String(name) => Some(json!(name)),
            _ => asked.get("username").or_else(|| asked.get("email")).cloned(),
        };
        let name = name.and_then(|name| name.as_str().map(str::to_owned)).ok_or_else(wrong)?;
        let user = self.users.values().find(|user| user.username == name).cloned().ok_or_else(wrong)?;
        let digest =
            Sha256::digest(&user.password).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let right = match &asked["password"] {
            Value::String(password) => *password == user.password,
            Value::Object(given) => given.get("digest").is_some_and(|given| *given == digest),
            _ => false,
        };
        if !right {
            return Err(Refusal {
                status: 401,
                code: Some("403".into()),
                reason: "Incorrect password".into(),
            });
        }
        if self.settings.two_factor {
            return Err(Refusal {
                status: 401,
                code: Some("totp-required".into()),
                reason: "TOTP Required".into(),
            });
        }
        let token = self.add_token(&user.id);
        Ok(self.session(&user.id, &token))
    }

    fn session(&self, user: &str, token: &str) -> Value {
        json!({ "userId": user, "authToken": token, "me": self.me(user) })
    }

    /// What somebody sees of themselves.
    pub fn me(&self, id: &str) -> Value {
        let Some(user) = self.users.get(id) else { return Value::Null };
        let mut me = user.json();
        me["emails"] = json!([{ "address": format!("{}@exemple.example", user.username), "verified": true }]);
        me["settings"] = json!({ "preferences": {} });
        me["avatarUrl"] = json!(format!("{}/avatar/{}", self.settings.site_url, user.username));
        me
    }

    /// Somebody is called something else.
    pub fn rename(&mut self, id: &str, username: &str, name: &str) {
        let Some(user) = self.users.get_mut(id) else { return };
        (user.username, user.name) = (username.into(), name.into());
        let news = json!([{ "_id": id, "username": username, "name": name }]);
        self.emit("stream-notify-logged", "Users:NameChanged", &news, None);
        // It is written anew in all that they said.
        for message in self.messages.values_mut().filter(|message| message["u"]["_id"] == id) {
            message["u"]["username"] = json!(username);
        }
    }

    /// `users.info`.
    pub fn user_info(&self, key: &str, value: &str) -> Made<Value> {
        let user = match key {
            "userId" => self.users.get(value),
            _ => self.users.values().find(|user| user.username.eq_ignore_ascii_case(value)),
        };
        user.map(|user| json!({ "user": user.json(), "success": true })).ok_or_else(Refusal::no_user)
    }

    /// What others see of somebody who is writing.
    pub fn shown(&self, id: &str) -> String {
        let user = self.users.get(id).cloned().unwrap_or_default();
        if self.settings.real_names { user.name } else { user.username }
    }

    /// `{_id, username, name}`, as messages carry it.
    pub fn short(&self, id: &str) -> Value {
        let user = self.users.get(id).cloned().unwrap_or_default();
        json!({ "_id": user.id, "username": user.username, "name": user.name })
    }

    pub fn username(&self, id: &str) -> String {
        self.users.get(id).map(|user| user.username.clone()).unwrap_or_default()
    }
}

impl User {
    /// What others see of somebody.
    pub fn json(&self) -> Value {
        let mut told = json!({
            "_id": self.id, "username": self.username, "name": self.name, "active": self.active, "type": "user",
            "roles": self.roles, "status": "online", "utcOffset": 0,
        });
        if let Some((etag, _)) = &self.picture {
            told["avatarETag"] = json!(etag);
        }
        told
    }
}
