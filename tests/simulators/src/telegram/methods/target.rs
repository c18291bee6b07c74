//! Where a message goes: the chat, the topic, the message it answers.

use serde_json::{Value, json};

use super::Ask;
use crate::telegram::{
    chats::{Chat, ChatKind, Key, Status},
    json::{Object, sentence},
    messages::{Message, Reply},
    params::Params,
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

/// What a message is to answer, as it is asked for.
#[derive(Debug, Default)]
struct Wanted {
    message: i64,
    chat: Option<String>,
    lonely: bool,
    quote: Formatted,
    position: i64,
}

impl Wanted {
    fn read(params: &Params) -> Result<Self, Refusal> {
        let Some(fields) = params.object("reply_parameters", "reply parameters")? else {
            return Ok(Self {
                message: params.int("reply_to_message_id").unwrap_or(0).max(0),
                lonely: params.flag("allow_sending_without_reply").unwrap_or(false),
                ..Self::default()
            });
        };
        let object = Object::from(&fields);
        let mut wanted = Self {
            message: object.needed_int("message_id").map_err(|why| sentence(&why))?.max(0),
            chat: object.text("chat_id").map_err(|why| sentence(&why))?.filter(|chat| !chat.is_empty()),
            lonely: object.flag("allow_sending_without_reply").map_err(|why| sentence(&why))?,
            position: object.int("quote_position").map_err(|why| sentence(&why))?.unwrap_or(0),
            ..Self::default()
        };
        let word = |name| object.text(name).map(Option::unwrap_or_default).map_err(|why| sentence(&why));
        wanted.quote =
            text::given(&word("quote")?, &word("quote_parse_mode")?, object.raw("quote_entities"))?;
        Ok(wanted)
    }
}

impl World {
    /// The chat of a call, if the bot is in it.
    pub fn chat_of(&self, ask: &Ask<'_>) -> Result<Key, Refusal> {
        self.enter(ask.bot, &ask.params.text("chat_id").unwrap_or_default())
    }

    /// Where a call wants a message, if the bot may send it there.
    pub fn target(&self, ask: &Ask<'_>, permission: &str) -> Result<Target, Refusal> {
        let wanted = Wanted::read(ask.params)?;
        let key = self.chat_of(ask)?;
        let chat = self.at(key)?;
        Self::may_send(chat, ask.bot, permission)?;
        let mut target = Target { key, ..Target::default() };
        target.reply = self.reply(ask, &wanted, chat)?;
        let replied = target.reply.as_ref().and_then(|reply| chat.messages.get(&reply.message));
        match (ask.params.int("message_thread_id").filter(|id| *id != 0), replied) {
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

    fn reply(&self, ask: &Ask<'_>, wanted: &Wanted, chat: &Chat) -> Result<Option<Reply>, Refusal> {
        if wanted.message == 0 {
            return Ok(None);
        }
        let other = match &wanted.chat {
            Some(id) => Some(self.at(self.enter(ask.bot, id)?)?).filter(|other| other.key != chat.key),
            None => None,
        };
        let place = other.unwrap_or(chat);
        let Some(replied) = place.messages.get(&wanted.message) else {
            if wanted.lonely {
                return Ok(None);
            }
            return Err(Refusal::bad("message to be replied not found"));
        };
        let thread = ask.params.int("message_thread_id");
        let elsewhere = chat.forum && thread.is_some() && replied.topic && replied.thread != thread;
        let quote = self.quote(wanted, replied)?;
        if other.is_none() && !elsewhere {
            return Ok(Some(Reply { message: replied.id, quote, external: None }));
        }
        let mut external = json!({"origin": self.origin(place, replied), "message_id": replied.id});
        external["chat"] = self.chat_view(place);
        Ok(Some(Reply { message: 0, quote, external: Some(external) }))
    }

    fn quote(&self, wanted: &Wanted, replied: &Message) -> Result<Option<Value>, Refusal> {
        if wanted.quote.text.is_empty() {
            return Ok(None);
        }
        let quote = text::settle(&wanted.quote.text, wanted.quote.entities.clone(), &|id| self.user(id))?;
        let position = quoted_at(&replied.text, &quote, wanted.position);
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
