//! The dialect of Telegram: plain text, and entities over it that count UTF-16 units.
//! (Bot API, `MessageEntity` and "Formatting options")

use serde::{Deserialize, Serialize};

mod read;
mod split;
mod write;

pub(crate) use read::read;
pub(crate) use split::split;
pub(crate) use write::write;

/// A part of a text that is special (Bot API, `MessageEntity`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entity {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it begins, in UTF-16 units.
    pub offset: usize,
    /// How long it is, in UTF-16 units.
    pub length: usize,
    /// Of a `text_link`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Of a `text_mention`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// Of a `pre`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// Somebody named in a text (Bot API, `User`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct User {
    /// Their id.
    pub id: i64,
    /// Whether it is a bot.
    #[serde(default)]
    pub is_bot: bool,
    /// Their first name.
    #[serde(default)]
    pub first_name: String,
}

impl Entity {
    fn new(kind: &str, offset: usize, length: usize) -> Self {
        Self { kind: kind.to_owned(), offset, length, ..Self::default() }
    }

    fn end(&self) -> usize {
        self.offset.saturating_add(self.length)
    }
}

/// A text as Telegram carries it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// The words.
    pub text: String,
    /// What is special in them.
    pub entities: Vec<Entity>,
}

/// How long a text is to Telegram.
pub(crate) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests;
