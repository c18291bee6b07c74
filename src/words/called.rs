//! What networks are called to people. The name that a hoster gives one in the configuration is the hosters' own word: it
//! stands in logs, in `/health/ready` and in answers of the command line.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use contract::{Network, NetworkName, Phrase, one_line};

use super::{Language, say};

/// What each network is called to people: by its app, and where several are of one app, by the workspace's title too.
#[derive(Debug, Default)]
pub struct Called {
    apps: HashMap<NetworkName, &'static str>,
    titles: RwLock<HashMap<NetworkName, String>>,
}

impl Called {
    /// What these are called; the titles of workspaces are yet to be [learnt](Self::learn).
    #[must_use]
    pub fn new(networks: &HashMap<NetworkName, Arc<dyn Network>>) -> Self {
        let apps = networks.iter().map(|(name, network)| (name.clone(), network.calling().app));
        Self { apps: apps.collect(), titles: RwLock::default() }
    }

    /// Asks for the titles that tell several of one app apart. Whether all were told.
    pub async fn learn(&self, networks: &HashMap<NetworkName, Arc<dyn Network>>) -> bool {
        let mut told = true;
        for (name, network) in networks.iter().filter(|(name, _)| self.is_one_of_several(name)) {
            match network.title().await {
                Ok(title) => {
                    let mut titles = self.titles.write().unwrap_or_else(PoisonError::into_inner);
                    match title.map(|title| one_line(&title)).filter(|title| !title.is_empty()) {
                        Some(title) => titles.insert(name.clone(), title),
                        None => titles.remove(name),
                    };
                }
                Err(fault) => {
                    tracing::debug!(network = %name, %fault, "the workspace does not tell its title");
                    told = false;
                }
            }
        }
        told
    }

    /// What a network's app is called; its own name where it is none of ours any more.
    #[must_use]
    pub fn app<'a>(&self, network: &'a NetworkName) -> &'a str {
        self.apps.get(network).copied().unwrap_or(network.as_str())
    }

    /// The title that tells a network apart from others of its app; the hoster's name for it where no other does. `None`
    /// where it is the only one.
    #[must_use]
    pub fn title(&self, network: &NetworkName) -> Option<String> {
        if !self.is_one_of_several(network) {
            return None;
        }
        let titles = self.titles.read().unwrap_or_else(PoisonError::into_inner);
        let of_another =
            |title: &String| titles.iter().any(|(name, other)| name != network && other == title);
        let title = titles.get(network).filter(|title| !of_another(title));
        Some(title.cloned().unwrap_or_else(|| network.to_string()))
    }

    /// What a network is called in a sentence: `Telegram`, `Rocket.Chat “Bretagne”`.
    #[must_use]
    pub fn of(&self, network: &NetworkName, language: Language) -> String {
        let app = self.app(network);
        match self.title(network) {
            Some(title) => {
                say(&Phrase::new("network-titled").with("app", app).with("title", title), language)
            }
            None => app.to_owned(),
        }
    }

    /// What people may write for a network: the hoster's name for it, or what it is called.
    #[must_use]
    pub fn names(&self, network: &NetworkName) -> Vec<String> {
        let (name, app) = (network.to_string(), self.app(network));
        match self.title(network) {
            Some(title) => vec![name, format!("{app} {title}"), title],
            None => vec![name, app.to_owned()],
        }
    }

    fn is_one_of_several(&self, network: &NetworkName) -> bool {
        let app = self.apps.get(network);
        app.is_some_and(|app| self.apps.values().filter(|other| *other == app).count() > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(titles: &[(&str, &str)]) -> Called {
        let apps =
            [("matrix", "Matrix"), ("telegram", "Telegram"), ("one", "Rocket.Chat"), ("two", "Rocket.Chat")];
        let titles = titles.iter().map(|(name, title)| ((*name).into(), (*title).to_owned()));
        Called {
            apps: apps.into_iter().map(|(name, app)| (name.into(), app)).collect(),
            titles: RwLock::new(titles.collect()),
        }
    }

    #[test]
    fn networks_of_one_app_are_told_apart_by_their_titles() {
        let called = called(&[("one", "Bretagne"), ("telegram", "Le bot")]);
        let of = |name: &str, language| called.of(&name.into(), language);
        assert_eq!(of("telegram", Language::Fr), "Telegram");
        assert_eq!(of("one", Language::Fr), "Rocket.Chat «\u{a0}Bretagne\u{a0}»");
        assert_eq!(of("one", Language::En), "Rocket.Chat “Bretagne”");
        assert_eq!(of("two", Language::En), "Rocket.Chat “two”", "it has told no title yet");
        assert_eq!(of("gone", Language::En), "gone");
    }

    #[test]
    fn titles_that_are_alike_tell_nothing_apart() {
        let called = called(&[("one", "Bretagne"), ("two", "Bretagne")]);
        assert_eq!(called.title(&"one".into()).as_deref(), Some("one"));
        assert_eq!(called.names(&"two".into()), ["two", "Rocket.Chat two", "two"]);
    }
}
