//! Short codes of emoji, and back: `+1` and `thumbsup` are one thing.
//!
//! The library knows GitHub's names. Mattermost (gemoji and iamcal) and Rocket.Chat (`JoyPixels`) have others for some.

use emojis::SkinTone;

/// Whose names for emoji are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Mattermost's.
    Gemoji,
    /// Rocket.Chat's.
    JoyPixels,
}

/// Names that the library has not, with the one that it has.
const ALIASES: &[(&str, &str)] = &[
    ("hugging_face", "hugs"),
    ("hugging", "hugs"),
    ("thinking_face", "thinking"),
    ("face_with_rolling_eyes", "roll_eyes"),
    ("rolling_eyes", "roll_eyes"),
    ("slight_smile", "slightly_smiling_face"),
    ("slight_frown", "slightly_frowning_face"),
    ("frowning2", "frowning_face"),
    ("white_frowning_face", "frowning_face"),
    ("upside_down", "upside_down_face"),
    ("nerd", "nerd_face"),
    ("robot_face", "robot"),
    ("the_horns", "metal"),
    ("sign_of_the_horns", "metal"),
    ("spock-hand", "vulcan_salute"),
    ("vulcan", "vulcan_salute"),
    ("hand_splayed", "raised_hand_with_fingers_splayed"),
    ("reversed_hand_with_middle_finger_extended", "middle_finger"),
    ("money_mouth", "money_mouth_face"),
    ("zipper_mouth", "zipper_mouth_face"),
    ("thermometer_face", "face_with_thermometer"),
    ("head_bandage", "face_with_head_bandage"),
    ("face_vomiting", "vomiting_face"),
    ("face_with_symbols_on_mouth", "cursing_face"),
    ("face_with_symbols_over_mouth", "cursing_face"),
    ("face_with_monocle", "monocle_face"),
    ("face_with_hand_over_mouth", "hand_over_mouth"),
    ("face_with_raised_eyebrow", "raised_eyebrow"),
    ("grinning_face_with_star_eyes", "star_struck"),
    ("star-struck", "star_struck"),
    ("smiling_face_with_3_hearts", "smiling_face_with_three_hearts"),
    ("face_palm", "facepalm"),
    ("man-shrugging", "man_shrugging"),
    ("woman-shrugging", "woman_shrugging"),
    ("man-facepalming", "man_facepalming"),
    ("woman-facepalming", "woman_facepalming"),
    ("knife", "hocho"),
    ("fox", "fox_face"),
    ("lion_face", "lion"),
    ("bee", "honeybee"),
    ("party", "partying_face"),
];

/// Rocket.Chat's own names for those that the library calls otherwise.
const JOYPIXELS: &[(&str, &str)] = &[
    ("+1", "thumbsup"),
    ("-1", "thumbsdown"),
    ("hugs", "hugging"),
    ("roll_eyes", "rolling_eyes"),
    ("slightly_smiling_face", "slight_smile"),
    ("slightly_frowning_face", "slight_frown"),
    ("frowning_face", "frowning2"),
    ("upside_down_face", "upside_down"),
    ("nerd_face", "nerd"),
    ("vulcan_salute", "vulcan"),
    ("raised_hand_with_fingers_splayed", "hand_splayed"),
    ("money_mouth_face", "money_mouth"),
    ("zipper_mouth_face", "zipper_mouth"),
    ("face_with_thermometer", "thermometer_face"),
    ("face_with_head_bandage", "head_bandage"),
    ("vomiting_face", "face_vomiting"),
    ("cursing_face", "face_with_symbols_over_mouth"),
    ("monocle_face", "face_with_monocle"),
    ("hand_over_mouth", "face_with_hand_over_mouth"),
    ("raised_eyebrow", "face_with_raised_eyebrow"),
    ("smiling_face_with_three_hearts", "smiling_face_with_3_hearts"),
    ("facepalm", "face_palm"),
    ("hocho", "knife"),
    ("fox_face", "fox"),
    ("lion", "lion_face"),
    ("honeybee", "bee"),
];

/// Tones of skin, as they are written after a name: in words, and by JoyPixels' numbers.
const TONES: [(SkinTone, &str, &str); 5] = [
    (SkinTone::Light, "_light_skin_tone", "_tone1"),
    (SkinTone::MediumLight, "_medium_light_skin_tone", "_tone2"),
    (SkinTone::Medium, "_medium_skin_tone", "_tone3"),
    (SkinTone::MediumDark, "_medium_dark_skin_tone", "_tone4"),
    (SkinTone::Dark, "_dark_skin_tone", "_tone5"),
];

