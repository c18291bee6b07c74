//! The one way to write down each text, so that two trees that read the same are the same.

use super::{Block, Phrase, Span, Style, Text, clean::clean};
use crate::Person;

/// Quotes and lists deeper than this are flattened: nobody reads them, and hostile texts nest thousands.
const DEEPEST: usize = 8;

impl Text {
    /// The same text in normal form: see the module.
    #[must_use]
    pub fn normal(self) -> Self {
        Self(blocks(self.0, 0))
    }

    /// All the words, without what makes them stand out: a line for each of its own.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = String::new();
        for block in &self.0 {
            collect_words(block, &mut words);
            words.push('\n');
        }
        words.truncate(words.trim_end_matches('\n').len());
        words
    }

    /// The first line of its words, cut to `most` characters: for a notice that must name a text.
    #[must_use]
    pub fn excerpt(&self, most: usize) -> String {
        let words = self.words();
        let line = words.lines().next().unwrap_or_default();
        match line.char_indices().nth(most) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line.to_owned(),
        }
    }
}

/// Puts spans into normal form, as one paragraph's worth: for readers that build spans piece by piece.
#[must_use]
pub(super) fn spans(spans: Vec<Span>) -> Vec<Span> {
    let mut leaves = flatten(spans);
    trim(&mut leaves);
    dress_breaks(&mut leaves);
    nest_links(&merge(leaves))
}

fn blocks(blocks: Vec<Block>, depth: usize) -> Vec<Block> {
    let mut out = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(words) => out.extend(paragraphs(words)),
            Block::Heading { level, spans: words } => {
                let words = spans(words);
                if !words.is_empty() {
                    out.push(Block::Heading { level: level.clamp(1, 6), spans: words });
                }
            }
            Block::Quote(inner) if depth >= DEEPEST => out.extend(self::blocks(inner, depth)),
            Block::Quote(inner) => {
                let inner = self::blocks(inner, depth + 1);
                if !inner.is_empty() {
                    out.push(Block::Quote(inner));
                }
            }
            Block::Code { language, code } => {
                let code = clean(&code).trim_end_matches('\n').to_owned();
                if !code.is_empty() {
                    out.push(Block::Code { language: language.filter(|l| !l.is_empty()), code });
                }
            }
            Block::List { items, .. } if depth >= DEEPEST => {
                out.extend(items.into_iter().flat_map(|item| self::blocks(item, depth)));
            }
            Block::List { start, items } => {
                let items: Vec<_> = items.into_iter().map(|item| self::blocks(item, depth + 1)).collect();
                if items.iter().any(|item| !item.is_empty()) {
                    out.push(Block::List { start, items });
                }
            }
            Block::Table { head, rows } => {
                let row = |cells: Vec<Vec<Span>>| cells.into_iter().map(spans).collect::<Vec<_>>();
                let (head, rows) = (row(head), rows.into_iter().map(row).collect::<Vec<_>>());
                if !head.is_empty() || rows.iter().any(|cells| !cells.is_empty()) {
                    out.push(Block::Table { head, rows });
                }
            }
            Block::Rule => out.push(Block::Rule),
        }
    }
    out
}

/// A paragraph ends at a blank line.
fn paragraphs(words: Vec<Span>) -> Vec<Block> {
    let mut leaves = flatten(words);
    // A line of spaces is a blank line.
    trim(&mut leaves);
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < leaves.len() {
        let run = leaves[at..].iter().take_while(|leaf| leaf.what == What::Break).count();
        if run >= 2 {
            out.push(leaves[start..at].to_vec());
            start = at + run;
        }
        at += run.max(1);
    }
    out.push(leaves[start..].to_vec());
    out.into_iter()
        .map(|mut leaves| {
            dress_breaks(&mut leaves);
            nest_links(&merge(leaves))
        })
        .filter(|words| !words.is_empty())
        .map(Block::Paragraph)
        .collect()
}

/// A piece of a line with everything that applies to it.
#[derive(Clone, Debug, PartialEq)]
struct Leaf {
    what: What,
    url: Option<String>,
    styles: Styles,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    Plain(String),
    Break,
    Code(String),
    Mention(Person, String),
    Crowd(String),
    Emoji(String),
    Phrase(Phrase),
}

