//! What was written, as a small tree of blocks and spans.
//!
//! Four dialects read and write it, instead of twelve converters. A tree is *normal* ([`Text::normal`]) when neighbours
//! that say the same are one, nothing is empty, and nesting is bounded; readers return normal trees.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Person;

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
        for block in &self.0 {
            block.mentioned(&mut people);
        }
        people
    }

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Block {
    fn mentioned<'a>(&'a self, people: &mut Vec<&'a Person>) {
        let mut lines: Vec<&'a [Span]> = Vec::new();
        match self {
            Self::Paragraph(spans) | Self::Heading { spans, .. } => lines.push(spans),
            Self::Quote(blocks) => blocks.iter().for_each(|block| block.mentioned(people)),
            Self::List { items, .. } => items.iter().flatten().for_each(|block| block.mentioned(people)),
            Self::Table { head, rows } => {
                lines.extend(head.iter().chain(rows.iter().flatten()).map(Vec::as_slice));
            }
            Self::Code { .. } | Self::Rule => {}
        }
        for spans in lines {
            for span in spans {
                span.mentioned(people);
            }
        }
    }
}

impl Span {
    fn mentioned<'a>(&'a self, people: &mut Vec<&'a Person>) {
        match self {
            Self::Mention { person, .. } => people.push(person),
            Self::Styled(_, spans) | Self::Link { spans, .. } => {
                for span in spans {
                    span.mentioned(people);
                }
            }
            Self::Plain(_) | Self::Break | Self::Code(_) | Self::Phrase(_) => {}
        }
    }
}
