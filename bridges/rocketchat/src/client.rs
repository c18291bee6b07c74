//! Asking a Rocket.Chat server by its REST API.
//!
//! Answers are taken as raw JSON and read leniently: from 3 to 8 fields come and go.

use std::time::Duration;

use contract::{Fault, Phrase, Result};
use reqwest::{
    Method, RequestBuilder, Response,
    header::{HeaderMap, LOCATION},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::sync::RwLock;
use url::Url;
use wire::{
    Failure,
    http::{self, FILE_PATIENCE, PATIENCE},
};

use crate::Config;

/// The result of one call.
pub(crate) type Answer = std::result::Result<Value, Failure>;

/// How long a workspace that must not write is left alone.
const RESTRICTED: &str = "restricted-workspace";

/// Who we are signed in as.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Our bot's id.
    pub user: String,
    /// What proves it.
    pub token: SecretString,
}

/// How we sign in.
#[derive(Debug)]
enum Proof {
    Token(Session),
    Password(String, SecretString),
}

/// The REST API, by one account.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
    proof: Proof,
    session: RwLock<Option<Session>>,
}

impl Client {
    /// A client by its configuration; asks nobody yet.
    pub(crate) fn new(config: &Config) -> Result<Self> {
        let proof = match (&config.user_id, &config.token, &config.username, &config.password) {
            (Some(user), Some(token), _, _) => {
                Proof::Token(Session { user: user.clone(), token: token.clone() })
            }
            (_, _, Some(username), Some(password)) => Proof::Password(username.clone(), password.clone()),
            _ => {
                let why = "user_id and token, or username and password, must both be there";
                return Err(Fault::LoggedOut(why.to_owned()));
            }
        };
        Ok(Self { http: http::client()?, base: config.url.clone(), proof, session: RwLock::new(None) })
    }

    /// An address of the server; each part is put in whole.
    pub(crate) fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    /// An address that the server gave, absolute or from its root; `None` when it leads elsewhere.
    pub(crate) fn own_address(&self, given: &str) -> Option<Url> {
        let prefix = self.base.path().trim_end_matches('/');
        let relative = given.strip_prefix(prefix).filter(|_| !prefix.is_empty()).unwrap_or(given);
        let url = match relative.strip_prefix('/') {
            Some(rest) => format!("{}/{rest}", self.base.as_str().trim_end_matches('/')).parse().ok()?,
            None => given.parse::<Url>().ok()?,
        };
        (url.origin() == self.base.origin()).then_some(url)
    }

    /// Who we are, signed in.
    pub(crate) async fn session(&self) -> Result<Session> {
        if let Some(session) = self.session.read().await.as_ref() {
            return Ok(session.clone());
        }
        let mut held = self.session.write().await;
        if let Some(session) = held.as_ref() {
            return Ok(session.clone());
        }
        let session = match &self.proof {
            Proof::Token(session) => session.clone(),
            Proof::Password(username, password) => self.login(username, password).await?,
        };
        *held = Some(session.clone());
        Ok(session)
    }

    /// Signs in (REST, `POST login`). One session for as long as we run: the server keeps few for each account.
    async fn login(&self, username: &str, password: &SecretString) -> Result<Session> {
        let body = json!({ "user": username, "password": password.expose_secret() });
        let request = self.http.post(self.url(&["api", "v1", "login"])).timeout(PATIENCE).json(&body);
        let answer = match http::send(request, pause).await {
            Ok(answer) => http::read_json(answer).await,
            Err(failure) => Err(failure),
        };
        let answer = answer.map_err(|failure| match failure.status() {
            Some(400..=403) => Fault::LoggedOut("Rocket.Chat refuses the bot's name or password".to_owned()),
            _ => repeatable(failure),
        })?;
        let word = |key: &str| answer["data"][key].as_str().map(str::to_owned);
        match (word("userId"), word("authToken")) {
            (Some(user), Some(token)) => Ok(Session { user, token: SecretString::from(token) }),
            _ => Err(Fault::retry("login gave no session")),
        }
    }

    /// A request as our bot.
    pub(crate) async fn request(
        &self,
        method: Method,
        url: Url,
    ) -> std::result::Result<RequestBuilder, Failure> {
        let session = self.session().await.map_err(|fault| match fault {
            Fault::LoggedOut(why) => Failure::Refused { status: 401, body: json!({ "error": why }) },
            fault => Failure::NotSent(fault.to_string()),
        })?;
        let request = self.http.request(method, url).timeout(PATIENCE);
        Ok(request.header("X-User-Id", &session.user).header("X-Auth-Token", session.token.expose_secret()))
    }

    /// Sends a request, and leaves its answer to be read.
    pub(crate) async fn open(&self, request: RequestBuilder) -> std::result::Result<Response, Failure> {
        let answer = http::send(request, pause).await;
        if matches!(&answer, Err(failure) if failure.status() == Some(401)) {
            // A session that ended; the next one signs in again.
            *self.session.write().await = None;
        }
        answer
    }

