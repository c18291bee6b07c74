//! Telegram, by the Bot API.

mod config;
mod incoming;
mod text;

pub use config::Config;

use contract::{NetworkName, Result};

/// A Telegram bot.
pub struct Telegram {
    _name: NetworkName,
}

impl Telegram {
    /// A bot by its configuration.
    pub fn new(name: NetworkName, _config: Config) -> Result<Self> {
        Ok(Self { _name: name })
    }
}
