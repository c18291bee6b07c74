//! Reading the file.

use std::{fmt, io, path::Path};

use contract::Phrase;
use serde_yaml::Value;

use super::{
    Config,
    lines::lines,
    secrets::{self, Environment},
    sense,
    shape::{self, below},
};
use crate::words::{Language, say};

/// Something wrong in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, where it is known.
    pub line: Option<usize>,
    /// The key's path; empty for the file as a whole.
    pub key: String,
    /// What is wrong.
    pub what: Phrase,
}

impl Mistake {
    /// A mistake at `key` below `path`.
    pub(super) fn at(path: &str, key: &str, what: Phrase) -> Self {
        Self { line: None, key: below(path, key), what }
    }

    /// How to mend it: the catalogues have it beside what is wrong.
    #[must_use]
    pub fn mend(&self) -> Phrase {
        Phrase { key: format!("{}.mend", self.what.key), ..self.what.clone() }
    }

    /// The whole of it on one line, but how to mend it.
    #[must_use]
    pub fn told(&self, file: &str, language: Language) -> Phrase {
        Phrase::new("config-mistake")
            .with("line", self.line.map_or_else(|| "none".to_owned(), |line| line.to_string()))
            // What is wrong with the file as a whole has no key.
            .with("key", if self.key.is_empty() { file } else { &self.key })
            .with("what", say(&self.what, language))
    }
}

/// Everything wrong in the configuration, in the order of its lines.
#[derive(Debug)]
pub struct Mistakes {
    /// The file.
    pub file: String,
    /// The language that it is told in: the one the file chooses, if it does.
    pub language: Language,
    /// What is wrong.
    pub all: Vec<Mistake>,
}

impl std::error::Error for Mistakes {}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = |phrase: &Phrase| say(phrase, self.language);
        f.write_str(&words(&Phrase::new("mistakes").with("file", &self.file)))?;
        for mistake in &self.all {
            let told = words(&mistake.told(&self.file, self.language));
            write!(f, "\n  {told}\n    → {}", words(&mistake.mend()))?;
        }
        Ok(())
    }
}

/// Says why a file cannot be read.
pub(super) fn unreadable(phrase: &str, why: &io::Error) -> Phrase {
    let kind = match why.kind() {
        io::ErrorKind::NotFound => "missing",
        io::ErrorKind::PermissionDenied => "forbidden",
        _ => "other",
    };
    Phrase::new(phrase).with("kind", kind).with("why", why)
}

impl Config {
    /// Reads the configuration, and the secrets that are kept elsewhere.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn load(file: &Path) -> Result<Self, Mistakes> {
        let source = std::fs::read_to_string(file).map_err(|why| {
            let what = unreadable("mistake-unreadable", &why);
            let all = vec![Mistake::at("", "", what)];
            Mistakes { file: file.display().to_string(), language: Language::of_terminal(), all }
        })?;
        Self::parse(&source, file)
    }

    /// Reads the configuration that `source` would be in `file`.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn parse(source: &str, file: &Path) -> Result<Self, Mistakes> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let read = Self::read(source, folder, &|name| std::env::var(name).ok());
        read.map_err(|all| {
            let language = chosen_language(source).unwrap_or_else(Language::of_terminal);
            Mistakes { file: file.display().to_string(), language, all }
        })
    }

    /// Reads `source`, whose files are found from `folder`.
    fn read(source: &str, folder: &Path, environment: Environment<'_>) -> Result<Self, Vec<Mistake>> {
        let mut root = match serde_yaml::from_str(source) {
            Ok(Value::Mapping(root)) => root,
            Ok(_) => {
                return Err(vec![Mistake::at("", "", Phrase::new("mistake-no-keys"))]);
            }
            Err(why) => {
                let line = why.location().map(|at| at.line());
                let what = Phrase::new("mistake-no-yaml").with("why", why);
                return Err(vec![Mistake { line, ..Mistake::at("", "", what) }]);
            }
        };
        let mut mistakes = Vec::new();
        secrets::fetch(&mut root, shape::CONFIG, "", folder, environment, &mut mistakes);
        shape::look(&root, shape::CONFIG, "", &mut mistakes);
        sense::look(&root, &mut mistakes);
        if mistakes.is_empty() {
            match serde_path_to_error::deserialize::<_, Self>(Value::Mapping(root)) {
                Ok(mut config) => {
                    config.database = folder.join(&config.database);
                    return Ok(config);
                }
                Err(why) => {
                    let key = why.path().to_string();
                    let what = Phrase::new("mistake-odd").with("why", why.inner());
                    mistakes.push(Mistake::at("", &key, what));
                }
            }
        }
        let lines = lines(source);
        for mistake in &mut mistakes {
            mistake.line = line_of(&lines, &mistake.key);
        }
        mistakes.sort_by_key(|mistake| mistake.line);
        Err(mistakes)
    }
}

/// The language that a configuration chooses, mistaken as it may be elsewhere.
fn chosen_language(source: &str) -> Option<Language> {
    let line = source.lines().find_map(|line| line.strip_prefix("language:"))?;
    Language::of_tag(line.trim().trim_matches(['"', '\'']))
}

/// The line of a key, or of the section it is missing from.
fn line_of(lines: &std::collections::HashMap<String, usize>, key: &str) -> Option<usize> {
    let mut path = key;
    loop {
        if let Some(line) = lines.get(path) {
            return Some(*line);
        }
        path = &path[..path.rfind(['.', '['])?];
    }
}

#[cfg(test)]
mod tests;
