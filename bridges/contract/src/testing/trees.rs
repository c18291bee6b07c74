//! Texts at random, for the property tests of the dialects.

use proptest::{collection::vec, prelude::*};

use crate::{Block, Person, Span, Style, Text};

/// Words that try a dialect: letters with accents, emoji of two and more UTF-16 units, joiners, markup signs.
/// Without white space at either end.
pub fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-zA-Zéèàçœ0-9]{1,8}",
        1 => prop::sample::select(vec!["🎉", "👩‍🚀", "🇫🇷", "e\u{301}", "中文", "مرحبا"]).prop_map(str::to_owned),
        2 => prop::sample::select(vec![
            "*", "_", "**", "__", "~", "`", "```", "<b>", "&amp;", "&", "<", ">", "[", "](", ")", "#", "-", "1.", "|",
            "\\", "||", "!", ":+1:", "@all", "«", "»", "…", ".", "'", "\"",
        ]).prop_map(str::to_owned),
    ];
    vec(word, 1..5).prop_map(|words| words.join(" "))
}

/// A part of a line, links and mentions included when asked for.
pub fn spans(mentions: bool) -> impl Strategy<Value = Vec<Span>> {
    let leaf = prop_oneof![
        6 => words().prop_map(Span::Plain),
        1 => Just(Span::Break),
        1 => "[a-z<>&*_ ]{0,6}[a-z]".prop_map(|code| Span::Code(code.trim().to_owned())),
        1 => ("[a-z]{3,8}", words()).prop_map(|(host, shown)| Span::Link {
            url: format!("https://{host}.example/?q=1&r=(2)"),
            spans: vec![Span::Plain(shown)],
        }),
        u32::from(mentions) => ("[0-9]{1,9}", "[A-Z][a-zé]{1,8}").prop_map(|(user, name)| Span::Mention {
            person: Person { network: "telegram".into(), user: user.into() },
            name,
        }),
    ];
    let span = leaf.prop_recursive(3, 12, 3, |inner| {
        let style = prop::sample::select(vec![
            Style::Bold,
            Style::Italic,
            Style::Underline,
            Style::Strike,
            Style::Spoiler,
        ]);
        (style, vec(inner, 1..4)).prop_map(|(style, spans)| Span::Styled(style, spans))
    });
    vec(span, 1..5)
}

/// Any tree, in normal form.
pub fn texts() -> impl Strategy<Value = Text> {
    let leaf = prop_oneof![
        5 => spans(true).prop_map(Block::Paragraph),
        1 => (1u8..=6, spans(true)).prop_map(|(level, spans)| Block::Heading { level, spans }),
        1 => (prop::option::of("[a-z]{1,6}"), "[a-z<>&`*\n ]{0,12}[a-z]")
            .prop_map(|(language, code)| Block::Code { language, code }),
        1 => (vec(spans(false), 1..3), vec(vec(spans(false), 1..3), 0..3))
            .prop_map(|(head, rows)| Block::Table { head, rows }),
        1 => Just(Block::Rule),
    ];
    let block = leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..3).prop_map(Block::Quote),
            (prop::option::of(0u64..20), vec(vec(inner, 1..3), 1..3))
                .prop_map(|(start, items)| Block::List { start, items }),
        ]
    });
    vec(block, 0..4).prop_map(|blocks| Text(blocks).normal())
}
