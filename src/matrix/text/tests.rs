use contract::{Block, Person, Span, Style, Text, testing::trees};
use proptest::prelude::*;

use super::{Pictures, read, strip_reply_fallback, write};
use crate::matrix::people::People;

fn people() -> People {
    People::new("exemple.fr", "passerelle_", "passerelle").unwrap()
}

fn html(html: &str) -> Text {
    read("", Some(html), &people(), false)
}

fn plain(words: &str) -> Span {
    Span::Plain(words.to_owned())
}

fn paragraph(spans: Vec<Span>) -> Text {
    Text(vec![Block::Paragraph(spans)])
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(text in trees::texts()) {
        let written = write(&text, &people(), &Pictures::new());
        prop_assert_eq!(read(&written.body, written.formatted.as_deref(), &people(), false), text);
    }

    #[test]
    fn no_html_is_too_odd_to_read(html in "(<(/)?(b|p|ul|li|table|tr|td|a href='x'|pre|code|span data-mx-spoiler|blockquote|h1|br|script|font)>|[a-z &;\"]{0,5}){0,40}") {
        let once = read("", Some(&html), &people(), false);
        let written = write(&once, &people(), &Pictures::new());
        let twice = read(&written.body, written.formatted.as_deref(), &people(), false);
        prop_assert_eq!(twice, once);
    }
}

#[test]
fn words_of_every_style_are_read() {
    let text = html(
        "<b>a</b> <em>b</em><u>c</u> <strike>d</strike> <code>e  f</code> <span data-mx-spoiler=\"fin\">g</span>",
    );
    let styled = |style, words: &str| Span::Styled(style, vec![plain(words)]);
    assert_eq!(
        text,
        paragraph(vec![
            styled(Style::Bold, "a"),
            plain(" "),
            styled(Style::Italic, "b"),
            styled(Style::Underline, "c"),
            plain(" "),
            styled(Style::Strike, "d"),
            plain(" "),
            Span::Code("e  f".into()),
            plain(" (fin) "),
            styled(Style::Spoiler, "g"),
        ])
    );
}

#[test]
fn people_are_named() {
    let text = html(
        "<a href=\"https://matrix.to/#/@passerelle_telegram_7:exemple.fr\">@Anne</a> et <a href=\"https://matrix.to/#/@bob:exemple.fr\">Bob</a>",
    );
    let person = |network: &str, user: &str| Person { network: network.into(), user: user.into() };
    let mention = |person, name: &str| Span::Mention { person, name: name.to_owned() };
    let expected = paragraph(vec![
        mention(person("telegram", "7"), "Anne"),
        plain(" et "),
        mention(person("matrix", "@bob:exemple.fr"), "Bob"),
    ]);
    assert_eq!(text, expected);
    assert_eq!(write(&text, &people(), &Pictures::new()).mentions, ["@bob:exemple.fr"]);
}

#[test]
fn scripts_and_quoted_replies_are_dropped() {
    assert_eq!(
        html("<mx-reply><blockquote>avant</blockquote></mx-reply>oui<script>alert(1)</script>"),
        Text::plain("oui")
    );
    assert_eq!(strip_reply_fallback("> <@a:b> avant\n> encore\n\noui\n> cité"), "oui\n> cité");
    assert_eq!(strip_reply_fallback("oui"), "oui");
}

#[test]
fn links_lead_only_where_links_may() {
    let written = write(&html("<a href=\"javascript:alert(1)\">clic</a>"), &people(), &Pictures::new());
    assert_eq!((written.body.as_str(), written.formatted), ("clic", None));
}

#[test]
fn hostile_depth_is_read_as_words() {
    let deep = format!("{}fond{}", "<blockquote><b>".repeat(900), "</b></blockquote>".repeat(900));
    assert!(html(&deep).excerpt(100).contains("fond"));
    let deeper = "<div>".repeat(20_000);
    assert_eq!(read("corps", Some(&deeper), &people(), false), Text::plain("corps"));
}

#[test]
fn a_table_with_lists_around_is_kept() {
    let source = "<ul><li>un</li><li><p>deux</p><ol start=\"3\"><li>trois</li></ol></li></ul>\
                  <table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>";
    assert_eq!(write(&html(source), &people(), &Pictures::new()).formatted.as_deref(), Some(source));
}
