//! Short codes of emoji, and back: `+1` and `thumbsup` are one thing.
//!
//! The library knows GitHub's names. Mattermost (gemoji and iamcal) and Rocket.Chat (`JoyPixels`) have others for some.

use std::{collections::HashMap, sync::LazyLock};

use emojis::{Emoji, SkinTone};

/// Whose names for emoji are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Mattermost's.
    Gemoji,
    /// Rocket.Chat's.
    JoyPixels,
}

/// Names where a server's differ from GitHub's: an emoji, its name (`=` for GitHub's own), other names it is read by.
const GEMOJI: &str = include_str!("emoji/gemoji.txt");
const JOYPIXELS: &str = include_str!("emoji/joypixels.txt");

/// The names of a server that are not GitHub's, both ways.
#[derive(Debug, Default)]
struct Own {
    emoji: HashMap<&'static str, &'static str>,
    name: HashMap<String, &'static str>,
}

impl Names {
    fn own(self) -> &'static Own {
        static OWN: [LazyLock<Own>; 2] =
            [LazyLock::new(|| Own::read(GEMOJI)), LazyLock::new(|| Own::read(JOYPIXELS))];
        &OWN[self as usize]
    }
}

impl Own {
    fn read(lines: &'static str) -> Self {
        let mut own = Self::default();
        for line in lines.lines() {
            let mut words = line.split_whitespace();
            let (Some(emoji), Some(name)) = (words.next(), words.next()) else { continue };
            if name != "=" {
                own.name.insert(plain(emoji), name);
                own.emoji.insert(name, emoji);
            }
            own.emoji.extend(words.map(|alias| (alias, emoji)));
        }
        own
    }
}

/// Tones of skin, as they are written after a name: in words, and by `JoyPixels`' numbers.
const TONES: [(SkinTone, &str, &str); 5] = [
    (SkinTone::Light, "_light_skin_tone", "_tone1"),
    (SkinTone::MediumLight, "_medium_light_skin_tone", "_tone2"),
    (SkinTone::Medium, "_medium_skin_tone", "_tone3"),
    (SkinTone::MediumDark, "_medium_dark_skin_tone", "_tone4"),
    (SkinTone::Dark, "_dark_skin_tone", "_tone5"),
];

/// The emoji of a server's short code, with or without its colons; without the variation selector that says no more than
/// it does.
#[must_use]
pub fn unicode(short: &str, names: Names) -> Option<String> {
    let short = short.trim_matches(':').to_ascii_lowercase();
    if let Some(found) = named(&short, names) {
        return Some(bare(found.as_str()));
    }
    if let Some(code) = short.strip_prefix("flag-").or_else(|| short.strip_prefix("flag_")) {
        return flag(code);
    }
    // The longest ending first: "_light_skin_tone" ends others too.
    let tone = TONES
        .iter()
        .flat_map(|(tone, words, number)| [(*tone, *words), (*tone, *number)])
        .filter(|(_, end)| short.ends_with(end))
        .max_by_key(|(_, end)| end.len());
    let (tone, end) = tone?;
    let base = named(&short[..short.len() - end.len()], names)?;
    Some(bare(base.with_skin_tone(tone)?.as_str()))
}

/// The short code of an emoji, without colons.
#[must_use]
pub fn short(emoji: &str, names: Names) -> Option<String> {
    let emoji = find(emoji)?;
    let tone = emoji.skin_tone().filter(|tone| *tone != SkinTone::Default);
    let base = match tone {
        Some(_) => emoji.with_skin_tone(SkinTone::Default)?,
        None => emoji,
    };
    let own = names.own().name.get(&plain(base.as_str())).map(|name| (*name).to_owned());
    let code = match own {
        Some(own) => own,
        None => match (flag_letters(base.as_str()), names) {
            (Some(letters), Names::Gemoji) => format!("flag-{letters}"),
            (Some(letters), Names::JoyPixels) => format!("flag_{letters}"),
            (None, _) => base.shortcode()?.to_owned(),
        },
    };
    let end =
        TONES.iter().find(|(known, ..)| Some(*known) == tone).map_or("", |(_, words, number)| match names {
            Names::Gemoji => words,
            Names::JoyPixels => number,
        });
    Some(format!("{code}{end}"))
}

/// A part of a text in which short codes were looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words, with the emoji that are known.
    Words(String),
    /// The name of an emoji that may be the server's own.
    Own(String),
}

/// Words whose short codes are emoji: those that are known, and those that may be the server's own.
#[must_use]
pub fn in_pieces(words: &str, names: Names) -> Vec<Piece> {
    let (mut pieces, mut out) = (Vec::new(), String::with_capacity(words.len()));
    let mut rest = words;
    while let Some(at) = rest.find(':') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = code(rest).map(|code| (code, unicode(code, names)));
        match found {
            Some((code, Some(emoji))) => {
                out.push_str(&emoji);
                rest = &rest[code.len() + 2..];
            }
            // The time of day is no emoji.
            Some((code, None)) if !code.bytes().all(|c| c.is_ascii_digit()) => {
                pieces.push(Piece::Words(std::mem::take(&mut out)));
                pieces.push(Piece::Own(code.to_owned()));
                rest = &rest[code.len() + 2..];
            }
            _ => {
                out.push(':');
                rest = &rest[1..];
            }
        }
    }
    pieces.push(Piece::Words(out + rest));
    pieces.retain(|piece| *piece != Piece::Words(String::new()));
    pieces
}

