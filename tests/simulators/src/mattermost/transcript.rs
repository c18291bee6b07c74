//! A channel as its members see it.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{error::Refusal, model::Post, world::World};

/// A post as it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// The username of the account that posted it.
    pub author: String,
    /// The name that is shown over it.
    pub shown: String,
    /// The picture that is shown beside it, when it is another than the account's.
    pub icon: Option<String>,
    /// Its Markdown.
    pub text: String,
    /// What kind of post it is; nothing for what people say.
    pub kind: String,
    /// The post that its thread began with.
    pub root: Option<String>,
    /// Its files.
    pub files: Vec<File>,
    /// The reactions on it: names of emoji with the usernames of those who reacted.
    pub reactions: Vec<(String, String)>,
    /// Whether its words were changed.
    pub edited: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// The usernames of those it notifies.
    pub notifies: Vec<String>,
}

/// A file on a post.
#[derive(Clone, Debug, Serialize)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its MIME type.
    pub mime: String,
    /// Bytes.
    pub size: usize,
    /// What is in it.
    pub sha256: String,
}

impl World {
    /// What stands in a channel, oldest first; without what the server itself posts when `people` only.
    pub fn transcript(&self, channel: &str, people: bool) -> Result<Vec<Line>, Refusal> {
        let channel = self.channels.get(channel).ok_or_else(Refusal::no_channel)?;
        let posts =
            channel.posts.iter().filter_map(|id| self.posts.get(id)).filter(|post| post.delete_at == 0);
        let posts = posts.filter(|post| !people || !post.kind.starts_with("system_"));
        Ok(posts.map(|post| self.line(post)).collect())
    }

    fn line(&self, post: &Post) -> Line {
        let prop = |key: &str| post.props.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
        let webhook = prop("from_webhook").as_deref() == Some("true");
        let user = self.users.get(&post.user);
        let own = user.map(|user| match (user.nickname.as_str(), user.first_name.as_str()) {
            ("", "") => user.username.clone(),
            ("", first) => format!("{first} {}", user.last_name).trim().to_owned(),
            (nickname, _) => nickname.to_owned(),
        });
        let shown = prop("override_username").filter(|_| webhook && self.settings.username_override);
        let file = |id: &String| {
            let file = self.files.get(id)?;
            let sha256 = Sha256::digest(&file.bytes)
                .iter()
                .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            Some(File { name: file.name.clone(), mime: file.mime.clone(), size: file.bytes.len(), sha256 })
        };
        let reactions = self.reactions.iter().filter(|one| one.post == post.id);
        Line {
            id: post.id.clone(),
            author: self.username(&post.user),
            shown: shown.or(own).unwrap_or_default(),
            icon: prop("override_icon_url").filter(|_| webhook && self.settings.icon_override),
            text: post.message.clone(),
            kind: post.kind.clone(),
            root: Some(post.root.clone()).filter(|root| !root.is_empty()),
            files: post.files.iter().filter_map(file).collect(),
            reactions: reactions.map(|one| (one.emoji.clone(), self.username(&one.user))).collect(),
            edited: post.edit_at > 0,
            pinned: post.is_pinned,
            notifies: self.mentioned(post).iter().map(|id| self.username(id)).collect(),
        }
    }
}
