//! Saying something, and changing it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Given, Words};
use crate::telegram::{
    chats::{Chat, ChatKind, Key},
    messages::{Message, Reply},
    methods::{CAPTION, TEXT},
    polls::Poll,
    refusal::Refusal,
    text::{self, Entity, Formatted, units},
    world::World,
};

/// What a person says, in all its parts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Speech {
    /// The words, or the caption.
    #[serde(flatten)]
    pub words: Words,
    /// The file.
    #[serde(default)]
    pub media: Option<Given>,
    /// The message it answers.
    #[serde(default)]
    pub reply_to: Option<i64>,
    /// The part of that message which is quoted.
    #[serde(default)]
    pub quote: Option<String>,
    /// The topic, or the post that is commented on.
    #[serde(default)]
    pub thread: Option<i64>,
    /// The chat in whose name it is said: the group itself, or a channel.
    #[serde(default)]
    pub speak_as: Option<i64>,
    /// A `Location`.
    #[serde(default)]
    pub location: Option<Value>,
    /// A `Venue`.
    #[serde(default)]
    pub venue: Option<Value>,
    /// A `Contact`.
    #[serde(default)]
    pub contact: Option<Value>,
    /// A `Dice`.
    #[serde(default)]
    pub dice: Option<Value>,
    /// A `Checklist`.
    #[serde(default)]
    pub checklist: Option<Value>,
    /// `LinkPreviewOptions`.
    #[serde(default)]
    pub link_preview_options: Option<Value>,
    /// `{"question", "options": ["…"], "is_anonymous"?}`
    #[serde(default)]
    pub poll: Option<Map<String, Value>>,
    /// The bot through which it is said.
    #[serde(default)]
    pub via_bot: Option<i64>,
}

impl Speech {
    /// Plain words.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self { words: Words { text: text.to_owned(), ..Words::default() }, ..Self::default() }
    }
}

impl World {
    fn words(&self, words: &Words, most: usize) -> Result<Formatted, Refusal> {
        let parsed = match &words.html {
            Some(html) => text::parse_html(html)?,
            None => Formatted { text: words.text.clone(), entities: words.entities.clone() },
        };
        let formatted = text::settle(&parsed.text, parsed.entities, &|id| self.user(id))?;
        if units(&formatted.text) > most {
            return Err(Refusal::bad("message is too long"));
        }
        Ok(formatted)
    }

    /// The content of a message.
    fn content(&mut self, speech: &Speech) -> Result<Message, Refusal> {
        let most = if speech.media.is_some() { CAPTION } else { TEXT };
        let mut message = Message { text: self.words(&speech.words, most)?, ..Message::default() };
        if let Some(given) = &speech.media {
            message.media = Some(self.given(given)?);
        }
        // With what no object of that type is without (Bot API, "Available types").
        let parts: [(&str, &Option<Value>, &[&str]); 6] = [
            ("location", &speech.location, &["latitude", "longitude"]),
            ("venue", &speech.venue, &["location", "title", "address"]),
            ("contact", &speech.contact, &["phone_number", "first_name"]),
            ("dice", &speech.dice, &["emoji", "value"]),
            ("checklist", &speech.checklist, &["title", "tasks"]),
            ("link_preview_options", &speech.link_preview_options, &[]),
        ];
        for (key, value, needs) in parts {
            if let Some(value) = value {
                if let Some(missing) = needs.iter().find(|need| value[**need].is_null()) {
                    return Err(Refusal::bad(format!("a {key} has a {missing}")));
                }
                message.more.insert(key.into(), value.clone());
            }
        }
        if let Some(venue) = &speech.venue {
            message.more.insert("location".into(), venue["location"].clone());
        }
        if let Some(fields) = &speech.poll {
            let id = format!("53320000000{:08}", self.serial());
            let params = crate::telegram::params::Params { fields: fields.clone(), ..Default::default() };
            message.poll = Some(Poll::asked(&params, id)?);
        }
        if let Some(bot) = speech.via_bot {
            message.more.insert("via_bot".into(), self.account(bot)?.user());
        }
        Ok(message)
    }

    fn check_speaker(chat: &Chat, person: i64, speech: &Speech) -> Result<(), Refusal> {
        let permission = speech.media.as_ref().map_or("can_send_messages", |given| given.kind.permission());
        let member = chat.member(person);
        if !member.present() && speech.speak_as.is_none() {
            return Err(Refusal::bad("that person is not in the chat"));
        }
        let closed = match speech.thread {
            Some(topic) => chat.topics.get(&topic).is_some_and(|topic| topic.closed),
            None => chat.forum && chat.general_closed,
        };
        let may = match chat.kind {
            ChatKind::Channel => member.has("can_post_messages"),
            _ => {
                speech.speak_as.is_some()
                    || chat.may(person, permission) && chat.may(person, "can_send_messages")
            }
        };
        if !may || closed && !member.has("can_manage_topics") {
            return Err(Refusal::bad("that person may not send this to the chat"));
        }
        Ok(())
    }

