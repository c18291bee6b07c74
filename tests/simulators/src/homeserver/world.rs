//! What the homeserver knows.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    io,
    time::SystemTime,
};

use serde_json::Value;

use super::faults::Order;

/// Everything it knows.
#[derive(Default)]
pub struct World {
    /// Who has which token.
    pub tokens: HashMap<String, String>,
    /// Profiles by user id.
    pub users: HashMap<String, Value>,
    /// Rooms by id.
    pub rooms: BTreeMap<String, Room>,
    /// What a transaction id made, by user and path.
    pub done: HashMap<(String, String), String>,
    /// Whether it forgets them at once.
    pub forgets_done: bool,
    /// Files: bytes and MIME type.
    pub media: HashMap<String, (axum::body::Bytes, String)>,
    /// The application service.
    pub service: Option<Service>,
    /// What is to be pushed to it.
    pub waiting: VecDeque<Value>,
    /// Whether a transaction is on its way.
    pub pushing: bool,
    /// How many transactions are to be sent twice, under another id, under the same one, and behind a newer one.
    pub doubled: u32,
    pub unheard: u32,
    pub late: u32,
    /// Whether it is out of the application service's reach.
    pub away: bool,
    /// The number of the last transaction.
    pub transactions: u64,
    /// How many events are never to be pushed.
    pub forgotten: u32,
    /// What is to go wrong.
    pub orders: Vec<Order>,
    next: u64,
}

/// A room.
#[derive(Default)]
pub struct Room {
    /// Its timeline.
    pub events: Vec<Value>,
    /// Its state: the index of an event by type and key.
    pub state: BTreeMap<(String, String), usize>,
}

/// An application service as registered.
#[derive(Clone, Default)]
pub struct Service {
    /// Its id.
    pub id: String,
    /// Its address.
    pub url: String,
    /// Its token here.
    pub as_token: String,
    /// Our token there.
    pub hs_token: String,
    /// Its own user.
    pub bot: String,
    /// What its users begin with, `@` included.
    pub prefix: String,
}

impl Service {
    /// Reads the few lines of a registration that matter here.
    pub fn read(text: &str) -> io::Result<Self> {
        let value = |key: &str| {
            let line = text
                .lines()
                .find_map(|line| line.trim().trim_start_matches("- ").strip_prefix(&format!("{key}: ")));
            let value = line.map(|value| value.trim_matches(['"', '\'']).to_owned());
            value.ok_or_else(|| io::Error::other(format!("the registration has no {key}")))
        };
        let prefix = value("regex")?;
        let prefix = prefix.trim_start_matches('^').split(".*").next().unwrap_or_default().replace('\\', "");
        Ok(Self {
            id: value("id")?,
            url: value("url")?,
            as_token: value("as_token")?,
            hs_token: value("hs_token")?,
            bot: format!("@{}:{}", value("sender_localpart")?, crate::synapse::SERVER_NAME),
            prefix,
        })
    }

    /// Whether a user is one of its own.
    pub fn owns(&self, user: &str) -> bool {
        user == self.bot || user.starts_with(&self.prefix)
    }
}

impl World {
    /// A new id of its kind.
    pub fn id(&mut self, sigil: &str) -> String {
        self.next += 1;
        format!("{sigil}id{}", self.next)
    }

    /// Whether the application service is told of what happens in a room.
    pub fn is_served(&self, room: &Room) -> bool {
        let Some(service) = &self.service else { return false };
        let joined: HashSet<&str> = room.members("join").collect();
        joined.iter().any(|user| service.owns(user))
    }
}

impl Room {
    /// A state event.
    pub fn state_event(&self, kind: &str, key: &str) -> Option<&Value> {
        self.state.get(&(kind.to_owned(), key.to_owned())).map(|at| &self.events[*at])
    }

    /// The content of a state event.
    pub fn content(&self, kind: &str, key: &str) -> &Value {
        self.state_event(kind, key).map_or(&Value::Null, |event| &event["content"])
    }

    /// What somebody is to the room: `join`, `invite`, `leave`, `ban`, or nothing.
    pub fn membership(&self, user: &str) -> &str {
        self.content("m.room.member", user)["membership"].as_str().unwrap_or("leave")
    }

    /// Everybody who is that to the room.
    pub fn members(&self, membership: &str) -> impl Iterator<Item = &str> {
        let members = self.state.iter().filter(|((kind, _), _)| kind == "m.room.member");
        members
            .filter(move |(_, at)| self.events[**at]["content"]["membership"] == membership)
            .map(|((_, user), _)| user.as_str())
    }
}

/// Milliseconds since 1970.
pub fn now() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "an edge: the server's own clock")]
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or_default()
}
