//! Accounts, bots and tokens. (API v4, "Users", "Bots")

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    error::Refusal,
    events::To,
    model::{Bot, User},
    world::{Token, World, is_id, new_id},
};

type Made<T> = Result<T, Refusal>;

impl World {
    /// An account without a password.
    pub fn add_user(&mut self, username: &str, email: &str) -> String {
        let (id, now) = (new_id(), self.now());
        let user = User {
            id: id.clone(),
            username: username.into(),
            email: email.into(),
            roles: "system_user".into(),
            locale: "fr".into(),
            create_at: now,
            update_at: now,
            ..User::default()
        };
        self.users.insert(id.clone(), user);
        id
    }

    /// A bot's account.
    pub fn add_bot(&mut self, username: &str, display_name: &str, description: &str, owner: &str) -> String {
        let id = self.add_user(username, &format!("{username}@localhost"));
        if let Some(user) = self.users.get_mut(&id) {
            user.first_name = display_name.into();
            user.bot = Some(Bot { description: description.into(), owner: owner.into() });
        }
        id
    }

    /// A token for an account.
    pub fn add_token(&mut self, user: &str, description: &str, is_session: bool) -> (String, Token) {
        let (secret, id) = (new_id(), new_id());
        let token =
            Token { id, user: user.into(), description: description.into(), is_active: true, is_session };
        self.tokens.insert(secret.clone(), token.clone());
        (secret, token)
    }

    /// Whose token it is.
    pub fn bearer(&self, token: &str) -> Made<String> {
        let known = self.tokens.get(token).filter(|token| token.is_active);
        let user = known.and_then(|token| self.users.get(&token.user)).filter(|user| user.delete_at == 0);
        user.map(|user| user.id.clone()).ok_or_else(Refusal::session)
    }

    pub fn is_admin(&self, user: &str) -> bool {
        self.users.get(user).is_some_and(|user| user.has_role("system_admin"))
    }

    /// `POST /users/login`.
    pub fn login(&mut self, asked: &Value) -> Made<(String, Value)> {
        let word = |key: &str| asked[key].as_str().unwrap_or_default();
        let (login, password) = (word("login_id").to_owned(), word("password").to_owned());
        if password.is_empty() {
            let message = "Password field must not be blank";
            return Err(Refusal::new(400, "api.user.login.blank_pwd.app_error", message));
        }
        let wrong = || {
            let message = "Enter a valid email or username and/or password.";
            Refusal::new(401, "api.user.login.invalid_credentials_email_username", message)
        };
        let user = self.users.values().find(|user| user.username == login || user.email == login);
        let user = user.filter(|user| user.password == password).cloned().ok_or_else(wrong)?;
        let (token, _) = self.add_token(&user.id, "", true);
        Ok((token, user.json(true)))
    }

    /// `POST /users`.
    pub fn create_user(&mut self, asked: &Value) -> Made<Value> {
        let word = |key: &str| asked[key].as_str().unwrap_or_default().to_owned();
        let (username, email) = (word("username").to_lowercase(), word("email").to_lowercase());
        valid_username(&username)?;
        if !email.contains('@') || email.len() > 128 {
            return Err(Refusal::new(400, "model.user.is_valid.email.app_error", "Invalid email."));
        }
        if word("nickname").chars().count() > 64 {
            return Err(Refusal::new(400, "model.user.is_valid.nickname.app_error", "Invalid nickname."));
        }
        if word("position").chars().count() > 128 {
            return Err(Refusal::new(
                400,
                "model.user.is_valid.position.app_error",
                "Invalid position: must not be longer than 128 characters.",
            ));
        }
        if word("password").chars().count() < 5 {
            let message = "Login failed because of invalid password.";
            return Err(Refusal::new(400, "api.user.check_user_password.invalid.app_error", message));
        }
        self.free_username(&username)?;
        if self.users.values().any(|user| user.email == email) {
            let message = "An account with that email already exists.";
            return Err(Refusal::new(400, "app.user.save.email_exists.app_error", message));
        }
        let id = self.add_user(&username, &email);
        if let Some(user) = self.users.get_mut(&id) {
            user.nickname = word("nickname");
            user.first_name = word("first_name");
            user.last_name = word("last_name");
            user.position = word("position");
            user.password = word("password");
        }
        self.tell("new_user", &json!({ "user_id": id }), To::All, None);
        Ok(self.users.get(&id).map(|user| user.json(true)).unwrap_or_default())
    }

    fn free_username(&self, username: &str) -> Made<()> {
        match self.users.values().any(|user| user.username == username) {
            true => {
                let message = "An account with that username already exists.";
                Err(Refusal::new(400, "app.user.save.username_exists.app_error", message))
            }
            false => Ok(()),
        }
    }

    /// `POST /bots`.
    pub fn create_bot(&mut self, by: &str, asked: &Value) -> Made<Value> {
        if !self.is_admin(by) {
            return Err(Refusal::permissions());
        }
        let word = |key: &str| asked[key].as_str().unwrap_or_default().to_owned();
        let username = word("username").to_lowercase();
        valid_username(&username)?;
        self.free_username(&username)?;
        let id = self.add_bot(&username, &word("display_name"), &word("description"), by);
        Ok(self.users.get(&id).map(User::bot_json).unwrap_or_default())
    }