/// Which styles apply, a bit each, in the order of [`ALL`].
type Styles = u8;
const ALL: [Style; 5] = [Style::Bold, Style::Italic, Style::Underline, Style::Strike, Style::Spoiler];

fn flatten(spans: Vec<Span>) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    // A work list and not a recursion: hostile trees are deep.
    let mut left: Vec<(Span, Option<String>, Styles)> =
        spans.into_iter().rev().map(|span| (span, None, 0)).collect();
    while let Some((span, url, styles)) = left.pop() {
        let mut leaf = |what| leaves.push(Leaf { what, url: url.clone(), styles });
        match span {
            Span::Plain(words) => {
                for (n, line) in clean(&words).split('\n').enumerate() {
                    if n > 0 {
                        leaf(What::Break);
                    }
                    leaf(What::Plain(line.to_owned()));
                }
            }
            Span::Break => leaf(What::Break),
            Span::Code(code) => leaf(What::Code(clean(&code).replace('\n', " "))),
            Span::Crowd(name) => leaf(What::Crowd(name)),
            Span::Emoji(name) => leaf(What::Emoji(name)),
            Span::Phrase(phrase) => leaf(What::Phrase(phrase)),
            Span::Mention { person, name } => {
                leaves.push(Leaf { what: What::Mention(person, name), url: None, styles });
            }
            Span::Styled(style, inner) => {
                let styles = styles | 1 << (style as u8);
                left.extend(inner.into_iter().rev().map(|span| (span, url.clone(), styles)));
            }
            Span::Link { url: own, spans: inner } => {
                let url = url.or(Some(own).filter(|u| !u.is_empty()));
                left.extend(inner.into_iter().rev().map(|span| (span, url.clone(), styles)));
            }
        }
    }
    leaves.retain(|leaf| !matches!(&leaf.what, What::Plain(s) | What::Code(s) if s.is_empty()));
    leaves
}

/// A line break wears what both its neighbours wear.
fn dress_breaks(leaves: &mut [Leaf]) {
    let dress = |leaf: Option<&Leaf>| leaf.map(|leaf| (leaf.url.clone(), leaf.styles));
    for at in 0..leaves.len() {
        if leaves[at].what != What::Break {
            continue;
        }
        let before = dress(at.checked_sub(1).and_then(|n| leaves.get(n)));
        let after = dress(leaves[at..].iter().find(|leaf| leaf.what != What::Break));
        let (url, styles) = match (before, after) {
            (Some((url, styles)), Some((url_after, styles_after))) => {
                (url.filter(|u| Some(u) == url_after.as_ref()), styles & styles_after)
            }
            _ => (None, 0),
        };
        leaves[at].url = url;
        leaves[at].styles = styles;
    }
}

/// Nothing that cannot be seen at either end, nor spaces before a line break.
fn trim(leaves: &mut Vec<Leaf>) {
    for line in leaves.split_mut(|leaf| leaf.what == What::Break) {
        for leaf in line.iter_mut().rev() {
            let What::Plain(words) = &mut leaf.what else { break };
            words.truncate(words.trim_end_matches([' ', '\t']).len());
            if !words.is_empty() {
                break;
            }
        }
    }
    leaves.retain(|leaf| leaf.what != What::Plain(String::new()));
    let seen = |leaf: &Leaf| leaf.what != What::Break;
    let end = leaves.iter().rposition(seen).map_or(0, |last| last + 1);
    leaves.truncate(end);
    let start = leaves.iter().position(seen).unwrap_or(0);
    leaves.drain(..start);
}

/// Neighbours that wear the same are one.
fn merge(leaves: Vec<Leaf>) -> Vec<Leaf> {
    let mut out: Vec<Leaf> = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        if let Some(last) = out.last_mut()
            && (&last.url, last.styles) == (&leaf.url, leaf.styles)
        {
            match (&mut last.what, &leaf.what) {
                (What::Plain(a), What::Plain(b)) | (What::Code(a), What::Code(b)) => {
                    a.push_str(b);
                    continue;
                }
                _ => {}
            }
        }
        out.push(leaf);
    }
    out
}

