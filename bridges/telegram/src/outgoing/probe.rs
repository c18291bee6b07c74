//! Looking whether a message was sent after all.
//!
//! The Bot API has no idempotency key and shows a bot nothing of what it wrote. But a message's id is larger than those
//! before it, and an edit that changes nothing is refused with "message is not modified": so the ids after the newest
//! one known are edited to say what they would say if they were it. Only our own messages can be edited, and of ours
//! only this one can be unknown, since a chat's messages are sent one after the other.

use contract::{MessageId, Parcel, Result};

use super::steps::Step;
use crate::Telegram;

/// So many ids are looked at.
const MOST: i64 = 12;
/// So many in a row may be nobody's: ids of other chats, in small groups, or of what was deleted.
const MOST_GAPS: u32 = 4;

impl Telegram {
    /// The ids a step has in the chat, if it was sent.
    pub(super) async fn find(
        &self,
        parcel: &Parcel<'_>,
        chat: i64,
        step: &Step,
    ) -> Result<Option<Vec<MessageId>>> {
        // No message of ours with a larger id is known: the edits below can meet no other one.
        let known = parcel.after.iter().filter_map(|id| id.as_str().parse::<i64>().ok()).max();
        let Some(known) = known else { return Ok(None) };
        let mut gaps = 0;
        for id in known + 1..=known + MOST {
            let found = match self.put_words(chat, id, step).await {
                Ok(_) => true,
                Err(failure) if failure.says("message is not modified") => true,
                Err(failure)
                    if failure.says("message to edit not found") || failure.says("MESSAGE_ID_INVALID") =>
                {
                    gaps += 1;
                    false
                }
                Err(failure) if failure.says("Bad Request") => {
                    gaps = 0;
                    false
                }
                Err(failure) => return Err(still_unclear(failure.repeatable())),
            };
            if found {
                tracing::info!(chat, id, "a message whose answer was lost is there");
                let last = id + i64::try_from(step.messages()).unwrap_or(1);
                return Ok(Some((id..last).map(|id| MessageId(id.to_string())).collect()));
            }
            if gaps >= MOST_GAPS {
                break;
            }
        }
        Ok(None)
    }
}

/// As long as looking is not possible, it stays unclear whether to send.
fn still_unclear(fault: contract::Fault) -> contract::Fault {
    match fault {
        contract::Fault::Retry { after: None, why } => contract::Fault::Unclear { why },
        other => other,
    }
}

impl Step {
    /// How many messages it is.
    pub(super) fn messages(&self) -> usize {
        match self {
            Self::Words(_) | Self::Place(_) | Self::Poll(_) => 1,
            Self::Files { media, .. } => media.len(),
        }
    }
}
