//! Sending one message.

use serde_json::{Map, Value, json};

use super::{Answer, Ask, caption, target::Target, written};
use crate::telegram::{
    files::{self, FileNo},
    markup,
    media::{About, Media, MediaKind},
    messages::Message,
    params::Params,
    polls::Poll,
    refusal::Refusal,
    text::Formatted,
    world::World,
};

impl World {
    /// Sends what a bot made to where it wants it.
    pub fn send_to(&mut self, ask: &Ask<'_>, target: Target, mut message: Message) -> Result<i64, Refusal> {
        message.actor = ask.bot;
        message.thread = target.thread;
        message.topic = target.topic;
        message.reply = target.reply;
        self.sign(target.key, &mut message, None)?;
        self.post(target.key, message)
    }

    fn send_one(&mut self, ask: &Ask<'_>, permission: &str, mut message: Message) -> Answer {
        message.markup = markup::read(ask.params)?;
        let target = self.target(ask, permission)?;
        self.flood(ask.bot, target.key.chat, 1)?;
        let key = target.key;
        let id = self.send_to(ask, target, message)?;
        self.show(ask, key, id)
    }

    /// A message as the bot that asks sees it.
    pub fn show(&self, ask: &Ask<'_>, key: crate::telegram::chats::Key, id: i64) -> Answer {
        let chat = self.at(key)?;
        let message = chat.messages.get(&id).ok_or_else(|| Refusal::bad("message not found"))?;
        Ok(self.view(chat, message, ask.bot))
    }

    /// The file of a parameter: uploaded with the call, attached under another name, fetched from an address, or known.
    pub fn file(
        &mut self,
        ask: &Ask<'_>,
        params: &Params,
        name: &str,
        kind: MediaKind,
    ) -> Result<Media, Refusal> {
        let about = about(params, kind);
        let none =
            || Refusal::bad(format_args!("there is no {} in the request", kind.field().replace('_', " ")));
        if let Some(upload) = params.files.get(name) {
            return self.files.take(kind, upload.clone(), about);
        }
        let given = params.text(name).filter(|given| !given.is_empty());
        let given = given.ok_or_else(none)?;
        if let Some(part) = given.strip_prefix("attach://") {
            let upload = params.files.get(part).cloned().ok_or_else(none)?;
            return self.files.take(kind, upload, about);
        }
        if given.starts_with("http://") || given.starts_with("https://") {
            let fetched = params.files.get(&given).cloned();
            let upload = fetched.ok_or_else(|| Refusal::bad("failed to get HTTP URL content"))?;
            return self.files.take(kind, upload, about);
        }
        let known = self.files.find(&given, ask.bot).and_then(|no: FileNo| self.files.media(no));
        let media = known.ok_or_else(|| files::unknown(&given))?;
        if media.kind != kind {
            let (had, wanted) = (media.kind.name(), kind.name());
            return Err(Refusal::bad(format_args!("can't use file of type {had} as {wanted}")));
        }
        Ok(media)
    }

    fn send_file(&mut self, ask: &Ask<'_>, kind: MediaKind) -> Answer {
        if !is_given(ask.params, kind.field()) {
            self.file(ask, ask.params, kind.field(), kind)?;
        }
        let text = if kind.captioned() { caption(self, ask.params)? } else { Formatted::default() };
        self.target(ask, kind.permission())?;
        let mut media = self.file(ask, ask.params, kind.field(), kind)?;
        media.spoiler = ask.params.flag("has_spoiler").unwrap_or(false) && spoils(media.kind);
        let message = Message { text, media: Some(media), ..Message::default() };
        self.send_one(ask, kind.permission(), message)
    }
}

/// Whether a parameter names a file: one that came with the call, or one that is elsewhere.
pub fn is_given(params: &Params, name: &str) -> bool {
    let given = params.text(name).filter(|given| !given.is_empty());
    let attached = |part: &str| params.files.contains_key(part);
    params.files.contains_key(name)
        || given.is_some_and(|given| given.strip_prefix("attach://").is_none_or(attached))
}

/// Whether a kind can be hidden behind a spoiler.
pub fn spoils(kind: MediaKind) -> bool {
    matches!(kind, MediaKind::Photo | MediaKind::Video | MediaKind::Animation)
}

/// What the parameters say about a file.
fn about(params: &Params, kind: MediaKind) -> About {
    let number = |name: &str| params.int(name).and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0);
    let mut about = About { duration: number("duration"), ..About::default() };
    let mut words: &[&str] = &[];
    match kind {
        MediaKind::Video | MediaKind::Animation => {
            about.width = number("width");
            about.height = number("height");
        }
        MediaKind::VideoNote => {
            about.width = number("length");
            about.height = about.width;
        }
        MediaKind::Audio => words = &["performer", "title"],
        MediaKind::Sticker => words = &["emoji"],
        _ => {}
    }
    for name in words {
        if let Some(value) = params.text(name).filter(|value| !value.is_empty()) {
            about.more.insert((*name).into(), value.into());
        }
    }
    about
}

pub fn send_message(world: &mut World, ask: &Ask<'_>) -> Answer {
    let text = written::body(world, ask.params)?;
    let more = preview(ask.params, &text)?;
    world.send_one(ask, "can_send_messages", Message { text, more, ..Message::default() })
}

