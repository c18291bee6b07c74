//! Reading it.

use contract::{Block, Span, Style, Text};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream};
use wire::{
    emoji::{self, Names, Piece},
    markdown::{task, unquiet},
    people::Called,
};

/// Deeper than this nothing is nested any more: hostile texts nest thousands.
const DEEPEST: usize = 32;

/// Reads a post.
pub(crate) fn read(source: &str, people: &Called) -> Text {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let source = source.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    let mut reader = Reader { people, open: vec![Open::Blocks(Vec::new(), Kind::Root)], dropped: 0 };
    for event in TextMergeStream::new(Parser::new_ext(&source, options)) {
        reader.take(event);
    }
    reader.finish()
}

/// What calls everybody (Mattermost documentation, "Mention people").
const CROWDS: [&str; 3] = ["all", "channel", "here"];

/// What blocks are gathered for.
enum Kind {
    Root,
    Quote,
    List(Option<u64>, Vec<Vec<Block>>),
    Item,
}

/// Something begun and not ended.
enum Open {
    Blocks(Vec<Block>, Kind),
    Spans(Vec<Span>, Line),
    Code(Option<String>, String),
    Table { head: Vec<Vec<Span>>, rows: Vec<Vec<Vec<Span>>>, row: Vec<Vec<Span>> },
}

/// What spans are gathered for.
enum Line {
    Paragraph,
    Heading(u8),
    Styled(Style),
    Link(String),
    Cell,
}

