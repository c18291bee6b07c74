//! Everything there is, in memory.

use std::collections::{BTreeMap, HashMap, VecDeque};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    error::Refusal,
    events::Connections,
    limits::{RateLimit, Used},
    model::{Channel, FileInfo, Post, Reaction, Team, User},
};
use crate::{clock::Clock, faults::Order, shared};

/// More calls than this are forgotten, the oldest first.
const MOST_CALLS: usize = 20_000;
/// How long a `pending_post_id` is remembered, milliseconds.
pub(super) const PENDING: i64 = 30_000;

/// One call of the API.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Whose token it was.
    pub user: Option<String>,
    /// The route, such as `posts`.
    pub route: String,
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The body, where it is JSON.
    pub body: Value,
    /// The HTTP status; `None` when the connection was broken.
    pub status: Option<u16>,
}

/// How the server is set up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting that is on or off")]
pub struct Settings {
    /// Whether another name is shown over a post's author.
    pub username_override: bool,
    /// Whether another picture is.
    pub icon_override: bool,
    /// Characters of a post.
    pub max_post_size: usize,
    /// Bytes of a file.
    pub max_file_size: usize,
    /// Members of a team.
    pub max_users_per_team: usize,
    /// Whether posts lose their files without a word, as those that are not their author's are lost.
    pub drops_files: bool,
    /// Whether the files of a post can be exchanged, as on newer servers (11.6 does); 5.37 keeps them for ever.
    pub exchanges_files: bool,
    /// Whether programs may have tokens of people.
    pub user_access_tokens: bool,
    /// How fast each token may ask; as it likes, unless this is set.
    pub rate_limit: Option<RateLimit>,
    /// Days after which posts are deleted, as it says; 0 for never.
    pub retention_days: u32,
    /// Whether connections are registered so slowly that the answer to a client's first question overtakes the hello, as
    /// on a busy server: each is registered by a task of its own, and answered by another.
    pub slow_hub: bool,
    /// What it calls itself.
    pub version: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            username_override: true,
            icon_override: true,
            max_post_size: 16383,
            max_file_size: 52_428_800,
            max_users_per_team: 2000,
            drops_files: false,
            exchanges_files: false,
            user_access_tokens: true,
            rate_limit: None,
            retention_days: 0,
            slow_hub: false,
            version: "5.37.0".into(),
        }
    }
}

/// An access token.
#[derive(Clone, Debug)]
pub struct Token {
    pub id: String,
    pub user: String,
    pub description: String,
    pub is_active: bool,
    /// A session by password rather than a token made for a program.
    pub is_session: bool,
}

/// Everything.
#[derive(Debug, Default)]
pub struct World {
    pub users: BTreeMap<String, User>,
    pub teams: BTreeMap<String, Team>,
    pub channels: BTreeMap<String, Channel>,
    pub posts: HashMap<String, Post>,
    /// Old versions of edited posts, by channel.
    pub versions: HashMap<String, Vec<Post>>,
    pub reactions: Vec<Reaction>,
    pub files: HashMap<String, FileInfo>,
    pub emoji: BTreeMap<String, super::emoji::Emoji>,
    pub tokens: HashMap<String, Token>,
    /// Posts by their `pending_post_id`, and when.
    pub pending: HashMap<String, (String, i64)>,
    pub hooks: BTreeMap<String, super::webhooks::Hook>,
    /// What people set themselves, by their ids.
    pub statuses: HashMap<String, String>,
    pub connections: Connections,
    pub used: Used,
    pub settings: Settings,
    pub faults: Vec<Order>,
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
        (StatusCode::BAD_REQUEST, refusal.body())
    }
}

impl World {
    /// A team with an administrator in it, and nothing else.
    pub fn new() -> Self {
        let mut world = Self::default();
        let admin = world.add_user("admin", "admin@tierslieux.example");
        if let Some(admin) = world.users.get_mut(&admin) {
            admin.roles = "system_admin system_user".into();
        }
        world.add_team("tierslieux", "Tiers-lieux", &admin);
        world
    }

    /// Now, milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.clock.millis()
    }

    pub fn log(&mut self, call: Call) {
        if self.calls.len() >= MOST_CALLS {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }

    /// The only team there is at the beginning.
    pub fn first_team(&self) -> String {
        let first = self.teams.values().min_by_key(|team| team.create_at);
        first.map(|team| team.id.clone()).unwrap_or_default()
    }

    /// The administrator there is from the beginning.
    pub fn admin(&self) -> String {
        let admin = self.users.values().find(|user| user.has_role("system_admin"));
        admin.map(|user| user.id.clone()).unwrap_or_default()
    }
}

/// 26 letters and digits at random.
pub fn new_id() -> String {
    const ALPHABET: &[u8; 32] = b"ybndrfg8ejkmcpqxot1uwisza345h769";
    let mut bytes = [0; 26];
    // Without randomness every id is the same, and the first test says so.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// Whether words have the form of an id.
pub fn is_id(words: &str) -> bool {
    words.len() == 26 && words.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
