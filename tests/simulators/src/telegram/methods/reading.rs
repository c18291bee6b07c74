//! Looking at chats, people and files.

use serde_json::{Value, json};

use super::{Answer, Ask};
use crate::telegram::{
    chats::{ChatKind, Key, Status},
    files::FileNo,
    refusal::Refusal,
    world::World,
};

/// Bytes that can be fetched at most.
const FETCHABLE: u64 = 20 << 20;

pub fn get_chat(world: &mut World, ask: &Ask<'_>) -> Answer {
    let id = ask.params.text("chat_id").unwrap_or_default();
    let key = world.look(ask.bot, &id)?;
    let chat = world.at(key)?;
    let mut info = world.chat_view(chat);
    info["accent_color_id"] = (chat.key.chat.unsigned_abs() % 7).into();
    info["max_reaction_count"] = 11.into();
    info["accepted_gift_types"] = json!({
        "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
        "gifts_from_channels": false,
    });
    let private = chat.kind == ChatKind::Private;
    let name = if private { world.account(key.chat)?.username.clone() } else { chat.username.clone() };
    if let Some(name) = name {
        info["active_usernames"] = json!([name]);
    }
    let picture =
        if private { world.account(key.chat)?.pictures.first().cloned() } else { Some(chat.picture.clone()) };
    if let Some((small, big)) = picture.as_ref().and_then(|sizes| sizes.first().zip(sizes.last())) {
        info["photo"] = portrait(world, *small, *big, ask.bot);
    }
    if let Some(description) = &chat.description {
        info["description"] = description.clone().into();
    }
    if let Some(reactions) = &chat.reactions {
        info["available_reactions"] = reactions.iter().map(|emoji| reaction(emoji)).collect();
    }
    if let Some(message) = chat.pinned.last().and_then(|id| chat.messages.get(id)) {
        info["pinned_message"] = world.view(chat, message, ask.bot);
    }
    if let Some(linked) = chat.linked {
        info["linked_chat_id"] = linked.into();
    }
    if matches!(chat.kind, ChatKind::Group | ChatKind::Supergroup) {
        info["permissions"] = chat.permissions();
    }
    Ok(info)
}

fn reaction(name: &str) -> Value {
    if name.bytes().all(|byte| byte.is_ascii_digit()) {
        json!({"type": "custom_emoji", "custom_emoji_id": name})
    } else {
        json!({"type": "emoji", "emoji": name})
    }
}

fn portrait(world: &World, small: FileNo, big: FileNo, bot: i64) -> Value {
    json!({
        "small_file_id": world.files.id(small, bot), "small_file_unique_id": world.files.unique(small),
        "big_file_id": world.files.id(big, bot), "big_file_unique_id": world.files.unique(big),
    })
}

fn readable(world: &World, ask: &Ask<'_>) -> Result<Key, Refusal> {
    let key = world.chat_of(ask)?;
    let chat = world.at(key)?;
    if chat.kind == ChatKind::Channel && !chat.member(ask.bot).admin() {
        return Err(Refusal::bad("member list is inaccessible"));
    }
    Ok(key)
}

pub fn get_chat_member(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = readable(world, ask)?;
    let id = ask.params.user_id()?;
    let account = world.account(id)?;
    Ok(world.at(key)?.member_view(account, false))
}

pub fn get_chat_administrators(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = readable(world, ask)?;
    let chat = world.at(key)?;
    if chat.kind == ChatKind::Private {
        return Err(Refusal::bad("there are no administrators in the private chat"));
    }
    let bots = ask.params.flag("return_bots").unwrap_or(false);
    let shown = |id: &i64| *id == ask.bot || bots || !world.bots.contains_key(id);
    let admins = chat.members.iter().filter(|(id, member)| member.admin() && shown(id));
    let views =
        admins.filter_map(|(id, _)| world.accounts.get(id)).map(|account| chat.member_view(account, false));
    Ok(views.collect())
}

pub fn get_chat_member_count(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = world.chat_of(ask)?;
    Ok(world.at(key)?.members.values().filter(|member| member.present()).count().into())
}

pub fn get_user_profile_photos(world: &mut World, ask: &Ask<'_>) -> Answer {
    let id = ask.params.user_id()?;
    let known = |id: i64| {
        world.chats.values().any(|chat| {
            chat.members.contains_key(&ask.bot)
                && chat.members.get(&id).is_some_and(|m| m.status != Status::Left)
        })
    };
    let account = world.account(id)?;
    if id != ask.bot && !known(id) {
        return Err(Refusal::bad("user not found"));
    }
    let all: &[Vec<FileNo>] = if account.hides_pictures { &[] } else { &account.pictures };
    let offset = usize::try_from(ask.params.int("offset").unwrap_or(0)).unwrap_or(0);
    let limit = usize::try_from(ask.params.int("limit").unwrap_or(100).clamp(1, 100)).unwrap_or(100);
    let view =
        |sizes: &Vec<FileNo>| sizes.iter().map(|no| world.files.view_size(*no, ask.bot)).collect::<Value>();
    let photos: Vec<Value> = all.iter().skip(offset).take(limit).map(view).collect();
    Ok(json!({"total_count": all.len(), "photos": photos}))
}

pub fn get_file(world: &mut World, ask: &Ask<'_>) -> Answer {
    let id = ask.params.text("file_id").filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Refusal::bad("file_id not specified"))?;
    let no = world.files.find(&id, ask.bot).ok_or_else(|| Refusal::bad("invalid file_id"))?;
    if world.files.get(no).size > FETCHABLE {
        return Err(Refusal::bad("file is too big"));
    }
    let bot = world.bots.get_mut(&ask.bot).ok_or_else(Refusal::unauthorized)?;
    bot.fetchable.insert(no);
    Ok(world.files.view_path(no, ask.bot))
}
