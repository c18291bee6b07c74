//! Accounts: people and bots.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value, json};

use super::{files::FileNo, updates::Queued, webhook::Webhook};

/// A person or a bot, as everybody sees it.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// The user id.
    pub id: i64,
    /// Whether it is a bot.
    pub is_bot: bool,
    /// First name, never empty.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Username without `@`.
    pub username: Option<String>,
    /// IETF language tag; people only.
    pub language_code: Option<String>,
    /// Profile pictures, newest first, each with its sizes in ascending order.
    pub pictures: Vec<Vec<FileNo>>,
    /// Whether privacy settings hide the pictures.
    pub hides_pictures: bool,
}

impl Account {
    /// As a `User`.
    #[must_use]
    pub fn user(&self) -> Value {
        let mut user = Map::new();
        user.insert("id".into(), self.id.into());
        user.insert("is_bot".into(), self.is_bot.into());
        user.insert("first_name".into(), self.first_name.clone().into());
        let optional = [
            ("last_name", &self.last_name),
            ("username", &self.username),
            ("language_code", &self.language_code),
        ];
        for (key, value) in optional {
            if let Some(value) = value {
                user.insert(key.into(), value.clone().into());
            }
        }
        Value::Object(user)
    }

    /// First and last name.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.last_name {
            Some(last) => format!("{} {last}", self.first_name),
            None => self.first_name.clone(),
        }
    }
}

/// What only a bot has: its token, its queue of updates, its settings.
#[derive(Debug, Default)]
pub struct Bot {
    /// The account.
    pub id: i64,
    /// The whole token, `<id>:<secret>`.
    pub token: String,
    /// Privacy mode, as set with the bot's maker; takes effect in groups joined after.
    pub privacy: bool,
    /// What waits to be fetched.
    pub queue: VecDeque<Queued>,
    /// The id of the next update.
    pub next_update: i64,
    /// Albums that were already delivered in part.
    pub torn: BTreeSet<String>,
    /// The kinds asked for; `None`: all but three.
    pub allowed: Option<Vec<String>>,
    /// Counts `getUpdates` calls: a newer one ends the older.
    pub poll: u64,
    /// Where updates are sent instead.
    pub webhook: Option<Webhook>,
    /// Commands by scope and language.
    pub commands: BTreeMap<String, Value>,
    /// What it says of itself, by what it is and by language.
    pub about: BTreeMap<(&'static str, String), String>,
    /// Files it has asked `getFile` for, and may fetch.
    pub fetchable: BTreeSet<FileNo>,
    /// Callback queries it has not answered yet.
    pub queries: BTreeSet<String>,
    /// When it last sent, by chat, for the flood limits (milliseconds).
    pub sent: VecDeque<(i64, i64)>,
}

impl Bot {
    /// The answer to `getMe`.
    #[must_use]
    pub fn me(&self, account: &Account) -> Value {
        let mut me = account.user();
        let flags = json!({
            "can_join_groups": true, "can_read_all_group_messages": !self.privacy, "supports_guest_queries": false,
            "supports_inline_queries": false, "can_connect_to_business": false, "has_main_web_app": false,
            "has_topics_enabled": false, "allows_users_to_create_topics": false, "can_manage_bots": false,
            "supports_join_request_queries": false,
        });
        if let (Some(me), Value::Object(flags)) = (me.as_object_mut(), flags) {
            me.extend(flags);
        }
        me
    }
}
