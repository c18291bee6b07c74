//! What a refusal means. Most are 400, whatever the matter is.

use std::time::Duration;

use contract::{Fault, Phrase, Timestamp};
use reqwest::header::HeaderMap;
use serde_json::Value;
use wire::{Failure, http};

/// A delay when the server names none.
const PAUSE: Duration = Duration::from_mins(1);

/// The delay that the server asks for: in words, or by when it begins to count anew (REST, "Rate limit").
pub(super) fn pause(headers: &HeaderMap, body: &Value) -> Option<Duration> {
    delay(headers, body, Timestamp::now())
}

fn delay(headers: &HeaderMap, body: &Value, now: Timestamp) -> Option<Duration> {
    let words = body["error"].as_str().filter(|words| words.contains("error-too-many-requests"))?;
    let seconds = words.split("wait ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
    let reset = || {
        let at: i64 = headers.get("x-ratelimit-reset")?.to_str().ok()?.parse().ok()?;
        Some(Duration::from_millis(u64::try_from(at - now.0).ok()?).min(PAUSE))
    };
    Some(seconds.map(Duration::from_secs).or_else(reset).unwrap_or(PAUSE))
}

/// What the server calls the reason: a code, or the words it has instead of one.
pub(crate) fn code(body: &Value) -> &str {
    body["errorType"].as_str().or_else(|| body["error"].as_str()).unwrap_or_default()
}

/// What a refusal means to the caller.
fn refusal(status: u16, body: &Value) -> Fault {
    let code = code(body);
    let short: String = code.chars().take(120).collect();
    let words = format!("HTTP {status} {short}");
    let any = |signs: &[&str]| signs.iter().any(|sign| code.contains(sign));
    match status {
        _ if any(&["totp-required"]) => second_factor(),
        401 if !lacks_right(code) => Fault::LoggedOut(format!("Rocket.Chat does not know the bot: {words}")),
        // A proxy that finds no server behind it.
        404 if !body.is_object() => Fault::retry(words),
        500.. => Fault::unclear(words),
        // Reading goes on; what is to be written waits until an admin mends it.
        _ if any(&["restricted-workspace"]) => {
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
        _ if body["error"].as_str().is_some_and(|error| error.contains("un-encrypted")) => {
            Fault::refused(Phrase::new("encrypted-refused"), words)
        }
        401 | 403 => Fault::refused(Phrase::new("no-right-to-write"), words),
        _ if any(&["archived"]) => Fault::refused(Phrase::new("chat-archived"), words),
        _ if any(&["error-not-allowed", "readonly", "room_is_blocked", "You_have_been_muted"]) => {
            Fault::refused(Phrase::new("no-right-to-write"), words)
        }
        _ => http::other_refusal(status, &short),
    }
}

/// The bot's account asks for more than its password.
pub(super) fn second_factor() -> Fault {
    Fault::LoggedOut("Rocket.Chat asks for a second factor; give the bot a token instead".to_owned())
}

/// A missing right, which is told by 401 too from 8 on.
fn lacks_right(code: &str) -> bool {
    code.contains("error-unauthorized")
}

/// Whether the server does not know our session any more.
pub(super) fn is_logged_out(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused { status: 401, body } if !lacks_right(code(body)))
}

/// Whether something asked for is not there, or not for us: the server's own word, not that of a proxy before it.
pub(crate) fn is_absent(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused { status: 400 | 403 | 404, body } if body.is_object())
}

/// A failure of something that may be done twice.
pub(crate) fn repeatable(failure: Failure) -> Fault {
    failure.repeatable(refusal)
}

/// A failure of something that would then be there twice.
pub(crate) fn sending(failure: Failure) -> Fault {
    failure.sending(refusal)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_says_what_to_do() {
        let key = |status, body: Value| match refusal(status, &body) {
            Fault::Refused { reason, .. } => reason.key,
            Fault::LoggedOut(_) => "logged out".to_owned(),
            Fault::Retry { .. } => "again".to_owned(),
            other => other.to_string(),
        };
        let says = |status, error: &str| key(status, json!({ "success": false, "error": error }));
        assert_eq!(says(401, "You must be logged in to do this."), "logged out");
        assert_eq!(says(401, "User does not have the permissions [error-unauthorized]"), "no-right-to-write");
        assert_eq!(says(403, "unauthorized"), "no-right-to-write");
        assert_eq!(says(400, "TOTP Required [totp-required]"), "logged out");
        assert_eq!(says(400, "restricted-workspace"), "logged out");
        assert_eq!(says(400, "The room does not exist [error-room-not-found]"), "not-in-chat");
        assert_eq!(says(400, "You can't send messages because the room is readonly."), "no-right-to-write");
        assert_eq!(says(400, "error-message-size-exceeded"), "other-side-refused");
        assert_eq!(key(404, Value::Null), "again", "a page of a proxy's");
    }

    #[test]
    fn the_delay_is_read_from_the_words_or_from_the_headers() {
        let words = "Error, too many requests. Please slow down. You must wait 42 seconds before trying this endpoint \
                     again. [error-too-many-requests]";
        let mut headers = HeaderMap::new();
        let wait =
            |headers: &HeaderMap, error: &str| delay(headers, &json!({ "error": error }), Timestamp(1000));
        assert_eq!(wait(&headers, words), Some(Duration::from_secs(42)));
        assert_eq!(wait(&headers, "wait 3 seconds"), None);
        let wordless = "Slow down. [error-too-many-requests]";
        assert_eq!(wait(&headers, wordless), Some(PAUSE));
        headers.insert("x-ratelimit-reset", 31_000.into());
        assert_eq!(wait(&headers, wordless), Some(Duration::from_secs(30)));
    }
}
