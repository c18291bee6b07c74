//! Asking the homeserver: the client-server API, with our token, as the bot or as somebody in our namespace.

use std::time::Duration;

use contract::{Fault, Phrase, Timestamp};
use reqwest::{Method, RequestBuilder, Response, header::RETRY_AFTER};
use ruma::UserId;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;
use wire::Paper;

use super::gaps::Gap;

/// A homeserver may be slow to join a large room.
const PATIENCE: Duration = Duration::from_mins(1);
/// The most that an answer may hold, bytes; a room's whole state never is asked for.
const LONGEST_ANSWER: usize = 8 << 20;

/// What the homeserver said instead of doing it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.words())]
pub(super) struct Refusal {
    /// The HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// Matrix's own code; empty when the answer was not the homeserver's (a proxy's, or none).
    pub errcode: String,
    /// Its words.
    pub error: String,
    /// The delay it asks for.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    fn words(&self) -> String {
        let said = [self.errcode.as_str(), self.error.as_str()].into_iter().filter(|words| !words.is_empty());
        let said = said.collect::<Vec<_>>().join(", ");
        match self.status {
            Some(status) if said.is_empty() => format!("HTTP {status}"),
            Some(status) => format!("HTTP {status}, {said}"),
            None => said,
        }
    }

    fn unanswered(why: reqwest::Error) -> Self {
        // The address could hold what people wrote; the token is in a header and never in the error.
        Self { status: None, errcode: String::new(), error: chain(&why.without_url()), retry_after: None }
    }

    /// Whether the homeserver forbids it to the one who asked.
    pub(super) fn is_forbidden(&self) -> bool {
        self.status == Some(403)
    }

    /// Whether what was asked for may have been done all the same.
    pub(super) fn leaves_doubt(&self) -> bool {
        matches!(self.status, None | Some(500..))
    }

    /// Whether there is no such thing.
    pub(super) fn is_missing(&self) -> bool {
        self.status == Some(404) && !self.errcode.is_empty()
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let why = refusal.to_string();
        match (refusal.status, refusal.errcode.as_str()) {
            (Some(429), _) | (_, "M_LIMIT_EXCEEDED") => Self::Retry { after: refusal.retry_after, why },
            (_, "M_UNKNOWN_TOKEN" | "M_MISSING_TOKEN") => Self::LoggedOut(why),
            // A proxy answers for a homeserver that is away, in whatever words.
            (None | Some(500..), _) | (_, "") => Self::retry(why),
            (_, "M_FORBIDDEN") => Self::refused(Phrase::new("no-right-to-write"), why),
            (_, errcode) => {
                Self::refused(Phrase::new("other-side-refused").with("detail", errcode), refusal.to_string())
            }
        }
    }
}

/// The homeserver's client-server API.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    token: SecretString,
    /// Answers in the homeserver's place, where there is none.
    paper: Option<Paper>,
    gap: Gap,
}

/// What is asked: the parts of the path after `_matrix`, each put in whole.
pub(super) struct Call<'a> {
    method: Method,
    path: &'a [&'a str],
    query: Vec<(&'a str, String)>,
    body: Option<Value>,
    anonymous: bool,
}

impl<'a> Call<'a> {
    /// Reads something.
    pub(super) fn get(path: &'a [&'a str]) -> Self {
        Self { method: Method::GET, path, query: Vec::new(), body: None, anonymous: false }
    }

    /// Puts something.
    pub(super) fn put(path: &'a [&'a str], body: Value) -> Self {
        Self { method: Method::PUT, body: Some(body), ..Self::get(path) }
    }

    /// Asks for something to be done.
    pub(super) fn post(path: &'a [&'a str], body: Value) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(path) }
    }

    /// Takes something away.
    pub(super) fn delete(path: &'a [&'a str]) -> Self {
        Self { method: Method::DELETE, ..Self::get(path) }
    }

    /// As nobody: without our token.
    pub(super) fn anonymous(self) -> Self {
        Self { anonymous: true, ..self }
    }

    /// As somebody in our namespace.
    pub(super) fn by(mut self, user: &UserId) -> Self {
        self.query.push(("user_id", user.to_string()));
        self
    }

    /// As though it had happened then (application service API, "Timestamp massaging").
    pub(super) fn at(mut self, at: Timestamp) -> Self {
        self.query.push(("ts", at.0.to_string()));
        self
    }

    /// With something more in the query.
    pub(super) fn with(mut self, key: &'a str, value: &str) -> Self {
        self.query.push((key, value.to_owned()));
        self
    }
}

