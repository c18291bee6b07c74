//! `parse_mode: "MarkdownV2"`, and the older `"Markdown"`.

use super::{Entity, Formatted, link};
use crate::telegram::refusal::Refusal;

const RESERVED: &[u8] = b"_*[]()~`>#+-=|{}.!";

struct Open {
    kind: &'static str,
    name: &'static str,
    offset: usize,
    byte: usize,
    argument: String,
}

struct Reader<'a> {
    source: &'a [u8],
    at: usize,
    text: Vec<u8>,
    units: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
    quoted: bool,
}

fn refuse(what: impl std::fmt::Display) -> Refusal {
    Refusal::bad(format_args!("can't parse entities: {what}"))
}

/// Reads a text in `MarkdownV2`.
pub fn parse_v2(source: &str) -> Result<Formatted, Refusal> {
    let mut reader = Reader::new(source);
    while reader.at < source.len() {
        reader.step()?;
    }
    reader.end_quote(true);
    reader.done()
}

impl<'a> Reader<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source: source.as_bytes(),
            at: 0,
            text: Vec::new(),
            units: 0,
            open: Vec::new(),
            entities: Vec::new(),
            quoted: false,
        }
    }

    fn done(self) -> Result<Formatted, Refusal> {
        if let Some(open) = self.open.last() {
            return Err(refuse(format_args!(
                "Can't find end of {} entity at byte offset {}",
                open.name, open.byte
            )));
        }
        let mut entities = self.entities;
        entities.sort_by_key(|e| (e.offset, -e.length));
        Ok(Formatted { text: String::from_utf8_lossy(&self.text).into_owned(), entities })
    }

    fn ahead(&self, mark: &str) -> bool {
        self.source[self.at..].starts_with(mark.as_bytes())
    }

    fn take(&mut self, byte: u8) {
        if byte & 0xc0 != 0x80 {
            self.units += 1 + usize::from(byte >= 0xf0);
        }
        self.text.push(byte);
        self.at += 1;
    }

    fn inside(&self, kind: &str) -> bool {
        self.open.last().is_some_and(|open| open.kind == kind)
    }

    fn start(&mut self, kind: &'static str, name: &'static str, mark: usize) {
        let byte = self.at;
        self.open.push(Open { kind, name, offset: self.units, byte, argument: String::new() });
        self.at += mark;
    }

    fn end(&mut self, mark: usize) {
        self.at += mark;
        let Some(open) = self.open.pop() else { return };
        if self.units > open.offset {
            let mut entity = Entity::new(open.kind, open.offset, self.units - open.offset);
            entity.language = Some(open.argument).filter(|language| !language.is_empty());
            self.entities.push(entity);
        }
    }

    fn step(&mut self) -> Result<(), Refusal> {
        let byte = self.source[self.at];
        let next = self.source.get(self.at + 1).copied().unwrap_or(0);
        if byte == b'\\' && (1..=126).contains(&next) {
            self.at += 1;
            self.take(next);
            return Ok(());
        }
        if self.inside("code") || self.inside("pre") {
            let mark = if self.inside("code") { "`" } else { "```" };
            if self.ahead(mark) {
                self.end(mark.len());
            } else {
                self.take(byte);
            }
            return Ok(());
        }
        let line_begins = self.at == 0 || self.source[self.at - 1] == b'\n';
        if line_begins && self.quote_line() {
            return Ok(());
        }
        if byte == b'\n' || !RESERVED.contains(&byte) {
            self.take(byte);
            return Ok(());
        }
        self.mark(byte)
    }

    /// At the beginning of a line: `>` opens or goes on with a quote. Whether it took something.
    fn quote_line(&mut self) -> bool {
        let expandable = self.ahead("**>");
        if expandable || self.ahead(">") {
            if expandable {
                self.end_quote(false);
                self.at += 2;
            }
            if !self.quoted {
                self.quoted = true;
                self.start("blockquote", "BlockQuote", 0);
            }
            self.at += 1;
            return true;
        }
        self.end_quote(false);
        false
    }

    fn end_quote(&mut self, last: bool) {
        if !self.quoted || !self.inside("blockquote") {
            return;
        }
        self.quoted = false;
        let before = self.units;
        if !last && self.text.last() == Some(&b'\n') {
            self.units -= 1;
        }
        self.end(0);
        self.units = before;
    }

    fn mark(&mut self, byte: u8) -> Result<(), Refusal> {
        let begin = self.at;
        match byte {
            b'|' if self.ahead("||") && self.inside("blockquote") && self.line_ends(begin + 2) => {
                if let Some(open) = self.open.last_mut() {
                    open.kind = "expandable_blockquote";
                }
                self.at += 2;
                self.quoted = true;
                let Some(open) = self.open.pop() else { return Ok(()) };
                self.quoted = false;
                self.entities.push(Entity::new(open.kind, open.offset, self.units - open.offset));
            }
            b'_' if self.ahead("__") => self.toggle("underline", "Underline", 2),
            b'_' => self.toggle("italic", "Italic", 1),
            b'*' => self.toggle("bold", "Bold", 1),
            b'~' => self.toggle("strikethrough", "Strikethrough", 1),
            b'|' if self.ahead("||") => self.toggle("spoiler", "Spoiler", 2),
            b'`' if self.ahead("```") => self.start_pre(),
            b'`' => self.start("code", "Code", 1),
            b'[' => self.start("text_link", "TextUrl", 1),
            b'!' if self.ahead("![") => self.start("custom_emoji", "CustomEmoji", 2),
            b']' if self.inside("text_link") || self.inside("custom_emoji") => self.end_link()?,
            _ => {
                let character = char::from(byte);
                return Err(refuse(format_args!(
                    "Character '{character}' is reserved and must be escaped with the preceding '\\'"
                )));
            }
        }
        Ok(())
    }

    fn line_ends(&self, at: usize) -> bool {
        self.source.get(at).is_none_or(|&byte| byte == b'\n')
    }

    fn toggle(&mut self, kind: &'static str, name: &'static str, mark: usize) {
        if self.inside(kind) { self.end(mark) } else { self.start(kind, name, mark) }
    }

    fn start_pre(&mut self) {
        self.start("pre", "Pre", 3);
        let line: Vec<u8> = self.source[self.at..]
            .iter()
            .copied()
            .take_while(|b| !b.is_ascii_whitespace() && *b != b'`')
            .collect();
        let after = self.at + line.len();
        if self.source.get(after) == Some(&b'\n') {
            self.at = after + 1;
            if let Some(open) = self.open.last_mut() {
                open.argument = String::from_utf8_lossy(&line).into_owned();
            }
        }
    }

    /// `](address)`
    fn end_link(&mut self) -> Result<(), Refusal> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        self.at += 1;
        let mut url = String::from_utf8_lossy(&self.text).into_owned();
        if self.source.get(self.at) == Some(&b'(') {
            self.at += 1;
            url = self.address(self.at)?;
        }
        let mut entity = Entity::new(open.kind, open.offset, self.units - open.offset);
        if entity.length == 0 {
            return Ok(());
        }
        if open.kind == "custom_emoji" {
            let id = url.strip_prefix("tg://emoji?id=").map(str::to_owned);
            let invalid = || refuse("Custom emoji entity must contain a tg://emoji URL");
            entity.custom_emoji_id = Some(id.ok_or_else(invalid)?);
        } else if let Some(id) = url.strip_prefix("tg://user?id=").and_then(|id| id.parse::<i64>().ok()) {
            entity.kind = "text_mention".into();
            entity.user = Some(serde_json::json!({"id": id}));
        } else {
            let Some(url) = link(&url) else { return Ok(()) };
            entity.url = Some(url);
        }
        self.entities.push(entity);
        Ok(())
    }

    fn address(&mut self, begin: usize) -> Result<String, Refusal> {
        let mut address = Vec::new();
        loop {
            match self.source.get(self.at).copied() {
                None => {
                    return Err(refuse(format_args!("Can't find end of a URL at byte offset {begin}")));
                }
                Some(b')') => {
                    self.at += 1;
                    return Ok(String::from_utf8_lossy(&address).into_owned());
                }
                Some(b'\\') if self.source.get(self.at + 1).is_some_and(|b| (1..=126).contains(b)) => {
                    address.push(self.source[self.at + 1]);
                    self.at += 2;
                }
                Some(byte) => {
                    address.push(byte);
                    self.at += 1;
                }
            }
        }
    }
}

