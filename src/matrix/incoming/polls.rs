//! Polls, in the form that clients send and in the one to come (MSC3381).

use contract::{Answer, Body, Card, Kind, MessageId, Poll};
use serde_json::Value;

/// A poll has no more answers than this (MSC3381), and no more words than these.
const MOST_ANSWERS: usize = 20;
const LONGEST_WORDS: usize = 500;

/// A poll that somebody makes, or makes ask something else.
pub(super) fn asked(id: &str, content: &Value) -> Option<Kind> {
    if content["m.relates_to"]["rel_type"] != "m.replace" {
        return Some(Kind::Message { ids: vec![id.into()], body: poll(content)? });
    }
    Some(Kind::Edit { target: target(content)?, body: poll(&content["m.new_content"])? })
}

fn poll(content: &Value) -> Option<Body> {
    let stable = &content["m.poll"];
    let poll = if stable.is_object() { stable } else { &content["org.matrix.msc3381.poll.start"] };
    let answers = poll["answers"].as_array().into_iter().flatten().take(MOST_ANSWERS);
    let answer = |answer: &Value| {
        let id = answer["m.id"].as_str().or_else(|| answer["id"].as_str())?;
        Some(Answer { id: id.to_owned(), text: words(answer) })
    };
    let answers: Vec<Answer> = answers.filter_map(answer).collect();
    if answers.is_empty() {
        return None;
    }
    let most = poll["max_selections"].as_u64().and_then(|most| u32::try_from(most).ok()).unwrap_or(1).max(1);
    let card = Card::Poll(Poll { question: words(&poll["question"]), answers, most });
    let relation = &content["m.relates_to"];
    let is_threaded = relation["rel_type"] == "m.thread";
    let id_of = |value: &Value| value["event_id"].as_str().map(MessageId::from);
    let answered = !(is_threaded && relation["is_falling_back"] == true);
    Some(Body {
        reply_to: id_of(&relation["m.in_reply_to"]).filter(|_| answered),
        thread: id_of(relation).filter(|_| is_threaded),
        card: Some(card),
        ..Body::default()
    })
}

/// Somebody's vote.
pub(super) fn response(content: &Value) -> Option<Kind> {
    let unstable = &content["org.matrix.msc3381.poll.response"]["answers"];
    let chosen = content["m.selections"].as_array().or_else(|| unstable.as_array());
    let answers = chosen.into_iter().flatten().take(MOST_ANSWERS).filter_map(Value::as_str);
    Some(Kind::Vote { target: target(content)?, answers: answers.map(str::to_owned).collect() })
}

/// The end of a poll.
pub(super) fn end(content: &Value) -> Option<Kind> {
    Some(Kind::PollClosed { target: target(content)?, unseen: Vec::new() })
}

fn target(content: &Value) -> Option<MessageId> {
    content["m.relates_to"]["event_id"].as_str().map(Into::into)
}

/// The words of a question or an answer: a list of representations in the form to come, a string in the other.
fn words(value: &Value) -> String {
    let stable = value["m.text"][0]["body"].as_str().or_else(|| value["m.text"].as_str());
    let words =
        stable.or_else(|| value["org.matrix.msc1767.text"].as_str()).or_else(|| value["body"].as_str());
    words.unwrap_or_default().chars().take(LONGEST_WORDS).collect()
}
