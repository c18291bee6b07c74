//! Where a message goes: the chat, the topic, the message it answers.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Ask;
use crate::telegram::{
    chats::{Chat, ChatKind, Key, Status},
    messages::{Message, Reply},
    refusal::Refusal,
    text::{self, Entity, Formatted},
    world::World,
};

/// Where a message goes.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The chat.
    pub key: Key,
    /// The topic or the root of the thread.
    pub thread: Option<i64>,
    /// Whether `thread` is a topic.
    pub topic: bool,
    /// What it answers.
    pub reply: Option<Reply>,
}

#[derive(Debug, Default, Deserialize)]
struct ReplyParameters {
    #[serde(default)]
    message_id: i64,
    #[serde(default)]
    chat_id: Option<Value>,
    #[serde(default)]
    allow_sending_without_reply: bool,
    #[serde(default)]
    quote: Option<String>,
    #[serde(default)]
    quote_parse_mode: Option<String>,
    #[serde(default)]
    quote_entities: Vec<Entity>,
    #[serde(default)]
    quote_position: Option<i64>,
}

impl World {
    /// The chat of a call, if the bot is in it.
    pub fn chat_of(&self, ask: &Ask<'_>) -> Result<Key, Refusal> {
        self.enter(ask.bot, &ask.params.text("chat_id").unwrap_or_default())
    }

    /// Where a call wants a message, if the bot may send it there.
    pub fn target(&self, ask: &Ask<'_>, permission: &str) -> Result<Target, Refusal> {
        let key = self.chat_of(ask)?;
        let chat = self.at(key)?;
        Self::may_send(chat, ask.bot, permission)?;
        let mut target = Target { key, ..Target::default() };
        target.reply = self.reply(ask, chat)?;
        let replied = target.reply.as_ref().and_then(|reply| chat.messages.get(&reply.message));
        match (ask.params.int("message_thread_id")?.filter(|id| *id != 0), replied) {
            (Some(thread), _) if chat.topics.contains_key(&thread) => {
                target.thread = Some(thread);
                target.topic = true;
            }
            (Some(_), _) => return Err(Refusal::bad("message thread not found")),
            (None, Some(replied)) => (target.thread, target.topic) = follow(chat, replied),
            (None, None) => {}
        }
        let closed = match target.thread.filter(|_| target.topic) {
            Some(thread) => chat.topics.get(&thread).is_some_and(|topic| topic.closed),
            None => chat.forum && chat.general_closed,
        };
        if closed && !chat.member(ask.bot).has("can_manage_topics") {
            return Err(Refusal::bad("TOPIC_CLOSED"));
        }
        Ok(target)
    }

    fn may_send(chat: &Chat, bot: i64, permission: &str) -> Result<(), Refusal> {
        let member = chat.member(bot);
        if chat.kind == ChatKind::Channel {
            let posts = member.has("can_post_messages");
            return if posts {
                Ok(())
            } else {
                Err(Refusal::bad("need administrator rights in the channel chat"))
            };
        }
        if member.status == Status::Left || !chat.may(bot, permission) || !chat.may(bot, "can_send_messages")
        {
            let what = match permission {
                "can_send_messages" => "text messages",
                "can_send_other_messages" => "stickers and animations",
                "can_send_audios" => "music",
                other => &other["can_send_".len()..].replace('_', " "),
            };
            return Err(Refusal::bad(format_args!("not enough rights to send {what} to the chat")));
        }
        Ok(())
    }

