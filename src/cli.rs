//! What passerelle is asked on the command line.

use std::{collections::HashMap, net::SocketAddr, path::PathBuf};

use clap::{
    Arg, ArgMatches, Args, Command as Clap, CommandFactory, FromArgMatches, Parser, Subcommand,
    builder::PossibleValuesParser,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    config::{Field, Shape},
    networks::{KINDS, Kind},
    words::Language,
};

mod told;

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

impl Cli {
    /// What was typed. Where that cannot be understood, or asks for help, it is answered in the terminal's language and the
    /// process ends.
    #[must_use]
    pub fn read() -> Self {
        // A daemon keeps the words of no language in memory that it does not speak.
        if let Ok(cli) = Self::try_parse() {
            return cli;
        }
        let language = Language::of_terminal();
        let matches = told::told(Self::command(), language).try_get_matches();
        matches.and_then(|matches| Self::from_arg_matches(&matches)).unwrap_or_else(|error| {
            let Some(words) = told::refusal(&error, language) else { error.exit() };
            eprintln!("{words}");
            std::process::exit(error.exit_code());
        })
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Ask what must be known and write the configuration and the registration.
    Init(Box<Init>),
    /// Write the registration again from the configuration.
    Registration {
        /// Where to write it; without it `registration.yaml`, beside the configuration.
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
    /// Print what a message becomes on another network, without asking any server. Reads it as JSON from standard input.
    Render {
        /// The network it is from.
        #[arg(long, value_parser = sides())]
        from: String,
        /// The network it is to go to.
        #[arg(long, value_parser = sides())]
        to: String,
        /// The homeserver's name: the part of user ids after the colon.
        #[arg(long, default_value = "example.org")]
        server_name: String,
        /// The language of passerelle's own words.
        #[arg(long, value_parser = ["fr", "en"], default_value = "fr")]
        language: String,
    },
    /// Serve until told to stop.
    Run,
    /// Copy the database, of a running daemon too, into a new file.
    Backup {
        /// The file to write.
        file: PathBuf,
    },
    /// What could not be delivered: look at it, send it again, or throw it away.
    DeadLetters {
        /// What to do with it.
        #[command(subcommand)]
        asked: DeadLetters,
    },
}

/// What to do with what could not be delivered.
#[derive(Debug, Subcommand)]
pub enum DeadLetters {
    /// List it, with why.
    List,
    /// Show one, with what it says and what the server answered.
    Show {
        /// Its number in the list.
        id: i64,
    },
    /// Try to deliver it again.
    Replay {
        /// Which.
        #[command(flatten)]
        which: Letters,
    },
    /// Throw it away for good.
    Discard {
        /// Which.
        #[command(flatten)]
        which: Letters,
    },
}

/// Which dead letters are meant.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Letters {
    /// The number of one in the list.
    pub id: Option<i64>,
    /// All of them.
    #[arg(long)]
    pub all: bool,
}

/// What messages are from and go to.
fn sides() -> PossibleValuesParser {
    std::iter::once("matrix").chain(KINDS.iter().map(|kind| kind.name)).collect::<Vec<_>>().into()
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
    /// What is known of the networks.
    #[command(flatten)]
    pub networks: NetworkOptions,
    /// The language of passerelle's own words: fr or en.
    #[arg(long, value_parser = ["fr", "en"])]
    pub language: Option<String>,
    /// Where to write the registration; without it `registration.yaml`, beside the configuration.
    #[arg(long)]
    pub registration: Option<PathBuf>,
    /// Overwrite what is there.
    #[arg(long)]
    pub force: bool,
}

/// What `init` need not ask about networks: `--telegram-token`, `--mattermost-url`, one option for each key of each kind.
#[derive(Clone, Debug, Default)]
pub struct NetworkOptions(HashMap<String, SecretString>);

impl NetworkOptions {
    /// What was given for a key.
    #[must_use]
    pub fn get(&self, kind: &Kind, field: &Field) -> Option<&str> {
        self.0.get(&kind.option(field)).map(ExposeSecret::expose_secret)
    }

    /// Whether anything was given for a kind.
    #[must_use]
    pub fn names(&self, kind: &Kind) -> bool {
        kind.fields.iter().any(|field| self.get(kind, field).is_some())
    }

    /// The same with one more, by its name without `--`.
    #[cfg(test)]
    pub(crate) fn with(mut self, option: &str, value: &str) -> Self {
        self.0.insert(option.to_owned(), value.to_owned().into());
        self
    }
}

impl FromArgMatches for NetworkOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Self::default();
        given.update_from_arg_matches(matches)?;
        Ok(given)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for option in KINDS.iter().flat_map(|kind| kind.fields.iter().map(|field| kind.option(field))) {
            if let Some(value) = matches.get_one::<String>(&option) {
                self.0.insert(option, value.clone().into());
            }
        }
        Ok(())
    }
}

impl Args for NetworkOptions {
    fn augment_args(command: Clap) -> Clap {
        KINDS.iter().fold(command, |command, kind| {
            kind.fields.iter().fold(command, |command, field| command.arg(option(kind, field)))
        })
    }

    fn augment_args_for_update(command: Clap) -> Clap {
        Self::augment_args(command)
    }
}

fn option(kind: &Kind, field: &Field) -> Arg {
    let name = kind.option(field);
    let option = Arg::new(name.clone()).long(name.clone()).value_name(field.key.to_uppercase());
    match field.shape {
        Shape::Secret => option.env(name.to_uppercase().replace('-', "_")).hide_env_values(true),
        _ => option,
    }
}
