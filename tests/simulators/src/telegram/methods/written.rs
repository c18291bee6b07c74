//! Texts and captions as parameters.

use crate::telegram::{
    params::Params,
    refusal::Refusal,
    text::{self, Entity, Formatted, units},
    world::World,
};

/// UTF-16 units in a text.
pub const TEXT: usize = 4096;
/// UTF-16 units in a caption.
pub const CAPTION: usize = 1024;

/// A text with the entities given beside it or in it, settled. Empty when it is missing.
pub fn formatted(world: &World, params: &Params, name: &str, entities: &str) -> Result<Formatted, Refusal> {
    let raw = params.text(name).unwrap_or_default();
    let mode = params.text("parse_mode").unwrap_or_default().to_lowercase();
    let parsed = match mode.as_str() {
        "" | "none" => {
            let given: Vec<serde_json::Value> = params.read(entities)?.unwrap_or_default();
            let given = given.into_iter().filter_map(|entity| serde_json::from_value::<Entity>(entity).ok());
            Formatted { text: raw, entities: given.collect() }
        }
        "html" => text::parse_html(&raw)?,
        "markdownv2" => text::parse_markdown_v2(&raw)?,
        "markdown" => text::parse_markdown(&raw)?,
        _ => return Err(Refusal::bad("unsupported parse_mode")),
    };
    text::settle(&parsed.text, parsed.entities, &|id| world.user(id))
}

/// A caption, which may be missing.
pub fn caption(world: &World, params: &Params) -> Result<Formatted, Refusal> {
    let caption = formatted(world, params, "caption", "caption_entities")?;
    if units(&caption.text) > CAPTION {
        return Err(Refusal::bad("message caption is too long"));
    }
    Ok(caption)
}

/// The text of a message, which may not be missing.
pub(super) fn body(world: &World, params: &Params) -> Result<Formatted, Refusal> {
    let text = formatted(world, params, "text", "entities")?;
    match units(&text.text) {
        0 => Err(Refusal::bad("message text is empty")),
        length if length > TEXT => Err(Refusal::bad("message is too long")),
        _ => Ok(text),
    }
}
