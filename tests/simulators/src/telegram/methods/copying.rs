//! Forwarding and copying.

use serde_json::json;

use super::{Answer, Ask, caption, deleting::message_ids};
use crate::telegram::{
    chats::Key, markup, messages::Message, refusal::Refusal, text::Formatted, world::World,
};

fn original(world: &World, ask: &Ask<'_>, verb: &str) -> Result<(Key, Message), Refusal> {
    let from = world.look(ask.bot, &ask.params.required("from_chat_id")?)?;
    let message = world.message(from, ask.params.message_id()).cloned();
    let message = message.ok_or_else(|| Refusal::bad(format_args!("message to {verb} not found")))?;
    if message.service {
        let done = if verb == "copy" { "copied" } else { "forwarded" };
        return Err(Refusal::bad(format_args!("the message can't be {done}")));
    }
    Ok((from, message))
}

/// The messages of a list that are there and can be copied; others are passed over, unless there is none.
fn originals(world: &World, ask: &Ask<'_>) -> Result<(Key, Vec<Message>), Refusal> {
    let from = ask.params.required("from_chat_id")?;
    let ids = message_ids(ask.params)?;
    world.chat_of(ask)?;
    let from = world.look(ask.bot, &from)?;
    let found = ids.iter().filter_map(|id| world.message(from, *id)).filter(|message| !message.service);
    let found: Vec<Message> = found.cloned().collect();
    if found.is_empty() {
        return Err(Refusal::bad("there are no messages to forward"));
    }
    Ok((from, found))
}

/// What a copy keeps of a message.
fn content(message: &Message) -> Message {
    let mut more = message.more.clone();
    more.remove("is_automatic_forward");
    let (text, media, poll) = (message.text.clone(), message.media.clone(), message.poll.clone());
    Message { text, media, poll, more, ..Message::default() }
}

fn forwarded(world: &World, from: Key, message: &Message) -> Result<Message, Refusal> {
    let mut copy = content(message);
    copy.more.insert("forward_origin".into(), world.origin(world.at(from)?, message));
    Ok(copy)
}

fn copied(message: &Message) -> Message {
    let mut copy = content(message);
    copy.more.remove("forward_origin");
    copy
}

/// Sends copies one after the other; answers their ids.
fn send_all(world: &mut World, ask: &Ask<'_>, copies: Vec<Message>) -> Answer {
    let target = world.target(ask, "can_send_messages")?;
    world.flood(ask.bot, target.key.chat, copies.len())?;
    let mut sent = Vec::new();
    for copy in copies {
        sent.push(json!({"message_id": world.send_to(ask, target.clone(), copy)?}));
    }
    Ok(sent.into())
}

pub fn forward_message(world: &mut World, ask: &Ask<'_>) -> Answer {
    let (from, message) = original(world, ask, "forward")?;
    let copy = forwarded(world, from, &message)?;
    let target = world.target(ask, "can_send_messages")?;
    world.flood(ask.bot, target.key.chat, 1)?;
    let key = target.key;
    let id = world.send_to(ask, target, copy)?;
    world.show(ask, key, id)
}

pub fn copy_message(world: &mut World, ask: &Ask<'_>) -> Answer {
    let (_, message) = original(world, ask, "copy")?;
    let mut copy = copied(&message);
    if ask.params.text("caption").is_some() && copy.media.is_some() {
        copy.text = caption(world, ask.params)?;
    }
    copy.markup = markup::read(ask.params)?;
    let mut sent = send_all(world, ask, vec![copy])?;
    Ok(sent[0].take())
}

pub fn forward_messages(world: &mut World, ask: &Ask<'_>) -> Answer {
    let (from, messages) = originals(world, ask)?;
    let copies: Result<Vec<Message>, Refusal> =
        messages.iter().map(|message| forwarded(world, from, message)).collect();
    send_all(world, ask, copies?)
}

pub fn copy_messages(world: &mut World, ask: &Ask<'_>) -> Answer {
    let (_, messages) = originals(world, ask)?;
    let mut copies: Vec<Message> = messages.iter().map(copied).collect();
    if ask.params.flag("remove_caption").unwrap_or(false) {
        copies
            .iter_mut()
            .filter(|copy| copy.media.is_some())
            .for_each(|copy| copy.text = Formatted::default());
    }
    send_all(world, ask, copies)
}
