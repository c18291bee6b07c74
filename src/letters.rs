//! How dead letters are shown to people.

use contract::{Block, Kind, Phrase, Span, Text};

use crate::store::dead_letters::DeadLetter;

/// A dead letter on one line, with why it was given up.
#[must_use]
pub fn line(letter: &DeadLetter) -> Vec<Span> {
    let kind = match letter.event.as_ref().map(|event| &event.kind) {
        Some(Kind::Message { .. }) => "message",
        Some(Kind::Edit { .. }) => "edit",
        Some(Kind::Delete { .. }) => "delete",
        Some(Kind::Reaction { .. }) => "reaction",
        _ => "other",
    };
    let line = Phrase::new("dead-letter")
        .with("id", letter.id)
        .with("kind", kind)
        .with("when", crate::absence::date(letter.buried_at))
        .with("name", letter.event.as_ref().map_or("?", |event| event.author.shown()))
        .with("source", &letter.source.network)
        .with("network", &letter.place.network);
    vec![Span::Phrase(line), Span::Plain(" ".to_owned()), Span::Phrase(letter.reason.clone())]
}

/// A dead letter with what it says.
#[must_use]
pub fn whole(letter: &DeadLetter) -> Text {
    let mut blocks = vec![Block::Paragraph(line(letter))];
    if let Some(Kind::Message { body, .. } | Kind::Edit { body, .. }) =
        letter.event.as_ref().map(|event| &event.kind)
    {
        let mut said = body.text.0.clone();
        said.extend(body.media.iter().flat_map(|media| crate::fit::line_for(media).0));
        blocks.push(Block::Quote(said));
    }
    Text(blocks)
}
