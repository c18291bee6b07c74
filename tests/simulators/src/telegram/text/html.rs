//! `parse_mode: "HTML"`: few tags, and no mercy for others.

use super::{Entity, Formatted, link};
use crate::telegram::refusal::Refusal;

const TAGS: [&str; 17] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "span",
    "pre",
    "code",
    "blockquote",
    "tg-time",
];

struct Open {
    tag: String,
    argument: String,
    offset: usize,
    from: usize,
}

struct Reader<'a> {
    source: &'a [u8],
    at: usize,
    text: Vec<u8>,
    units: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
}

fn refuse(what: impl std::fmt::Display) -> Refusal {
    Refusal::bad(format_args!("can't parse entities: {what}"))
}

/// Reads a text in HTML.
pub fn parse(source: &str) -> Result<Formatted, Refusal> {
    let mut reader = Reader {
        source: source.as_bytes(),
        at: 0,
        text: Vec::new(),
        units: 0,
        open: Vec::new(),
        entities: Vec::new(),
    };
    while reader.at < reader.source.len() {
        match reader.peek() {
            b'<' => reader.tag()?,
            b'&' => reader.reference(),
            byte => {
                if byte & 0xc0 != 0x80 {
                    reader.units += 1 + usize::from(byte >= 0xf0);
                }
                reader.text.push(byte);
                reader.at += 1;
            }
        }
    }
    if let Some(open) = reader.open.last() {
        return Err(refuse(format_args!("Can't find end tag corresponding to start tag \"{}\"", open.tag)));
    }
    for entity in &mut reader.entities {
        if entity.kind == "code" {
            entity.language = None;
        }
    }
    reader.entities.sort_by_key(|e| (e.offset, -e.length));
    Ok(Formatted { text: String::from_utf8_lossy(&reader.text).into_owned(), entities: reader.entities })
}

