//! What a message says: its words, its files, and what it is about.

use contract::{Block, Body, Media, MediaKind, MessageId, Phrase, Span, Text};
use serde_json::Value;

use super::{Listener, cards, full_name};
use crate::{
    stickers,
    text::{self, Entity},
};

impl Listener {
    /// What a message says: never nothing.
    pub(super) fn body(&self, message: &Value) -> Body {
        let media: Vec<Media> = media(message).into_iter().collect();
        let mut text = self.words(message);
        text.0.extend(other_content(message));
        let card = cards::card(message);
        if text.is_empty() && media.is_empty() && card.is_none() {
            text.0.push(line(Phrase::new("unknown-message")));
        }
        Body {
            media,
            reply_to: reply_to(message),
            thread: thread(message),
            card,
            forwarded_from: forwarded_from(message),
            quote: self.quote(message),
            no_preview: message["link_preview_options"]["is_disabled"] == true,
            ..Body::of(text.normal())
        }
    }

    fn words(&self, message: &Value) -> Text {
        for (text, entities) in [("text", "entities"), ("caption", "caption_entities")] {
            if let Some(words) = message[text].as_str() {
                return self.text(words, &message[entities]);
            }
        }
        match message.get("rich_message") {
            Some(rich) => Text::plain(&all_texts(rich)),
            None => Text::default(),
        }
    }

    /// What is quoted of another message, where the reply alone does not show it.
    fn quote(&self, message: &Value) -> Option<Text> {
        let quote = &message["quote"];
        let wanted = quote["is_manual"] == true || message.get("external_reply").is_some();
        let words = quote["text"].as_str().filter(|_| wanted)?;
        Some(self.text(words, &quote["entities"]))
    }

    fn text(&self, words: &str, entities: &Value) -> Text {
        text::read(words, &entities_of(entities), &self.network, &self.usernames)
    }
}

/// The entities that can be read; the others take no word along.
fn entities_of(entities: &Value) -> Vec<Entity> {
    let all = entities.as_array().into_iter().flatten().take(1000);
    all.filter_map(|entity| serde_json::from_value(entity.clone()).ok()).collect()
}

/// The message answered. In a topic everything names the topic's first message, which is no answer.
pub(super) fn reply_to(message: &Value) -> Option<MessageId> {
    let replied = message.get("reply_to_message")?;
    let id = replied["message_id"].as_i64()?;
    let is_root = message["is_topic_message"] == true && message["message_thread_id"].as_i64() == Some(id);
    (!is_root && replied.get("forum_topic_created").is_none()).then(|| id.to_string().into())
}

/// The topic it is in. Without `is_topic_message` a thread is but a tree of replies.
pub(super) fn thread(message: &Value) -> Option<MessageId> {
    let id = message["message_thread_id"].as_i64().filter(|_| message["is_topic_message"] == true)?;
    Some(topic(id))
}

/// A topic's first message, by a name of its own: it is never replied to, and sending into it needs it.
pub(super) fn topic(id: i64) -> MessageId {
    format!("topic:{id}").into()
}

fn line(phrase: Phrase) -> Block {
    Block::Paragraph(vec![Span::Phrase(phrase)])
}

/// Whose words were forwarded (Bot API, `MessageOrigin`).
fn forwarded_from(message: &Value) -> Option<String> {
    let origin = message.get("forward_origin")?;
    let chat = |key: &str| origin[key]["title"].as_str().map(str::to_owned);
    let name = match origin["type"].as_str()? {
        "user" => Some(full_name(&origin["sender_user"])),
        "hidden_user" => origin["sender_user_name"].as_str().map(str::to_owned),
        "chat" => chat("sender_chat"),
        _ => chat("chat"),
    };
    Some(name.unwrap_or_else(|| "?".to_owned()))
}

