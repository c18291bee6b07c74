//! The whole simulated world, and the few things that everything needs of it.

use std::collections::{BTreeMap, VecDeque};

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::{clock::Clock, faults::Order, shared};

use super::{
    accounts::{Account, Bot},
    calls::Call,
    chats::{Chat, ChatKind, Key, Member, Status},
    files::Files,
    messages::{ANONYMOUS, CHANNEL, Message, TELEGRAM},
    refusal::Refusal,
};

/// Everything there is.
#[derive(Debug, Default)]
pub struct World {
    /// People and bots by id.
    pub accounts: BTreeMap<i64, Account>,
    /// What bots have besides, by id.
    pub bots: BTreeMap<i64, Bot>,
    /// Chats.
    pub chats: BTreeMap<Key, Chat>,
    /// Files.
    pub files: Files,
    /// The time.
    pub clock: Clock,
    /// Faults ordered and not yet used up.
    pub faults: Vec<Order>,
    /// What bots called.
    pub calls: VecDeque<Call>,
    /// Whether the published limits on sending are kept.
    pub floods: bool,
    /// The last message id of private chats and basic groups, which count together.
    pub last_id: i64,
    /// The last number given to anything else: chats, people, albums, polls.
    pub last_serial: i64,
}

/// A chat resolved for a bot.
pub type Found = Result<Key, Refusal>;

impl shared::World for World {
    type Call = Call;
    type Refusal = Refusal;

    fn faults(&mut self) -> &mut Vec<Order> {
        &mut self.faults
    }

    fn calls(&mut self) -> &mut VecDeque<Call> {
        &mut self.calls
    }

    fn told(refusal: &Refusal) -> (StatusCode, Value) {
        (StatusCode::from_u16(refusal.code).unwrap_or(StatusCode::BAD_REQUEST), refusal.body())
    }
}

impl World {
    /// The world with the accounts that are always there.
    #[must_use]
    pub fn new() -> Self {
        let mut world = Self::default();
        let fixed = [
            (ANONYMOUS, true, "Group", Some("GroupAnonymousBot")),
            (CHANNEL, true, "Channel", Some("Channel_Bot")),
        ];
        for (id, is_bot, name, username) in fixed.into_iter().chain([(TELEGRAM, false, "Telegram", None)]) {
            let username = username.map(str::to_owned);
            let account = Account { id, is_bot, first_name: name.into(), username, ..Account::default() };
            world.accounts.insert(id, account);
        }
        world
    }

    /// A number not given before.
    pub fn serial(&mut self) -> i64 {
        self.last_serial += 1;
        self.last_serial
    }

    /// A group, supergroup or channel.
    #[must_use]
    pub fn chat(&self, id: i64) -> Option<&Chat> {
        self.chats.get(&Key::of(id))
    }

    /// A chat that is known to be there.
    pub fn at(&self, key: Key) -> Result<&Chat, Refusal> {
        self.chats.get(&key).ok_or_else(Refusal::no_chat)
    }

    /// The same, to change it.
    pub fn at_mut(&mut self, key: Key) -> Result<&mut Chat, Refusal> {
        self.chats.get_mut(&key).ok_or_else(Refusal::no_chat)
    }

    /// An account.
    pub fn account(&self, id: i64) -> Result<&Account, Refusal> {
        self.accounts.get(&id).ok_or_else(|| Refusal::bad("user not found"))
    }

    /// An account as a `User`, for entities that mention it.
    #[must_use]
    pub fn user(&self, id: i64) -> Option<Value> {
        self.accounts.get(&id).map(Account::user)
    }

    /// A message of a chat.
    #[must_use]
    pub fn message(&self, key: Key, id: i64) -> Option<&Message> {
        self.chats.get(&key)?.messages.get(&id)
    }

    /// The same, to change it.
    pub fn message_mut(&mut self, key: Key, id: i64) -> Option<&mut Message> {
        self.chats.get_mut(&key)?.messages.get_mut(&id)
    }

    /// The private chat of a bot and a person, made when it is not there yet.
    pub fn private(&mut self, bot: i64, person: i64) -> Key {
        let key = Key { chat: person, bot };
        self.chats.entry(key).or_insert_with(|| {
            let members = [person, bot].into_iter().map(|id| (id, Member::default()));
            Chat { key, kind: ChatKind::Private, members: members.collect(), ..Chat::default() }
        });
        key
    }

    /// The chat a bot means by a `chat_id`, whatever its standing there, unless it has become another.
    pub fn find(&self, bot: i64, id: &str) -> Found {
        let key = self.known(bot, id)?;
        self.at(key)?.migrated_to.map_or(Ok(key), |to| Err(Refusal::migrated(to)))
    }

