//! Chats and who is in them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{accounts::Account, files::FileNo, messages::Message};

/// Finds a chat: its id, and for a private chat the bot at its other end (0 otherwise).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// `chat.id`.
    pub chat: i64,
    /// The bot of a private chat.
    pub bot: i64,
}

impl Key {
    /// A group, supergroup or channel.
    #[must_use]
    pub fn of(chat: i64) -> Self {
        Self { chat, bot: 0 }
    }
}

/// What kind of chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChatKind {
    /// A person and a bot.
    Private,
    /// A basic group.
    #[default]
    Group,
    /// A supergroup.
    Supergroup,
    /// A channel.
    Channel,
}

impl ChatKind {
    /// As `chat.type`, and as error texts name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Supergroup => "supergroup",
            Self::Channel => "channel",
        }
    }
}

/// Where somebody stands in a chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Made it.
    Creator,
    /// Has rights.
    Administrator,
    /// Is in it.
    #[default]
    Member,
    /// Is in it, and may not do everything.
    Restricted,
    /// Is not in it.
    Left,
    /// Is not in it, and may not come back.
    Kicked,
}

/// Somebody in a chat, or who was.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// Where they stand.
    pub status: Status,
    /// An administrator's rights.
    pub rights: BTreeSet<String>,
    /// What a restricted member may not do.
    pub denied: BTreeSet<String>,
    /// An administrator's title.
    pub title: Option<String>,
    /// Whether an administrator speaks as the group.
    pub anonymous: bool,
    /// For a bot: whether privacy mode was off when it came in.
    pub sees_all: bool,
}

impl Member {
    /// Whether they are in the chat.
    #[must_use]
    pub fn present(&self) -> bool {
        !matches!(self.status, Status::Left | Status::Kicked)
    }

    /// Whether they administer the chat.
    #[must_use]
    pub fn admin(&self) -> bool {
        matches!(self.status, Status::Creator | Status::Administrator)
    }

    /// Whether they administer the chat and have that right.
    #[must_use]
    pub fn has(&self, right: &str) -> bool {
        self.status == Status::Creator || self.status == Status::Administrator && self.rights.contains(right)
    }
}

/// The rights of administrators that every answer names.
pub const RIGHTS: [&str; 11] = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_manage_tags",
];

/// The rights that groups have, and those that channels have.
pub const GROUP_RIGHTS: [&str; 2] = ["can_pin_messages", "can_manage_topics"];
/// The rights that only channels have.
pub const CHANNEL_RIGHTS: [&str; 3] =
    ["can_post_messages", "can_edit_messages", "can_manage_direct_messages"];

/// What members may do.
pub const PERMISSIONS: [&str; 16] = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
];

/// A forum topic.
#[derive(Clone, Debug, Default)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Its colour.
    pub icon_color: i64,
    /// Its icon.
    pub icon: Option<String>,
    /// Whether only administrators may write.
    pub closed: bool,
}

/// A chat.
#[derive(Clone, Debug, Default)]
pub struct Chat {
    /// Where it is found.
    pub key: Key,
    /// What it is.
    pub kind: ChatKind,
    /// Its title; for private chats unused.
    pub title: String,
    /// Its public name.
    pub username: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Whether it has topics.
    pub forum: bool,
    /// Everybody who is or was in it.
    pub members: BTreeMap<i64, Member>,
    /// What was said and not deleted.
    pub messages: BTreeMap<i64, Message>,
    /// The last id given here (supergroups and channels).
    pub last_id: i64,
    /// Topics by the id of the message that created them.
    pub topics: BTreeMap<i64, Topic>,
    /// Whether the General topic is closed.
    pub general_closed: bool,
    /// Its picture, in ascending sizes.
    pub picture: Vec<FileNo>,
    /// The emoji that may be reacted with; `None`: all.
    pub reactions: Option<Vec<String>>,
    /// What ordinary members may not do.
    pub denied: BTreeSet<String>,
    /// The supergroup it became.
    pub migrated_to: Option<i64>,
    /// The channel's discussion group, or the group's channel.
    pub linked: Option<i64>,
    /// Pinned messages, oldest first.
    pub pinned: Vec<i64>,
    /// The bot that spoke last: it also gets commands without an address.
    pub last_bot: Option<i64>,
    /// Whether posts of a channel name their author.
    pub signatures: bool,
}

