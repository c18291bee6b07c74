//! What is neither words nor a file, whose words they are and what they answer, said in words.

use contract::{Block, Body, Capabilities, Card, Feature, Location, Phrase, Poll, Span, Text};

/// A body with everything in its words that the destination has nothing of its own for.
pub(super) fn in_words(mut body: Body, to: Capabilities) -> Body {
    let mut before: Vec<Block> = Vec::new();
    if let Some(name) = body.forwarded_from.take() {
        before.extend(line(Phrase::new("forwarded-from").with("name", name)));
    }
    if !to.has(Feature::Quotes)
        && let Some(quote) = body.quote.take()
    {
        before.push(Block::Quote(quote.0));
    }
    let card = match body.card.take() {
        Some(card) if is_native(&card, to) => {
            let moves = match &card {
                Card::Location(place) => moving(place),
                _ => None,
            };
            body.card = Some(card);
            moves.map(line).unwrap_or_default()
        }
        Some(card) => words(&card),
        None => Vec::new(),
    };
    let said = std::mem::take(&mut body.text).0;
    body.text = Text(before.into_iter().chain(said).chain(card).collect());
    body
}

fn is_native(card: &Card, to: Capabilities) -> bool {
    match card {
        Card::Location(place) if place.live => to.has(Feature::LiveLocations),
        Card::Location(_) => to.has(Feature::Locations),
        Card::Poll(_) => to.has(Feature::Polls),
        Card::Contact { .. } | Card::Dice { .. } => false,
    }
}

fn words(card: &Card) -> Vec<Block> {
    match card {
        Card::Location(location) => vec![place(location)],
        Card::Contact { name } => line(Phrase::new("contact").with("name", name)),
        Card::Dice { emoji, value } => line(Phrase::new("dice").with("emoji", emoji).with("value", value)),
        Card::Poll(poll) => poll_in_words(poll),
    }
}

/// What is said of a place that moves, or did.
fn moving(location: &Location) -> Option<Phrase> {
    let key = if location.ended { "live-location-ended" } else { "live-location" };
    location.live.then(|| Phrase::new(key))
}

fn place(location: &Location) -> Block {
    let phrase = moving(location).unwrap_or_else(|| Phrase::new("location").with("place", location.place()));
    let line = Span::Phrase(phrase);
    let url = location.map();
    let link = Span::Link { url: url.clone(), spans: vec![Span::Plain(url)] };
    Block::Paragraph(vec![line, Span::Break, link])
}

fn poll_in_words(poll: &Poll) -> Vec<Block> {
    let mut blocks = line(Phrase::new("poll").with("question", &poll.question));
    let item = |words: &str| vec![Block::Paragraph(vec![Span::Plain(words.to_owned())])];
    let items = poll.answers.iter().map(|answer| item(&answer.text)).collect();
    blocks.push(Block::List { start: None, items });
    blocks
}

fn line(phrase: Phrase) -> Vec<Block> {
    Text::from(phrase).0
}

#[cfg(test)]
mod tests {
    use contract::Answer;

    use super::*;

    const BARE: Capabilities = Capabilities {
        idempotent: true,
        threads: true,
        members: true,
        faces: false,
        natively: &[],
        upload_limit: 0,
        download_limit: 0,
    };

    fn poll() -> Body {
        let answer = |text: &str| Answer { id: text.to_owned(), text: text.to_owned() };
        let answers = vec![answer("mardi"), answer("jeudi")];
        let card = Some(Card::Poll(Poll { question: "Quand ?".to_owned(), answers, most: 1 }));
        Body { card, ..Body::default() }
    }

    #[test]
    fn a_poll_stays_one_where_there_are_polls_and_is_a_list_elsewhere() {
        let native = Capabilities { natively: &[Feature::Polls], ..BARE };
        assert_eq!(in_words(poll(), native), poll());
        let body = in_words(poll(), BARE);
        assert_eq!(body.card, None);
        assert!(matches!(&body.text.0[1], Block::List { items, .. } if items.len() == 2));
    }

    #[test]
    fn a_place_that_moves_is_words_that_can_follow_it() {
        let native = Capabilities { natively: &[Feature::Locations], ..BARE };
        let place =
            Location { latitude: 48.1, longitude: -1.7, name: None, address: None, live: true, ended: false };
        let words = |place: &Location| {
            let card = Some(Card::Location(place.clone()));
            let body = in_words(Body { card, ..Body::default() }, native);
            assert_eq!(body.card, None);
            format!("{:?}", body.text)
        };
        assert!(words(&place).contains("\"live-location\"") && words(&place).contains("mlat=48.1"));
        assert!(words(&Location { ended: true, ..place.clone() }).contains("\"live-location-ended\""));
        let moves = Capabilities { natively: &[Feature::LiveLocations], ..BARE };
        let card = Some(Card::Location(place));
        let body = in_words(Body { card: card.clone(), ..Body::default() }, moves);
        assert_eq!((body.card, body.text), (card, Phrase::new("live-location").into()));
    }

    #[test]
    fn what_is_forwarded_and_what_is_quoted_stand_before_the_words() {
        let body = Body {
            forwarded_from: Some("Zoé".to_owned()),
            quote: Some(Text::plain("à demain")),
            ..Body::of(Text::plain("d’accord"))
        };
        let body = in_words(body, BARE);
        assert_eq!((body.forwarded_from, body.quote, body.text.0.len()), (None, None, 3));
        assert_eq!(body.text.0[1], Block::Quote(Text::plain("à demain").0));
    }
}
