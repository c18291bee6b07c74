//! Asking by HTTP, and what became of it.

use std::time::Duration;

use contract::{Fault, Phrase, Timestamp};
use reqwest::{
    RequestBuilder, Response, StatusCode,
    header::{DATE, HeaderMap, RETRY_AFTER},
    redirect::Policy,
};
use serde_json::Value;

use crate::json;

/// How long an ordinary answer may take.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// How long a whole file may take.
pub const FILE_PATIENCE: Duration = Duration::from_mins(15);
/// Bytes of the longest answer that is read.
const LONGEST_ANSWER: usize = 64 << 20;

/// What the other side said instead of doing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It was refused.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's body, as JSON where it is.
        body: Value,
    },
    /// Too much, too fast.
    Flood(Option<Duration>),
    /// It certainly never arrived.
    NotSent(String),
    /// The answer was lost, or was not the server's.
    Unanswered(String),
    /// The answer is longer than anything that is read.
    TooLong,
}

impl Failure {
    /// What the caller must do when doing it twice is no harm; `refusal` reads what was refused.
    pub fn repeatable(self, refusal: impl FnOnce(u16, &Value) -> Fault) -> Fault {
        match self.sending(refusal) {
            Fault::Unclear { why } => Fault::retry(why),
            fault => fault,
        }
    }

    /// What the caller must do when doing it twice says it twice; `refusal` reads what was refused.
    pub fn sending(self, refusal: impl FnOnce(u16, &Value) -> Fault) -> Fault {
        match self {
            Self::Refused { status, body } => refusal(status, &body),
            Self::Flood(after) => Fault::Retry { after, why: "the server asks us to slow down".to_owned() },
            Self::NotSent(why) => Fault::retry(why),
            failure @ (Self::Unanswered(_) | Self::TooLong) => Fault::unclear(failure.words()),
        }
    }

    /// The HTTP status of a refusal.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether a refusal's text under `key` contains these words.
    #[must_use]
    pub fn says(&self, key: &str, words: &str) -> bool {
        matches!(self, Self::Refused { body, .. } if body[key].as_str().is_some_and(|said| said.contains(words)))
    }

    /// What happened, in words for a log; never what somebody wrote.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Refused { status, .. } => format!("HTTP {status}"),
            Self::Flood(_) => "too many requests".to_owned(),
            Self::NotSent(why) | Self::Unanswered(why) => why.clone(),
            Self::TooLong => "the answer is too long".to_owned(),
        }
    }

    /// Something went wrong before or while asking.
    #[must_use]
    pub fn from_http(error: &reqwest::Error) -> Self {
        // An address could hold a name that somebody chose; none is quoted.
        if error.is_connect() || error.is_builder() {
            Self::NotSent("cannot connect".to_owned())
        } else if error.is_timeout() {
            Self::Unanswered("no answer in time".to_owned())
        } else {
            Self::Unanswered("the connection broke".to_owned())
        }
    }
}

/// An HTTP client for one server.
///
/// # Errors
/// When TLS cannot be set up.
pub fn client() -> contract::Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("passerelle/", env!("CARGO_PKG_VERSION")))
        // What proves who we are must not follow to another server.
        .redirect(Policy::none())
        .connect_timeout(Duration::from_secs(15));
    builder.build().map_err(|_| Fault::LoggedOut("no HTTP client could be made".to_owned()))
}

/// Asks, and gives the answer when it is a success. `pause` finds the delay that a server asks for in its own way.
///
/// # Errors
/// A [`Failure`] otherwise.
pub async fn send(
    request: RequestBuilder,
    pause: impl Fn(&HeaderMap, &Value) -> Option<Duration>,
) -> Result<Response, Failure> {
    judge(request.send().await.map_err(|error| Failure::from_http(&error))?, pause).await
}

/// An answer, when it is a success.
///
/// # Errors
/// A [`Failure`] otherwise.
pub async fn judge(
    answer: Response,
    pause: impl Fn(&HeaderMap, &Value) -> Option<Duration>,
) -> Result<Response, Failure> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let headers = answer.headers().clone();
    let body = read_json(answer).await.unwrap_or(Value::Null);
    let after = retry_after.map(Duration::from_secs).or_else(|| pause(&headers, &body));
    if status == StatusCode::TOO_MANY_REQUESTS || (after.is_some() && status.is_client_error()) {
        return Err(Failure::Flood(after));
    }
    // A proxy answers for a server that is away, in HTML; so does a server that does not know the path.
    if status.is_server_error() && !body.is_object() {
        return Err(Failure::Unanswered(format!("HTTP {status}")));
    }
    Err(Failure::Refused { status: status.as_u16(), body })
}

/// The whole answer as JSON.
///
/// # Errors
/// [`Failure::TooLong`], or [`Failure::Unanswered`] when it breaks off or is no JSON.
pub async fn read_json(mut answer: Response) -> Result<Value, Failure> {
    let mut bytes = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| Failure::from_http(&error))? {
        if bytes.len() + part.len() > LONGEST_ANSWER {
            return Err(Failure::TooLong);
        }
        bytes.extend_from_slice(&part);
    }
    json::read(&bytes).map_err(|_| Failure::Unanswered("the answer was not JSON".to_owned()))
}

/// What time it is for the server that answered.
#[must_use]
pub fn server_time(answer: &Response) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(answer.headers().get(DATE)?.to_str().ok()?).ok()?;
    let since = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Timestamp(i64::try_from(since.as_millis()).ok()?))
}

/// What somebody is told when the other side refuses in words that fit no case.
#[must_use]
pub fn other_refusal(status: u16, code: &str) -> Fault {
    let detail = if code.is_empty() { format!("HTTP {status}") } else { code.to_owned() };
    Fault::refused(Phrase::new("other-side-refused").with("detail", &detail), format!("HTTP {status} {code}"))
}