/// Reads a text in the older Markdown, which cannot nest.
pub fn parse_legacy(source: &str) -> Result<Formatted, Refusal> {
    let mut reader = Reader::new(source);
    while reader.at < source.len() {
        let byte = reader.source[reader.at];
        let next = reader.source.get(reader.at + 1).copied().unwrap_or(0);
        if byte == b'\\' && b"_*`[".contains(&next) {
            reader.at += 1;
            reader.take(next);
            continue;
        }
        let Some((kind, mark, end)) = legacy_mark(&reader) else {
            reader.take(byte);
            continue;
        };
        let begin = reader.at;
        reader.at += mark;
        let from = reader.units;
        while reader.at < source.len() && !reader.ahead(end) {
            reader.take(reader.source[reader.at]);
        }
        if reader.at >= source.len() {
            return Err(refuse(format_args!("Can't find end of the entity starting at byte offset {begin}")));
        }
        if kind == "text_link" {
            let byte = begin;
            reader.open.push(Open { kind, name: "TextUrl", offset: from, byte, argument: String::new() });
            reader.end_link()?;
        } else {
            reader.at += end.len();
            if reader.units > from {
                reader.entities.push(Entity::new(kind, from, reader.units - from));
            }
        }
    }
    reader.done()
}

fn legacy_mark(reader: &Reader<'_>) -> Option<(&'static str, usize, &'static str)> {
    match reader.source[reader.at] {
        b'_' => Some(("italic", 1, "_")),
        b'*' => Some(("bold", 1, "*")),
        b'`' if reader.ahead("```") => Some(("pre", 3, "```")),
        b'`' => Some(("code", 1, "`")),
        b'[' => Some(("text_link", 1, "]")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(read: &Formatted) -> Vec<(&str, i64, i64)> {
        read.entities.iter().map(|e| (e.kind.as_str(), e.offset, e.length)).collect()
    }

    #[test]
    fn marks_nest() {
        let read = parse_v2("*a _b_ ||c||* ~d~ `e` [f](https://x.org)\\.").unwrap();
        assert_eq!(read.text, "a b c d e f.");
        assert_eq!(
            shape(&read),
            [
                ("bold", 0, 5),
                ("italic", 2, 1),
                ("spoiler", 4, 1),
                ("strikethrough", 6, 1),
                ("code", 8, 1),
                ("text_link", 10, 1)
            ]
        );
    }

    #[test]
    fn reserved_characters_must_be_escaped() {
        let refusal = parse_v2("end.").unwrap_err();
        assert_eq!(
            refusal.description,
            "Bad Request: can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"
        );
        let refusal = parse_v2("*bold").unwrap_err();
        assert_eq!(
            refusal.description,
            "Bad Request: can't parse entities: Can't find end of Bold entity at byte offset 0"
        );
    }

    #[test]
    fn quotes_and_code_blocks() {
        let read = parse_v2(">one\n>two\nthree\n```rust\nfn\n```").unwrap();
        assert_eq!(read.text, "one\ntwo\nthree\nfn\n");
        assert_eq!(shape(&read), [("blockquote", 0, 7), ("pre", 14, 3)]);
        assert_eq!(read.entities[1].language.as_deref(), Some("rust"));
        assert_eq!(shape(&parse_v2(">long||").unwrap()), [("expandable_blockquote", 0, 4)]);
    }

    #[test]
    fn the_older_one() {
        let read = parse_legacy("*a* _b_ [c](https://x.org) d_").unwrap_err();
        assert!(read.description.contains("byte offset"), "{read}");
        assert_eq!(shape(&parse_legacy("*a* `b`").unwrap()), [("bold", 0, 1), ("code", 2, 1)]);
    }
}
