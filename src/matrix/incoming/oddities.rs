//! What has no counterpart elsewhere crosses as a short line, never as nothing.

use contract::{Block, Body, Kind, Phrase, Span, Text};
use serde_json::Value;

use super::{Envelope, line};

/// A poll has no more answers than this (MSC3381).
const MOST_ANSWERS: usize = 20;

/// An event of a kind that is no message.
pub(super) fn oddity(kind: &str, envelope: &Envelope) -> Option<Kind> {
    let content = &envelope.content;
    let id = envelope.event_id.as_str();
    match kind {
        "m.room.encrypted" => Some(line(id, Phrase::new("encrypted-message"))),
        "m.poll.start" => Some(poll(id, &content["m.poll"], "m.text")),
        "org.matrix.msc3381.poll.start" => {
            Some(poll(id, &content["org.matrix.msc3381.poll.start"], "org.matrix.msc1767.text"))
        }
        "m.poll.end" | "org.matrix.msc3381.poll.end" => Some(line(id, Phrase::new("poll-ended"))),
        // A voice for an answer, a telephone that rings, keys that are exchanged: nothing to read.
        "m.poll.response" | "org.matrix.msc3381.poll.response" => None,
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

fn poll(id: &str, poll: &Value, text_key: &str) -> Kind {
    let words = |value: &Value| {
        let text = &value[text_key];
        // The stable form is a list of representations, the unstable one a string.
        text.as_str().or_else(|| text[0]["body"].as_str()).unwrap_or_default().to_owned()
    };
    let question = words(&poll["question"]);
    let title = Block::Paragraph(vec![Span::Phrase(Phrase::new("poll").with("question", question))]);
    let answers = poll["answers"].as_array().into_iter().flatten().take(MOST_ANSWERS);
    let items = answers.map(|answer| vec![Block::Paragraph(vec![Span::Plain(words(answer))])]).collect();
    let text = Text(vec![title, Block::List { start: None, items }]).normal();
    Kind::Message { ids: vec![id.into()], body: Body::of(text) }
}
