//! Albums.

use serde_json::{Map, Value};

use super::{
    Answer, Ask, caption,
    sending::{is_given, spoils},
};
use crate::telegram::{
    json::{Object, Wrong},
    media::MediaKind,
    messages::Message,
    params::Params,
    refusal::Refusal,
    text,
    world::World,
};

/// What an `InputMedia` asks for: read, and its file not yet looked at.
pub struct Input {
    /// What it is.
    pub kind: MediaKind,
    params: Params,
}

impl Input {
    /// Reads an `InputMedia`; in an album there are no animations.
    pub fn read(params: &Params, item: &Value, album: bool) -> Result<Self, Refusal> {
        let wrong = |why: Wrong| Refusal::bad(format_args!("can't parse InputMedia: {why}"));
        let object = Object::item(item).map_err(wrong)?;
        let word = |name| object.text(name).map(Option::unwrap_or_default).map_err(wrong);
        text::given(&word("caption")?, &word("parse_mode")?, object.raw("caption_entities"))
            .map_err(|refusal| wrong(refusal.description.replacen("Bad Request: c", "C", 1)))?;
        object.flag("has_spoiler").map_err(wrong)?;
        word("media")?;
        let params = params.inside(item.as_object().unwrap_or(&Map::new()));
        if !is_given(&params, "media") {
            return Err(wrong("media not found".into()));
        }
        let kinds =
            [MediaKind::Photo, MediaKind::Video, MediaKind::Document, MediaKind::Audio, MediaKind::Animation];
        let name = object.needed_text("type").map_err(wrong)?;
        match kinds.into_iter().find(|known| known.field() == name) {
            Some(MediaKind::Animation) if album => {
                Err(wrong(format!("type \"{name}\" can't be used in sendMediaGroup")))
            }
            Some(kind) => Ok(Self { kind, params }),
            None => Err(wrong(format!("type \"{name}\" is unsupported"))),
        }
    }

    /// The message it makes.
    pub fn message(&self, world: &mut World, ask: &Ask<'_>) -> Result<Message, Refusal> {
        let text = caption(world, &self.params)?;
        let mut media = world.file(ask, &self.params, "media", self.kind)?;
        media.spoiler = self.params.flag("has_spoiler").unwrap_or(false) && spoils(media.kind);
        Ok(Message { text, media: Some(media), ..Message::default() })
    }
}

pub fn send_media_group(world: &mut World, ask: &Ask<'_>) -> Answer {
    ask.params.required("media")?;
    let given = ask.params.list("media", "media", "InputMedia")?.unwrap_or_default();
    let items: Result<Vec<Input>, Refusal> =
        given.iter().map(|item| Input::read(ask.params, item, true)).collect();
    let items = items?;
    check(&items)?;
    let permission = items[0].kind.permission();
    let target = world.target(ask, permission)?;
    let messages: Result<Vec<Message>, Refusal> = items.iter().map(|item| item.message(world, ask)).collect();
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

/// Two to ten items; documents and audio only among themselves.
fn check(items: &[Input]) -> Result<(), Refusal> {
    if items.len() > 10 {
        return Err(Refusal::bad("too many messages to send as an album"));
    }
    if items.len() < 2 {
        return Err(Refusal::bad("an album must include 2-10 items"));
    }
    for kind in [MediaKind::Document, MediaKind::Audio] {
        let of_it = items.iter().filter(|item| item.kind == kind).count();
        if of_it > 0 && of_it < items.len() {
            return Err(Refusal::bad(format_args!("{} can't be mixed with other media types", kind.field())));
        }
    }
    Ok(())
}
