//! A Rocket.Chat of one's own: REST and DDP on the wire, and people who talk.
//!
//! [`RocketChat::start`] serves both sides on one address: the API as servers of 5 to 8 have it, and `/_sim/` to be its
//! people. In Rust the methods of [`RocketChat`] do the same without HTTP.

mod control;
mod ddp;
mod deleting;
mod disorder;
mod downloads;
mod emoji;
mod error;
mod files;
mod history;
mod library;
mod limits;
mod messages;
mod methods;
mod pictures;
mod reacting;
mod rooms;
mod routes;
mod server;
mod speaking;
mod streams;
mod transcript;
mod users;
mod wire;
mod world;

pub use crate::faults::Fault;
pub use error::Refusal;
pub use server::RocketChat;
pub use transcript::{File, Line};
pub use world::{Call, Settings};

use world::World;

type Shared = crate::shared::Shared<World>;
