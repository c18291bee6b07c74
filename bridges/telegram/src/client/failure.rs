//! What the Bot API answers instead of doing what it was asked.

use std::time::Duration;

use contract::{Fault, Phrase};
use serde::Deserialize;
use serde_json::Value;
use teloxide::{ApiError, RequestError};

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
            RequestError::Api(error) => Self::said(match error {
                ApiError::Unknown(words) => words,
                known => known.to_string(),
            }),
            // The address holds the token.
            RequestError::Network(error) if error.is_connect() || error.is_builder() => {
                Self::NotSent("cannot connect to the Bot API".to_owned())
            }
            RequestError::Network(error) if error.is_timeout() => {
                Self::Unanswered("no answer in time".to_owned())
            }
            RequestError::Network(_) => Self::Unanswered("the connection broke".to_owned()),
            RequestError::InvalidJson { .. } => not_the_servers(),
            RequestError::Io(error) => Self::NotSent(format!("the file could not be read: {error}")),
        }
    }
}

/// An answer (Bot API, "Making requests").
#[derive(Deserialize)]
pub(super) struct Answer {
    pub ok: bool,
    #[serde(default)]
    pub result: Value,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
}

/// Why an answer is no result (Bot API, `ResponseParameters`).
#[derive(Default, Deserialize)]
struct Parameters {
    migrate_to_chat_id: Option<i64>,
    retry_after: Option<u64>,
}

impl Answer {
    pub(super) fn failure(self) -> Failure {
        match self.parameters {
            Parameters { migrate_to_chat_id: Some(chat), .. } => Failure::Moved(chat),
            Parameters { retry_after: Some(seconds), .. } => Failure::Flood(Duration::from_secs(seconds)),
            _ => Failure::said(self.description),
        }
    }
}

pub(super) fn not_the_servers() -> Failure {
    Failure::Unanswered("the answer was not the Bot API's".to_owned())
}

impl Failure {
    /// What the server's words are: a refusal, or that it could not.
    fn said(words: String) -> Self {
        let refusals =
            ["Bad Request", "Forbidden", "Unauthorized", "Not Found", "Conflict", "Request Entity"];
        match refusals.iter().any(|refusal| words.starts_with(refusal)) {
            true => Self::Refused(words),
            false => Self::Unanswered(words),
        }
    }

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

/// What Telegram says in its many ways where the bot may not write; in capitals, as its own servers behind the Bot API do.
const NO_RIGHT: [&str; 6] = [
    "NOT ENOUGH RIGHTS",
    "NO RIGHTS",
    "CHAT_WRITE_FORBIDDEN",
    "ADMINISTRATOR RIGHTS",
    "CHAT_ADMIN_REQUIRED",
    "TOPIC_CLOSED",
];
/// The same where there is no such chat any more, or the bot is not in it; besides all that it calls forbidden.
const NOT_THERE: [&str; 10] = [
    "CHAT NOT FOUND",
    "KICKED",
    "WAS DELETED",
    "DEACTIVATED",
    "NOT A MEMBER",
    "CHANNEL_PRIVATE",
    "CHANNEL_INVALID",
    "CHAT_ID_INVALID",
    "PEER_ID_INVALID",
    "CHAT_FORBIDDEN",
];

fn refusal(words: &str) -> Fault {
    let any = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    if any(&["Unauthorized", "Not Found"]) && !words.contains(": ") {
        return Fault::LoggedOut(format!("Telegram refuses the token: {words}"));
    }
    if words.starts_with("Conflict") {
        return Fault::Retry { after: Some(Duration::from_secs(5)), why: words.to_owned() };
    }
    let words_in_capitals = words.to_ascii_uppercase();
    let says = |signs: &[&str]| signs.iter().any(|sign| words_in_capitals.contains(sign));
    let reason = if says(&NO_RIGHT) {
        Phrase::new("no-right-to-write")
    } else if words.starts_with("Forbidden") || says(&NOT_THERE) {
        Phrase::new("not-in-chat")
    } else {
        Phrase::new("other-side-refused").with("detail", words.trim_start_matches("Bad Request: "))
    };
    Fault::refused(reason, words)
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
        for gone in [
            "Forbidden: bot was kicked from the supergroup chat",
            "Forbidden: the group chat was deleted",
            "Forbidden: bot was blocked by the user",
            "Bad Request: group chat was deactivated",
            "Bad Request: chat not found",
            "Bad Request: CHANNEL_PRIVATE",
        ] {
            assert_eq!(key(gone), "not-in-chat", "{gone}");
        }
        assert_eq!(key("Forbidden: not enough rights to send photos to the chat"), "no-right-to-write");
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
