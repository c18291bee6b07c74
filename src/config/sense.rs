//! What is well formed and still cannot be meant.

use std::collections::HashSet;

use secrecy::ExposeSecret;

use super::{Config, load::Mistake};

/// Looks whether what was said makes sense together.
pub(super) fn look(config: &Config, mistakes: &mut Vec<Mistake>) {
    let mut wrong = |key: &str, what: &str, mend: &str| mistakes.push(Mistake::at("", key, what, mend));
    let appservice = &config.appservice;
    if appservice.bot.starts_with(&appservice.prefix) {
        wrong(
            "appservice.bot",
            "begins like a ghost's name",
            "choose a name that does not begin with the prefix",
        );
    }
    if appservice.as_token.expose_secret() == appservice.hs_token.expose_secret() {
        wrong(
            "appservice.hs_token",
            "is the same as as_token",
            "make another, of 32 random characters or more",
        );
    }
    look_at_links(config, &mut wrong);
}

fn look_at_links(config: &Config, wrong: &mut impl FnMut(&str, &str, &str)) {
    let mut seen = HashSet::new();
    for (n, link) in config.links.iter().enumerate() {
        for (m, chat) in link.chats.iter().enumerate() {
            let key = format!("links[{n}].chats[{m}]");
            if !config.networks.contains_key(&chat.network) {
                wrong(
                    &format!("{key}.network"),
                    "is not among the networks",
                    "name one of those under networks:",
                );
            }
            if !seen.insert((&chat.network, &chat.chat)) {
                wrong(&key, "is linked twice", "a chat is linked to one room; take it out here or there");
            }
        }
    }
}
