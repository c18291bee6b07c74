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
    /// Rocket.Chat, by REST and DDP.
    Rocketchat(rocketchat::Config),
    /// Mattermost, by REST and WebSocket.
    Mattermost(mattermost::Config),
}

impl NetworkConfig {
    /// The kinds there are.
    pub const KINDS: &'static [&'static str] = &["telegram", "rocketchat", "mattermost"];

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
        const ROCKETCHAT: &[Field] = &[
            required("kind", KIND),
            required("url", Shape::Url),
            optional("user_id", Shape::Text),
            optional("token", Shape::Secret),
            optional("username", Shape::Text),
            optional("password", Shape::Secret),
            optional("announce_members", Shape::Flag),
        ];
        const MATTERMOST: &[Field] = &[
            required("kind", KIND),
            required("url", Shape::Url),
            required("token", Shape::Secret),
            optional("admin_token", Shape::Secret),
            optional("puppets", Shape::OneOf(&["bots", "users"])),
            optional("announce_members", Shape::Flag),
        ];
        match kind {
            "telegram" => Some(TELEGRAM),
            "rocketchat" => Some(ROCKETCHAT),
            "mattermost" => Some(MATTERMOST),
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
            Self::Rocketchat(config) => Ok(Arc::new(rocketchat::RocketChat::new(name, config)?)),
            Self::Mattermost(config) => Ok(Arc::new(mattermost::Mattermost::new(name, config)?)),
        }
    }
}
