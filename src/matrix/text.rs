//! The dialect of Matrix: a plain body, and HTML where there is more to say.
//! (client-server API, "`m.room.message` msgtypes")

use ruma::OwnedUserId;

mod read;
mod write;

pub use read::{MOST_TAGS, read, strip_reply_fallback};
pub use write::{Pictures, tags, write};

/// What a block of code is said to be in when it is maths, for readers that show them as such.
const MATHS: &str = "latex";

/// A text as a message carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// For clients that show no HTML, and for notifications.
    pub body: String,
    /// HTML, where there is formatting.
    pub formatted: Option<String>,
    /// The people named who are on Matrix themselves.
    pub mentions: Vec<OwnedUserId>,
    /// Whether the whole room is called.
    pub crowd: bool,
}

#[cfg(test)]
mod tests;
