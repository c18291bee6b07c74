//! What is written on lines of its own.

use super::{native, text};
use crate::crossing::{Cell::Absent, Made, Row};

const NO_LISTS: &str =
    "Telegram has no lists, titles, tables or lines for bots: signs and bold stand for them.";
const FLAT_LISTS: &str = "Lists have one level there: the inner one is words.";
const NO_TABLES: &str = "Rocket.Chat has no tables and no lines across: columns of code, a row of signs.";
const NO_TASKS: &str = "There are no boxes to tick on Matrix: signs.";

pub const ROWS: &[Row] = &[
    Row {
        what: "Block of code with its language",
        made: Made::Words([
            "<pre><code class=\"language-rust\">{t}\n</code></pre>",
            "<pre><code class=\"language-rust\">{t}</code></pre>",
            "```rust\n{t}\n```",
            "```rust\n{t}\n```",
        ]),
        cells: [
            native(&["language=rust", "{t}"]),
            native(&["language-rust\">{t}"]),
            native(&["```rust\n{t}"]),
            native(&["language-rust\">{t}"]),
            native(&["```rust\n{t}"]),
            native(&["language-rust\">{t}"]),
        ],
    },
    Row {
        what: "Quote",
        made: Made::Words(["<blockquote>{t}</blockquote>", "<blockquote>{t}</blockquote>", "> {t}", "> {t}"]),
        cells: [
            native(&["<blockquote>{t}</blockquote>"]),
            native(&["<blockquote>", "{t}"]),
            native(&["text=> {t}"]),
            native(&["<blockquote>", "{t}"]),
            native(&["text=> {t}"]),
            native(&["<blockquote>", "{t}"]),
        ],
    },
    Row {
        what: "Nested list",
        made: Made::Words(["<ul><li>un<ul><li>{t}</li></ul></li></ul>", "", "", "- un\n  - {t}"]),
        cells: [
            text(&["• un\n   • {t}"], NO_LISTS),
            Absent,
            text(&["- un", "- {t}"], FLAT_LISTS),
            Absent,
            native(&["- un\n", "- {t}"]),
            native(&["<ul>", "<li>{t}</li>"]),
        ],
    },
    Row {
        what: "Ordered list",
        made: Made::Words(["<ol><li>un</li><li>{t}</li></ol>", "", "1. un\n2. {t}", "1. un\n2. {t}"]),
        cells: [
            text(&["1. un\n2. {t}"], NO_LISTS),
            Absent,
            native(&["1. un\n2. {t}"]),
            native(&["<ol>", "<li>{t}</li>"]),
            native(&["1. un\n2. {t}"]),
            native(&["<ol>", "<li>{t}</li>"]),
        ],
    },
    Row {
        what: "Heading",
        made: Made::Words(["<h2>{t}</h2>", "", "## {t}", "## {t}"]),
        cells: [
            text(&["<b>{t}</b>"], NO_LISTS),
            Absent,
            native(&["text=## {t}"]),
            native(&["<h2>{t}</h2>"]),
            native(&["text=## {t}"]),
            native(&["<h2>{t}</h2>"]),
        ],
    },
    Row {
        what: "Table",
        made: Made::Words([
            "<table><thead><tr><th>qui</th><th>quoi</th></tr></thead><tbody><tr><td>{t}</td><td>pain</td></tr></tbody></table>",
            "",
            "",
            "| qui | quoi |\n|---|---|\n| {t} | pain |",
        ]),
        cells: [
            text(&["<pre>", "{t} | pain"], NO_LISTS),
            Absent,
            text(&["```", "{t} | pain"], NO_TABLES),
            Absent,
            native(&["| {t} | pain |"]),
            native(&["<td>{t}</td>"]),
        ],
    },
    Row {
        what: "Line across",
        made: Made::Words(["<p>{t}</p><hr>", "", "", "{t}\n\n---"]),
        cells: [
            text(&["{t}", "———"], NO_LISTS),
            Absent,
            text(&["{t}", "————"], NO_TABLES),
            Absent,
            native(&["{t}\n\n***"]),
            native(&["{t}", "<hr>"]),
        ],
    },
    Row {
        what: "List of tasks",
        made: Made::Json([
            "m.room.message {\"msgtype\":\"m.text\",\"body\":\"{t}\",\"format\":\"org.matrix.custom.html\",\
             \"formatted_body\":\"<ul><li><input type=\\\"checkbox\\\" checked>{t}</li></ul>\"}",
            "{\"checklist\":{\"title\":\"À faire\",\"tasks\":[{\"id\":1,\"text\":\"{t}\"}]}}",
            "{\"msg\":\"- [ ] {t}\"}",
            "{\"message\":\"- [ ] {t}\"}",
        ]),
        cells: [
            text(&["☑ {t}"], NO_LISTS),
            text(&["☑️ Liste", "☐ {t}"], NO_TASKS),
            native(&["- [x] {t}"]),
            text(&["☐ {t}"], NO_TASKS),
            native(&["- [x] {t}"]),
            text(&["☐ {t}"], NO_TASKS),
        ],
    },
    Row {
        what: "Line breaks and blank lines",
        made: Made::Words([
            "<p>un {t}<br>deux</p><p>trois</p>",
            "un {t}\ndeux\n\ntrois",
            "un {t}\ndeux\n\ntrois",
            "un {t}\ndeux\n\ntrois",
        ]),
        cells: [native(&["un {t}\ndeux\n\ntrois"]); 6],
    },
];
