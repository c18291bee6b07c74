//! What happened in a room, as events.
//!
//! The server tells what a message is now, not what happened to it: what is new in it is known by its times, and by the
//! ids of the events made of it. What is heard twice makes the same events. (DDP, `stream-room-messages`)

use std::sync::Arc;

use contract::{Author, Body, ChatId, Event, EventId, Kind, NetworkName, Person, Phrase, Result, Timestamp};
use moka::sync::Cache;
use serde_json::Value;

use crate::{
    people::{Directory, User},
    rooms::Room,
    settings::Settings,
    text,
    times::ms,
};

mod content;
mod system;
#[cfg(test)]
mod tests;

/// A message that changes later than this after it was written is not new, milliseconds.
const FRESH: i64 = 60_000;
/// What is told of a message is a change of it when it comes later than this after it was written, milliseconds.
const AT_FIRST: i64 = 1000;
/// Messages whose last change is remembered.
const MOST_TOLD: u64 = 20_000;

/// Who listens, and how.
#[derive(Debug)]
pub(crate) struct Listener<'a> {
    /// The network's configured name.
    pub network: &'a NetworkName,
    /// Our bot.
    pub bot: User,
    /// The server's people.
    pub people: &'a Directory,
    /// What the workspace allows.
    pub settings: Settings,
    /// Whether people coming and going is told.
    pub announce_members: bool,
    /// What was told.
    pub newest: &'a Newest,
}

/// When the messages that were told of changed last: what is told in another order than it happened is not told.
pub(crate) type Newest = Cache<String, i64>;

/// Nothing told yet.
pub(crate) fn newest() -> Newest {
    Cache::new(MOST_TOLD)
}

/// A message as it is now, and what we know besides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// As the server tells it.
    pub raw: &'a Value,
    /// Where it is.
    pub room: &'a Room,
    /// Messages written before this were told before.
    pub since: i64,
    /// Whether it was told as it happened, and not by catching up.
    pub live: bool,
}

/// Whether a message is not as it was when it was written.
pub(crate) fn has_changed(raw: &Value) -> bool {
    ms(&raw["_updatedAt"]) - ms(&raw["ts"]) > AT_FIRST
}

impl<'a> Message<'a> {
    fn word(&self, key: &str) -> &'a str {
        self.raw[key].as_str().unwrap_or_default()
    }

    fn id(&self) -> &'a str {
        self.word("_id")
    }

    fn chat(&self) -> ChatId {
        self.room.id.as_str().into()
    }

    fn written(&self) -> i64 {
        ms(&self.raw["ts"])
    }

    fn updated(&self) -> i64 {
        ms(&self.raw["_updatedAt"]).max(self.written())
    }

    fn is_new(&self) -> bool {
        self.written() > self.since && (!self.live || self.updated() - self.written() < FRESH)
    }
}

