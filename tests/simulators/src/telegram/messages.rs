//! Messages, and how a bot sees them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{chats::Chat, media::Media, polls::Poll, text::Formatted, world::World};

/// The account that stands for anonymous administrators.
pub const ANONYMOUS: i64 = 1_087_968_824;
/// The account that stands for channels that speak in groups.
pub const CHANNEL: i64 = 136_817_688;
/// The account that brings a channel's posts into its discussion group.
pub const TELEGRAM: i64 = 777_000;

/// What a message answers.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The message, in the same chat.
    pub message: i64,
    /// The part of it that is quoted.
    pub quote: Option<Value>,
    /// Instead of a message here: `external_reply`.
    pub external: Option<Value>,
}

/// A message.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// Its id in its chat.
    pub id: i64,
    /// Seconds.
    pub date: i64,
    /// Seconds; when it was last changed.
    pub edited: Option<i64>,
    /// The account shown as its sender; none in channels.
    pub from: Option<i64>,
    /// The account that really did it.
    pub actor: i64,
    /// The chat in whose name it was sent.
    pub sender_chat: Option<i64>,
    /// The author's signature or title.
    pub signature: Option<String>,
    /// The text, or the caption of media.
    pub text: Formatted,
    /// The file.
    pub media: Option<Media>,
    /// The poll.
    pub poll: Option<Poll>,
    /// Everything else: location, contact, dice, and what service messages tell.
    pub more: Map<String, Value>,
    /// Whether it tells something instead of saying it.
    pub service: bool,
    /// What it answers.
    pub reply: Option<Reply>,
    /// The topic, or the root of the thread.
    pub thread: Option<i64>,
    /// Whether `thread` is a topic.
    pub topic: bool,
    /// The album it belongs to.
    pub album: Option<String>,
    /// Who reacted with what.
    pub reactions: BTreeMap<i64, Vec<Value>>,
    /// The keyboard below it.
    pub markup: Option<Value>,
}

impl Message {
    /// Whether two messages show the same, for "message is not modified".
    #[must_use]
    pub fn shows_same(&self, other: &Self) -> bool {
        self.text == other.text
            && self.media == other.media
            && self.more == other.more
            && self.markup == other.markup
    }
}

impl World {
    /// A message as `viewer`, a bot, sees it.
    #[must_use]
    pub fn view(&self, chat: &Chat, message: &Message, viewer: i64) -> Value {
        let mut view = self.view_alone(chat, message, viewer);
        let target = match &message.reply {
            Some(reply) if reply.external.is_none() => Some(reply.message),
            None if message.topic && !message.service => message.thread,
            _ => None,
        };
        if let Some(target) = target.and_then(|id| chat.messages.get(&id)) {
            view.insert("reply_to_message".into(), Value::Object(self.view_alone(chat, target, viewer)));
        }
        if let Some(reply) = &message.reply {
            for (key, value) in [("quote", &reply.quote), ("external_reply", &reply.external)] {
                if let Some(value) = value {
                    view.insert(key.into(), value.clone());
                }
            }
        }
        if let Some(id) = message.more.get("pinned_message").and_then(Value::as_i64) {
            let pinned = match chat.messages.get(&id) {
                Some(pinned) => Value::Object(self.view_alone(chat, pinned, viewer)),
                None => json!({"chat": self.chat_view(chat), "message_id": id, "date": 0}),
            };
            view.insert("pinned_message".into(), pinned);
        }
        Value::Object(view)
    }

    fn view_alone(&self, chat: &Chat, message: &Message, viewer: i64) -> Map<String, Value> {
        let mut view = Map::new();
        view.insert("message_id".into(), message.id.into());
        self.view_sender(message, &mut view);
        view.insert("chat".into(), self.chat_view(chat));
        view.insert("date".into(), message.date.into());
        if let Some(thread) = message.thread {
            view.insert("message_thread_id".into(), thread.into());
        }
        if message.topic {
            view.insert("is_topic_message".into(), true.into());
        }
        if let Some(edited) = message.edited {
            view.insert("edit_date".into(), edited.into());
        }
        if let Some(album) = &message.album {
            view.insert("media_group_id".into(), album.clone().into());
        }
        let (text, entities) =
            if message.media.is_some() { ("caption", "caption_entities") } else { ("text", "entities") };
        if !message.text.text.is_empty() {
            view.insert(text.into(), message.text.text.clone().into());
            if !message.text.entities.is_empty() {
                view.insert(entities.into(), json!(message.text.entities));
            }
        }
        if let Some(media) = &message.media {
            self.files.view_media(media, viewer, &mut view);
        }
        if let Some(poll) = &message.poll {
            view.insert("poll".into(), poll.view());
        }
        for (key, value) in message.more.iter().filter(|(key, _)| *key != "pinned_message") {
            let value = match value.get("$files") {
                Some(numbers) => self.files.view_sizes(numbers, viewer),
                None => value.clone(),
            };
            view.insert(key.clone(), value);
        }
        if let Some(markup) = message.markup.as_ref().filter(|markup| markup.get("inline_keyboard").is_some())
        {
            view.insert("reply_markup".into(), markup.clone());
        }
        view
    }

    fn view_sender(&self, message: &Message, view: &mut Map<String, Value>) {
        if let Some(from) = message.from.and_then(|from| self.accounts.get(&from)) {
            view.insert("from".into(), from.user());
        }
        if let Some(chat) = message.sender_chat.and_then(|chat| self.chat(chat)) {
            view.insert("sender_chat".into(), self.chat_view(chat));
        }
        if let Some(signature) = &message.signature {
            view.insert("author_signature".into(), signature.clone().into());
        }
    }

    /// A chat as a `Chat`.
    #[must_use]
    pub fn chat_view(&self, chat: &Chat) -> Value {
        let person = (chat.key.bot != 0).then(|| self.accounts.get(&chat.key.chat)).flatten();
        chat.view(person)
    }
}
