//! What the server keeps, and how it tells of it. (API v4, schemas `User`, `Channel`, `Post`, `Reaction`, `FileInfo`)

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::pictures::{self, Measures};

/// An account.
#[derive(Clone, Debug, Default)]
pub struct User {
    pub id: String,
    pub username: String,
    pub email: String,
    pub nickname: String,
    pub first_name: String,
    pub last_name: String,
    pub position: String,
    pub roles: String,
    pub password: String,
    pub locale: String,
    pub create_at: i64,
    pub update_at: i64,
    pub delete_at: i64,
    pub picture_at: i64,
    pub picture: Option<Bytes>,
    pub bot: Option<Bot>,
}

/// What makes an account a bot's.
#[derive(Clone, Debug, Default)]
pub struct Bot {
    pub description: String,
    pub owner: String,
}

impl User {
    /// As others see it; `own` with what is theirs alone to see.
    pub fn json(&self, own: bool) -> Value {
        let mut user = json!({
            "id": self.id, "create_at": self.create_at, "update_at": self.update_at, "delete_at": self.delete_at,
            "username": self.username, "auth_data": "", "auth_service": "", "email": self.email,
            "nickname": self.nickname, "first_name": self.first_name, "last_name": self.last_name,
            "position": self.position, "roles": self.roles, "locale": self.locale,
            "timezone": { "automaticTimezone": "", "manualTimezone": "", "useAutomaticTimezone": "true" },
            "disable_welcome_email": false,
        });
        if self.picture_at > 0 {
            user["last_picture_update"] = json!(self.picture_at);
        }
        if let Some(bot) = &self.bot {
            user["is_bot"] = json!(true);
            if !bot.description.is_empty() {
                user["bot_description"] = json!(bot.description);
            }
        }
        if own {
            user["notify_props"] = json!({
                "channel": "true", "comments": "never", "desktop": "mention", "desktop_sound": "true",
                "email": "true", "first_name": "false", "mention_keys": "", "push": "mention", "push_status": "away",
            });
            user["last_password_update"] = json!(self.create_at);
        }
        user
    }

    pub fn bot_json(&self) -> Value {
        let bot = self.bot.clone().unwrap_or_default();
        json!({
            "user_id": self.id, "username": self.username, "display_name": self.first_name,
            "description": bot.description, "owner_id": bot.owner, "create_at": self.create_at,
            "update_at": self.update_at, "delete_at": self.delete_at,
        })
    }

    /// Whether it has this role of the system.
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.split(' ').any(|own| own == role)
    }
}

/// A team with its members; `true` for its admins.
#[derive(Clone, Debug, Default)]
pub struct Team {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub create_at: i64,
    pub members: BTreeMap<String, bool>,
}

impl Team {
    pub fn json(&self) -> Value {
        json!({
            "id": self.id, "create_at": self.create_at, "update_at": self.create_at, "delete_at": 0,
            "display_name": self.display_name, "name": self.name, "description": "", "email": "", "type": "O",
            "company_name": "", "allowed_domains": "", "invite_id": self.id, "allow_open_invite": false,
            "scheme_id": null, "group_constrained": null, "policy_id": null,
        })
    }

    pub fn member(&self, user: &str) -> Option<Value> {
        let admin = *self.members.get(user)?;
        Some(json!({
            "team_id": self.id, "user_id": user,
            "roles": if admin { "team_user team_admin" } else { "team_user" }, "delete_at": 0,
            "scheme_guest": false, "scheme_user": true, "scheme_admin": admin, "explicit_roles": "",
        }))
    }
}

/// A channel with its members; `true` for its admins.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    pub id: String,
    pub team: String,
    /// `O` public, `P` private, `D` direct, `G` group.
    pub kind: String,
    pub name: String,
    pub display_name: String,
    pub header: String,
    pub purpose: String,
    pub creator: String,
    pub create_at: i64,
    pub update_at: i64,
    pub delete_at: i64,
    pub last_post_at: i64,
    pub messages: i64,
    pub members: BTreeMap<String, bool>,
    /// Ids of its posts in the order they were made.
    pub posts: Vec<String>,
}

