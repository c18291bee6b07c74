//! The trait that every chat system implements, Matrix among them.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::{
    Author, ChatId, Download, Event, Fault, Inbox, Media, MessageId, NetworkName, Opening, Parcel, Phrase,
    Receipt, Result, Timestamp, UserId,
};

/// A chat system: it hears events and delivers parcels.
#[async_trait]
pub trait Network: Send + Sync {
    /// The configured name.
    fn name(&self) -> &NetworkName;

    /// What it can express.
    fn capabilities(&self) -> Capabilities;

    /// How long it keeps what was said, at least until we fetch it; `None` when it keeps everything.
    async fn keeps(&self) -> Result<Option<Duration>> {
        Ok(None)
    }

    /// Feeds `inbox` until `stop`, resuming from [`Inbox::cursor`]. Acknowledges upstream only what `put` took.
    /// Returns `Ok` only after `stop`; restarted by the supervisor on `Err`.
    async fn listen(&self, inbox: Arc<dyn Inbox>, stop: CancellationToken) -> Result<()>;

    /// What one message or update says, given as JSON in the network's own form; chats and people are asked for as ever.
    ///
    /// # Errors
    /// `Refused` when it is none.
    async fn read(&self, native: &str) -> Result<Vec<Event>> {
        let _ = native;
        Err(Fault::Unsupported)
    }

    /// Says one step of `parcel` in its author's name as well as this network can.
    /// Idempotent on `parcel.key` as far as this network allows; where it does not, looks first when `parcel.unclear`.
    /// What is already so counts as done: a deletion of what is gone, an edit that changes nothing.
    async fn deliver(&self, parcel: Parcel<'_>) -> Result<Receipt>;

    /// Takes a turn for this step, which is delivered next. `Err` says how long to wait before asking again, where the
    /// network sets a pace for each chat: what waits for its turn may be said together, with names before the words. A pace
    /// that it sets for all is waited for here, first come, first served.
    async fn turn(&self, parcel: &Parcel<'_>) -> std::result::Result<(), Duration> {
        let _ = parcel;
        Ok(())
    }

    /// How its people call the bot.
    fn calling(&self) -> Calling;

    /// What the workspace is called that it is one server of; `None` where there is no such thing.
    async fn title(&self) -> Result<Option<String>> {
        Ok(None)
    }

    /// Which commands there are, for networks that show a menu of them.
    fn offer(&self, commands: Vec<Offer>) {
        let _ = commands;
    }

    /// What a chat is called. `Refused` when there is none or we are not in it.
    async fn chat(&self, id: &ChatId) -> Result<ChatInfo>;

    /// The same, by whatever name people have for it, and entered first where anybody may.
    async fn enter(&self, chat: &ChatId) -> Result<ChatInfo> {
        self.chat(chat).await
    }

    /// The chats that our bot sees: those it is in, and those it could come into by itself; no private conversation.
    /// `Unsupported` where bots are not told.
    async fn chats(&self) -> Result<Vec<ChatInfo>> {
        Err(Fault::Unsupported)
    }

    /// How somebody looks in a chat. May be answered from a cache.
    async fn profile(&self, chat: &ChatId, user: &UserId) -> Result<Profile>;

    /// Whether somebody may decide for the chat: a group's admin, somebody who may change a room's state.
    async fn may_manage(&self, chat: &ChatId, user: &UserId) -> Result<bool>;

    /// Who is at home in a chat: as many of its own people as it tells, those who decide there first of all. Nobody may
    /// pass for one of them.
    async fn people(&self, chat: &ChatId) -> Result<Vec<Author>> {
        let _ = chat;
        Ok(Vec::new())
    }

    /// What was said in a chat while our bot was not in it: the last `most` events since then, oldest first, as they would
    /// have been heard. `Unsupported` where that cannot be read.
    async fn missed(&self, chat: &ChatId, since: Timestamp, most: usize) -> Result<Vec<Event>> {
        let _ = (chat, since, most);
        Err(Fault::Unsupported)
    }

    /// Takes somebody of its own people out of a chat for good. Whether it can keep them from coming back.
    async fn ban(&self, chat: &ChatId, user: &UserId) -> Result<bool> {
        let _ = (chat, user);
        Err(Fault::Unsupported)
    }

    /// Lets those of ours who stand in a chat for people of a network, or of all, leave it; not the bot. They are back
    /// when they speak.
    async fn withdraw(&self, chat: &ChatId, network: Option<&NetworkName>) -> Result<()> {
        let _ = (chat, network);
        Ok(())
    }

    /// Shows in a chat that it is linked to another one of a network, or no longer, to clients that show such things.
    async fn show_link(
        &self,
        chat: &ChatId,
        network: &dyn Network,
        other: &ChatInfo,
        on: bool,
    ) -> Result<()> {
        let _ = (chat, network, other, on);
        Ok(())
    }

    /// Shows that a message did not arrive on another network, to clients that show such things.
    async fn show_failure(
        &self,
        chat: &ChatId,
        message: &MessageId,
        network: &NetworkName,
        why: &str,
    ) -> Result<()> {
        let _ = (chat, message, network, why);
        Ok(())
    }

    /// Shows that somebody writes, or no longer, where that can be shown. Nobody minds when it fails.
    async fn typing(&self, chat: &ChatId, author: &Author, on: bool) -> Result<()> {
        let _ = (chat, author, on);
        Ok(())
    }

    /// The bytes of somebody's picture, no larger than it need be.
    async fn picture(&self, media: &Media) -> Result<Download> {
        self.download(media).await
    }

    /// The picture of an emoji of the network's own, by its name. `None` when there is none of that name.
    async fn emoji(&self, name: &str) -> Result<Option<Media>> {
        let _ = name;
        Ok(None)
    }

    /// The bytes of a file heard on this network.
    async fn download(&self, media: &Media) -> Result<Download>;

    /// Makes a chat, or finds the one that was made by the same key; whoever is to come into it is invited.
    async fn open(&self, opening: Opening<'_>) -> Result<ChatId> {
        let _ = opening;
        Err(Fault::Unsupported)
    }

    /// Makes sure that the chat goes on in `to`, and that we are there. `Refused` when it does not.
    async fn follow(&self, from: &ChatId, to: &ChatId) -> Result<()> {
        let _ = (from, to);
        Ok(())
    }

    /// Looks whether everything is as it must be to work, with these chats linked. Says each thing it looked at.
    async fn check(&self, chats: &[ChatId]) -> Vec<Finding>;
}

/// What a network can express; `fit` shrinks events to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing a network can do or not")]
pub struct Capabilities {
    /// Whether repeating a delivery with the same key makes nothing twice. Where not, the outbox notes
    /// durably that a delivery begins, so that a crash is known to have left it unclear.
    pub idempotent: bool,
    /// Whether a message can belong to a thread.
    pub threads: bool,
    /// Whether people coming and going is told there.
    pub members: bool,
    /// Whether somebody's picture is shown there by its address.
    pub faces: bool,
    /// What it has of its own beyond words, files and answers.
    pub natively: &'static [Feature],
    /// Bytes of the largest file it takes.
    pub upload_limit: u64,
    /// Bytes of the largest file that can be fetched from it.
    pub download_limit: u64,
}

impl Capabilities {
    /// Whether it has this of its own.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.natively.contains(&feature)
    }
}

