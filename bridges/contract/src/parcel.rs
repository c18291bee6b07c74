//! An event on its way to one chat, in the destination's own ids, and its receipt.

use crate::{Author, Body, ChatId, Info, Membership, MessageId, Network, Tally, Timestamp};

/// One step of an event on its way to one chat.
///
/// A message that becomes several there (a long text, text and files) is delivered in steps, one call each, and each
/// step is durable before the next begins: `step` counts those done. The same event always splits into the same steps.
#[derive(Debug)]
pub struct Parcel<'a> {
    /// The same for the same step, after a crash too; unlike any other. 32 characters of `[0-9a-f]`.
    pub key: String,
    /// Where it goes.
    pub chat: &'a ChatId,
    /// Who said it; the name is resolved.
    pub author: &'a Author,
    /// A public address of their picture, for networks that show one by its address, where we serve one.
    pub face: Option<String>,
    /// When it was said.
    pub at: Timestamp,
    /// What to do there.
    pub content: &'a Content,
    /// Bytes of the largest file that may cross from there to here.
    pub largest_file: u64,
    /// How many steps of it are done.
    pub step: u32,
    /// Whether this very step may have been done already: an answer was lost, or we crashed while waiting for it.
    pub unclear: bool,
    /// Where it is `unclear`: the newest messages that were known in the destination chat before this step was first
    /// tried, the last that we made and the last that we heard.
    pub after: Vec<MessageId>,
    /// The network it was heard on: its files and faces are fetched from there.
    pub source: &'a dyn Network,
    /// The chat it was heard in.
    pub from: &'a ChatId,
}

/// What to do in the destination, in the destination's own ids.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Say this.
    Message(Body),
    /// Make what is there say this.
    Edit {
        /// What is there, in order.
        copies: Vec<Copy>,
        /// What it is to say. Its `reply_to` and `thread` are those of the message.
        body: Body,
        /// Whether its files changed too, and not its words alone.
        refiled: bool,
    },
    /// Take all of these away.
    Delete {
        /// What is there, in order.
        copies: Vec<Copy>,
    },
    /// Show a reaction, or no longer.
    Reaction {
        /// The message reacted to.
        target: MessageId,
        /// A Unicode emoji.
        emoji: String,
        /// Whether to show it.
        added: bool,
        /// What stands for this reaction there, when it is to be taken back and has an id.
        copies: Vec<Copy>,
        /// What everybody on the other networks now has on the message, oldest first: for networks where
        /// the one bot stands for all.
        standing: Vec<Stands>,
        /// The line below the message that says what cannot be shown, where there is one.
        line: Vec<Copy>,
    },
    /// Say quietly that the author came or went.
    Membership(Membership),
    /// Show a vote in a poll that is there, or that the poll is over.
    Poll {
        /// The poll.
        target: MessageId,
        /// What happened.
        change: PollChange,
        /// How it stands.
        tally: Tally,
        /// The line below the poll that says how it stands, where there is one.
        line: Vec<Copy>,
    },
    /// Pin a message, or no longer.
    Pin {
        /// The message; `None` when it is not there.
        target: Option<MessageId>,
        /// Whether it is to be pinned.
        pinned: bool,
    },
    /// Change the chat itself.
    Info(Info),
}

/// What happened to a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PollChange {
    /// The author chose the answers of these positions, from 0, and no others.
    Voted(Vec<u32>),
    /// It is over.
    Closed,
}

/// A reaction that stands on a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Stands {
    /// Who reacted; the name is resolved.
    pub author: Author,
    /// A Unicode emoji.
    pub emoji: String,
}

/// A message's id on the destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The id.
    pub id: MessageId,
    /// The step that made it.
    pub step: u32,
}

/// What one step of a delivery made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// New messages, in order.
    pub made: Vec<MessageId>,
    /// The line below the message that this is about, kept current from now on: it is not the message itself.
    pub line: Vec<MessageId>,
    /// Messages that are no more.
    pub gone: Vec<MessageId>,
    /// Whether what was to be changed was not there any more. Should it be told that it went with something else
    /// ([`crate::Kind::Swept`]), it is said again as it was to be.
    pub absent: bool,
    /// Whether it was there already, by an attempt whose answer was lost.
    pub found: bool,
    /// Whether another step must follow.
    pub more: bool,
}

impl Receipt {
    /// One new message, and no further step.
    #[must_use]
    pub fn made(id: impl Into<MessageId>) -> Self {
        Self { made: vec![id.into()], ..Self::default() }
    }

    /// Done, and nothing new has an id.
    #[must_use]
    pub fn done() -> Self {
        Self::default()
    }
}
