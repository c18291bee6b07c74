//! Reads a message's HTML, or its body where there is none.

use contract::{Block, Span, Style, Text};
use ruma::{
    UserId,
    html::{
        Children, ElementData, Html, NodeData, NodeRef,
        matrix::{AnchorData, AnchorUri, DivData, MatrixElement, SpanData},
    },
    matrix_uri::MatrixId,
};

use super::MATHS;
use crate::matrix::people::People;

/// HTML with more tags is read by its body: it is not for people.
pub const MOST_TAGS: usize = 4000;
/// Deeper elements are read as their words.
const DEEPEST: usize = 64;

/// What calls a whole room, when the message says that it means it.
const CROWD: &str = "@room";

/// What a message says. Its `@room` calls everybody if `crowd`.
#[must_use]
pub fn read(body: &str, formatted: Option<&str>, people: &People, crowd: bool) -> Text {
    let mut text = read_words(body, formatted, people);
    if crowd {
        text.change(&mut |span| {
            let Span::Plain(words) = span else { return };
            if words.contains(CROWD) {
                let name = CROWD.trim_start_matches('@').to_owned();
                let pieces = words.split(CROWD).map(|words| Span::Plain(words.to_owned()));
                let spans = pieces.flat_map(|words| [Span::Crowd(name.clone()), words]).skip(1).collect();
                // Without an address, a link is its words.
                *span = Span::Link { url: String::new(), spans };
            }
        });
    }
    text.normal()
}

fn read_words(body: &str, formatted: Option<&str>, people: &People) -> Text {
    match formatted.filter(|html| html.matches('<').count() <= MOST_TAGS) {
        Some(html) => {
            let mut reader = Reader { people, after_space: true };
            let html = Html::parse(html);
            Text(reader.blocks(html.children(), 0)).normal()
        }
        None => Text::plain(body),
    }
}

/// Takes away the quote that old clients put before a reply's body.
#[must_use]
pub fn strip_reply_fallback(body: &str) -> &str {
    let mut rest = body;
    while rest.starts_with("> ") || rest.starts_with(">\n") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    if rest.len() == body.len() { body } else { rest.strip_prefix('\n').unwrap_or(rest) }
}

struct Reader<'a> {
    people: &'a People,
    /// Whether a space here would follow another, or begin a line.
    after_space: bool,
}

