//! Something that happened in a chat.

use serde::{Deserialize, Serialize};

use crate::{Card, ChatId, EventId, Media, MessageId, NetworkName, Person, Text, Timestamp, UserId};

/// Something that happened in a chat. Plain data: stored, replayed, snapshotted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Unique within the network that heard it; the same id again is the same thing again.
    pub id: EventId,
    /// Where it happened.
    pub chat: ChatId,
    /// Who did it.
    pub author: Author,
    /// When, by the network's clock.
    pub at: Timestamp,
    /// What.
    pub kind: Kind,
}

/// Who did something, as the others are to see them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Author {
    /// Who it is.
    pub person: Person,
    /// The name to show; `None` when the event does not carry it and [`crate::Network::profile`] is to be asked.
    pub name: Option<String>,
    /// The language of their client, as an IETF tag, where the event carries it: for answers to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Author {
    /// Somebody whose event does not carry their name.
    #[must_use]
    pub fn of(person: Person) -> Self {
        Self { person, name: None, language: None }
    }

    /// Somebody whose event carries their name.
    #[must_use]
    pub fn named(network: &NetworkName, user: impl Into<UserId>, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::of(Person { network: network.clone(), user: user.into() }) }
    }

    /// passerelle itself, when it answers or warns.
    #[must_use]
    pub fn bridge() -> Self {
        Self::named(&"passerelle".into(), "passerelle", "passerelle")
    }

    /// Whether this is passerelle itself, which speaks without a name before its words.
    #[must_use]
    pub fn is_bridge(&self) -> bool {
        self.person.network.as_str() == "passerelle"
    }

    /// The name to show, or the id where none is known.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(self.person.user.as_str())
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something was said.
    Message {
        /// Its ids there: usually one; an album has one for each picture, the first standing for the whole.
        ids: Vec<MessageId>,
        /// What was said.
        body: Body,
    },
    /// Something said was changed. The body is whole, not a difference.
    Edit {
        /// Any id of the message.
        target: MessageId,
        /// What it says now.
        body: Body,
    },
    /// A message, or a reaction that has an id of its own, was taken back.
    Delete {
        /// Any id of it.
        target: MessageId,
    },
    /// A message of ours went along with what somebody took back there, and nobody took this one back. It is said again.
    Swept {
        /// The ids of it that went. Each may be told of by itself: the inbox puts them together.
        targets: Vec<MessageId>,
        /// What it said.
        body: Body,
    },
    /// Somebody reacted, or took a reaction back.
    Reaction {
        /// The id of the reaction itself, on networks where it has one.
        id: Option<MessageId>,
        /// The message reacted to.
        target: MessageId,
        /// A Unicode emoji, without variation selector U+FE0F where it is the only one.
        emoji: String,
        /// Whether it was added or taken back.
        added: bool,
    },
    /// Everything that people there have on a message now, for networks that tell what is and not what changed.
    /// The inbox makes of it what came and what went.
    Reactions {
        /// The message.
        target: MessageId,
        /// Who has which emoji on it, but ourselves.
        standing: Vec<(Author, String)>,
    },
    /// The author came or went.
    Membership(Membership),
    /// Somebody voted in a poll, or took their vote back. It replaces what they voted before.
    Vote {
        /// The poll.
        target: MessageId,
        /// The answers' ids where the poll was made, else their positions from 0; none takes the vote back.
        answers: Vec<String>,
    },
    /// A poll is over.
    PollClosed {
        /// The poll.
        target: MessageId,
        /// Votes by answer that were not told one by one, where the network told only sums.
        #[serde(default)]
        unseen: Vec<u32>,
    },
    /// A message was pinned, or no longer is.
    Pin {
        /// The message.
        target: MessageId,
        /// Whether it is pinned now.
        pinned: bool,
    },
    /// The chat itself changed.
    Info(Info),
    /// The chat goes on elsewhere: a room upgrade, a group become a supergroup.
    Moved {
        /// Where it goes on.
        to: ChatId,
    },
    /// Our bot came to the chat, or was taken out of it.
    Bot {
        /// `true` when it came.
        came: bool,
    },
    /// The chat was archived, or is no longer: nobody can write there meanwhile.
    Archived(bool),
    /// Those of ours who stand in the chat for people of a network, or of all, are to leave it: a link was undone.
    Withdraw {
        /// The network; all when there is none.
        network: Option<NetworkName>,
    },
    /// From now on only its members' own devices can read what is said.
    Encrypted,
    /// The author, who may, took somebody of another network out.
    Removed {
        /// Whom.
        who: Person,
        /// Whether for good.
        banned: bool,
    },
    /// The author, who may, lets somebody of another network in again who was kept out.
    Readmitted {
        /// Whom.
        who: Person,
    },
    /// The author begins or ceases to write. Ephemeral: never stored, told at once or not at all.
    Typing(bool),
    /// Somebody asks something of the bot.
    Command {
        /// The message that asks.
        id: MessageId,
        /// The words after the bot's name or the slash, the first being the command.
        words: Vec<String>,
        /// The message it was asked about, by replying to it.
        reply_to: Option<MessageId>,
    },
}

impl Kind {
    /// Whether it is something that people said or did about what was said: no state of the chat, nothing asked of us.
    #[must_use]
    pub fn is_speech(&self) -> bool {
        matches!(
            self,
            Self::Message { .. }
                | Self::Edit { .. }
                | Self::Delete { .. }
                | Self::Reactions { .. }
                | Self::Reaction { .. }
        )
    }
}

/// What a message says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// The words; for a message of files, their caption.
    pub text: Text,
    /// The files, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// The first message of the thread it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<MessageId>,
    /// How it is said.
    #[serde(default)]
    pub tone: Tone,
    /// What it holds that is neither words nor a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// Whose words these are, where they were forwarded: the name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarded_from: Option<String>,
    /// The words it quotes of the message it answers, where it answers them alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Text>,
    /// Whether its author wants no preview of what it links to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_preview: bool,
}

impl Body {
    /// Plain words without files.
    #[must_use]
    pub fn of(text: Text) -> Self {
        Self { text, ..Self::default() }
    }

    /// A quiet line about something, not said by anybody in so many words.
    #[must_use]
    pub fn notice(text: Text) -> Self {
        Self { text, tone: Tone::Notice, ..Self::default() }
    }
}

/// How somebody came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    /// They came.
    Joined,
    /// They went of their own will.
    Left,
    /// They were made to go.
    Removed,
    /// They were made to go, and may not come back.
    Banned,
}

/// What changed in a chat itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Info {
    /// Its name.
    Name(String),
    /// What it is about, in a line; none any more.
    Topic(Option<String>),
    /// Its picture; none any more.
    Picture(Option<Media>),
}

/// How something is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As people talk.
    #[default]
    Said,
    /// As an action of the author: `/me waves`.
    Emote,
    /// Quietly: nobody's telephone should ring.
    Notice,
}
