//! passerelle's own words, in the languages of those who read them.
//!
//! The catalogues are Fluent files that a translator can edit: `words/fr.ftl` and `words/en.ftl`.

use std::sync::OnceLock;

use chrono::{Datelike, NaiveDateTime, Timelike};
use contract::{Phrase, Span, Text};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use serde::{Deserialize, Serialize};

mod called;

pub use called::Called;

/// A language passerelle speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

type Catalogue = FluentBundle<FluentResource>;

impl Language {
    /// The language of an IETF tag such as `fr-CA`, if passerelle speaks it.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// That of the terminal: English where it says so, else French.
    #[must_use]
    pub fn of_terminal() -> Self {
        let lang = std::env::var("LC_ALL").or_else(|_| std::env::var("LANG")).unwrap_or_default();
        if lang.starts_with("en") { Self::En } else { Self::Fr }
    }

    /// Its IETF tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    fn catalogue(self) -> &'static Catalogue {
        static FR: OnceLock<Catalogue> = OnceLock::new();
        static EN: OnceLock<Catalogue> = OnceLock::new();
        match self {
            Self::Fr => FR.get_or_init(|| read("fr", include_str!("words/fr.ftl"))),
            Self::En => EN.get_or_init(|| read("en", include_str!("words/en.ftl"))),
        }
    }
}

fn read(tag: &str, source: &str) -> Catalogue {
    // What a mistake in a catalogue leaves out is found by the tests, not by readers.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial);
    let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
    // The marks would show as boxes in some chats.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    // Only a name twice would be refused.
    let _ =
        bundle.add_function("ELIDES", |names, _| FluentValue::from(if elides(names) { "yes" } else { "no" }));
    bundle
}

/// Whether a word before this name loses its last vowel in French: it begins with one itself.
fn elides(names: &[FluentValue<'_>]) -> bool {
    let Some(FluentValue::String(name)) = names.first() else { return false };
    let first = name.trim_start().chars().next().map(|first| deunicode::deunicode(&first.to_string()));
    first.is_some_and(|first| first.to_lowercase().starts_with(['a', 'e', 'i', 'o', 'u']))
}

/// What a phrase says to a hoster in a language, see [`say_to_people`].
#[must_use]
pub fn say(phrase: &Phrase, language: Language) -> String {
    say_to_people(phrase, language, &Called::default())
}

/// What a phrase says in a language; after a dot, its key names an attribute of a message. A key that no catalogue has
/// is said in brackets. What goes in it as `network`, `source` or `networks` are networks by their configured names, said
/// as they are called.
#[must_use]
pub fn say_to_people(phrase: &Phrase, language: Language, called: &Called) -> String {
    let catalogue = language.catalogue();
    let pattern = match phrase.key.split_once('.') {
        Some((key, attribute)) => catalogue
            .get_message(key)
            .and_then(|message| message.get_attribute(attribute))
            .map(|attribute| attribute.value()),
        None => catalogue.get_message(&phrase.key).and_then(|message| message.value()),
    };
    let Some(pattern) = pattern else {
        return format!("[{}]", phrase.key);
    };
    let args = phrase.with.iter().map(|(name, value)| {
        let value = match name.as_str() {
            "network" | "source" => FluentValue::from(called.of(&value.as_str().into(), language)),
            "networks" => {
                let names = value.split(", ").map(|name| called.of(&name.into(), language));
                FluentValue::from(names.collect::<Vec<_>>().join(", "))
            }
            _ => understood(value, language),
        };
        (name.as_str(), value)
    });
    let args: FluentArgs<'_> = args.collect();
    catalogue.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
}

/// Whole numbers can be counted with; `007` is a name. A moment (RFC 3339, to the second) is said as people say it.
fn understood(value: &str, language: Language) -> FluentValue<'_> {
    match value.parse::<i64>() {
        Ok(number) if number.to_string() == value => return FluentValue::from(number),
        _ => {}
    }
    match NaiveDateTime::parse_from_str(value, "%Y-%m-%dT%H:%M:%SZ") {
        Ok(at) => FluentValue::from(say(&date(at), language)),
        Err(_) => FluentValue::from(value),
    }
}

fn date(at: NaiveDateTime) -> Phrase {
    Phrase::new("date")
        .with("day", at.day())
        .with("month", at.month())
        .with("year", at.year())
        .with("hour", at.hour())
        .with("minute", format!("{:02}", at.minute()))
}

