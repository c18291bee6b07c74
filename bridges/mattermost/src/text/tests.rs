use contract::{Block, Person, Span, Style, Text, testing::trees};
use proptest::prelude::*;
use wire::{markdown::CROWD, people::Called};

use super::{read, split, write};

/// Nobody but Anne is there to be called.
fn only_anne() -> Called {
    [("anne.b".to_owned(), (anne(), "Anne".to_owned()))].into_iter().collect()
}

fn anne() -> Person {
    Person { network: "mattermost".into(), user: "a".into() }
}

fn written(text: &Text) -> String {
    write(text, &|_, _| None)
}

fn plain(words: &str) -> Span {
    Span::Plain(words.to_owned())
}

fn styled(style: Style, words: &str) -> Span {
    Span::Styled(style, vec![plain(words)])
}

fn paragraph(spans: Vec<Span>) -> Text {
    Text(vec![Block::Paragraph(spans)])
}

/// Letters and signs, without blanks.
fn letters(words: &str) -> String {
    words.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn the_corpus_reads_as_members_see_it() {
    let corpus = [
        ("Bonjour **à tous**", paragraph(vec![plain("Bonjour "), styled(Style::Bold, "à tous")])),
        (
            "_un_ et *deux*",
            paragraph(vec![styled(Style::Italic, "un"), plain(" et "), styled(Style::Italic, "deux")]),
        ),
        ("~~non~~", paragraph(vec![styled(Style::Strike, "non")])),
        ("une\ndeux", paragraph(vec![plain("une"), Span::Break, plain("deux")])),
        ("<b>du texte</b>", paragraph(vec![plain("<b>du texte</b>")])),
        ("`a*b`", paragraph(vec![Span::Code("a*b".into())])),
        ("bravo :tada: :compost:", paragraph(vec![plain("bravo 🎉 "), Span::Emoji("compost".into())])),
        (
            "[le site](https://exemple.fr)",
            paragraph(vec![Span::Link { url: "https://exemple.fr".into(), spans: vec![plain("le site")] }]),
        ),
        ("voir https://exemple.fr/a_b_c", paragraph(vec![plain("voir https://exemple.fr/a_b_c")])),
        (
            "```rust\nfn x() {}\n```",
            Text(vec![Block::Code { language: Some("rust".into()), code: "fn x() {}".into() }]),
        ),
        ("# Titre", Text(vec![Block::Heading { level: 1, spans: vec![plain("Titre")] }])),
        ("> cité", Text(vec![Block::Quote(vec![Block::Paragraph(vec![plain("cité")])])])),
        (
            "- un\n- deux",
            Text(vec![Block::List {
                start: None,
                items: vec![
                    vec![Block::Paragraph(vec![plain("un")])],
                    vec![Block::Paragraph(vec![plain("deux")])],
                ],
            }]),
        ),
        (
            "| a | b |\n| --- | --- |\n| 1 | 2 |",
            Text(vec![Block::Table {
                head: vec![vec![plain("a")], vec![plain("b")]],
                rows: vec![vec![vec![plain("1")], vec![plain("2")]]],
            }]),
        ),
        ("---", Text(vec![Block::Rule])),
        (
            "- [x] fait",
            Text(vec![Block::List {
                start: None,
                items: vec![vec![Block::Paragraph(vec![plain("☑ fait")])]],
            }]),
        ),
    ];
    for (source, tree) in corpus {
        assert_eq!(read(source, &Called::default()), tree.clone().normal(), "{source}");
        assert_eq!(read(&written(&tree), &Called::default()), tree.normal(), "{source} comes back");
    }
}

#[test]
fn people_are_called_and_a_crowd_only_by_what_means_to() {
    let text = read("merci @anne.b. et @all", &only_anne());
    let called = Span::Mention { person: anne(), name: "Anne".into() };
    let crowd = Span::Crowd("all".into());
    assert_eq!(text, paragraph(vec![plain("merci "), called, plain(". et "), crowd]));
    assert_eq!(write(&text, &|_, _| Some("anne.b".to_owned())), "merci @anne.b. et @all");
    assert_eq!(write(&text, &|_, _| None), "merci @\u{200b}Anne. et @all");
    assert_eq!(write(&Text::plain("merci @all"), &|_, _| None), "merci @\u{200b}all");
}

#[test]
fn words_are_not_taken_for_marks() {
    for words in [
        "*a*", "_b_", "~~c~~", "1. d", "- e", "# f", "> g", "```", "a|b", "<b>", "&amp;", "[x](y)", "\\",
        "+ h", "=== i",
    ] {
        let text = Text::plain(words);
        assert_eq!(read(&written(&text), &Called::default()), text, "{}", written(&text));
    }
}

#[test]
fn words_and_styles_together_begin_no_list() {
    let text = paragraph(vec![styled(Style::Bold, "0"), styled(Style::Underline, "1.")]);
    assert_eq!(written(&text), "01\\.");
    assert_eq!(read(&written(&text), &Called::default()).words(), "01.");
}

#[test]
fn addresses_of_all_kinds_stay_whole() {
    for words in
        ["https://x.fr/a_b_c", "https://mastodon.social/@alice/1", "bob@exemple.fr", "https://x.fr/~a*b_"]
    {
        let text = Text::plain(words);
        assert!(!written(&text).contains('\\') && !written(&text).contains('\u{200b}'), "{}", written(&text));
        assert_eq!(read(&written(&text), &Called::default()), text);
    }
    assert_eq!(written(&Text::plain("https://x.fr/@all")), "https://x.fr/%40all");
}

proptest! {
    #[test]
    fn no_word_is_lost(text in trees::texts()) {
        let source = written(&text);
        let back = read(&source, &Called::default());
        let said = |text: &Text| letters(&text.words().replace('@', ""));
        prop_assert_eq!(said(&back), said(&text), "{}", source);
    }

    #[test]
    fn nothing_written_calls_a_crowd(text in trees::texts()) {
        let source = written(&text);
        for crowd in CROWD {
            prop_assert!(!source.contains(&format!("@{crowd}")), "{}", source);
        }
    }

    #[test]
    fn anything_can_be_read(source in "[a-z*_~`#>|:@\\[\\]()<!&;.0-9\n -]{0,60}") {
        let text = read(&source, &Called::default());
        prop_assert_eq!(text.clone().normal(), text);
    }

    #[test]
    fn parts_are_short_enough_and_hold_everything(source in "[a-z `\n]{0,200}", limit in 40usize..80) {
        let parts = split(&source, limit);
        prop_assert!(parts.iter().all(|part| part.chars().count() <= limit && !part.trim().is_empty()));
        let kept = |s: &str| s.chars().filter(char::is_ascii_lowercase).count();
        prop_assert!(parts.iter().map(|part| kept(part)).sum::<usize>() >= kept(&source));
    }
}

#[test]
fn hostile_nesting_is_bounded() {
    let deep = format!("{}x", "> ".repeat(5000));
    assert!(read(&deep, &Called::default()).words().contains('x'));
    let deep = format!("{}x{}", "**_".repeat(3000), "_**".repeat(3000));
    assert!(read(&deep, &Called::default()).words().contains('x'));
}
