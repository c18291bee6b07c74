//! Deleting.

use serde_json::Value;

use super::{Answer, Ask};
use crate::telegram::{
    chats::{ChatKind, Key},
    params::Params,
    refusal::Refusal,
    world::World,
};

/// Seconds after which nothing can be deleted.
const OLD: i64 = 48 * 3600;

fn check(world: &World, key: Key, id: i64, bot: i64) -> Result<(), Refusal> {
    let chat = world.at(key)?;
    let message = chat.messages.get(&id).ok_or_else(|| Refusal::bad("message to delete not found"))?;
    let member = chat.member(bot);
    let begins =
        ["supergroup_chat_created", "channel_chat_created", "forum_topic_created", "migrate_from_chat_id"];
    let age = world.clock.seconds() - message.date;
    let fixed = begins.iter().any(|key| message.more.contains_key(*key));
    let fresh_dice = message.more.contains_key("dice") && key.bot != 0 && age < 24 * 3600;
    let own = message.actor == bot && !message.service;
    let allowed = match chat.kind {
        ChatKind::Private => true,
        ChatKind::Group => own || member.admin(),
        ChatKind::Supergroup => own || member.has("can_delete_messages"),
        ChatKind::Channel => own && member.has("can_post_messages") || member.has("can_delete_messages"),
    };
    if fixed || fresh_dice || age >= OLD || !allowed {
        return Err(Refusal::bad("message can't be deleted"));
    }
    Ok(())
}

/// The ids of up to a hundred messages.
pub fn message_ids(params: &Params) -> Result<Vec<i64>, Refusal> {
    let none = || Refusal::bad("message identifiers are not specified");
    let items = params.list("message_ids", "message_ids", "message identifiers")?.ok_or_else(none)?;
    if items.len() > 100 {
        return Err(Refusal::bad("too many message identifiers specified"));
    }
    let id = |item: &Value| match item {
        Value::Number(number) => number.as_i64().ok_or("can't parse message identifier as Number"),
        Value::String(text) => text.parse().map_err(|_| "can't parse message identifier as Number"),
        _ => Err("message identifier must be a Number"),
    };
    let ids: Result<Vec<i64>, &str> = items
        .iter()
        .map(|item| {
            id(item).and_then(|id| if id > 0 { Ok(id) } else { Err("invalid message identifier specified") })
        })
        .collect();
    ids.map_err(Refusal::bad).and_then(|ids| if ids.is_empty() { Err(none()) } else { Ok(ids) })
}

pub fn delete_message(world: &mut World, ask: &Ask<'_>) -> Answer {
    let id = ask.params.message_id();
    if id == 0 && ask.params.text("chat_id").is_none_or(|chat| chat.is_empty()) {
        return Err(Refusal::bad("message identifier is not specified"));
    }
    let key = world.chat_of(ask)?;
    check(world, key, id, ask.bot)?;
    world.erase(key, id)?;
    Ok(true.into())
}

pub fn delete_messages(world: &mut World, ask: &Ask<'_>) -> Answer {
    let ids = message_ids(ask.params)?;
    let key = world.chat_of(ask)?;
    let there: Vec<i64> = ids.into_iter().filter(|id| world.message(key, *id).is_some()).collect();
    for id in &there {
        check(world, key, *id, ask.bot)?;
    }
    for id in there {
        world.erase(key, id)?;
    }
    Ok(true.into())
}

impl World {
    /// Takes a message away. Nobody is told.
    pub fn erase(&mut self, key: Key, id: i64) -> Result<(), Refusal> {
        let chat = self.at_mut(key)?;
        chat.messages.remove(&id).ok_or_else(|| Refusal::bad("message to delete not found"))?;
        chat.pinned.retain(|pinned| *pinned != id);
        Ok(())
    }
}
