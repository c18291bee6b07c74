//! What `init` was answered, and the configuration it makes.

use contract::Phrase;

use super::{InitError, trim};
use crate::{
    cli::NetworkOptions,
    config::{Field, Shape},
    networks::{KINDS, Kind},
    words::Language,
};

/// Asks a question until the answer fits; `None` when there is nobody to answer.
pub(super) type Ask<'a> = &'a dyn Fn(&Phrase, &dyn Fn(&str) -> bool) -> Result<Option<String>, InitError>;

/// A network that is wanted, with the values of its keys.
#[derive(Debug)]
pub(super) struct Wanted {
    kind: &'static Kind,
    values: Vec<(&'static Field, String)>,
}

/// What was answered.
pub(super) struct Answers<'a> {
    pub homeserver: &'a str,
    pub server: &'a str,
    pub appservice: &'a str,
    pub listen: String,
    pub networks: &'a [Wanted],
    pub language: Language,
}

/// The networks that are wanted: those the options name; where they name none, those somebody wants who is asked.
pub(super) fn wanted(options: &NetworkOptions, ask: Ask<'_>) -> Result<Vec<Wanted>, InitError> {
    let named: Vec<&Kind> = KINDS.iter().filter(|kind| options.names(kind)).collect();
    let mut all = Vec::new();
    for kind in if named.is_empty() { KINDS.iter().collect() } else { named } {
        let mut values: Vec<(&Field, String)> = Vec::new();
        for field in kind.fields {
            let given = match (options.get(kind, field), field.question) {
                (Some(given), _) => Some(given.to_owned()),
                (None, Some(question)) => {
                    // Who answers nothing to the first question wants no such network.
                    let may_be_none = values.is_empty() && !options.names(kind);
                    ask(&Phrase::new(question), &|answer| {
                        field.shape.fits(answer) || may_be_none && answer.is_empty()
                    })?
                }
                (None, None) => None,
            };
            match given {
                Some(value) if value.is_empty() => break,
                Some(value) => values.push((field, value)),
                None if field.required => return Err(InitError::Missing(vec![kind.option(field)])),
                None => {}
            }
        }
        if !values.is_empty() {
            all.push(Wanted { kind, values });
        }
    }
    Ok(all)
}

impl Wanted {
    /// A line of its block of the example, with what was answered in its place.
    fn fill(&self, line: &str) -> String {
        let words = line.trim_start_matches([' ', '#']);
        let is_of = |field: &Field| words.strip_prefix(field.key).is_some_and(|rest| rest.starts_with(':'));
        let value = self.values.iter().find(|(field, _)| is_of(field));
        match value {
            Some((Field { key, shape: Shape::Flag | Shape::Whole(..), .. }, value)) => {
                format!("    {key}: {value}")
            }
            Some((Field { key, shape: Shape::Url, .. }, value)) => {
                format!("    {key}: {}", quoted(trim(value)))
            }
            Some((Field { key, .. }, value)) => format!("    {key}: {}", quoted(value)),
            None if words.contains("CHANGE_ME") && !line.trim_start().starts_with('#') => {
                line.replacen("    ", "    # ", 1)
            }
            None => line.to_owned(),
        }
    }
}

impl Answers<'_> {
    /// The example, with what was answered in its places.
    pub(super) fn config(&self) -> Result<String, InitError> {
        let mut text = include_str!("../../config/passerelle.example.yaml").to_owned();
        for kind in KINDS {
            let wanted = self.networks.iter().find(|wanted| wanted.kind.name == kind.name);
            text = block(&text, kind.name, |line| match wanted {
                Some(wanted) => wanted.fill(&line),
                None => line.replacen("  ", "  # ", 1),
            });
        }
        let mut put = |from: &str, to: String| text = text.replacen(from, &to, 1);
        put("url: http://127.0.0.1:8008", format!("url: {}", quoted(self.homeserver)));
        put("name: exemple.fr", format!("name: {}", quoted(self.server)));
        put("url: http://127.0.0.1:29333", format!("url: {}", quoted(self.appservice)));
        put("# listen: 127.0.0.1:29333", format!("listen: {}", quoted(&self.listen)));
        put("CHANGE_ME_AS", fresh_token()?);
        put("CHANGE_ME_HS", fresh_token()?);
        let language = if self.language == Language::En { "en" } else { "fr" };
        put("# language: fr", format!("language: {language}"));
        if self.networks.is_empty() {
            put("\nnetworks:\n", "\nnetworks: {}\n".to_owned());
        }
        Ok(text)
    }
}

fn quoted(words: &str) -> String {
    serde_json::Value::from(words).to_string()
}

/// Changes the lines of a block of the example, from its name to the first blank line, as they are when it is no comment.
fn block(text: &str, name: &str, change: impl Fn(String) -> String) -> String {
    let (begin, comment) = (format!("  {name}:"), format!("  # {name}:"));
    let (mut inside, mut is_comment) = (false, false);
    let lines = text.lines().map(|line| {
        if line == begin || line == comment {
            (inside, is_comment) = (true, line == comment);
        }
        inside = inside && !line.trim().is_empty();
        match inside {
            true if is_comment => change(line.replacen("  # ", "  ", 1)),
            true => change(line.to_owned()),
            false => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// 64 characters of `[0-9a-f]` that nobody can guess.
fn fresh_token() -> Result<String, InitError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(InitError::NoRandomness)?;
    Ok(bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")))
}