/// Links are outermost, then the styles in the order of [`ALL`].
fn nest_links(leaves: &[Leaf]) -> Vec<Span> {
    let mut out = Vec::new();
    for run in leaves.chunk_by(|a, b| a.url == b.url) {
        let inner = nest_styles(run, 0);
        match &run[0].url {
            Some(url) => out.push(Span::Link { url: url.clone(), spans: inner }),
            None => out.extend(inner),
        }
    }
    out
}

fn nest_styles(leaves: &[Leaf], from: usize) -> Vec<Span> {
    let Some(style) = ALL.get(from) else {
        return leaves.iter().map(|leaf| bare(leaf.what.clone())).collect();
    };
    let bit = 1 << from;
    let mut out = Vec::new();
    for run in leaves.chunk_by(|a, b| a.styles & bit == b.styles & bit) {
        let inner = nest_styles(run, from + 1);
        if run[0].styles & bit == 0 {
            out.extend(inner);
        } else {
            out.push(Span::Styled(*style, inner));
        }
    }
    out
}

fn bare(what: What) -> Span {
    match what {
        What::Plain(words) => Span::Plain(words),
        What::Break => Span::Break,
        What::Code(code) => Span::Code(code),
        What::Mention(person, name) => Span::Mention { person, name },
        What::Crowd(name) => Span::Crowd(name),
        What::Emoji(name) => Span::Emoji(name),
        What::Phrase(phrase) => Span::Phrase(phrase),
    }
}

fn collect_words(block: &Block, words: &mut String) {
    let spans = match block {
        Block::Paragraph(spans) | Block::Heading { spans, .. } => spans.clone(),
        Block::Quote(inner) => {
            for block in inner {
                collect_words(block, words);
                words.push('\n');
            }
            return;
        }
        Block::List { items, .. } => {
            for block in items.iter().flatten() {
                collect_words(block, words);
                words.push('\n');
            }
            return;
        }
        Block::Table { head, rows } => {
            let cells = std::iter::once(head).chain(rows).flatten();
            cells.flat_map(|cell| cell.iter().cloned().chain([Span::Plain(" ".to_owned())])).collect()
        }
        Block::Code { code, .. } => return words.push_str(code),
        Block::Rule => return words.push('—'),
    };
    for leaf in flatten(spans) {
        match leaf.what {
            What::Plain(s) | What::Code(s) | What::Mention(_, s) => words.push_str(&s),
            What::Break => words.push('\n'),
            What::Crowd(name) => words.push_str(&format!("@{name}")),
            What::Emoji(name) => words.push_str(&format!(":{name}:")),
            What::Phrase(phrase) => words.push_str(&phrase.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(words: &str) -> Span {
        Span::Plain(words.to_owned())
    }

    fn paragraph(spans: Vec<Span>) -> Text {
        Text(vec![Block::Paragraph(spans)])
    }

    #[test]
    fn styles_nest_in_one_order_only() {
        let bold_in_italic = Span::Styled(Style::Italic, vec![Span::Styled(Style::Bold, vec![plain("a")])]);
        let italic_in_bold = Span::Styled(Style::Bold, vec![Span::Styled(Style::Italic, vec![plain("a")])]);
        assert_eq!(paragraph(vec![bold_in_italic]).normal(), paragraph(vec![italic_in_bold]).normal());
    }

    #[test]
    fn a_blank_line_begins_a_paragraph_and_edges_are_trimmed() {
        assert_eq!(
            Text::plain("\na\nb  \n\n\nc\n"),
            Text(vec![
                Block::Paragraph(vec![plain("a"), Span::Break, plain("b")]),
                Block::Paragraph(vec![plain("c")]),
            ])
        );
    }

    #[test]
    fn hostile_nesting_is_bounded() {
        let mut block = Block::Paragraph(vec![plain("deep")]);
        for _ in 0..500 {
            block = Block::Quote(vec![block]);
        }
        let mut depth = 0;
        let mut at = &Text(vec![block]).normal().0[0].clone();
        while let Block::Quote(inner) = at {
            depth += 1;
            at = &inner[0];
        }
        assert_eq!(depth, DEEPEST);
    }

    #[test]
    fn an_excerpt_is_the_first_line_cut() {
        assert_eq!(Text::plain("été en ville\nsuite").excerpt(4), "été …");
    }
}
