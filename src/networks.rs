//! The one place that names the networks.

use std::sync::Arc;

use contract::{Network, NetworkName};
use serde::Deserialize;
use wire::Paper;

use crate::config::{Field, MEGABYTES, Shape, optional, required};

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

/// A kind of network, as hosters write it.
#[derive(Debug)]
pub struct Kind {
    /// What is written as its `kind`; also what its block of the example is called.
    pub name: &'static str,
    /// Its other keys, in the order of the example. `init` asks for some; without the first of these, no such network.
    pub fields: &'static [Field],
}

/// What may be done with what is in doubt.
const IN_DOUBT: Shape = Shape::OneOf(&["again", "hold"]);

/// So many messages in a while; 0 for any number.
const PACE: Shape = Shape::Whole(0, 100_000);

/// The kinds there are.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "telegram",
        fields: &[
            required("token", Shape::Secret).asked("init-telegram-token"),
            optional("api_url", Shape::Url),
            optional("announce_members", Shape::Flag),
            optional("largest_file_mb", MEGABYTES),
            optional("in_doubt", IN_DOUBT),
            optional("messages_per_minute", PACE),
            optional("messages_per_second", PACE),
        ],
    },
    Kind {
        name: "rocketchat",
        fields: &[
            required("url", Shape::Url).asked("init-rocketchat-url"),
            optional("user_id", Shape::Text).asked("init-rocketchat-user-id"),
            optional("token", Shape::Secret).asked("init-rocketchat-token"),
            optional("username", Shape::Text),
            optional("password", Shape::Secret),
            optional("announce_members", Shape::Flag),
            optional("largest_file_mb", MEGABYTES),
            optional("in_doubt", IN_DOUBT),
        ],
    },
    Kind {
        name: "mattermost",
        fields: &[
            required("url", Shape::Url).asked("init-mattermost-url"),
            required("token", Shape::Secret).asked("init-mattermost-token"),
            optional("admin_token", Shape::Secret),
            optional("puppets", Shape::OneOf(&["bots", "users"])),
            optional("announce_members", Shape::Flag),
            optional("largest_file_mb", MEGABYTES),
        ],
    },
];

impl Kind {
    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// The names of all, as they are listed to people.
    #[must_use]
    pub fn names() -> String {
        KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ")
    }

    /// The option of `init` for a key: `telegram-token`.
    #[must_use]
    pub fn option(&self, field: &Field) -> String {
        format!("{}-{}", self.name, field.key.replace('_', "-"))
    }
}

impl NetworkConfig {
    /// A network of that kind without a server: what it would send is on the paper. `None` when there is no such kind.
    #[must_use]
    pub fn on_paper(kind: &str) -> Option<contract::Result<(Arc<dyn Network>, Paper)>> {
        fn dynamic(on_paper: (impl Network + 'static, Paper)) -> (Arc<dyn Network>, Paper) {
            (Arc::new(on_paper.0), on_paper.1)
        }
        match kind {
            "telegram" => Some(telegram::Telegram::on_paper(kind.into()).map(dynamic)),
            "rocketchat" => Some(rocketchat::RocketChat::on_paper(kind.into()).map(dynamic)),
            "mattermost" => Some(mattermost::Mattermost::on_paper(kind.into()).map(dynamic)),
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
