//! What was written, as a small tree of blocks and spans.
//!
//! Four dialects read and write it, instead of twelve converters. A tree is *normal* ([`Text::normal`]) when neighbours
//! that say the same are one, nothing is empty, and nesting is bounded; readers return normal trees.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Person;

mod clean;
mod normal;

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub Vec<Block>);

/// A part of a text that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Ordinary lines.
    Paragraph(Vec<Span>),
    /// A title.
    Heading {
        /// 1 (largest) to 6.
        level: u8,
        /// Its words.
        spans: Vec<Span>,
    },
    /// Somebody else's words.
    Quote(Vec<Block>),
    /// Lines of code, kept as they are.
    Code {
        /// The programming language, if named.
        language: Option<String>,
        /// The lines, without a line break at the end.
        code: String,
    },
    /// A list.
    List {
        /// The first number; `None` for bullets.
        start: Option<u64>,
        /// The items.
        items: Vec<Vec<Block>>,
    },
    /// A table.
    Table {
        /// The cells of the heading row.
        head: Vec<Vec<Span>>,
        /// The cells of each other row.
        rows: Vec<Vec<Vec<Span>>>,
    },
    /// A line across.
    Rule,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Words. Never holds a line break.
    Plain(String),
    /// A new line in the same paragraph.
    Break,
    /// Words that stand out.
    Styled(Style, Vec<Span>),
    /// Code within a line.
    Code(String),
    /// A link.
    Link {
        /// Where to.
        url: String,
        /// What is shown.
        spans: Vec<Span>,
    },
    /// Somebody called by name.
    Mention {
        /// Who.
        person: Person,
        /// The name shown, without `@`.
        name: String,
    },
    /// Everybody called at once, by this name without `@`. Calls nobody elsewhere unless the link says so.
    Crowd(String),
    /// An emoji of the network's own, by its name without colons: [`crate::Network::emoji`] has its picture.
    Emoji(String),
    /// Words of passerelle's own, put into the reader's language when it is delivered.
    Phrase(Phrase),
}

/// How words stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Underlined.
    Underline,
    /// Struck through.
    Strike,
    /// Hidden until asked for.
    Spoiler,
}

/// Words of passerelle's own: a message of the catalogues (`src/words/*.ftl`) by its key, with what goes in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// The key in the catalogues.
    pub key: String,
    /// What goes in it. Whole numbers are counted with; everything else is put in as it is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
}

impl Phrase {
    /// The message of that key.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self { key: key.to_owned(), with: BTreeMap::new() }
    }

    /// Puts `value` where the catalogue says `{ $name }`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.with.insert(name.to_owned(), format!("{value}"));
        self
    }
}

impl From<Phrase> for Text {
    fn from(phrase: Phrase) -> Self {
        Self(vec![Block::Paragraph(vec![Span::Phrase(phrase)])])
    }
}

impl From<Vec<Phrase>> for Text {
    /// A paragraph for each.
    fn from(phrases: Vec<Phrase>) -> Self {
        Self(phrases.into_iter().map(|phrase| Block::Paragraph(vec![Span::Phrase(phrase)])).collect())
    }
}

impl Text {
    /// Words without formatting: line breaks stay, a blank line begins a new paragraph.
    #[must_use]
    pub fn plain(words: &str) -> Self {
        let words = words.replace("\r\n", "\n").replace('\r', "\n");
        let paragraphs = words.split("\n\n").map(|paragraph| {
            let mut spans = Vec::new();
            for (n, line) in paragraph.split('\n').enumerate() {
                if n > 0 {
                    spans.push(Span::Break);
                }
                spans.push(Span::Plain(line.to_owned()));
            }
            Block::Paragraph(spans)
        });
        Self(paragraphs.collect()).normal()
    }

    /// Everybody who is called by name.
    #[must_use]
    pub fn mentioned(&self) -> Vec<&Person> {
        let mut people = Vec::new();
        self.each(&mut |span| {
            if let Span::Mention { person, .. } = span {
                people.push(person);
            }
        });
        people
    }

    /// Whether everybody is called at once.
    #[must_use]
    pub fn calls_a_crowd(&self) -> bool {
        let mut calls = false;
        self.each(&mut |span| calls |= matches!(span, Span::Crowd(_)));
        calls
    }

    /// The names of the network's own emoji in it, each once.
    #[must_use]
    pub fn own_emoji(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        self.each(&mut |span| {
            if let Span::Emoji(name) = span {
                names.insert(name.as_str());
            }
        });
        names
    }

    /// Changes every span, those within others too.
    pub fn change(&mut self, change: &mut impl FnMut(&mut Span)) {
        for block in &mut self.0 {
            block.change(change);
        }
    }

    /// Looks at every span, those within others too.
    fn each<'a>(&'a self, look: &mut impl FnMut(&'a Span)) {
        for block in &self.0 {
            block.each(look);
        }
    }

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Block {
    fn each<'a>(&'a self, look: &mut impl FnMut(&'a Span)) {
        match self {
            Self::Paragraph(spans) | Self::Heading { spans, .. } => each(spans, look),
            Self::Quote(blocks) => blocks.iter().for_each(|block| block.each(look)),
            Self::List { items, .. } => items.iter().flatten().for_each(|block| block.each(look)),
            Self::Table { head, rows } => {
                head.iter().chain(rows.iter().flatten()).for_each(|cell| each(cell, look));
            }
            Self::Code { .. } | Self::Rule => {}
        }
    }

    fn change(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::Paragraph(spans) | Self::Heading { spans, .. } => self::change(spans, change),
            Self::Quote(blocks) => blocks.iter_mut().for_each(|block| block.change(change)),
            Self::List { items, .. } => {
                items.iter_mut().flatten().for_each(|block| block.change(change));
            }
            Self::Table { head, rows } => {
                head.iter_mut().chain(rows.iter_mut().flatten()).for_each(|cell| self::change(cell, change));
            }
            Self::Code { .. } | Self::Rule => {}
        }
    }
}

fn change(spans: &mut [Span], with: &mut impl FnMut(&mut Span)) {
    for span in spans {
        with(span);
        if let Span::Styled(_, inner) | Span::Link { spans: inner, .. } = span {
            change(inner, with);
        }
    }
}

fn each<'a>(spans: &'a [Span], look: &mut impl FnMut(&'a Span)) {
    for span in spans {
        look(span);
        if let Span::Styled(_, inner) | Span::Link { spans: inner, .. } = span {
            each(inner, look);
        }
    }
}
