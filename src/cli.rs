//! What passerelle is asked on the command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use secrecy::SecretString;
use url::Url;

/// Keeps Telegram, Rocket.Chat and Mattermost groups reachable from Matrix while their communities move.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    /// The configuration file.
    #[arg(short, long, global = true, default_value = "config.yaml")]
    pub config: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Ask what must be known and write the configuration and the registration.
    Init(Box<Init>),
    /// Write the registration again from the configuration.
    Registration {
        /// Where to write it [default: registration.yaml beside the configuration].
        #[arg(long)]
        output: Option<PathBuf>,
        /// Overwrite it if it is there.
        #[arg(long)]
        force: bool,
    },
    /// Say line by line what is right, what is wrong, and how to mend it.
    Check {
        /// For machines: a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Serve until told to stop.
    Run,
}

/// What `init` need not ask.
#[derive(Debug, Args)]
pub struct Init {
    /// Where the homeserver's client-server API answers.
    #[arg(long)]
    pub homeserver_url: Option<Url>,
    /// The homeserver's name: the part of user ids after the colon.
    #[arg(long)]
    pub server_name: Option<String>,
    /// The address at which the homeserver reaches passerelle.
    #[arg(long)]
    pub appservice_url: Option<Url>,
    /// The address passerelle listens on. By default this machine only, at the port of the address above.
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// The Telegram bot's token, from @`BotFather`; without it, no Telegram.
    #[arg(long, env = "TELEGRAM_TOKEN", hide_env_values = true)]
    pub telegram_token: Option<SecretString>,
    /// Another Bot API server than Telegram's own.
    #[arg(long)]
    pub telegram_api_url: Option<Url>,
    /// The Rocket.Chat server's address; without it, no Rocket.Chat.
    #[arg(long)]
    pub rocketchat_url: Option<Url>,
    /// The Rocket.Chat bot's id.
    #[arg(long, requires = "rocketchat_url")]
    pub rocketchat_user_id: Option<String>,
    /// A personal access token of the Rocket.Chat bot.
    #[arg(long, env = "ROCKETCHAT_TOKEN", hide_env_values = true)]
    pub rocketchat_token: Option<SecretString>,
    /// The Mattermost server's address; without it, no Mattermost.
    #[arg(long)]
    pub mattermost_url: Option<Url>,
    /// The token of a Mattermost bot account.
    #[arg(long, env = "MATTERMOST_TOKEN", hide_env_values = true)]
    pub mattermost_token: Option<SecretString>,
    /// The language of passerelle's own words: fr or en.
    #[arg(long, value_parser = ["fr", "en"])]
    pub language: Option<String>,
    /// Where to write the registration [default: registration.yaml beside the configuration].
    #[arg(long)]
    pub registration: Option<PathBuf>,
    /// Overwrite what is there.
    #[arg(long)]
    pub force: bool,
}