impl Reader<'_> {
    fn blocks(&mut self, children: Children, depth: usize) -> Vec<Block> {
        let mut out = Vec::new();
        let mut line = Vec::new();
        for node in children {
            self.block(&node, depth, &mut out, &mut line);
        }
        self.end_line(&mut out, &mut line);
        out
    }

    fn end_line(&mut self, out: &mut Vec<Block>, line: &mut Vec<Span>) {
        self.after_space = true;
        if !line.is_empty() {
            out.push(Block::Paragraph(std::mem::take(line)));
        }
    }

    fn block(&mut self, node: &NodeRef, depth: usize, out: &mut Vec<Block>, line: &mut Vec<Span>) {
        let Some(element) = node.as_element().filter(|_| depth < DEEPEST) else {
            return self.spans(node, depth, line);
        };
        let block = match element.to_matrix().element {
            MatrixElement::P | MatrixElement::Details | MatrixElement::Summary | MatrixElement::Caption => {
                self.end_line(out, line);
                out.extend(self.blocks(node.children(), depth + 1));
                return;
            }
            MatrixElement::Div(div) if div.maths.is_none() => {
                self.end_line(out, line);
                out.extend(self.blocks(node.children(), depth + 1));
                return;
            }
            MatrixElement::H(heading) => {
                self.end_line(out, line);
                let spans = self.children(node, depth);
                Block::Heading { level: heading.level.value(), spans }
            }
            MatrixElement::Blockquote => {
                self.end_line(out, line);
                Block::Quote(self.blocks(node.children(), depth + 1))
            }
            MatrixElement::Ul => {
                self.end_line(out, line);
                Block::List { start: None, items: self.items(node, depth) }
            }
            MatrixElement::Ol(list) => {
                self.end_line(out, line);
                let start = list.start.and_then(|start| u64::try_from(start).ok()).unwrap_or(1);
                Block::List { start: Some(start), items: self.items(node, depth) }
            }
            MatrixElement::Pre => {
                self.end_line(out, line);
                code_block(node)
            }
            MatrixElement::Div(DivData { maths: Some(maths), .. }) => {
                self.end_line(out, line);
                Block::Code { language: Some(MATHS.to_owned()), code: maths.to_string() }
            }
            MatrixElement::Table => {
                self.end_line(out, line);
                self.table(node, depth)
            }
            MatrixElement::Hr => {
                self.end_line(out, line);
                Block::Rule
            }
            _ => return self.spans(node, depth, line),
        };
        self.after_space = true;
        out.push(block);
    }

    fn items(&mut self, list: &NodeRef, depth: usize) -> Vec<Vec<Block>> {
        list.children()
            .filter(|node| node.as_element().is_some())
            .map(|item| self.blocks(item.children(), depth + 1))
            .collect()
    }

    fn table(&mut self, table: &NodeRef, depth: usize) -> Block {
        let (mut head, mut rows) = (Vec::new(), Vec::new());
        for row in descendants(table, |element| matches!(element, MatrixElement::Tr)) {
            let mut heading = false;
            let cells: Vec<_> = row
                .children()
                .filter_map(|cell| {
                    let element = cell.as_element()?.to_matrix().element;
                    heading |= matches!(element, MatrixElement::Th);
                    self.after_space = true;
                    matches!(element, MatrixElement::Th | MatrixElement::Td)
                        .then(|| self.children(&cell, depth))
                })
                .collect();
            if heading && head.is_empty() && rows.is_empty() {
                head = cells;
            } else {
                rows.push(cells);
            }
        }
        Block::Table { head, rows }
    }

    fn children(&mut self, node: &NodeRef, depth: usize) -> Vec<Span> {
        let mut line = Vec::new();
        for child in node.children() {
            self.spans(&child, depth + 1, &mut line);
        }
        line
    }

    fn spans(&mut self, node: &NodeRef, depth: usize, line: &mut Vec<Span>) {
        match node.data() {
            NodeData::Text(text) => line.extend(self.words(&text.borrow()).map(Span::Plain)),
            NodeData::Element(_) if depth >= DEEPEST => {
                line.extend(self.words(&words_in(node)).map(Span::Plain));
            }
            NodeData::Element(element) => self.inline(node, element, depth, line),
            _ => {}
        }
    }

    fn inline(&mut self, node: &NodeRef, element: &ElementData, depth: usize, line: &mut Vec<Span>) {
        let style = match element.to_matrix().element {
            MatrixElement::B | MatrixElement::Strong => Style::Bold,
            MatrixElement::I | MatrixElement::Em => Style::Italic,
            MatrixElement::U => Style::Underline,
            MatrixElement::S | MatrixElement::Del => Style::Strike,
            MatrixElement::Span(span) if span.spoiler.is_some() => {
                if let Some(reason) = span.spoiler.filter(|reason| !reason.is_empty()) {
                    line.extend(self.words(&format!("({reason}) ")).map(Span::Plain));
                }
                Style::Spoiler
            }
            other => return self.unstyled(node, other, depth, line),
        };
        let inner = self.children(node, depth);
        line.push(Span::Styled(style, inner));
    }

    fn unstyled(&mut self, node: &NodeRef, element: MatrixElement, depth: usize, line: &mut Vec<Span>) {
        match element {
            MatrixElement::Br => {
                self.after_space = true;
                line.push(Span::Break);
            }
            MatrixElement::Code(_) => {
                let code = words_in(node);
                self.after_space &= code.is_empty();
                line.push(Span::Code(code));
            }
            MatrixElement::A(anchor) => {
                let inner = self.children(node, depth);
                line.push(self.link(node, &anchor, inner));
            }
            MatrixElement::Img(image) => {
                let shown = image.alt.or(image.title);
                line.extend(shown.and_then(|shown| self.words(&shown)).map(Span::Plain));
            }
            // No sign of it is a mark elsewhere.
            MatrixElement::Span(SpanData { maths: Some(maths), .. })
            | MatrixElement::Div(DivData { maths: Some(maths), .. }) => {
                self.after_space = false;
                line.push(Span::Code(maths.to_string()));
            }
            MatrixElement::MatrixReply => {}
            MatrixElement::Other(name) => match &*name.local {
                "input" => line.extend(task(node).map(Span::Plain)),
                "script" | "style" | "title" | "template" | "noscript" | "iframe" => {}
                "strike" => {
                    let inner = self.children(node, depth);
                    line.push(Span::Styled(Style::Strike, inner));
                }
                "ins" => {
                    let inner = self.children(node, depth);
                    line.push(Span::Styled(Style::Underline, inner));
                }
                _ => line.extend(self.children(node, depth)),
            },
            // Words that stand on lines of their own, within words that do not.
            MatrixElement::P | MatrixElement::Div(_) | MatrixElement::Li | MatrixElement::Tr => {
                line.push(Span::Break);
                self.after_space = true;
                line.extend(self.children(node, depth));
                line.push(Span::Break);
                self.after_space = true;
            }
            _ => line.extend(self.children(node, depth)),
        }
    }

    fn link(&self, node: &NodeRef, anchor: &AnchorData, inner: Vec<Span>) -> Span {
        let (id, url) = match &anchor.href {
            Some(AnchorUri::MatrixTo(uri)) => (Some(uri.id()), uri.to_string()),
            Some(AnchorUri::Matrix(uri)) => (Some(uri.id()), uri.to_string()),
            Some(AnchorUri::Other(url)) => (None, url.to_string()),
            // Nowhere that a link may lead to: its words stay.
            _ => (None, String::new()),
        };
        match id {
            Some(MatrixId::User(user)) => self.mention(node, user),
            _ => Span::Link { url, spans: inner },
        }
    }

    fn mention(&self, node: &NodeRef, user: &UserId) -> Span {
        let shown = words_in(node);
        let shown = shown.trim();
        let name = shown.strip_prefix('@').unwrap_or(shown).to_owned();
        let name = if name.is_empty() { user.localpart().to_owned() } else { name };
        Span::Mention { person: self.people.person(user), name }
    }

    /// Words as HTML shows them: white space of any length is one space.
    fn words(&mut self, raw: &str) -> Option<String> {
        let mut out = String::with_capacity(raw.len());
        for c in raw.chars() {
            let space = matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
            if !space {
                out.push(c);
            } else if !self.after_space {
                out.push(' ');
            }
            self.after_space = space;
        }
        (!out.is_empty()).then_some(out)
    }
}

