//! What happens to a chat, to its people and to its polls, said in a quiet line.

use contract::{
    Author, Block, Body, Capabilities, Content, Copy, Feature, Info, Membership, MessageId, Phrase,
    PollChange, Span, Tally, Text,
};

use super::Crossing;

/// A topic is told as far as it fits a line.
const LONGEST_TOPIC: usize = 200;

/// `content` as a message where the destination has nothing of its own for it, and who says it then.
pub(super) fn in_words(content: Content, author: Author, crossing: Crossing<'_>) -> (Content, Author) {
    let to = crossing.to;
    match content {
        Content::Membership(how) => {
            let line = membership(how, &author, crossing);
            (Content::Message(Body::notice(line.into())), Author::bridge())
        }
        Content::Poll { target, change, tally, line } if !is_shown(&change, to) => {
            (below(target, line, tally_in_words(&tally, to)), Author::bridge())
        }
        Content::Pin { target, pinned } if target.is_none() || !to.has(Feature::Pins) => {
            let key = if pinned { "message-pinned" } else { "message-unpinned" };
            let name = if author.is_bridge() { "none" } else { author.shown() };
            let body = Body::notice(Phrase::new(key).with("name", name).into());
            (Content::Message(Body { reply_to: target, ..body }), Author::bridge())
        }
        Content::Info(info) if !to.has(Feature::Info) => (Content::Message(changed(info)), author),
        other => (other, author),
    }
}

/// Whether a network shows by itself what happened to a poll.
pub(super) fn is_shown(change: &PollChange, to: Capabilities) -> bool {
    match change {
        PollChange::Voted(_) => to.has(Feature::Votes),
        PollChange::Closed => to.has(Feature::Polls),
    }
}

/// A line below a message: said once, and changed from then on.
fn below(target: MessageId, line: Vec<Copy>, text: Text) -> Content {
    let body = Body { reply_to: Some(target), ..Body::notice(text) };
    if line.is_empty() {
        Content::Message(body)
    } else {
        Content::Edit { copies: line, body, refiled: false }
    }
}

fn membership(how: Membership, author: &Author, crossing: Crossing<'_>) -> Phrase {
    let key = match how {
        Membership::Joined => "member-joined",
        Membership::Left => "member-left",
        Membership::Removed => "member-removed",
        Membership::Banned => "member-banned",
    };
    Phrase::new(key).with("name", author.shown()).with("network", crossing.source)
}

fn tally_in_words(tally: &Tally, to: Capabilities) -> Text {
    let key = match (tally.closed, to.has(Feature::Polls)) {
        (true, _) => "poll-result",
        (false, true) => "poll-votes-elsewhere",
        (false, false) => "poll-votes",
    };
    let count = |(answer, votes): (&contract::Answer, &u32)| {
        let line = Phrase::new("poll-answer").with("answer", &answer.text).with("votes", votes);
        vec![Block::Paragraph(vec![Span::Phrase(line)])]
    };
    let items = tally.poll.answers.iter().zip(&tally.votes).map(count).collect();
    let mut text = Text::from(Phrase::new(key));
    text.0.push(Block::List { start: None, items });
    text
}

fn changed(info: Info) -> Body {
    let (line, picture) = match info {
        Info::Name(name) => (Phrase::new("chat-renamed").with("name", name), None),
        Info::Topic(Some(topic)) => {
            let topic = Text::plain(&topic).excerpt(LONGEST_TOPIC);
            (Phrase::new("chat-topic-changed").with("topic", topic), None)
        }
        Info::Topic(None) => (Phrase::new("chat-topic-removed"), None),
        Info::Picture(Some(picture)) => (Phrase::new("chat-picture-changed"), Some(picture)),
        Info::Picture(None) => (Phrase::new("chat-picture-removed"), None),
    };
    Body { media: picture.into_iter().collect(), ..Body::notice(line.into()) }
}
