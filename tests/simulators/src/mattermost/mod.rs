//! A Mattermost of one's own: the REST API and the WebSocket on the wire, and people who talk.
//!
//! [`Mattermost::start`] serves both sides on one address: the API as a server of 5.37 has it, and `/_sim/` to be its
//! people. In Rust the methods of [`Mattermost`] do the same without HTTP.

mod adopt;
mod channels;
mod control;
mod downloads;
mod emoji;
mod ephemeral;
mod error;
mod events;
mod files;
mod groups;
mod history;
mod library;
mod limits;
mod model;
mod posts;
mod reactions;
mod routes;
mod server;
mod socket;
mod statuses;
mod system;
mod told;
mod transcript;
mod users;
mod webhooks;
mod wire;
mod world;

pub use crate::faults::Fault;
pub use adopt::{Adopted, AdoptedChannel, AdoptedTeam, AdoptedUser};
pub use error::Refusal;
pub use limits::RateLimit;
pub use server::Mattermost;
pub use transcript::{File, Line};
pub use world::{Call, Settings};

use world::World;

type Shared = crate::shared::Shared<World>;
