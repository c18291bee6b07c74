//! Making people, bots and chats.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Given;
use crate::telegram::{
    accounts::{Account, Bot},
    chats::{Chat, ChatKind, Key, Member, Status},
    media::MediaKind,
    refusal::Refusal,
    world::World,
};

/// A bot to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NewBot {
    /// Its token; made up when left out.
    #[serde(default)]
    pub token: Option<String>,
    /// Its username, ending in `bot`.
    pub username: String,
    /// Its name; the username when left out.
    #[serde(default)]
    pub name: Option<String>,
    /// Privacy mode, on unless said otherwise.
    #[serde(default = "on")]
    pub privacy: bool,
}

fn on() -> bool {
    true
}

/// A person to be made, or what changes about one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NewPerson {
    /// First name.
    #[serde(default)]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// Username without `@`.
    #[serde(default)]
    pub username: Option<String>,
    /// IETF language tag.
    #[serde(default)]
    pub language_code: Option<String>,
    /// A new profile picture.
    #[serde(default)]
    pub picture: Option<Given>,
    /// Whether the pictures are hidden.
    #[serde(default)]
    pub hides_pictures: Option<bool>,
}

/// A chat to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NewChat {
    /// `group`, `supergroup`, `forum` or `channel`.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Who makes it; somebody new when left out.
    #[serde(default)]
    pub owner: Option<i64>,
    /// Who is in it from the beginning, people and bots.
    #[serde(default)]
    pub members: Vec<i64>,
    /// Its public name.
    #[serde(default)]
    pub username: Option<String>,
    /// Its description.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether a channel's posts name their author.
    #[serde(default)]
    pub signatures: bool,
}

impl World {
    /// Makes a bot. Answers its id.
    pub fn make_bot(&mut self, new: NewBot) -> Result<i64, Refusal> {
        let serial = self.serial();
        let token = new.token.unwrap_or_else(|| format!("{}:AAE{:032x}", 7_000_000_000 + serial, serial));
        let id = token.split_once(':').and_then(|(id, _)| id.parse().ok()).filter(|id| *id > 0);
        let id: i64 = id.ok_or_else(|| Refusal::bad("a token is a number, a colon and a secret"))?;
        if self.accounts.contains_key(&id) {
            return Err(Refusal::bad("there is an account with that id already"));
        }
        let first_name = new.name.unwrap_or_else(|| new.username.clone());
        let username = Some(new.username);
        self.accounts.insert(id, Account { id, is_bot: true, first_name, username, ..Account::default() });
        let next_update = 731_000_000 + serial * 1000;
        self.bots.insert(id, Bot { id, token, privacy: new.privacy, next_update, ..Bot::default() });
        Ok(id)
    }

    /// Makes a person. Answers their id.
    pub fn make_person(&mut self, new: NewPerson) -> Result<i64, Refusal> {
        let id = 5_550_001_000 + self.serial();
        if new.first_name.as_deref().unwrap_or("").is_empty() {
            return Err(Refusal::bad("a person has a first name"));
        }
        self.accounts.insert(id, Account { id, ..Account::default() });
        self.change_person(id, new)?;
        Ok(id)
    }

    /// Changes a person's name or picture. Bots are not told.
    pub fn change_person(&mut self, id: i64, new: NewPerson) -> Result<(), Refusal> {
        self.account(id)?;
        let picture = match &new.picture {
            Some(given) => Some(self.given(&Given { kind: MediaKind::Photo, ..given.clone() })?),
            None => None,
        };
        let Some(account) = self.accounts.get_mut(&id) else { return Ok(()) };
        if let Some(name) = new.first_name {
            account.first_name = name;
        }
        let cleared = |value: String| Some(value).filter(|value| !value.is_empty());
        for (field, value) in [
            (&mut account.last_name, new.last_name),
            (&mut account.username, new.username),
            (&mut account.language_code, new.language_code),
        ] {
            if let Some(value) = value {
                *field = cleared(value);
            }
        }
        if let Some(picture) = picture {
            account.pictures.insert(0, picture.sizes);
        }
        account.hides_pictures = new.hides_pictures.unwrap_or(account.hides_pictures);
        Ok(())
    }

    /// Makes a chat. Answers its id.
    pub fn make_chat(&mut self, new: NewChat) -> Result<i64, Refusal> {
        let (kind, created) = match new.kind.as_str() {
            "group" => (ChatKind::Group, "group_chat_created"),
            "supergroup" | "forum" => (ChatKind::Supergroup, "supergroup_chat_created"),
            "channel" => (ChatKind::Channel, "channel_chat_created"),
            _ => return Err(Refusal::bad("a chat is a group, a supergroup, a forum or a channel")),
        };
        let owner = match new.owner {
            Some(owner) => self.account(owner)?.id,
            None => {
                self.make_person(NewPerson { first_name: Some("Owner".into()), ..NewPerson::default() })?
            }
        };
        let serial = self.serial();
        let id =
            if kind == ChatKind::Group { -(4_001_000_000 + serial) } else { -(1_001_000_000_000 + serial) };
        let key = Key::of(id);
        let made = Member { status: Status::Creator, ..Member::default() };
        let chat = Chat {
            key,
            kind,
            title: new.title,
            username: new.username,
            description: new.description,
            forum: new.kind == "forum",
            members: [(owner, made)].into_iter().collect(),
            signatures: new.signatures,
            ..Chat::default()
        };
        self.chats.insert(key, chat);
        self.tell(key, owner, &json!({created: true}), None)?;
        self.add(key, owner, &new.members)?;
        Ok(id)
    }

    /// Brings people and bots into a chat.
    pub fn add(&mut self, key: Key, actor: i64, who: &[i64]) -> Result<Vec<i64>, Refusal> {
        let mut told = Vec::new();
        for &id in who {
            self.account(id)?;
            if self.at(key)?.member(id).present() {
                continue;
            }
            let sees_all = self.bots.get(&id).is_some_and(|bot| !bot.privacy);
            self.place(key, actor, id, |chat| {
                chat.members.insert(id, Member { sees_all, ..Member::default() });
            })?;
            if self.at(key)?.kind == ChatKind::Channel {
                if self.bots.contains_key(&id) {
                    self.promote(key, actor, id, None, None, false)?;
                }
            } else {
                told.push(self.tell(key, actor, &json!({"new_chat_members": [self.user(id)]}), None)?);
            }
        }
        Ok(told)
    }
}
