//! Who may name whom, and what is never written: the house guarded by reading it.

use std::{
    fs,
    path::{Path, PathBuf},
};

struct Source {
    /// From the root of the repository.
    path: String,
    text: String,
}

impl Source {
    /// Its lines that are neither comments nor tests, with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.text.find("#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        let end = self.text.find("#[cfg(test)]\npub(crate) mod tests {").unwrap_or(end);
        let lines = self.text[..end].lines().enumerate();
        lines.map(|(n, line)| (n + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| {
            let folder = place.strip_suffix(".rs").unwrap_or(place);
            self.path == *place || self.path.starts_with(&format!("{folder}/"))
        })
    }

    fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs") || self.path.starts_with("tests/")
    }
}

fn read(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut left: Vec<PathBuf> = vec![root.join(folder)];
    let mut sources = Vec::new();
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                sources.push(Source { path: name, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    assert!(!sources.is_empty());
    sources
}

/// Every line of the daemon and its bridges that names `word` outside of `places`.
fn naming(word: &str, places: &[&str]) -> Vec<String> {
    let mut sources = read("src");
    sources.extend(read("bridges"));
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| !source.is_test() && !source.is_in(places)) {
        let lines = source.code().filter(|(_, line)| line.contains(word));
        found.extend(lines.map(|(n, line)| format!("{}:{n}: {}", source.path, line.trim())));
    }
    found
}

fn assert_only_in(word: &str, places: &[&str]) {
    let found = naming(word, places);
    assert!(found.is_empty(), "`{word}` belongs in {places:?} only:\n{}", found.join("\n"));
}

#[test]
fn each_outside_library_has_its_rooms() {
    assert_only_in("ruma::", &["src/matrix.rs", "src/registration.rs"]);
    assert_only_in("sqlx::", &["src/store.rs"]);
    assert_only_in(
        "axum::",
        &["src/matrix/appservice.rs", "src/health.rs", "src/faces.rs", "src/app.rs", "src/check.rs"],
    );
    assert_only_in("serde_yaml", &["src/config.rs", "src/registration.rs"]);
    assert_only_in("teloxide", &["bridges/telegram"]);
    assert_only_in("clap::", &["src/cli.rs", "src/main.rs"]);
    assert_only_in(
        "reqwest::",
        &["src/matrix.rs", "bridges/wire", "bridges/mattermost", "bridges/rocketchat"],
    );
}

#[test]
fn sql_is_written_in_the_store_only() {
    for statement in ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"] {
        assert_only_in(statement, &["src/store.rs"]);
    }
}

#[test]
fn networks_are_named_in_one_place() {
    let networks = networks();
    assert!(networks.len() > 2);
    for source in read("src").iter().filter(|source| !source.is_test() && source.path != "src/networks.rs") {
        for (n, line) in source.code() {
            let named = networks.iter().find(|name| line.to_lowercase().contains(*name));
            assert!(named.is_none(), "{}:{n}: {}", source.path, line.trim());
        }
    }
    let named = read("src").into_iter().find(|source| source.path == "src/networks.rs").unwrap().text;
    for name in &networks {
        assert!(named.contains(&format!("name: \"{name}\"")), "{name} is no kind of network");
    }
}

#[test]
fn lower_floors_know_nothing_of_higher_ones() {
    let floors: [(&[&str], &[&str]); 4] = [
        (
            &["src/store.rs"],
            &["crate::router", "crate::outbox", "crate::matrix", "crate::app", "crate::config", "crate::fit"],
        ),
        (
            &["src/router.rs", "src/fit.rs", "src/faces.rs", "src/outbox.rs", "src/commands.rs"],
            &["crate::matrix", "crate::app", "crate::config", "crate::networks"],
        ),
        (
            &["src/matrix.rs"],
            &["crate::router", "crate::outbox", "crate::app", "crate::networks", "crate::commands"],
        ),
        (&["src/words.rs"], &["crate::"]),
    ];
    for (rooms, forbidden) in floors {
        for source in read("src").iter().filter(|source| source.is_in(rooms) && !source.is_test()) {
            for (n, line) in source.code() {
                let named = forbidden.iter().find(|word| line.contains(*word));
                assert!(named.is_none(), "{}:{n} names {}", source.path, named.unwrap());
            }
        }
    }
}

#[test]
fn bridges_know_nothing_of_matrix_or_of_each_other() {
    for source in read("bridges").iter().filter(|source| !source.is_test()) {
        for (n, line) in source.code() {
            for word in ["ruma", "axum", "sqlx", "mxid", "passerelle::", "formatted_body"] {
                assert!(!line.contains(word), "{}:{n} names {word}", source.path);
            }
        }
    }
    for network in networks() {
        let manifest =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("bridges").join(&network).join("Cargo.toml");
        let manifest = fs::read_to_string(manifest).unwrap();
        let own =
            manifest.split("[dev-dependencies]").next().unwrap().split("[dependencies]").nth(1).unwrap();
        let others = networks().into_iter().filter(|other| *other != network);
        for other in others.chain(["passerelle".to_owned()]) {
            assert!(!own.lines().any(|line| line.starts_with(&other)), "{network} knows {other}: {manifest}");
        }
    }
}

/// The names of all networks: whatever lies in `bridges/` and is no foundation of the others.
fn networks() -> Vec<String> {
    let bridges = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("bridges")).unwrap();
    let names = bridges.map(|bridge| bridge.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !["contract", "wire"].contains(&name.as_str())).collect()
}

#[test]
fn nothing_gives_up_without_a_word() {
    for word in [".unwrap()", ".expect(", "todo!", "unimplemented!", "#[allow(", "#![allow("] {
        assert_only_in(word, &["bridges/contract/src/testing"]);
    }
}

#[test]
fn the_clock_is_read_at_the_edges() {
    assert_only_in("SystemTime::now", &["bridges/contract/src/ids.rs"]);
}

#[test]
fn files_are_rooms_and_not_halls() {
    let mut sources = read("src");
    sources.extend(read("bridges"));
    sources.extend(read("tests"));
    for source in sources {
        let lines = source.text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines", source.path);
        let name = Path::new(&source.path).file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            !["utils", "util", "common", "helpers", "types", "manager"].contains(&name.as_str()),
            "{}",
            source.path
        );
    }
}

#[test]
fn every_migration_has_a_number_of_its_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
    let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut numbers: Vec<String> = names.map(|name| name[..4].to_owned()).collect();
    numbers.sort();
    let all = numbers.len();
    numbers.dedup();
    assert_eq!(numbers.len(), all, "two migrations of one number: {numbers:?}");
}