struct Reader<'a> {
    people: &'a Called,
    open: Vec<Open>,
    /// How many beginnings were passed over for being too deep.
    dropped: usize,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(_) if self.open.len() >= DEEPEST => self.dropped += 1,
            Event::End(_) if self.dropped > 0 => self.dropped -= 1,
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(words) | Event::Html(words) | Event::InlineHtml(words) => self.words(&words),
            Event::Code(code) => self.span(Span::Code(code.into_string())),
            Event::SoftBreak | Event::HardBreak => self.span(Span::Break),
            Event::Rule => self.block(Block::Rule),
            Event::TaskListMarker(done) => {
                self.span(Span::Plain(task(done).to_owned()));
            }
            Event::FootnoteReference(words) | Event::InlineMath(words) | Event::DisplayMath(words) => {
                self.words(&words);
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let blocks = |kind| Open::Blocks(Vec::new(), kind);
        let spans = |line| Open::Spans(Vec::new(), line);
        let open = match tag {
            Tag::Heading { level, .. } => spans(Line::Heading(number(level))),
            Tag::BlockQuote(_) => blocks(Kind::Quote),
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(words) => words.split_whitespace().next().map(str::to_owned),
                    CodeBlockKind::Indented => None,
                };
                Open::Code(language, String::new())
            }
            Tag::List(start) => blocks(Kind::List(start, Vec::new())),
            Tag::Item => blocks(Kind::Item),
            Tag::Table(_) => Open::Table { head: Vec::new(), rows: Vec::new(), row: Vec::new() },
            Tag::TableHead | Tag::TableRow => return,
            Tag::TableCell => spans(Line::Cell),
            Tag::Emphasis => spans(Line::Styled(Style::Italic)),
            Tag::Strong => spans(Line::Styled(Style::Bold)),
            Tag::Strikethrough => spans(Line::Styled(Style::Strike)),
            Tag::Link { dest_url, .. } => spans(Line::Link(dest_url.into_string())),
            Tag::Image { dest_url, .. } => {
                // `![picture](address =200x100)`: the size is the server's own way.
                let url = dest_url.split(" =").next().unwrap_or_default().to_owned();
                spans(Line::Link(url))
            }
            _ => spans(Line::Paragraph),
        };
        self.open.push(open);
    }

    fn end(&mut self, tag: TagEnd) {
        match (&tag, self.open.last_mut()) {
            (TagEnd::TableHead, Some(Open::Table { head, row, .. })) => *head = std::mem::take(row),
            (TagEnd::TableRow, Some(Open::Table { rows, row, .. })) => rows.push(std::mem::take(row)),
            // A loose line of an item, without a paragraph of its own.
            (TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::List(_), Some(Open::Spans(..))) => {
                self.close();
                self.close();
            }
            _ => self.close(),
        }
    }

    fn close(&mut self) {
        if self.open.len() < 2 {
            return;
        }
        match self.open.pop() {
            Some(Open::Spans(spans, line)) => self.line(spans, line),
            Some(Open::Code(language, code)) => self.block(Block::Code { language, code }),
            Some(Open::Table { head, rows, .. }) => self.block(Block::Table { head, rows }),
            Some(Open::Blocks(blocks, kind)) => match kind {
                Kind::Root => {}
                Kind::Quote => self.block(Block::Quote(blocks)),
                Kind::List(start, items) => self.block(Block::List { start, items }),
                Kind::Item => {
                    if let Some(Open::Blocks(_, Kind::List(_, items))) = self.open.last_mut() {
                        items.push(blocks);
                    }
                }
            },
            None => {}
        }
    }

    fn line(&mut self, spans: Vec<Span>, line: Line) {
        match line {
            Line::Paragraph => self.block(Block::Paragraph(spans)),
            Line::Heading(level) => self.block(Block::Heading { level, spans }),
            Line::Styled(style) => self.span(Span::Styled(style, spans)),
            Line::Link(url) => {
                let same = matches!(spans.as_slice(), [Span::Plain(words)] if *words == url);
                // An address alone is a link wherever it is read.
                self.span(if same { Span::Plain(url) } else { Span::Link { url, spans } });
            }
            Line::Cell => {
                if let Some(Open::Table { row, .. }) = self.open.last_mut() {
                    row.push(spans);
                }
            }
        }
    }

    fn block(&mut self, block: Block) {
        if let Some(Open::Spans(..)) = self.open.last() {
            self.close();
        }
        if let Some(Open::Blocks(blocks, _)) = self.open.last_mut() {
            blocks.push(block);
        }
    }

    fn span(&mut self, span: Span) {
        match self.open.last_mut() {
            Some(Open::Spans(spans, _)) => spans.push(span),
            Some(Open::Code(_, code)) => {
                if let Span::Plain(words) = span {
                    code.push_str(&words);
                }
            }
            _ => self.open.push(Open::Spans(vec![span], Line::Paragraph)),
        }
    }

    fn words(&mut self, words: &str) {
        if let Some(Open::Code(_, code)) = self.open.last_mut() {
            code.push_str(words);
            return;
        }
        for (n, line) in words.split('\n').enumerate() {
            if n > 0 {
                self.span(Span::Break);
            }
            if !line.is_empty() {
                self.line_of_words(line);
            }
        }
    }

    /// Words in which people are called and emoji shown.
    fn line_of_words(&mut self, words: &str) {
        let mut plain = String::new();
        let mut rest = words;
        while let Some(at) = rest.find('@') {
            let (before, after) = (&rest[..at], &rest[at + 1..]);
            let alone = !before.ends_with(|c: char| c.is_alphanumeric());
            let end = after
                .find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)))
                .unwrap_or(after.len());
            let full = &after[..end];
            let bare = full.trim_end_matches(['.', '_', '-']);
            plain.push_str(before);
            if alone && CROWDS.contains(&bare.to_ascii_lowercase().as_str()) {
                self.plain(&std::mem::take(&mut plain));
                self.span(Span::Crowd(bare.to_ascii_lowercase()));
                rest = &after[bare.len()..];
                continue;
            }
            let mut found = [full, bare].into_iter().filter(|name| alone && !name.is_empty());
            match found.find_map(|name| Some((name, self.people.named(name)?))) {
                Some((name, (person, shown))) => {
                    self.plain(&std::mem::take(&mut plain));
                    self.span(Span::Mention { person, name: shown });
                    rest = &after[name.len()..];
                }
                None => {
                    plain.push('@');
                    rest = after;
                }
            }
        }
        plain.push_str(rest);
        self.plain(&plain);
    }

    fn plain(&mut self, words: &str) {
        for piece in emoji::in_pieces(words, Names::Gemoji) {
            self.span(match piece {
                Piece::Words(words) => Span::Plain(unquiet(&words)),
                Piece::Own(name) => Span::Emoji(name),
            });
        }
    }

    fn finish(mut self) -> Text {
        while self.open.len() > 1 {
            self.close();
        }
        match self.open.pop() {
            Some(Open::Blocks(blocks, _)) => Text(blocks).normal(),
            _ => Text::default(),
        }
    }
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
