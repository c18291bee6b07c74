//! Who is called how by `@`. Telegram tells of a `@name` in a text no more than the name; whose it is, everybody tells
//! with whatever they say.

use contract::{NetworkName, Person};
use moka::sync::Cache;
use serde_json::Value;

/// So many names are known at once.
const MOST: u64 = 50_000;

/// The usernames that were heard, in small letters, and whose they are.
#[derive(Clone, Debug)]
pub(crate) struct Usernames(Cache<String, i64>);

impl Default for Usernames {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Usernames {
    /// Learns what somebody is called (Bot API, `User`).
    pub(crate) fn learn(&self, user: &Value) {
        if let (Some(name), Some(id)) = (user["username"].as_str(), user["id"].as_i64()) {
            self.0.insert(name.to_lowercase(), id);
        }
    }

    /// Whose name this is, `@` before it or not.
    pub(crate) fn person(&self, name: &str, network: &NetworkName) -> Option<Person> {
        let id = self.0.get(&name.trim_start_matches('@').to_lowercase())?;
        Some(Person { network: network.clone(), user: id.to_string().into() })
    }
}
