//! The dialect of Rocket.Chat: Markdown of its own, where each line stands alone.
//! (npm `@rocket.chat/message-parser`)

use wire::{
    emoji::{self, Names},
    markdown,
};

mod inline;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

/// The emoji of a reaction's name.
pub(crate) fn unicode(name: &str) -> Option<String> {
    emoji::unicode(name, Names::JoyPixels)
}

/// The name of a reaction, without colons.
pub(crate) fn short(emoji: &str) -> Option<String> {
    emoji::short(emoji, Names::JoyPixels)
}

/// Parts that the server takes: it counts UTF-16 units.
pub(crate) fn split(written: &str, limit: usize) -> Vec<String> {
    markdown::split(written, limit, |part| part.encode_utf16().count())
}