/// Puts every phrase of a text into a language.
#[must_use]
pub fn put_in_words(mut text: Text, language: Language, called: &Called) -> Text {
    text.change(&mut |span| {
        if let Span::Phrase(phrase) = span {
            // The normal form makes line breaks of the ones in it.
            *span = Span::Plain(say_to_people(phrase, language, called));
        }
    });
    text.normal()
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        path::Path,
    };

    use super::*;

    const CATALOGUES: [(&str, &str); 2] =
        [("fr", include_str!("words/fr.ftl")), ("en", include_str!("words/en.ftl"))];

    /// The keys of a catalogue, with the names of what goes in each.
    fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        assert!(FluentResource::try_new(source.to_owned()).is_ok(), "the catalogue cannot be read");
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) =
                line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                key = name.to_owned();
                assert!(keys.insert(key.clone(), BTreeSet::new()).is_none(), "{key} is there twice");
            }
            for variable in line.split('$').skip(1) {
                let name = variable.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                keys.get_mut(&key).unwrap().insert(name);
            }
            // What a phrase takes along of another.
            for (other, names) in keys.clone() {
                if line.contains(&format!("{{ {other} }}")) {
                    keys.get_mut(&key).unwrap().extend(names);
                }
            }
        }
        keys
    }

    fn sources(dir: &Path, out: &mut String) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn both_catalogues_say_the_same_things() {
        let [(_, fr), (_, en)] = CATALOGUES;
        assert_eq!(keys(fr), keys(en));
    }

    #[test]
    fn every_phrase_is_in_the_catalogues_and_nothing_else_is() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut code = String::new();
        sources(&root.join("src"), &mut code);
        sources(&root.join("bridges"), &mut code);
        let keys = keys(CATALOGUES[0].1);
        for call in code.split("Phrase::new(\"").skip(1) {
            let key = call.split('"').next().unwrap();
            assert!(keys.contains_key(key), "the catalogues do not have {key}");
        }
        for key in keys.keys() {
            let within = format!("{{ {key} }}");
            let within = CATALOGUES.iter().any(|(_, catalogue)| catalogue.contains(&within));
            assert!(within || code.contains(&format!("\"{key}\"")), "nobody says {key}");
        }
    }

    #[test]
    fn french_is_set_as_french_is() {
        for line in CATALOGUES[0].1.lines().filter(|line| !line.starts_with('#')) {
            let words = line.split_once(" = ").map_or(line, |(_, words)| words);
            assert!(!words.contains('\''), "a typewriter apostrophe: {line}");
            for sign in [" !", " ?", " ;", " :", " »", "« "] {
                assert!(!words.contains(sign), "a breaking space at {sign:?}: {line}");
            }
        }
    }

    #[test]
    fn the_language_of_a_client_is_known_by_its_tag() {
        let known = ["fr", "fr-CA", "FR_fr", "en-GB", "de", ""].map(Language::of_tag);
        let (fr, en) = (Some(Language::Fr), Some(Language::En));
        assert_eq!(known, [fr, fr, fr, en, None, None]);
    }

    #[test]
    fn what_nobody_translated_is_still_said() {
        let unknown = "no-such-key";
        assert_eq!(say(&Phrase::new(unknown), Language::Fr), "[no-such-key]");
        assert!(matches!(understood("12", Language::Fr), FluentValue::Number(_)));
        assert!(matches!(understood("007", Language::Fr), FluentValue::String(_)));
    }

    #[test]
    fn names_are_elided_as_in_french() {
        for (name, said) in [
            ("Bob", "a retiré un message de Bob."),
            ("Anne", "a retiré un message d’Anne."),
            ("Élodie", "a retiré un message d’Élodie."),
            ("42", "a retiré un message de 42."),
        ] {
            let act = Phrase::new("act-deleted").with("who", "Chloé").with("network", "rocket");
            let words = say(&act.with("name", name), Language::Fr);
            assert!(words.ends_with(said), "{words}");
        }
    }

    #[test]
    fn a_moment_is_said_as_people_say_it() {
        let said = |at: &str, language| {
            let back = Phrase::new("bot-back").with("chat", "Le pré").with("network", "rocket");
            say(&back.with("from", at).with("missed", "all"), language)
        };
        let french = said("2026-12-01T09:05:59Z", Language::Fr);
        assert!(
            french.ends_with("depuis le 1er\u{a0}décembre 2026 à 9\u{a0}h\u{a0}05 (heure UTC) suit."),
            "{french}"
        );
        let english = said("2026-03-14T21:46:00Z", Language::En);
        assert!(english.ends_with("since 14 March 2026 at 21:46 (UTC) follows."), "{english}");
    }
}
