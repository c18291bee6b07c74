//! How the Bot API says no, in its own words: libraries match them.

use serde_json::{Map, Value, json};

/// A failed call: the HTTP status, the description, and what the client may do about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// HTTP status, repeated as `error_code`.
    pub code: u16,
    /// The description.
    pub description: String,
    /// `parameters.retry_after`, seconds.
    pub retry_after: Option<u64>,
    /// `parameters.migrate_to_chat_id`.
    pub migrate_to: Option<i64>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.code, self.description)
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// Any failure.
    #[must_use]
    pub fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), retry_after: None, migrate_to: None }
    }

    /// 400, with what follows `Bad Request: `.
    #[must_use]
    pub fn bad(what: impl std::fmt::Display) -> Self {
        Self::new(400, format!("Bad Request: {what}"))
    }

    /// 403, with what follows `Forbidden: `.
    #[must_use]
    pub fn forbidden(what: impl std::fmt::Display) -> Self {
        Self::new(403, format!("Forbidden: {what}"))
    }

    /// 409, with what follows `Conflict: `.
    #[must_use]
    pub fn conflict(what: impl std::fmt::Display) -> Self {
        Self::new(409, format!("Conflict: {what}"))
    }

    /// 401.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(401, "Unauthorized")
    }

    /// 404: no such method.
    #[must_use]
    pub fn no_method() -> Self {
        Self::new(404, "Not Found: method not found")
    }

    /// 404: no such file, or token format.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(404, "Not Found")
    }

    /// 413.
    #[must_use]
    pub fn too_large() -> Self {
        Self::new(413, "Request Entity Too Large")
    }

    /// 400: the chat is unknown to the caller.
    #[must_use]
    pub fn no_chat() -> Self {
        Self::bad("chat not found")
    }

    /// 429.
    #[must_use]
    pub fn flood(seconds: u64) -> Self {
        let refusal = Self::new(429, format!("Too Many Requests: retry after {seconds}"));
        Self { retry_after: Some(seconds), ..refusal }
    }

    /// 400: the group became the supergroup `to`.
    #[must_use]
    pub fn migrated(to: i64) -> Self {
        Self { migrate_to: Some(to), ..Self::bad("group chat was upgraded to a supergroup chat") }
    }

    /// The body of the answer.
    #[must_use]
    pub fn body(&self) -> Value {
        let mut body = json!({"ok": false, "error_code": self.code, "description": self.description});
        let mut parameters = Map::new();
        if let Some(seconds) = self.retry_after {
            parameters.insert("retry_after".into(), seconds.into());
        }
        if let Some(chat) = self.migrate_to {
            parameters.insert("migrate_to_chat_id".into(), chat.into());
        }
        if !parameters.is_empty() {
            body["parameters"] = Value::Object(parameters);
        }
        body
    }
}