    /// `PUT /bots/{id}`.
    pub fn change_bot(&mut self, by: &str, id: &str, asked: &Value) -> Made<Value> {
        let now = self.now();
        let admin = self.is_admin(by);
        let bot =
            self.users.get_mut(id).filter(|user| user.bot.is_some() && admin).ok_or_else(Refusal::no_bot)?;
        if let Some(name) = asked["display_name"].as_str() {
            name.clone_into(&mut bot.first_name);
        }
        if let (Some(words), Some(bot)) = (asked["description"].as_str(), bot.bot.as_mut()) {
            words.clone_into(&mut bot.description);
        }
        bot.update_at = now;
        let told = bot.bot_json();
        self.tell_user(id);
        Ok(told)
    }

    /// `POST /bots/{id}/disable` and `enable`.
    pub fn enable_bot(&mut self, by: &str, id: &str, enabled: bool) -> Made<Value> {
        let (now, admin) = (self.now(), self.is_admin(by));
        let bot =
            self.users.get_mut(id).filter(|user| user.bot.is_some() && admin).ok_or_else(Refusal::no_bot)?;
        bot.delete_at = if enabled { 0 } else { now };
        bot.update_at = now;
        Ok(bot.bot_json())
    }

    /// `PUT /users/{id}/patch`.
    pub fn patch_user(&mut self, by: &str, id: &str, asked: &Value) -> Made<Value> {
        if by != id && !self.is_admin(by) {
            return Err(Refusal::permissions());
        }
        let now = self.now();
        let user = self.users.get_mut(id).ok_or_else(Refusal::no_user)?;
        for (key, field) in [
            ("nickname", &mut user.nickname),
            ("first_name", &mut user.first_name),
            ("last_name", &mut user.last_name),
            ("position", &mut user.position),
            ("username", &mut user.username),
        ] {
            if let Some(value) = asked[key].as_str() {
                value.clone_into(field);
            }
        }
        user.update_at = now;
        let told = user.json(true);
        self.tell_user(id);
        Ok(told)
    }

    /// `POST /users/{id}/image`.
    pub fn picture(&mut self, by: &str, id: &str, bytes: Bytes) -> Made<Value> {
        if by != id && !self.is_admin(by) {
            return Err(Refusal::permissions());
        }
        let now = self.now();
        let user = self.users.get_mut(id).ok_or_else(Refusal::no_user)?;
        (user.picture, user.picture_at, user.update_at) = (Some(bytes), now, now);
        self.tell_user(id);
        Ok(json!({ "status": "OK" }))
    }

    fn tell_user(&mut self, id: &str) {
        let told = self.users.get(id).map(|user| user.json(false)).unwrap_or_default();
        self.tell("user_updated", &json!({ "user": told }), To::All, None);
    }

    /// `POST /users/{id}/tokens`.
    pub fn create_token(&mut self, by: &str, id: &str, description: &str) -> Made<Value> {
        if !self.is_admin(by) {
            return Err(Refusal::permissions());
        }
        if description.is_empty() || description.chars().count() > 255 {
            let message = "Invalid description, must be 255 or less characters.";
            return Err(Refusal::new(400, "model.user_access_token.is_valid.description.app_error", message));
        }
        let user = self.users.get(id).ok_or_else(Refusal::no_user)?;
        if !self.settings.user_access_tokens && user.bot.is_none() {
            let message = "Personal access tokens are disabled on this server. Please contact your system administrator \
                           for details.";
            return Err(Refusal::new(501, "app.user_access_token.disabled", message));
        }
        let (secret, token) = self.add_token(id, description, false);
        let mut told = token_json(&token);
        told["token"] = json!(secret);
        Ok(told)
    }

    /// `GET /users/{id}/tokens`.
    pub fn tokens_of(&self, by: &str, id: &str) -> Made<Value> {
        if by != id && !self.is_admin(by) {
            return Err(Refusal::permissions());
        }
        let own = self.tokens.values().filter(|token| token.user == id && !token.is_session);
        Ok(own.map(token_json).collect())
    }

    /// `POST /users/tokens/revoke`.
    pub fn revoke(&mut self, by: &str, id: &str) -> Made<Value> {
        let owner = self.tokens.values().find(|token| token.id == id).map(|token| token.user.clone());
        let owner = owner.ok_or_else(|| {
            Refusal::new(
                404,
                "app.user_access_token.get_by_user.app_error",
                "Unable to get the personal access tokens by user.",
            )
        })?;
        if owner != by && !self.is_admin(by) {
            return Err(Refusal::permissions());
        }
        self.tokens.retain(|_, token| token.id != id);
        Ok(json!({ "status": "OK" }))
    }
}

/// An account by `me`, or by its id.
pub fn named(me: &str, id: &str) -> Made<String> {
    match id {
        "me" => Ok(me.to_owned()),
        id if is_id(id) => Ok(id.to_owned()),
        _ => Err(Refusal::url_param("user_id")),
    }
}

fn token_json(token: &Token) -> Value {
    json!({
        "id": token.id, "user_id": token.user, "description": token.description, "is_active": token.is_active,
    })
}

pub fn valid_username(username: &str) -> Made<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let right = (1..=64).contains(&username.len());
    let reserved = ["all", "channel", "here", "matterbot", "system"];
    match right && username.chars().all(plain) && !reserved.contains(&username) {
        true => Ok(()),
        false => {
            let message = "Username must begin with a letter, and contain between 3 to 22 lowercase characters made up of \
                           numbers, letters, and the symbols \".\", \"-\", and \"_\".";
            Err(Refusal::new(400, "model.user.is_valid.username.app_error", message))
        }
    }
}
