//! Writes a text as words and entities. What Telegram has no entity for is said with signs.

use contract::{Block, NetworkName, Span, Style, Text};

use super::{Entity, User, Written, units};

/// Writes a text. Entities are in order, nest, and never cross; none is within code.
pub(crate) fn write(text: &Text, own: &NetworkName) -> Written {
    let mut writer = Writer { out: Written::default(), at: 0, holes: Vec::new(), own };
    writer.blocks(&text.0, false);
    let mut out = writer.out;
    out.entities.retain(|e| e.length > 0);
    out.entities.sort_by_key(|e| (e.offset, std::cmp::Reverse(e.length)));
    out
}

struct Writer<'a> {
    out: Written,
    /// The length of what is written, in UTF-16 units.
    at: usize,
    /// Where code is: nothing else may be over it.
    holes: Vec<(usize, usize)>,
    own: &'a NetworkName,
}

impl Writer<'_> {
    fn push(&mut self, words: &str) {
        self.out.text.push_str(words);
        self.at += units(words);
    }

    fn entity(&mut self, kind: &str, from: usize) -> &mut Entity {
        let at = self.out.entities.len();
        self.out.entities.push(Entity::new(kind, from, self.at - from));
        &mut self.out.entities[at]
    }

    fn blocks(&mut self, blocks: &[Block], quoted: bool) {
        for (n, block) in blocks.iter().enumerate() {
            if n > 0 {
                let alone =
                    |b: &Block| matches!(b, Block::Quote(_) | Block::Code { .. } | Block::Table { .. });
                let close = (alone(block) || alone(&blocks[n - 1])) && !quoted;
                self.push(if close { "\n" } else { "\n\n" });
            }
            self.block(block, quoted);
        }
    }

    fn block(&mut self, block: &Block, quoted: bool) {
        let from = self.at;
        match block {
            Block::Paragraph(spans) => self.spans(spans),
            Block::Heading { spans, .. } => {
                self.spans(spans);
                self.style("bold", from);
            }
            // Quotes do not nest; the inner one's words stay.
            Block::Quote(inner) if quoted => self.blocks(inner, true),
            Block::Quote(inner) => {
                self.blocks(inner, true);
                self.entity("blockquote", from);
            }
            Block::Code { language, code } => self.code(language.as_deref(), code, quoted),
            Block::List { start, items } => self.list(*start, items, quoted),
            Block::Table { head, rows } => self.code(None, &table(head, rows, self.own), quoted),
            Block::Rule => self.push("———"),
        }
    }

    fn code(&mut self, language: Option<&str>, code: &str, quoted: bool) {
        let from = self.at;
        self.push(code);
        if !quoted {
            self.entity("pre", from).language = language.map(str::to_owned);
            self.holes.push((from, self.at));
        }
    }

    fn list(&mut self, start: Option<u64>, items: &[Vec<Block>], quoted: bool) {
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                self.push("\n");
            }
            match start {
                Some(first) => self.push(&format!("{}. ", first.saturating_add(n as u64))),
                None => self.push("• "),
            }
            for (n, block) in item.iter().enumerate() {
                if n > 0 {
                    self.push("\n");
                }
                match block {
                    Block::List { start, items } => self.inner_list(*start, items),
                    block => self.block(block, quoted),
                }
            }
        }
    }

    /// A list within a list: its words alone, further in.
    fn inner_list(&mut self, start: Option<u64>, items: &[Vec<Block>]) {
        let mut inner = Writer { out: Written::default(), at: 0, holes: Vec::new(), own: self.own };
        inner.list(start, items, true);
        let lines: Vec<String> = inner.out.text.lines().map(|line| format!("   {line}")).collect();
        self.push(&lines.join("\n"));
    }

    fn spans(&mut self, spans: &[Span]) {
        for span in spans {
            self.span(span);
        }
    }

    fn span(&mut self, span: &Span) {
        let from = self.at;
        match span {
            Span::Plain(words) => self.push(words),
            Span::Break => self.push("\n"),
            Span::Styled(style, inner) => {
                self.spans(inner);
                let kind = match style {
                    Style::Bold => "bold",
                    Style::Italic => "italic",
                    Style::Underline => "underline",
                    Style::Strike => "strikethrough",
                    Style::Spoiler => "spoiler",
                };
                self.style(kind, from);
            }
            Span::Code(code) => {
                self.push(code);
                self.entity("code", from);
                self.holes.push((from, self.at));
            }
            Span::Link { url, spans } => self.link(url, spans),
            Span::Mention { person, name } => {
                self.push(name);
                if person.network == *self.own
                    && let Ok(id) = person.user.as_str().parse()
                {
                    let user = User { id, is_bot: false, first_name: name.clone() };
                    self.entity("text_mention", from).user = Some(user);
                }
            }
            // Nobody can be called all at once there, and no emoji shown but Telegram's.
            Span::Crowd(name) => self.push(&format!("@{name}")),
            Span::Emoji(name) => self.push(&format!(":{name}:")),
            Span::Phrase(phrase) => self.push(&phrase.key),
        }
    }

    fn link(&mut self, url: &str, spans: &[Span]) {
        let from = self.at;
        let at = self.out.text.len();
        self.spans(spans);
        let shown = &self.out.text[at..];
        if shown == url {
            return;
        }
        if ["https://", "http://", "tg://"].iter().any(|scheme| url.starts_with(scheme)) {
            for piece in self.pieces(from) {
                let url = Some(url.to_owned());
                self.out
                    .entities
                    .push(Entity { url, ..Entity::new("text_link", piece.0, piece.1 - piece.0) });
            }
        } else {
            self.push(&format!(" ({url})"));
        }
    }

    fn style(&mut self, kind: &str, from: usize) {
        for (from, to) in self.pieces(from) {
            self.out.entities.push(Entity::new(kind, from, to - from));
        }
    }

    /// What lies between `from` and here, without the code.
    fn pieces(&self, from: usize) -> Vec<(usize, usize)> {
        let mut pieces = Vec::new();
        let mut at = from;
        for &(start, end) in self.holes.iter().filter(|hole| hole.0 >= from) {
            pieces.push((at, start));
            at = end;
        }
        pieces.push((at, self.at));
        pieces.retain(|(from, to)| from < to);
        pieces
    }
}

/// A table as lines of text, its columns aligned.
fn table(head: &[Vec<Span>], rows: &[Vec<Vec<Span>>], own: &NetworkName) -> String {
    let cell =
        |cell: &Vec<Span>| write(&Text(vec![Block::Paragraph(cell.clone())]), own).text.replace('\n', " ");
    let mut lines: Vec<Vec<String>> = Vec::new();
    if !head.is_empty() {
        lines.push(head.iter().map(cell).collect());
    }
    lines.extend(rows.iter().map(|row| row.iter().map(cell).collect()));
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |n: usize| lines.iter().filter_map(|row| Some(row.get(n)?.chars().count())).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join(" | ").trim_end().to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}