impl Channel {
    pub fn json(&self) -> Value {
        json!({
            "id": self.id, "create_at": self.create_at, "update_at": self.update_at, "delete_at": self.delete_at,
            "team_id": self.team, "type": self.kind, "display_name": self.display_name, "name": self.name,
            "header": self.header, "purpose": self.purpose, "last_post_at": self.last_post_at,
            "total_msg_count": self.messages, "extra_update_at": 0, "creator_id": self.creator,
            "scheme_id": null, "props": null, "group_constrained": null, "shared": null,
            "total_msg_count_root": self.messages, "policy_id": null,
        })
    }

    pub fn member(&self, user: &str) -> Option<Value> {
        let admin = *self.members.get(user)?;
        Some(json!({
            "channel_id": self.id, "user_id": user,
            "roles": if admin { "channel_user channel_admin" } else { "channel_user" }, "last_viewed_at": 0,
            "msg_count": 0, "mention_count": 0, "mention_count_root": 0, "msg_count_root": 0,
            "notify_props": {
                "desktop": "default", "email": "default", "ignore_channel_mentions": "default",
                "mark_unread": "all", "push": "default",
            },
            "last_update_at": self.create_at, "scheme_guest": false, "scheme_user": true, "scheme_admin": admin,
            "explicit_roles": "",
        }))
    }
}

/// A post.
#[derive(Clone, Debug, Default)]
pub struct Post {
    pub id: String,
    pub create_at: i64,
    pub update_at: i64,
    pub edit_at: i64,
    pub delete_at: i64,
    pub is_pinned: bool,
    pub user: String,
    pub channel: String,
    pub root: String,
    /// What 5.37 still keeps of threads in threads.
    pub parent: String,
    /// What this is an old version of.
    pub original: String,
    pub message: String,
    pub kind: String,
    pub props: Map<String, Value>,
    pub files: Vec<String>,
}

/// A reaction.
#[derive(Clone, Debug)]
pub struct Reaction {
    pub user: String,
    pub post: String,
    pub emoji: String,
    pub create_at: i64,
    pub update_at: i64,
}

impl Reaction {
    pub fn json(&self) -> Value {
        json!({
            "user_id": self.user, "post_id": self.post, "emoji_name": self.emoji, "create_at": self.create_at,
            "update_at": self.update_at, "delete_at": 0, "remote_id": "",
        })
    }
}

/// A file, on a post or waiting for one.
#[derive(Clone, Debug)]
pub struct FileInfo {
    pub id: String,
    pub user: String,
    pub post: String,
    pub name: String,
    pub mime: String,
    pub create_at: i64,
    pub bytes: Bytes,
}

impl FileInfo {
    pub fn json(&self) -> Value {
        let extension = self.name.rsplit_once('.').map_or("", |(_, end)| end).to_lowercase();
        let mut info = json!({
            "id": self.id, "user_id": self.user, "channel_id": "", "create_at": self.create_at,
            "update_at": self.create_at, "delete_at": 0, "name": self.name, "extension": extension,
            "size": self.bytes.len(), "mime_type": self.mime, "has_preview_image": false, "mini_preview": null,
            "remote_id": "",
        });
        if !self.post.is_empty() {
            info["post_id"] = json!(self.post);
        }
        if let Some(picture) = self.picture() {
            info["width"] = json!(picture.width);
            info["height"] = json!(picture.height);
            info["has_preview_image"] = json!(true);
        }
        info
    }

    /// The measures of a picture.
    pub fn picture(&self) -> Option<Measures> {
        self.mime.starts_with("image/").then(|| pictures::measure(&self.bytes)).flatten()
    }

    /// The same in small, at most so large; `None` for what is no picture.
    pub fn small(&self, most: u32) -> Option<Bytes> {
        let Measures { width, height } = self.picture()?;
        let scaled = |side: u32| (side * most.min(width.max(height)) / width.max(height).max(1)).max(1);
        Some(pictures::draw(scaled(width), scaled(height), 1).into())
    }
}
