//! The server's own emoji. (API v4, "Emoji")

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    error::Refusal,
    events::To,
    world::{World, is_id, new_id},
};

/// One of them.
#[derive(Clone, Debug)]
pub struct Emoji {
    id: String,
    creator: String,
    create_at: i64,
    image: Bytes,
}

impl World {
    /// Makes one.
    pub fn add_emoji(&mut self, creator: &str, name: &str, image: Bytes) -> Result<Value, Refusal> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_+-".contains(c);
        if name.is_empty() || name.len() > 64 || !name.chars().all(fits) {
            let message = "Name must be 1 to 64 lowercase alphanumeric characters.";
            return Err(Refusal::new(400, "model.emoji.name.app_error", message));
        }
        if self.emoji.contains_key(name) {
            let message = "Unable to create emoji. Another emoji with the same name already exists.";
            return Err(Refusal::new(400, "api.emoji.create.duplicate.app_error", message));
        }
        let emoji = Emoji { id: new_id(), creator: creator.into(), create_at: self.now(), image };
        self.emoji.insert(name.into(), emoji);
        let told = self.emoji_named(name)?;
        self.tell("emoji_added", &json!({ "emoji": told.to_string() }), To::All, None);
        Ok(told)
    }

    /// What is said of one.
    pub fn emoji_named(&self, name: &str) -> Result<Value, Refusal> {
        let emoji = self.emoji.get(name).ok_or_else(|| {
            Refusal::new(404, "app.emoji.get_by_name.no_result", "We couldn\u{2019}t find the emoji.")
        })?;
        Ok(json!({
            "id": emoji.id, "create_at": emoji.create_at, "update_at": emoji.create_at, "delete_at": 0,
            "creator_id": emoji.creator, "name": name,
        }))
    }

    /// All of them.
    pub fn all_emoji(&self) -> Vec<Value> {
        self.emoji.keys().filter_map(|name| self.emoji_named(name).ok()).collect()
    }

    /// The picture of one.
    pub fn emoji_image(&self, id: &str) -> Result<Bytes, Refusal> {
        if !is_id(id) {
            return Err(Refusal::url_param("emoji_id"));
        }
        let found = self.emoji.values().find(|emoji| emoji.id == id);
        found
            .map(|emoji| emoji.image.clone())
            .ok_or_else(|| Refusal::new(404, "app.emoji.get.no_result", "We couldn\u{2019}t find the emoji."))
    }
}
