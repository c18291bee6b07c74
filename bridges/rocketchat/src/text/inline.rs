//! Reading it: one line into spans.

use std::cell::Cell;

use contract::{Span, Style};
use wire::{
    emoji::{self, Names, Piece},
    markdown::BREAKER,
    people::Called,
};

/// Styles in styles deeper than this are words.
const DEEPEST: usize = 8;
/// How far the other end of a mark is looked for, in characters.
const FARTHEST: usize = 4000;
/// Characters looked at for each one that is there, before the rest is read as words: hostile lines are nothing but marks.
const EFFORT: usize = 200;

/// One line of a message.
pub(super) struct Line<'a> {
    all: Vec<char>,
    people: &'a Called,
    /// Characters that may still be looked at for the other end of a mark.
    effort: Cell<usize>,
}

impl<'a> Line<'a> {
    pub(super) fn new(line: &str, people: &'a Called) -> Self {
        let all: Vec<char> = line.chars().collect();
        let effort = Cell::new(FARTHEST + all.len() * EFFORT);
        Self { all, people, effort }
    }

    pub(super) fn read(&self) -> Vec<Span> {
        self.spans(0, self.all.len(), 0)
    }

    fn spans(&self, from: usize, to: usize, depth: usize) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut plain = String::new();
        let mut at = from;
        while at < to {
            let found = match self.all[at] {
                '\\' => self.escaped(at, to),
                '`' => self.code(at, to),
                '[' => self.link(at, to, depth),
                '*' | '_' | '~' if depth < DEEPEST => self.styled(at, to, depth),
                '|' if depth < DEEPEST && self.run(at, to) == 2 => self.styled(at, to, depth),
                '@' => self.called(at, to),
                _ => None,
            };
            match found {
                Some((Span::Plain(words), end)) => {
                    plain.push_str(&words);
                    at = end;
                }
                Some((span, end)) => {
                    flush(&mut plain, &mut spans);
                    spans.push(span);
                    at = end;
                }
                None => {
                    plain.push(self.all[at]);
                    at += 1;
                }
            }
        }
        flush(&mut plain, &mut spans);
        spans
    }

    fn escaped(&self, at: usize, to: usize) -> Option<(Span, usize)> {
        let next = *self.all[..to].get(at + 1)?;
        "*_~`#.".contains(next).then(|| (Span::Plain(next.to_string()), at + 2))
    }

    fn code(&self, at: usize, to: usize) -> Option<(Span, usize)> {
        let ticks = self.run(at, to);
        let end = (at + ticks..self.farthest(at, to))
            .find(|end| self.all[*end] == '`' && self.run(*end, to) == ticks)?;
        let code: String = self.all[at + ticks..end].iter().collect();
        (!code.is_empty()).then_some((Span::Code(code), end + ticks))
    }

    fn link(&self, at: usize, to: usize, depth: usize) -> Option<(Span, usize)> {
        let limit = self.farthest(at, to);
        let close = (at + 1..limit).find(|end| self.all[*end] == ']')?;
        if self.all[..limit].get(close + 1) != Some(&'(') || depth >= DEEPEST {
            return None;
        }
        let end = (close + 2..limit).find(|end| self.all[*end] == ')')?;
        let url: String = self.all[close + 2..end].iter().collect();
        let is_address =
            url.starts_with("http://") || url.starts_with("https://") || url.starts_with("mailto:");
        if !is_address || url.contains(char::is_whitespace) {
            return None;
        }
        Some((Span::Link { url, spans: self.spans(at + 1, close, depth + 1) }, end + 1))
    }

    fn styled(&self, at: usize, to: usize, depth: usize) -> Option<(Span, usize)> {
        let sign = self.all[at];
        let length = self.run(at, to).min(2);
        let style = match sign {
            '*' => Style::Bold,
            '_' => Style::Italic,
            '|' => Style::Spoiler,
            _ => Style::Strike,
        };
        let is_word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
        if sign == '_' && is_word(at.checked_sub(1).and_then(|before| self.all.get(before))) {
            return None;
        }
        let start = at + length;
        if self.all[..to].get(start).is_none_or(|c| c.is_whitespace()) {
            return None;
        }
        let mut end = start;
        let limit = self.farthest(at, to);
        while end < limit {
            match self.all[end] {
                '\\' => end += 2,
                '`' => end = self.code(end, to).map_or(end + 1, |(_, end)| end),
                c if c == sign && self.run(end, to) >= length => {
                    let inner = end > start && !self.all[end - 1].is_whitespace();
                    let apart = sign != '_' || !is_word(self.all.get(end + length));
                    if inner && apart {
                        return Some((Span::Styled(style, self.spans(start, end, depth + 1)), end + length));
                    }
                    end += 1;
                }
                _ => end += 1,
            }
        }
        None
    }

    fn called(&self, at: usize, to: usize) -> Option<(Span, usize)> {
        let before = at.checked_sub(1).and_then(|before| self.all.get(before));
        if before.is_some_and(|c| c.is_alphanumeric()) {
            return None;
        }
        let name: String =
            self.all[at + 1..to].iter().take_while(|c| c.is_alphanumeric() || "._-".contains(**c)).collect();
        let bare = name.trim_end_matches(['.', '_', '-']);
        if matches!(bare, "all" | "here") {
            return Some((Span::Crowd(bare.to_owned()), at + 1 + bare.chars().count()));
        }
        [name.as_str(), bare].into_iter().filter(|name| !name.is_empty()).find_map(|name| {
            let (person, shown) = self.people.named(name)?;
            Some((Span::Mention { person, name: shown }, at + 1 + name.chars().count()))
        })
    }

    /// Where the search for the other end of a mark ends, and is paid for.
    fn farthest(&self, at: usize, to: usize) -> usize {
        let length = (to - at).min(FARTHEST).min(self.effort.get());
        self.effort.set(self.effort.get() - length);
        at + length
    }

    /// How many of the same sign stand there.
    fn run(&self, at: usize, to: usize) -> usize {
        self.all[at..to].iter().take_while(|c| **c == self.all[at]).count()
    }
}

/// Words, with their short codes as emoji.
fn flush(plain: &mut String, spans: &mut Vec<Span>) {
    for piece in emoji::in_pieces(&std::mem::take(plain), Names::JoyPixels) {
        match piece {
            Piece::Own(name) => spans.push(Span::Emoji(name)),
            Piece::Words(words) => {
                let kept = kept(&words);
                if kept.chars().any(|c| c != BREAKER) {
                    spans.push(Span::Plain(kept));
                }
            }
        }
    }
}

/// Words without what kept them from meaning something.
fn kept(words: &str) -> String {
    let mut kept = String::with_capacity(words.len());
    for c in words.chars() {
        if c != BREAKER || !kept.ends_with(['@', ':', '#', ']', '\\', '`', '|', '!']) {
            kept.push(c);
        }
    }
    kept
}
