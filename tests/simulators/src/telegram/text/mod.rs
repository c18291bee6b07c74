//! Text and its entities, as the server settles them: cleaned, trimmed, completed, never crossing.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::refusal::Refusal;

mod detect;
mod given;
mod html;
mod markdown;
mod nest;
mod render;

pub use given::given;
pub use html::parse as parse_html;
pub use markdown::{parse_legacy as parse_markdown, parse_v2 as parse_markdown_v2};
pub use render::to_html;

/// A formatted stretch of a text; `offset` and `length` count UTF-16 code units.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// What it is: `bold`, `text_link`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it begins.
    pub offset: i64,
    /// How long it is.
    pub length: i64,
    /// Where a `text_link` leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whom a `text_mention` means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Value>,
    /// The programming language of a `pre`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Which `custom_emoji`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_emoji_id: Option<String>,
    /// The moment a `date_time` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unix_time: Option<i64>,
    /// How a `date_time` is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_time_format: Option<String>,
}

impl Entity {
    /// A stretch of that kind.
    #[must_use]
    pub fn new(kind: &str, offset: usize, length: usize) -> Self {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Self { kind: kind.to_owned(), offset: count(offset), length: count(length), ..Self::default() }
    }

    /// Where it ends.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.offset.saturating_add(self.length)
    }
}

/// A text with its entities.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Formatted {
    /// The words.
    pub text: String,
    /// Its entities, sorted, the outer before the inner.
    #[serde(default)]
    pub entities: Vec<Entity>,
}

/// Length in UTF-16 code units, as all limits count.
#[must_use]
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// What the server makes of a text and the entities given with it. `users` renders the people it knows.
pub fn settle(
    text: &str,
    entities: Vec<Entity>,
    users: &dyn Fn(i64) -> Option<Value>,
) -> Result<Formatted, Refusal> {
    let raw: Vec<u16> = text.encode_utf16().collect();
    let given = clamp(&raw, entities)?;
    let (clean, given) = clean(&raw, given);
    let (trimmed, given) = trim(clean, given);
    let text = String::from_utf16_lossy(&trimmed);
    let given = given.into_iter().filter_map(|entity| sensible(entity, users)).collect();
    let found = detect::entities(&text);
    Ok(Formatted { entities: nest::nest(trimmed.len(), given, found), text })
}

/// Cuts entities to the text and drops those outside it. An end inside a surrogate pair is an error.
fn clamp(raw: &[u16], entities: Vec<Entity>) -> Result<Vec<Entity>, Refusal> {
    let whole = i64::try_from(raw.len()).unwrap_or(i64::MAX);
    let mut kept = Vec::new();
    for mut entity in entities {
        if entity.offset < 0 || entity.length <= 0 || entity.offset >= whole {
            continue;
        }
        entity.length = entity.length.min(whole - entity.offset);
        let middle = |at: i64| index(at) < raw.len() && (0xdc00..0xe000).contains(&raw[index(at)]);
        if middle(entity.offset) {
            let at = bytes_before(raw, entity.offset);
            return Err(Refusal::bad(format_args!(
                "entity begins in a middle of a UTF-16 symbol at byte offset {at}"
            )));
        }
        if middle(entity.end()) {
            return Err(Refusal::bad(format_args!(
                "entity beginning at UTF-16 offset {} ends in a middle of a UTF-16 symbol at byte offset {}",
                entity.offset,
                bytes_before(raw, entity.end())
            )));
        }
        kept.push(entity);
    }
    Ok(kept)
}

fn index(at: i64) -> usize {
    usize::try_from(at).unwrap_or(0)
}

fn bytes_before(raw: &[u16], at: i64) -> usize {
    String::from_utf16_lossy(&raw[..index(at).saturating_sub(1)]).len()
}

/// Control characters become spaces, carriage returns vanish; entities follow.
fn clean(raw: &[u16], entities: Vec<Entity>) -> (Vec<u16>, Vec<Entity>) {
    let mut clean = Vec::with_capacity(raw.len());
    let mut moved = Vec::with_capacity(raw.len() + 1);
    for &unit in raw {
        moved.push(clean.len());
        match unit {
            13 => {}
            0..=8 | 11 | 12 | 14..=31 => clean.push(32),
            _ => clean.push(unit),
        }
    }
    moved.push(clean.len());
    let entities = entities.into_iter().map(|e| follow(e, |at| moved[at])).filter(|e| e.length > 0).collect();
    (clean, entities)
}

fn follow(mut entity: Entity, place: impl Fn(usize) -> usize) -> Entity {
    let (from, to) = (place(index(entity.offset)), place(index(entity.end())));
    entity.offset = i64::try_from(from).unwrap_or(0);
    entity.length = i64::try_from(to.saturating_sub(from)).unwrap_or(0);
    entity
}

