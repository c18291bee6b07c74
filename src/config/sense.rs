//! What is well formed and still cannot be meant.

use std::collections::HashSet;

use secrecy::ExposeSecret;

use super::{Config, load::Mistake};

/// Looks whether what was said makes sense together.
pub(super) fn look(config: &Config, mistakes: &mut Vec<Mistake>) {
    let mut wrong = |key: &str, what: &str, mend: &str| mistakes.push(Mistake::at("", key, what, mend));
    if !is_server_name(&config.homeserver.name) {
        wrong(
            "homeserver.name",
            "is no server name",
            "write it like exemple.fr: the part of user ids after the colon",
        );
    }
    let appservice = &config.appservice;
    if !is_localpart(&appservice.bot) {
        wrong("appservice.bot", "cannot be a user's name", "use a-z, 0-9, . _ = -");
    }
    if !is_localpart(&appservice.prefix) || !appservice.prefix.ends_with('_') {
        wrong("appservice.prefix", "cannot begin users' names", "use a-z, 0-9, . _ = -, and end it with _");
    } else if appservice.bot.starts_with(&appservice.prefix) {
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
    look_at_names(config, &mut wrong);
    look_at_links(config, &mut wrong);
}

fn look_at_names(config: &Config, wrong: &mut impl FnMut(&str, &str, &str)) {
    for name in config.networks.keys() {
        let key = format!("networks.{name}");
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.as_str().is_empty() || name.as_str().len() > 32 || !name.as_str().chars().all(plain) {
            wrong(&key, "cannot be a network's name", "use up to 32 of a-z, 0-9 and -");
        } else if matches!(name.as_str(), "matrix" | "passerelle") {
            wrong(&key, "is a name that is taken", "choose another");
        }
    }
    for (n, who) in config.permissions.link.iter().enumerate() {
        let is_user =
            who.strip_prefix('@').and_then(|id| id.split_once(':')).is_some_and(|(_, s)| is_server_name(s));
        if who != "*" && !is_user && !is_server_name(who) {
            let mend = "write @anne:exemple.fr, exemple.fr or \"*\"";
            wrong(&format!("permissions.link[{n}]"), "is neither a user, nor a server, nor everybody", mend);
        }
    }
}

fn look_at_links(config: &Config, wrong: &mut impl FnMut(&str, &str, &str)) {
    let mut seen = HashSet::new();
    for (n, link) in config.links.iter().enumerate() {
        if !link.room.starts_with(['!', '#']) {
            let mend = "write a room's id (!…) or alias (#…:exemple.fr)";
            wrong(&format!("links[{n}].room"), "is no room", mend);
        }
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

/// A host, perhaps with a port (Matrix, "Server name").
fn is_server_name(name: &str) -> bool {
    let host = url::Url::parse(&format!("matrix://{name}"));
    let plain = !name.is_empty() && !name.contains(['/', '@', '?', '#', ' ', '_']);
    plain && host.is_ok_and(|url| url.has_host() && url.path().is_empty())
}

fn is_localpart(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._=-".contains(c);
    !name.is_empty() && name.len() <= 64 && name.chars().all(fits)
}
