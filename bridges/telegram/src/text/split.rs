//! Cuts a text that is too long for one message.

use super::{Entity, Written};

/// Telegram heeds about so many entities in a message and no more.
const MOST_ENTITIES: usize = 100;

/// A text in pieces of at most `first` and then `most` UTF-16 units: cut at a blank line, a line, a word, or where it must.
pub(crate) fn split(written: &Written, most: usize) -> Vec<Written> {
    let units: Vec<u16> = written.text.encode_utf16().collect();
    let mut pieces = Vec::new();
    let mut at = skip_space(&units, 0);
    while at < units.len() {
        let end = entities_end(&written.entities, at, cut(&units, at, most));
        let piece = piece(&units, at, end, &written.entities);
        if !piece.text.is_empty() {
            pieces.push(piece);
        }
        at = skip_space(&units, end);
    }
    pieces
}

/// Where a piece that begins at `from` ends.
fn cut(units: &[u16], from: usize, most: usize) -> usize {
    if units.len() - from <= most {
        return units.len();
    }
    let window = &units[from..from + most];
    let newline = u16::from(b'\n');
    let last = |fits: &dyn Fn(usize) -> bool| (most / 2..most).rev().find(|&n| fits(n));
    let at = last(&|n| window[n] == newline && window[n - 1] == newline)
        .or_else(|| last(&|n| window[n] == newline))
        .or_else(|| last(&|n| window[n] == u16::from(b' ')))
        .unwrap_or(most);
    whole(units, from + at, from)
}

/// Not between the two halves of one character.
fn whole(units: &[u16], at: usize, from: usize) -> usize {
    if at < units.len() && (0xdc00..0xe000).contains(&units[at]) && at > from + 1 { at - 1 } else { at }
}

/// Where a piece must end so that it holds no more entities than are heeded.
fn entities_end(entities: &[Entity], from: usize, end: usize) -> usize {
    let within = entities.iter().filter(|e| e.offset < end && e.end() > from);
    match within.map(|e| e.offset).nth(MOST_ENTITIES) {
        Some(offset) if offset > from => offset,
        _ => end,
    }
}

fn skip_space(units: &[u16], from: usize) -> usize {
    let space = |&unit: &u16| unit == u16::from(b' ') || unit == u16::from(b'\n');
    from + units[from..].iter().take_while(|unit| space(unit)).count()
}

fn piece(units: &[u16], from: usize, end: usize, entities: &[Entity]) -> Written {
    let text = String::from_utf16_lossy(&units[from..end]);
    let text = text.trim_end().to_owned();
    let length = super::units(&text);
    let clipped = entities.iter().filter_map(|entity| {
        let start = entity.offset.max(from) - from;
        let stop = entity.end().min(from + length).saturating_sub(from);
        (start < stop).then(|| Entity { offset: start, length: stop - start, ..entity.clone() })
    });
    Written { entities: clipped.collect(), text }
}