/// White space goes from the end, and from the beginning as far as the first entity.
fn trim(mut text: Vec<u16>, entities: Vec<Entity>) -> (Vec<u16>, Vec<Entity>) {
    let white = |unit: u16| unit == 32 || unit == 10 || unit == 9;
    while text.last().is_some_and(|&unit| white(unit)) {
        text.pop();
    }
    let first = entities.iter().map(|e| index(e.offset)).min().unwrap_or(usize::MAX);
    let lead = text.iter().take(first).take_while(|&&unit| white(unit)).count();
    text.drain(..lead);
    let whole = text.len();
    let entities = entities
        .into_iter()
        .map(|e| follow(e, |at| at.saturating_sub(lead).min(whole)))
        .filter(|e| e.length > 0);
    (text, entities.collect())
}

/// The entity with only what belongs to its kind; `None` for kinds that are found, not given, and for incomplete ones.
fn sensible(entity: Entity, users: &dyn Fn(i64) -> Option<Value>) -> Option<Entity> {
    let mut plain =
        Entity { kind: entity.kind, offset: entity.offset, length: entity.length, ..Entity::default() };
    match plain.kind.as_str() {
        "bold"
        | "italic"
        | "underline"
        | "strikethrough"
        | "spoiler"
        | "blockquote"
        | "expandable_blockquote"
        | "code" => {}
        "pre" => plain.language = entity.language.filter(|language| !language.is_empty()),
        "text_link" => plain.url = Some(link(&entity.url?)?),
        "text_mention" => plain.user = Some(users(entity.user?.get("id")?.as_i64()?)?),
        "custom_emoji" => plain.custom_emoji_id = Some(entity.custom_emoji_id?),
        "date_time" => {
            plain.unix_time = Some(entity.unix_time?);
            plain.date_time_format = entity.date_time_format;
        }
        _ => return None,
    }
    Some(plain)
}

/// The address as the server writes it, if it is one: a scheme it knows and a host.
pub(super) fn link(url: &str) -> Option<String> {
    let url = url.trim();
    let whole = if url.contains("://") || url.starts_with("mailto:") || url.starts_with("tel:") {
        url.to_owned()
    } else {
        format!("http://{url}")
    };
    let parsed = url::Url::parse(&whole).ok()?;
    match parsed.scheme() {
        "tg" | "ton" | "tonsite" | "mailto" | "tel" => Some(whole),
        "http" | "https" | "ftp" => {
            let host = parsed.host_str()?;
            (host.contains('.') || host == "localhost" || host.starts_with('[')).then(|| {
                let bare = parsed.path() == "/" && parsed.query().is_none() && parsed.fragment().is_none();
                if bare && !whole.ends_with('/') { format!("{whole}/") } else { whole }
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nobody(_: i64) -> Option<Value> {
        None
    }

    #[test]
    fn trimming_shifts_entities() {
        let bold = Entity::new("bold", 2, 6);
        let settled = settle("  hi 👋 \n ", vec![Entity { offset: 5, length: 4, ..bold }], &nobody).unwrap();
        assert_eq!(settled.text, "hi 👋");
        assert_eq!(settled.entities, vec![Entity::new("bold", 3, 2)]);
    }

    #[test]
    fn entities_outside_the_text_vanish_and_long_ones_are_cut() {
        let given = vec![Entity::new("bold", 9, 2), Entity::new("italic", 1, 99), Entity::new("shiny", 0, 1)];
        assert_eq!(settle("abc", given, &nobody).unwrap().entities, vec![Entity::new("italic", 1, 2)]);
    }

    #[test]
    fn half_an_emoji_is_refused() {
        let refusal = settle("a👋", vec![Entity::new("bold", 0, 2)], &nobody).unwrap_err();
        assert!(refusal.description.contains("ends in a middle of a UTF-16 symbol"), "{refusal}");
    }

    #[test]
    fn carriage_returns_vanish_and_entities_follow() {
        let settled = settle("a\r\nb", vec![Entity::new("bold", 3, 1)], &nobody).unwrap();
        assert_eq!((settled.text.as_str(), settled.entities), ("a\nb", vec![Entity::new("bold", 2, 1)]));
    }

    #[test]
    fn links_are_written_as_the_server_does() {
        assert_eq!(link("example.org").as_deref(), Some("http://example.org/"));
        assert_eq!(link("https://example.org/x").as_deref(), Some("https://example.org/x"));
        assert_eq!(link("nonsense"), None);
        assert_eq!(link("javascript:alert(1)"), None);
    }
}
