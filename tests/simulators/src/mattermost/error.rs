//! What the server refuses, in its words. (API v4, "Errors")

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::world::new_id;
use crate::faults;

/// A refusal: its id, in English its message, and the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// What clients match on.
    pub id: String,
    /// What people read.
    pub message: String,
    /// More, for the server's admin.
    pub detail: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.status, self.id, self.message)
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// A refusal in these words.
    pub fn new(status: u16, id: &str, message: impl Into<String>) -> Self {
        Self { status, id: id.into(), message: message.into(), detail: String::new() }
    }

    pub(super) fn permissions() -> Self {
        Self::new(403, "api.context.permissions.app_error", "You do not have the appropriate permissions.")
    }

    pub(super) fn session() -> Self {
        Self::new(
            401,
            "api.context.session_expired.app_error",
            "Invalid or expired session, please login again.",
        )
    }

    pub(super) fn url_param(name: &str) -> Self {
        let message = format!("Invalid or missing {name} parameter in request URL.");
        Self::new(400, "api.context.invalid_url_param.app_error", message)
    }

    pub(super) fn body_param(name: &str) -> Self {
        let message = format!("Invalid or missing {name} in request body.");
        Self::new(400, "api.context.invalid_body_param.app_error", message)
    }

    pub(super) fn no_post() -> Self {
        Self::new(404, "app.post.get.app_error", "Unable to get the post.")
    }

    pub(super) fn no_channel() -> Self {
        Self::new(404, "app.channel.get.existing.app_error", "Unable to find the existing channel.")
    }

    pub(super) fn no_user() -> Self {
        Self::new(404, "app.user.missing_account.const", "Unable to find the user.")
    }

    pub(super) fn no_team() -> Self {
        Self::new(404, "app.team.get.find.app_error", "Unable to find the existing team.")
    }

    pub(super) fn no_file() -> Self {
        Self::new(404, "app.file_info.get.app_error", "Unable to get the file info.")
    }

    pub(super) fn no_bot() -> Self {
        Self::new(404, "store.sql_bot.get.missing.app_error", "Bot does not exist.")
    }

    /// Its body.
    #[must_use]
    pub fn body(&self) -> Value {
        json!({
            "id": self.id, "message": self.message, "detailed_error": self.detail, "request_id": new_id(),
            "status_code": self.status,
        })
    }

    /// A path that leads nowhere.
    pub(super) fn no_route(path: &str) -> Response {
        let detail = format!(
            "There doesn't appear to be an api call for the url='{path}'.  Typo? are you missing a team_id or user_id as \
             part of the url?"
        );
        let body = json!({
            "id": "api.context.404.app_error", "message": "Sorry, we could not find the page.",
            "detailed_error": detail, "status_code": 404,
        });
        answer(404, &body)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        answer(self.status, &self.body())
    }
}

/// An answer of JSON, as the server writes it: signs of HTML are escaped.
pub(super) fn answer(status: u16, body: &Value) -> Response {
    let text = escaped(&body.to_string());
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// JSON in which `<`, `>` and `&` are escaped.
pub(super) fn escaped(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// 429, in plain text.
pub(super) fn limited(after: u64) -> Response {
    let mut response = (StatusCode::TOO_MANY_REQUESTS, "limit exceeded\n").into_response();
    let headers = response.headers_mut();
    for (name, value) in [("retry-after", after), ("x-ratelimit-remaining", 0), ("x-ratelimit-reset", after)]
    {
        if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
            headers.insert(name, value);
        }
    }
    response
}

/// How Mattermost says that something went wrong.
pub(super) struct Words;

impl faults::Words for Words {
    fn too_many(&self, retry_after: u64) -> Response {
        limited(retry_after)
    }

    fn internal(&self) -> Response {
        Refusal::new(500, "app.insert_error", "Unable to save.").into_response()
    }

    fn unauthorized(&self) -> Response {
        Refusal::session().into_response()
    }

    fn refuse(&self, code: u16, description: &str) -> Response {
        Refusal::new(code, description, description).into_response()
    }
}
