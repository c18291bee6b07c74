//! Everything there is, in memory. Messages are kept as the server would send them over DDP.

use std::collections::{BTreeMap, HashMap, VecDeque};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{disorder::Disorder, error::Refusal, files::Upload, limits::Windows, streams::Connection};
use crate::{clock::Clock, faults::Order, shared};

/// More calls than this are forgotten, the oldest first.
const MOST_CALLS: usize = 20_000;

/// One call of the REST API.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Who called.
    pub user: Option<String>,
    /// The route, such as `chat.sendMessage`.
    pub route: String,
    /// The HTTP method.
    pub method: String,
    /// The body, where it is JSON.
    pub body: Value,
    /// The HTTP status; `None` when the connection was broken.
    pub status: Option<u16>,
}

/// How the workspace is set up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting that is on or off")]
pub struct Settings {
    /// What it calls itself, `7.10.2`.
    pub version: String,
    /// The address that messages are quoted by.
    pub site_url: String,
    /// What the workspace is called.
    pub site_name: String,
    /// UTF-16 units of a message.
    pub max_message: usize,
    /// Bytes of a file.
    pub max_file: i64,
    /// Whether the limits on REST and DDP are kept.
    pub rate_limits: bool,
    /// Whether deleted messages stay as tombstones.
    pub show_deleted: bool,
    /// Whether the workspace must not be written to.
    pub restricted: bool,
    /// Whether messages come with their parse tree.
    pub parse: bool,
    /// Whether the server answers no ping and sends none.
    pub mute_pings: bool,
    /// Types of system messages that nobody is sent.
    pub hidden_types: Vec<String>,
    /// Whether people are called by their full names.
    pub real_names: bool,
    /// Whether a password needs a code beside it.
    pub two_factor: bool,
    /// Whether pictures of people are shown to members only.
    pub block_avatars: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: "7.10.2".into(),
            site_url: String::new(),
            site_name: "Rocket.Chat".into(),
            max_message: 5000,
            max_file: 104_857_600,
            rate_limits: true,
            show_deleted: false,
            restricted: false,
            parse: true,
            mute_pings: false,
            hidden_types: Vec::new(),
            real_names: false,
            two_factor: false,
            block_avatars: false,
        }
    }
}

impl Settings {
    /// Those that everybody may know, as the server names them.
    #[must_use]
    pub fn public(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("API_Embed", json!(true)),
            ("FileUpload_Enabled", json!(true)),
            ("FileUpload_MaxFileSize", json!(self.max_file)),
            ("Message_AllowEditing", json!(true)),
            ("Message_MaxAllowedSize", json!(self.max_message)),
            ("Message_ShowDeletedStatus", json!(self.show_deleted)),
            ("Site_Name", json!(self.site_name)),
            ("Site_Url", json!(self.site_url)),
            ("UI_Use_Real_Name", json!(self.real_names)),
        ]
    }
}

/// An account.
#[derive(Clone, Debug, Default)]
pub struct User {
    pub id: String,
    pub username: String,
    pub name: String,
    pub roles: Vec<String>,
    pub password: String,
    pub picture: Option<(String, bytes::Bytes)>,
    pub active: bool,
}

/// A room with its members and their roles in it.
#[derive(Clone, Debug, Default)]
pub struct Room {
    pub id: String,
    /// `c` public, `p` private, `d` direct.
    pub kind: String,
    pub name: String,
    pub fname: String,
    pub topic: String,
    pub parent: Option<String>,
    pub picture: Option<(String, bytes::Bytes)>,
    pub archived: bool,
    pub read_only: bool,
    pub encrypted: bool,
    pub created: i64,
    pub updated: i64,
    pub members: BTreeMap<String, Vec<String>>,
    /// Ids of its messages in the order they were made.
    pub messages: Vec<String>,
    /// Deleted ones, and when.
    pub deleted: Vec<(String, i64)>,
}

impl Room {
    /// Whether somebody can read it.
    pub fn is_seen_by(&self, user: &str) -> bool {
        self.kind == "c" || self.members.contains_key(user)
    }
}

/// Everything.
#[derive(Debug, Default)]
pub struct World {
    pub users: BTreeMap<String, User>,
    pub rooms: BTreeMap<String, Room>,
    pub messages: HashMap<String, Value>,
    pub uploads: HashMap<String, Upload>,
    pub emoji: BTreeMap<String, super::emoji::Custom>,
    /// Whose session or token it is.
    pub tokens: HashMap<String, String>,
    pub connections: BTreeMap<String, Connection>,
    pub windows: Windows,
    pub settings: Settings,
    pub faults: Vec<Order>,
    pub disorder: Disorder,
    pub calls: VecDeque<Call>,
    pub clock: Clock,
}

impl shared::World for World {
    type Call = Call;
    type Refusal = Refusal;

    fn faults(&mut self) -> &mut Vec<Order> {
        &mut self.faults
    }

    fn calls(&mut self) -> &mut VecDeque<Call> {
        &mut self.calls
    }

    fn told(refusal: &Refusal) -> (StatusCode, Value) {
        (StatusCode::BAD_REQUEST, refusal.body(7))
    }
}

impl World {
    /// An administrator, and nothing else.
    pub fn new(site_url: String) -> Self {
        let mut world = Self::default();
        world.settings.site_url = site_url;
        world.add_user("admin", "Administrateur", &["admin", "user"]);
        world
    }

    /// Now, milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.clock.millis()
    }

    /// The major and minor version.
    pub fn version(&self) -> (u32, u32) {
        let mut parts = self.settings.version.split('.').filter_map(|part| part.parse().ok());
        (parts.next().unwrap_or(7), parts.next().unwrap_or(0))
    }

    /// Changes how it is set up, and tells of what everybody may know.
    pub fn set(&mut self, change: impl FnOnce(&mut Settings)) {
        let before = self.settings.public();
        change(&mut self.settings);
        for (id, value) in self.settings.public().into_iter().filter(|setting| !before.contains(setting)) {
            let told = json!(["updated", { "_id": id, "value": value }]);
            self.emit("stream-notify-all", "public-settings-changed", &told, None);
        }
    }

    pub fn log(&mut self, call: Call) {
        if self.calls.len() >= MOST_CALLS {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }

    /// The administrator there is from the beginning.
    pub fn admin(&self) -> String {
        let admin = self.users.values().find(|user| user.roles.iter().any(|role| role == "admin"));
        admin.map(|user| user.id.clone()).unwrap_or_default()
    }
}

/// A date as DDP writes it.
pub fn date(ms: i64) -> Value {
    json!({ "$date": ms })
}

/// Milliseconds of a date.
pub fn ms(date: &Value) -> i64 {
    date["$date"].as_i64().unwrap_or(0)
}

/// 17 letters and digits at random (Meteor, `Random.id`).
pub fn new_id() -> String {
    const ALPHABET: &[u8; 55] = b"23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes = [0; 17];
    // Without randomness every id is the same, and the first test says so.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect()
}

/// The same with dates as REST writes them.
pub fn rest(value: &Value) -> Value {
    match value {
        Value::Object(map) => match map.get("$date").and_then(Value::as_i64) {
            Some(at) => json!(iso(at)),
            None => map
                .iter()
                .map(|(key, value)| (key.clone(), rest(value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        },
        Value::Array(all) => all.iter().map(rest).collect(),
        other => other.clone(),
    }
}

pub fn iso(ms: i64) -> String {
    let time = chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default();
    time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
