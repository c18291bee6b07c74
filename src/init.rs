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
    networks::{KINDS, Kind},
    registration::{Registration, beside, write_private},
    words::{Language, say},
};

mod answers;

use answers::Answers;

/// What keeps `init` from writing.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// Something must be asked and there is nobody to answer.
    #[error("options are missing")]
    Missing(Vec<String>),
    /// A file is there already.
    #[error("a file is there already")]
    Exists(PathBuf),
    /// A file cannot be written.
    #[error("a file cannot be written")]
    Unwritable(PathBuf, io::Error),
    /// What was given makes no configuration.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// The system gave no randomness.
    #[error("no random numbers for the tokens")]
    NoRandomness(getrandom::Error),
    /// The terminal is gone.
    #[error("the terminal cannot be read")]
    Terminal(io::Error),
}

impl InitError {
    /// The same in the words of the hoster, who chose a language or has one on the terminal.
    #[must_use]
    pub fn told(self, options: &Init) -> Box<dyn std::error::Error> {
        let phrase = match self {
            Self::Mistakes(mistakes) => return mistakes.into(),
            Self::Missing(options) => {
                Phrase::new("init-missing").with("options", format!("--{}", options.join(", --")))
            }
            Self::Exists(file) => Phrase::new("init-exists").with("file", file.display()),
            Self::Unwritable(file, why) => {
                Phrase::new("init-unwritable").with("file", file.display()).with("why", why)
            }
            Self::NoRandomness(why) => Phrase::new("init-no-randomness").with("why", why),
            Self::Terminal(why) => Phrase::new("init-no-terminal").with("why", why),
        };
        say(&phrase, language_of(options)).into()
    }
}

/// Asks what is missing among the options, writes both files, and returns the next steps to print.
pub fn init(options: &Init, config: &Path) -> Result<String, InitError> {
    let language = language_of(options);
    let registration = options.registration.clone().unwrap_or_else(|| beside(config));
    for file in [config, &registration] {
        if file.exists() && !options.force {
            return Err(InitError::Exists(file.to_owned()));
        }
    }
    let ask = |question: &Phrase, fits: &dyn Fn(&str) -> bool| match io::stdin().is_terminal() {
        true => {
            ask(&say(question, language), &say(&Phrase::new("init-odd-answer"), language), fits).map(Some)
        }
        false => Ok(None),
    };
    let missing = missing(options);
    if !io::stdin().is_terminal() && !missing.is_empty() {
        return Err(InitError::Missing(missing));
    }
    // Who only presses Enter takes what is proposed.
    let one = |given: Option<String>, key, shape: Shape, proposed: &str| {
        let question = Phrase::new(key).with("proposed", proposed);
        let fits = |answer: &str| shape.fits(if answer.is_empty() { proposed } else { answer });
        let answer = given.map_or_else(|| ask(&question, &fits), |given| Ok(Some(given)))?;
        Ok::<_, InitError>(answer.filter(|answer| !answer.is_empty()).unwrap_or_else(|| proposed.to_owned()))
    };
    let url = |url: &Option<Url>| url.as_ref().map(Url::to_string);
    let homeserver =
        one(url(&options.homeserver_url), "init-homeserver-url", Shape::Url, "http://127.0.0.1:8008")?;
    let server = one(options.server_name.clone(), "init-server-name", Shape::ServerName, "")?;
    let appservice =
        one(url(&options.appservice_url), "init-appservice-url", Shape::Url, "http://127.0.0.1:29333")?;
    let networks = answers::wanted(&options.networks, &ask)?;
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

/// The options that were not given, each by its name or by what may stand in its place.
fn missing(options: &Init) -> Vec<String> {
    let first =
        |kind: &Kind| kind.fields.iter().find(|field| field.question.is_some()).map(|f| kind.option(f));
    let networks: Vec<String> = KINDS.iter().filter_map(first).collect();
    let given = [
        ("homeserver-url".to_owned(), options.homeserver_url.is_some()),
        ("server-name".to_owned(), options.server_name.is_some()),
        ("appservice-url".to_owned(), options.appservice_url.is_some()),
        (networks.join(" | --"), KINDS.iter().any(|kind| options.networks.names(kind))),
    ];
    given.into_iter().filter(|(_, given)| !given).map(|(name, _)| name).collect()
}

/// Asks somebody at the terminal until the answer fits.
fn ask(question: &str, odd: &str, fits: &dyn Fn(&str) -> bool) -> Result<String, InitError> {
    loop {
        print!("{question} ");
        io::stdout().flush().map_err(InitError::Terminal)?;
        let mut answer = String::new();
        if io::stdin().lock().read_line(&mut answer).map_err(InitError::Terminal)? == 0 {
            return Err(InitError::Terminal(io::ErrorKind::UnexpectedEof.into()));
        }
        let answer = answer.trim();
        if fits(answer) {
            return Ok(answer.to_owned());
        }
        println!("{odd}");
    }
}

fn trim(url: &str) -> &str {
    url.trim_end_matches('/')
}

/// The language that was chosen, else that of the terminal.
fn language_of(options: &Init) -> Language {
    let chosen = options.language.as_deref().and_then(Language::of_tag);
    chosen.unwrap_or_else(Language::of_terminal)
}

fn absolute(file: &Path) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::cli::NetworkOptions;

    fn options() -> Init {
        Init {
            homeserver_url: Some("http://127.0.0.1:8008".parse().unwrap()),
            server_name: Some("t.test".to_owned()),
            appservice_url: Some("http://bridge:1234".parse().unwrap()),
            listen: None,
            networks: NetworkOptions::default()
                .with("telegram-token", "1:it's\"odd\"")
                .with("telegram-api-url", "http://127.0.0.1:9/")
                .with("rocketchat-url", "https://chat.t.test/")
                .with("rocketchat-username", "passerelle")
                .with("rocketchat-password", "rocket's"),
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
        let networks = NetworkOptions::default()
            .with("mattermost-url", "https://equipe.t.test")
            .with("mattermost-token", "m")
            .with("mattermost-announce-members", "false")
            .with("mattermost-largest-file-mb", "20");
        let only = Init { networks, ..options() };
        init(&only, &file).unwrap();
        let config = Config::load(&file).unwrap();
        assert_eq!(
            config.networks.keys().map(contract::NetworkName::as_str).collect::<Vec<_>>(),
            ["mattermost"]
        );
        assert!(std::fs::read_to_string(&file).unwrap().contains("  # telegram:"));
    }

    #[test]
    fn what_a_network_cannot_be_without_is_missed() {
        let folder = tempfile::tempdir().unwrap();
        let networks = NetworkOptions::default().with("mattermost-url", "https://equipe.t.test");
        let Err(InitError::Missing(missing)) =
            init(&Init { networks, ..options() }, &folder.path().join("c"))
        else {
            panic!("it is written without a token");
        };
        assert_eq!(missing, ["mattermost-token"]);
    }

    #[test]
    fn what_keeps_it_from_writing_is_told_in_the_language_that_was_chosen() {
        let told = |language: &str| {
            let options = Init { language: Some(language.to_owned()), ..options() };
            InitError::Missing(vec!["server-name".to_owned()]).told(&options).to_string()
        };
        assert_eq!(told("fr"), "Il manque --server-name, et il n’y a pas de terminal où le demander.");
        assert_eq!(told("en"), "--server-name is missing, and there is no terminal to ask on.");
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
