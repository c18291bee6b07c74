//! Secrets that are kept elsewhere: in a file of their own (`token_file`), or in the environment.

use std::path::Path;

use contract::Phrase;
use serde_yaml::{Mapping, Value};

use super::{
    load::{Mistake, unreadable},
    shape::{Field, Shape, below},
};
use crate::networks::Kind;

/// What the environment says of a variable.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Puts every secret kept elsewhere in its place.
pub(super) fn fetch(
    section: &mut Mapping,
    fields: &[Field],
    path: &str,
    folder: &Path,
    environment: Environment<'_>,
    mistakes: &mut Vec<Mistake>,
) {
    for field in fields {
        match &field.shape {
            Shape::Secret => fetch_one(section, field.key, path, folder, environment, mistakes),
            Shape::Section(inner) => {
                if let Some(Value::Mapping(section)) = section.get_mut(field.key) {
                    fetch(section, inner, &below(path, field.key), folder, environment, mistakes);
                }
            }
            Shape::Networks => {
                let Some(Value::Mapping(networks)) = section.get_mut(field.key) else { continue };
                for (name, network) in networks.iter_mut() {
                    let Value::Mapping(network) = network else { continue };
                    let kind = network.get("kind").and_then(Value::as_str).unwrap_or_default();
                    let Some(kind) = Kind::named(kind) else { continue };
                    let path = below(field.key, name.as_str().unwrap_or_default());
                    fetch(network, kind.fields, &path, folder, environment, mistakes);
                }
            }
            _ => {}
        }
    }
}

fn fetch_one(
    section: &mut Mapping,
    key: &str,
    path: &str,
    folder: &Path,
    environment: Environment<'_>,
    mistakes: &mut Vec<Mistake>,
) {
    let variable = variable(path, key);
    let file_key = format!("{key}_file");
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    if let Some(file) = section.remove(file_key.as_str()) {
        let file = file.as_str().unwrap_or_default().to_owned();
        found.push((file_key.clone(), Some(read(&folder.join(&file), path, &file_key, mistakes))));
    }
    if let Some(secret) = environment(&variable) {
        found.push((variable.clone(), Some(secret)));
    }
    let file_variable = format!("{variable}_FILE");
    if let Some(file) = environment(&file_variable) {
        found.push((file_variable.clone(), Some(read(Path::new(&file), "", &file_variable, mistakes))));
    }
    if section.get(key).is_some_and(|value| !value.is_null()) {
        found.push((key.to_owned(), None));
    }
    if found.len() > 1 {
        let places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
        let what = Phrase::new("mistake-given-twice").with("places", places.join(", "));
        mistakes.push(Mistake::at(path, key, what));
    }
    if let Some(secret) = found.into_iter().find_map(|(_, secret)| secret) {
        section.insert(key.into(), secret.trim().into());
    }
}

fn read(file: &Path, path: &str, key: &str, mistakes: &mut Vec<Mistake>) -> String {
    match std::fs::read_to_string(file) {
        Ok(secret) => secret,
        Err(why) => {
            let what = unreadable("mistake-unreadable-secret", &why).with("file", file.display());
            mistakes.push(Mistake::at(path, key, what));
            // Neither missing as well, nor the same as another: one mistake is said once.
            format!("unreadable-{key}")
        }
    }
}

/// The variable that may hold a secret: `PASSERELLE_AS_TOKEN`, `PASSERELLE_NETWORKS_TELEGRAM_TOKEN`.
fn variable(path: &str, key: &str) -> String {
    let path = below(path, key);
    let path = path.strip_prefix("appservice.").unwrap_or(&path);
    format!("PASSERELLE_{}", path.to_uppercase().replace(['.', '-'], "_"))
}