impl Chat {
    /// As a `Chat`; a private chat shows the person.
    #[must_use]
    pub fn view(&self, person: Option<&Account>) -> Value {
        let mut view = Map::new();
        view.insert("id".into(), self.key.chat.into());
        if let Some(person) = person {
            view.insert("first_name".into(), person.first_name.clone().into());
            if let Some(last) = &person.last_name {
                view.insert("last_name".into(), last.clone().into());
            }
        } else {
            view.insert("title".into(), self.title.clone().into());
        }
        if let Some(username) = person.map_or(&self.username, |person| &person.username) {
            view.insert("username".into(), username.clone().into());
        }
        if self.forum {
            view.insert("is_forum".into(), true.into());
        }
        view.insert("type".into(), self.kind.name().into());
        Value::Object(view)
    }

    /// Somebody's place in it; somebody never seen has left.
    #[must_use]
    pub fn member(&self, id: i64) -> Member {
        self.members.get(&id).cloned().unwrap_or(Member { status: Status::Left, ..Member::default() })
    }

    /// Whether somebody may do what `PERMISSIONS` or the rights name.
    #[must_use]
    pub fn may(&self, id: i64, permission: &str) -> bool {
        let member = self.member(id);
        member.admin()
            || member.present() && !self.denied.contains(permission) && !member.denied.contains(permission)
    }

    /// Whether reactions show who gave them.
    #[must_use]
    pub fn anonymous_reactions(&self) -> bool {
        self.kind == ChatKind::Channel
    }

    /// Somebody as a `ChatMember`. `editable`: whether the caller could change an administrator's rights.
    #[must_use]
    pub fn member_view(&self, account: &Account, editable: bool) -> Value {
        let member = self.member(account.id);
        let mut view = Map::new();
        let status = match member.status {
            Status::Creator => "creator",
            Status::Administrator => "administrator",
            Status::Member => "member",
            Status::Restricted => "restricted",
            Status::Left => "left",
            Status::Kicked => "kicked",
        };
        view.insert("status".into(), status.into());
        let mut user = account.user();
        if let Some(user) = user.as_object_mut().filter(|_| account.is_bot) {
            user.remove("language_code");
        }
        view.insert("user".into(), user);
        match member.status {
            Status::Creator => {
                view.insert("is_anonymous".into(), member.anonymous.into());
            }
            Status::Administrator => self.rights_view(&member, editable, &mut view),
            Status::Restricted => {
                view.insert("is_member".into(), true.into());
                view.insert("until_date".into(), 0.into());
                for permission in PERMISSIONS {
                    view.insert(permission.into(), self.may(account.id, permission).into());
                }
            }
            Status::Kicked => {
                view.insert("until_date".into(), 0.into());
            }
            Status::Member | Status::Left => {}
        }
        if let Some(title) =
            member.title.filter(|_| matches!(member.status, Status::Creator | Status::Administrator))
        {
            view.insert("custom_title".into(), title.into());
        }
        Value::Object(view)
    }

    fn rights_view(&self, member: &Member, editable: bool, view: &mut Map<String, Value>) {
        view.insert("can_be_edited".into(), editable.into());
        view.insert("is_anonymous".into(), member.anonymous.into());
        let more: &[&str] = if self.kind == ChatKind::Channel { &CHANNEL_RIGHTS } else { &GROUP_RIGHTS };
        for &right in RIGHTS.iter().chain(more) {
            view.insert(right.into(), member.rights.contains(right).into());
        }
    }

    /// `ChatPermissions`.
    #[must_use]
    pub fn permissions(&self) -> Value {
        let may = |permission: &&str| (String::from(*permission), json!(!self.denied.contains(*permission)));
        Value::Object(PERMISSIONS.iter().map(may).collect())
    }
}