impl Listener<'_> {
    /// What is to be told of a message as it is now.
    pub(crate) async fn hear(&self, message: Message<'_>) -> Result<Vec<Event>> {
        // `imported` says from where.
        let is_so = |key: &&str| !matches!(message.raw[*key], Value::Null | Value::Bool(false));
        if message.id().is_empty() || ["_hidden", "imported", "private", "temp"].iter().any(is_so) {
            return Ok(Vec::new());
        }
        let before = self.newest.get(message.id());
        if before.is_some_and(|before| before > message.updated()) {
            return Ok(Vec::new());
        }
        self.newest.insert(message.id().to_owned(), message.updated());
        match message.word("t") {
            "" => {}
            "rm" => {
                let gone = self.deleted(message.room, message.id(), message.updated());
                // What we took away ourselves is no news.
                let Some(by) = self.deleter(message).await? else { return Ok(Vec::new()) };
                return Ok(gone.into_iter().map(|gone| Event { author: by.clone(), ..gone }).collect());
            }
            "e2e" => return Ok(vec![self.encrypted(message)]),
            _ if message.room.is_direct() => return Ok(Vec::new()),
            _ => return self.system(message).await,
        }
        let mut events = Vec::new();
        if let Some(author) = self.author(&message) {
            events.extend(self.said(message, &author));
        }
        // The key is missing when the last reaction is gone.
        if message.raw["reactions"].as_object().is_some_and(|all| !all.is_empty())
            || before.is_some()
            || has_changed(message.raw)
        {
            events.push(self.standing(message).await?);
        }
        events.extend(self.pinned(message));
        Ok(events)
    }

    fn said(&self, message: Message<'_>, author: &Author) -> Vec<Event> {
        let event = |id: String, at, kind| Event {
            id: EventId(id),
            chat: message.chat(),
            author: author.clone(),
            at: Timestamp(at),
            kind,
        };
        if let Some(words) = self.command(&message) {
            let kind =
                Kind::Command { id: message.id().into(), words, reply_to: self.answered(&message, true) };
            let told = message.is_new().then(|| event(message.id().to_owned(), message.written(), kind));
            return told.into_iter().collect();
        }
        let mut events = Vec::new();
        let edited = ms(&message.raw["editedAt"]);
        if message.is_new() {
            let kind = Kind::Message { ids: vec![message.id().into()], body: self.body(&message) };
            events.push(event(message.id().to_owned(), message.written(), kind));
        }
        if edited > 0 {
            let kind = Kind::Edit { target: message.id().into(), body: self.body(&message) };
            events.push(event(format!("{}.edit.{edited}", message.id()), edited, kind));
        }
        events
    }

    /// A message that is no more.
    pub(crate) fn deleted(&self, room: &Room, id: &str, at: i64) -> Option<Event> {
        // What is told of it behind this is told late.
        self.newest.insert(id.to_owned(), i64::MAX);
        (!id.is_empty()).then(|| Event {
            id: EventId(format!("{id}.delete")),
            chat: room.id.as_str().into(),
            // Only what a message leaves behind says by whom.
            author: self.nobody(),
            at: Timestamp(at),
            kind: Kind::Delete { target: id.into() },
        })
    }

    /// Who took away a message that left something behind, as far as that says it; nothing where our bot did.
    async fn deleter(&self, message: Message<'_>) -> Result<Option<Author>> {
        let by = &message.raw["editedBy"];
        let (id, username) = (by["_id"].as_str().unwrap_or_default(), by["username"].as_str());
        if id == self.bot.id {
            return Ok(None);
        }
        let Some(username) = username.filter(|_| !id.is_empty()) else { return Ok(Some(self.nobody())) };
        let user = self.people.named(username).await?;
        let shown = user.as_ref().map_or(username, |user| user.shown.as_str());
        Ok(Some(Author::named(self.network, id, shown)))
    }

    /// Who is writing (DDP, `user-activity`, and `typing` of older servers).
    pub(crate) async fn typing(&self, room: &Room, args: &[Value]) -> Result<Option<Event>> {
        let name = args.first().and_then(Value::as_str).unwrap_or_default();
        let on = match args.get(1) {
            Some(Value::Array(all)) => all.iter().any(|activity| activity == "user-typing"),
            Some(on) => *on == true,
            None => false,
        };
        let user = match self.settings.real_names {
            true => self.people.shown(name),
            false => self.people.named(name).await?,
        };
        let Some(user) = user else { return Ok(None) };
        Ok((user.id != self.bot.id).then(|| Event {
            id: "typing".into(),
            chat: room.id.as_str().into(),
            author: Author::named(self.network, user.id.as_str(), &user.shown),
            at: Timestamp(0),
            kind: Kind::Typing(on),
        }))
    }

    /// What stands on a message now. The server tells usernames; ours is not among them.
    async fn standing(&self, message: Message<'_>) -> Result<Event> {
        let mut standing = Vec::new();
        for (code, reaction) in message.raw["reactions"].as_object().into_iter().flatten() {
            let name = code.trim_matches(':');
            let emoji = text::unicode(name).unwrap_or_else(|| format!(":{name}:"));
            for username in reaction["usernames"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if username == self.bot.username {
                    continue;
                }
                let user: Option<Arc<User>> = self.people.named(username).await?;
                let author = match user {
                    Some(user) => Author::named(self.network, user.id.as_str(), &user.shown),
                    None => Author::named(self.network, format!("@{username}"), username),
                };
                let entry = (author, emoji.clone());
                if !standing.contains(&entry) {
                    standing.push(entry);
                }
            }
        }
        Ok(Event {
            // Two people can react within the same millisecond.
            id: EventId(format!(
                "{}.reactions.{}.{}",
                message.id(),
                message.updated(),
                wire::fingerprint(&message.raw["reactions"])
            )),
            chat: message.chat(),
            author: self.nobody(),
            at: Timestamp(message.updated()),
            kind: Kind::Reactions { target: message.id().into(), standing },
        })
    }

    /// What only its members can read: said once for the room, on both sides it is news to.
    fn encrypted(&self, message: Message<'_>) -> Event {
        Event {
            id: EventId(format!("{}.encrypted", message.room.id)),
            chat: message.chat(),
            author: Author::bridge(),
            at: Timestamp(message.written()),
            kind: Kind::Message {
                ids: Vec::new(),
                body: Body::notice(Phrase::new("encrypted-there").with("network", self.network).into()),
            },
        }
    }

    /// Who wrote a message; nobody when it is our bot.
    fn author(&self, message: &Message<'_>) -> Option<Author> {
        let user = &message.raw["u"];
        let id = user["_id"].as_str().filter(|id| *id != self.bot.id)?;
        let alias = message.word("alias").trim();
        if !alias.is_empty() {
            // One account speaks as many here; each is somebody.
            return Some(Author::named(self.network, format!("{id}/{alias}"), alias));
        }
        let name = user["name"].as_str().filter(|name| !name.trim().is_empty());
        Some(Author::named(self.network, id, name.or_else(|| user["username"].as_str()).unwrap_or(id)))
    }

    fn nobody(&self) -> Author {
        let user = self.bot.id.as_str().into();
        Author::of(Person { network: self.network.clone(), user })
    }

    /// The words of a command for us: all that is said to the bot alone, and what begins by calling it.
    fn command(&self, message: &Message<'_>) -> Option<Vec<String>> {
        let (words, _) = content::without_quotes(message.word("msg"));
        let words = words.trim();
        let called = words.strip_prefix('@').and_then(|rest| {
            // Copied from our own words, in which nobody is called.
            let rest = rest.trim_start_matches('\u{200b}');
            let (name, rest) = rest.split_at_checked(self.bot.username.len())?;
            let ends = rest.chars().next().is_none_or(|c| c.is_whitespace() || ":,".contains(c));
            (name.eq_ignore_ascii_case(&self.bot.username) && ends)
                .then(|| rest.trim_start_matches([':', ',']))
        });
        let asked = called.or_else(|| message.room.is_direct().then_some(words))?;
        Some(asked.split_whitespace().take(64).map(str::to_owned).collect())
    }

    /// A message that was pinned or no longer is, by somebody else than our bot. It is known by when it was.
    fn pinned(&self, message: Message<'_>) -> Option<Event> {
        let pinned = message.raw["pinned"].as_bool()?;
        let (at, by) = (ms(&message.raw["pinnedAt"]), &message.raw["pinnedBy"]);
        let user = by["_id"].as_str().filter(|id| *id != self.bot.id && at > message.since)?;
        Some(Event {
            id: EventId(format!("{}.{}.{at}", message.id(), if pinned { "pinned" } else { "unpinned" })),
            chat: message.chat(),
            author: Author::of(Person { network: self.network.clone(), user: user.into() }),
            at: Timestamp(at),
            kind: Kind::Pin { target: message.id().into(), pinned },
        })
    }
}
