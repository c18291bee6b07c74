//! The one place that names the networks.

use std::sync::Arc;

use contract::{Network, NetworkName};
use serde::Deserialize;

use crate::config::{Field, Shape, optional, required};

/// The configuration of one network, by its kind.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum NetworkConfig {
    /// Telegram, by the Bot API.
    Telegram(telegram::Config),
}

impl NetworkConfig {
    /// The kinds there are.
    pub const KINDS: &'static [&'static str] = &["telegram"];

    /// The keys of a kind, as they are written under `networks:`.
    #[must_use]
    pub fn fields(kind: &str) -> Option<&'static [Field]> {
        const KIND: Shape = Shape::OneOf(NetworkConfig::KINDS);
        const TELEGRAM: &[Field] = &[
            required("kind", KIND),
            required("token", Shape::Secret),
            optional("api_url", Shape::Url),
            optional("announce_members", Shape::Flag),
        ];
        match kind {
            "telegram" => Some(TELEGRAM),
            _ => None,
        }
    }

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
