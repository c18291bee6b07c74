//! Words that call nobody and show nothing by accident, and addresses that stay whole.

/// The words that would call everybody at once.
pub const CROWD: [&str; 5] = ["all", "channel", "here", "room", "everyone"];

/// What keeps `@`, `:` and `#` from meaning anything.
pub const BREAKER: char = '\u{200b}';

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
pub(super) fn parts(words: &str) -> Vec<(bool, &str)> {
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
pub(super) fn address(url: &str) -> String {
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
    let mut out = String::with_capacity(code.len());
    for (at, c) in code.char_indices() {
        out.push(c);
        if c == '@' && is_crowd(&code[at + 1..]) {
            out.push(BREAKER);
        }
    }
    out
}

/// What is written, with no crowd called in it; people whose names begin like a crowd's still are.
pub(super) fn sealed(written: &str) -> String {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || "_-".contains(c));
    let calls = |words: &str| {
        let is =
            |crowd: &&str| words.get(..crowd.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(crowd));
        CROWD.iter().find(|crowd| is(crowd)).is_some_and(|crowd| ends(&words[crowd.len()..]))
    };
    let mut out = String::with_capacity(written.len());
    for (at, c) in written.char_indices() {
        out.push(c);
        if c == '@' && calls(&written[at + 1..]) {
            out.push(BREAKER);
        }
    }
    out
}

/// Words without what [`quiet`] put in.
#[must_use]
pub fn unquiet(words: &str) -> String {
    // Alone, it kept two pieces of code apart.
    let words = if words.chars().all(|c| c == BREAKER) { "" } else { words };
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        if c != BREAKER || !out.ends_with(['@', ':', '#', '`', '|', '!']) {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(sealed("@ALL, @allison @here"), "@\u{200b}ALL, @allison @\u{200b}here");
        assert_eq!(uncalled("@ALL @allez a@b"), "@\u{200b}ALL @\u{200b}allez a@b");
        for same in ["12:30:45", "bob@exemple.fr"] {
            assert_eq!(quiet(same), same);
        }
    }
}
