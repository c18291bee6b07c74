//! Writing Markdown: what its dialects have in common.
//!
//! A mark that the reader would not take as one (in the middle of a word, beside a space) is left out, and the words
//! stay: formatting may be lost, words never.

use contract::{Block, Person, Span, Style, Text};

mod quiet;
mod split;

pub use quiet::{BREAKER, CROWD, quiet, uncalled, unquiet};
pub use split::split;

use quiet::{address, parts, sealed};

/// What sets one dialect apart.
pub trait Dialect {
    /// The mark of a style between these neighbours; none where it has none that would be read.
    fn mark(&self, style: Style, around: Around) -> Option<&'static str>;

    /// Words that read as they are; `line` is whether they begin a line.
    fn escape(&self, words: &str, line: bool) -> String;

    /// An address that stands alone, and is read as a link.
    fn address(&self, url: &str) -> String {
        url.to_owned()
    }

    /// A link; `shown` is written already.
    fn link(&self, url: &str, shown: &str) -> String;

    /// A table.
    fn table(&self, head: &[Cell], rows: &[Vec<Cell>]) -> String;

    /// Lines of code.
    fn code(&self, language: &str, code: &str) -> String {
        fence(language, code)
    }

    /// Code within a line.
    fn inline_code(&self, code: &str) -> String {
        inline_code(code)
    }

    /// A number at the beginning of a line and the sign after it, which would begin a list where several spans wrote them
    /// together.
    fn unnumbered(&self, number: &str, sign: char) -> String;

    /// A line across.
    fn rule(&self) -> &'static str;

    /// Whether a style goes on over the end of a line.
    fn styles_cross_lines(&self) -> bool;

    /// Whether code and tables can stand in quotes and lists.
    fn blocks_nest(&self) -> bool;

    /// The words, without `@`, that call everybody in a chat where `name` did elsewhere.
    fn crowd(&self, name: &str) -> &'static str;
}

/// What stands on both sides of a mark that opens, and of the one that closes.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// Before the opening mark.
    pub before: Option<char>,
    /// After it.
    pub first: char,
    /// Before the closing mark.
    pub last: char,
    /// After it.
    pub after: Option<char>,
}

/// What stands before something to do in a list, where there is no sign for it.
#[must_use]
pub fn task(done: bool) -> &'static str {
    if done { "☑ " } else { "☐ " }
}

/// A cell of a table.
#[derive(Clone, Debug)]
pub struct Cell {
    /// In the dialect.
    pub written: String,
    /// Its words alone.
    pub plain: String,
}

/// Somebody's name after an `@`, where calling them is possible.
pub type Call<'a> = &'a dyn Fn(&Person, &str) -> Option<String>;

/// Writes a text.
#[must_use]
pub fn write(text: &Text, dialect: &dyn Dialect, call: Call<'_>) -> String {
    let written = Writer { dialect, call }.blocks(&text.0, false);
    // A call can be made of two parts that call nobody: `@` in bold, and `all` after it.
    if text.calls_a_crowd() { written } else { sealed(&written) }
}

struct Writer<'a> {
    dialect: &'a dyn Dialect,
    call: Call<'a>,
}

