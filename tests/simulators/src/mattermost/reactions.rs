//! Reactions. (API v4, "Reactions")

use serde_json::{Value, json};

use super::{error::Refusal, events::To, model::Reaction, world::World};

type Made<T> = Result<T, Refusal>;

impl World {
    /// `POST /reactions`. One that stands already is told again.
    pub fn react(&mut self, user: &str, asked: &Value) -> Made<Value> {
        let word = |key: &str| asked[key].as_str().unwrap_or_default().to_owned();
        let (who, post, emoji) = (word("user_id"), word("post_id"), word("emoji_name"));
        if post.is_empty() || emoji.is_empty() || emoji.len() > 64 {
            return Err(Refusal::new(
                400,
                "api.reaction.save_reaction.invalid.app_error",
                "Reaction is not valid.",
            ));
        }
        if who != user {
            let message = "You cannot save reaction for the other user.";
            return Err(Refusal::new(403, "api.reaction.save_reaction.user_id.app_error", message));
        }
        let known = self.visible_post(user, &post)?;
        if !emoji.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte)) {
            return Err(Refusal::new(
                400,
                "model.reaction.is_valid.emoji_name.app_error",
                "Invalid emoji name.",
            ));
        }
        let now = self.now();
        let same = |one: &&mut Reaction| one.user == who && one.post == post && one.emoji == emoji;
        let reaction = match self.reactions.iter_mut().find(same) {
            Some(reaction) => {
                reaction.update_at = now;
                reaction.clone()
            }
            None => {
                let reaction =
                    Reaction { user: who, post: post.clone(), emoji, create_at: now, update_at: now };
                self.reactions.push(reaction.clone());
                reaction
            }
        };
        self.touch(&post, now);
        let data = json!({ "reaction": reaction.json().to_string() });
        self.tell("reaction_added", &data, To::Channel(&known.channel), None);
        Ok(reaction.json())
    }

    /// `DELETE /users/{user}/posts/{post}/reactions/{emoji}`. One that is not there is told as gone all the same.
    pub fn unreact(&mut self, user: &str, who: &str, post: &str, emoji: &str) -> Made<Value> {
        if who != user && !self.is_admin(user) {
            return Err(Refusal::permissions());
        }
        let known = self.visible_post(user, post)?;
        self.reactions.retain(|one| !(one.user == who && one.post == post && one.emoji == emoji));
        let now = self.now();
        self.touch(post, now);
        let gone = Reaction {
            user: who.into(),
            post: post.into(),
            emoji: emoji.into(),
            create_at: 0,
            update_at: now,
        };
        let data = json!({ "reaction": gone.json().to_string() });
        self.tell("reaction_removed", &data, To::Channel(&known.channel), None);
        Ok(json!({ "status": "OK" }))
    }

    /// `GET /posts/{id}/reactions`.
    pub fn reactions_on(&self, user: &str, post: &str) -> Made<Value> {
        self.visible_post(user, post)?;
        let all: Vec<Value> =
            self.reactions.iter().filter(|one| one.post == post).map(Reaction::json).collect();
        Ok(if all.is_empty() { Value::Null } else { json!(all) })
    }

    fn touch(&mut self, post: &str, now: i64) {
        if let Some(post) = self.posts.get_mut(post) {
            post.update_at = now;
        }
    }
}
