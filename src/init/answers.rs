//! What `init` was answered, and the configuration it makes.

use secrecy::{ExposeSecret, SecretString};

use super::{InitError, trim};
use crate::{cli::Init, config::Shape, words::Language};

/// Asks a question by its key and its option until the answer fits.
pub(super) type Ask<'a> = &'a dyn Fn(&str, &'static str, &dyn Fn(&str) -> bool) -> Result<String, InitError>;

/// A network that is wanted: its block of the example, and what goes into it.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The name of its block.
    block: &'static str,
    /// What stands in the example, and what is to stand there.
    puts: Vec<(&'static str, String)>,
}

/// What was answered.
pub(super) struct Answers<'a> {
    pub homeserver: &'a str,
    pub server: &'a str,
    pub appservice: &'a str,
    pub listen: String,
    pub networks: &'a [Wanted],
    pub language: Language,
}

/// The blocks of the example.
const BLOCKS: [&str; 3] = ["telegram", "rocketchat", "mattermost"];

/// The networks that are wanted: those of the options; asked for, where none is given and somebody is there to answer.
pub(super) fn ask(options: &Init, ask: Ask<'_>) -> Result<Vec<Wanted>, InitError> {
    let mut wanted = Vec::new();
    let given = names_a_network(options);
    let question = |key: &str, name, check: &dyn Fn(&str) -> bool| match given {
        true => Ok(String::new()),
        false => ask(key, name, check),
    };
    let token = match &options.telegram_token {
        Some(token) => token.expose_secret().to_owned(),
        None => question("init-telegram-token", "--telegram-token", &|token| {
            token.is_empty() || token.contains(':')
        })?,
    };
    if !token.is_empty() {
        let mut puts = vec![("CHANGE_ME_TELEGRAM", quoted(&token))];
        if let Some(url) = &options.telegram_api_url {
            puts.push(("# api_url: https://api.telegram.org", format!("api_url: {}", quoted(url.as_str()))));
        }
        wanted.push(Wanted { block: "telegram", puts });
    }
    let address = |url: &str| url.is_empty() || Shape::Url.fits(url);
    let said = |words: &str| !words.is_empty();
    let url = match &options.rocketchat_url {
        Some(url) => url.to_string(),
        None => question("init-rocketchat-url", "--rocketchat-url", &address)?,
    };
    if !url.is_empty() {
        let id = match &options.rocketchat_user_id {
            Some(id) => id.clone(),
            None => ask("init-rocketchat-user-id", "--rocketchat-user-id", &said)?,
        };
        let token = secret(options.rocketchat_token.as_ref(), || {
            ask("init-rocketchat-token", "--rocketchat-token", &said)
        })?;
        let puts = vec![
            ("https://chat.exemple.fr", quoted(trim(&url))),
            ("CHANGE_ME_ROCKETCHAT_ID", quoted(&id)),
            ("CHANGE_ME_ROCKETCHAT", quoted(&token)),
        ];
        wanted.push(Wanted { block: "rocketchat", puts });
    }
    let url = match &options.mattermost_url {
        Some(url) => url.to_string(),
        None => question("init-mattermost-url", "--mattermost-url", &address)?,
    };
    if !url.is_empty() {
        let token = secret(options.mattermost_token.as_ref(), || {
            ask("init-mattermost-token", "--mattermost-token", &said)
        })?;
        let puts =
            vec![("https://equipe.exemple.fr", quoted(trim(&url))), ("CHANGE_ME_MATTERMOST", quoted(&token))];
        wanted.push(Wanted { block: "mattermost", puts });
    }
    Ok(wanted)
}

/// Whether the options name a network at all.
pub(super) fn names_a_network(options: &Init) -> bool {
    options.telegram_token.is_some() || options.rocketchat_url.is_some() || options.mattermost_url.is_some()
}

fn secret(
    given: Option<&SecretString>,
    ask: impl FnOnce() -> Result<String, InitError>,
) -> Result<String, InitError> {
    match given {
        Some(secret) => Ok(secret.expose_secret().to_owned()),
        None => ask(),
    }
}

impl Answers<'_> {
    /// The example, with what was answered in its places.
    pub(super) fn config(&self) -> Result<String, InitError> {
        let mut text = include_str!("../../config/passerelle.example.yaml").to_owned();
        for block in BLOCKS {
            let wanted = self.networks.iter().find(|wanted| wanted.block == block);
            text = match wanted {
                Some(_) => uncommented(&text, block),
                None => commented(&text, block),
            };
        }
        let mut put = |from: &str, to: String| text = text.replacen(from, &to, 1);
        put("url: http://127.0.0.1:8008", format!("url: {}", quoted(self.homeserver)));
        put("name: exemple.fr", format!("name: {}", quoted(self.server)));
        put("url: http://127.0.0.1:29333", format!("url: {}", quoted(self.appservice)));
        put("# listen: 127.0.0.1:29333", format!("listen: {}", quoted(&self.listen)));
        put("CHANGE_ME_AS", fresh_token()?);
        put("CHANGE_ME_HS", fresh_token()?);
        for (from, to) in self.networks.iter().flat_map(|wanted| &wanted.puts) {
            put(from, to.clone());
        }
        let language = if self.language == Language::En { "en" } else { "fr" };
        put("# language: fr", format!("language: {language}"));
        if self.networks.is_empty() {
            put("\nnetworks:\n", "\nnetworks: {}\n".to_owned());
        }
        Ok(text)
    }
}

fn quoted(words: &str) -> String {
    serde_json::Value::from(words).to_string()
}

/// The lines of a block of the example: from its name to the first blank line.
fn block(text: &str, name: &str, change: impl Fn(&str) -> String) -> String {
    let mut inside = false;
    let lines = text.lines().map(|line| {
        let begins = line.trim_start_matches([' ', '#']) == format!("{name}:") && line.starts_with("  ");
        inside = (inside || begins) && !line.trim().is_empty();
        if inside { change(line) } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

fn uncommented(text: &str, name: &str) -> String {
    match text.contains(&format!("\n  # {name}:\n")) {
        true => block(text, name, |line| line.replacen("  # ", "  ", 1)),
        false => text.to_owned(),
    }
}

fn commented(text: &str, name: &str) -> String {
    match text.contains(&format!("\n  {name}:\n")) {
        true => block(text, name, |line| line.replacen("  ", "  # ", 1)),
        false => text.to_owned(),
    }
}

/// 64 characters of `[0-9a-f]` that nobody can guess.
fn fresh_token() -> Result<String, InitError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(InitError::NoRandomness)?;
    Ok(bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")))
}
