//! Posts: made, changed, deleted, pinned, read back. (API v4, "Posts")

use serde_json::{Map, Value, json};

use super::{
    error::Refusal,
    events::To,
    model::Post,
    world::{PENDING, World, is_id, new_id},
};

type Made<T> = Result<T, Refusal>;

/// Characters of the props of a post, as JSON.
const MOST_PROPS: usize = 8000;
/// Characters of the ids of its files, as JSON; each takes 29.
const MOST_FILES: usize = 10;

impl World {
    /// Somebody posts (`POST /posts`).
    pub fn create_post(&mut self, user: &str, asked: &Value) -> Made<Value> {
        let word = |key: &str| asked[key].as_str().unwrap_or_default().to_owned();
        let channel = word("channel_id");
        self.may_post(user, &channel)?;
        let pending = word("pending_post_id");
        if let Some(first) = self.known_pending(&pending)? {
            return Ok(first);
        }
        let kind = word("type");
        if !word("id").is_empty() {
            let message = "You cannot update an existing Post.";
            return Err(Refusal::new(400, "store.sql_post.save.existing.app_error", message));
        }
        if kind.starts_with("system_") {
            let message = "Invalid post.type parameter.";
            return Err(Refusal::new(400, "api.context.invalid_param.app_error", message));
        }
        if !matches!(kind.as_str(), "" | "slack_attachment" | "me" | "custom_up_notification")
            && !kind.starts_with("custom_")
        {
            return Err(Refusal::new(400, "model.post.is_valid.type.app_error", "Invalid type."));
        }
        let (root, parent) = (word("root_id"), word("parent_id"));
        if root.is_empty() && !parent.is_empty() {
            let message = "Invalid root ID must be set if parent ID set.";
            return Err(Refusal::new(400, "model.post.is_valid.root_parent.app_error", message));
        }
        self.may_answer(&root, &channel)?;
        let mut props = asked["props"].as_object().cloned().unwrap_or_default();
        if self.users.get(user).is_some_and(|user| user.bot.is_some()) {
            props.insert("from_bot".into(), "true".into());
        }
        let files: Vec<String> = serde_json::from_value(asked["file_ids"].clone()).unwrap_or_default();
        if files.len() > MOST_FILES {
            return Err(Refusal::new(400, "model.post.is_valid.file_ids.app_error", "Invalid file ids."));
        }
        let message = word("message");
        self.valid(&message, &props)?;
        let files = if self.settings.drops_files { Vec::new() } else { self.attach(user, files) };
        let parent = if parent.is_empty() { root.clone() } else { parent };
        let mut post =
            Post { channel, root, parent, kind, message, files, props, user: user.into(), ..Post::default() };
        if self.is_admin(user) {
            // Administrators bring history along; of others, these are passed over.
            let time = |key: &str| asked[key].as_i64().unwrap_or(0);
            (post.create_at, post.edit_at, post.delete_at) =
                (time("create_at"), time("edit_at"), time("delete_at"));
        }
        Ok(self.add_post(post, &pending))
    }

    /// Keeps a post and tells of it.
    pub fn add_post(&mut self, mut post: Post, pending: &str) -> Value {
        let now = self.now();
        let at = if post.create_at == 0 { now } else { post.create_at };
        (post.id, post.create_at, post.update_at) = (new_id(), at, at);
        for file in &post.files {
            if let Some(file) = self.files.get_mut(file) {
                file.post.clone_from(&post.id);
            }
        }
        if let Some(root) = self.posts.get_mut(&post.root) {
            root.update_at = now;
        }
        self.posts.insert(post.id.clone(), post.clone());
        if let Some(channel) = self.channels.get_mut(&post.channel) {
            channel.posts.push(post.id.clone());
            channel.last_post_at = channel.last_post_at.max(at);
            if !post.kind.starts_with("system_") {
                channel.messages += 1;
            }
        }
        let mut told = self.post_json(&post);
        if !pending.is_empty() {
            self.pending.insert(pending.to_owned(), (post.id.clone(), now));
            told["pending_post_id"] = json!(pending);
        }
        self.tell_posted(&post, &told);
        told
    }

    /// `PUT /posts/{id}/patch`: what is not given stays.
    pub fn patch_post(&mut self, user: &str, id: &str, patch: &Value) -> Made<Value> {
        let post = self.own_post(user, id)?;
        let message = patch["message"].as_str().map_or(post.message.clone(), str::to_owned);
        let props = patch["props"].as_object().cloned().unwrap_or_else(|| post.props.clone());
        let is_pinned = patch["is_pinned"].as_bool().unwrap_or(post.is_pinned);
        let files = self.exchanged(&post, &patch["file_ids"]);
        self.change_post(&post, Post { is_pinned, message, props, files, ..post.clone() })
    }

    /// `PUT /posts/{id}`: what is not given goes.
    pub fn put_post(&mut self, user: &str, id: &str, given: &Value) -> Made<Value> {
        if given["id"] != id {
            return Err(Refusal::body_param("id"));
        }
        let post = self.own_post(user, id)?;
        let message = given["message"].as_str().unwrap_or_default().to_owned();
        let props = given["props"].as_object().cloned().unwrap_or_default();
        let is_pinned = given["is_pinned"].as_bool().unwrap_or(false);
        self.change_post(&post, Post { is_pinned, message, props, ..post.clone() })
    }

