//! What people do: everything that happens in the world without a bot asking for it.

mod gathering;
mod given;
mod living;
mod speaking;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{chats::Key, refusal::Refusal, text::Entity, world::World};

pub use gathering::{NewBot, NewChat, NewPerson};
pub use given::Given;
pub use speaking::Speech;

/// Something that a person does in a chat.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Deed {
    /// The chat; a person's own id for their private chat with a bot.
    pub chat: i64,
    /// The bot of a private chat; may be left out when there is only one.
    #[serde(default)]
    pub bot: i64,
    /// Who does it; the chat's owner when left out.
    #[serde(default)]
    pub person: i64,
    /// What they do.
    #[serde(flatten)]
    pub act: Act,
}

/// What one can do in a chat.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
#[derive(Default)]
pub enum Act {
    /// Say something.
    Say(Box<Speech>),
    /// Send several files as one album.
    Album {
        /// The files.
        items: Vec<Speech>,
    },
    /// Change one's own message.
    Edit {
        /// Which.
        message: i64,
        /// What it says now; its media, location and the like stay unless given.
        #[serde(flatten)]
        speech: Box<Speech>,
    },
    /// Nothing is changed, but bots are told of an edit, as when a link preview arrives.
    Touch {
        /// Which message.
        message: i64,
    },
    /// Delete a message. Bots are not told.
    Delete {
        /// Which.
        message: i64,
    },
    /// React with these emoji and no others; `custom:<id>` and `paid` too.
    React {
        /// To which message.
        message: i64,
        /// With what; empty takes all back.
        emoji: Vec<String>,
    },
    /// Come in.
    #[default]
    Join,
    /// Go.
    Leave,
    /// Bring in others, people or bots.
    Add {
        /// Whom.
        who: Vec<i64>,
    },
    /// Remove somebody, who may not come back.
    Kick {
        /// Whom.
        who: i64,
    },
    /// Make somebody an administrator.
    Promote {
        /// Whom.
        who: i64,
        /// Their rights; the usual ones when left out.
        #[serde(default)]
        rights: Option<Vec<String>>,
        /// Their title.
        #[serde(default)]
        title: Option<String>,
        /// Whether they speak as the group.
        #[serde(default)]
        anonymous: bool,
    },
    /// Make an administrator a member again.
    Demote {
        /// Whom.
        who: i64,
    },
    /// Take permissions from a member; an empty list gives all back.
    Restrict {
        /// Whom.
        who: i64,
        /// What they may not do.
        denied: Vec<String>,
    },
    /// Take permissions from all ordinary members.
    Permissions {
        /// What they may not do.
        denied: Vec<String>,
    },
    /// Limit the reactions of the chat; `null` allows all.
    Reactions {
        /// The emoji that may be reacted with.
        allowed: Option<Vec<String>>,
    },
    /// Pin a message.
    Pin {
        /// Which.
        message: i64,
    },
    /// Take a message from those pinned. Bots are not told.
    Unpin {
        /// Which.
        message: i64,
    },
    /// Give the chat another name.
    Rename {
        /// The name.
        title: String,
    },
    /// Give the chat another picture, or none.
    Picture {
        /// The picture.
        #[serde(default)]
        picture: Option<Given>,
    },
    /// Forward a message to another chat of the same person.
    Forward {
        /// Which.
        message: i64,
        /// Whether the origin is hidden.
        #[serde(default)]
        hidden: bool,
        /// Where to.
        to: i64,
    },
    /// Make the basic group a supergroup.
    Migrate,
    /// Make the supergroup a forum, or an ordinary one again.
    Forum {
        /// Which.
        on: bool,
    },
    /// Make this channel's posts appear in a group.
    Link {
        /// The group.
        group: i64,
    },
    /// Open a topic.
    OpenTopic {
        /// Its name.
        name: String,
    },
    /// Close a topic; 1 is General.
    CloseTopic {
        /// Which.
        topic: i64,
    },
    /// Reopen a topic; 1 is General.
    ReopenTopic {
        /// Which.
        topic: i64,
    },
    /// Rename a topic.
    RenameTopic {
        /// Which.
        topic: i64,
        /// Its name.
        name: String,
    },
    /// Delete a topic with all that was said in it. Bots are not told.
    DeleteTopic {
        /// Which.
        topic: i64,
    },
    /// Vote in a poll; empty takes the vote back.
    Vote {
        /// The message.
        message: i64,
        /// The chosen answers, from 0.
        options: Vec<usize>,
    },
    /// End a poll of one's own.
    EndPoll {
        /// The message.
        message: i64,
    },
    /// Press a button below a bot's message.
    Press {
        /// The message.
        message: i64,
        /// The button's data.
        data: String,
    },
    /// Block the bot of a private chat.
    Block,
    /// Unblock it.
    Unblock,
    /// Any service message: its fields as they are in a `Message`.
    Service {
        /// The fields.
        fields: Map<String, Value>,
    },
}

/// Words with their formatting, as a person gives them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Words {
    /// Plain.
    #[serde(default)]
    pub text: String,
    /// Or as HTML, with the tags of `parse_mode: "HTML"`.
    #[serde(default)]
    pub html: Option<String>,
    /// The formatting of `text`.
    #[serde(default)]
    pub entities: Vec<Entity>,
}

impl World {
    /// Does what a person does. Answers the ids of the messages that it made.
    pub fn act(&mut self, deed: Deed) -> Result<Vec<i64>, Refusal> {
        let key = self.meant(&deed)?;
        let owner = || {
            self.at(key)
                .ok()?
                .members
                .iter()
                .find(|(_, m)| m.status == super::chats::Status::Creator)
                .map(|(id, _)| *id)
        };
        let person = if deed.person == 0 { owner().unwrap_or(key.chat) } else { deed.person };
        self.account(person)?;
        match deed.act {
            Act::Say(speech) => self.say(key, person, &speech).map(|id| vec![id]),
            Act::Album { items } => self.say_album(key, person, &items),
            Act::Edit { message, speech } => self.edit(key, person, message, &speech),
            Act::Touch { message } => {
                self.announce(key, message, true);
                Ok(vec![message])
            }
            Act::Forward { message, hidden, to } => self.pass(key, person, message, hidden, to),
            Act::Service { fields } => {
                self.tell(key, person, &Value::Object(fields), None).map(|id| vec![id])
            }
            act => self.live(key, person, act),
        }
    }

    fn meant(&mut self, deed: &Deed) -> Result<Key, Refusal> {
        if deed.chat < 0 {
            let chat = self.at(Key::of(deed.chat))?;
            return chat.migrated_to.map_or(Ok(chat.key), |to| Err(Refusal::migrated(to)));
        }
        self.account(deed.chat)?;
        let only = || self.bots.keys().next().copied().filter(|_| self.bots.len() == 1);
        let bot = if deed.bot == 0 { only() } else { Some(deed.bot) };
        let bot =
            bot.filter(|bot| self.bots.contains_key(bot)).ok_or_else(|| Refusal::bad("name the bot"))?;
        Ok(self.private(bot, deed.chat))
    }
}
