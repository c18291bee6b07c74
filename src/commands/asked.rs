//! What is asked, and what is answered.

use contract::{Author, MessageId, Network, NetworkName, Phrase, Result, Text};

use super::codes;
use crate::store::{Place, inbox::Planned};

/// What somebody asks.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The message that asks.
    pub message: &'a MessageId,
    /// Its words, the command first.
    pub words: &'a [String],
    /// The message it answers.
    pub reply_to: Option<&'a MessageId>,
}

/// What the bot answers, and what follows from it.
#[derive(Debug, Default)]
pub struct Answer {
    /// Its words; none when what was asked for shows by itself.
    pub text: Text,
    /// What is to happen.
    pub then: Vec<Planned>,
    /// The lanes in which something waits again.
    pub wake: Vec<i64>,
}

impl<T: Into<Text>> From<T> for Answer {
    fn from(words: T) -> Self {
        Self { text: words.into(), ..Self::default() }
    }
}

/// Who asks, where, and the words after the command.
#[derive(Clone)]
pub(super) struct Asked<'a> {
    /// What it is about.
    pub place: &'a Place,
    /// Where they asked: there, or in a conversation with the bot alone.
    pub heard_in: &'a Place,
    /// Whether it is such a conversation.
    pub in_talk: bool,
    pub network: &'a dyn Network,
    pub author: &'a Author,
    pub words: Vec<&'a str>,
    pub reply_to: Option<&'a MessageId>,
    /// The message that asks.
    pub message: &'a MessageId,
    /// Whether it was asked before and they said yes.
    pub sure: bool,
}

impl Asked<'_> {
    pub fn in_room(&self) -> bool {
        self.place.network == NetworkName::matrix()
    }

    /// What tells this from anything else that is asked; the same after a crash.
    pub fn request(&self) -> String {
        let Place { network, chat } = self.heard_in;
        codes::key(&[network.as_str(), chat.as_str(), self.message.as_str()])
    }

    /// Their words, with the command's name before them.
    pub fn with_name<'w>(&'w self, name: &'w str) -> Vec<&'w str> {
        std::iter::once(name).chain(self.words.iter().copied()).collect()
    }

    /// Whether they may decide for the place they ask in.
    pub async fn may_manage(&self) -> Result<bool> {
        self.network.may_manage(&self.place.chat, &self.author.person.user).await
    }

    /// A phrase that can say how to ask for something here.
    pub fn phrase(&self, key: &str) -> Phrase {
        let call = if self.in_talk { String::new() } else { self.network.calling().prompt };
        Phrase::new(key).with("call", call)
    }

    /// What those without the right are told.
    pub fn no_right(&self) -> Answer {
        self.phrase(if self.in_room() { "no-right" } else { "no-right-there" }).into()
    }
}
