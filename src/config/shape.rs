//! Which keys there are, and what each must be.

use contract::Phrase;
use serde_yaml::{Mapping, Value};
use url::Url;

use super::{load::Mistake, names};
use crate::networks::Kind;

/// A key of a section.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub key: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it must be.
    pub shape: Shape,
    /// What `init` asks for it, as a phrase of the catalogues.
    pub question: Option<&'static str>,
}

impl Field {
    /// The same, asked for by `init`.
    #[must_use]
    pub const fn asked(self, question: &'static str) -> Self {
        Self { question: Some(question), ..self }
    }
}

/// What a value must be.
#[derive(Debug)]
pub enum Shape {
    /// Words.
    Text,
    /// Words that nobody should see; may be kept in a file or in the environment.
    Secret,
    /// A homeserver's name.
    ServerName,
    /// A name a user can have on a homeserver.
    Localpart,
    /// What the names of ghosts begin with.
    Prefix,
    /// A room's id or alias.
    Room,
    /// A user, a server, or everybody.
    Who,
    /// A filter of what is logged.
    Filter,
    /// An address that begins with `http://` or `https://`.
    Url,
    /// An address to listen on, `127.0.0.1:29333`.
    Address,
    /// `true` or `false`.
    Flag,
    /// A whole number between these two.
    Whole(u64, u64),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list, all of this shape.
    List(&'static Shape),
    /// A section with these keys.
    Section(&'static [Field]),
    /// Networks by their names.
    Networks,
}

impl Shape {
    /// Whether words are of this shape.
    #[must_use]
    pub fn fits(&self, words: &str) -> bool {
        let mut mistakes = Vec::new();
        look_at(&Value::from(words), self, "", &mut mistakes);
        mistakes.is_empty()
    }
}

/// A key that must be there.
#[must_use]
pub const fn required(key: &'static str, shape: Shape) -> Field {
    Field { key, required: true, shape, question: None }
}

/// A key that may be left out.
#[must_use]
pub const fn optional(key: &'static str, shape: Shape) -> Field {
    Field { key, required: false, shape, question: None }
}

/// Megabytes of a file.
pub const MEGABYTES: Shape = Shape::Whole(1, 1_000_000);

const CHAT: &[Field] = &[required("network", Shape::Text), required("chat", Shape::Text)];

const LINK: &[Field] = &[
    required("room", Shape::Room),
    required("chats", Shape::List(&Shape::Section(CHAT))),
    optional("mass_mentions", Shape::Flag),
    optional("threads", Shape::OneOf(&["automatic", "threads", "replies"])),
    optional("largest_file_mb", MEGABYTES),
];

const PERMISSIONS: &[Field] =
    &[optional("link", Shape::List(&Shape::Who)), optional("hosters", Shape::List(&Shape::Who))];

const APPSERVICE: &[Field] = &[
    optional("id", Shape::Text),
    required("url", Shape::Url),
    optional("listen", Shape::Address),
    optional("bot", Shape::Localpart),
    optional("prefix", Shape::Prefix),
    required("as_token", Shape::Secret),
    required("hs_token", Shape::Secret),
];

/// The whole file.
pub(super) const CONFIG: &[Field] = &[
    required(
        "homeserver",
        Shape::Section(&[required("url", Shape::Url), required("name", Shape::ServerName)]),
    ),
    required("appservice", Shape::Section(APPSERVICE)),
    optional("database", Shape::Text),
    optional("language", Shape::OneOf(&["fr", "en"])),
    optional(
        "log",
        Shape::Section(&[
            optional("format", Shape::OneOf(&["human", "json"])),
            optional("level", Shape::Filter),
        ]),
    ),
    optional("permissions", Shape::Section(PERMISSIONS)),
    optional("announce_members", Shape::Flag),
    optional("public_url", Shape::Url),
    optional("remember_days", Shape::Whole(1, 36_500)),
    optional("networks", Shape::Networks),
    optional("links", Shape::List(&Shape::Section(LINK))),
];

/// Looks at a section and all below it; adds what is wrong to `mistakes`.
pub(super) fn look(section: &Mapping, fields: &[Field], path: &str, mistakes: &mut Vec<Mistake>) {
    for key in section.keys() {
        let key = name(key);
        if !fields.iter().any(|field| field.key == key) {
            let near = nearest(&key, fields.iter().map(|field| field.key));
            let what = match near {
                Some(near) => Phrase::new("mistake-unknown-key-near").with("near", near),
                None => {
                    let known = list(fields.iter().map(|field| field.key));
                    Phrase::new("mistake-unknown-key").with("known", known)
                }
            };
            mistakes.push(Mistake::at(path, &key, what));
        }
    }
    for field in fields {
        match section.get(field.key) {
            Some(Value::Null) | None if field.required => {
                let what = Phrase::new("mistake-missing").with("key", field.key);
                mistakes.push(Mistake::at(path, field.key, what));
            }
            Some(Value::Null) | None => {}
            Some(value) => look_at(value, &field.shape, &below(path, field.key), mistakes),
        }
    }
}

fn look_at(value: &Value, shape: &Shape, path: &str, mistakes: &mut Vec<Mistake>) {
    let mut wrong = |what: Phrase| mistakes.push(Mistake::at("", path, what));
    match (shape, value) {
        (Shape::Text | Shape::Secret, Value::String(text)) => {
            if let Some(what) = wrong_with_words(text, matches!(shape, Shape::Secret)) {
                wrong(what);
            }
        }
        (Shape::Text | Shape::Secret, Value::Number(_)) => wrong(Phrase::new("mistake-number")),
        (Shape::Text | Shape::Secret, _) => wrong(Phrase::new("mistake-words")),
        (Shape::ServerName, Value::String(text)) if names::is_server(text) => {}
        (Shape::ServerName, _) => wrong(Phrase::new("mistake-server")),
        (Shape::Localpart, Value::String(text)) if names::is_localpart(text) => {}
        (Shape::Localpart, _) => wrong(Phrase::new("mistake-localpart")),
        (Shape::Prefix, Value::String(text)) if names::is_localpart(text) && text.ends_with('_') => {}
        (Shape::Prefix, _) => wrong(Phrase::new("mistake-prefix")),
        (Shape::Room, Value::String(text)) if names::is_room(text) => {}
        (Shape::Room, _) => wrong(Phrase::new("mistake-room")),
        (Shape::Who, Value::String(text)) if names::is_who(text) => {}
        (Shape::Who, _) => wrong(Phrase::new("mistake-who")),
        (Shape::Filter, Value::String(text)) if is_filter(text) => {}
        (Shape::Filter, _) => wrong(Phrase::new("mistake-filter")),
        (Shape::Url, Value::String(text)) if is_web(text) => {}
        (Shape::Url, _) => wrong(Phrase::new("mistake-url")),
        (Shape::Address, Value::String(text)) if text.parse::<std::net::SocketAddr>().is_ok() => {}
        (Shape::Address, _) => wrong(Phrase::new("mistake-address")),
        (Shape::Flag, Value::Bool(_)) => {}
        (Shape::Flag, _) => wrong(Phrase::new("mistake-flag")),
        (Shape::Whole(least, most), Value::Number(n))
            if n.as_u64().is_some_and(|n| (*least..=*most).contains(&n)) => {}
        (Shape::Whole(least, most), _) => {
            wrong(Phrase::new("mistake-whole").with("least", least).with("most", most));
        }
        (Shape::OneOf(words), Value::String(text)) if words.contains(&text.as_str()) => {}
        (Shape::OneOf(words), _) => {
            wrong(Phrase::new("mistake-one-of").with("words", words.join(", ")));
        }
        (Shape::List(_), Value::Sequence(items)) if items.is_empty() && path.ends_with("chats") => {
            wrong(Phrase::new("mistake-no-chats"));
        }
        (Shape::List(inner), Value::Sequence(items)) => {
            for (n, item) in items.iter().enumerate() {
                look_at(item, inner, &format!("{path}[{n}]"), mistakes);
            }
        }
        (Shape::List(_), _) => wrong(Phrase::new("mistake-list")),
        (Shape::Section(fields), Value::Mapping(section)) => look(section, fields, path, mistakes),
        (Shape::Networks, Value::Mapping(networks)) => look_at_networks(networks, path, mistakes),
        (Shape::Section(_) | Shape::Networks, _) => wrong(Phrase::new("mistake-section")),
    }
}

/// What is wrong with words, if anything.
fn wrong_with_words(text: &str, secret: bool) -> Option<Phrase> {
    if text.trim().is_empty() {
        Some(Phrase::new("mistake-empty"))
    } else if text.contains("CHANGE_ME") {
        Some(Phrase::new("mistake-example"))
    } else if secret && !text.trim().chars().all(|c| c.is_ascii_graphic()) {
        Some(Phrase::new("mistake-odd-signs"))
    } else {
        None
    }
}

fn look_at_networks(networks: &Mapping, path: &str, mistakes: &mut Vec<Mistake>) {
    for (key, network) in networks {
        let key = name(key);
        let path = below(path, &key);
        if !names::is_network(&key) {
            mistakes.push(Mistake::at("", &path, Phrase::new("mistake-network-name")));
        }
        let Value::Mapping(network) = network else {
            mistakes.push(Mistake::at("", &path, Phrase::new("mistake-section")));
            continue;
        };
        let mut keys = network.clone();
        let kind = keys.remove("kind");
        match kind.as_ref().and_then(Value::as_str).and_then(Kind::named) {
            Some(kind) => look(&keys, kind.fields, &path, mistakes),
            None => {
                let what = Phrase::new("mistake-kind").with("kinds", Kind::names());
                mistakes.push(Mistake::at(&path, "kind", what));
            }
        }
    }
}

fn is_web(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        matches!(url.scheme(), "http" | "https") && url.has_host() && bare
    })
}

/// A bare word that is no level would be taken for a part of the program, and silence all others.
fn is_filter(text: &str) -> bool {
    let bare = text.split(',').filter(|part| !part.contains(['=', '[']));
    let levels =
        bare.map(str::trim).all(|word| word.parse::<tracing_subscriber::filter::LevelFilter>().is_ok());
    levels && tracing_subscriber::EnvFilter::try_new(text).is_ok()
}

fn name(key: &Value) -> String {
    match key {
        Value::String(key) => key.clone(),
        other => serde_yaml::to_string(other).unwrap_or_default().trim().to_owned(),
    }
}

/// The path of a key below another.
pub(super) fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn nearest<'a>(key: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::damerau_levenshtein(key, known), known))
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .min()
        .map(|(_, known)| known)
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}
