//! A chat as its members see it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    chats::{Chat, Key},
    media::MediaKind,
    messages::Message,
    refusal::Refusal,
    text::{self, Entity},
    world::World,
};

/// A message as the members of its chat see it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The message's id.
    pub id: i64,
    /// Seconds since 1970.
    pub date: i64,
    /// When it was last changed, seconds since 1970.
    pub edited: Option<i64>,
    /// The name shown above it.
    pub author: String,
    /// The account or chat of that name.
    pub author_id: i64,
    /// The words, or the caption.
    pub text: String,
    /// Their formatting.
    pub entities: Vec<Entity>,
    /// Both as HTML.
    pub html: String,
    /// The file.
    pub media: Option<File>,
    /// The message it answers.
    pub reply_to: Option<i64>,
    /// The words of that message which it quotes.
    pub quote: Option<String>,
    /// The topic or thread.
    pub thread: Option<i64>,
    /// The album.
    pub album: Option<String>,
    /// Emoji by the id of the one who reacted.
    pub reactions: BTreeMap<i64, Vec<String>>,
    /// Whether it tells something instead of saying it.
    pub service: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Everything else: `poll`, `location`, `new_chat_members`, `forward_origin`, …
    pub more: Map<String, Value>,
}

/// A file as people see it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// What it was sent as.
    pub kind: MediaKind,
    /// Its name.
    pub name: Option<String>,
    /// Its MIME type.
    pub mime: Option<String>,
    /// Its size, bytes.
    pub size: u64,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Seconds.
    pub duration: u32,
    /// Whether it is hidden until asked for.
    pub spoiler: bool,
}

impl World {
    /// A chat's messages, oldest first.
    pub fn transcript(&self, key: Key) -> Result<Vec<Line>, Refusal> {
        let chat = self.at(key)?;
        Ok(chat.messages.values().map(|message| self.line(chat, message)).collect())
    }

    fn line(&self, chat: &Chat, message: &Message) -> Line {
        let (author_id, author) = match message.sender_chat.and_then(|id| self.chat(id)) {
            Some(sender) => (sender.key.chat, sender.title.clone()),
            None => {
                let id = message.from.unwrap_or(message.actor);
                (id, self.accounts.get(&id).map_or_else(String::new, super::accounts::Account::full_name))
            }
        };
        let mut more = message.more.clone();
        if let Some(poll) = &message.poll {
            more.insert("poll".into(), poll.view());
        }
        if let Some(markup) = &message.markup {
            more.insert("reply_markup".into(), markup.clone());
        }
        let shown = |reaction: &Value| match reaction["type"].as_str() {
            Some("emoji") => reaction["emoji"].as_str().unwrap_or("").to_owned(),
            Some("custom_emoji") => format!("custom:{}", reaction["custom_emoji_id"].as_str().unwrap_or("")),
            _ => "paid".to_owned(),
        };
        let reactions = message.reactions.iter().map(|(id, given)| (*id, given.iter().map(shown).collect()));
        let reply = message.reply.as_ref();
        Line {
            id: message.id,
            date: message.date,
            edited: message.edited,
            author,
            author_id,
            text: message.text.text.clone(),
            entities: message.text.entities.clone(),
            html: text::to_html(&message.text),
            media: self.shown_file(message),
            reply_to: reply.map(|reply| reply.message).filter(|id| *id != 0),
            quote: reply.and_then(|reply| Some(reply.quote.as_ref()?["text"].as_str()?.to_owned())),
            thread: message.thread,
            album: message.album.clone(),
            reactions: reactions.collect(),
            service: message.service,
            pinned: chat.pinned.contains(&message.id),
            more,
        }
    }

    fn shown_file(&self, message: &Message) -> Option<File> {
        let media = message.media.as_ref()?;
        let file = self.files.get(media.file()?);
        Some(File {
            kind: media.kind,
            name: file.name.clone(),
            mime: file.mime.clone(),
            size: file.size,
            sha256: file.sha256.clone(),
            width: file.width,
            height: file.height,
            duration: file.duration,
            spoiler: media.spoiler,
        })
    }

    /// A chat with its members and topics, for a look at the whole.
    #[must_use]
    pub fn describe(&self, chat: &Chat) -> Value {
        let members = chat.members.keys().filter_map(|id| self.accounts.get(id));
        json!({
            "id": chat.key.chat, "bot": chat.key.bot, "chat": self.chat_view(chat), "migrated_to": chat.migrated_to,
            "members": members.map(|account| chat.member_view(account, false)).collect::<Vec<_>>(),
            "topics": chat.topics.iter().map(|(id, t)| json!({"id": id, "name": t.name, "closed": t.closed})).collect::<Vec<_>>(),
            "messages": chat.messages.len(),
        })
    }
}
