//! What the server refuses, in its words. Most of it is 400.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::faults;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status over REST.
    pub status: u16,
    /// The code, where it has one.
    pub code: Option<String>,
    /// The words.
    pub reason: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{} [{code}]", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// A `Meteor.Error`: words and a code.
    #[must_use]
    pub fn of(code: &str, reason: &str) -> Self {
        Self { status: 400, code: Some(code.into()), reason: reason.into() }
    }

    /// A plain error: words alone.
    #[must_use]
    pub fn plain(reason: &str) -> Self {
        Self { status: 400, code: None, reason: reason.into() }
    }

    pub(super) fn not_allowed() -> Self {
        Self::of("error-not-allowed", "Not allowed")
    }

    pub(super) fn action_not_allowed(what: &str) -> Self {
        Self::of("error-action-not-allowed", &format!("{what} not allowed"))
    }

    pub(super) fn unauthorized() -> Self {
        let reason = "User does not have the permissions required for this action";
        Self { status: 403, code: Some("error-unauthorized".into()), reason: reason.into() }
    }

    pub(super) fn no_room() -> Self {
        Self::of(
            "error-room-not-found",
            "The required \"roomId\" or \"roomName\" param provided does not match any group",
        )
    }

    /// Nothing is said of why.
    pub(super) fn no_message() -> Self {
        Self::plain("")
    }

    pub(super) fn no_user() -> Self {
        Self::plain("User not found.")
    }

    pub(super) fn invalid(what: &str) -> Self {
        Self { status: 400, code: Some("invalid-params".into()), reason: what.into() }
    }

    pub(super) fn logged_out() -> Self {
        Self { status: 401, code: None, reason: "You must be logged in to do this.".into() }
    }

    pub(super) fn restricted() -> Self {
        Self::plain("restricted-workspace")
    }

    /// Its body over REST, as that major version writes it.
    pub(super) fn body(&self, major: u32) -> Value {
        if self.status == 401 && major < 8 {
            let mut body = json!({ "status": "error", "message": self.reason });
            if major >= 6 {
                body["success"] = json!(false);
                body["error"] = json!(self.reason);
            }
            return body;
        }
        let error = match &self.code {
            // The validator's words come without the code.
            Some(code) if code != "invalid-params" => format!("{} [{code}]", self.reason),
            _ => self.reason.clone(),
        };
        let mut body = json!({ "success": false });
        if !error.is_empty() {
            body["error"] = json!(error);
        }
        if let Some(code) = &self.code {
            body["errorType"] = json!(code);
        }
        body
    }

    /// Its error over DDP.
    pub(super) fn ddp(&self) -> Value {
        let number = self.code.as_ref().and_then(|code| code.parse::<u16>().ok());
        let error = match (&self.code, number) {
            (_, Some(number)) => json!(number),
            (Some(code), None) => json!(code),
            (None, None) => json!(500),
        };
        let reason = if self.code.is_some() { self.reason.as_str() } else { "Internal server error" };
        let shown = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
        json!({
            "isClientSafe": true, "error": error, "reason": reason, "message": format!("{reason} [{shown}]"),
            "errorType": "Meteor.Error",
        })
    }
}

/// An answer of JSON.
pub(super) fn answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// 429, with the delay in words.
pub(super) fn limited(seconds: u64) -> Response {
    let error = format!(
        "Error, too many requests. Please slow down. You must wait {seconds} seconds before trying this endpoint again. \
         [error-too-many-requests]"
    );
    answer(429, &json!({ "success": false, "error": error }))
}

/// How Rocket.Chat says that something went wrong.
pub(super) struct Words {
    pub major: u32,
}

impl faults::Words for Words {
    fn too_many(&self, retry_after: u64) -> Response {
        limited(retry_after)
    }

    fn internal(&self) -> Response {
        answer(500, &json!({ "success": false, "error": "Internal server error" }))
    }

    fn unauthorized(&self) -> Response {
        let refusal = Refusal::logged_out();
        answer(401, &refusal.body(self.major))
    }

    fn refuse(&self, code: u16, description: &str) -> Response {
        answer(code, &json!({ "success": false, "error": description }))
    }
}