impl Reader<'_> {
    /// The next byte; 0 at the end.
    fn peek(&self) -> u8 {
        self.source.get(self.at).copied().unwrap_or(0)
    }

    fn skip(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek() != 0 && wanted(self.peek()) {
            self.at += 1;
        }
    }

    fn since(&self, from: usize) -> String {
        String::from_utf8_lossy(&self.source[from..self.at]).into_owned()
    }

    fn reference(&mut self) {
        let found = reference(&self.source[self.at..]);
        let (character, length) = found.unwrap_or(('&', 1));
        self.at += length;
        self.units += character.len_utf16();
        self.text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn tag(&mut self) -> Result<(), Refusal> {
        let begin = self.at;
        self.at += 1;
        if self.peek() == b'/' { self.end_tag(begin) } else { self.start_tag(begin) }
    }

    fn start_tag(&mut self, begin: usize) -> Result<(), Refusal> {
        self.skip(|byte| !byte.is_ascii_whitespace() && byte != b'>');
        if self.peek() == 0 {
            return Err(refuse(format_args!("Unclosed start tag at byte offset {begin}")));
        }
        let tag = self.since(begin + 1).to_lowercase();
        if !TAGS.contains(&tag.as_str()) {
            return Err(refuse(format_args!("Unsupported start tag \"{tag}\" at byte offset {begin}")));
        }
        let mut argument = String::new();
        loop {
            self.skip(|byte| byte.is_ascii_whitespace());
            if self.peek() == b'>' {
                break;
            }
            let (name, value) = self.attribute(&tag, begin)?;
            match (tag.as_str(), name.as_str()) {
                ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "unix") => argument = value,
                ("code", "class") => value.strip_prefix("language-").unwrap_or("").clone_into(&mut argument),
                ("span", "class") => value.strip_prefix("tg-").unwrap_or("").clone_into(&mut argument),
                ("blockquote", "expandable") => "expandable".clone_into(&mut argument),
                _ => {}
            }
        }
        self.at += 1;
        if tag == "span" && argument != "spoiler" {
            return Err(refuse(format_args!(
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"
            )));
        }
        self.open.push(Open { tag, argument, offset: self.units, from: self.text.len() });
        Ok(())
    }

    fn attribute(&mut self, tag: &str, begin: usize) -> Result<(String, String), Refusal> {
        let unclosed = || refuse(format_args!("Unclosed start tag \"{tag}\" at byte offset {begin}"));
        let from = self.at;
        self.skip(|byte| !byte.is_ascii_whitespace() && !b"=>/\"'".contains(&byte));
        let name = self.since(from);
        if name.is_empty() {
            return Err(if self.peek() == 0 {
                unclosed()
            } else {
                refuse(format_args!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}"))
            });
        }
        self.skip(|byte| byte.is_ascii_whitespace());
        if self.peek() == 0 {
            return Err(unclosed());
        }
        if self.peek() != b'=' {
            return Ok((name, String::new()));
        }
        self.at += 1;
        self.skip(|byte| byte.is_ascii_whitespace());
        let value = self.value()?;
        if self.peek() == 0 { Err(unclosed()) } else { Ok((name, value)) }
    }

    fn value(&mut self) -> Result<String, Refusal> {
        let end = self.peek();
        let from = self.at;
        if end != b'"' && end != b'\'' {
            self.skip(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
            if !self.peek().is_ascii_whitespace() && self.peek() != b'>' {
                return Err(refuse(format_args!("Unexpected end of name token at byte offset {from}")));
            }
            return Ok(self.since(from).to_lowercase());
        }
        self.at += 1;
        let mut value = Vec::new();
        while self.peek() != end && self.peek() != 0 {
            if let Some((character, length)) = reference(&self.source[self.at..]) {
                value.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                self.at += length;
            } else {
                value.push(self.peek());
                self.at += 1;
            }
        }
        if self.peek() == end {
            self.at += 1;
        }
        Ok(String::from_utf8_lossy(&value).into_owned())
    }

    fn end_tag(&mut self, begin: usize) -> Result<(), Refusal> {
        let Some(open) = self.open.pop() else {
            return Err(refuse(format_args!("Unexpected end tag at byte offset {begin}")));
        };
        self.skip(|byte| !byte.is_ascii_whitespace() && byte != b'>');
        let found = self.since(begin + 2);
        self.skip(|byte| byte.is_ascii_whitespace());
        if self.peek() != b'>' {
            return Err(refuse(format_args!("Unclosed end tag at byte offset {begin}")));
        }
        self.at += 1;
        if !found.is_empty() && found.to_lowercase() != open.tag {
            return Err(refuse(format_args!(
                "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{found}>\"",
                open.tag
            )));
        }
        if self.units > open.offset {
            self.close(open);
        }
        Ok(())
    }

    fn close(&mut self, open: Open) {
        let kind = match open.tag.as_str() {
            "b" | "strong" => "bold",
            "i" | "em" => "italic",
            "u" | "ins" => "underline",
            "s" | "strike" | "del" => "strikethrough",
            "span" | "tg-spoiler" => "spoiler",
            "blockquote" if open.argument.is_empty() => "blockquote",
            "blockquote" => "expandable_blockquote",
            "pre" | "code" => return self.close_code(&open),
            "a" => "text_link",
            "tg-emoji" => "custom_emoji",
            _ => "date_time",
        };
        let mut entity = Entity::new(kind, open.offset, self.units - open.offset);
        match kind {
            "text_link" => {
                let inside = String::from_utf8_lossy(&self.text[open.from..]).into_owned();
                let url = if open.argument.is_empty() { inside } else { open.argument };
                if let Some(id) = url.strip_prefix("tg://user?id=").and_then(|id| id.parse::<i64>().ok()) {
                    entity.kind = "text_mention".into();
                    entity.user = Some(serde_json::json!({"id": id}));
                } else if let Some(url) = link(&url) {
                    entity.url = Some(url);
                } else {
                    return;
                }
            }
            "custom_emoji" => entity.custom_emoji_id = Some(open.argument),
            "date_time" => entity.unix_time = open.argument.parse().ok(),
            _ => {}
        }
        self.entities.push(entity);
    }

    /// `<pre><code class="language-x">`, in either order, is one `pre` with a language.
    fn close_code(&mut self, open: &Open) {
        let mut entity = Entity::new(&open.tag, open.offset, self.units - open.offset);
        entity.language = Some(open.argument.clone()).filter(|language| !language.is_empty());
        let same = |e: &&mut Entity| e.offset == entity.offset && e.length == entity.length;
        match self.entities.last_mut().filter(same) {
            Some(inner) if open.tag == "pre" && inner.kind == "code" && inner.language.is_some() => {
                "pre".clone_into(&mut inner.kind);
            }
            Some(inner) if open.tag == "code" && inner.kind == "pre" && entity.language.is_some() => {
                inner.language = entity.language;
            }
            _ => self.entities.push(entity),
        }
    }
}

