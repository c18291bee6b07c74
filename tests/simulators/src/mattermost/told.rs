//! Posts as people are told of them: as JSON, and as the event that one was made.

use serde_json::{Value, json};

use super::{
    events::To,
    model::{FileInfo, Post, Reaction},
    world::World,
};

impl World {
    /// A post as it is told. Not with its `pending_post_id`, which is told once.
    pub fn post_json(&self, post: &Post) -> Value {
        let replies = if post.root.is_empty() { &post.id } else { &post.root };
        let replies =
            self.posts.values().filter(|reply| &reply.root == replies && reply.delete_at == 0).count();
        let mut told = json!({
            "id": post.id, "create_at": post.create_at, "update_at": post.update_at, "edit_at": post.edit_at,
            "delete_at": post.delete_at, "is_pinned": post.is_pinned, "user_id": post.user,
            "channel_id": post.channel, "root_id": post.root, "parent_id": post.parent,
            "original_id": post.original, "message": post.message, "type": post.kind, "props": post.props,
            "hashtags": hashtags(&post.message), "pending_post_id": "", "reply_count": replies,
            "last_reply_at": 0, "participants": null,
        });
        let mut metadata = json!({});
        if !post.files.is_empty() {
            told["file_ids"] = json!(post.files);
            let files = post.files.iter().filter_map(|id| self.files.get(id)).map(FileInfo::json);
            metadata["files"] = files.collect();
        }
        let reactions: Vec<Value> =
            self.reactions.iter().filter(|one| one.post == post.id).map(Reaction::json).collect();
        if !reactions.is_empty() {
            told["has_reactions"] = json!(true);
            metadata["reactions"] = json!(reactions);
        }
        told["metadata"] = metadata;
        told
    }

    /// Tells of a new post.
    pub fn tell_posted(&mut self, post: &Post, told: &Value) {
        let Some(channel) = self.channels.get(&post.channel) else { return };
        let shown = post.props.get("override_username").and_then(Value::as_str).unwrap_or_default();
        let webhook = post.props.get("from_webhook").is_some_and(|from| from == "true");
        let overridden =
            webhook && self.settings.username_override && channel.kind != "D" && !shown.is_empty();
        let username =
            self.users.get(&post.user).map(|user| format!("@{}", user.username)).unwrap_or_default();
        let sender = match post.kind.starts_with("system_") {
            true => "System".to_owned(),
            false if overridden => shown.to_owned(),
            false => username.clone(),
        };
        let mut data = json!({
            "channel_display_name": if channel.kind == "D" { username } else { channel.display_name.clone() },
            "channel_name": channel.name, "channel_type": channel.kind, "post": told.to_string(),
            "sender_name": sender, "set_online": true, "team_id": channel.team,
        });
        let mentioned = self.mentioned(post);
        if !mentioned.is_empty() {
            data["mentions"] = json!(json!(mentioned).to_string());
        }
        if !post.files.is_empty() {
            data["otherFile"] = json!("true");
            let image = |id: &String| self.files.get(id).is_some_and(|file| file.mime.starts_with("image/"));
            if post.files.iter().any(image) {
                data["image"] = json!("true");
            }
        }
        self.tell("posted", &data, To::Channel(&post.channel), None);
    }

    /// The members of its channel that a post notifies.
    pub fn mentioned(&self, post: &Post) -> Vec<String> {
        let Some(channel) = self.channels.get(&post.channel) else { return Vec::new() };
        if post.kind.starts_with("system_") {
            let added = post.props.get("addedUserId").and_then(Value::as_str).map(str::to_owned);
            return added.into_iter().collect();
        }
        // What a webhook posts calls its maker too.
        let by_hook = post.props.get("from_webhook").is_some_and(|from| from == "true");
        let other = |id: &&String| by_hook || **id != post.user;
        if channel.kind == "D" {
            // Whoever is written to alone is called by that.
            return channel.members.keys().filter(other).cloned().collect();
        }
        let words = super::system::called(&post.message);
        let crowd = words.iter().any(|word| matches!(word.as_str(), "all" | "channel" | "here"));
        let called = |id: &&String| {
            let user = self.users.get(*id);
            user.is_some_and(|user| other(id) && (crowd || words.contains(&user.username)))
        };
        channel.members.keys().filter(called).cloned().collect()
    }
}

fn hashtags(message: &str) -> String {
    let words = message.split(|c: char| c.is_whitespace() || ",.!?;:".contains(c));
    let tags = words.filter(|word| {
        word.strip_prefix('#').is_some_and(|tag| {
            tag.chars().count() >= 2
                && tag.starts_with(char::is_alphabetic)
                && tag.chars().all(|c| c.is_alphanumeric() || "-_".contains(c))
        })
    });
    tags.collect::<Vec<_>>().join(" ")
}
