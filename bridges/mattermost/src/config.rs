//! What the hoster says about a Mattermost server.

use contract::Megabytes;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

/// What the hoster says about a Mattermost server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The server's address, as its members type it.
    pub url: Url,
    /// The token of a bot account that is a member of the channels.
    pub token: SecretString,
    /// The token of an administrator: with it, everybody who speaks there has an account of their own.
    #[serde(default)]
    pub admin_token: Option<SecretString>,
    /// What accounts those are.
    #[serde(default)]
    pub puppets: Puppets,
    /// The largest file that crosses, on either side, where the server takes larger ones.
    #[serde(default)]
    pub largest_file_mb: Option<Megabytes>,
    /// Whether people coming and going is told, on either side.
    #[serde(default = "yes")]
    pub announce_members: bool,
}

/// What accounts speak for people of other networks.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Puppets {
    /// Bot accounts: marked as such, and outside the limits on users.
    #[default]
    Bots,
    /// Users.
    Users,
}

fn yes() -> bool {
    true
}
