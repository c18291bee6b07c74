//! Text as callers give it: with marks of a dialect in it, or with entities beside it.

use serde_json::Value;

use super::{Entity, Formatted, parse_html, parse_markdown, parse_markdown_v2};
use crate::telegram::{
    json::{Object, Wrong, sentence},
    refusal::Refusal,
};

/// Bytes of a text before its marks are read.
const BYTES: usize = 1 << 15;

/// Reads a text. Entities are passed over where a dialect is named.
pub fn given(text: &str, mode: &str, entities: Option<&Value>) -> Result<Formatted, Refusal> {
    if text.len() > BYTES {
        return Err(Refusal::bad("text is too long"));
    }
    match mode.to_lowercase().as_str() {
        "" | "none" => beside(text, entities),
        _ if text.is_empty() => beside(text, entities),
        "html" => parse_html(text),
        "markdownv2" => parse_markdown_v2(text),
        "markdown" => parse_markdown(text),
        _ => Err(Refusal::bad("unsupported parse_mode")),
    }
}

/// What is no list of entities is passed over; an entity that is none is refused.
fn beside(text: &str, entities: Option<&Value>) -> Result<Formatted, Refusal> {
    let read = entities.and_then(|given| match given {
        Value::String(json) => serde_json::from_str(json).ok(),
        given => Some(given.clone()),
    });
    let items = read.as_ref().and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut kept = Vec::new();
    for item in items {
        kept.extend(entity(item).map_err(|why| sentence(&format!("Can't parse MessageEntity: {why}")))?);
    }
    for Entity { offset, length, .. } in &kept {
        for (what, number) in [("offset", offset), ("length", length)] {
            if !(0..=1_000_000).contains(number) {
                let wrong = format_args!("receive an entity with incorrect {what} {number}");
                return Err(Refusal::bad(wrong));
            }
        }
    }
    Ok(Formatted { text: text.to_owned(), entities: kept })
}

/// An entity; `None` for those that the server finds by itself.
fn entity(item: &Value) -> Result<Option<Entity>, Wrong> {
    let object = Object::item(item)?;
    let (offset, length) = (object.needed_int("offset")?, object.needed_int("length")?);
    let mut entity = Entity { kind: object.needed_text("type")?, offset, length, ..Entity::default() };
    match entity.kind.as_str() {
        "" => return Err("Type is not specified".into()),
        "bold"
        | "italic"
        | "underline"
        | "strikethrough"
        | "spoiler"
        | "code"
        | "blockquote"
        | "expandable_blockquote" => {}
        "pre" => entity.language = object.text("language")?,
        "text_link" => entity.url = Some(object.needed_text("url")?),
        "text_mention" => {
            object.needed_object("user")?.needed_int("id")?;
            entity.user = object.raw("user").cloned();
        }
        "custom_emoji" => {
            entity.custom_emoji_id = Some(object.needed_int("custom_emoji_id")?.to_string());
        }
        "date_time" => {
            entity.unix_time = Some(object.needed_int("unix_time")?);
            entity.date_time_format = object.text("date_time_format")?;
        }
        "mention" | "hashtag" | "cashtag" | "bot_command" | "url" | "email" | "phone_number"
        | "bank_card_number" => return Ok(None),
        _ => return Err("Unsupported type specified".into()),
    }
    Ok(Some(entity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entities_that_are_none_are_refused_as_by_the_server() {
        for (entities, words) in [
            (json!([1]), "expected an Object"),
            (json!([{ "type": "bold", "length": 1 }]), "Can't find field \"offset\""),
            (
                json!([{ "type": "bold", "offset": [], "length": 1 }]),
                "Field \"offset\" must be of type Number",
            ),
            (json!([{ "type": "odd", "offset": 0, "length": 1 }]), "Unsupported type specified"),
            (json!([{ "type": "text_link", "offset": 0, "length": 1 }]), "Can't find field \"url\""),
        ] {
            let refused = given("x", "", Some(&entities)).unwrap_err().description;
            assert_eq!(refused, format!("Bad Request: can't parse MessageEntity: {words}"));
        }
        let far = json!([{ "type": "bold", "offset": -1, "length": 1 }]);
        let refused = given("x", "", Some(&far)).unwrap_err().description;
        assert_eq!(refused, "Bad Request: receive an entity with incorrect offset -1");
        assert_eq!(given("x", "", Some(&json!("{"))).unwrap().entities, []);
        let found = json!([{ "type": "url", "offset": 0, "length": 1 }]);
        assert_eq!(given("x", "", Some(&found)).unwrap().entities, []);
    }

    #[test]
    fn what_is_too_long_is_not_even_read() {
        let refused = given(&"<".repeat(BYTES + 1), "HTML", None).unwrap_err().description;
        assert_eq!(refused, "Bad Request: text is too long");
    }
}