    /// Somebody says something. Answers the message's id.
    pub fn say(&mut self, key: Key, person: i64, speech: &Speech) -> Result<i64, Refusal> {
        Self::check_speaker(self.at(key)?, person, speech)?;
        let mut message = self.content(speech)?;
        let empty = message.text.text.is_empty() && message.media.is_none() && message.poll.is_none();
        if empty && message.more.is_empty() {
            return Err(Refusal::bad("message text is empty"));
        }
        self.direct(key, person, speech, &mut message)?;
        self.post(key, message)
    }

    /// Puts speaker, thread and reply on a message.
    fn direct(&self, key: Key, person: i64, speech: &Speech, message: &mut Message) -> Result<(), Refusal> {
        message.actor = person;
        self.sign(key, message, speech.speak_as)?;
        let chat = self.at(key)?;
        if let Some(id) = speech.reply_to {
            let replied =
                chat.messages.get(&id).ok_or_else(|| Refusal::bad("message to be replied not found"))?;
            let quote = speech.quote.as_deref().map(|quote| quoted(replied, quote)).transpose()?;
            message.reply = Some(Reply { message: id, quote, external: None });
            (message.thread, message.topic) = crate::telegram::methods::follow(chat, replied);
        }
        if let Some(thread) = speech.thread {
            let topic = chat.topics.contains_key(&thread);
            if !topic && !chat.messages.contains_key(&thread) {
                return Err(Refusal::bad("message thread not found"));
            }
            message.thread = Some(thread);
            message.topic = topic;
            if !topic && message.reply.is_none() {
                message.reply = Some(Reply { message: thread, ..Reply::default() });
            }
        }
        Ok(())
    }

    /// Somebody sends an album. Answers the messages' ids.
    pub fn say_album(&mut self, key: Key, person: i64, items: &[Speech]) -> Result<Vec<i64>, Refusal> {
        if !(2..=10).contains(&items.len()) || items.iter().any(|item| item.media.is_none()) {
            return Err(Refusal::bad("an album has 2-10 files"));
        }
        let album = format!("1357{:014}", self.serial());
        let mut made = Vec::new();
        for item in items {
            Self::check_speaker(self.at(key)?, person, item)?;
            let mut message = self.content(item)?;
            self.direct(key, person, item, &mut message)?;
            message.album = Some(album.clone());
            made.push(message);
        }
        made.into_iter().map(|message| self.post(key, message)).collect()
    }

    /// Somebody changes their message.
    pub fn edit(&mut self, key: Key, person: i64, id: i64, speech: &Speech) -> Result<Vec<i64>, Refusal> {
        let new = self.content(speech)?;
        let now = self.clock.seconds();
        let message = self.message_mut(key, id).ok_or_else(|| Refusal::bad("message to edit not found"))?;
        if message.actor != person || message.service {
            return Err(Refusal::bad("message can't be edited"));
        }
        message.text = new.text;
        message.media = new.media.or(message.media.take());
        message.more.extend(new.more);
        message.edited = Some(now);
        self.announce(key, id, true);
        Ok(vec![id])
    }

    /// Somebody forwards a message.
    pub fn pass(
        &mut self,
        key: Key,
        person: i64,
        id: i64,
        hidden: bool,
        to: i64,
    ) -> Result<Vec<i64>, Refusal> {
        let chat = self.at(key)?;
        let original = chat.messages.get(&id).filter(|message| !message.service);
        let original = original.ok_or_else(|| Refusal::bad("message to forward not found"))?.clone();
        let mut origin = self.origin(chat, &original);
        if hidden && origin["type"] == "user" {
            let name = self.account(original.actor)?.full_name();
            origin = json!({"type": "hidden_user", "date": original.date, "sender_user_name": name});
        }
        let (text, media, poll, more) = (original.text, original.media, original.poll, original.more);
        let mut copy = Message { text, media, poll, more, ..Message::default() };
        copy.more.remove("is_automatic_forward");
        copy.more.insert("forward_origin".into(), origin);
        let target = Key::of(to);
        Self::check_speaker(self.at(target)?, person, &Speech::default())?;
        self.direct(target, person, &Speech::default(), &mut copy)?;
        self.post(target, copy).map(|id| vec![id])
    }
}

/// A quote of plain words, as a `TextQuote` with the formatting of the original.
fn quoted(replied: &Message, quote: &str) -> Result<Value, Refusal> {
    let at = replied.text.text.find(quote).ok_or_else(|| Refusal::bad("QUOTE_TEXT_INVALID"))?;
    let position = i64::try_from(units(&replied.text.text[..at])).unwrap_or(0);
    let end = position + i64::try_from(units(quote)).unwrap_or(0);
    let cut = |e: &Entity| {
        let (from, to) = (e.offset.max(position), e.end().min(end));
        (from < to).then(|| Entity { offset: from - position, length: to - from, ..e.clone() })
    };
    let entities: Vec<Entity> = replied.text.entities.iter().filter_map(cut).collect();
    let mut view = json!({"text": quote, "position": position, "is_manual": true});
    if !entities.is_empty() {
        view["entities"] = json!(entities);
    }
    Ok(view)
}
