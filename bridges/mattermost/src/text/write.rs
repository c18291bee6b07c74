//! Writing it.

use contract::{Style, Text};
use wire::markdown::{self, Around, Call, Cell, Dialect, quiet};

/// Writes a text; `call` says what somebody is called by `@`, where they can be.
pub(crate) fn write(text: &Text, call: Call<'_>) -> String {
    markdown::write(text, &Mattermost, call)
}

struct Mattermost;

impl Dialect for Mattermost {
    fn mark(&self, style: Style, around: Around) -> Option<&'static str> {
        match style {
            Style::Bold if flanks(around) => Some("**"),
            Style::Italic if flanks(around) && apart(around) => Some("_"),
            Style::Italic if flanks(around) => Some("*"),
            Style::Strike if flanks(around) => Some("~~"),
            _ => None,
        }
    }

    fn escape(&self, words: &str, line: bool) -> String {
        let words = quiet(words);
        let mut out = String::with_capacity(words.len());
        let mut rest = words.as_str();
        if line {
            rest = escape_beginning(rest, &mut out);
        }
        let mut before = None;
        while let Some(c) = rest.chars().next() {
            let next = rest[c.len_utf8()..].chars().next();
            // The server's own reader takes a backslash before these signs only; others are written as entities.
            let special = match c {
                '_' => !(is_word(before) && is_word(next)),
                '`' | '*' | '~' | '[' | ']' | '|' => true,
                '\\' => next.is_none_or(|c| c.is_ascii_punctuation()),
                _ => false,
            };
            let entity = match c {
                '<' if next.is_none_or(|c| c.is_ascii_alphabetic() || "/!?".contains(c)) => Some("&lt;"),
                '&' if next.is_none_or(|c| c.is_ascii_alphanumeric() || c == '#') => Some("&amp;"),
                _ => None,
            };
            if let Some(entity) = entity {
                out.push_str(entity);
                before = Some(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
            if special {
                out.push('\\');
            }
            out.push(c);
            before = Some(c);
            rest = &rest[c.len_utf8()..];
        }
        out
    }

    fn address(&self, url: &str) -> String {
        angled(url)
    }

    fn link(&self, url: &str, shown: &str) -> String {
        let url: String = url
            .chars()
            .map(|c| match c {
                ' ' => "%20".to_owned(),
                '(' => "%28".to_owned(),
                ')' => "%29".to_owned(),
                '<' => "%3C".to_owned(),
                '>' => "%3E".to_owned(),
                '\\' => "%5C".to_owned(),
                c if c.is_control() => String::new(),
                c => c.to_string(),
            })
            .collect();
        format!("[{shown}]({url})")
    }

    fn table(&self, head: &[Cell], rows: &[Vec<Cell>]) -> String {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0).max(head.len());
        let line = |cells: &[Cell]| {
            let cells = (0..width).map(|n| cells.get(n).map_or("", |cell| cell.written.as_str()));
            format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
        };
        let rule = format!("|{}", " --- |".repeat(width));
        let mut lines = vec![line(head), rule];
        lines.extend(rows.iter().map(|row| line(row)));
        lines.join("\n")
    }

    fn unnumbered(&self, number: &str, sign: char) -> String {
        format!("{number}\\{sign}")
    }

    fn rule(&self) -> &'static str {
        // Dashes in a list of a list would be one line across.
        "***"
    }

    fn crowd(&self, name: &str) -> &'static str {
        match name {
            "here" => "here",
            "channel" => "channel",
            _ => "all",
        }
    }

    fn blocks_nest(&self) -> bool {
        true
    }

    fn styles_cross_lines(&self) -> bool {
        true
    }
}

/// Whether marks are read as such there (`CommonMark`, "left-flanking" and "right-flanking").
fn flanks(around: Around) -> bool {
    (!may_be_punctuation(around.first) || is_open(around.before))
        && (!may_be_punctuation(around.last) || is_open(around.after))
}

/// Whether it stands apart from the words around it: `_` means nothing within one.
fn apart(around: Around) -> bool {
    is_open(around.before) && is_open(around.after)
}

/// Whether a mark may stand after or before it, for every reader.
fn is_open(c: Option<char>) -> bool {
    c.is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation())
}

/// Readers do not agree on signs beyond ASCII, emoji among them.
fn may_be_punctuation(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// Signs in an address that would be read as marks; between angles, they stay in it.
fn angled(url: &str) -> String {
    match url.contains(['*', '~']) || url.starts_with('_') || url.ends_with('_') || url.contains("__") {
        true => format!("<{url}>"),
        false => url.to_owned(),
    }
}

/// The beginning of a line, which could be read as the beginning of a block; returns what follows.
fn escape_beginning<'a>(words: &'a str, out: &mut String) -> &'a str {
    let start = words.trim_start_matches([' ', '\t']);
    let blank = words.len() - start.len();
    if blank > 0 {
        // Four would be code; a wide space is none.
        out.push_str(&"\u{a0}".repeat(blank));
    }
    let digits = start.len() - start.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if (1..=9).contains(&digits) && start[digits..].starts_with(['.', ')']) {
        out.push_str(&start[..digits]);
        out.push('\\');
        out.push_str(&start[digits..=digits]);
        return &start[digits + 1..];
    }
    if let Some(rest) = start.strip_prefix('=') {
        out.push_str("&#61;");
        return rest;
    }
    if start.starts_with(['#', '>', '-', '+']) {
        out.push('\\');
        out.push_str(&start[..1]);
        return &start[1..];
    }
    start
}
