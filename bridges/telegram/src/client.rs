//! Asking the Bot API.
//!
//! Answers are taken as raw JSON: what this version does not know must not make a sent message look unsent, nor an update
//! vanish.

use std::{io, time::Duration};

use bytes::Bytes;
use contract::{Download, Fault, Media, Result};
use futures_util::{Stream, TryStreamExt, stream};
use reqwest::{
    Body, RequestBuilder,
    multipart::{Form, Part},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio_util::io::ReaderStream;
use url::Url;
use wire::{
    Paper, files,
    http::{self, FILE_PATIENCE},
    paper::Request,
};

use crate::Config;

mod failure;

pub(crate) use failure::Failure;
use failure::{Answer, BrokeOff, lost, not_the_servers};

/// Telegram's own server, with its own limits.
const HOSTED: &str = "api.telegram.org";
/// How long Telegram may hold a poll that has nothing to say, seconds.
pub(crate) const POLL: u64 = 30;
/// How long an ordinary answer may take.
const PATIENCE: Duration = Duration::from_secs(POLL + 30);

/// The Bot API, by one bot.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    /// Where the Bot API is.
    base: Url,
    token: SecretString,
    hosted: bool,
    /// Answers in the server's place, where there is none.
    paper: Option<Paper>,
}

impl Client {
    /// A client by the configuration; asks nobody yet.
    pub(crate) fn new(config: &Config) -> Result<Self> {
        let (http, base, token) = (http::client()?, config.api_url.clone(), config.token.clone());
        let hosted = base.host_str() == Some(HOSTED);
        Ok(Self { http, base, token, hosted, paper: None })
    }

    /// The same without a server.
    pub(crate) fn on_paper(self, paper: &Paper) -> Self {
        Self { paper: Some(paper.clone()), ..self }
    }

    /// Whether this is Telegram's own server.
    pub(crate) fn is_hosted(&self) -> bool {
        self.hosted
    }

    /// The bot's id, which its token begins with.
    pub(crate) fn bot_id(&self) -> i64 {
        self.token.expose_secret().split(':').next().and_then(|id| id.parse().ok()).unwrap_or_default()
    }

    /// Asks by a method, named as in the Bot API; it does not mind capitals.
    pub(crate) async fn call(
        &self,
        method: &'static str,
        params: Value,
    ) -> std::result::Result<Value, Failure> {
        match &self.paper {
            Some(paper) => Ok(write_down(paper, method, params)),
            None => self.ask(self.request(method).timeout(PATIENCE).json(&params)).await,
        }
    }

    /// Asks by a method that takes files, each named in `params` as [`attached`] names it. (Bot API, "Sending files")
    pub(crate) async fn upload(
        &self,
        method: &'static str,
        params: Value,
        files: Vec<Part>,
    ) -> std::result::Result<Value, Failure> {
        if let Some(paper) = &self.paper {
            return Ok(write_down(paper, method, params));
        }
        let mut form = Form::new();
        for (key, value) in params.as_object().into_iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            form = form.text(key.clone(), value);
        }
        for (n, file) in files.into_iter().enumerate() {
            form = form.part(format!("file{n}"), file);
        }
        self.ask(self.request(method).timeout(FILE_PATIENCE).multipart(form)).await
    }

    fn request(&self, method: &str) -> RequestBuilder {
        self.http.post(self.address(&[], &[method]))
    }

    async fn ask(&self, request: RequestBuilder) -> std::result::Result<Value, Failure> {
        let answer = request.send().await.map_err(|error| lost(&error))?;
        let answer = http::read_json(answer).await.map_err(|_| not_the_servers())?;
        match serde_json::from_value(answer) {
            Ok(Answer { ok: true, result, .. }) => Ok(result),
            Ok(answer) => Err(answer.failure()),
            Err(_) => Err(not_the_servers()),
        }
    }

    /// The bytes of a file (Bot API, `getFile`).
    pub(crate) async fn download(&self, media: &Media) -> Result<Download> {
        if self.paper.is_some() {
            return Ok(Download { size: 0, mime: media.mime.clone(), bytes: Box::pin(stream::empty()) });
        }
        let file = self.call("GetFile", json!({ "file_id": media.locator })).await;
        let file = file.map_err(|failure| match failure {
            failure if failure.says("file is too big") => self.too_big(media),
            failure if failure.says("Bad Request") => missing(),
            failure => failure.repeatable(),
        })?;
        let path = file["file_path"].as_str().ok_or_else(missing)?;
        let mime = media.mime.clone();
        // A self-hosted server may name a file on its own disk, which may be ours.
        if path.starts_with('/')
            && let Ok(file) = tokio::fs::File::open(path).await
        {
            let size = file.metadata().await.map_err(|why| Fault::retry(why.to_string()))?.len();
            return Ok(Download { size, mime, bytes: Box::pin(ReaderStream::new(file)) });
        }
        let answer = self.http.get(self.file_url(path)).timeout(FILE_PATIENCE).send().await;
        let answer = answer.map_err(|_| Fault::retry("a file could not be fetched"))?;
        match answer.status().as_u16() {
            // Of our token, revoked just now, or of our pace: nothing that the file could be blamed for.
            401 | 429 => {
                return Err(Fault::retry(format!("a file could not be fetched: HTTP {}", answer.status())));
            }
            400..500 => return Err(missing()),
            _ => {}
        }
        let size =
            answer.content_length().or(file["file_size"].as_u64()).filter(|_| answer.status().is_success());
        let size = size.ok_or_else(|| Fault::retry("a file could not be fetched"))?;
        let bytes = answer.bytes_stream().map_err(|_| io::Error::other("the file broke off"));
        Ok(Download { size, mime, bytes: Box::pin(bytes) })
    }

    fn file_url(&self, path: &str) -> Url {
        self.address(&["file"], &path.split('/').collect::<Vec<_>>())
    }

    /// An address of the bot's own.
    fn address(&self, before: &[&str], path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            let bot = format!("bot{}", self.token.expose_secret());
            segments.pop_if_empty().extend(before).push(&bot).extend(path);
        }
        url
    }

    fn too_big(&self, media: &Media) -> Fault {
        files::too_big(media, media.size, crate::download_limit(self.hosted))
    }
}

