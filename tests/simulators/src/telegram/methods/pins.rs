//! Pinned messages.

use serde_json::json;

use super::{Answer, Ask};
use crate::telegram::{
    chats::{ChatKind, Key},
    refusal::Refusal,
    world::World,
};

fn pinnable(world: &World, ask: &Ask<'_>) -> Result<Key, Refusal> {
    let key = world.chat_of(ask)?;
    let chat = world.at(key)?;
    let member = chat.member(ask.bot);
    let allowed = match chat.kind {
        ChatKind::Private => true,
        ChatKind::Channel => member.has("can_edit_messages"),
        _ => member.has("can_pin_messages"),
    };
    if allowed {
        Ok(key)
    } else {
        Err(Refusal::bad("not enough rights to manage pinned messages in the chat"))
    }
}

impl World {
    /// Pins a message and tells the members.
    pub fn pin(&mut self, key: Key, actor: i64, id: i64) -> Result<i64, Refusal> {
        let chat = self.at_mut(key)?;
        let message = chat.messages.get(&id).filter(|message| !message.service);
        let thread =
            message.ok_or_else(|| Refusal::bad("message to pin not found"))?.thread.filter(|_| chat.forum);
        chat.pinned.retain(|pinned| *pinned != id);
        chat.pinned.push(id);
        self.tell(key, actor, &json!({"pinned_message": id}), thread)
    }
}

pub fn pin_chat_message(world: &mut World, ask: &Ask<'_>) -> Answer {
    let id = ask.params.message_id();
    let there = world.chat_of(ask).map(|key| world.message(key, id).is_some())?;
    if !there {
        return Err(Refusal::bad("message to pin not found"));
    }
    let key = pinnable(world, ask)?;
    world.pin(key, ask.bot, id)?;
    Ok(true.into())
}

pub fn unpin_all_chat_messages(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = pinnable(world, ask)?;
    world.at_mut(key)?.pinned.clear();
    Ok(true.into())
}

pub fn unpin_chat_message(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = pinnable(world, ask)?;
    let wanted = ask.params.int("message_id");
    let pinned = &mut world.at_mut(key)?.pinned;
    let at = match wanted {
        Some(id) => pinned.iter().position(|pinned| *pinned == id),
        None => pinned.len().checked_sub(1),
    };
    pinned.remove(at.ok_or_else(|| Refusal::bad("message to unpin not found"))?);
    Ok(true.into())
}
