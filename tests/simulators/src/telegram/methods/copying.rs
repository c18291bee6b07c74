//! Forwarding and copying.

use serde_json::json;

use super::{Answer, Ask, caption};
use crate::telegram::{chats::Key, messages::Message, refusal::Refusal, world::World};

fn original(world: &World, ask: &Ask<'_>, verb: &str) -> Result<(Key, Message), Refusal> {
    let from = world.enter(ask.bot, &ask.params.text("from_chat_id").unwrap_or_default())?;
    let id = ask.params.message_id()?;
    let message = world.message(from, id).cloned();
    let message = message.ok_or_else(|| Refusal::bad(format_args!("message to {verb} not found")))?;
    if message.service {
        let done = if verb == "copy" { "copied" } else { "forwarded" };
        return Err(Refusal::bad(format_args!("the message can't be {done}")));
    }
    Ok((from, message))
}

/// What a copy keeps of a message.
fn content(message: &Message) -> Message {
    let mut more = message.more.clone();
    more.remove("is_automatic_forward");
    let (text, media, poll) = (message.text.clone(), message.media.clone(), message.poll.clone());
    Message { text, media, poll, more, ..Message::default() }
}

pub fn forward_message(world: &mut World, ask: &Ask<'_>) -> Answer {
    let (from, message) = original(world, ask, "forward")?;
    let origin = world.origin(world.at(from)?, &message);
    let mut copy = content(&message);
    copy.more.insert("forward_origin".into(), origin);
    let target = world.target(ask, "can_send_messages")?;
    world.flood(ask.bot, target.key.chat, 1)?;
    let key = target.key;
    let id = world.send_to(ask, target, copy)?;
    world.show(ask, key, id)
}

pub fn copy_message(world: &mut World, ask: &Ask<'_>) -> Answer {
    let (_, message) = original(world, ask, "copy")?;
    let mut copy = content(&message);
    copy.more.remove("forward_origin");
    if ask.params.text("caption").is_some() && copy.media.is_some() {
        copy.text = caption(world, ask.params)?;
    }
    copy.markup = ask.params.json("reply_markup")?;
    let target = world.target(ask, "can_send_messages")?;
    world.flood(ask.bot, target.key.chat, 1)?;
    let id = world.send_to(ask, target, copy)?;
    Ok(json!({"message_id": id}))
}
