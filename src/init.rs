//! `passerelle init`: asks what must be known, and writes the configuration and the registration.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    path::{Path, PathBuf},
};

use contract::Phrase;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    cli::Init,
    config::{Config, Mistakes, Shape},
    registration::{Registration, beside, write_private},
    words::{Language, say},
};

/// What keeps `init` from writing.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// Something must be asked and there is nobody to answer.
    #[error("not given, and there is no terminal to ask on: {}; give them as options", .0.join(", "))]
    Missing(Vec<&'static str>),
    /// A file is there already.
    #[error("{0} is there already; --force overwrites it")]
    Exists(PathBuf),
    /// A file cannot be written.
    #[error("{0} cannot be written: {1}")]
    Unwritable(PathBuf, io::Error),
    /// What was given makes no configuration.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// The system gave no randomness.
    #[error("no random numbers for the tokens: {0}")]
    NoRandomness(getrandom::Error),
    /// The terminal is gone.
    #[error("the terminal cannot be read: {0}")]
    Terminal(io::Error),
}

/// Asks what is missing among the options, writes both files, and returns the next steps to print.
pub fn init(options: Init, config: &Path) -> Result<String, InitError> {
    let language = options.language.as_deref().map_or_else(terminal_language, language);
    let registration = options.registration.unwrap_or_else(|| beside(config));
    for file in [config, &registration] {
        if file.exists() && !options.force {
            return Err(InitError::Exists(file.to_owned()));
        }
    }
    if !io::stdin().is_terminal() {
        let given = [
            ("--homeserver-url", options.homeserver_url.is_some()),
            ("--server-name", options.server_name.is_some()),
            ("--appservice-url", options.appservice_url.is_some()),
            ("--telegram-token", options.telegram_token.is_some()),
        ];
        let missing: Vec<_> = given.into_iter().filter(|(_, given)| !given).map(|(name, _)| name).collect();
        if !missing.is_empty() {
            return Err(InitError::Missing(missing));
        }
    }
    let ask = |key: &str, name, check: &dyn Fn(&str) -> bool| {
        ask(&say(&Phrase::new(key), language), &say(&Phrase::new("init-odd-answer"), language), name, check)
    };
    let homeserver = match options.homeserver_url {
        Some(url) => url.to_string(),
        None => ask("init-homeserver-url", "--homeserver-url", &|url| Shape::Url.fits(url))?,
    };
    let server = match options.server_name {
        Some(name) => name,
        None => ask("init-server-name", "--server-name", &|name| Shape::ServerName.fits(name))?,
    };
    let appservice = match options.appservice_url {
        Some(url) => url.to_string(),
        None => ask("init-appservice-url", "--appservice-url", &|url| Shape::Url.fits(url))?,
    };
    let token = match options.telegram_token {
        Some(token) => token,
        None => {
            SecretString::from(ask("init-telegram-token", "--telegram-token", &|token| token.contains(':'))?)
        }
    };
    let port = Url::parse(&appservice).ok().and_then(|url| url.port()).unwrap_or(29333);
    let text = Answers {
        homeserver: trim(&homeserver),
        server: &server,
        appservice: trim(&appservice),
        listen: options.listen.map_or_else(|| format!("127.0.0.1:{port}"), |listen| listen.to_string()),
        token: &token,
        api_url: options.telegram_api_url.as_ref().map(Url::as_str),
        language,
    }
    .config()?;
    // Nothing is written that would not be read again: a working configuration is not given up for a broken one.
    let yaml = Registration::of(&Config::parse(&text, config)?).to_yaml();
    // The configuration last: the registration can be written again from it, but not the other way round.
    for (file, text) in [(registration.as_path(), &yaml), (config, &text)] {
        write_private(file, text, options.force)
            .map_err(|why| InitError::Unwritable(file.to_owned(), why))?;
    }
    let steps = Phrase::new("init-next-steps")
        .with("config", config.display())
        .with("registration", absolute(&registration).display());
    Ok(say(&steps, language))
}

struct Answers<'a> {
    homeserver: &'a str,
    server: &'a str,
    appservice: &'a str,
    listen: String,
    token: &'a SecretString,
    api_url: Option<&'a str>,
    language: Language,
}