impl Client {
    /// Asks `base` with our token.
    ///
    /// # Errors
    /// When no connection could ever be made.
    pub(super) fn new(base: Url, token: SecretString) -> Result<Self, Fault> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(PATIENCE)
            .build()
            .map_err(|why| Fault::LoggedOut(format!("no HTTP client: {why}")))?;
        Ok(Self { http, base, token, paper: None, gap: Gap::default() })
    }

    /// The same without a homeserver.
    pub(super) fn on_paper(self, paper: &Paper) -> Self {
        Self { paper: Some(paper.clone()), ..self }
    }

    /// Since when the homeserver may have forgotten something: it begins where a call breaks off.
    pub(super) fn gap(&self) -> &Gap {
        &self.gap
    }

    /// A request with our token, to be filled and sent.
    pub(super) fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.bare_request(method, path).bearer_auth(self.token.expose_secret())
    }

    fn bare_request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("_matrix").extend(path);
        }
        self.http.request(method, url)
    }

    /// Asks, and returns the answer.
    pub(super) async fn call(&self, call: Call<'_>) -> Result<Value, Refusal> {
        let request = match call.anonymous {
            true => self.bare_request(call.method, call.path),
            false => self.request(call.method, call.path),
        };
        let mut request = request.query(&call.query).timeout(PATIENCE);
        if let Some(body) = call.body {
            request = request.json(&body);
        }
        let answer = self.send(request).await?;
        let bytes = answer.bytes().await.map_err(|why| self.broke_off(why))?;
        if bytes.len() > LONGEST_ANSWER {
            return Err(Refusal { error: "the answer is too long".to_owned(), ..no_words(None) });
        }
        wire::json::read(&bytes).map_err(|_| Refusal { error: "not JSON".to_owned(), ..no_words(None) })
    }

    fn broke_off(&self, why: reqwest::Error) -> Refusal {
        self.gap.begins();
        Refusal::unanswered(why)
    }

    /// Sends a request; an answer that is no success becomes a refusal.
    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Response, Refusal> {
        if let Some(paper) = &self.paper {
            let answer = paper.send(request).await;
            return answer.map_err(|failure| Refusal { error: failure.words(), ..no_words(None) });
        }
        let answer = request.send().await.map_err(|why| self.broke_off(why))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status().as_u16();
        let header = answer.headers().get(RETRY_AFTER).and_then(|after| after.to_str().ok()?.parse().ok());
        let body: Value = match answer.bytes().await {
            Ok(bytes) if bytes.len() < 1 << 16 => serde_json::from_slice(&bytes).unwrap_or_default(),
            _ => Value::Null,
        };
        let word = |key: &str| body[key].as_str().unwrap_or_default().chars().take(200).collect::<String>();
        let retry_after = header
            .map(Duration::from_secs)
            .or_else(|| body["retry_after_ms"].as_u64().map(Duration::from_millis));
        Err(Refusal { status: Some(status), errcode: word("errcode"), error: word("error"), retry_after })
    }
}

fn no_words(status: Option<u16>) -> Refusal {
    Refusal { status, errcode: String::new(), error: String::new(), retry_after: None }
}

/// An error with what caused it, which is where the system's own words are.
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: Option<u16>, errcode: &str) -> Refusal {
        Refusal { errcode: errcode.to_owned(), ..no_words(status) }
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        assert!(matches!(Fault::from(refusal(None, "")), Fault::Retry { .. }));
        assert!(matches!(Fault::from(refusal(Some(502), "")), Fault::Retry { .. }));
        assert!(
            matches!(Fault::from(refusal(Some(404), "")), Fault::Retry { .. }),
            "a proxy's 404, not Matrix's"
        );
        assert!(matches!(Fault::from(refusal(Some(401), "M_UNKNOWN_TOKEN")), Fault::LoggedOut(_)));
        assert!(matches!(Fault::from(refusal(Some(403), "M_FORBIDDEN")), Fault::Refused { .. }));
        let limited =
            Refusal { retry_after: Some(Duration::from_secs(7)), ..refusal(Some(429), "M_LIMIT_EXCEEDED") };
        assert!(
            matches!(Fault::from(limited), Fault::Retry { after: Some(after), .. } if after.as_secs() == 7)
        );
    }
}
