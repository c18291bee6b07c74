//! Writing it.

use contract::{Style, Text};
use wire::markdown::{self, Around, BREAKER, Call, Cell, Dialect, quiet, uncalled};

/// Writes a text; `call` says what somebody is called by `@`, where they can be.
pub(crate) fn write(text: &Text, call: Call<'_>) -> String {
    markdown::write(text, &RocketChat, call)
}

struct RocketChat;

impl Dialect for RocketChat {
    fn mark(&self, style: Style, around: Around) -> Option<&'static str> {
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match style {
            Style::Bold => Some("*"),
            // Within a word it means nothing.
            Style::Italic if !is_word(around.before) && !is_word(around.after) => Some("_"),
            Style::Strike => Some("~"),
            // Older servers show the signs.
            Style::Spoiler => Some("||"),
            _ => None,
        }
    }

    fn escape(&self, words: &str, line: bool) -> String {
        let words = quiet(words);
        let mut out = String::with_capacity(words.len());
        if line && begins_a_block(&words) {
            out.push(BREAKER);
        }
        for (at, c) in words.char_indices() {
            let next = words[at + c.len_utf8()..].chars().next();
            match c {
                '*' | '_' | '~' | '`' => {
                    out.push('\\');
                    out.push(c);
                }
                // A backslash before a mark would hide it; apart, both are seen.
                '\\' if next.is_none_or(|c| "*_~`#.".contains(c)) => out.push_str("\\\u{200b}"),
                // A spoiler, to newer servers.
                '|' if next.is_none_or(|c| c == '|') => out.push_str("|\u{200b}"),
                ']' if next.is_none_or(|c| c == '(') => out.push_str("]\u{200b}"),
                c => out.push(c),
            }
        }
        out
    }

    fn link(&self, url: &str, shown: &str) -> String {
        let url: String = url
            .chars()
            .map(|c| match c {
                ' ' => "%20".to_owned(),
                '(' => "%28".to_owned(),
                ')' => "%29".to_owned(),
                '|' => "%7C".to_owned(),
                '<' => "%3C".to_owned(),
                '>' => "%3E".to_owned(),
                c if c.is_control() => String::new(),
                c => c.to_string(),
            })
            .collect();
        format!("[{}]({url})", shown.replace(['[', ']'], ""))
    }

    /// There are none: columns of words, as code.
    fn table(&self, head: &[Cell], rows: &[Vec<Cell>]) -> String {
        let lines: Vec<Vec<&str>> = std::iter::once(head)
            .chain(rows.iter().map(Vec::as_slice))
            .map(|cells| cells.iter().map(|cell| cell.plain.as_str()).collect())
            .collect();
        let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
        let width = |n: usize| {
            lines
                .iter()
                .filter_map(|cells| cells.get(n))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
                .min(40)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |cells: &Vec<&str>| {
            let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            padded.collect::<Vec<_>>().join(" | ").trim_end().to_owned()
        };
        self.code("", &lines.iter().map(line).collect::<Vec<_>>().join("\n"))
    }

    fn code(&self, language: &str, code: &str) -> String {
        let language: String =
            language.chars().filter(|c| c.is_ascii_alphanumeric() || "+-#".contains(*c)).collect();
        // There is no longer fence.
        format!("```{language}\n{}\n```", uncalled(code).replace("```", "``\u{200b}`"))
    }

    fn inline_code(&self, code: &str) -> String {
        match code.contains('`') {
            true => self.escape(code, false),
            false => format!("`{}`", uncalled(code)),
        }
    }

    fn unnumbered(&self, number: &str, sign: char) -> String {
        match sign {
            '.' => format!("{BREAKER}{number}{sign}"),
            _ => format!("{number}{sign}"),
        }
    }

    fn rule(&self) -> &'static str {
        "————————"
    }

    fn crowd(&self, name: &str) -> &'static str {
        if name == "here" { "here" } else { "all" }
    }

    fn blocks_nest(&self) -> bool {
        false
    }

    fn styles_cross_lines(&self) -> bool {
        false
    }
}

/// Whether words at the beginning of a line would be the beginning of a title, a quote or a list.
fn begins_a_block(words: &str) -> bool {
    let start = words.trim_start();
    let digits = start.len() - start.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    start.starts_with(['#', '>', '-', '+']) || (digits > 0 && start[digits..].starts_with('.'))
}
