//! Coming and going.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Answer, Ask};
use crate::telegram::{
    chats::{Chat, ChatKind, Key, Member, PERMISSIONS, Status},
    json::Object,
    refusal::Refusal,
    world::World,
};

impl World {
    /// Somebody is not in a chat any more: the members are told, then the bots.
    pub fn depart(&mut self, key: Key, actor: i64, id: i64, status: Status) -> Result<(), Refusal> {
        let there = self.at(key)?.member(id).present();
        if there && self.at(key)?.kind != ChatKind::Channel {
            self.tell(key, actor, &json!({"left_chat_member": self.user(id)}), None)?;
        }
        self.place(key, actor, id, |chat| {
            chat.members.insert(id, Member { status, ..Member::default() });
        })?;
        Ok(())
    }
}

pub fn leave_chat(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = world.chat_of(ask)?;
    if key.bot != 0 {
        return Err(Refusal::bad("chat_id points to a private chat"));
    }
    world.depart(key, ask.bot, ask.bot, Status::Left)?;
    Ok(true.into())
}

fn restrictable(world: &World, ask: &Ask<'_>) -> Result<(Key, i64), Refusal> {
    let key = world.chat_of(ask)?;
    let chat: &Chat = world.at(key)?;
    let id = ask.params.user_id()?;
    world.account(id)?;
    if chat.kind == ChatKind::Private {
        return Err(Refusal::bad("can't restrict users in private chats"));
    }
    if !chat.member(ask.bot).has("can_restrict_members") {
        return Err(Refusal::bad("not enough rights to restrict/unrestrict chat member"));
    }
    match chat.member(id).status {
        _ if id == ask.bot => Err(Refusal::bad("can't restrict self")),
        Status::Creator => Err(Refusal::bad("can't remove chat owner")),
        Status::Administrator => Err(Refusal::bad("user is an administrator of the chat")),
        _ => Ok((key, id)),
    }
}

pub fn ban_chat_member(world: &mut World, ask: &Ask<'_>) -> Answer {
    let (key, id) = restrictable(world, ask)?;
    world.depart(key, ask.bot, id, Status::Kicked)?;
    if ask.params.flag("revoke_messages").unwrap_or(false) {
        world.at_mut(key)?.messages.retain(|_, message| message.actor != id || message.service);
    }
    Ok(true.into())
}

pub fn unban_chat_member(world: &mut World, ask: &Ask<'_>) -> Answer {
    let (key, id) = restrictable(world, ask)?;
    let status = world.at(key)?.member(id).status;
    if status != Status::Kicked && ask.params.flag("only_if_banned").unwrap_or(false) {
        return Ok(true.into());
    }
    world.depart(key, ask.bot, id, Status::Left)?;
    Ok(true.into())
}

/// `use_independent_chat_permissions` and `until_date` are passed over.
pub fn restrict_chat_member(world: &mut World, ask: &Ask<'_>) -> Answer {
    ask.params.user_id()?;
    let granted = ask.params.object("permissions", "permissions")?.unwrap_or_default();
    let object = Object::from(&granted);
    let mut denied = BTreeSet::new();
    for name in PERMISSIONS {
        let may = object.flag(name);
        let may = may.map_err(|why| Refusal::bad(format_args!("can't parse chat permissions: {why}")))?;
        denied.extend((!may).then(|| name.to_owned()));
    }
    let key = world.chat_of(ask)?;
    if world.at(key)?.kind != ChatKind::Supergroup {
        return Err(Refusal::bad("method is available only for supergroups"));
    }
    let (key, id) = restrictable(world, ask)?;
    world.place(key, ask.bot, id, |chat| {
        let member =
            chat.members.entry(id).or_insert_with(|| Member { status: Status::Left, ..Member::default() });
        if member.present() {
            member.status = if denied.is_empty() { Status::Member } else { Status::Restricted };
        }
        member.denied = denied;
    })?;
    Ok(true.into())
}