/// The box of something to do.
fn task(node: &NodeRef) -> Option<String> {
    let element = node.as_element()?;
    let attributes = element.attrs.borrow();
    let has = |name: &str, value: Option<&str>| {
        let named = attributes.iter().find(|attribute| &*attribute.name.local == name);
        named.is_some_and(|attribute| value.is_none_or(|value| &*attribute.value == value))
    };
    has("type", Some("checkbox")).then(|| if has("checked", None) { "☑ " } else { "☐ " }.to_owned())
}

/// Lines of code. The line break after `<pre>` is not one of them.
fn code_block(node: &NodeRef) -> Block {
    let language = node.children().find_map(|child| match child.as_element()?.to_matrix().element {
        MatrixElement::Code(code) => code.language.map(|language| language.to_string()),
        _ => None,
    });
    Block::Code { language, code: words_in(node) }
}

/// All the words below a node, as they are.
fn words_in(node: &NodeRef) -> String {
    let mut words = String::new();
    let mut left = vec![node.clone()];
    while let Some(node) = left.pop() {
        if let Some(text) = node.as_text() {
            words.push_str(&text.borrow());
        }
        if node.as_element().is_some_and(|element| matches!(element.to_matrix().element, MatrixElement::Br)) {
            words.push('\n');
        }
        let at = left.len();
        left.extend(node.children());
        left[at..].reverse();
    }
    words
}

/// The elements below a node that are `wanted`, not looking below those.
fn descendants(node: &NodeRef, wanted: impl Fn(&MatrixElement) -> bool) -> Vec<NodeRef> {
    let mut found = Vec::new();
    let mut left: Vec<NodeRef> = node.children().collect();
    left.reverse();
    while let Some(node) = left.pop() {
        if node.as_element().is_some_and(|element| wanted(&element.to_matrix().element)) {
            found.push(node);
            continue;
        }
        let at = left.len();
        left.extend(node.children());
        left[at..].reverse();
    }
    found
}
