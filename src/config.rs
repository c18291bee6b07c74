//! The configuration: one YAML file, unknown keys refused, every mistake reported at once with its line.
//!
//! # Layout
//! - here: what can be said. - [`load`]: reading the file. - [`shape`]: which keys there are, and what each must be.
//! - [`secrets`]: those kept elsewhere. - [`lines`]: where a key stands. - [`sense`]: what is well formed and still wrong.

use std::path::PathBuf;

use contract::{ChatId, Megabytes, NetworkName};
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use crate::{networks::NetworkConfig, store::Threads, words::Language};

mod lines;
mod load;
mod names;
mod secrets;
mod sense;
mod shape;

pub use load::{Mistake, Mistakes};
pub use shape::{Field, MEGABYTES, Shape, optional, required};

/// Everything the hoster decides. `config/passerelle.example.yaml` explains each key.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The homeserver we serve.
    pub homeserver: Homeserver,
    /// How it reaches and knows us.
    pub appservice: Appservice,
    /// The `SQLite` file; relative to the configuration file.
    #[serde(default = "default_database")]
    pub database: PathBuf,
    /// How many days what was said stays known, for edits, answers, reactions and deletions that come later.
    #[serde(default = "default_remember_days")]
    pub remember_days: u32,
    /// The language of passerelle's own words where nobody chose another.
    #[serde(default)]
    pub language: Language,
    /// What is logged, and how.
    #[serde(default)]
    pub log: Log,
    /// Who may ask what of the bot.
    #[serde(default)]
    pub permissions: Permissions,
    /// Whether people coming and going in Matrix rooms is told on the other sides.
    #[serde(default = "yes")]
    pub announce_members: bool,
    /// Where the public reaches `/face/` of ours, for networks that show people's pictures by their address.
    #[serde(default)]
    pub public_url: Option<Url>,
    /// The networks, by the names people will see.
    #[serde(default)]
    pub networks: std::collections::BTreeMap<NetworkName, NetworkConfig>,
    /// Rooms linked from the start; more are linked from the rooms.
    #[serde(default)]
    pub links: Vec<LinkConfig>,
}

/// The homeserver we serve.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Homeserver {
    /// Where its client-server API answers us.
    pub url: Url,
    /// Its server name, the part of user ids after the colon.
    pub name: String,
}

/// How the homeserver reaches and knows us.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appservice {
    /// The registration's id.
    #[serde(default = "default_id")]
    pub id: String,
    /// The address at which the homeserver reaches us.
    pub url: Url,
    /// The address we listen on.
    #[serde(default = "default_listen")]
    pub listen: std::net::SocketAddr,
    /// The bot's localpart.
    #[serde(default = "default_id")]
    pub bot: String,
    /// What the localparts of ghosts and the aliases of portals begin with.
    #[serde(default = "default_prefix")]
    pub prefix: String,
    /// Our token at the homeserver.
    pub as_token: SecretString,
    /// The homeserver's token at ours.
    pub hs_token: SecretString,
}

/// What is logged, and how.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// For people or for machines.
    pub format: LogFormat,
    /// A filter of `tracing`, such as `info` or `passerelle=debug`.
    pub level: String,
}

/// For people or for machines.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines to read.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// Who may ask what of the bot.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Permissions {
    /// Matrix ids (`@anne:exemple.fr`), server names (`exemple.fr`) or `*`: who may link rooms in which they have
    /// the power to. When empty, everybody of our own homeserver.
    pub link: Vec<String>,
    /// The same: who may link any chat that the bot is in by its id, without anybody's word from that chat.
    pub hosters: Vec<String>,
}

/// A room linked from the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkConfig {
    /// A room id or an alias.
    pub room: String,
    /// What it is linked to.
    pub chats: Vec<ChatConfig>,
    /// Whether calling everybody at once (`@all`, `@room`) calls everybody across these links. As it was before
    /// where it is not said; at first it does not.
    #[serde(default)]
    pub mass_mentions: Option<bool>,
    /// What becomes of threads and answers across these links. As it was before where it is not said.
    #[serde(default)]
    pub threads: Option<Threads>,
    /// The largest file that crosses these links, where both sides take larger ones. As it was before where it is not
    /// said.
    #[serde(default)]
    pub largest_file_mb: Option<Megabytes>,
}

/// A chat of a network.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatConfig {
    /// The network's configured name.
    pub network: NetworkName,
    /// The chat's id there.
    pub chat: ChatId,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Human, level: "info".to_owned() }
    }
}

fn yes() -> bool {
    true
}

fn default_database() -> PathBuf {
    "passerelle.db".into()
}

fn default_remember_days() -> u32 {
    400
}

fn default_id() -> String {
    "passerelle".to_owned()
}

fn default_prefix() -> String {
    "passerelle_".to_owned()
}

fn default_listen() -> std::net::SocketAddr {
    ([127, 0, 0, 1], 29333).into()
}