/// Something that some networks have of their own. Where it is missing, `fit` says it in words. A network may still
/// refuse it once ([`crate::Fault::Refused`], [`crate::Fault::Unsupported`]): then that one is said in words too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Places on the map ([`crate::Card::Location`]).
    Locations,
    /// Those of them that move with somebody.
    LiveLocations,
    /// Polls: made and closed ([`crate::Card::Poll`], [`crate::PollChange::Closed`]).
    Polls,
    /// Votes of people from elsewhere ([`crate::PollChange::Voted`]).
    Votes,
    /// Pinned messages.
    Pins,
    /// A name, a topic and a picture that can be changed.
    Info,
    /// A reaction of its own for everybody from elsewhere, or at least for each emoji: not one alone for all.
    Reactions,
    /// Answers to a part of a message ([`crate::Body::quote`]).
    Quotes,
}

/// How the bot is called on a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calling {
    /// What people call such networks: `Telegram`.
    pub app: &'static str,
    /// Its name, by which it is invited.
    pub bot: String,
    /// What a command begins with there, the space after it included.
    pub prompt: String,
}

/// A command, as a network with a menu shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The language it is for, as an IETF tag; `None` for everybody else.
    pub language: Option<&'static str>,
    /// Its name: letters only.
    pub name: &'static str,
    /// What it does, if the menu is to show it.
    pub what: Option<String>,
}

/// What a chat is, as far as the network tells.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatInfo {
    /// Its id, as the network itself would write it.
    pub id: ChatId,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// How people write it in a line, without `#`, where that is not its name.
    pub handle: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// Its picture.
    pub picture: Option<Media>,
    /// Who can come in.
    pub access: Access,
    /// Whether its messages can be read by its members' own devices only.
    pub encrypted: bool,
    /// How many are in it.
    pub members: Option<u64>,
    /// When something was last said in it.
    pub active: Option<Timestamp>,
}

impl ChatInfo {
    /// A chat of that name that only its members see, of which nothing else is known.
    #[must_use]
    pub fn new(id: impl Into<ChatId>, name: Option<String>) -> Self {
        Self {
            id: id.into(),
            name,
            handle: None,
            topic: None,
            picture: None,
            access: Access::Private,
            encrypted: false,
            members: None,
            active: None,
        }
    }

    /// Its name, or its id where it has none.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(self.id.as_str())
    }
}

/// Who can come into a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It is somebody's conversation with the bot alone.
    Direct,
    /// Those who are let in.
    Private,
    /// Everybody there.
    Public,
}

/// How somebody looks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// The name to show.
    pub name: Option<String>,
    /// Their picture; `unique` changes when it does.
    pub avatar: Option<Media>,
}

/// One thing that was looked at by `passerelle check`.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was looked at, in a word that machines can match, such as `telegram.token`.
    pub subject: String,
    /// What is so, in plain words.
    pub what: Phrase,
    /// How to mend it; `None` when nothing is wrong.
    pub mend: Option<Phrase>,
}

impl Finding {
    /// Something is as it must be.
    #[must_use]
    pub fn right(subject: impl Into<String>, what: Phrase) -> Self {
        Self { subject: subject.into(), what, mend: None }
    }

    /// Something is wrong, and this mends it.
    #[must_use]
    pub fn wrong(subject: impl Into<String>, what: Phrase, mend: Phrase) -> Self {
        Self { subject: subject.into(), what, mend: Some(mend) }
    }
}

impl std::fmt::Debug for dyn Network + '_ {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Network({})", self.name())
    }
}
