//! Writes a message: a body to read anywhere, and HTML where there is more to say.

use std::{collections::HashMap, fmt::Write};

use contract::{Block, NetworkName, Span, Style, Text};

use super::{MATHS, Written};
use crate::matrix::people::People;

/// The pictures of emoji, `mxc://` addresses by their names.
pub type Pictures = HashMap<String, String>;

/// Writes a text as a message carries it. Nothing in it calls a whole room but [`Span::Crowd`].
#[must_use]
pub fn write(text: &Text, people: &People, pictures: &Pictures) -> Written {
    let mut writer = Writer { people, pictures, mentions: Vec::new() };
    let formatted = (!text.0.iter().all(is_plain)).then(|| writer.html(&text.0));
    let mut mentions = writer.mentions;
    mentions.sort_unstable();
    mentions.dedup();
    Written { body: plain(&text.0), formatted, mentions, crowd: text.calls_a_crowd() }
}

/// About as many tags as blocks are written with.
#[must_use]
pub fn tags(blocks: &[Block]) -> usize {
    blocks.iter().map(|block| 2 + tags_within(block)).sum()
}

fn tags_within(block: &Block) -> usize {
    match block {
        Block::Paragraph(spans) | Block::Heading { spans, .. } => tags_of(spans),
        Block::Quote(inner) => tags(inner),
        Block::Code { .. } => 4,
        Block::List { items, .. } => items.iter().map(|item| 2 + tags(item)).sum(),
        Block::Table { head, rows } => {
            let rows = std::iter::once(head).chain(rows);
            4 + rows.map(|row| 2 + row.iter().map(|cell| 2 + tags_of(cell)).sum::<usize>()).sum::<usize>()
        }
        Block::Rule => 0,
    }
}

fn tags_of(spans: &[Span]) -> usize {
    let of = |span: &Span| match span {
        Span::Styled(_, inner) | Span::Link { spans: inner, .. } => 2 + tags_of(inner),
        Span::Plain(_) | Span::Crowd(_) | Span::Phrase(_) => 0,
        Span::Break | Span::Emoji(_) => 1,
        Span::Code(_) | Span::Mention { .. } => 2,
    };
    spans.iter().map(of).sum()
}

fn is_plain(block: &Block) -> bool {
    let plain = |span: &Span| matches!(span, Span::Plain(_) | Span::Break | Span::Crowd(_) | Span::Phrase(_));
    matches!(block, Block::Paragraph(spans) if spans.iter().all(plain))
}

struct Writer<'a> {
    people: &'a People,
    pictures: &'a Pictures,
    mentions: Vec<ruma::OwnedUserId>,
}

impl Writer<'_> {
    fn html(&mut self, blocks: &[Block]) -> String {
        match blocks {
            [Block::Paragraph(spans)] => self.spans(spans),
            blocks => blocks.iter().map(|block| self.block(block)).collect(),
        }
    }

    fn block(&mut self, block: &Block) -> String {
        match block {
            Block::Paragraph(spans) => format!("<p>{}</p>", self.spans(spans)),
            Block::Heading { level, spans } => format!("<h{level}>{}</h{level}>", self.spans(spans)),
            Block::Quote(inner) => {
                let inner: String = inner.iter().map(|block| self.block(block)).collect();
                format!("<blockquote>{inner}</blockquote>")
            }
            Block::Code { language, code } if language.as_deref() == Some(MATHS) => {
                format!("<div data-mx-maths=\"{0}\"><pre><code>{0}\n</code></pre></div>", escape(code))
            }
            Block::Code { language, code } => {
                let class = language
                    .as_ref()
                    .map(|l| format!(" class=\"language-{}\"", escape(l)))
                    .unwrap_or_default();
                format!("<pre><code{class}>{}\n</code></pre>", escape(code))
            }
            Block::List { start, items } => {
                let (tag, start) = match start {
                    None => ("ul", String::new()),
                    Some(1) => ("ol", String::new()),
                    Some(start) => ("ol", format!(" start=\"{start}\"")),
                };
                let items: String =
                    items.iter().map(|item| format!("<li>{}</li>", self.html(item))).collect();
                format!("<{tag}{start}>{items}</{tag}>")
            }
            Block::Table { head, rows } => {
                let mut out = "<table>".to_owned();
                if !head.is_empty() {
                    let _ = write!(out, "<thead>{}</thead>", self.row("th", head));
                }
                let rows: String = rows.iter().map(|row| self.row("td", row)).collect();
                let _ = write!(out, "<tbody>{rows}</tbody></table>");
                out
            }
            Block::Rule => "<hr>".to_owned(),
        }
    }

    fn row(&mut self, tag: &str, cells: &[Vec<Span>]) -> String {
        let cells: String = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", self.spans(cell))).collect();
        format!("<tr>{cells}</tr>")
    }

    fn spans(&mut self, spans: &[Span]) -> String {
        spans.iter().map(|span| self.span(span)).collect()
    }

    fn span(&mut self, span: &Span) -> String {
        match span {
            Span::Plain(words) => escape(words),
            Span::Break => "<br>".to_owned(),
            Span::Styled(style, inner) => {
                let (open, close) = match style {
                    Style::Bold => ("<strong>", "</strong>"),
                    Style::Italic => ("<em>", "</em>"),
                    Style::Underline => ("<u>", "</u>"),
                    Style::Strike => ("<del>", "</del>"),
                    Style::Spoiler => ("<span data-mx-spoiler>", "</span>"),
                };
                format!("{open}{}{close}", self.spans(inner))
            }
            Span::Code(code) => format!("<code>{}</code>", escape(code)),
            Span::Link { url, spans } if may_lead_to(url) => {
                format!("<a href=\"{}\">{}</a>", escape(url), self.spans(spans))
            }
            Span::Link { url, spans } => format!("{} ({})", self.spans(spans), escape(url)),
            Span::Mention { person, name } => {
                let mxid = self.people.mxid(person);
                if person.network == NetworkName::matrix() {
                    self.mentions.push(mxid.clone());
                }
                format!("<a href=\"{}\">{}</a>", escape(&mxid.matrix_to_uri().to_string()), escape(name))
            }
            Span::Crowd(_) => CROWD.to_owned(),
            Span::Emoji(name) => match self.pictures.get(name) {
                Some(uri) => format!(
                    "<img data-mx-emoticon src=\"{0}\" alt=\":{1}:\" title=\":{1}:\" height=\"32\">",
                    escape(uri),
                    escape(name)
                ),
                None => escape(&format!(":{name}:")),
            },
            Span::Phrase(phrase) => escape(&phrase.key),
        }
    }
}

