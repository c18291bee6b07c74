//! The one place that names the networks.

use std::sync::Arc;

use contract::{Network, NetworkName};
use serde::Deserialize;

/// The configuration of one network, by its kind.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum NetworkConfig {
    /// Telegram, by the Bot API.
    Telegram(telegram::Config),
}

impl NetworkConfig {
    /// The running network of that name.
    ///
    /// # Errors
    /// When the configuration cannot work whatever the other side says.
    pub fn build(&self, name: NetworkName) -> contract::Result<Arc<dyn Network>> {
        match self {
            Self::Telegram(config) => Ok(Arc::new(telegram::Telegram::new(name, config)?)),
        }
    }
}
