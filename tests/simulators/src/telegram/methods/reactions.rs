//! Reactions.

use serde_json::{Value, json};

use super::{Answer, Ask};
use crate::telegram::{
    chats::Chat,
    json::{Object, Wrong},
    messages::Message,
    refusal::Refusal,
    world::World,
};

/// The emoji that can be reacted with, as [`ReactionTypeEmoji`](https://core.telegram.org/bots/api#reactiontypeemoji)
/// lists them.
pub const EMOJI: [&str; 73] = [
    "❤",
    "👍",
    "👎",
    "🔥",
    "🥰",
    "👏",
    "😁",
    "🤔",
    "🤯",
    "😱",
    "🤬",
    "😢",
    "🎉",
    "🤩",
    "🤮",
    "💩",
    "🙏",
    "👌",
    "🕊",
    "🤡",
    "🥱",
    "🥴",
    "😍",
    "🐳",
    "❤‍🔥",
    "🌚",
    "🌭",
    "💯",
    "🤣",
    "⚡",
    "🍌",
    "🏆",
    "💔",
    "🤨",
    "😐",
    "🍓",
    "🍾",
    "💋",
    "🖕",
    "😈",
    "😴",
    "😭",
    "🤓",
    "👻",
    "👨‍💻",
    "👀",
    "🎃",
    "🙈",
    "😇",
    "😨",
    "🤝",
    "✍",
    "🤗",
    "🫡",
    "🎅",
    "🎄",
    "☃",
    "💅",
    "🤪",
    "🗿",
    "🆒",
    "💘",
    "🙉",
    "🦄",
    "😘",
    "💊",
    "🙊",
    "😎",
    "👾",
    "🤷‍♂",
    "🤷",
    "🤷‍♀",
    "😡",
];

/// The reaction as it is kept, if it may be given to that message in that chat.
pub fn allowed(chat: &Chat, message: &Message, reaction: &Value) -> Option<Value> {
    let listed =
        |name: &str| chat.reactions.as_ref().is_none_or(|list| list.iter().any(|known| known == name));
    match reaction["type"].as_str()? {
        "emoji" => {
            let emoji = reaction["emoji"].as_str().filter(|emoji| EMOJI.contains(emoji) && listed(emoji))?;
            Some(json!({"type": "emoji", "emoji": emoji}))
        }
        "custom_emoji" => {
            let kept =
                json!({"type": "custom_emoji", "custom_emoji_id": reaction["custom_emoji_id"].as_str()?});
            let present = message.reactions.values().flatten().any(|given| *given == kept);
            let named =
                reaction["custom_emoji_id"].as_str().is_some_and(|id| chat.reactions.is_some() && listed(id));
            (present || named).then_some(kept)
        }
        _ => None,
    }
}

fn check(reaction: &Value) -> Result<(), Wrong> {
    let object = Object::item(reaction)?;
    match object.needed_text("type")?.as_str() {
        "emoji" => object.needed_text("emoji").map(|_| ()),
        "custom_emoji" => object.needed_int("custom_emoji_id").map(|_| ()),
        _ => Err("invalid reaction type specified".into()),
    }
}

pub fn set_message_reaction(world: &mut World, ask: &Ask<'_>) -> Answer {
    let id = ask.params.message_id();
    let wanted = ask.params.list("reaction", "reaction types", "ReactionType")?.unwrap_or_default();
    for reaction in &wanted {
        check(reaction).map_err(|why| Refusal::bad(format_args!("can't parse ReactionType: {why}")))?;
    }
    let key = world.chat_of(ask)?;
    let chat = world.at(key)?;
    let message = chat.messages.get(&id).ok_or_else(|| Refusal::bad("message to react not found"))?;
    if message.service {
        return Err(Refusal::bad("MESSAGE_ID_INVALID"));
    }
    if wanted.len() > 1 {
        return Err(Refusal::bad("REACTIONS_TOO_MANY"));
    }
    let given: Option<Vec<Value>> = wanted.iter().map(|reaction| allowed(chat, message, reaction)).collect();
    let given = given.ok_or_else(|| Refusal::bad("REACTION_INVALID"))?;
    // A reaction to an album counts on its first message.
    let first = chat.messages.values().find(|other| message.album.is_some() && other.album == message.album);
    let id = first.map_or(id, |first| first.id);
    world.flood(ask.bot, key.chat, 1)?;
    if let Some(message) = world.message_mut(key, id) {
        message.reactions.remove(&ask.bot);
        if !given.is_empty() {
            message.reactions.insert(ask.bot, given);
        }
    }
    Ok(true.into())
}
