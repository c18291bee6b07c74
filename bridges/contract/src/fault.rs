//! What went wrong, named after what the caller must do.

use std::time::Duration;

use serde::Deserialize;

use crate::{ChatId, Phrase};

/// The result of asking a network for something.
pub type Result<T> = std::result::Result<T, Fault>;

/// What went wrong, named after what the caller must do and not after what broke.
/// Texts in it never hold a token, nor what somebody wrote.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// It was not done. Try again, not before `after` if the server named a delay.
    #[error("try again{}: {why}", .after.map(|d| format!(" in {} s", d.as_secs())).unwrap_or_default())]
    Retry {
        /// The server's own delay.
        after: Option<Duration>,
        /// For the log.
        why: String,
    },
    /// It may have been done or not: the answer was lost. Look before trying again.
    #[error("may have been done, the answer was lost: {why}")]
    Unclear {
        /// For the log.
        why: String,
    },
    /// It may have been done or not, looking does not tell, and the hoster wants people to decide. Hold it and ask them.
    #[error("may have been done, and only people can tell")]
    InDoubt,
    /// It will never be done. Tell the person who asked.
    #[error("refused: {detail}")]
    Refused {
        /// What they are told, in their language.
        reason: Phrase,
        /// For the log: the server's own words.
        detail: String,
    },
    /// The chat goes on elsewhere. Send it there.
    #[error("the chat moved to {0}")]
    Moved(ChatId),
    /// The network does not know us any more. Keep everything until the hoster mends it.
    #[error("logged out: {0}")]
    LoggedOut(String),
    /// This network cannot do that at all.
    #[error("not supported by this network")]
    Unsupported,
}

/// What to do with a step that may have been done or not, where looking does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InDoubt {
    /// Do it again: it may then be there twice.
    #[default]
    Again,
    /// Hold it and ask people: it may then be missing until they answer.
    Hold,
}

impl InDoubt {
    /// Goes on only when it is to be done again.
    pub fn again(self) -> Result<()> {
        match self {
            Self::Again => Ok(()),
            Self::Hold => Err(Fault::InDoubt),
        }
    }
}

impl Fault {
    /// Try again when you like.
    #[must_use]
    pub fn retry(why: impl Into<String>) -> Self {
        Self::Retry { after: None, why: why.into() }
    }

    /// It may have been done.
    #[must_use]
    pub fn unclear(why: impl Into<String>) -> Self {
        Self::Unclear { why: why.into() }
    }

    /// It will never be done, because of `reason`.
    #[must_use]
    pub fn refused(reason: Phrase, detail: impl Into<String>) -> Self {
        Self::Refused { reason, detail: detail.into() }
    }
}