/// What stands between a colon at the beginning of `words` and the next one, if it can be a short code.
#[must_use]
pub fn code(words: &str) -> Option<&str> {
    let inner = words.strip_prefix(':')?;
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || "_+-".contains(c)))?;
    (inner[end..].starts_with(':') && (1..=64).contains(&end)).then(|| &inner[..end])
}

fn named(short: &str, names: Names) -> Option<&'static Emoji> {
    match names.own().emoji.get(short) {
        Some(emoji) => find(emoji),
        None => emojis::get_by_shortcode(short),
    }
}

/// An emoji, whichever variation selectors it is written with.
fn find(emoji: &str) -> Option<&'static Emoji> {
    static BARE: LazyLock<HashMap<String, &'static Emoji>> = LazyLock::new(|| {
        let all = emojis::iter()
            .flat_map(|emoji| emoji.skin_tones().map_or_else(|| vec![emoji], Iterator::collect));
        all.map(|emoji| (plain(emoji.as_str()), emoji)).collect()
    });
    emojis::get(emoji).or_else(|| BARE.get(&plain(emoji)).copied())
}

fn flag(code: &str) -> Option<String> {
    let letters: Option<String> = code
        .bytes()
        .map(|letter| char::from_u32(0x1F1E6 + u32::from(letter.to_ascii_lowercase()).checked_sub(97)?))
        .collect();
    letters.filter(|flag| flag.chars().count() == 2 && emojis::get(flag).is_some())
}

/// The two letters of a country's flag.
fn flag_letters(emoji: &str) -> Option<String> {
    let letters: Option<String> = emoji
        .chars()
        .map(|c| {
            let letter = u32::from(c).checked_sub(0x1F1E6).filter(|letter| *letter < 26)?;
            char::from_u32(97 + letter)
        })
        .collect();
    letters.filter(|letters| letters.len() == 2)
}

/// Without any variation selector: what it is compared by.
fn plain(emoji: &str) -> String {
    emoji.replace('\u{fe0f}', "")
}

fn bare(emoji: &str) -> String {
    if emoji.matches('\u{fe0f}').count() == 1 { emoji.replace('\u{fe0f}', "") } else { emoji.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_are_one_emoji() {
        for (code, emoji) in [
            ("+1", "👍"),
            ("thumbsup", "👍"),
            (":tada:", "🎉"),
            ("hugging_face", "🤗"),
            ("flag-fr", "🇫🇷"),
            ("flag_fr", "🇫🇷"),
            ("heart", "❤"),
        ] {
            for names in [Names::Gemoji, Names::JoyPixels] {
                assert_eq!(unicode(code, names).as_deref(), Some(emoji), "{code} {names:?}");
            }
        }
        assert_eq!(unicode("wave_medium_skin_tone", Names::Gemoji).as_deref(), Some("👋🏽"));
        assert_eq!(unicode("wave_tone3", Names::JoyPixels).as_deref(), Some("👋🏽"));
        for code in ["compost", "flag_zz", "flag_é", ""] {
            assert_eq!(unicode(code, Names::JoyPixels), None, "{code}");
        }
    }

    #[test]
    fn an_emoji_is_written_in_the_names_of_the_server() {
        for (emoji, gemoji, joypixels) in [
            ("👍", "+1", "thumbsup"),
            ("👋🏽", "wave_medium_skin_tone", "wave_tone3"),
            ("🇫🇷", "flag-fr", "flag_fr"),
            ("❤", "heart", "heart"),
            ("❤\u{fe0f}", "heart", "heart"),
        ] {
            assert_eq!(short(emoji, Names::Gemoji).as_deref(), Some(gemoji));
            assert_eq!(short(emoji, Names::JoyPixels).as_deref(), Some(joypixels));
        }
        assert_eq!(short("pas un emoji", Names::Gemoji), None);
    }

    #[test]
    fn every_emoji_comes_back_from_its_names() {
        for emoji in emojis::iter().filter(|emoji| emoji.shortcode().is_some()) {
            for names in [Names::Gemoji, Names::JoyPixels] {
                let code = short(emoji.as_str(), names).unwrap();
                let back = unicode(&code, names).unwrap_or_else(|| panic!("{names:?} does not know {code}"));
                assert_eq!(plain(&back), plain(emoji.as_str()), "{names:?} {code}");
            }
        }
    }

    #[test]
    fn words_keep_what_is_no_emoji() {
        let pieces = in_pieces("bravo :tada: à 10:30:00 :compost: :: :100:", Names::Gemoji);
        let words = |words: &str| Piece::Words(words.to_owned());
        assert_eq!(
            pieces,
            [words("bravo 🎉 à 10:30:00 "), Piece::Own("compost".to_owned()), words(" :: 💯")]
        );
    }
}
