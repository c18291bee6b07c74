//! Texts and captions as parameters.

use crate::telegram::{
    params::Params,
    refusal::Refusal,
    text::{self, Formatted, units},
    world::World,
};

/// UTF-16 units in a text.
pub const TEXT: usize = 4096;
/// UTF-16 units in a caption.
pub const CAPTION: usize = 1024;

/// A text with the entities given beside it or in it, settled. Empty when it is missing.
pub fn formatted(world: &World, params: &Params, name: &str, entities: &str) -> Result<Formatted, Refusal> {
    let raw = params.text(name).unwrap_or_default();
    let mode = params.text("parse_mode").unwrap_or_default();
    let parsed = text::given(&raw, &mode, params.fields.get(entities))?;
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
    if params.text("text").is_none_or(|text| text.is_empty()) {
        return Err(Refusal::bad("message text is empty"));
    }
    let text = formatted(world, params, "text", "entities")?;
    match units(&text.text) {
        0 => Err(Refusal::bad("text must be non-empty")),
        length if length > TEXT => Err(Refusal::bad("message is too long")),
        _ => Ok(text),
    }
}