    fn change_post(&mut self, post: &Post, mut changed: Post) -> Made<Value> {
        self.valid(&changed.message, &changed.props)?;
        let now = self.now();
        let mut version = post.clone();
        (version.original, version.id) = (post.id.clone(), new_id());
        (version.update_at, version.delete_at) = (now, now);
        self.versions.entry(post.channel.clone()).or_default().push(version);
        if changed.message != post.message || changed.files != post.files {
            changed.edit_at = now;
        }
        changed.update_at = now;
        self.posts.insert(post.id.clone(), changed.clone());
        if let Some(root) = self.posts.get_mut(&post.root) {
            root.update_at = now;
        }
        let told = self.post_json(&changed);
        let data = json!({ "post": told.to_string() });
        self.tell("post_edited", &data, To::Channel(&post.channel), None);
        Ok(told)
    }

    /// `POST /posts/{id}/pin` and `unpin`.
    pub fn pin_post(&mut self, user: &str, id: &str, pinned: bool) -> Made<Value> {
        let post = self.visible_post(user, id)?;
        self.change_post(&post, Post { is_pinned: pinned, ..post.clone() })?;
        Ok(json!({ "status": "OK" }))
    }

    /// `DELETE /posts/{id}`; with it go its replies, of which nobody is told.
    pub fn delete_post(&mut self, user: &str, id: &str) -> Made<Value> {
        let post = self.posts.get(id).filter(|post| post.delete_at == 0).cloned();
        // Deleted already is forbidden, not missing.
        let post = post.ok_or_else(Refusal::permissions)?;
        if post.user != user && !self.is_admin(user) && !self.is_channel_admin(user, &post.channel) {
            return Err(Refusal::permissions());
        }
        self.may_read(user, &post.channel)?;
        let now = self.now();
        let told = self.post_json(&post);
        for other in self.posts.values_mut().filter(|other| other.id == id || other.root == id) {
            (other.delete_at, other.update_at) = (now, now);
        }
        if let Some(root) = self.posts.get_mut(&post.root) {
            root.update_at = now;
        }
        let told = told.to_string();
        // Administrators are told who deleted it.
        let data = |world: &Self, hearing: &str| match world.is_admin(hearing) {
            true => json!({ "post": told, "delete_by": user }),
            false => json!({ "post": told }),
        };
        self.tell_each("post_deleted", data, To::Channel(&post.channel), None);
        Ok(json!({ "status": "OK" }))
    }

    /// Retention takes everything that was said in a channel until now, for good: nothing is told, nothing is left.
    pub fn purge(&mut self, id: &str) -> Made<Value> {
        let channel = self.channels.get_mut(id).ok_or_else(Refusal::no_channel)?;
        let gone = std::mem::take(&mut channel.posts);
        for post in &gone {
            self.posts.remove(post);
        }
        Ok(json!({ "purged": gone.len() }))
    }

    /// `GET /posts/{id}`.
    pub fn get_post(&self, user: &str, id: &str) -> Made<Value> {
        Ok(self.post_json(&self.visible_post(user, id)?))
    }

    pub fn visible_post(&self, user: &str, id: &str) -> Made<Post> {
        if !is_id(id) {
            return Err(Refusal::url_param("post_id"));
        }
        let post = self.posts.get(id).filter(|post| post.delete_at == 0).ok_or_else(Refusal::no_post)?;
        self.may_read(user, &post.channel)?;
        Ok(post.clone())
    }

    fn own_post(&self, user: &str, id: &str) -> Made<Post> {
        if !is_id(id) {
            return Err(Refusal::url_param("post_id"));
        }
        let post = self.posts.get(id).filter(|post| post.delete_at == 0).ok_or_else(Refusal::permissions)?;
        self.may_read(user, &post.channel)?;
        if post.user != user && !self.is_admin(user) {
            return Err(Refusal::permissions());
        }
        if post.kind.starts_with("system_") {
            let message = "Unable to update system message.";
            return Err(Refusal::new(400, "api.post.update_post.system_message.app_error", message));
        }
        Ok(post.clone())
    }

    fn valid(&self, message: &str, props: &Map<String, Value>) -> Made<()> {
        if message.chars().count() > self.settings.max_post_size {
            return Err(Refusal::new(400, "model.post.is_valid.msg.app_error", "Invalid message."));
        }
        if serde_json::to_string(props).is_ok_and(|props| props.chars().count() > MOST_PROPS) {
            return Err(Refusal::new(400, "model.post.is_valid.props.app_error", "Invalid props."));
        }
        Ok(())
    }

    /// The first post with that `pending_post_id`, while it is remembered.
    fn known_pending(&self, pending: &str) -> Made<Option<Value>> {
        let now = self.now();
        let known = self.pending.get(pending).filter(|(_, at)| now - at < PENDING && !pending.is_empty());
        let Some((id, _)) = known else { return Ok(None) };
        match self.posts.get(id).filter(|post| post.delete_at == 0) {
            Some(post) => Ok(Some(self.post_json(post))),
            None => Err(Refusal::new(
                500,
                "api.post.deduplicate_create_post.failed_to_get",
                "Failed to fetch original post after deduplicating a client repeating the same request.",
            )),
        }
    }

    fn may_answer(&self, root: &str, channel: &str) -> Made<()> {
        let invalid =
            || Refusal::new(400, "api.post.create_post.root_id.app_error", "Invalid RootId parameter.");
        if root.is_empty() {
            return Ok(());
        }
        let post = self.posts.get(root).filter(|post| post.delete_at == 0).ok_or_else(invalid)?;
        if post.channel != channel {
            let message = "Invalid ChannelId for RootId parameter.";
            return Err(Refusal::new(400, "api.post.create_post.channel_root_id.app_error", message));
        }
        if !post.root.is_empty() {
            return Err(invalid());
        }
        Ok(())
    }
}
