//! Writing Markdown: what its dialects have in common.
//!
//! A mark that the reader would not take as one (in the middle of a word, beside a space) is left out, and the words
//! stay: formatting may be lost, words never.

use contract::{Block, Person, Span, Style, Text};

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

    /// A line across.
    fn rule(&self) -> &'static str;

    /// Whether a style goes on over the end of a line.
    fn styles_cross_lines(&self) -> bool;

    /// Whether code and tables can stand in quotes and lists.
    fn blocks_nest(&self) -> bool;
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

/// The words that would call everybody at once.
pub const CROWD: [&str; 5] = ["all", "channel", "here", "room", "everyone"];

/// What keeps `@`, `:` and `#` from meaning anything.
pub const BREAKER: char = '\u{200b}';

/// Writes a text.
#[must_use]
pub fn write(text: &Text, dialect: &dyn Dialect, call: Call<'_>) -> String {
    Writer { dialect, call }.blocks(&text.0, false)
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
        self.spans(&spans, None, None)
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
                Span::Link { url, spans } => {
                    let shown = self.spans(spans, Some('['), Some(']')).replace('\n', " ");
                    out.push_str(&self.dialect.link(url, &shown));
                }
                Span::Mention { person, name } => match (self.call)(person, name) {
                    Some(username) => out.push_str(&format!("@{username}")),
                    None => out.push_str(&self.dialect.escape(&format!("@{name}"), line)),
                },
                Span::Styled(style, inner) => {
                    let next = spans.get(n + 1);
                    // Marks side by side are read differently by each reader.
                    if matches!(next, Some(Span::Styled(..))) || last.is_some_and(|c| "*_~".contains(c)) {
                        // What follows may be written with its mark or without.
                        let next = next.map_or(after, |_| Some('x'));
                        out.push_str(&self.spans(inner, last, next));
                        continue;
                    }
                    let next = next.map_or(after, |next| self.first(next).or(after));
                    self.styled(*style, inner, last, next, &mut out);
                }
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
    let language: String = language.chars().filter(|c| !c.is_whitespace() && *c != '`').collect();
    format!("{ticks}{language}\n{code}\n{ticks}")
}

fn inline_code(code: &str) -> String {
    let ticks = "`".repeat(longest_run(code) + 1);
    let edge = code.starts_with('`') || code.ends_with('`') || (code.starts_with(' ') && code.ends_with(' '));
    let pad = if edge && !code.trim().is_empty() { " " } else { "" };
    format!("{ticks}{pad}{code}{pad}{ticks}")
}

fn longest_run(code: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in code.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Words in which nothing after `@` calls anybody, and no short code is an emoji. What is in the middle of a word calls
/// nobody anyway, unless it is a crowd.
#[must_use]
pub fn quiet(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut before = None;
    for (at, c) in words.char_indices() {
        out.push(c);
        let rest = &words[at + c.len_utf8()..];
        let calls = match c {
            '@' if is_crowd(rest) => true,
            '@' => {
                !before.is_some_and(char::is_alphanumeric)
                    && rest.starts_with(|next: char| next.is_alphanumeric() || "._-".contains(next))
            }
            ':' => {
                crate::emoji::code(&words[at..]).is_some_and(|code| !code.chars().all(|c| c.is_ascii_digit()))
            }
            _ => false,
        };
        if calls {
            out.push(BREAKER);
        }
        before = Some(c);
    }
    out
}

fn is_crowd(words: &str) -> bool {
    CROWD
        .iter()
        .any(|crowd| words.get(..crowd.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(crowd)))
}

/// Words in parts: addresses that readers make links of by themselves, and everything else.
fn parts(words: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(next) = words[at..].find("http").map(|next| at + next) {
        let rest = &words[next..];
        let is_address = rest.starts_with("https://") || rest.starts_with("http://");
        let alone = !words[..next].ends_with(|c: char| c.is_alphanumeric());
        let end = rest.find(|c: char| c.is_whitespace() || "<>`|\\[]\"".contains(c)).unwrap_or(rest.len());
        if is_address && alone && end > 8 {
            if from < next {
                parts.push((false, &words[from..next]));
            }
            parts.push((true, &rest[..end]));
            from = next + end;
            at = from;
        } else {
            at = next + 4;
        }
    }
    if from < words.len() {
        parts.push((false, &words[from..]));
    }
    parts
}

/// An address in which no crowd is called.
fn address(url: &str) -> String {
    url.match_indices('@').rev().fold(url.to_owned(), |mut url, (at, _)| {
        if is_crowd(&url[at + 1..]) {
            url.replace_range(at..=at, "%40");
        }
        url
    })
}

/// Code in which no crowd is called: some servers look for calls there too.
#[must_use]
pub fn uncalled(code: &str) -> String {
    CROWD.iter().fold(code.to_owned(), |code, crowd| {
        code.replace(&format!("@{crowd}"), &format!("@{BREAKER}{crowd}"))
    })
}

/// Words without what [`quiet`] put in.
#[must_use]
pub fn unquiet(words: &str) -> String {
    // Alone, it kept two pieces of code apart.
    let words = if words.chars().all(|c| c == BREAKER) { "" } else { words };
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        if c != BREAKER || !out.ends_with(['@', ':', '#', '`', '|']) {
            out.push(c);
        }
    }
    out
}

