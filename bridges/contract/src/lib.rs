//! What every network of passerelle speaks: the model of what is said, and the trait.
//!
//! # Layout
//! - [`ids`]: opaque names of chats, people and messages; only their owner parses them.
//! - [`event`]: something that happened in a chat. Plain data: stored, replayed, snapshotted.
//! - [`text`]: what was written, as a small tree that every dialect reads and writes.
//! - [`card`]: what a message holds that is neither words nor a file: a place, a poll.
//! - [`media`]: a file that goes with a message, and the stream of its bytes.
//! - [`parcel`]: an event on its way to one chat, in the destination's own ids, and its receipt.
//! - [`network`]: the trait that Telegram, Matrix and their kin implement.
//! - [`opening`]: a chat that is to be made. - [`inbox`]: where a network puts what it hears; `Ok` means durable.
//! - [`signed()`]: the name before the words. - [`fault`]: what went wrong, named after what the caller must do.
//! - `testing` (feature): a fake network, trees at random, and the suite that every network passes.
//!
//! This crate knows no network, no database and no wire.

pub mod card;
pub mod event;
pub mod fault;
pub mod ids;
pub mod inbox;
pub mod media;
pub mod network;
pub mod opening;
pub mod parcel;
mod signed;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;

pub use card::{Answer, Card, Location, Poll, Tally};
pub use event::{Author, Body, Event, Info, Kind, Membership, Tone};
pub use fault::{Fault, InDoubt, Result};
pub use ids::{ChatId, Cursor, EventId, MessageId, NetworkName, Person, Timestamp, UserId};
pub use inbox::{Aside, Heard, Inbox};
pub use media::{Download, Media, MediaKind, Megabytes};
pub use network::{Access, Calling, Capabilities, ChatInfo, Feature, Finding, Network, Offer, Profile};
pub use opening::Opening;
pub use parcel::{Content, Copy, Parcel, PollChange, Receipt, Stands};
pub use signed::{is_visible, one_line, signed};
pub use text::{Block, Phrase, Span, Style, Text};
