//! Reading the file.

use std::{fmt, path::Path};

use serde_yaml::Value;

use super::{
    Config,
    lines::lines,
    secrets::{self, Environment},
    sense,
    shape::{self, below},
};

/// Something wrong in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, where it is known.
    pub line: Option<usize>,
    /// The key's path; empty for the file as a whole.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

impl Mistake {
    /// A mistake at `key` below `path`.
    pub(super) fn at(path: &str, key: &str, what: &str, mend: impl Into<String>) -> Self {
        Self { line: None, key: below(path, key), what: what.to_owned(), mend: mend.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{} ", self.key)?;
        }
        write!(f, "{}; {}", self.what, self.mend)
    }
}

/// Everything wrong in the configuration, in the order of its lines.
#[derive(Debug, thiserror::Error)]
#[error("the configuration {file} has {} mistake{}:\n{}", .all.len(), if .all.len() == 1 { "" } else { "s" },
    .all.iter().map(|mistake| format!("  {mistake}")).collect::<Vec<_>>().join("\n"))]
pub struct Mistakes {
    /// The file.
    pub file: String,
    /// What is wrong.
    pub all: Vec<Mistake>,
}

impl Config {
    /// Reads the configuration, and the secrets that are kept elsewhere.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn load(file: &Path) -> Result<Self, Mistakes> {
        let mistakes = |all| Mistakes { file: file.display().to_string(), all };
        let source = std::fs::read_to_string(file).map_err(|why| {
            let what = format!("cannot be read ({why})");
            mistakes(vec![Mistake::at(
                "",
                "",
                &what,
                "write it with `passerelle init`, or name another with --config",
            )])
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
        read.map_err(|all| Mistakes { file: file.display().to_string(), all })
    }

    /// Reads `source`, whose files are found from `folder`.
    fn read(source: &str, folder: &Path, environment: Environment<'_>) -> Result<Self, Vec<Mistake>> {
        let mut root = match serde_yaml::from_str(source) {
            Ok(Value::Mapping(root)) => root,
            Ok(_) => {
                return Err(vec![Mistake::at(
                    "",
                    "",
                    "has no keys",
                    "begin from config/passerelle.example.yaml",
                )]);
            }
            Err(why) => {
                let line = why.location().map(|at| at.line());
                let mend = "indent with spaces only, and write each key once";
                let mistake = Mistake::at("", "", &format!("is no YAML ({why})"), mend);
                return Err(vec![Mistake { line, ..mistake }]);
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
                    let what = format!("cannot be read ({})", why.inner());
                    mistakes.push(Mistake::at("", &key, &what, "look at config/passerelle.example.yaml"));
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
