//! A Telegram of one's own: the Bot API on the wire, and people who talk.
//!
//! [`Telegram::start`] serves both sides on one address: the Bot API as <https://core.telegram.org/bots/api> has it, and
//! `/_sim/` to be its people. In Rust the methods of [`Telegram`] do the same without HTTP.

mod accounts;
mod animations;
mod calls;
mod chats;
mod control;
mod files;
mod floods;
mod json;
mod library;
mod markup;
mod media;
mod messages;
mod methods;
mod params;
mod people;
mod polling;
mod polls;
mod refusal;
mod request;
mod server;
mod text;
mod transcript;
mod updates;
mod webhook;
mod wire;
mod world;

pub use crate::faults::Fault;
pub use animations::draw as draw_tgs;
pub use calls::Call;
pub use media::MediaKind;
pub use methods::EMOJI;
pub use people::{Act, Deed, Given, NewBot, NewChat, NewPerson, Speech, Words};
pub use refusal::Refusal;
pub use server::Telegram;
pub use text::Entity;
pub use transcript::{File, Line};

use world::World;

type Shared = crate::shared::Shared<World>;
