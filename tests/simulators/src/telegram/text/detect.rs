//! What the server finds in a text by itself: addresses, mentions, tags, commands.

use super::Entity;

/// Top-level domains that make a bare `name.tld` an address; two letters always do.
const DOMAINS: [&str; 24] = [
    "com",
    "org",
    "net",
    "edu",
    "gov",
    "info",
    "biz",
    "app",
    "dev",
    "chat",
    "social",
    "coop",
    "blog",
    "page",
    "site",
    "online",
    "shop",
    "cloud",
    "network",
    "community",
    "ngo",
    "tech",
    "paris",
    "bzh",
];

/// All entities found, sorted, none crossing another.
pub fn entities(text: &str) -> Vec<Entity> {
    let finder = Finder::new(text);
    let mut found: Vec<Entity> = Vec::new();
    let mut at = 0;
    while at < finder.chars.len() {
        match finder.at(at) {
            Some((kind, end)) => {
                found.push(Entity::new(kind, finder.offsets[at], finder.offsets[end] - finder.offsets[at]));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

struct Finder {
    chars: Vec<char>,
    /// Where each character begins, in UTF-16 units; one more than there are characters.
    offsets: Vec<usize>,
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

impl Finder {
    fn new(text: &str) -> Self {
        let mut offsets = vec![0];
        for c in text.chars() {
            offsets.push(offsets[offsets.len() - 1] + c.len_utf16());
        }
        Self { chars: text.chars().collect(), offsets }
    }

    fn get(&self, at: usize) -> char {
        self.chars.get(at).copied().unwrap_or('\0')
    }

    fn before(&self, at: usize) -> char {
        if at == 0 { '\0' } else { self.chars[at - 1] }
    }

    /// The end of the run of wanted characters from `at`.
    fn run(&self, at: usize, wanted: impl Fn(char) -> bool) -> usize {
        at + self.chars[at.min(self.chars.len())..].iter().take_while(|&&c| wanted(c)).count()
    }

    fn at(&self, at: usize) -> Option<(&'static str, usize)> {
        match self.get(at) {
            '@' => self.mention(at),
            '/' => self.command(at),
            '#' => self.tag(at),
            '$' => self.cashtag(at),
            c if c.is_alphanumeric() && !word(self.before(at)) => self.address(at),
            _ => None,
        }
    }

    fn mention(&self, at: usize) -> Option<(&'static str, usize)> {
        let end = self.run(at + 1, name);
        let fits = (4..=32).contains(&(end - at - 1)) && !word(self.get(end));
        (fits && !word(self.before(at))).then_some(("mention", end))
    }

    fn command(&self, at: usize) -> Option<(&'static str, usize)> {
        let before = self.before(at);
        let mut end = self.run(at + 1, name);
        if word(before) || "/<>".contains(before) || !(1..=64).contains(&(end - at - 1)) {
            return None;
        }
        if self.get(end) == '@' {
            let bot = self.run(end + 1, name);
            if (3..=32).contains(&(bot - end - 1)) {
                end = bot;
            }
        }
        let after = self.get(end);
        (!word(after) && !"/<>".contains(after)).then_some(("bot_command", end))
    }

    fn tag(&self, at: usize) -> Option<(&'static str, usize)> {
        let end = self.run(at + 1, word);
        let letter = self.chars[at + 1..end].iter().any(|c| !c.is_numeric());
        let fits = letter && end - at <= 257 && self.get(end) != '#' && !word(self.before(at));
        fits.then_some(("hashtag", end))
    }

    fn cashtag(&self, at: usize) -> Option<(&'static str, usize)> {
        let end = self.run(at + 1, |c| c.is_ascii_uppercase());
        let fits = (1..=8).contains(&(end - at - 1)) && !word(self.get(end));
        (fits && !word(self.before(at)) && self.before(at) != '$').then_some(("cashtag", end))
    }

    /// An address beginning here: `scheme://…`, `name@host` or `host.tld/…`.
    fn address(&self, at: usize) -> Option<(&'static str, usize)> {
        if matches!(self.before(at), '@' | '/' | '#' | '.' | '-') {
            return None;
        }
        let rest: String = self.chars[at..].iter().take(10).collect::<String>().to_ascii_lowercase();
        let scheme = ["https://", "http://", "ftp://"].into_iter().find(|scheme| rest.starts_with(scheme));
        if let Some(scheme) = scheme {
            let host = at + scheme.len();
            let end = self.tail(self.run(host, host_char));
            let named = self.chars[host..self.run(host, host_char)].iter().collect::<String>();
            let dotted = named.trim_end_matches('.').contains('.');
            return dotted.then_some(("url", end));
        }
        let local = self.run(at, |c| word(c) || ".+-".contains(c));
        if self.get(local) == '@' {
            let end = self.host(local + 1)?;
            return Some(("email", end));
        }
        let host = self.host(at)?;
        Some(("url", self.tail(host)))
    }

    /// The end of `name.tld` at `at`, if that is one.
    fn host(&self, at: usize) -> Option<usize> {
        let mut end = self.run(at, |c| c.is_alphanumeric() || c == '-' || c == '.');
        while end > at && ".-".contains(self.get(end - 1)) {
            end -= 1;
        }
        let host: String = self.chars[at..end].iter().collect();
        let (rest, tld) = host.rsplit_once('.')?;
        let tld = tld.to_lowercase();
        let known = DOMAINS.contains(&tld.as_str())
            || (tld.len() == 2 && tld.chars().all(|c| c.is_ascii_lowercase()));
        let labels = !rest.is_empty() && rest.split('.').all(|label| !label.is_empty());
        (known && labels && !word(self.get(end))).then_some(end)
    }

    /// The end of an address whose host ends at `end`: port, path, query, without the sentence's punctuation.
    fn tail(&self, end: usize) -> usize {
        let mut end = end;
        if self.get(end) == ':' && self.get(end + 1).is_ascii_digit() {
            end = self.run(end + 1, |c| c.is_ascii_digit());
        }
        let from = end;
        if "/?#".contains(self.get(end)) && self.get(end) != '\0' {
            end = self.run(end, |c| !c.is_whitespace() && !"<>\"«»“”".contains(c));
        }
        loop {
            let last = self.before(end);
            let balance = |c: char| self.chars[from.min(end)..end].iter().filter(|&&o| o == c).count();
            let loose = match last {
                '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '…' => true,
                ')' => balance(')') > balance('('),
                ']' => balance(']') > balance('['),
                _ => false,
            };
            if !loose || end == 0 {
                return end;
            }
            end -= 1;
        }
    }
}

fn host_char(c: char) -> bool {
    c.is_alphanumeric() || "-._".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Vec<(String, String)> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let cut = |e: &Entity| {
            let from = usize::try_from(e.offset).unwrap();
            String::from_utf16(&units[from..from + usize::try_from(e.length).unwrap()]).unwrap()
        };
        entities(text).iter().map(|e| (e.kind.clone(), cut(e))).collect()
    }

    fn one(text: &str, kind: &str, part: &str) {
        assert_eq!(shape(text), [(kind.to_owned(), part.to_owned())], "{text}");
    }

    #[test]
    fn each_kind_is_found() {
        one("👋 see https://example.org/a_(b)?c=1.", "url", "https://example.org/a_(b)?c=1");
        one("(https://example.org)", "url", "https://example.org");
        one("go to example.com, now", "url", "example.com");
        one("hi @anne_b!", "mention", "@anne_b");
        one("so #été2024 it is", "hashtag", "#été2024");
        one("write to anne.b@example.org.", "email", "anne.b@example.org");
        one("/start@my_bot now", "bot_command", "/start@my_bot");
        one("buy $TON", "cashtag", "$TON");
    }

    #[test]
    fn what_only_looks_like_one_is_left() {
        for text in
            ["a@b", "@abc", "#123", "and/or", "1.5", "end.Begin", "C++", "//x", "http://nodots", "a.b.", "$x"]
        {
            assert_eq!(shape(text), [], "{text}");
        }
    }
}
