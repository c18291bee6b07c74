//! Where several chats of one network meet in a room, a sign before each message of the chat it comes from.

use contract::{Block, Body, Card, Content, Location, Span};

/// What is said, with the sign before its words: a poll's question, the name of a place.
#[must_use]
pub fn marked(content: Content, mark: &str) -> Content {
    match content {
        Content::Message(body) => Content::Message(mark_body(body, mark)),
        Content::Edit { copies, body, refiled } => {
            Content::Edit { copies, body: mark_body(body, mark), refiled }
        }
        other => other,
    }
}

fn mark_body(mut body: Body, mark: &str) -> Body {
    match &mut body.card {
        Some(Card::Poll(poll)) => poll.question = format!("[{mark}] {}", poll.question),
        // One that moves is words everywhere.
        Some(Card::Location(place)) if !place.live => {
            let name = Location { address: None, ..place.clone() }.place();
            place.name = Some(format!("[{mark}] {name}"));
        }
        _ => match body.text.0.first_mut() {
            Some(Block::Paragraph(first)) => first.insert(0, Span::Plain(format!("[{mark}] "))),
            _ => body.text.0.insert(0, Block::Paragraph(vec![Span::Plain(format!("[{mark}]"))])),
        },
    }
    body
}

#[cfg(test)]
mod tests {
    use contract::{Media, MediaKind, Poll, Text};

    use super::*;

    #[test]
    fn words_and_captions_are_marked_and_an_edit_as_they_were() {
        let said = |text: &str, media: Vec<Media>| Body { media, ..Body::of(Text::plain(text)) };
        let words = |content: Content| match marked(content, "#jardin") {
            Content::Message(body) | Content::Edit { body, .. } => body.text.normal(),
            other => panic!("{other:?}"),
        };
        let marked = |text: &str| Text::plain(&format!("[#jardin]{text}"));
        assert_eq!(words(Content::Message(said("bonjour", Vec::new()))), marked(" bonjour"));
        let photo = Media::new(MediaKind::Photo, "1", "1");
        assert_eq!(words(Content::Message(said("", vec![photo]))), marked(""));
        let edit = Content::Edit { copies: Vec::new(), body: said("bonsoir", Vec::new()), refiled: false };
        assert_eq!(words(edit), marked(" bonsoir"));
    }
    #[test]
    fn polls_and_places_are_marked_in_what_they_are_called() {
        let card = |card| {
            let said = Content::Message(Body { card: Some(card), ..Body::default() });
            match marked(said, "#jardin") {
                Content::Message(Body { card: Some(card), text, .. }) => (card, text.normal()),
                other => panic!("{other:?}"),
            }
        };
        let poll = Poll { question: "Quand\u{202f}?".into(), answers: Vec::new(), most: 1 };
        let (Card::Poll(asked), text) = card(Card::Poll(poll)) else { panic!() };
        assert_eq!((asked.question.as_str(), text), ("[#jardin] Quand\u{202f}?", Text::default()));
        let place = |name: Option<&str>, live| Location {
            latitude: 48.1,
            longitude: -1.7,
            name: name.map(str::to_owned),
            address: Some("rue du Pré".into()),
            live,
            ended: false,
        };
        for (name, shown) in [
            (Some("Le pré"), "[#jardin] Le pré, rue du Pré"),
            (None, "[#jardin] 48.10000, -1.70000, rue du Pré"),
        ] {
            let (Card::Location(place), text) = card(Card::Location(place(name, false))) else { panic!() };
            assert_eq!((place.place().as_str(), text), (shown, Text::default()));
        }
        let (moves, text) = card(Card::Location(place(None, true)));
        assert_eq!((moves, text), (Card::Location(place(None, true)), Text::plain("[#jardin]")));
    }
}