/// How a file that goes along is named, by its place from 0.
pub(crate) fn attached(n: usize) -> String {
    format!("attach://file{n}")
}

/// A file that goes along, of so many bytes.
pub(crate) fn part(
    bytes: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    size: u64,
    name: String,
    mime: &str,
) -> Result<Part> {
    // Told apart from a connection to Telegram that breaks.
    let bytes = Body::wrap_stream(bytes.map_err(BrokeOff));
    let part = Part::stream_with_length(bytes, size).file_name(name).mime_str(mime);
    part.map_err(|why| Fault::retry(why.to_string()))
}

/// Notes a request instead of sending it.
fn write_down(paper: &Paper, method: &str, params: Value) -> Value {
    paper.ask(Request::post(format!("/{method}"), params))
}

pub(crate) fn missing() -> Fault {
    files::unreachable("getFile gave no file")
}

/// What is asked for by polling: everything a chat is told of (Bot API, `getUpdates`). Named in full each time, since
/// Telegram remembers the last list it was given.
pub(crate) fn updates_from(offset: Option<i64>, wait: u64) -> Value {
    let wanted = [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "message_reaction",
        "my_chat_member",
        "chat_member",
        "poll",
        "poll_answer",
    ];
    let mut params = json!({ "timeout": wait, "limit": 100, "allowed_updates": wanted });
    if let Some(offset) = offset {
        params["offset"] = json!(offset);
    }
    params
}

#[cfg(test)]
mod tests {
    use contract::InDoubt;
    use simulators::telegram::{Fault as Mishap, Telegram};

    use super::*;

    /// What comes of a file of two parts, the second of which may not come.
    async fn uploading(mishap: Option<Mishap>, comes: bool) -> std::result::Result<Value, Failure> {
        let token = "42:a-token-for-files";
        drop(simulators::http());
        let server = Telegram::start("127.0.0.1:0").await.unwrap();
        let bot = server.bot(token, "files_bot").unwrap();
        let chat = server.supergroup("Les fichiers").unwrap();
        server.join(chat, bot).unwrap();
        if let Some(mishap) = mishap {
            server.fault("sendDocument", 1, mishap);
        }
        let config = Config {
            token: token.into(),
            api_url: server.url().parse().unwrap(),
            announce_members: true,
            largest_file_mb: None,
            in_doubt: InDoubt::Again,
            messages_per_minute: 0,
            messages_per_second: 0,
        };
        let end = if comes { Ok(Bytes::from("fin")) } else { Err(io::Error::other("away")) };
        let bytes = stream::iter([Ok(Bytes::from("début et ")), end]);
        let file = part(bytes, 13, "plan.txt".to_owned(), "text/plain").unwrap();
        let params = json!({ "chat_id": chat, "document": attached(0), "caption": "le plan" });
        Client::new(&config).unwrap().upload("SendDocument", params, vec![file]).await
    }

    #[tokio::test]
    async fn a_file_is_sent_with_what_is_said_of_it() {
        let sent = uploading(None, true).await.unwrap();
        assert_eq!((&sent["caption"], &sent["document"]["file_name"]), (&"le plan".into(), &"plan.txt".into()));
        assert_eq!(sent["document"]["file_size"], 13);
    }

    #[tokio::test]
    async fn what_becomes_of_a_file_is_told_apart() {
        let outcomes = [
            uploading(None, false).await,
            uploading(Some(Mishap::BreakAfter), true).await,
            uploading(Some(Mishap::BadGateway), true).await,
            uploading(Some(Mishap::TooManyRequests { retry_after: 7 }), true).await,
        ];
        let [broke_off, lost, proxy, flood] = outcomes.map(|outcome| outcome.unwrap_err());
        assert_eq!(broke_off, Failure::NotSent("the file could not be read: away".to_owned()));
        assert!(matches!((lost, proxy), (Failure::Unanswered(_), Failure::Unanswered(_))));
        assert_eq!(flood, Failure::Flood(Duration::from_secs(7)));
    }
}
