//! Posts that one person sees, and that are kept nowhere. (API v4, `POST /posts/ephemeral`)

use serde_json::{Value, json};

use super::{
    error::Refusal,
    events::To,
    model::Post,
    world::{World, new_id},
};

impl World {
    /// Somebody with that right, an administrator, shows a post to one person.
    pub fn create_ephemeral(&mut self, by: &str, asked: &Value) -> Result<Value, Refusal> {
        if !self.is_admin(by) {
            return Err(Refusal::permissions());
        }
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (to, channel) = (word(&asked["user_id"]), word(&asked["post"]["channel_id"]));
        if !self.users.contains_key(&to) {
            return Err(Refusal::body_param("user_id"));
        }
        self.readable_channel(by, &channel)?;
        let post = Post {
            id: new_id(),
            create_at: self.now(),
            user: by.to_owned(),
            channel: channel.clone(),
            message: word(&asked["post"]["message"]),
            kind: "system_ephemeral".to_owned(),
            ..Post::default()
        };
        let told = self.post_json(&post);
        let data = json!({ "post": told.to_string() });
        self.tell("ephemeral_message", &data, To::One { user: &to, channel: &channel }, None);
        Ok(told)
    }
}