/// Cuts what is written into parts of at most `limit`, as `measure` counts; at a blank line, a line or a space where it
/// can. A fence that is cut is closed and opened again.
#[must_use]
pub fn split(written: &str, limit: usize, measure: impl Fn(&str) -> usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = written.trim_matches('\n').to_owned();
    while exceeds(&rest, limit, &measure) {
        let open = limit.saturating_sub(16).max(1);
        let end = cut(&rest, open, &measure);
        let (mut head, tail) =
            (rest[..end].trim_end().to_owned(), rest[end..].trim_start_matches('\n').to_owned());
        let reopened = open_fence(&head).map(str::to_owned);
        match reopened {
            Some(line) if line.len() < open => {
                let ticks: String = line.chars().take_while(|c| *c == '`').collect();
                head.push_str(&format!("\n{ticks}"));
                rest = format!("{line}\n{tail}");
            }
            _ => rest = String::from(tail.trim_start()),
        }
        if head.trim().is_empty() {
            // Nothing but blanks so far.
            continue;
        }
        parts.push(head);
    }
    if !rest.trim().is_empty() {
        parts.push(rest);
    }
    parts
}

/// Whether a text is longer than that; no more of it is measured than need be.
fn exceeds(text: &str, limit: usize, measure: &impl Fn(&str) -> usize) -> bool {
    let mut size = 0;
    text.chars().any(|c| {
        size += measure(c.encode_utf8(&mut [0; 4]));
        size > limit
    })
}

/// Where to cut: the last good place within the limit.
fn cut(text: &str, limit: usize, measure: &impl Fn(&str) -> usize) -> usize {
    let mut end = 0;
    let mut size = 0;
    for (at, c) in text.char_indices() {
        size += measure(c.encode_utf8(&mut [0; 4]));
        if size > limit {
            break;
        }
        end = at + c.len_utf8();
    }
    let end = if end == 0 { text.chars().next().map_or(0, char::len_utf8) } else { end };
    let floor = end / 2;
    for sign in ["\n\n", "\n", " "] {
        if let Some(at) = text[..end].rfind(sign).filter(|at| *at > floor) {
            return at + sign.len();
        }
    }
    // A backslash stays with what it escapes.
    let slashes = text[..end].len() - text[..end].trim_end_matches('\\').len();
    if slashes % 2 == 1 && end > 1 { end - 1 } else { end }
}

/// The line that opened a fence still open at the end.
fn open_fence(text: &str) -> Option<&str> {
    let mut open: Option<&str> = None;
    for line in text.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match open {
            None if ticks >= 3 => open = Some(line),
            Some(fence)
                if ticks >= 3
                    && line.trim() == "`".repeat(fence.len() - fence.trim_start_matches('`').len()) =>
            {
                open = None;
            }
            _ => {}
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_where_they_may_be() {
        let count = |s: &str| s.chars().count();
        assert_eq!(
            split("un deux trois quatre cinq six", 26, count).concat().replace(' ', ""),
            "undeuxtroisquatrecinqsix"
        );
        let code = format!("```rust\n{}\n```", "ligne\n".repeat(30).trim_end());
        let parts = split(&code, 80, count);
        assert!(parts.len() > 2 && parts.iter().all(|part| count(part) <= 80), "{parts:?}");
        assert!(
            parts.iter().all(|part| part.starts_with("```rust\n") && part.ends_with("\n```")),
            "{parts:?}"
        );
        assert_eq!(split("", 10, count), [""; 0]);
        let emoji = "🎉".repeat(50);
        assert_eq!(split(&emoji, 20, |s| s.encode_utf16().count()).concat(), emoji);
    }

    #[test]
    fn addresses_stay_whole() {
        let words = "voir https://mastodon.social/@alice/a_b_c, ou http://x.fr";
        assert_eq!(
            parts(words),
            [
                (false, "voir "),
                (true, "https://mastodon.social/@alice/a_b_c,"),
                (false, " ou "),
                (true, "http://x.fr"),
            ]
        );
        assert_eq!(address("https://x.fr/@all/@alice"), "https://x.fr/%40all/@alice");
    }

    #[test]
    fn quiet_words_call_nobody_and_come_back() {
        for words in ["@all", "@room venez :tada: !", "a@b.fr", "a@ALL", "::", "12:30:45", "@ personne"] {
            let quiet = quiet(words);
            let low = quiet.to_lowercase();
            assert!(!CROWD.iter().any(|crowd| low.contains(&format!("@{crowd}"))), "{quiet}");
            assert_eq!(unquiet(&quiet), words);
        }
        for same in ["12:30:45", "bob@exemple.fr"] {
            assert_eq!(quiet(same), same);
        }
    }
}