impl Writer<'_> {
    fn blocks(&self, blocks: &[Block], nested: bool) -> String {
        let mut out = String::new();
        for (n, block) in blocks.iter().enumerate() {
            let written = self.block(block, nested && !self.dialect.blocks_nest());
            if written.is_empty() {
                continue;
            }
            if n > 0 && !out.is_empty() {
                out.push_str("\n\n");
            }
            out.push_str(&written);
        }
        out
    }

    fn block(&self, block: &Block, flat: bool) -> String {
        match block {
            Block::Paragraph(spans) => self.line(spans),
            Block::Heading { level, spans } => {
                let words = self.line(spans).replace('\n', " ");
                // Signs of a title at its end would go with it.
                let words = if words.ends_with('#') { format!("{words}{BREAKER}") } else { words };
                format!("{} {words}", "#".repeat(usize::from((*level).clamp(1, 6))))
            }
            Block::Quote(blocks) => {
                let inner = self.blocks(blocks, true);
                inner
                    .lines()
                    .map(|line| format!("> {line}").trim_end().to_owned())
                    .collect::<Vec<_>>()
                    .join("\n")
            }
            Block::Code { code, .. } if flat => {
                let lines = code.lines().map(|line| match line.trim() {
                    "" => String::new(),
                    _ => self.dialect.inline_code(line),
                });
                lines.collect::<Vec<_>>().join("\n")
            }
            Block::Code { language, code } => {
                self.dialect.code(language.as_deref().unwrap_or_default(), code)
            }
            Block::List { start, items } => self.list(*start, items),
            Block::Table { head, rows } if flat => {
                let row = |row: &Vec<Vec<Span>>| {
                    let cells: Vec<String> =
                        row.iter().map(|cell| self.line(cell).replace('\n', " ")).collect();
                    cells.join(" · ")
                };
                std::iter::once(head).chain(rows).map(row).collect::<Vec<_>>().join("\n")
            }
            Block::Table { head, rows } => {
                let cell = |spans: &Vec<Span>| Cell {
                    written: self.line(spans).replace('\n', " "),
                    plain: Text(vec![Block::Paragraph(spans.clone())]).words().replace('\n', " "),
                };
                let head: Vec<Cell> = head.iter().map(cell).collect();
                let rows: Vec<Vec<Cell>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
                self.dialect.table(&head, &rows)
            }
            Block::Rule => self.dialect.rule().to_owned(),
        }
    }

    fn list(&self, start: Option<u64>, items: &[Vec<Block>]) -> String {
        let mut lines = Vec::new();
        for (n, item) in (0..).zip(items) {
            let mark =
                start.map_or_else(|| "- ".to_owned(), |start| format!("{}. ", start.saturating_add(n)));
            let indent = " ".repeat(mark.len());
            let inner = self.blocks(item, true);
            let inner = if start.is_none() { with_box(inner) } else { inner };
            for (n, line) in inner.split('\n').enumerate() {
                let before = if n == 0 { &mark } else { &indent };
                lines.push(format!("{before}{line}").trim_end().to_owned());
            }
        }
        lines.join("\n")
    }

    fn line(&self, spans: &[Span]) -> String {
        let spans = match self.dialect.styles_cross_lines() {
            true => spans.to_vec(),
            false => by_line(spans),
        };
        let lines = self.spans(&spans, None, None);
        let unnumbered = |line: &str| match numbered(line) {
            Some((number, sign, rest)) => self.dialect.unnumbered(number, sign) + rest,
            None => line.to_owned(),
        };
        lines.split('\n').map(unnumbered).collect::<Vec<_>>().join("\n")
    }

    /// Spans between two neighbours.
    fn spans(&self, spans: &[Span], before: Option<char>, after: Option<char>) -> String {
        let mut out = String::new();
        for (n, span) in spans.iter().enumerate() {
            let last = out.chars().last().or(before);
            let line = last.is_none_or(|c| c == '\n');
            match span {
                Span::Plain(words) => {
                    let mut line = line;
                    for (is_address, part) in parts(words) {
                        match is_address {
                            true => out.push_str(&self.dialect.address(&address(part))),
                            false => out.push_str(&self.dialect.escape(part, line)),
                        }
                        line = false;
                    }
                }
                Span::Break => out.push('\n'),
                Span::Code(code) => {
                    if last == Some('`') {
                        out.push(BREAKER);
                    }
                    out.push_str(&self.dialect.inline_code(code));
                }
                // An address is a link by itself.
                Span::Link { url, spans }
                    if matches!(parts(url).as_slice(), [(true, _)])
                        && *spans == [Span::Plain(url.clone())] =>
                {
                    out.push_str(&self.dialect.address(&address(url)));
                }
                Span::Link { url, spans } => {
                    if last == Some('!') {
                        // It would make a picture of the link.
                        out.push(BREAKER);
                    }
                    let shown = self.spans(spans, Some('['), Some(']')).replace('\n', " ");
                    out.push_str(&self.dialect.link(&address(url), &shown));
                }
                Span::Mention { person, name } => match (self.call)(person, name) {
                    Some(username) => out.push_str(&format!("@{username}")),
                    None => out.push_str(&self.dialect.escape(&format!("@{name}"), line)),
                },
                Span::Styled(style, inner) => {
                    let next = spans.get(n + 1);
                    // Marks side by side are read differently by each reader.
                    if matches!(next, Some(Span::Styled(..))) || last.is_some_and(|c| "*_~|".contains(c)) {
                        // What follows may be written with its mark or without.
                        let next = next.map_or(after, |_| Some('x'));
                        out.push_str(&self.spans(inner, last, next));
                        continue;
                    }
                    let next = next.map_or(after, |next| self.first(next).or(after));
                    self.styled(*style, inner, last, next, &mut out);
                }
                Span::Crowd(name) => out.push_str(&format!("@{}", self.dialect.crowd(name))),
                // One of the same name shows there.
                Span::Emoji(name) => out.push_str(&format!(":{name}:")),
                Span::Phrase(_) => {}
            }
        }
        out
    }

    fn styled(
        &self,
        style: Style,
        inner: &[Span],
        before: Option<char>,
        after: Option<char>,
        out: &mut String,
    ) {
        let bare = self.spans(inner, before, after);
        let edges = char::is_whitespace;
        let trimmed = bare.trim_matches(edges);
        let (Some(first), Some(last)) = (trimmed.chars().next(), trimmed.chars().last()) else {
            out.push_str(&bare);
            return;
        };
        let lead = &bare[..bare.len() - bare.trim_start_matches(edges).len()];
        let tail = &bare[bare.trim_end_matches(edges).len()..];
        let around = Around {
            before: lead.chars().last().or(before),
            first,
            last,
            after: tail.chars().next().or(after),
        };
        let crosses =
            trimmed.contains("\n\n") || (!self.dialect.styles_cross_lines() && trimmed.contains('\n'));
        match self.dialect.mark(style, around).filter(|_| !crosses) {
            Some(mark) => {
                let sign = mark.chars().next();
                // Within another mark, one stands as it would beside a space.
                let marked = self.spans(inner, Some(' '), Some(' '));
                let marked = marked.trim_matches(edges);
                // Escapes at the edges may differ now, and a mark beside the same sign is another mark.
                let clash = |c: Option<char>| c.is_some() && c == sign;
                let inside = clash(marked.chars().next())
                    || (clash(marked.chars().last())
                        && !marked.ends_with(&format!("\\{}", sign.unwrap_or(' '))));
                if inside || clash(around.before) || clash(around.after) {
                    out.push_str(&bare);
                } else {
                    out.push_str(&format!("{lead}{mark}{marked}{mark}{tail}"));
                }
            }
            None => out.push_str(&bare),
        }
    }

    /// The first character that a span is written with.
    fn first(&self, span: &Span) -> Option<char> {
        self.spans(std::slice::from_ref(span), Some('x'), Some(' ')).chars().next()
    }
}

