//! Who is called how by `@`. Telegram tells of a `@name` in a text no more than the name; whose it is, everybody tells
//! with whatever they say.

use std::sync::{Arc, Mutex, PoisonError};

use contract::{NetworkName, Person, UserId};
use moka::sync::Cache;
use serde_json::Value;

/// So many names are known at once.
const MOST: u64 = 50_000;

/// The usernames that were heard, in small letters, and whose they are.
#[derive(Clone, Debug)]
pub(crate) struct Usernames {
    known: Cache<String, i64>,
    /// Those that are not on disk yet, in the order they were heard.
    new: Arc<Mutex<Vec<(String, UserId)>>>,
}

impl Default for Usernames {
    fn default() -> Self {
        Self { known: Cache::new(MOST), new: Arc::default() }
    }
}

impl Usernames {
    /// Learns what somebody is called (Bot API, `User`).
    pub(crate) fn learn(&self, user: &Value) {
        let (Some(name), Some(id)) = (user["username"].as_str(), user["id"].as_i64()) else { return };
        let name = name.to_lowercase();
        if self.known.get(&name) != Some(id) {
            self.known.insert(name.clone(), id);
            self.new.lock().unwrap_or_else(PoisonError::into_inner).push((name, id.to_string().into()));
        }
    }

    /// Knows again what was on disk.
    pub(crate) fn recall(&self, handles: Vec<(String, UserId)>) {
        for (name, user) in handles {
            if let Ok(id) = user.as_str().parse() {
                self.known.insert(name, id);
            }
        }
    }

    /// Those that are not on disk yet.
    pub(crate) fn unkept(&self) -> Vec<(String, UserId)> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first so many of those are on disk now.
    pub(crate) fn kept(&self, many: usize) {
        self.new.lock().unwrap_or_else(PoisonError::into_inner).drain(..many);
    }

    /// Whose this name is, `@` before it or not.
    pub(crate) fn person(&self, name: &str, network: &NetworkName) -> Option<Person> {
        let id = self.known.get(&name.trim_start_matches('@').to_lowercase())?;
        Some(Person { network: network.clone(), user: id.to_string().into() })
    }
}
