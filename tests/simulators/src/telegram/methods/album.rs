//! Albums.

use serde_json::{Map, Value};

use super::{Answer, Ask, caption, sending::spoils};
use crate::telegram::{media::MediaKind, messages::Message, params::Params, refusal::Refusal, world::World};

/// Reads the kind of an `InputMedia`.
pub fn input_kind(item: &Map<String, Value>) -> Result<MediaKind, Refusal> {
    let kinds =
        [MediaKind::Photo, MediaKind::Video, MediaKind::Document, MediaKind::Audio, MediaKind::Animation];
    let kind = item.get("type").and_then(Value::as_str).unwrap_or("");
    let known = kinds.into_iter().find(|known| known.field() == kind);
    known.ok_or_else(|| Refusal::bad("can't parse InputMedia: invalid media type specified"))
}

/// The message an `InputMedia` makes.
pub fn input_message(
    world: &mut World,
    ask: &Ask<'_>,
    item: &Map<String, Value>,
) -> Result<Message, Refusal> {
    let kind = input_kind(item)?;
    let params: Params = ask.params.inside(item);
    let text = caption(world, &params)?;
    if !item.contains_key("media") {
        return Err(Refusal::bad("can't parse InputMedia: media not found"));
    }
    let mut media = world.file(ask, &params, "media", kind)?;
    media.spoiler = params.flag("has_spoiler").unwrap_or(false) && spoils(media.kind);
    Ok(Message { text, media: Some(media), ..Message::default() })
}

pub fn send_media_group(world: &mut World, ask: &Ask<'_>) -> Answer {
    let items = match ask.params.json("media")? {
        Some(Value::Array(items)) => items,
        Some(_) => return Err(Refusal::bad("can't parse media JSON array")),
        None => return Err(Refusal::bad("there is no media in the request")),
    };
    let items: Vec<Map<String, Value>> =
        items.into_iter().filter_map(|item| item.as_object().cloned()).collect();
    check(&items)?;
    let permission = input_kind(&items[0])?.permission();
    let target = world.target(ask, permission)?;
    let messages: Result<Vec<Message>, Refusal> =
        items.iter().map(|item| input_message(world, ask, item)).collect();
    let messages = messages?;
    world.flood(ask.bot, target.key.chat, messages.len())?;
    let album = format!("1357{:014}", world.serial());
    let mut sent = Vec::new();
    for mut message in messages {
        message.album = Some(album.clone());
        sent.push(world.send_to(ask, target.clone(), message)?);
    }
    sent.into_iter().map(|id| world.show(ask, target.key, id)).collect()
}

/// Two to ten items; documents and audio only among themselves; no animations.
fn check(items: &[Map<String, Value>]) -> Result<(), Refusal> {
    if items.len() > 10 {
        return Err(Refusal::bad("too many messages to send as an album"));
    }
    if items.len() < 2 {
        return Err(Refusal::bad("an album must include 2-10 items"));
    }
    let kinds: Result<Vec<MediaKind>, Refusal> = items.iter().map(input_kind).collect();
    let kinds = kinds?;
    for kind in [MediaKind::Document, MediaKind::Audio] {
        if kinds.contains(&kind) && kinds.iter().any(|other| *other != kind) {
            return Err(Refusal::bad(format_args!("{} can't be mixed with other media types", kind.field())));
        }
    }
    if kinds.contains(&MediaKind::Animation) {
        return Err(Refusal::bad("animation can't be sent in an album"));
    }
    Ok(())
}
