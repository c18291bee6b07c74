use std::path::Path;

use contract::Phrase;
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;

use super::Mistake;
use crate::{
    config::{
        Appservice, ChatConfig, Config, Homeserver, LinkConfig, Log, Permissions,
        shape::{CONFIG, Field, Shape},
    },
    networks::KINDS,
    words::{Language, say},
};

const GOOD: &str = "\
homeserver:
  url: http://127.0.0.1:8008
  name: exemple.fr
appservice:
  url: http://127.0.0.1:29333
  as_token: aaaa
  hs_token: bbbb
networks:
  telegram:
    kind: telegram
    token: '1:x'
";

fn read(source: &str) -> Result<Config, Vec<Mistake>> {
    Config::read(source, Path::new("/srv"), &|_| None)
}

/// What is wrong when `from` is replaced by `to` in a good configuration: line and key of each mistake.
fn mistakes(from: &str, to: &str) -> Vec<(Option<usize>, String)> {
    assert!(GOOD.contains(from));
    let mistakes = read(&GOOD.replace(from, to)).unwrap_err();
    mistakes.into_iter().map(|mistake| (mistake.line, mistake.key)).collect()
}

fn one(line: usize, key: &str) -> Vec<(Option<usize>, String)> {
    vec![(Some(line), key.to_owned())]
}

#[test]
fn a_good_one_is_read_with_its_defaults() {
    let config = read(GOOD).unwrap();
    assert_eq!(config.database, Path::new("/srv/passerelle.db"));
    assert_eq!(
        (config.appservice.bot.as_str(), config.appservice.prefix.as_str()),
        ("passerelle", "passerelle_")
    );
    assert_eq!(config.appservice.as_token.expose_secret(), "aaaa");
}

#[test]
fn every_mistake_is_told_with_its_line_and_key() {
    assert_eq!(
        mistakes("  name:", "  nmae:"),
        [one(1, "homeserver.name"), one(3, "homeserver.nmae")].concat()
    );
    assert_eq!(mistakes("http://127.0.0.1:8008", "localhost"), one(2, "homeserver.url"));
    assert_eq!(mistakes("exemple.fr", "exemple fr"), one(3, "homeserver.name"));
    assert_eq!(mistakes("hs_token: bbbb", "hs_token: aaaa"), one(7, "appservice.hs_token"));
    assert_eq!(mistakes("hs_token: bbbb", "hs_token: 12"), one(7, "appservice.hs_token"));
    assert_eq!(mistakes("as_token: aaaa", "as_token: CHANGE_ME"), one(6, "appservice.as_token"));
    assert_eq!(mistakes("hs_token: bbbb", "hs_token: b\n  prefix: Ghost"), one(8, "appservice.prefix"));
    assert_eq!(mistakes("    kind: telegram", "    kind: icq"), one(10, "networks.telegram.kind"));
    assert_eq!(
        mistakes("token: '1:x'", "tokn: '1:x'"),
        [one(9, "networks.telegram.token"), one(11, "networks.telegram.tokn")].concat()
    );
    assert_eq!(mistakes("  telegram:", "  Tele_gram:"), one(9, "networks.Tele_gram"));
    assert_eq!(mistakes("  telegram:", "  matrix:"), one(9, "networks.matrix"));
    assert_eq!(mistakes("networks:", "language: de\nnetworks:"), one(8, "language"));
    assert_eq!(
        mistakes("networks:", "permissions:\n  link:\n    - 'an ne'\nnetworks:"),
        one(10, "permissions.link[0]")
    );
    assert_eq!(mistakes("networks:\n", "networks:\n  x\n")[0].0, Some(10), "no YAML");
    for level in ["passerelle=loud", "inof"] {
        assert_eq!(
            mistakes("networks:", &format!("log: {{ level: {level} }}\nnetworks:")),
            one(8, "log.level")
        );
    }
    assert_eq!(mistakes("http://127.0.0.1:8008", "http://:b@127.0.0.1"), one(2, "homeserver.url"));
    assert_eq!(
        mistakes(
            "networks:",
            "links:\n  - room: a\n    chats: [{ network: telegram, chat: '1' }]\nnetworks:"
        ),
        one(9, "links[0].room")
    );
    assert_eq!(mistakes("http://127.0.0.1:8008", "http://a:b@127.0.0.1"), one(2, "homeserver.url"));
    let empty = "links:\n  - room: '!a'\n    chats: []\nnetworks:";
    assert_eq!(mistakes("networks:", empty), one(10, "links[0].chats"));
}

