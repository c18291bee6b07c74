//! What the hoster says about a Telegram bot.

use contract::{InDoubt, Megabytes};
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

/// What the hoster says about a Telegram bot.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The bot's token, from @`BotFather`.
    pub token: SecretString,
    /// Where the Bot API answers; another than Telegram's own for a self-hosted server.
    #[serde(default = "default_api_url")]
    pub api_url: Url,
    /// Whether people coming and going is told, on either side.
    #[serde(default = "yes")]
    pub announce_members: bool,
    /// The largest file that crosses, on either side, where Telegram takes larger ones.
    #[serde(default)]
    pub largest_file_mb: Option<Megabytes>,
    /// What to do with a message of which it cannot be told whether it was sent.
    #[serde(default)]
    pub in_doubt: InDoubt,
    /// Messages a minute in one group; 0 for any number (Bots FAQ, "My bot is hitting limits").
    #[serde(default = "per_minute")]
    pub messages_per_minute: u32,
    /// Messages a second over all; 0 for any number.
    #[serde(default = "per_second")]
    pub messages_per_second: u32,
}

fn per_minute() -> u32 {
    20
}

fn per_second() -> u32 {
    30
}

fn default_api_url() -> Url {
    Url::parse("https://api.telegram.org").unwrap_or_else(|_| unreachable!("a constant address parses"))
}

fn yes() -> bool {
    true
}
