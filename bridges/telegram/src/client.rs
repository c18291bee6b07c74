//! Asking the Bot API; files go through teloxide's transport.
//!
//! Answers are taken as raw JSON: what teloxide's types cannot read must not make a sent message look unsent, nor an
//! update vanish.

use std::{io, time::Duration};

use contract::{Download, Fault, Media, Result};
use futures_util::{TryStreamExt, stream};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Value, json};
use teloxide::{
    Bot, RequestError,
    requests::{MultipartPayload, MultipartRequest, Payload},
    types::InputFile,
};
use tokio_util::io::ReaderStream;
use url::Url;
use wire::{Paper, files, paper::Request};

use crate::Config;

mod failure;

pub(crate) use failure::Failure;
use failure::{Answer, not_the_servers};

/// Telegram's own server, with its own limits.
const HOSTED: &str = "api.telegram.org";
/// Bytes of the longest answer that is read: a hundred updates are far less.
const LONGEST_ANSWER: usize = 16 << 20;
/// How long Telegram may hold a poll that has nothing to say, seconds.
pub(crate) const POLL: u64 = 30;
/// How long an ordinary answer may take.
const PATIENCE: Duration = Duration::from_secs(POLL + 30);
/// How long a whole file may take.
const FILE_PATIENCE: Duration = Duration::from_mins(15);

/// Parameters of a method as JSON, by the method's name.
macro_rules! methods {
    ($($name:ident),* $(,)?) => {$(
        #[doc = concat!("Bot API, `", stringify!($name), "`.")]
        #[derive(Clone, Debug, Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub Value);

        impl Payload for $name {
            type Output = Value;
            const NAME: &'static str = stringify!($name);
        }
    )*};
}

methods!(
    GetMe,
    SetMyCommands,
    BanChatMember,
    GetUpdates,
    DeleteWebhook,
    GetChat,
    GetFile,
    GetChatAdministrators,
    GetChatMember,
    GetUserProfilePhotos,
    SendMessage,
    EditMessageText,
    EditMessageCaption,
    DeleteMessage,
    SetMessageReaction,
    SendLocation,
    EditMessageLiveLocation,
    StopMessageLiveLocation,
    SendVenue,
    SendPoll,
    StopPoll,
    PinChatMessage,
    UnpinChatMessage,
    SetChatTitle,
    SetChatDescription,
    DeleteChatPhoto,
);

/// A payload of teloxide's whose answer is taken as it is.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub(crate) struct Raw<P>(pub P);

impl<P: Payload> Payload for Raw<P> {
    type Output = Value;
    const NAME: &'static str = P::NAME;
}

impl<P: MultipartPayload> MultipartPayload for Raw<P> {
    fn copy_files(&self, into: &mut dyn FnMut(InputFile)) {
        self.0.copy_files(into);
    }

    fn move_files(&mut self, into: &mut dyn FnMut(InputFile)) {
        self.0.move_files(into);
    }
}

/// The Bot API, by one bot.
#[derive(Debug)]
pub(crate) struct Client {
    bot: Bot,
    /// The same for files, which take longer.
    files: Bot,
    token: SecretString,
    hosted: bool,
    /// Answers in the server's place, where there is none.
    paper: Option<Paper>,
}

impl Client {
    /// A client by the configuration; asks nobody yet.
    pub(crate) fn new(config: &Config) -> Result<Self> {
        let mut url = config.api_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty();
        }
        let bot = |patience| {
            let settings = teloxide::net::default_reqwest_settings().timeout(patience);
            let http = settings.build().map_err(|_| Fault::LoggedOut("no HTTP client".to_owned()))?;
            Ok::<_, Fault>(Bot::with_client(config.token.expose_secret(), http).set_api_url(url.clone()))
        };
        let hosted = url.host_str() == Some(HOSTED);
        let (bot, files, token) = (bot(PATIENCE)?, bot(FILE_PATIENCE)?, config.token.clone());
        Ok(Self { bot, files, token, hosted, paper: None })
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

    /// Asks.
    pub(crate) async fn call<P>(&self, payload: P) -> std::result::Result<Value, Failure>
    where
        P: Payload<Output = Value> + Serialize + 'static,
    {
        match &self.paper {
            Some(paper) => Ok(write_down(paper, &payload)),
            None => self.ask(&payload).await,
        }
    }

    /// Asks without files. Not by teloxide's own request: it sleeps for ten seconds before it tells of an error of the
    /// server's, in which a lane could have tried again.
    async fn ask<P: Payload + Serialize>(&self, payload: &P) -> std::result::Result<Value, Failure> {
        let body = serde_json::to_vec(payload).map_err(|why| Failure::NotSent(why.to_string()))?;
        let request = self.bot.client().post(self.url(&[P::NAME])).header("content-type", "application/json");
        let mut answer = request.body(body).send().await.map_err(RequestError::from)?;
        let mut bytes = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(RequestError::from)? {
            if bytes.len() + part.len() > LONGEST_ANSWER {
                return Err(not_the_servers());
            }
            bytes.extend_from_slice(&part);
        }
        match serde_json::from_slice(&bytes) {
            Ok(Answer { ok: true, result, .. }) => Ok(result),
            Ok(answer) => Err(answer.failure()),
            Err(_) => Err(not_the_servers()),
        }
    }

    /// Sends a file.
    pub(crate) async fn upload<P>(&self, payload: P) -> std::result::Result<Value, Failure>
    where
        P: MultipartPayload + Serialize + 'static,
        P: Send,
    {
        match &self.paper {
            Some(paper) => Ok(write_down(paper, &Raw(payload))),
            None => Ok(MultipartRequest::new(self.files.clone(), Raw(payload)).await?),
        }
    }

    /// The bytes of a file (Bot API, `getFile`).
    pub(crate) async fn download(&self, media: &Media) -> Result<Download> {
        if self.paper.is_some() {
            return Ok(Download { size: 0, mime: media.mime.clone(), bytes: Box::pin(stream::empty()) });
        }
        let file = self.ask(&GetFile(json!({ "file_id": media.locator }))).await;
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
        let answer = self.files.client().get(self.file_url(path)).send().await;
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

    /// An address below the bot's own.
    fn url(&self, path: &[&str]) -> Url {
        self.address(&[], path)
    }

    fn file_url(&self, path: &str) -> Url {
        self.address(&["file"], &path.split('/').collect::<Vec<_>>())
    }

    fn address(&self, before: &[&str], path: &[&str]) -> Url {
        let mut url = self.bot.api_url();
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

/// Notes a request instead of sending it. Its files have names that are made up each time.
fn write_down<P: Payload + Serialize>(paper: &Paper, payload: &P) -> Value {
    let mut body = serde_json::to_value(payload).unwrap_or_default();
    let mut left = vec![&mut body];
    while let Some(value) = left.pop() {
        match value {
            Value::String(words) if words.starts_with("attach://") => "attach://file".clone_into(words),
            Value::Array(values) => left.extend(values),
            Value::Object(fields) => left.extend(fields.values_mut()),
            _ => {}
        }
    }
    paper.ask(Request::post(format!("/{}", P::NAME), body))
}

pub(crate) fn missing() -> Fault {
    files::unreachable("getFile gave no file")
}

/// What is asked for by polling: everything a chat is told of (Bot API, `getUpdates`). Named in full each time, since
/// Telegram remembers the last list it was given.
pub(crate) fn updates_from(offset: Option<i64>, wait: u64) -> GetUpdates {
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
    GetUpdates(params)
}