/// The emoji of a short code, with or without its colons; without the variation selector that says no more than it does.
#[must_use]
pub fn unicode(short: &str) -> Option<String> {
    let short = short.trim_matches(':').to_ascii_lowercase();
    if let Some(code) = short.strip_prefix("flag-").or_else(|| short.strip_prefix("flag_")) {
        return flag(code);
    }
    // The longest ending first: "_light_skin_tone" ends others too.
    let tone = TONES
        .iter()
        .flat_map(|(tone, words, number)| [(*tone, *words), (*tone, *number)])
        .filter(|(_, end)| short.ends_with(end))
        .max_by_key(|(_, end)| end.len());
    if let Some((tone, end)) = tone {
        let base = named(&short[..short.len() - end.len()])?;
        return Some(bare(base.with_skin_tone(tone)?.as_str()));
    }
    Some(bare(named(&short)?.as_str()))
}

/// The short code of an emoji, without colons.
#[must_use]
pub fn short(emoji: &str, names: Names) -> Option<String> {
    let emoji = emojis::get(emoji).or_else(|| emojis::get(&format!("{}\u{fe0f}", bare(emoji))))?;
    let tone = emoji.skin_tone().filter(|tone| *tone != SkinTone::Default);
    let base = match tone {
        Some(_) => emoji.with_skin_tone(SkinTone::Default)?,
        None => emoji,
    };
    let code = base.shortcode()?;
    if emoji.group() == emojis::Group::Flags && code.len() == 2 {
        return Some(match names {
            Names::Gemoji => code.to_owned(),
            Names::JoyPixels => format!("flag_{code}"),
        });
    }
    let code = match names {
        Names::Gemoji => code,
        Names::JoyPixels => JOYPIXELS.iter().find(|(name, _)| *name == code).map_or(code, |(_, own)| own),
    };
    let end =
        TONES.iter().find(|(known, ..)| Some(*known) == tone).map_or("", |(_, words, number)| match names {
            Names::Gemoji => words,
            Names::JoyPixels => number,
        });
    Some(format!("{code}{end}"))
}

/// Words whose short codes are emoji, those that are known.
#[must_use]
pub fn in_words(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find(':') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = code(rest).and_then(|code| Some((code.len() + 2, unicode(code)?)));
        match found {
            Some((length, emoji)) => {
                out.push_str(&emoji);
                rest = &rest[length..];
            }
            None => {
                out.push(':');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// What stands between a colon at the beginning of `words` and the next one, if it can be a short code.
#[must_use]
pub fn code(words: &str) -> Option<&str> {
    let inner = words.strip_prefix(':')?;
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || "_+-".contains(c)))?;
    (inner[end..].starts_with(':') && (1..=64).contains(&end)).then(|| &inner[..end])
}

fn named(short: &str) -> Option<&'static emojis::Emoji> {
    let short = ALIASES.iter().find(|(alias, _)| *alias == short).map_or(short, |(_, name)| name);
    emojis::get_by_shortcode(short)
}

fn flag(code: &str) -> Option<String> {
    let letters: Option<String> = code
        .bytes()
        .map(|letter| char::from_u32(0x1F1E6 + u32::from(letter.to_ascii_lowercase()).checked_sub(97)?))
        .collect();
    letters.filter(|flag| flag.chars().count() == 2 && emojis::get(flag).is_some())
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
            ("wave_medium_skin_tone", "👋🏽"),
            ("wave_tone3", "👋🏽"),
            ("flag-fr", "🇫🇷"),
            ("flag_fr", "🇫🇷"),
            ("fr", "🇫🇷"),
            ("heart", "❤"),
        ] {
            assert_eq!(unicode(code).as_deref(), Some(emoji), "{code}");
        }
        assert_eq!(unicode("compost"), None);
        assert_eq!(unicode("flag_zz"), None);
        assert_eq!(unicode("flag_é"), None);
    }

    #[test]
    fn an_emoji_is_written_in_the_names_of_the_server() {
        for (emoji, gemoji, joypixels) in [
            ("👍", "+1", "thumbsup"),
            ("👋🏽", "wave_medium_skin_tone", "wave_tone3"),
            ("🇫🇷", "fr", "flag_fr"),
            ("❤", "heart", "heart"),
            ("❤\u{fe0f}", "heart", "heart"),
            ("🤗", "hugs", "hugging"),
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
                assert_eq!(unicode(&code).unwrap(), bare(emoji.as_str()), "{code}");
            }
        }
    }

    #[test]
    fn words_keep_what_is_no_emoji() {
        assert_eq!(in_words("bravo :tada: à 10:30:00 :compost: ::"), "bravo 🎉 à 10:30:00 :compost: ::");
    }
}
