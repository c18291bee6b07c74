//! `passerelle init`: asks what must be known, and writes the configuration and the registration.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    path::{Path, PathBuf},
};

use contract::Phrase;
use url::Url;

use crate::{
    cli::Init,
    config::{Config, Mistakes, Shape},
    registration::{Registration, beside, write_private},
    words::{Language, say},
};

mod answers;

use answers::Answers;

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
pub fn init(options: &Init, config: &Path) -> Result<String, InitError> {
    let language = options.language.as_deref().map_or_else(terminal_language, language);
    let registration = options.registration.clone().unwrap_or_else(|| beside(config));
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
            ("--telegram-token, --rocketchat-url or --mattermost-url", answers::names_a_network(options)),
        ];
        let missing: Vec<_> = given.into_iter().filter(|(_, given)| !given).map(|(name, _)| name).collect();
        if !missing.is_empty() {
            return Err(InitError::Missing(missing));
        }
    }
    let ask = |key: &str, name, check: &dyn Fn(&str) -> bool| {
        ask(&say(&Phrase::new(key), language), &say(&Phrase::new("init-odd-answer"), language), name, check)
    };
    let homeserver = match &options.homeserver_url {
        Some(url) => url.to_string(),
        None => ask("init-homeserver-url", "--homeserver-url", &|url| Shape::Url.fits(url))?,
    };
    let server = match &options.server_name {
        Some(name) => name.clone(),
        None => ask("init-server-name", "--server-name", &|name| Shape::ServerName.fits(name))?,
    };
    let appservice = match &options.appservice_url {
        Some(url) => url.to_string(),
        None => ask("init-appservice-url", "--appservice-url", &|url| Shape::Url.fits(url))?,
    };
    let networks = answers::ask(options, &ask)?;
    let port = Url::parse(&appservice).ok().and_then(|url| url.port()).unwrap_or(29333);
    let text = Answers {
        homeserver: trim(&homeserver),
        server: &server,
        appservice: trim(&appservice),
        listen: options.listen.map_or_else(|| format!("127.0.0.1:{port}"), |listen| listen.to_string()),
        networks: &networks,
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
        if check(answer) {
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
    use secrecy::ExposeSecret;

    use super::*;

    fn options() -> Init {
        Init {
            homeserver_url: Some("http://127.0.0.1:8008".parse().unwrap()),
            server_name: Some("t.test".to_owned()),
            appservice_url: Some("http://bridge:1234".parse().unwrap()),
            listen: None,
            telegram_token: Some("1:it's\"odd\"".to_owned().into()),
            telegram_api_url: Some("http://127.0.0.1:9/".parse().unwrap()),
            rocketchat_url: Some("https://chat.t.test/".parse().unwrap()),
            rocketchat_user_id: Some("b0t".to_owned()),
            rocketchat_token: Some("rocket's".to_owned().into()),
            mattermost_url: None,
            mattermost_token: None,
            language: Some("en".to_owned()),
            registration: None,
            force: false,
        }
    }

    #[test]
    fn both_files_agree_and_nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.yaml");
        let steps = init(&options(), &file).unwrap();
        assert!(steps.contains("app_service_config_files") && steps.contains(" check"));
        let config = Config::load(&file).unwrap();
        assert_eq!(config.appservice.listen.port(), 1234);
        assert_eq!(config.language, Language::En);
        let networks: Vec<&str> = config.networks.keys().map(contract::NetworkName::as_str).collect();
        assert_eq!(networks, ["rocketchat", "telegram"]);
        let registration = Registration::read(&folder.path().join("registration.yaml")).unwrap();
        assert_eq!(registration, Some(Registration::of(&config)));
        assert!(matches!(init(&options(), &file), Err(InitError::Exists(_))));
        let tokens = config.appservice.as_token.expose_secret().to_owned();
        init(&Init { force: true, ..options() }, &file).unwrap();
        assert_ne!(Config::load(&file).unwrap().appservice.as_token.expose_secret(), tokens);
    }

    #[test]
    fn a_network_that_is_not_wanted_is_a_comment() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.yaml");
        let only = Init {
            telegram_token: None,
            rocketchat_url: None,
            mattermost_url: Some("https://equipe.t.test".parse().unwrap()),
            mattermost_token: Some("m".to_owned().into()),
            ..options()
        };
        init(&only, &file).unwrap();
        let config = Config::load(&file).unwrap();
        assert_eq!(
            config.networks.keys().map(contract::NetworkName::as_str).collect::<Vec<_>>(),
            ["mattermost"]
        );
        assert!(std::fs::read_to_string(&file).unwrap().contains("  # telegram:"));
    }

    #[test]
    fn what_makes_no_configuration_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.yaml");
        let odd = Init { server_name: Some("not a name".to_owned()), ..options() };
        assert!(matches!(init(&odd, &file), Err(InitError::Mistakes(_))));
        assert!(!file.exists());
        init(&options(), &file).unwrap();
        let before = std::fs::read_to_string(&file).unwrap();
        let odd = Init { server_name: Some("not a name".to_owned()), force: true, ..options() };
        assert!(matches!(init(&odd, &file), Err(InitError::Mistakes(_))));
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