/// What calls a whole room (client-server API, "User and room mentions").
const CROWD: &str = "@room";

/// Schemes that the specification suggests for links.
fn may_lead_to(url: &str) -> bool {
    ["https://", "http://", "ftp://", "mailto:", "magnet:", "matrix:"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
}

fn escape(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The words alone, as lines.
fn plain(blocks: &[Block]) -> String {
    blocks.iter().map(plain_block).collect::<Vec<_>>().join("\n\n")
}

fn plain_block(block: &Block) -> String {
    match block {
        Block::Paragraph(spans) | Block::Heading { spans, .. } => plain_spans(spans),
        Block::Quote(inner) => prefixed(&plain(inner), "> ", "> "),
        Block::Code { code, .. } => format!("```\n{code}\n```"),
        Block::List { start, items } => {
            let items = items.iter().enumerate().map(|(n, item)| {
                let mark =
                    start.map_or("- ".to_owned(), |first| format!("{}. ", first.saturating_add(n as u64)));
                prefixed(&plain(item), &mark, &" ".repeat(mark.len()))
            });
            items.collect::<Vec<_>>().join("\n")
        }
        Block::Table { head, rows } => {
            let row = |cells: &Vec<Vec<Span>>| {
                cells.iter().map(|cell| plain_spans(cell).replace('\n', " ")).collect::<Vec<_>>().join(" | ")
            };
            let head = (!head.is_empty()).then(|| row(head));
            head.into_iter().chain(rows.iter().map(row)).collect::<Vec<_>>().join("\n")
        }
        Block::Rule => "———".to_owned(),
    }
}

fn prefixed(lines: &str, first: &str, others: &str) -> String {
    let lines = lines.split('\n').enumerate();
    lines
        .map(|(n, line)| format!("{}{line}", if n == 0 { first } else { others }))
        .collect::<Vec<_>>()
        .join("\n")
}

fn plain_spans(spans: &[Span]) -> String {
    let mut out = String::new();
    for span in spans {
        match span {
            Span::Plain(words) | Span::Code(words) => out.push_str(words),
            Span::Break => out.push('\n'),
            // Notifications show the body: what is hidden stays so.
            Span::Styled(Style::Spoiler, _) => out.push_str("▒▒▒▒"),
            Span::Styled(_, inner) => out.push_str(&plain_spans(inner)),
            Span::Link { url, spans } => {
                let shown = plain_spans(spans);
                out.push_str(&shown);
                if &shown != url {
                    let _ = write!(out, " ({url})");
                }
            }
            Span::Mention { name, .. } => out.push_str(name),
            Span::Crowd(_) => out.push_str(CROWD),
            Span::Emoji(name) => {
                let _ = write!(out, ":{name}:");
            }
            Span::Phrase(phrase) => out.push_str(&phrase.key),
        }
    }
    out
}