#[test]
fn links_are_to_networks_there_are_and_once() {
    let links = "\
links:
  - room: '!a'
    chats:
      - { network: telegram, chat: '-1' }
      - { network: telegramm, chat: '-2' }
  - room: '#a:exemple.fr'
    chats:
      - network: telegram
        chat: '-1'
";
    let mistakes = read(&format!("{GOOD}{links}")).unwrap_err();
    let told: Vec<_> = mistakes.iter().map(|mistake| (mistake.line, mistake.key.as_str())).collect();
    let expected = [(Some(16), "links[0].chats[1].network"), (Some(19), "links[1].chats[0]")];
    assert_eq!(told, expected);
}

#[test]
fn all_mistakes_are_told_at_once_and_say_what_to_do() {
    let source = GOOD
        .replace("url: http://127.0.0.1:8008", "url: 7")
        .replace("exemple.fr", "un nom")
        .replace("token: '1:x'", "token: ''\n    apiurl: x");
    let mistakes = read(&source).unwrap_err();
    assert_eq!(mistakes.len(), 4);
    assert_eq!(mistakes[3].what, Phrase::new("mistake-unknown-key-near").with("near", "api_url"));
}

#[test]
fn secrets_may_be_kept_elsewhere_but_in_one_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "2:y\n").unwrap();
    let source = GOOD.replace("token: '1:x'", "token_file: token").replace("  as_token: aaaa\n", "");
    let environment = |name: &str| (name == "PASSERELLE_AS_TOKEN").then(|| "0123".to_owned());
    let config = Config::read(&source, folder.path(), &environment).unwrap();
    assert_eq!(config.appservice.as_token.expose_secret(), "0123", "a number in the environment stays words");

    let twice = |name: &str| (name == "PASSERELLE_NETWORKS_TELEGRAM_TOKEN").then(|| "3:z".to_owned());
    let mistakes = Config::read(GOOD, folder.path(), &twice).unwrap_err();
    assert_eq!(mistakes[0].key, "networks.telegram.token");

    let lost = GOOD.replace("token: '1:x'", "token_file: lost");
    let mistakes = Config::read(&lost, folder.path(), &|_| None).unwrap_err();
    assert_eq!(mistakes.iter().map(|m| m.key.as_str()).collect::<Vec<_>>(), ["networks.telegram.token_file"]);
    assert_eq!(say(&mistakes[0].what, Language::Fr), "nomme un fichier qui n’existe pas");
}

#[test]
fn no_secret_is_in_a_mistake() {
    let source =
        GOOD.replace("hs_token: bbbb", "hs_token: [sesame]").replace("token: '1:x'", "token: { a: sesame }");
    for mistake in read(&source).unwrap_err() {
        assert!(!format!("{mistake:?}").contains("sesame"), "{mistake:?}");
    }
}

#[test]
fn what_makes_no_sense_is_told_with_what_is_malformed() {
    let links = "links:\n  - room: '!a'\n    chats: [{ network: nope, chat: '1' }]\n";
    let source = GOOD.replace("name: exemple.fr", "name: exemple.fr\n  nam: x");
    let source = source.replace("hs_token: bbbb", "hs_token: aaaa\n  bot: passerelle_bot");
    let mistakes = read(&format!("{source}{links}")).unwrap_err();
    let keys: Vec<&str> = mistakes.iter().map(|mistake| mistake.key.as_str()).collect();
    let expected = ["homeserver.nam", "appservice.hs_token", "appservice.bot", "links[0].chats[0].network"];
    assert_eq!(keys, expected);
}

