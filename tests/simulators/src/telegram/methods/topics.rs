//! Forum topics.

use serde_json::{Value, json};

use super::{Answer, Ask};
use crate::telegram::{
    chats::{Key, Topic},
    refusal::Refusal,
    text::units,
    world::World,
};

/// The colour of topics that name none.
const BLUE: i64 = 7_322_096;
const COLORS: [i64; 6] = [7_322_096, 16_766_590, 13_338_331, 9_367_192, 16_749_490, 16_478_047];

impl World {
    /// Opens a topic. Answers its id.
    pub fn open_topic(&mut self, key: Key, actor: i64, topic: Topic) -> Result<i64, Refusal> {
        let mut created = json!({"name": topic.name, "icon_color": topic.icon_color});
        if let Some(icon) = &topic.icon {
            created["icon_custom_emoji_id"] = icon.clone().into();
        }
        let id = self.tell(key, actor, &json!({"forum_topic_created": created}), None)?;
        self.at_mut(key)?.topics.insert(id, topic);
        Ok(id)
    }

    /// Closes or reopens a topic.
    pub fn close_topic(&mut self, key: Key, actor: i64, id: i64, closed: bool) -> Result<i64, Refusal> {
        let topic =
            self.at_mut(key)?.topics.get_mut(&id).ok_or_else(|| Refusal::bad("message thread not found"))?;
        if std::mem::replace(&mut topic.closed, closed) == closed {
            return Err(Refusal::bad("TOPIC_NOT_MODIFIED"));
        }
        let what = if closed { "forum_topic_closed" } else { "forum_topic_reopened" };
        self.tell(key, actor, &json!({what: {}}), Some(id))
    }

    /// Renames a topic.
    pub fn rename_topic(
        &mut self,
        key: Key,
        actor: i64,
        id: i64,
        name: Option<String>,
    ) -> Result<i64, Refusal> {
        let topic =
            self.at_mut(key)?.topics.get_mut(&id).ok_or_else(|| Refusal::bad("message thread not found"))?;
        let name =
            name.filter(|name| *name != topic.name).ok_or_else(|| Refusal::bad("TOPIC_NOT_MODIFIED"))?;
        topic.name.clone_from(&name);
        self.tell(key, actor, &json!({"forum_topic_edited": {"name": name}}), Some(id))
    }
}

fn forum(world: &World, ask: &Ask<'_>) -> Result<Key, Refusal> {
    let key = world.chat_of(ask)?;
    let chat = world.at(key)?;
    if !chat.forum {
        return Err(Refusal::bad("the chat is not a forum"));
    }
    if !chat.member(ask.bot).has("can_manage_topics") {
        return Err(Refusal::bad("not enough rights to manage topics in the chat"));
    }
    Ok(key)
}

fn name(ask: &Ask<'_>) -> Result<Option<String>, Refusal> {
    let name = ask.params.text("name").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    if name.as_deref().is_some_and(|name| units(name) > 128) {
        return Err(Refusal::bad("TOPIC_TITLE_TOO_LONG"));
    }
    Ok(name)
}

fn thread(ask: &Ask<'_>) -> Result<i64, Refusal> {
    ask.params.int("message_thread_id").ok_or_else(|| Refusal::bad("message thread not found"))
}

pub fn create_forum_topic(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = forum(world, ask)?;
    let name = name(ask)?.ok_or_else(|| Refusal::bad("TOPIC_TITLE_EMPTY"))?;
    let icon_color = ask.params.int("icon_color").unwrap_or(BLUE);
    if !COLORS.contains(&icon_color) {
        return Err(Refusal::bad("TOPIC_ICON_COLOR_INVALID"));
    }
    let icon = ask.params.text("icon_custom_emoji_id").filter(|icon| !icon.is_empty());
    let mut answer = json!({"name": name, "icon_color": icon_color});
    if let Some(icon) = &icon {
        answer["icon_custom_emoji_id"] = icon.clone().into();
    }
    let id = world.open_topic(key, ask.bot, Topic { name, icon_color, icon, closed: false })?;
    answer["message_thread_id"] = id.into();
    Ok(answer)
}

pub fn edit_forum_topic(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = forum(world, ask)?;
    world.rename_topic(key, ask.bot, thread(ask)?, name(ask)?)?;
    Ok(true.into())
}

pub fn close_forum_topic(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = forum(world, ask)?;
    world.close_topic(key, ask.bot, thread(ask)?, true)?;
    Ok(Value::Bool(true))
}

pub fn reopen_forum_topic(world: &mut World, ask: &Ask<'_>) -> Answer {
    let key = forum(world, ask)?;
    world.close_topic(key, ask.bot, thread(ask)?, false)?;
    Ok(Value::Bool(true))
}
