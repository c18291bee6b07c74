//! What the hoster says about a Telegram bot.

use contract::InDoubt;
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
    /// What to do with a message of which it cannot be told whether it was sent.
    #[serde(default)]
    pub in_doubt: InDoubt,
}

fn default_api_url() -> Url {
    Url::parse("https://api.telegram.org").unwrap_or_else(|_| unreachable!("a constant address parses"))
}

fn yes() -> bool {
    true
}
