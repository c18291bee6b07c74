//! Cutting what is written into parts that a server takes.

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
}
