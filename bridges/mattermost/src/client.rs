//! Asking a Mattermost server by its REST API, version 4.
//!
//! Answers are taken as raw JSON and read leniently: from 5.37 to 11 fields come and go.

use std::time::Duration;

use contract::{Fault, Phrase, Result};
use reqwest::{Method, RequestBuilder, Response, header::HeaderMap};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;
use wire::{
    Failure, Paper,
    http::{self, PATIENCE},
};

/// The result of one call.
pub(crate) type Answer = std::result::Result<Value, Failure>;

/// The REST API, by one account.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
    token: SecretString,
    /// Answers in the server's place, where there is none.
    paper: Option<Paper>,
}

impl Client {
    /// A client of the server at `base`; asks nobody yet.
    pub(crate) fn new(base: Url, token: SecretString) -> Result<Self> {
        Ok(Self { http: http::client()?, base, token, paper: None })
    }

    /// The same without a server.
    pub(crate) fn on_paper(self, paper: &Paper) -> Self {
        Self { paper: Some(paper.clone()), ..self }
    }

    /// The same server by another account.
    pub(crate) fn by(&self, token: SecretString) -> Self {
        Self { token, ..self.clone() }
    }

    /// The token, for the WebSocket.
    pub(crate) fn token(&self) -> &str {
        self.token.expose_secret()
    }

    /// An address under `/api/v4`; each part is put in whole.
    pub(crate) fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v4"]).extend(path);
        }
        url
    }

    /// A request as our account.
    pub(crate) fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.http.request(method, self.url(path)).bearer_auth(self.token.expose_secret()).timeout(PATIENCE)
    }

    /// Sends a request, and reads its answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        http::read_json(self.open(request).await?).await
    }

    /// Sends a request, and leaves its answer to be read.
    pub(crate) async fn open(&self, request: RequestBuilder) -> std::result::Result<Response, Failure> {
        match &self.paper {
            Some(paper) => paper.send(request).await,
            None => http::send(request, pause).await,
        }
    }

    pub(crate) async fn get(&self, path: &[&str]) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn get_with(&self, path: &[&str], query: &[(&str, String)]) -> Answer {
        self.send(self.request(Method::GET, path).query(query)).await
    }

    pub(crate) async fn post(&self, path: &[&str], body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &[&str], body: &Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &[&str]) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }
}

/// The delay that the server asks for besides `Retry-After`. The headers may come twice, for two limits.
fn pause(headers: &HeaderMap, _body: &Value) -> Option<Duration> {
    let resets = headers.get_all("x-ratelimit-reset").iter();
    let empty = headers.get_all("x-ratelimit-remaining").iter().any(|left| left == "0");
    let longest = resets.filter_map(|value| value.to_str().ok()?.parse().ok()).max()?;
    empty.then(|| Duration::from_secs(longest))
}

/// What a refusal means to the caller (error body: `id`, `status_code`; its `message` is in somebody's language).
pub(crate) fn refusal(status: u16, body: &Value) -> Fault {
    let id = body["id"].as_str().unwrap_or_default();
    let words = format!("HTTP {status} {id}");
    match status {
        401 => Fault::LoggedOut(format!("Mattermost refuses the token: {words}")),
        // What the server has switched off stays so.
        501 => http::other_refusal(status, id),
        // Among them: the first of two posts with our mark is still being written.
        500.. => Fault::unclear(words),
        403 => Fault::refused(Phrase::new("no-right-to-write"), words),
        404 => Fault::refused(Phrase::new("not-in-chat"), words),
        400 if id.contains("can_not_post_to_deleted") => Fault::refused(Phrase::new("chat-archived"), words),
        400 if id.contains("permissions_time_limit") => {
            Fault::refused(Phrase::new("too-late-to-edit"), words)
        }
        _ => http::other_refusal(status, id),
    }
}

/// A failure of something that may be done twice.
pub(crate) fn repeatable(failure: Failure) -> Fault {
    failure.repeatable(refusal)
}

/// A failure of something that would then be there twice.
pub(crate) fn sending(failure: Failure) -> Fault {
    failure.sending(refusal)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_says_what_to_do() {
        let error = |id: &str| json!({ "id": id, "message": "?", "status_code": 0 });
        assert!(matches!(refusal(401, &error("api.context.session_expired.app_error")), Fault::LoggedOut(_)));
        let pending = error("api.post.deduplicate_create_post.pending");
        assert!(matches!(refusal(500, &pending), Fault::Unclear { .. }));
        assert!(matches!(refusal(500, &Value::Null), Fault::Unclear { .. }));
        let disabled = error("app.user_access_token.disabled");
        assert!(matches!(refusal(501, &disabled), Fault::Refused { .. }), "it is not tried for ever");
        let archived = error("api.post.create_post.can_not_post_to_deleted.error");
        let Fault::Refused { reason, .. } = refusal(400, &archived) else { panic!() };
        assert_eq!(reason, Phrase::new("chat-archived"));
        assert!(matches!(refusal(403, &Value::Null), Fault::Refused { .. }));
    }

    #[test]
    fn the_longest_of_two_limits_is_kept() {
        let mut headers = HeaderMap::new();
        for (name, values) in [("x-ratelimit-remaining", ["3", "0"]), ("x-ratelimit-reset", ["1", "7"])] {
            for value in values {
                headers.append(name, value.parse().unwrap());
            }
        }
        assert_eq!(pause(&headers, &Value::Null), Some(Duration::from_secs(7)));
        headers.remove("x-ratelimit-remaining");
        assert_eq!(pause(&headers, &Value::Null), None);
    }
}
