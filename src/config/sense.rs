//! What is well formed and still cannot be meant. Looks at whatever is there, so that it is told with the rest.

use std::collections::HashSet;

use serde_yaml::{Mapping, Value};

use super::load::Mistake;

/// Looks whether what was said makes sense together.
pub(super) fn look(root: &Mapping, mistakes: &mut Vec<Mistake>) {
    let mut wrong = |key: &str, what: &str, mend: &str| mistakes.push(Mistake::at("", key, what, mend));
    if let Some(appservice) = root.get("appservice") {
        let text = |key: &str| appservice[key].as_str();
        let (bot, prefix) = (text("bot").unwrap_or("passerelle"), text("prefix").unwrap_or("passerelle_"));
        if !prefix.is_empty() && bot.starts_with(prefix) {
            wrong(
                "appservice.bot",
                "begins like a ghost's name",
                "choose a name that does not begin with the prefix",
            );
        }
        if text("as_token").is_some_and(|ours| text("hs_token") == Some(ours)) {
            wrong(
                "appservice.hs_token",
                "is the same as as_token",
                "make another, of 32 random characters or more",
            );
        }
    }
    look_at_links(root, &mut wrong);
}

fn look_at_links(root: &Mapping, wrong: &mut impl FnMut(&str, &str, &str)) {
    let networks = root.get("networks").and_then(Value::as_mapping);
    let is_known = |name: &str| networks.is_some_and(|networks| networks.contains_key(name));
    let items = |value: &Value| value.as_sequence().cloned().unwrap_or_default();
    let mut seen = HashSet::new();
    for (n, link) in root.get("links").map(items).unwrap_or_default().iter().enumerate() {
        for (m, chat) in items(&link["chats"]).iter().enumerate() {
            let key = format!("links[{n}].chats[{m}]");
            let Some(network) = chat["network"].as_str() else { continue };
            if !is_known(network) {
                let mend = "name one of those under networks:";
                wrong(&format!("{key}.network"), "is not among the networks", mend);
            }
            let Some(chat) = chat["chat"].as_str() else { continue };
            if !seen.insert((network.to_owned(), chat.to_owned())) {
                wrong(&key, "is linked twice", "a chat is linked to one room; take it out here or there");
            }
        }
    }
}
