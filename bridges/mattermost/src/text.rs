//! The dialect of Mattermost: Markdown close to GitHub's, where every line break counts and HTML is only words.
//! (Mattermost documentation, "Format messages")

use wire::{
    emoji::{self, Names},
    markdown,
};

mod read;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

/// The emoji of a reaction's name.
pub(crate) fn unicode(name: &str) -> Option<String> {
    emoji::unicode(name, Names::Gemoji)
}

/// The name of a reaction.
pub(crate) fn short(emoji: &str) -> Option<String> {
    emoji::short(emoji, Names::Gemoji)
}

/// Parts that the server takes: it counts characters.
pub(crate) fn split(written: &str, limit: usize) -> Vec<String> {
    markdown::split(written, limit, |part| part.chars().count())
}