    /// The same, though it has become another.
    fn known(&self, bot: i64, id: &str) -> Found {
        if id.is_empty() {
            return Err(Refusal::bad("chat_id is empty"));
        }
        if let Some(name) = id.strip_prefix('@') {
            let named =
                |chat: &&Chat| chat.username.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name));
            return self.chats.values().find(named).map(|chat| chat.key).ok_or_else(Refusal::no_chat);
        }
        let id: i64 = id.parse().map_err(|_| Refusal::no_chat())?;
        if id > 0 {
            return self.find_private(bot, id);
        }
        let chat = self.chat(id).ok_or_else(Refusal::no_chat)?;
        match chat.members.get(&bot) {
            Some(_) => Ok(chat.key),
            None if chat.username.is_some() => Ok(chat.key),
            None => Err(Refusal::no_chat()),
        }
    }

    fn find_private(&self, bot: i64, person: i64) -> Found {
        let key = Key { chat: person, bot };
        if self.chats.contains_key(&key) {
            return Ok(key);
        }
        if self.bots.contains_key(&person) {
            return Err(Refusal::forbidden("bot can't send messages to bots"));
        }
        let met = |chat: &Chat| chat.members.contains_key(&bot) && chat.members.contains_key(&person);
        if self.chats.values().any(met) {
            return Err(Refusal::forbidden("bot can't initiate conversation with a user"));
        }
        Err(Refusal::no_chat())
    }

    /// The chat a bot means, if it may look at it: at a small group and a private chat always.
    pub fn look(&self, bot: i64, id: &str) -> Found {
        let key = self.known(bot, id)?;
        let chat = self.at(key)?;
        let open = chat.username.is_some() && chat.member(bot).status == Status::Left;
        match chat.kind {
            ChatKind::Private | ChatKind::Group => Ok(key),
            _ if open => Ok(key),
            _ => self.enter(bot, id),
        }
    }

    /// The chat a bot means, if it is in it.
    pub fn enter(&self, bot: i64, id: &str) -> Found {
        let key = self.find(bot, id)?;
        let chat = self.at(key)?;
        let kind = chat.kind.name();
        match chat.member(bot).status {
            Status::Kicked if chat.kind == ChatKind::Private => {
                Err(Refusal::forbidden("bot was blocked by the user"))
            }
            Status::Kicked => Err(Refusal::forbidden(format_args!("bot was kicked from the {kind} chat"))),
            Status::Left => Err(Refusal::forbidden(format_args!("bot is not a member of the {kind} chat"))),
            _ => Ok(key),
        }
    }

    /// Puts a message into a chat, gives it its id, and tells the bots that see it.
    pub fn post(&mut self, key: Key, mut message: Message) -> Result<i64, Refusal> {
        message.date = self.clock.seconds();
        let counted = self.at(key)?.kind;
        let id = if matches!(counted, ChatKind::Private | ChatKind::Group) {
            self.last_id += 1;
            self.last_id
        } else {
            let chat = self.at_mut(key)?;
            chat.last_id += 1;
            chat.last_id
        };
        message.id = id;
        if message.more.contains_key("forum_topic_created") {
            message.thread = Some(id);
            message.topic = true;
        }
        let bot = Some(message.actor).filter(|actor| self.bots.contains_key(actor));
        let chat = self.at_mut(key)?;
        chat.last_bot = bot.or(chat.last_bot);
        chat.messages.insert(id, message);
        self.announce(key, id, false);
        self.pass_on(key, id)?;
        Ok(id)
    }

    /// A channel's post appears in its discussion group.
    fn pass_on(&mut self, key: Key, id: i64) -> Result<(), Refusal> {
        let chat = self.at(key)?;
        let Some(group) = chat.linked.filter(|_| chat.kind == ChatKind::Channel) else { return Ok(()) };
        let Some(post) = chat.messages.get(&id).filter(|post| !post.service) else { return Ok(()) };
        let mut copy = post.clone();
        let origin = self.origin(chat, post);
        copy.from = Some(TELEGRAM);
        copy.actor = TELEGRAM;
        copy.reply = None;
        copy.markup = None;
        copy.more.insert("is_automatic_forward".into(), true.into());
        copy.more.insert("forward_origin".into(), origin);
        self.post(Key::of(group), copy)?;
        Ok(())
    }

    /// Where a message comes from, as a `MessageOrigin`.
    #[must_use]
    pub fn origin(&self, chat: &Chat, message: &Message) -> Value {
        if let Some(origin) = message.more.get("forward_origin") {
            return origin.clone();
        }
        let mut origin = if chat.kind == ChatKind::Channel {
            json!({"type": "channel", "chat": self.chat_view(chat), "message_id": message.id})
        } else if let Some(sender) = message.sender_chat.and_then(|id| self.chat(id)) {
            json!({"type": "chat", "sender_chat": self.chat_view(sender)})
        } else {
            json!({"type": "user", "sender_user": message.from.and_then(|id| self.user(id))})
        };
        origin["date"] = message.date.into();
        if let Some(signature) = message.signature.as_ref().filter(|_| origin["type"] != "user") {
            origin["author_signature"] = signature.clone().into();
        }
        origin
    }

    /// A message that tells something, done by `actor`.
    pub fn tell(&mut self, key: Key, actor: i64, what: &Value, thread: Option<i64>) -> Result<i64, Refusal> {
        let more = what.as_object().cloned().unwrap_or_default();
        let mut message =
            Message { actor, more, service: true, thread, topic: thread.is_some(), ..Message::default() };
        self.sign(key, &mut message, None)?;
        self.post(key, message)
    }

    /// Puts the sender on a message: the person, or the chat in whose name they speak.
    pub fn sign(&self, key: Key, message: &mut Message, speak_as: Option<i64>) -> Result<(), Refusal> {
        let chat = self.at(key)?;
        let member = chat.member(message.actor);
        if chat.kind == ChatKind::Channel {
            message.sender_chat = Some(key.chat);
            let name = self.accounts.get(&message.actor).map(Account::full_name);
            message.signature = name.filter(|_| chat.signatures);
            return Ok(());
        }
        let anonymous = member.admin() && member.anonymous && chat.kind == ChatKind::Supergroup;
        match speak_as {
            Some(own) if own == key.chat => Self::sign_anonymous(key, message, &member),
            Some(channel) => {
                message.from = Some(CHANNEL);
                message.sender_chat = Some(channel);
            }
            None if anonymous => Self::sign_anonymous(key, message, &member),
            None => message.from = Some(message.actor),
        }
        Ok(())
    }

    fn sign_anonymous(key: Key, message: &mut Message, member: &Member) {
        message.from = Some(ANONYMOUS);
        message.sender_chat = Some(key.chat);
        message.signature = member.title.clone().filter(|_| !message.service);
    }
}
