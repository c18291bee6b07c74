use contract::{Block, NetworkName, Span, Style, Text, testing::trees};
use proptest::prelude::*;

use super::{Entity, Written, read, split, units, write};
use crate::incoming::Usernames;

fn own() -> NetworkName {
    "telegram".into()
}

/// Whether Telegram can say it exactly: paragraphs, quotes of paragraphs, code; and no styles over code.
fn is_sayable(text: &Text) -> bool {
    fn spans(all: &[Span], styled: bool) -> bool {
        all.iter().all(|span| match span {
            Span::Code(_) | Span::Mention { .. } => !styled,
            Span::Styled(_, inner) | Span::Link { spans: inner, .. } => spans(inner, true),
            _ => true,
        })
    }
    text.0.iter().all(|block| match block {
        Block::Paragraph(words) => spans(words, false),
        Block::Quote(inner) => {
            inner.iter().all(|b| matches!(b, Block::Paragraph(words) if spans(words, false)))
        }
        Block::Code { code, .. } => code.trim() == code,
        _ => false,
    })
}

fn assert_valid(written: &Written) {
    let all: Vec<u16> = written.text.encode_utf16().collect();
    let inside = |at: usize| at == all.len() || !(0xdc00..0xe000).contains(&all[at]);
    for e in &written.entities {
        assert!(e.length > 0 && e.end() <= all.len() && inside(e.offset) && inside(e.end()), "{e:?}");
        for other in &written.entities {
            let crosses = e.offset < other.offset && other.offset < e.end() && e.end() < other.end();
            assert!(!crosses, "{e:?} crosses {other:?}");
            let alone = |e: &Entity| matches!(e.kind.as_str(), "pre" | "code");
            let overlaps = e.offset < other.end() && other.offset < e.end();
            let within_quote = other.kind == "blockquote" || e.kind == "blockquote";
            assert!(!(alone(e) && overlaps && e != other && !within_quote), "{other:?} is over {e:?}");
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(text in trees::texts()) {
        let written = write(&text, &own());
        assert_valid(&written);
        let once = read(&written.text, &written.entities, &own(), &Usernames::default());
        if is_sayable(&text) {
            prop_assert_eq!(&once, &text);
        }
        let again = write(&once, &own());
        prop_assert_eq!(read(&again.text, &again.entities, &own(), &Usernames::default()), once);
    }

    #[test]
    fn no_entities_are_too_odd_to_read(
        text in "[a-zé🎉\n ]{0,20}",
        entities in prop::collection::vec(
            (prop::sample::select(vec!["bold", "code", "pre", "blockquote", "text_link", "date_time", "spoiler"]), 0usize..30, 0usize..30),
            0..6,
        ),
    ) {
        let entities: Vec<Entity> = entities.into_iter().map(|(kind, at, length)| Entity::new(kind, at, length)).collect();
        let words = read(&text, &entities, &own(), &Usernames::default()).words();
        let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(letters(&words), letters(&text), "no word is lost to an entity");
    }

    #[test]
    fn pieces_lose_no_word_and_are_short_enough(text in trees::texts(), most in 20usize..60) {
        let written = write(&text, &own());
        let pieces = split(&written, most);
        for piece in &pieces {
            assert_valid(piece);
            prop_assert!(units(&piece.text) <= most);
            prop_assert_eq!(piece.text.trim(), &piece.text);
        }
        let all: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(letters(&all), letters(&written.text));
    }
}

#[test]
fn offsets_count_utf16_units() {
    let bold = Entity::new("bold", 3, 4);
    let text = read("🎉 gras ", &[bold], &own(), &Usernames::default());
    let expected =
        vec![Span::Plain("🎉 ".into()), Span::Styled(Style::Bold, vec![Span::Plain("gras".into())])];
    assert_eq!(text, Text(vec![Block::Paragraph(expected)]));
}

#[test]
fn an_entity_nobody_knows_hides_no_word() {
    let text = read("à mardi", &[Entity::new("date_time", 2, 5)], &own(), &Usernames::default());
    assert_eq!(text, Text::plain("à mardi"));
}

#[test]
fn lists_and_tables_are_said_with_signs() {
    let item = |words: &str| vec![Block::Paragraph(vec![Span::Plain(words.into())])];
    let list = Block::List { start: Some(2), items: vec![item("a"), item("b")] };
    let cell = |words: &str| vec![Span::Plain(words.to_owned())];
    let table = Block::Table { head: vec![cell("nom"), cell("n")], rows: vec![vec![cell("é"), cell("12")]] };
    let written = write(&Text(vec![list, table]), &own());
    assert_eq!(written.text, "2. a\n3. b\nnom | n\né   | 12");
    assert_eq!(written.entities, [Entity::new("pre", 10, 16)]);
}

#[test]
fn more_entities_than_are_heeded_are_spread() {
    let words: Vec<Span> = (0..250)
        .flat_map(|n| {
            [Span::Styled(Style::Bold, vec![Span::Plain(format!("m{n}"))]), Span::Plain(" ".into())]
        })
        .collect();
    let written = write(&Text(vec![Block::Paragraph(words)]), &own());
    let pieces = split(&written, 4096);
    assert_eq!(pieces.iter().map(|piece| piece.entities.len()).sum::<usize>(), 250);
    assert!(pieces.iter().all(|piece| piece.entities.len() <= 100));
}
