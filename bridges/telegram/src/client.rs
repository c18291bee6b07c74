//! Asking the Bot API, through teloxide's transport.
//!
//! Answers are taken as raw JSON: what teloxide's types cannot read must not make a sent message look unsent, nor an
//! update vanish.

use std::{io, time::Duration};

use contract::{Download, Fault, Media, Phrase, Result};
use futures_util::{TryStreamExt, stream};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Value, json};
use teloxide::{
    ApiError, Bot, RequestError,
    payloads::GetFile,
    requests::{JsonRequest, MultipartPayload, MultipartRequest, Payload},
    types::InputFile,
};
use tokio_util::io::ReaderStream;
use url::Url;
use wire::{Paper, files, paper::Request};

use crate::Config;

/// Telegram's own server, with its own limits.
const HOSTED: &str = "api.telegram.org";
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
    GetChatAdministrators,
    GetChatMember,
    GetUserProfilePhotos,
    SendMessage,
    EditMessageText,
    EditMessageCaption,
    DeleteMessage,
    SetMessageReaction,
    SendLocation,
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

/// What Telegram said instead of doing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It was refused, in these words.
    Refused(String),
    /// The group is a supergroup now.
    Moved(i64),
    /// Too much, too fast.
    Flood(Duration),
    /// It certainly never arrived.
    NotSent(String),
    /// The answer was lost, or was not Telegram's.
    Unanswered(String),
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::MigrateToChatId(chat) => Self::Moved(chat.0),
            RequestError::RetryAfter(seconds) => Self::Flood(seconds.duration()),
            RequestError::Api(error) => {
                let words = match error {
                    ApiError::Unknown(words) => words,
                    known => known.to_string(),
                };
                let refusals =
                    ["Bad Request", "Forbidden", "Unauthorized", "Not Found", "Conflict", "Request Entity"];
                match refusals.iter().any(|refusal| words.starts_with(refusal)) {
                    true => Self::Refused(words),
                    false => Self::Unanswered(words),
                }
            }
            // The address holds the token.
            RequestError::Network(error) if error.is_connect() || error.is_builder() => {
                Self::NotSent("cannot connect to the Bot API".to_owned())
            }
            RequestError::Network(error) if error.is_timeout() => {
                Self::Unanswered("no answer in time".to_owned())
            }
            RequestError::Network(_) => Self::Unanswered("the connection broke".to_owned()),
            RequestError::InvalidJson { .. } => {
                Self::Unanswered("the answer was not the Bot API's".to_owned())
            }
            RequestError::Io(error) => Self::NotSent(format!("the file could not be read: {error}")),
        }
    }
}

impl Failure {
    /// What the caller must do, when doing it twice is no harm.
    pub(crate) fn repeatable(self) -> Fault {
        match self {
            Self::Unanswered(why) => Fault::retry(why),
            other => other.sending(),
        }
    }

    /// What the caller must do, when doing it twice says it twice.
    pub(crate) fn sending(self) -> Fault {
        match self {
            Self::Moved(to) => Fault::Moved(to.to_string().into()),
            Self::Flood(after) => {
                Fault::Retry { after: Some(after), why: "Telegram asks us to slow down".to_owned() }
            }
            Self::NotSent(why) => Fault::retry(why),
            Self::Unanswered(why) => Fault::unclear(why),
            Self::Refused(words) => refusal(&words),
        }
    }

    /// What happened, in words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Refused(words) | Self::NotSent(words) | Self::Unanswered(words) => words.clone(),
            Self::Moved(to) => format!("the group moved to {to}"),
            Self::Flood(after) => format!("asked to wait {} s", after.as_secs()),
        }
    }

    /// Whether the refusal says this.
    pub(crate) fn says(&self, words: &str) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.contains(words))
    }
}

fn refusal(words: &str) -> Fault {
    let any = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    if any(&["Unauthorized", "Not Found"]) && !words.contains(": ") {
        return Fault::LoggedOut(format!("Telegram refuses the token: {words}"));
    }
    if words.starts_with("Conflict") {
        return Fault::Retry { after: Some(Duration::from_secs(5)), why: words.to_owned() };
    }
    let reason = if any(&[
        "chat not found",
        "kicked",
        "was deleted",
        "not a member",
        "blocked",
        "initiate conversation",
        "deactivated",
    ]) {
        Phrase::new("not-in-chat")
    } else if any(&[
        "not enough rights",
        "no rights",
        "CHAT_WRITE_FORBIDDEN",
        "administrator rights",
        "TOPIC_CLOSED",
    ]) {
        Phrase::new("no-right-to-write")
    } else {
        Phrase::new("other-side-refused").with("detail", words.trim_start_matches("Bad Request: "))
    };
    Fault::refused(reason, words)
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
            None => Ok(JsonRequest::new(self.bot.clone(), payload).await?),
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
        let file = JsonRequest::new(self.bot.clone(), Raw(GetFile::new(media.locator.clone().into()))).await;
        let file = file.map_err(|error| match Failure::from(error) {
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

    fn file_url(&self, path: &str) -> Url {
        let mut url = self.bot.api_url();
        if let Ok(mut segments) = url.path_segments_mut() {
            let bot = format!("bot{}", self.token.expose_secret());
            segments.pop_if_empty().push("file").push(&bot).extend(path.split('/'));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do() {
        let key = |words: &str| match Failure::Refused(words.to_owned()).sending() {
            Fault::Refused { reason, .. } => reason.key,
            Fault::LoggedOut(_) => "logged out".to_owned(),
            other => other.to_string(),
        };
        assert_eq!(key("Forbidden: bot was kicked from the supergroup chat"), "not-in-chat");
        assert_eq!(
            key("Bad Request: not enough rights to send text messages to the chat"),
            "no-right-to-write"
        );
        assert_eq!(key("Bad Request: message text is empty"), "other-side-refused");
        assert_eq!(key("Unauthorized"), "logged out");
        assert!(matches!(Failure::Unanswered(String::new()).sending(), Fault::Unclear { .. }));
        assert!(matches!(Failure::Unanswered(String::new()).repeatable(), Fault::Retry { .. }));
    }
}