impl Answers<'_> {
    /// The example, with what was answered in its places.
    fn config(&self) -> Result<String, InitError> {
        let quoted = |words: &str| serde_json::Value::from(words).to_string();
        let mut text = include_str!("../config/passerelle.example.yaml").to_owned();
        let mut put = |from: &str, to: String| text = text.replacen(from, &to, 1);
        put("url: http://127.0.0.1:8008", format!("url: {}", quoted(self.homeserver)));
        put("name: exemple.fr", format!("name: {}", quoted(self.server)));
        put("url: http://127.0.0.1:29333", format!("url: {}", quoted(self.appservice)));
        put("# listen: 127.0.0.1:29333", format!("listen: {}", quoted(&self.listen)));
        put("CHANGE_ME_AS", fresh_token()?);
        put("CHANGE_ME_HS", fresh_token()?);
        put("CHANGE_ME_TELEGRAM", quoted(self.token.expose_secret()));
        let language = if self.language == Language::En { "en" } else { "fr" };
        put("# language: fr", format!("language: {language}"));
        if let Some(url) = self.api_url {
            put("# api_url: https://api.telegram.org", format!("api_url: {}", quoted(url)));
        }
        Ok(text)
    }
}

/// 64 characters of `[0-9a-f]` that nobody can guess.
fn fresh_token() -> Result<String, InitError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(InitError::NoRandomness)?;
    Ok(bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")))
}

fn ask(
    question: &str,
    odd: &str,
    name: &'static str,
    check: &dyn Fn(&str) -> bool,
) -> Result<String, InitError> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(InitError::Missing(vec![name]));
    }
    loop {
        print!("{question} ");
        io::stdout().flush().map_err(InitError::Terminal)?;
        let mut answer = String::new();
        if stdin.lock().read_line(&mut answer).map_err(InitError::Terminal)? == 0 {
            return Err(InitError::Missing(vec![name]));
        }
        let answer = answer.trim();
        if !answer.is_empty() && check(answer) {
            return Ok(answer.to_owned());
        }
        println!("{odd}");
    }
}

fn trim(url: &str) -> &str {
    url.trim_end_matches('/')
}

fn language(tag: &str) -> Language {
    if tag == "en" { Language::En } else { Language::Fr }
}

/// English where the terminal says so, else French.
fn terminal_language() -> Language {
    let lang = std::env::var("LC_ALL").or_else(|_| std::env::var("LANG")).unwrap_or_default();
    language(lang.get(..2).unwrap_or_default())
}

fn absolute(file: &Path) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Init {
        Init {
            homeserver_url: Some("http://127.0.0.1:8008".parse().unwrap()),
            server_name: Some("t.test".to_owned()),
            appservice_url: Some("http://bridge:1234".parse().unwrap()),
            listen: None,
            telegram_token: Some("1:it's\"odd\"".to_owned().into()),
            telegram_api_url: Some("http://127.0.0.1:9/".parse().unwrap()),
            language: Some("en".to_owned()),
            registration: None,
            force: false,
        }
    }

    #[test]
    fn both_files_agree_and_nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.yaml");
        let steps = init(options(), &file).unwrap();
        assert!(steps.contains("app_service_config_files") && steps.contains(" check"));
        let config = Config::load(&file).unwrap();
        assert_eq!(config.appservice.listen.port(), 1234);
        assert_eq!(config.language, Language::En);
        let registration = Registration::read(&folder.path().join("registration.yaml")).unwrap();
        assert_eq!(registration, Some(Registration::of(&config)));
        assert!(matches!(init(options(), &file), Err(InitError::Exists(_))));
        let tokens = config.appservice.as_token.expose_secret().to_owned();
        init(Init { force: true, ..options() }, &file).unwrap();
        assert_ne!(Config::load(&file).unwrap().appservice.as_token.expose_secret(), tokens);
    }

    #[test]
    fn what_makes_no_configuration_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.yaml");
        let odd = Init { server_name: Some("not a name".to_owned()), ..options() };
        assert!(matches!(init(odd, &file), Err(InitError::Mistakes(_))));
        assert!(!file.exists());
        init(options(), &file).unwrap();
        let before = std::fs::read_to_string(&file).unwrap();
        let odd = Init { server_name: Some("not a name".to_owned()), force: true, ..options() };
        assert!(matches!(init(odd, &file), Err(InitError::Mistakes(_))));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), before, "what worked is still there");
    }

    #[test]
    fn what_is_to_be_pasted_is_yaml_in_every_language() {
        for language in [Language::Fr, Language::En] {
            let steps =
                Phrase::new("init-next-steps").with("config", "c.yaml").with("registration", "/r.yaml");
            let said = say(&steps, language);
            let line = said.lines().find(|line| line.contains("app_service_config_files")).unwrap();
            let (key, value) = line.trim().split_once(": ").unwrap();
            assert_eq!((key, value), ("app_service_config_files", "[\"/r.yaml\"]"));
        }
    }
}
