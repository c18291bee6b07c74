//! A Rocket.Chat of one's own: REST and DDP on the wire, and people who talk.
//!
//! [`RocketChat::start`] serves both sides on one address: the API as servers of 5 to 8 have it, and `/_sim/` to be its
//! people. In Rust the methods of [`RocketChat`] do the same without HTTP.

mod control;
mod ddp;
mod deleting;
mod emoji;
mod error;
mod files;
mod history;
mod library;
mod limits;
mod messages;
mod methods;
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

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use world::World;

/// The world, and a bell that rings whenever it changed.
#[derive(Debug)]
struct Shared {
    world: Mutex<World>,
    changed: Notify,
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
