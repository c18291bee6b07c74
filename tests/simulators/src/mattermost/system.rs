//! What the server itself posts, and what it makes of words.

use serde_json::{Map, Value, json};

use super::{model::Post, world::World};

impl World {
    /// The server posts that somebody did something.
    pub fn system_post(&mut self, channel: &str, user: &str, kind: &str, message: String, props: &Value) {
        let mut props: Map<String, Value> = props.as_object().cloned().unwrap_or_default();
        if self.users.get(user).is_some_and(|user| user.bot.is_some()) {
            props.insert("from_bot".into(), "true".into());
        }
        let post = Post {
            channel: channel.into(),
            user: user.into(),
            kind: kind.into(),
            message,
            props,
            ..Post::default()
        };
        self.add_post(post, "");
    }

    pub fn username(&self, user: &str) -> String {
        self.users.get(user).map(|user| user.username.clone()).unwrap_or_default()
    }

    /// Somebody came into a channel by themselves.
    pub fn post_joined(&mut self, channel: &str, user: &str) {
        let name = self.username(user);
        let message = format!("{name} joined the channel.");
        self.system_post(channel, user, "system_join_channel", message, &json!({ "username": name }));
    }

    /// Somebody was put into a channel.
    pub fn post_added(&mut self, channel: &str, by: &str, user: &str) {
        let (name, added) = (self.username(by), self.username(user));
        let props = json!({ "addedUserId": user, "addedUsername": added, "userId": by, "username": name });
        let message = format!("{added} added to the channel by {name}.");
        self.system_post(channel, by, "system_add_to_channel", message, &props);
    }

    /// Somebody went by themselves, or was removed.
    pub fn post_gone(&mut self, channel: &str, by: &str, user: &str) {
        let name = self.username(user);
        if by == user {
            let message = format!("@{name} left the channel.");
            self.system_post(channel, user, "system_leave_channel", message, &json!({ "username": name }));
        } else {
            let props = json!({ "removedUserId": user, "removedUsername": name });
            let message = format!("@{name} removed from the channel.");
            self.system_post(channel, by, "system_remove_from_channel", message, &props);
        }
    }
}

/// The names after an `@` that stands alone, in lower case; with what may end one, and without.
pub fn called(message: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut before = None;
    for (at, c) in message.char_indices() {
        if c == '@' && !before.is_some_and(char::is_alphanumeric) {
            let rest = &message[at + 1..];
            let end =
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c))).unwrap_or(rest.len());
            let name = rest[..end].to_lowercase();
            let bare = name.trim_end_matches(['.', '_', '-']).to_owned();
            names.extend([name, bare].into_iter().filter(|name| !name.is_empty()));
        }
        before = Some(c);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_are_called_are_found() {
        assert_eq!(called("Salut @Anne. et a@b.fr @\u{200b}all"), ["anne.", "anne"]);
    }
}