/// What a message shows of the wishes for its link preview.
pub fn preview(params: &Params, text: &Formatted) -> Result<Map<String, Value>, Refusal> {
    const KNOWN: [&str; 5] =
        ["is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"];
    let mut more = Map::new();
    let Some(mut options) = params.object("link_preview_options", "link preview options")? else {
        return Ok(more);
    };
    options.retain(|key, value| {
        KNOWN.contains(&key.as_str()) && !value.is_null() && *value != Value::Bool(false)
    });
    let linked = text.entities.iter().any(|entity| entity.kind == "url" || entity.kind == "text_link");
    if linked && !options.is_empty() {
        more.insert("link_preview_options".into(), Value::Object(options));
    }
    Ok(more)
}

pub fn send_photo(world: &mut World, ask: &Ask<'_>) -> Answer {
    world.send_file(ask, MediaKind::Photo)
}

pub fn send_document(world: &mut World, ask: &Ask<'_>) -> Answer {
    world.send_file(ask, MediaKind::Document)
}

pub fn send_video(world: &mut World, ask: &Ask<'_>) -> Answer {
    world.send_file(ask, MediaKind::Video)
}

pub fn send_animation(world: &mut World, ask: &Ask<'_>) -> Answer {
    world.send_file(ask, MediaKind::Animation)
}

pub fn send_audio(world: &mut World, ask: &Ask<'_>) -> Answer {
    world.send_file(ask, MediaKind::Audio)
}

pub fn send_voice(world: &mut World, ask: &Ask<'_>) -> Answer {
    world.send_file(ask, MediaKind::Voice)
}

pub fn send_video_note(world: &mut World, ask: &Ask<'_>) -> Answer {
    world.send_file(ask, MediaKind::VideoNote)
}

pub fn send_sticker(world: &mut World, ask: &Ask<'_>) -> Answer {
    world.send_file(ask, MediaKind::Sticker)
}

fn telling(world: &mut World, ask: &Ask<'_>, permission: &str, what: &Value) -> Answer {
    let more = what.as_object().cloned().unwrap_or_default();
    world.send_one(ask, permission, Message { more, ..Message::default() })
}

/// The `live_period` of a place that moves for ever.
pub const FOR_EVER: i64 = 0x7FFF_FFFF;

/// The place of a call.
pub fn place(params: &Params) -> Result<Value, Refusal> {
    let side = |name: &str, most: f64| -> Result<f64, Refusal> {
        let value = params.float(name).ok_or_else(|| Refusal::bad(format_args!("{name} is empty")))?;
        if value.abs() > most { Err(Refusal::bad("wrong location specified")) } else { Ok(value) }
    };
    Ok(json!({"latitude": side("latitude", 90.0)?, "longitude": side("longitude", 180.0)?}))
}

pub fn send_location(world: &mut World, ask: &Ask<'_>) -> Answer {
    let mut location = place(ask.params)?;
    let period = ask.params.int("live_period").filter(|period| *period != 0);
    if period.is_some_and(|period| period != FOR_EVER && !(60..=86_400).contains(&period)) {
        return Err(Refusal::bad("wrong live location period specified"));
    }
    for name in ["live_period", "heading", "proximity_alert_radius"] {
        if let Some(value) = ask.params.int(name).filter(|value| *value > 0) {
            location[name] = value.into();
        }
    }
    if let Some(accuracy) = ask.params.float("horizontal_accuracy").filter(|value| *value > 0.0) {
        location["horizontal_accuracy"] = accuracy.into();
    }
    telling(world, ask, "can_send_messages", &json!({"location": location}))
}

fn worded(params: &Params, name: &str) -> Result<String, Refusal> {
    let value = params.text(name).filter(|value| !value.trim().is_empty());
    value.ok_or_else(|| Refusal::bad(format_args!("{} must be non-empty", name.replace('_', " "))))
}

pub fn send_venue(world: &mut World, ask: &Ask<'_>) -> Answer {
    let location = place(ask.params)?;
    let venue = json!({
        "location": location, "title": worded(ask.params, "title")?, "address": worded(ask.params, "address")?,
    });
    telling(world, ask, "can_send_messages", &json!({"venue": venue, "location": location}))
}

pub fn send_contact(world: &mut World, ask: &Ask<'_>) -> Answer {
    let (number, name) = (ask.params.required("phone_number")?, ask.params.required("first_name")?);
    let mut contact = json!({"phone_number": number, "first_name": name});
    for name in ["last_name", "vcard"] {
        if let Some(value) = ask.params.text(name).filter(|value| !value.is_empty()) {
            contact[name] = value.into();
        }
    }
    telling(world, ask, "can_send_messages", &json!({"contact": contact}))
}

pub fn send_dice(world: &mut World, ask: &Ask<'_>) -> Answer {
    let emoji = ask.params.text("emoji").filter(|emoji| !emoji.is_empty()).unwrap_or_else(|| "🎲".into());
    let faces = match emoji.as_str() {
        "🎲" | "🎯" | "🎳" => 6,
        "🏀" | "⚽" => 5,
        "🎰" => 64,
        _ => return Err(Refusal::bad("DICE_EMOJI_INVALID")),
    };
    let value = world.serial() % faces + 1;
    telling(world, ask, "can_send_other_messages", &json!({"dice": {"emoji": emoji, "value": value}}))
}

pub fn send_poll(world: &mut World, ask: &Ask<'_>) -> Answer {
    let id = format!("53320000000{:08}", world.serial());
    let poll = Poll::asked(ask.params, id)?;
    world.send_one(ask, "can_send_polls", Message { poll: Some(poll), ..Message::default() })
}
