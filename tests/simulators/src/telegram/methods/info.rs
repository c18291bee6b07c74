//! The name, the description and the picture of a chat.

use serde_json::json;

use super::{Answer, Ask};
use crate::telegram::{
    chats::{ChatKind, Key},
    media::MediaKind,
    refusal::Refusal,
    text::units,
    world::World,
};

fn changeable(world: &World, ask: &Ask<'_>, what: &str) -> Result<Key, Refusal> {
    let key = world.chat_of(ask)?;
    let chat = world.at(key)?;
    if chat.kind == ChatKind::Private {
        return Err(Refusal::bad(format_args!("can't {what} in private chats")));
    }
    if !chat.member(ask.bot).has("can_change_info") {
        return Err(Refusal::bad(format_args!("not enough rights to {what}")));
    }
    Ok(key)
}

pub fn set_chat_title(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = changeable(world, ask, "change chat title")?;
    let title = ask.params.text("title").unwrap_or_default().trim().to_owned();
    if title.is_empty() {
        return Err(Refusal::bad("title must be non-empty"));
    }
    if units(&title) > 128 {
        return Err(Refusal::bad("title is too long"));
    }
    world.at_mut(key)?.title.clone_from(&title);
    world.tell(key, ask.bot, &json!({"new_chat_title": title}), None)?;
    Ok(true.into())
}

pub fn set_chat_description(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = changeable(world, ask, "set chat description")?;
    let words = ask.params.text("description").unwrap_or_default().trim().to_owned();
    if units(&words) > 255 {
        return Err(Refusal::bad("CHAT_ABOUT_TOO_LONG"));
    }
    let new = Some(words).filter(|words| !words.is_empty());
    let description = &mut world.at_mut(key)?.description;
    if *description == new {
        return Err(Refusal::bad("chat description is not modified"));
    }
    *description = new;
    Ok(true.into())
}

pub fn set_chat_photo(world: &mut World, ask: &Ask<'_>) -> Answer {
    let named = ask.params.text("photo").filter(|given| !given.is_empty());
    let attached = |part: &str| ask.params.files.contains_key(part);
    if !attached("photo")
        && !named.as_deref().and_then(|given| given.strip_prefix("attach://")).is_some_and(attached)
    {
        let why = if named.is_some() {
            "photo must be uploaded as an InputFile"
        } else {
            "there is no photo in the request"
        };
        return Err(Refusal::bad(why));
    }
    let key = changeable(world, ask, "change chat photo")?;
    let media = world.file(ask, ask.params, "photo", MediaKind::Photo)?;
    world.at_mut(key)?.picture.clone_from(&media.sizes);
    world.tell(key, ask.bot, &json!({"new_chat_photo": {"$files": media.sizes}}), None)?;
    Ok(true.into())
}

pub fn delete_chat_photo(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = changeable(world, ask, "change chat photo")?;
    world.at_mut(key)?.picture.clear();
    world.tell(key, ask.bot, &json!({"delete_chat_photo": true}), None)?;
    Ok(true.into())
}