#[test]
fn what_would_fail_later_is_refused_now() {
    assert_eq!(mistakes("exemple.fr", "éxemple.fr"), one(3, "homeserver.name"));
    assert_eq!(mistakes("exemple.fr", "''"), one(3, "homeserver.name"));
    assert_eq!(mistakes("as_token: aaaa", "as_token: a b"), one(6, "appservice.as_token"));
    for name in ["exemple.fr:8448", "192.0.2.1", "'[2001:db8::1]:8448'"] {
        assert!(read(&GOOD.replace("exemple.fr", name)).is_ok(), "{name}");
    }
}

#[test]
fn two_secrets_that_cannot_be_read_are_not_the_same_secret() {
    let lost = GOOD.replace("as_token: aaaa", "as_token_file: lost");
    let lost = lost.replace("hs_token: bbbb", "hs_token_file: lost");
    let mistakes = Config::read(&lost, Path::new("/nowhere"), &|_| None).unwrap_err();
    let keys: Vec<&str> = mistakes.iter().map(|mistake| mistake.key.as_str()).collect();
    assert_eq!(keys, ["appservice.as_token_file", "appservice.hs_token_file"]);
}

/// The keys that a section takes, as serde tells them when it meets another.
fn taken<T: DeserializeOwned>() -> Vec<String> {
    let why = serde_yaml::from_str::<T>("no_such_key: 0").err().unwrap().to_string();
    assert!(why.contains("unknown field"), "{why}");
    let mut keys: Vec<String> = why.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    keys.sort();
    keys
}

/// The fields of the section, or of the list of sections, at `path`.
fn fields(path: &[&str]) -> &'static [Field] {
    path.iter().fold(CONFIG, |fields, key| {
        match &fields.iter().find(|field| field.key == *key).unwrap().shape {
            Shape::Section(inner) | Shape::List(Shape::Section(inner)) => inner,
            other => panic!("{key} is {other:?}"),
        }
    })
}

#[test]
fn the_shapes_are_those_of_the_structures() {
    let sections: [(&[&str], Vec<String>); 7] = [
        (&[], taken::<Config>()),
        (&["homeserver"], taken::<Homeserver>()),
        (&["appservice"], taken::<Appservice>()),
        (&["log"], taken::<Log>()),
        (&["permissions"], taken::<Permissions>()),
        (&["links"], taken::<LinkConfig>()),
        (&["links", "chats"], taken::<ChatConfig>()),
    ];
    for (path, taken) in sections {
        let mut known: Vec<&str> = fields(path).iter().map(|field| field.key).collect();
        known.sort_unstable();
        assert_eq!(known, taken, "{path:?}");
    }
}

#[test]
fn the_example_explains_every_key() {
    fn keys(fields: &[Field], out: &mut Vec<&'static str>) {
        for field in fields {
            out.push(field.key);
            if let Shape::Section(inner) | Shape::List(Shape::Section(inner)) = &field.shape {
                keys(inner, out);
            }
        }
    }
    let mut all = Vec::new();
    keys(CONFIG, &mut all);
    for kind in KINDS {
        keys(kind.fields, &mut all);
    }
    let example = include_str!("../../../config/passerelle.example.yaml");
    let named = |key: &str| {
        let begins = format!("{key}:");
        example.lines().any(|line| line.trim_start_matches(['#', ' ', '-']).starts_with(&begins))
    };
    for key in all {
        assert!(named(key), "config/passerelle.example.yaml does not say {key}");
    }
}

#[test]
fn a_configuration_that_is_not_there_is_said_to_be_so_in_words() {
    let mistakes = Config::load(Path::new("/nowhere/config.yaml")).unwrap_err();
    let what = &mistakes.all[0].what;
    assert_eq!(say(what, Language::Fr), "n’existe pas");
    assert_eq!(say(what, Language::En), "does not exist");
}
