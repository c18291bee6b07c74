//! Asking a Rocket.Chat server by its REST API.
//!
//! Answers are taken as raw JSON and read leniently: from 3 to 8 fields come and go.

use contract::{Fault, Result};
use reqwest::{
    Method, RequestBuilder, Response,
    header::{COOKIE, LOCATION},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::sync::RwLock;
use url::Url;
use wire::{
    Failure, Paper,
    http::{self, FILE_PATIENCE, PATIENCE},
};

use crate::Config;

mod refusal;

pub(crate) use refusal::{code, is_absent, repeatable, sending};
use refusal::{is_logged_out, pause, second_factor};

/// The result of one call.
pub(crate) type Answer = std::result::Result<Value, Failure>;

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
    /// Answers in the server's place, where there is none.
    paper: Option<Paper>,
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
        let (http, base) = (http::client()?, config.url.clone());
        Ok(Self { http, base, proof, session: RwLock::new(None), paper: None })
    }

    /// The same without a server.
    pub(crate) fn on_paper(self, paper: &Paper) -> Self {
        Self { paper: Some(paper.clone()), ..self }
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

    /// The server does not know a session any more. Whether we can begin another by ourselves.
    pub(crate) async fn ended(&self, session: &Session) -> bool {
        let mut held = self.session.write().await;
        if held.as_ref().is_some_and(|held| held.token.expose_secret() == session.token.expose_secret()) {
            *held = None;
        }
        matches!(self.proof, Proof::Password(..))
    }

    /// Signs in (REST, `POST login`). One session for as long as we run: the server keeps few for each account.
    async fn login(&self, username: &str, password: &SecretString) -> Result<Session> {
        let body = json!({ "user": username, "password": password.expose_secret() });
        let request = self.http.post(self.url(&["api", "v1", "login"])).timeout(PATIENCE).json(&body);
        let answer = match http::send(request, pause).await {
            Ok(answer) => http::read_json(answer).await,
            Err(failure) => Err(failure),
        };
        let answer = answer.map_err(|failure| match &failure {
            Failure::Refused { body, .. } if code(body).contains("totp-required") => second_factor(),
            Failure::Refused { status: 400..=403, .. } => {
                Fault::LoggedOut("Rocket.Chat refuses the bot's name or password".to_owned())
            }
            _ => repeatable(failure),
        })?;
        let word = |key: &str| answer["data"][key].as_str().map(str::to_owned);
        match (word("userId"), word("authToken")) {
            (Some(user), Some(token)) => Ok(Session { user, token: SecretString::from(token) }),
            _ => Err(Fault::retry("login gave no session")),
        }
    }

    /// A request, not signed yet.
    pub(crate) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.http.request(method, url).timeout(PATIENCE)
    }

    /// Sends a request as our bot, and leaves its answer to be read.
    pub(crate) async fn open(&self, request: RequestBuilder) -> std::result::Result<Response, Failure> {
        let session = self.session().await.map_err(|fault| match fault {
            Fault::LoggedOut(why) => Failure::Refused { status: 401, body: json!({ "error": why }) },
            fault => Failure::NotSent(fault.to_string()),
        })?;
        if let Some(paper) = &self.paper {
            return paper.send(request).await;
        }
        let answer = http::send(signed(request, &session), pause).await;
        if matches!(&answer, Err(failure) if is_logged_out(failure)) && self.ended(&session).await {
            return Err(Failure::NotSent("the session ended; the next request begins another".to_owned()));
        }
        answer
    }

    /// A file of the server's, which may lie in a store elsewhere: there it is asked for as by anybody.
    pub(crate) async fn fetch(&self, url: Url) -> std::result::Result<Response, Failure> {
        if let Some(paper) = &self.paper {
            return paper.send(self.request(Method::GET, url)).await;
        }
        let session = self.session().await.map_err(|fault| Failure::NotSent(fault.to_string()))?;
        // Pictures of people are given for cookies, not for headers.
        let cookies = format!("rc_uid={}; rc_token={}", session.user, session.token.expose_secret());
        let request = self.request(Method::GET, url).timeout(FILE_PATIENCE).header(COOKIE, cookies);
        let answer = signed(request, &session).send().await.map_err(|error| Failure::from_http(&error))?;
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
        let request = self.request(Method::GET, self.url(&["api", "v1", route]));
        self.send(request.query(query)).await
    }

    /// `POST /api/v1/<route>`.
    pub(crate) async fn post(&self, route: &[&str], body: &Value) -> Answer {
        let path = [&["api", "v1"], route].concat();
        self.send(self.request(Method::POST, self.url(&path)).json(body)).await
    }
}

/// A request that says who we are.
fn signed(request: RequestBuilder, session: &Session) -> RequestBuilder {
    request.header("X-User-Id", &session.user).header("X-Auth-Token", session.token.expose_secret())
}

#[cfg(test)]
mod tests {
    use super::*;

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
            largest_file_mb: None,
            in_doubt: contract::InDoubt::Again,
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