    /// A file of the server's, which may lie in a store elsewhere: there it is asked for as by anybody.
    pub(crate) async fn fetch(&self, url: Url) -> std::result::Result<Response, Failure> {
        let request = self.request(Method::GET, url).await?.timeout(FILE_PATIENCE);
        let answer = request.send().await.map_err(|error| Failure::from_http(&error))?;
        let elsewhere = answer.headers().get(LOCATION).filter(|_| answer.status().is_redirection());
        match elsewhere.and_then(|address| answer.url().join(address.to_str().ok()?).ok()) {
            Some(address) => http::send(self.http.get(address).timeout(FILE_PATIENCE), pause).await,
            None => http::judge(answer, pause).await,
        }
    }

    /// Sends a request, and reads its answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        http::read_json(self.open(request).await?).await
    }

    /// `GET /api/v1/<route>`.
    pub(crate) async fn get(&self, route: &str, query: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::GET, self.url(&["api", "v1", route])).await?;
        self.send(request.query(query)).await
    }

    /// `POST /api/v1/<route>`.
    pub(crate) async fn post(&self, route: &[&str], body: &Value) -> Answer {
        let path = [&["api", "v1"], route].concat();
        let request = self.request(Method::POST, self.url(&path)).await?;
        self.send(request.json(body)).await
    }
}

/// The delay that the server asks for, in words only (REST, "Rate limit").
fn pause(_headers: &HeaderMap, body: &Value) -> Option<Duration> {
    let words = body["error"].as_str().filter(|words| words.contains("error-too-many-requests"))?;
    let seconds = words.split("wait ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
    Some(Duration::from_secs(seconds.unwrap_or(60)))
}

/// What the server calls the reason: a code, or the words it has instead of one.
pub(crate) fn code(body: &Value) -> &str {
    body["errorType"].as_str().or_else(|| body["error"].as_str()).unwrap_or_default()
}

/// What a refusal means to the caller. Most are 400, whatever the matter is.
pub(crate) fn refusal(status: u16, body: &Value) -> Fault {
    let code = code(body);
    let short: String = code.chars().take(120).collect();
    let words = format!("HTTP {status} {short}");
    let any = |signs: &[&str]| signs.iter().any(|sign| code.contains(sign));
    match status {
        401 => Fault::LoggedOut(format!("Rocket.Chat does not know the bot: {words}")),
        500.. => Fault::unclear(words),
        _ if any(&["totp-required"]) => {
            Fault::LoggedOut("Rocket.Chat asks for a second factor; give the bot a token instead".to_owned())
        }
        // Reading goes on; what is to be written waits until an admin mends it.
        _ if any(&[RESTRICTED]) => {
            Fault::LoggedOut("the Rocket.Chat workspace is restricted by its licence".to_owned())
        }
        _ if any(&[
            "error-room-not-found",
            "error-invalid-room",
            "error-room-does-not-exist",
            "room-not-found",
        ]) =>
        {
            Fault::refused(Phrase::new("not-in-chat"), words)
        }
        403 => Fault::refused(Phrase::new("no-right-to-write"), words),
        _ if any(&[
            "error-not-allowed",
            "readonly",
            "room_is_blocked",
            "You_have_been_muted",
            "archived",
        ]) =>
        {
            Fault::refused(Phrase::new("no-right-to-write"), words)
        }
        _ => http::other_refusal(status, &short),
    }
}

/// A failure of something that may be done twice.
pub(crate) fn repeatable(failure: Failure) -> Fault {
    match failure.repeatable(refusal) {
        Fault::Unclear { why } => Fault::retry(why),
        fault => fault,
    }
}

/// A failure of something that would then be there twice.
pub(crate) fn sending(failure: Failure) -> Fault {
    failure.sending(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do() {
        let key = |status, error: &str| match refusal(status, &json!({ "success": false, "error": error })) {
            Fault::Refused { reason, .. } => reason.key,
            Fault::LoggedOut(_) => "logged out".to_owned(),
            other => other.to_string(),
        };
        assert_eq!(key(401, "You must be logged in to do this."), "logged out");
        assert_eq!(key(400, "restricted-workspace"), "logged out");
        assert_eq!(key(400, "The room does not exist [error-room-not-found]"), "not-in-chat");
        assert_eq!(key(400, "You can't send messages because the room is readonly."), "no-right-to-write");
        assert_eq!(key(400, "error-message-size-exceeded"), "other-side-refused");
    }

    #[test]
    fn the_delay_is_read_from_the_words() {
        let words = "Error, too many requests. Please slow down. You must wait 42 seconds before trying this endpoint \
                     again. [error-too-many-requests]";
        assert_eq!(pause(&HeaderMap::new(), &json!({ "error": words })), Some(Duration::from_secs(42)));
        assert_eq!(pause(&HeaderMap::new(), &json!({ "error": "wait 3 seconds" })), None);
    }

    #[test]
    fn only_addresses_of_the_server_are_its_own() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let config = Config {
            url: "https://chat.exemple.fr/rc/".parse().unwrap(),
            user_id: Some("b".into()),
            token: Some("t".into()),
            username: None,
            password: None,
            announce_members: true,
        };
        let client = Client::new(&config).unwrap();
        let own = |given: &str| client.own_address(given).map(String::from);
        assert_eq!(
            own("/file-upload/a/b.png").as_deref(),
            Some("https://chat.exemple.fr/rc/file-upload/a/b.png")
        );
        assert_eq!(own("/rc/file-upload/a").as_deref(), Some("https://chat.exemple.fr/rc/file-upload/a"));
        assert_eq!(own("https://ailleurs.fr/a"), None);
    }
}
