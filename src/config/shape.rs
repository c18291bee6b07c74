//! Which keys there are, and what each must be.

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
            let mend = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", list(fields.iter().map(|field| field.key))),
            };
            mistakes.push(Mistake::at(path, &key, "there is no such key", mend));
        }
    }
    for field in fields {
        match section.get(field.key) {
            Some(Value::Null) | None if field.required => {
                let mend = format!("write `{}: …`", field.key);
                mistakes.push(Mistake::at(path, field.key, "is missing", mend));
            }
            Some(Value::Null) | None => {}
            Some(value) => look_at(value, &field.shape, &below(path, field.key), mistakes),
        }
    }
}

fn look_at(value: &Value, shape: &Shape, path: &str, mistakes: &mut Vec<Mistake>) {
    let mut wrong = |what: &str, mend: &str| mistakes.push(Mistake::at("", path, what, mend));
    match (shape, value) {
        (Shape::Text | Shape::Secret, Value::String(text)) => {
            if let Some((what, mend)) = wrong_with_words(text, matches!(shape, Shape::Secret)) {
                wrong(what, mend);
            }
        }
        (Shape::Text | Shape::Secret, Value::Number(_)) => wrong("is a number", "put it between quotes"),
        (Shape::Text | Shape::Secret, _) => wrong("must be words", "write it on one line, between quotes"),
        (Shape::ServerName, Value::String(text)) if names::is_server(text) => {}
        (Shape::ServerName, _) => {
            wrong("is no server name", "write it like exemple.fr: the part of user ids after the colon");
        }
        (Shape::Localpart, Value::String(text)) if names::is_localpart(text) => {}
        (Shape::Localpart, _) => wrong("cannot be a user's name", "use a-z, 0-9, . _ = -"),
        (Shape::Prefix, Value::String(text)) if names::is_localpart(text) && text.ends_with('_') => {}
        (Shape::Prefix, _) => wrong("cannot begin users' names", "use a-z, 0-9, . _ = -, and end it with _"),
        (Shape::Room, Value::String(text)) if names::is_room(text) => {}
        (Shape::Room, _) => {
            wrong("is no room", "write a room's id (!…) or alias (#…:exemple.fr), between quotes");
        }
        (Shape::Who, Value::String(text)) if names::is_who(text) => {}
        (Shape::Who, _) => {
            wrong(
                "is neither a user, nor a server, nor everybody",
                "write @anne:exemple.fr, exemple.fr or \"*\"",
            );
        }
        (Shape::Filter, Value::String(text)) if is_filter(text) => {}
        (Shape::Filter, _) => wrong("is no filter", "write error, warn, info, debug or trace"),
        (Shape::Url, Value::String(text)) if is_web(text) => {}
        (Shape::Url, _) => wrong("is no address", "write it like http://127.0.0.1:8008"),
        (Shape::Address, Value::String(text)) if text.parse::<std::net::SocketAddr>().is_ok() => {}
        (Shape::Address, _) => wrong("is no address to listen on", "write it like 127.0.0.1:29333"),
        (Shape::Flag, Value::Bool(_)) => {}
        (Shape::Flag, _) => wrong("must be true or false", "write true or false, without quotes"),
        (Shape::Whole(least, most), Value::Number(n))
            if n.as_u64().is_some_and(|n| (*least..=*most).contains(&n)) => {}
        (Shape::Whole(least, most), _) => {
            wrong("is no such number", &format!("write a number from {least} to {most}, without quotes"));
        }
        (Shape::OneOf(words), Value::String(text)) if words.contains(&text.as_str()) => {}
        (Shape::OneOf(words), _) => {
            wrong("is none of those possible", &format!("write one of: {}", words.join(", ")));
        }
        (Shape::List(_), Value::Sequence(items)) if items.is_empty() && path.ends_with("chats") => {
            wrong("is empty", "name a chat, or take the link out");
        }
        (Shape::List(inner), Value::Sequence(items)) => {
            for (n, item) in items.iter().enumerate() {
                look_at(item, inner, &format!("{path}[{n}]"), mistakes);
            }
        }
        (Shape::List(_), _) => wrong("must be a list", "begin each line of it with a dash"),
        (Shape::Section(fields), Value::Mapping(section)) => look(section, fields, path, mistakes),
        (Shape::Networks, Value::Mapping(networks)) => look_at_networks(networks, path, mistakes),
        (Shape::Section(_) | Shape::Networks, _) => {
            wrong("must be a section", "put its keys below it, further in");
        }
    }
}

/// What is wrong with words, if anything, and how to mend it.
fn wrong_with_words(text: &str, secret: bool) -> Option<(&'static str, &'static str)> {
    if text.trim().is_empty() {
        Some(("is empty", "write something between the quotes"))
    } else if text.contains("CHANGE_ME") {
        Some(("is still the example's", "put your own in its place"))
    } else if secret && !text.trim().chars().all(|c| c.is_ascii_graphic()) {
        Some(("has a space or another odd sign in it", "copy it again"))
    } else {
        None
    }
}

fn look_at_networks(networks: &Mapping, path: &str, mistakes: &mut Vec<Mistake>) {
    for (key, network) in networks {
        let key = name(key);
        let path = below(path, &key);
        if !names::is_network(&key) {
            let mend = "use up to 32 of a-z, 0-9 and -; matrix and passerelle are taken";
            mistakes.push(Mistake::at("", &path, "cannot be a network's name", mend));
        }
        let Value::Mapping(network) = network else {
            mistakes.push(Mistake::at("", &path, "must be a section", "put its keys below it, further in"));
            continue;
        };
        let mut keys = network.clone();
        let kind = keys.remove("kind");
        match kind.as_ref().and_then(Value::as_str).and_then(Kind::named) {
            Some(kind) => look(&keys, kind.fields, &path, mistakes),
            None => {
                let mend = format!("write one of: {}", Kind::names());
                mistakes.push(Mistake::at(&path, "kind", "is no kind of network we know", mend));
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
