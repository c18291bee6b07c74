//! What the hoster says about a Rocket.Chat server.

use contract::{InDoubt, Megabytes};
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

/// What the hoster says about a Rocket.Chat server. The bot signs in by `user_id` and `token`, or by `username` and
/// `password`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The server's address, as its members type it.
    pub url: Url,
    /// The bot's id, which goes with a token.
    #[serde(default)]
    pub user_id: Option<String>,
    /// A personal access token of the bot.
    #[serde(default)]
    pub token: Option<SecretString>,
    /// What the bot is called by `@`.
    #[serde(default)]
    pub username: Option<String>,
    /// Its password.
    #[serde(default)]
    pub password: Option<SecretString>,
    /// The largest file that crosses, on either side, where the server takes larger ones.
    #[serde(default)]
    pub largest_file_mb: Option<Megabytes>,
    /// Whether people coming and going is told, on either side.
    #[serde(default = "yes")]
    pub announce_members: bool,
    /// What to do with a file of which it cannot be told whether it was sent.
    #[serde(default)]
    pub in_doubt: InDoubt,
}

fn yes() -> bool {
    true
}