    fn reply(&self, ask: &Ask<'_>, chat: &Chat) -> Result<Option<Reply>, Refusal> {
        let wanted = match ask.params.read::<ReplyParameters>("reply_parameters")? {
            Some(wanted) => wanted,
            None => ReplyParameters {
                message_id: ask.params.int("reply_to_message_id")?.unwrap_or(0),
                allow_sending_without_reply: ask.params.flag("allow_sending_without_reply").unwrap_or(false),
                ..ReplyParameters::default()
            },
        };
        if wanted.message_id == 0 {
            return Ok(None);
        }
        let other = match &wanted.chat_id {
            Some(id) => {
                let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
                Some(self.at(self.enter(ask.bot, &id)?)?).filter(|other| other.key != chat.key)
            }
            None => None,
        };
        let place = other.unwrap_or(chat);
        let Some(replied) = place.messages.get(&wanted.message_id) else {
            if wanted.allow_sending_without_reply {
                return Ok(None);
            }
            return Err(Refusal::bad("message to be replied not found"));
        };
        let thread = ask.params.int("message_thread_id")?;
        let elsewhere = chat.forum && thread.is_some() && replied.topic && replied.thread != thread;
        let quote = self.quote(&wanted, replied)?;
        if other.is_none() && !elsewhere {
            return Ok(Some(Reply { message: replied.id, quote, external: None }));
        }
        let mut external = json!({"origin": self.origin(place, replied), "message_id": replied.id});
        external["chat"] = self.chat_view(place);
        Ok(Some(Reply { message: 0, quote, external: Some(external) }))
    }

    fn quote(&self, wanted: &ReplyParameters, replied: &Message) -> Result<Option<Value>, Refusal> {
        let Some(quote) = wanted.quote.as_deref().filter(|quote| !quote.is_empty()) else { return Ok(None) };
        let parsed = match wanted.quote_parse_mode.as_deref().unwrap_or("").to_lowercase().as_str() {
            "" => Formatted { text: quote.to_owned(), entities: wanted.quote_entities.clone() },
            "html" => text::parse_html(quote)?,
            "markdownv2" => text::parse_markdown_v2(quote)?,
            "markdown" => text::parse_markdown(quote)?,
            _ => return Err(Refusal::bad("unsupported parse_mode")),
        };
        let quote = text::settle(&parsed.text, parsed.entities, &|id| self.user(id))?;
        let position = quoted_at(&replied.text, &quote, wanted.quote_position.unwrap_or(0));
        let position = position.ok_or_else(|| Refusal::bad("QUOTE_TEXT_INVALID"))?;
        let mut view = json!({"text": quote.text, "position": position, "is_manual": true});
        if !quote.entities.is_empty() {
            view["entities"] = json!(quote.entities);
        }
        Ok(Some(view))
    }
}

/// The thread of an answer to a message: its topic, or the comments below a channel's post.
#[must_use]
pub fn follow(chat: &Chat, replied: &Message) -> (Option<i64>, bool) {
    let post = replied.more.contains_key("is_automatic_forward");
    match replied.thread {
        Some(thread) => (Some(thread), replied.topic),
        None if post && chat.kind == ChatKind::Supergroup && !chat.forum => (Some(replied.id), false),
        None => (None, false),
    }
}

/// Where a message's text holds exactly the quote, formatting and all; the place nearest to the one hoped for.
#[must_use]
pub fn quoted_at(whole: &Formatted, quote: &Formatted, hoped: i64) -> Option<i64> {
    const KEPT: [&str; 6] = ["bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji"];
    let text: Vec<u16> = whole.text.encode_utf16().collect();
    let part: Vec<u16> = quote.text.encode_utf16().collect();
    let places = text.windows(part.len().max(1)).enumerate().filter(|(_, window)| *window == part);
    let length = i64::try_from(part.len()).ok()?;
    let styles = |entities: &[Entity], from: i64| -> Vec<(String, i64, i64)> {
        let cut = entities.iter().filter(|e| KEPT.contains(&e.kind.as_str())).filter_map(|e| {
            let (begin, end) = (e.offset.max(from), e.end().min(from + length));
            (begin < end).then(|| (e.kind.clone(), begin - from, end - begin))
        });
        cut.collect()
    };
    let wanted = styles(&quote.entities, 0);
    let fitting = places
        .filter_map(|(at, _)| i64::try_from(at).ok())
        .filter(|at| styles(&whole.entities, *at) == wanted);
    fitting.min_by_key(|at| (at - hoped).abs())
}
