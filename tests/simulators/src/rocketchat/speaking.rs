//! What the server finds in words.

use serde_json::{Value, json};

/// Who is called, as `find` knows them; crowds by themselves.
pub fn mentions(text: &str, find: impl Fn(&str) -> Option<Value>) -> Value {
    let mut found: Vec<Value> = Vec::new();
    let mut before = None;
    for (at, c) in text.char_indices() {
        if c == '@' && !before.is_some_and(|c: char| c.is_alphanumeric()) {
            let rest = &text[at + 1..];
            let end = rest.find(|c: char| !(c.is_alphanumeric() || "._-".contains(c))).unwrap_or(rest.len());
            let name = &rest[..end];
            let bare = name.trim_end_matches(['.', '_', '-']);
            let mention = match bare {
                "all" | "here" => Some(json!({ "_id": bare, "username": bare })),
                _ => find(name).or_else(|| find(bare)),
            };
            if let Some(mention) = mention.filter(|mention| !found.contains(mention)) {
                found.push(mention);
            }
        }
        before = Some(c);
    }
    json!(found)
}

/// The addresses in words.
fn addresses(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for scheme in ["https://", "http://"] {
        for (at, _) in text.match_indices(scheme) {
            let rest = &text[at..];
            let end = rest.find(|c: char| c.is_whitespace() || "()<>\"".contains(c)).unwrap_or(rest.len());
            found.push(&rest[..end]);
        }
    }
    found
}

/// The addresses of messages of this server, with the messages' ids.
pub fn quotes(text: &str, site: &str) -> Vec<(String, String)> {
    let quoted = addresses(text).into_iter().filter(|url| !site.is_empty() && url.contains(site));
    let id = |url: &str| Some(url.split_once("msg=")?.1.split(['&', '#']).next()?.to_owned());
    quoted.filter_map(|url| Some((url.to_owned(), id(url)?))).collect()
}

/// `urls` of a message.
pub fn urls(text: &str, site: &str) -> Value {
    let told = addresses(text).into_iter().map(|url| {
        let mut told = json!({ "url": url, "meta": {} });
        if url.contains(site) && url.contains("msg=") {
            told["ignoreParse"] = json!(true);
        }
        told
    });
    told.collect()
}

/// `md` of a message: its lines as words. A client that needs more reads `msg`.
pub fn parsed(text: &str) -> Value {
    let line = |line: &str| match line.is_empty() {
        true => json!({ "type": "LINE_BREAK" }),
        false => json!({ "type": "PARAGRAPH", "value": [{ "type": "PLAIN_TEXT", "value": line }] }),
    };
    if text.is_empty() { json!([]) } else { text.split('\n').map(line).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_words_is_found() {
        let known = |name: &str| (name == "anne").then(|| json!({ "_id": "1", "username": "anne" }));
        let found = mentions("@anne. a@anne @all @personne", known);
        assert_eq!(found, json!([{ "_id": "1", "username": "anne" }, { "_id": "all", "username": "all" }]));
        let site = "http://chat";
        assert_eq!(
            quotes("[ ](http://chat/channel/g?msg=M1) oui http://ailleurs/?msg=M2", site),
            [("http://chat/channel/g?msg=M1".to_owned(), "M1".to_owned())]
        );
    }
}
