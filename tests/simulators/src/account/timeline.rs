//! A room as its members see it.

use std::{
    collections::BTreeMap,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use reqwest::Method;
use serde_json::Value;

use super::{Account, encode, text};

/// The homeserver remembers its answer to the very same question: each is asked another way.
static ASKED: AtomicU64 = AtomicU64::new(0);

/// A message as a member sees it: with its edits, without those taken back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// The event's id.
    pub id: String,
    /// Who sent it.
    pub sender: String,
    /// The name they have in the room.
    pub name: String,
    /// `m.text`, `m.notice`, `m.image`, `m.sticker`…
    pub kind: String,
    /// The words.
    pub body: String,
    /// The words as HTML.
    pub html: Option<String>,
    /// Whether it was changed.
    pub edited: bool,
    /// Who reacted with what.
    pub reactions: BTreeMap<String, Vec<String>>,
    /// The message it answers.
    pub reply_to: Option<String>,
    /// The first message of its thread.
    pub thread: Option<String>,
    /// Its file.
    pub file: Option<File>,
    /// When it was said, milliseconds since 1970.
    pub at: i64,
}

/// A file of a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// Its `mxc://` address.
    pub url: String,
    /// Its name.
    pub name: String,
    /// Its MIME type.
    pub mime: String,
    /// Bytes, as the message says.
    pub size: u64,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.body)?;
        for (emoji, who) in &self.reactions {
            write!(f, " [{emoji} {}]", who.len())?;
        }
        Ok(())
    }
}

impl Account {
    /// Every event of the room that this person may see, oldest first.
    pub async fn raw_timeline(&self, room: &str) -> Vec<Value> {
        let mut events = Vec::new();
        let mut from = String::new();
        loop {
            let path = format!("/rooms/{}/messages?dir=b&limit=500{from}", encode(room));
            let Ok(page) = self.ask(Method::GET, &path, None).await else { return Vec::new() };
            let chunk = page["chunk"].as_array().cloned().unwrap_or_default();
            let end = page["end"].as_str().filter(|_| !chunk.is_empty());
            events.extend(chunk);
            match end {
                Some(end) => from = format!("&from={}", encode(end)),
                None => break,
            }
        }
        events.reverse();
        events
    }

    /// Who writes in the room just now, as an `m.typing` event; nothing when nobody does.
    pub async fn writing(&self, room: &str) -> Option<Value> {
        let filter =
            serde_json::json!({ "room": { "rooms": [room], "timeline": { "limit": 1 } } }).to_string();
        let asked = ASKED.fetch_add(1, Ordering::Relaxed);
        let path = format!("/sync?timeout={asked}&filter={}", encode(&filter));
        let sync = self.ask(Method::GET, &path, None).await.ok()?;
        let events = sync["rooms"]["join"][room]["ephemeral"]["events"].as_array()?;
        events.iter().find(|event| event["type"] == "m.typing").cloned()
    }

    /// The room as this person sees it, oldest first.
    pub async fn timeline(&self, room: &str) -> Vec<Line> {
        let events = self.raw_timeline(room).await;
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for event in events.iter().filter(|event| event["type"] == "m.room.member") {
            if let Some(name) = event["content"]["displayname"].as_str() {
                names.insert(text(&event["state_key"]), name.to_owned());
            }
        }
        let mut lines: Vec<Line> = events.iter().filter_map(|event| line(event, &names)).collect();
        for event in &events {
            apply(event, &mut lines);
        }
        lines
    }
}

fn line(event: &Value, names: &BTreeMap<String, String>) -> Option<Line> {
    let content = &event["content"];
    let kind = match event["type"].as_str()? {
        "m.room.message" => text(&content["msgtype"]),
        "m.sticker" => "m.sticker".to_owned(),
        _ => return None,
    };
    let relation = &content["m.relates_to"];
    if kind.is_empty() || relation["rel_type"] == "m.replace" {
        return None;
    }
    let sender = text(&event["sender"]);
    let is_threaded = relation["rel_type"] == "m.thread";
    let answers = !(is_threaded && relation["is_falling_back"] == true);
    let file = content["url"].as_str().map(|url| File {
        url: url.to_owned(),
        name: content["filename"].as_str().or(content["body"].as_str()).unwrap_or_default().to_owned(),
        mime: text(&content["info"]["mimetype"]),
        size: content["info"]["size"].as_u64().unwrap_or_default(),
    });
    Some(Line {
        id: text(&event["event_id"]),
        name: names.get(&sender).cloned().unwrap_or_else(|| sender.clone()),
        sender,
        kind,
        body: text(&content["body"]),
        html: content["formatted_body"].as_str().map(str::to_owned),
        edited: false,
        reactions: BTreeMap::new(),
        reply_to: relation["m.in_reply_to"]["event_id"].as_str().filter(|_| answers).map(str::to_owned),
        thread: relation["event_id"].as_str().filter(|_| is_threaded).map(str::to_owned),
        file,
        at: event["origin_server_ts"].as_i64().unwrap_or_default(),
    })
}

/// Edits and reactions. Those taken back have no content any more.
fn apply(event: &Value, lines: &mut [Line]) {
    let relation = &event["content"]["m.relates_to"];
    let Some(target) = relation["event_id"].as_str() else { return };
    let Some(line) = lines.iter_mut().find(|line| line.id == target) else { return };
    match relation["rel_type"].as_str() {
        Some("m.replace") if event["sender"] == line.sender.as_str() => {
            let new = &event["content"]["m.new_content"];
            line.body = text(&new["body"]);
            line.html = new["formatted_body"].as_str().map(str::to_owned);
            line.edited = true;
        }
        Some("m.annotation") => {
            line.reactions.entry(text(&relation["key"])).or_default().push(text(&event["sender"]));
        }
        _ => {}
    }
}