/// A line that begins with a number as in a list: the number, the sign after it, and the rest.
fn numbered(line: &str) -> Option<(&str, char, &str)> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let sign = rest.chars().next().filter(|sign| ".)".contains(*sign) && rest.len() < line.len())?;
    Some((&line[..line.len() - rest.len()], sign, &rest[1..]))
}

/// Something to do, with the sign that readers make a box of.
fn with_box(item: String) -> String {
    let boxed = [(task(false), "[ ] "), (task(true), "[x] ")];
    match boxed.iter().find_map(|(sign, mark)| Some((item.strip_prefix(*sign)?, mark))) {
        Some((words, mark)) if !words.trim().is_empty() => format!("{mark}{words}"),
        _ => item,
    }
}

/// The same spans with styles that end at each line and begin again on the next.
fn by_line(spans: &[Span]) -> Vec<Span> {
    let mut out = Vec::new();
    for span in spans {
        match span {
            Span::Styled(style, inner) => {
                let inner = by_line(inner);
                for (n, line) in inner.split(|span| *span == Span::Break).enumerate() {
                    if n > 0 {
                        out.push(Span::Break);
                    }
                    if !line.is_empty() {
                        out.push(Span::Styled(*style, line.to_vec()));
                    }
                }
            }
            other => out.push(other.clone()),
        }
    }
    out
}

/// Lines of code between fences that do not stand in them.
#[must_use]
pub fn fence(language: &str, code: &str) -> String {
    let ticks = "`".repeat(longest_run(code).max(2) + 1);
    let language: String = language.chars().filter(|c| !c.is_whitespace() && !"`@".contains(*c)).collect();
    format!("{ticks}{language}\n{}\n{ticks}", uncalled(code))
}

fn inline_code(code: &str) -> String {
    let ticks = "`".repeat(longest_run(code) + 1);
    let edge = code.starts_with('`') || code.ends_with('`') || (code.starts_with(' ') && code.ends_with(' '));
    let pad = if edge && !code.trim().is_empty() { " " } else { "" };
    format!("{ticks}{pad}{}{pad}{ticks}", uncalled(code))
}

fn longest_run(code: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in code.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
