//! What is well formed and still cannot be meant. Looks at whatever is there, so that it is told with the rest.

use std::collections::HashSet;

use contract::Phrase;
use serde_yaml::{Mapping, Value};

use super::load::Mistake;

/// Looks whether what was said makes sense together.
pub(super) fn look(root: &Mapping, mistakes: &mut Vec<Mistake>) {
    let mut wrong = |key: &str, what: Phrase| mistakes.push(Mistake::at("", key, what));
    if let Some(appservice) = root.get("appservice") {
        let text = |key: &str| appservice[key].as_str();
        let (bot, prefix) = (text("bot").unwrap_or("passerelle"), text("prefix").unwrap_or("passerelle_"));
        if !prefix.is_empty() && bot.starts_with(prefix) {
            wrong("appservice.bot", Phrase::new("mistake-bot-prefix"));
        }
        if text("as_token").is_some_and(|ours| text("hs_token") == Some(ours)) {
            wrong("appservice.hs_token", Phrase::new("mistake-same-token"));
        }
    }
    look_at_links(root, &mut wrong);
}

fn look_at_links(root: &Mapping, wrong: &mut impl FnMut(&str, Phrase)) {
    let networks = root.get("networks").and_then(Value::as_mapping);
    let is_known = |name: &str| networks.is_some_and(|networks| networks.contains_key(name));
    let items = |value: &Value| value.as_sequence().cloned().unwrap_or_default();
    let mut seen = HashSet::new();
    for (n, link) in root.get("links").map(items).unwrap_or_default().iter().enumerate() {
        for (m, chat) in items(&link["chats"]).iter().enumerate() {
            let key = format!("links[{n}].chats[{m}]");
            let Some(network) = chat["network"].as_str() else { continue };
            if !is_known(network) {
                wrong(&format!("{key}.network"), Phrase::new("mistake-unknown-network"));
            }
            let Some(chat) = chat["chat"].as_str() else { continue };
            if !seen.insert((network.to_owned(), chat.to_owned())) {
                wrong(&key, Phrase::new("mistake-linked-twice"));
            }
        }
    }
}