/// The character a reference at the beginning stands for, and its length in bytes.
fn reference(source: &[u8]) -> Option<(char, usize)> {
    if source.first() != Some(&b'&') {
        return None;
    }
    let end = source.iter().take(12).position(|&byte| byte == b';').unwrap_or(source.len().min(12));
    let name = std::str::from_utf8(&source[1..end]).ok()?;
    let length = end + usize::from(source.get(end) == Some(&b';'));
    let numeric = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    if let Some(digits) = name.strip_prefix('#') {
        let character = match digits.strip_prefix('x') {
            Some(hex) => numeric(hex, 16),
            None => numeric(digits, 10),
        };
        return character.filter(|&c| c != '\0').map(|c| (c, length));
    }
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => return None,
    };
    Some((character, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(source: &str) -> String {
        parse(source).unwrap_err().description
    }

    #[test]
    fn tags_become_entities() {
        let read =
            parse("<b>é<i>👋</i></b> <a href=\"https://x.org/?a=1&amp;b\">x</a> &lt;&#33;&nbsp;").unwrap();
        assert_eq!(read.text, "é👋 x <!&nbsp;");
        let shape: Vec<_> = read.entities.iter().map(|e| (e.kind.as_str(), e.offset, e.length)).collect();
        assert_eq!(shape, [("bold", 0, 3), ("italic", 1, 2), ("text_link", 4, 1)]);
        assert_eq!(read.entities[2].url.as_deref(), Some("https://x.org/?a=1&b"));
    }

    #[test]
    fn code_with_a_language_is_one_pre() {
        let read =
            parse("<pre><code class=\"language-rust\">x</code></pre><code class=\"language-c\">y</code>")
                .unwrap();
        assert_eq!(read.entities.len(), 2);
        assert_eq!(
            (read.entities[0].kind.as_str(), read.entities[0].language.as_deref()),
            ("pre", Some("rust"))
        );
        assert_eq!((read.entities[1].kind.as_str(), read.entities[1].language.as_deref()), ("code", None));
    }

    #[test]
    fn what_it_does_not_know_it_refuses() {
        assert_eq!(
            error("a<p>b</p>"),
            "Bad Request: can't parse entities: Unsupported start tag \"p\" at byte offset 1"
        );
        assert_eq!(
            error("<b>x</i>"),
            "Bad Request: can't parse entities: Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""
        );
        assert_eq!(
            error("<b>x"),
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""
        );
        assert_eq!(error("x</b>"), "Bad Request: can't parse entities: Unexpected end tag at byte offset 1");
        assert_eq!(
            error("1 < 2"),
            "Bad Request: can't parse entities: Unsupported start tag \"\" at byte offset 2"
        );
        assert_eq!(error("a <b"), "Bad Request: can't parse entities: Unclosed start tag at byte offset 2");
        assert!(error("<span>x</span>").contains("must have class \"tg-spoiler\""));
    }

    #[test]
    fn hostile_input_never_panics() {
        for source in
            ["<", "</", "<a href=", "<a href='", "&", "&#", "&#x;", "<b x=\"y", "&#1114112;", "<a /"]
        {
            let _ = parse(source);
        }
    }
}
