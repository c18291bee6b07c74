//! Reading it: lines into blocks.

use contract::{Block, Span, Text};
use wire::{
    markdown::{self, BREAKER},
    people::Called,
};

use super::inline::Line;

/// Lines that are read as blocks; the rest is words.
const MOST_LINES: usize = 5000;

/// Reads a message.
pub(crate) fn read(source: &str, people: &Called) -> Text {
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = source.splitn(MOST_LINES, '\n').collect();
    Text(Reader { people }.blocks(&lines)).normal()
}

struct Reader<'a> {
    people: &'a Called,
}

/// What a line begins.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Begins<'a> {
    Heading(u8, &'a str),
    Quote(&'a str),
    Bullet(&'a str),
    /// Something to do, and whether it is done.
    Task(bool, &'a str),
    Number(u64, &'a str),
    Fence(&'a str),
    Words(&'a str),
}

impl Reader<'_> {
    fn blocks(&self, lines: &[&str]) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut words: Vec<Span> = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            let begins = begins(lines[at]);
            if let Begins::Words(line) = begins {
                if !words.is_empty() {
                    words.push(Span::Break);
                }
                words.extend(self.line(line));
                // A blank line is one break more, which makes a new paragraph.
                at += 1;
                continue;
            }
            if !words.is_empty() {
                blocks.push(Block::Paragraph(std::mem::take(&mut words)));
            }
            let (block, taken) = self.block(begins, &lines[at..]);
            blocks.push(block);
            at += taken;
        }
        if !words.is_empty() {
            blocks.push(Block::Paragraph(words));
        }
        blocks
    }

    /// A block that begins on the first of these lines, and how many it takes.
    fn block(&self, begins: Begins<'_>, lines: &[&str]) -> (Block, usize) {
        let run = |same: &dyn Fn(Begins<'_>) -> bool| {
            lines.iter().take_while(|line| same(self::begins(line))).count().max(1)
        };
        match begins {
            Begins::Heading(level, words) => (Block::Heading { level, spans: self.line(words) }, 1),
            Begins::Quote(_) => {
                let taken = run(&|begins| matches!(begins, Begins::Quote(_)));
                let inner = lines[..taken].iter().map(|line| match self::begins(line) {
                    Begins::Quote(words) => words,
                    _ => "",
                });
                // Quotes are not nested: what is in them is lines.
                let inner: Vec<&str> = inner.collect();
                (Block::Quote(vec![Block::Paragraph(self.lines(&inner))]), taken)
            }
            Begins::Bullet(_) | Begins::Task(..) => {
                let taken = run(&|begins| matches!(begins, Begins::Bullet(_) | Begins::Task(..)));
                (Block::List { start: None, items: self.items(&lines[..taken]) }, taken)
            }
            Begins::Number(start, _) => {
                let taken = run(&|begins| matches!(begins, Begins::Number(..)));
                (Block::List { start: Some(start), items: self.items(&lines[..taken]) }, taken)
            }
            Begins::Fence(language) => {
                let inner = lines[1..].iter().take_while(|line| line.trim() != "```").count();
                let code = lines[1..=inner].join("\n").replace("``\u{200b}`", "```");
                let language = Some(language).filter(|language| !language.is_empty()).map(str::to_owned);
                (Block::Code { language, code }, (inner + 2).min(lines.len()))
            }
            Begins::Words(words) => (Block::Paragraph(self.line(words)), 1),
        }
    }

    fn items(&self, lines: &[&str]) -> Vec<Vec<Block>> {
        let item = |line: &&str| match begins(line) {
            Begins::Bullet(words) | Begins::Number(_, words) => vec![Block::Paragraph(self.line(words))],
            Begins::Task(done, words) => {
                let mut spans = self.line(words);
                spans.insert(0, Span::Plain(markdown::task(done).to_owned()));
                vec![Block::Paragraph(spans)]
            }
            _ => Vec::new(),
        };
        lines.iter().map(item).collect()
    }

    fn lines(&self, lines: &[&str]) -> Vec<Span> {
        let mut spans = Vec::new();
        for (n, line) in lines.iter().enumerate() {
            if n > 0 {
                spans.push(Span::Break);
            }
            spans.extend(self.line(line));
        }
        spans
    }

    fn line(&self, line: &str) -> Vec<Span> {
        Line::new(line, self.people).read()
    }
}

fn begins(line: &str) -> Begins<'_> {
    if let Some(language) = line.strip_prefix("```")
        && !language.contains('`')
    {
        return Begins::Fence(language.trim());
    }
    let hashes = line.len() - line.trim_start_matches('#').len();
    if (1..=6).contains(&hashes)
        && let Some(words) = line[hashes..].strip_prefix(' ')
    {
        return Begins::Heading(u8::try_from(hashes).unwrap_or(6), words);
    }
    if let Some(words) = line.strip_prefix('>') {
        return Begins::Quote(words.strip_prefix(' ').unwrap_or(words));
    }
    for (mark, done) in [("- [ ] ", false), ("- [x] ", true)] {
        if let Some(words) = line.strip_prefix(mark) {
            return Begins::Task(done, words);
        }
    }
    if let Some(words) =
        line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).filter(|words| !words.is_empty())
    {
        return Begins::Bullet(words);
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if (1..=9).contains(&digits)
        && let Some(words) = line[digits..].strip_prefix(". ")
        && let Ok(number) = line[..digits].parse()
    {
        return Begins::Number(number, words);
    }
    Begins::Words(line.strip_prefix(BREAKER).unwrap_or(line))
}
