//! What a message says: its words, its files, and what it is about.

use contract::{Block, Body, Media, MediaKind, MessageId, Phrase, Span, Text};
use serde_json::Value;

use super::{Listener, full_name};
use crate::text::{self, Entity};

impl Listener {
    /// What a message says: never nothing.
    pub(super) fn body(&self, message: &Value) -> Body {
        let mut blocks = Vec::new();
        blocks.extend(forwarded_from(message).map(line));
        blocks.extend(self.quote(message));
        let media: Vec<Media> = media(message).into_iter().collect();
        let words = self.words(message);
        let said = !words.is_empty() || !media.is_empty();
        blocks.extend(words.0);
        blocks.extend(other_content(message));
        if !said && blocks.is_empty() {
            blocks.push(line(Phrase::new("unknown-message")));
        }
        let (reply_to, thread) = (reply_to(message), thread(message));
        Body { media, reply_to, thread, ..Body::of(Text(blocks).normal()) }
    }

    fn words(&self, message: &Value) -> Text {
        for (text, entities) in [("text", "entities"), ("caption", "caption_entities")] {
            if let Some(words) = message[text].as_str() {
                return text::read(words, &entities_of(&message[entities]), &self.network);
            }
        }
        match message.get("rich_message") {
            Some(rich) => Text::plain(&all_texts(rich)),
            None => Text::default(),
        }
    }

    /// What is quoted of another message, where the reply alone does not show it.
    fn quote(&self, message: &Value) -> Option<Block> {
        let quote = &message["quote"];
        let wanted = quote["is_manual"] == true || message.get("external_reply").is_some();
        let words = quote["text"].as_str().filter(|_| wanted)?;
        Some(Block::Quote(text::read(words, &entities_of(&quote["entities"]), &self.network).0))
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

fn forwarded_from(message: &Value) -> Option<Phrase> {
    let origin = message.get("forward_origin")?;
    let chat = |key: &str| origin[key]["title"].as_str().map(str::to_owned);
    let name = match origin["type"].as_str()? {
        "user" => Some(full_name(&origin["sender_user"])),
        "hidden_user" => origin["sender_user_name"].as_str().map(str::to_owned),
        "chat" => chat("sender_chat"),
        _ => chat("chat"),
    };
    Some(Phrase::new("forwarded-from").with("name", name.unwrap_or_else(|| "?".to_owned())))
}

/// The file of a message.
fn media(message: &Value) -> Option<Media> {
    let (kind, file) = file(message)?;
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
        // No browser shows Telegram's vector animations; their thumbnail is a picture of them.
        let shown = sticker.get("thumbnail").filter(|_| sticker["is_animated"] == true).unwrap_or(sticker);
        return Some((MediaKind::Sticker, shown));
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

/// What is neither words nor a file: a line saying what it is.
fn other_content(message: &Value) -> Vec<Block> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let get = |key: &str| message.get(key);
    if let Some(venue) = get("venue") {
        let phrase = Phrase::new("venue")
            .with("title", text(&venue["title"]))
            .with("address", text(&venue["address"]));
        return vec![place(phrase, &venue["location"])];
    }
    if let Some(location) = get("location") {
        return match location.get("live_period") {
            // It moves by edits: where it was first is not worth telling.
            Some(_) => vec![line(Phrase::new("live-location"))],
            None => vec![place(Phrase::new("location").with("place", coordinates(location)), location)],
        };
    }
    if let Some(contact) = get("contact") {
        // The number is not ours to tell.
        return vec![line(Phrase::new("contact").with("name", full_name(contact)))];
    }
    if let Some(dice) = get("dice") {
        let phrase = Phrase::new("dice").with("emoji", text(&dice["emoji"]));
        return vec![line(phrase.with("value", dice["value"].as_i64().unwrap_or_default()))];
    }
    if let Some(poll) = get("poll") {
        let title = line(Phrase::new("poll").with("question", text(&poll["question"])));
        return vec![title, list(&poll["options"], "text")];
    }
    if let Some(checklist) = get("checklist") {
        let title = line(Phrase::new("checklist").with("title", text(&checklist["title"])));
        return vec![title, list(&checklist["tasks"], "text")];
    }
    if let Some(game) = get("game") {
        return vec![line(Phrase::new("game").with("title", text(&game["title"])))];
    }
    let keys = [("story", Phrase::new("story")), ("paid_media", Phrase::new("paid-media"))];
    keys.into_iter().filter(|(key, _)| get(key).is_some()).map(|(_, phrase)| line(phrase)).collect()
}

fn list(items: &Value, key: &str) -> Block {
    let items = items.as_array().into_iter().flatten().take(100);
    let item = |item: &Value| {
        vec![Block::Paragraph(vec![Span::Plain(item[key].as_str().unwrap_or("?").to_owned())])]
    };
    Block::List { start: None, items: items.map(item).collect() }
}

fn coordinates(location: &Value) -> String {
    let number = |key: &str| location[key].as_f64().unwrap_or_default();
    format!("{:.5}, {:.5}", number("latitude"), number("longitude"))
}

fn place(phrase: Phrase, location: &Value) -> Block {
    let number = |key: &str| location[key].as_f64().unwrap_or_default();
    let url =
        format!("https://www.openstreetmap.org/?mlat={}&mlon={}", number("latitude"), number("longitude"));
    let link = Span::Link { url: url.clone(), spans: vec![Span::Plain(url)] };
    Block::Paragraph(vec![Span::Phrase(phrase), Span::Break, link])
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
