//! Words without what people cannot see and what turns the words around them.

use unicode_normalization::char::is_combining_mark;

/// Marks over one letter; some scripts need five.
const MOST_MARKS: usize = 8;
/// Joiners and the like in a row.
const MOST_UNSEEN: usize = 4;

/// The same words without controls, without signs that turn the order of what follows against what is written (U+202D,
/// U+202E), and without towers of marks or rows of signs that take no room. Line breaks and tabs stay.
pub(super) fn clean(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let (mut marks, mut unseen) = (0, 0);
    for c in words.chars() {
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        unseen = if is_unseen(c) { unseen + 1 } else { 0 };
        let control = c.is_control() && !matches!(c, '\n' | '\t');
        let turns = matches!(c, '\u{202d}' | '\u{202e}');
        if !control && !turns && marks <= MOST_MARKS && unseen <= MOST_UNSEEN {
            out.push(c);
        }
    }
    out
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202c}' | '\u{2060}'..='\u{206f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tricks_go_and_writing_stays() {
        assert_eq!(clean("a\u{202e}b\u{7}c\td\n"), "abc\td\n");
        assert_eq!(clean(&format!("e{}", "\u{301}".repeat(500))).chars().count(), 1 + MOST_MARKS);
        assert_eq!(clean(&"\u{200b}".repeat(10_000)).chars().count(), MOST_UNSEEN);
        for kept in [
            "👨‍👩‍👧",
            "🏴\u{e0067}\u{e0062}\u{e007f}",
            "مرحبا \u{200f}",
            "नमस्ते",
            "e\u{301}",
            "\u{2067}שלום\u{2069}",
        ] {
            assert_eq!(clean(kept), kept);
        }
    }
}
