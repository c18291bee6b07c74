//! Editing what the bot sent.

use serde_json::{Value, json};

use super::{
    Answer, Ask,
    album::Input,
    caption,
    sending::{FOR_EVER, place, preview},
    written,
};
use crate::telegram::{
    chats::{ChatKind, Key},
    markup,
    media::MediaKind,
    messages::Message,
    refusal::Refusal,
    world::World,
};

const SAME: &str = "message is not modified: specified new message content and reply markup are exactly the same as a \
                    current content and reply markup of the message";

/// A message of the bot's own; in channels also of others, with the right to edit.
fn own(world: &World, ask: &Ask<'_>) -> Result<(Key, Message), Refusal> {
    let id = ask.params.message_id();
    if id == 0 && ask.params.text("chat_id").is_none_or(|chat| chat.is_empty()) {
        let inline = ask.params.text("inline_message_id").is_some_and(|id| !id.is_empty());
        // No message of this bot came by inline mode.
        let why = if inline { "MESSAGE_ID_INVALID" } else { "message identifier is not specified" };
        return Err(Refusal::bad(why));
    }
    let key = world.chat_of(ask)?;
    let chat = world.at(key)?;
    let message = chat.messages.get(&id).ok_or_else(|| Refusal::bad("message to edit not found"))?;
    let editor = chat.kind == ChatKind::Channel && chat.member(ask.bot).has("can_edit_messages");
    let fixed = message.service || message.more.contains_key("forward_origin") || message.poll.is_some();
    if fixed || message.actor != ask.bot && !editor {
        return Err(Refusal::bad("message can't be edited"));
    }
    Ok((key, message.clone()))
}

/// Puts a changed message in the place of the old one.
fn replace(world: &mut World, ask: &Ask<'_>, key: Key, mut new: Message) -> Answer {
    new.markup = markup::read(ask.params)?;
    let now = world.clock.seconds();
    let old = world.message_mut(key, new.id).ok_or_else(|| Refusal::bad("message to edit not found"))?;
    if old.shows_same(&new) {
        return Err(Refusal::bad(SAME));
    }
    new.edited = Some(now);
    let id = new.id;
    *old = new;
    world.announce(key, id, true);
    world.show(ask, key, id)
}

pub fn edit_message_text(world: &mut World, ask: &Ask<'_>) -> Answer {
    let text = written::body(world, ask.params)?;
    let (key, mut message) = own(world, ask)?;
    if message.text.text.is_empty() || message.media.is_some() {
        return Err(Refusal::bad("there is no text in the message to edit"));
    }
    world.flood(ask.bot, key.chat, 1)?;
    message.more.remove("link_preview_options");
    message.more.extend(preview(ask.params, &text)?);
    message.text = text;
    replace(world, ask, key, message)
}

pub fn edit_message_caption(world: &mut World, ask: &Ask<'_>) -> Answer {
    let text = caption(world, ask.params)?;
    let (key, mut message) = own(world, ask)?;
    if !message.media.as_ref().is_some_and(|media| media.kind.captioned()) {
        return Err(Refusal::bad("there is no caption in the message to edit"));
    }
    world.flood(ask.bot, key.chat, 1)?;
    message.text = text;
    replace(world, ask, key, message)
}

pub fn edit_message_media(world: &mut World, ask: &Ask<'_>) -> Answer {
    ask.params.required("media")?;
    let item = ask.params.json("media", "input media")?.unwrap_or_default();
    let input = Input::read(ask.params, &item, false)?;
    let (key, mut message) = own(world, ask)?;
    let Some(old) = &message.media else {
        return Err(Refusal::bad("there is no media in the message to edit"));
    };
    let alone = |kind| matches!(kind, MediaKind::Document | MediaKind::Audio);
    if message.album.is_some() && old.kind != input.kind && (alone(old.kind) || alone(input.kind)) {
        return Err(Refusal::bad("message can't be edited"));
    }
    world.flood(ask.bot, key.chat, 1)?;
    let new = input.message(world, ask)?;
    message.media = new.media;
    message.text = new.text;
    replace(world, ask, key, message)
}

pub fn edit_message_reply_markup(world: &mut World, ask: &Ask<'_>) -> Answer {
    let (key, message) = own(world, ask)?;
    world.flood(ask.bot, key.chat, 1)?;
    replace(world, ask, key, message)
}

/// A message of the bot's own whose place still moves.
fn moving(world: &World, ask: &Ask<'_>) -> Result<(Key, Message), Refusal> {
    let (key, message) = own(world, ask)?;
    let period = message.more.get("location").and_then(|place| place["live_period"].as_i64());
    let moves =
        period.is_some_and(|period| period == FOR_EVER || message.date + period > world.clock.seconds());
    if moves { Ok((key, message)) } else { Err(Refusal::bad("message can't be edited")) }
}

pub fn edit_message_live_location(world: &mut World, ask: &Ask<'_>) -> Answer {
    let mut place = place(ask.params)?;
    let (key, mut message) = moving(world, ask)?;
    world.flood(ask.bot, key.chat, 1)?;
    place["live_period"] = message.more["location"]["live_period"].clone();
    message.more.insert("location".into(), place);
    replace(world, ask, key, message)
}

pub fn stop_message_live_location(world: &mut World, ask: &Ask<'_>) -> Answer {
    let (key, mut message) = moving(world, ask)?;
    world.flood(ask.bot, key.chat, 1)?;
    if let Some(place) = message.more.get_mut("location").and_then(Value::as_object_mut) {
        place.remove("live_period");
    }
    replace(world, ask, key, message)
}

pub fn stop_poll(world: &mut World, ask: &Ask<'_>) -> Answer {
    let id = ask.params.message_id();
    let key = world.chat_of(ask)?;
    let message =
        world.message_mut(key, id).ok_or_else(|| Refusal::bad("message with poll to stop not found"))?;
    let (actor, poll) = (message.actor, message.poll.as_mut());
    let poll = poll.ok_or_else(|| Refusal::bad("message is not a poll"))?;
    if actor != ask.bot {
        return Err(Refusal::bad("poll can't be stopped"));
    }
    if std::mem::replace(&mut poll.closed, true) {
        return Err(Refusal::bad("poll has already been closed"));
    }
    Ok(json!(poll.view()))
}
