//! What has no counterpart elsewhere crosses as a short line, never as nothing.

use contract::{Body, Kind, Phrase, Text};
use serde_json::Value;

use super::{Envelope, line};

/// An event of a kind that is no message.
pub(super) fn oddity(kind: &str, envelope: &Envelope) -> Option<Kind> {
    let content = &envelope.content;
    let id = envelope.event_id.as_str();
    match kind {
        "m.room.encrypted" => Some(line(id, Phrase::new("encrypted-message"))),
        // A telephone that rings, keys that are exchanged: nothing to read.
        _ if kind.starts_with("m.call.") || kind.starts_with("m.key.") || kind.contains(".call.") => None,
        _ => unknown(id, content),
    }
}

/// Something of a kind we do not know: what it says for those who do not.
fn unknown(id: &str, content: &Value) -> Option<Kind> {
    let fallback = content["body"].as_str().or_else(|| content["org.matrix.msc1767.text"].as_str());
    if fallback.is_none() && content.as_object().is_none_or(serde_json::Map::is_empty) {
        // Redacted before it reached us.
        return None;
    }
    let Some(words) = fallback else { return Some(line(id, Phrase::new("unknown-message"))) };
    let mut text = Text::from(Phrase::new("unknown-message"));
    text.0.extend(Text::plain(words).0);
    Some(Kind::Message { ids: vec![id.into()], body: Body::of(text) })
}
