//! The bot itself, and small acknowledgements.

use serde_json::json;

use super::{Answer, Ask};
use crate::telegram::{json::Object, refusal::Refusal, world::World};

pub fn get_me(world: &mut World, ask: &Ask<'_>) -> Answer {
    let account = world.account(ask.bot)?;
    let bot = world.bots.get(&ask.bot).ok_or_else(Refusal::unauthorized)?;
    Ok(bot.me(account))
}

pub fn get_webhook_info(world: &mut World, ask: &Ask<'_>) -> Answer {
    let bot = world.bots.get(&ask.bot).ok_or_else(Refusal::unauthorized)?;
    let url = bot.webhook.as_ref().map_or("", |webhook| webhook.url.as_str());
    let mut info = json!({
        "url": url, "has_custom_certificate": false, "pending_update_count": bot.queue.len(),
    });
    if let Some(webhook) = &bot.webhook {
        info["max_connections"] = webhook.max_connections.into();
        if let Some((date, message)) = &webhook.failed {
            info["last_error_date"] = (*date).into();
            info["last_error_message"] = message.clone().into();
        }
    }
    if let Some(kinds) = &bot.allowed {
        info["allowed_updates"] = json!(kinds);
    }
    Ok(info)
}

fn scope(ask: &Ask<'_>) -> Result<String, Refusal> {
    let scope = ask.params.json("scope", "BotCommandScope")?.unwrap_or_else(|| json!({"type": "default"}));
    Ok(format!("{} {}", scope, ask.params.text("language_code").unwrap_or_default()))
}

pub fn set_my_commands(world: &mut World, ask: &Ask<'_>) -> Answer {
    let commands = ask.params.list("commands", "commands", "BotCommand")?.unwrap_or_default();
    for command in &commands {
        Object::item(command)
            .and_then(|object| object.needed_text("command").and_then(|_| object.needed_text("description")))
            .map_err(|why| Refusal::bad(format_args!("can't parse BotCommand: {why}")))?;
    }
    if commands.len() > 100 {
        return Err(Refusal::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    for command in &commands {
        let name = command["command"].as_str().unwrap_or("").trim_start_matches('/');
        let described =
            command["description"].as_str().is_some_and(|d| (1..=256).contains(&d.chars().count()));
        if !(1..=32).contains(&name.len()) || !name.chars().all(plain) {
            return Err(Refusal::bad("BOT_COMMAND_INVALID"));
        }
        if !described {
            return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    let bot = world.bots.get_mut(&ask.bot).ok_or_else(Refusal::unauthorized)?;
    bot.commands.insert(scope(ask)?, commands.into());
    Ok(true.into())
}

pub fn get_my_commands(world: &mut World, ask: &Ask<'_>) -> Answer {
    let bot = world.bots.get(&ask.bot).ok_or_else(Refusal::unauthorized)?;
    Ok(bot.commands.get(&scope(ask)?).cloned().unwrap_or_else(|| json!([])))
}

pub fn delete_my_commands(world: &mut World, ask: &Ask<'_>) -> Answer {
    let bot = world.bots.get_mut(&ask.bot).ok_or_else(Refusal::unauthorized)?;
    bot.commands.remove(&scope(ask)?);
    Ok(true.into())
}

pub fn answer_callback_query(world: &mut World, ask: &Ask<'_>) -> Answer {
    let id = ask.params.text("callback_query_id").unwrap_or_default();
    let bot = world.bots.get_mut(&ask.bot).ok_or_else(Refusal::unauthorized)?;
    if bot.queries.remove(&id) {
        return Ok(true.into());
    }
    Err(Refusal::bad("query is too old and response timeout expired or query ID is invalid"))
}

pub fn send_chat_action(world: &mut World, ask: &Ask<'_>) -> Answer {
    const KNOWN: [&str; 11] = [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ];
    let action = ask.params.text("action").unwrap_or_default().to_lowercase();
    if !KNOWN.contains(&action.as_str()) {
        return Err(Refusal::bad("wrong parameter action in request"));
    }
    world.target(ask, "can_send_messages")?;
    Ok(true.into())
}
