//! What bots called, for tests to look at.

use serde::Serialize;
use serde_json::{Map, Value};

use super::world::World;

/// More calls than this are forgotten, the oldest first.
const MOST: usize = 20_000;

/// One call of a method, or of a file.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// The bot, when its token was right.
    pub bot: Option<i64>,
    /// The method as it was written, or `file`.
    pub method: String,
    /// The parameters, without files.
    pub params: Map<String, Value>,
    /// The HTTP status; `None` when the connection was broken.
    pub status: Option<u16>,
    /// When it came, milliseconds since 1970.
    pub at: i64,
    /// How long the answer took, milliseconds.
    pub took: i64,
}

impl World {
    /// Remembers a call.
    pub fn log(&mut self, call: Call) {
        if self.calls.len() >= MOST {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }
}