/// The file of a message.
pub(super) fn media(message: &Value) -> Option<Media> {
    let (kind, file) = file(message)?;
    if file["is_animated"] == true {
        return stickers::media(file);
    }
    let number = |key: &str| file[key].as_u64();
    let pixels = |key: &str| number(key).and_then(|n| u32::try_from(n).ok());
    let name = file["file_name"].as_str().map(|name| name.chars().take(200).collect());
    let mime = match kind {
        MediaKind::Photo => Some("image/jpeg".to_owned()),
        MediaKind::VideoNote => Some("video/mp4".to_owned()),
        MediaKind::Sticker if file["is_video"] == true => Some("video/webm".to_owned()),
        MediaKind::Sticker => Some("image/webp".to_owned()),
        _ => file["mime_type"].as_str().map(|mime| mime.chars().take(100).collect()),
    };
    let side = pixels("length");
    Some(Media {
        name,
        mime,
        size: number("file_size"),
        width: pixels("width").or(side),
        height: pixels("height").or(side),
        duration: number("duration").map(|seconds| seconds * 1000),
        spoiler: message["has_media_spoiler"] == true,
        ..Media::new(kind, file["file_id"].as_str()?, file["file_unique_id"].as_str()?)
    })
}

/// What a message's file is, and the file. GIFs are documents as well: they come first.
fn file(message: &Value) -> Option<(MediaKind, &Value)> {
    if let Some(sizes) = message["photo"].as_array() {
        let pixels =
            |size: &&Value| size["width"].as_u64().unwrap_or(0) * size["height"].as_u64().unwrap_or(0);
        return Some((MediaKind::Photo, sizes.iter().max_by_key(pixels)?));
    }
    if let Some(sticker) = message.get("sticker") {
        return Some((MediaKind::Sticker, sticker));
    }
    let kinds = [
        ("animation", MediaKind::Gif),
        ("video", MediaKind::Video),
        ("video_note", MediaKind::VideoNote),
        ("voice", MediaKind::Voice),
        ("audio", MediaKind::Audio),
        ("document", MediaKind::File),
    ];
    kinds.into_iter().find_map(|(key, kind)| Some((kind, message.get(key)?)))
}

/// What is known only here: a line saying what it is.
fn other_content(message: &Value) -> Vec<Block> {
    let title = |value: &Value| value["title"].as_str().unwrap_or_default().to_owned();
    if let Some(checklist) = message.get("checklist") {
        let head = line(Phrase::new("checklist").with("title", title(checklist)));
        return vec![head, tasks(&checklist["tasks"])];
    }
    if let Some(game) = message.get("game") {
        return vec![line(Phrase::new("game").with("title", title(game)))];
    }
    let keys = [("story", Phrase::new("story")), ("paid_media", Phrase::new("paid-media"))];
    keys.into_iter().filter(|(key, _)| message.get(key).is_some()).map(|(_, phrase)| line(phrase)).collect()
}

/// Tasks, done or not (Bot API, `ChecklistTask`).
fn tasks(tasks: &Value) -> Block {
    let item = |task: &Value| {
        let sign = if task["completion_date"].as_i64().is_some_and(|at| at > 0) { "☑" } else { "☐" };
        let words = format!("{sign} {}", task["text"].as_str().unwrap_or("?"));
        vec![Block::Paragraph(vec![Span::Plain(words)])]
    };
    let tasks = tasks.as_array().into_iter().flatten().take(100);
    Block::List { start: None, items: tasks.map(item).collect() }
}

/// Every text in a tree of blocks that we cannot lay out, a line each.
fn all_texts(rich: &Value) -> String {
    let mut lines = Vec::new();
    let mut left = vec![rich];
    while let Some(value) = left.pop() {
        match value {
            Value::Array(items) => left.extend(items.iter().rev()),
            Value::Object(fields) => {
                let deeper: Vec<&Value> =
                    fields.iter().filter(|(key, _)| *key != "text").map(|(_, v)| v).collect();
                left.extend(deeper.into_iter().rev().filter(|value| value.is_object() || value.is_array()));
                match &fields.get("text") {
                    Some(Value::String(text)) => lines.push(text.as_str()),
                    Some(text) => left.push(text),
                    None => {}
                }
            }
            Value::String(text) => lines.push(text),
            _ => {}
        }
    }
    lines.join("\n")
}
