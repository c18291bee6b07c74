//! Updates: who is told what, and the queue from which a bot fetches them.

use serde_json::{Map, Value, json};

use super::{
    accounts::Bot,
    chats::{Chat, ChatKind, Key},
    messages::Message,
    refusal::Refusal,
    world::World,
};

/// The kinds that must be asked for by name.
const ASKED: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];
/// Milliseconds an update waits to be fetched.
const KEPT: i64 = 24 * 3600 * 1000;

/// An update that waits to be fetched.
#[derive(Clone, Debug)]
pub struct Queued {
    /// Its id.
    pub id: i64,
    /// The whole update.
    pub body: Value,
    /// When it happened, milliseconds.
    pub at: i64,
    /// The album that it is a part of.
    pub album: Option<String>,
}

impl Bot {
    /// Whether it asked for updates of that kind.
    #[must_use]
    pub fn wants(&self, kind: &str) -> bool {
        match &self.allowed {
            Some(kinds) => kinds.iter().any(|wanted| wanted == kind),
            None => !ASKED.contains(&kind),
        }
    }

    /// Remembers the kinds asked for; an empty list is the default again.
    pub fn ask(&mut self, kinds: Vec<String>) {
        self.allowed = Some(kinds).filter(|kinds| !kinds.is_empty());
    }

    /// Forgets what is below `offset`; a negative one keeps the last `-offset`.
    pub fn acknowledge(&mut self, offset: i64) {
        if offset > 0 {
            while self.queue.front().is_some_and(|update| update.id < offset) {
                self.queue.pop_front();
            }
        } else if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            while self.queue.len() > keep {
                self.queue.pop_front();
            }
        }
    }

    /// The next updates. An album not seen before comes in two polls: its first message, then the rest.
    pub fn fetch(&mut self, limit: usize) -> Vec<Value> {
        let mut fetched = Vec::new();
        for update in self.queue.iter().take(limit) {
            fetched.push(update.body.clone());
            if let Some(album) = &update.album
                && self.torn.insert(album.clone())
            {
                break;
            }
        }
        fetched
    }
}

impl World {
    /// Puts an update into a bot's queue, if it asked for that kind.
    pub fn send(&mut self, bot: i64, kind: &str, payload: Value, album: Option<String>) {
        if self.bots.get(&bot).is_some_and(|bot| bot.wants(kind)) {
            let mut update = Map::new();
            update.insert(kind.to_owned(), payload);
            self.enqueue(bot, update, album);
        }
    }

    /// Puts an update into a bot's queue, whatever it asked for. Answers the update's id.
    pub fn enqueue(
        &mut self,
        bot: i64,
        mut update: Map<String, Value>,
        album: Option<String>,
    ) -> Option<i64> {
        let at = self.clock.millis();
        let bot = self.bots.get_mut(&bot)?;
        let id = update.get("update_id").and_then(Value::as_i64).unwrap_or(bot.next_update);
        bot.next_update = bot.next_update.max(id + 1);
        update.insert("update_id".into(), id.into());
        bot.queue.push_back(Queued { id, body: Value::Object(update), at, album });
        Some(id)
    }

    /// What a bot fetches now, after acknowledging what is below `offset`.
    pub fn fetch(&mut self, bot: i64, offset: i64, limit: usize) -> Result<Vec<Value>, Refusal> {
        let old = self.clock.millis() - KEPT;
        let bot = self.bots.get_mut(&bot).ok_or_else(Refusal::unauthorized)?;
        bot.queue.retain(|update| update.at > old);
        bot.acknowledge(offset);
        Ok(bot.fetch(limit))
    }

    /// Tells of a new or a changed message all bots that see it.
    pub fn announce(&mut self, key: Key, id: i64, edited: bool) {
        let Some(chat) = self.chats.get(&key) else { return };
        let Some(message) = chat.messages.get(&id) else { return };
        let kind = match (chat.kind == ChatKind::Channel, edited) {
            (false, false) => "message",
            (false, true) => "edited_message",
            (true, false) => "channel_post",
            (true, true) => "edited_channel_post",
        };
        let album = message.album.clone().filter(|_| !edited);
        let seers: Vec<i64> =
            chat.members.keys().copied().filter(|bot| self.sees(chat, message, *bot)).collect();
        let views: Vec<_> = seers.into_iter().map(|bot| (bot, self.view(chat, message, bot))).collect();
        for (bot, view) in views {
            self.send(bot, kind, view, album.clone());
        }
    }

    /// Whether a bot gets a message as an update.
    fn sees(&self, chat: &Chat, message: &Message, bot: i64) -> bool {
        let member = chat.member(bot);
        if !self.bots.contains_key(&bot) || !member.present() {
            return false;
        }
        match chat.kind {
            _ if message.service => chat.kind != ChatKind::Channel || member.admin(),
            _ if self.bots.contains_key(&message.actor) => false,
            ChatKind::Private => true,
            ChatKind::Channel => member.admin(),
            ChatKind::Group | ChatKind::Supergroup => {
                member.admin() || member.sees_all || self.addressed(chat, message, bot)
            }
        }
    }

    /// In privacy mode: whether a message is meant for the bot.
    fn addressed(&self, chat: &Chat, message: &Message, bot: i64) -> bool {
        let replied = message.reply.as_ref().and_then(|reply| chat.messages.get(&reply.message));
        if replied.is_some_and(|replied| replied.actor == bot) {
            return true;
        }
        let via = message.more.get("via_bot").and_then(|via| via["id"].as_i64());
        let name = self.accounts.get(&bot).and_then(|account| account.username.as_deref()).unwrap_or("");
        let units: Vec<u16> = message.text.text.encode_utf16().collect();
        let commanded = message.text.entities.iter().filter(|e| e.kind == "bot_command").any(|e| {
            let cut = |at: i64| usize::try_from(at).unwrap_or(0).min(units.len());
            let command = String::from_utf16_lossy(&units[cut(e.offset)..cut(e.end())]);
            match command.split_once('@') {
                Some((_, addressee)) => addressee.eq_ignore_ascii_case(name),
                None => e.offset == 0 && chat.last_bot == Some(bot),
            }
        });
        via == Some(bot) || commanded
    }

    /// Tells of a changed reaction the bots that administer the chat. `old`: what the person had before.
    pub fn announce_reaction(&mut self, key: Key, id: i64, actor: i64, old: &[Value]) {
        let Some(chat) = self.chats.get(&key) else { return };
        let Some(message) = chat.messages.get(&id) else { return };
        if self.bots.contains_key(&actor) {
            return;
        }
        let mut change =
            json!({"chat": self.chat_view(chat), "message_id": id, "date": self.clock.seconds()});
        let kind = if chat.anonymous_reactions() {
            change["reactions"] = counts(message);
            "message_reaction_count"
        } else {
            let member = chat.member(actor);
            if member.admin() && member.anonymous && chat.kind == ChatKind::Supergroup {
                change["actor_chat"] = self.chat_view(chat);
            } else {
                change["user"] = self.user(actor).unwrap_or_default();
            }
            change["old_reaction"] = json!(old);
            change["new_reaction"] = json!(message.reactions.get(&actor).cloned().unwrap_or_default());
            "message_reaction"
        };
        for bot in self.watching(key) {
            self.send(bot, kind, change.clone(), None);
        }
    }

    /// The bots that learn of reactions and of other members in a chat.
    fn watching(&self, key: Key) -> Vec<i64> {
        let Some(chat) = self.chats.get(&key) else { return Vec::new() };
        let watches = |bot: &i64| {
            let member = chat.member(*bot);
            self.bots.contains_key(bot)
                && (member.admin() || chat.kind == ChatKind::Private && member.present())
        };
        chat.members.keys().copied().filter(watches).collect()
    }

    /// Changes somebody's place in a chat and tells the bots. Answers whether anything changed.
    pub fn place(
        &mut self,
        key: Key,
        actor: i64,
        id: i64,
        change: impl FnOnce(&mut Chat),
    ) -> Result<bool, Refusal> {
        let account = self.account(id)?.clone();
        let old = self.at(key)?.member_view(&account, false);
        change(self.at_mut(key)?);
        let chat = self.at(key)?;
        let new = chat.member_view(&account, false);
        if old == new {
            return Ok(false);
        }
        let change = json!({
            "chat": self.chat_view(chat), "from": self.user(actor), "date": self.clock.seconds(),
            "old_chat_member": old, "new_chat_member": new,
        });
        if self.bots.contains_key(&id) {
            self.send(id, "my_chat_member", change.clone(), None);
        }
        if key.bot == 0 {
            for bot in self.watching(key).into_iter().filter(|bot| *bot != id) {
                self.send(bot, "chat_member", change.clone(), None);
            }
        }
        Ok(true)
    }
}

/// How often each reaction was given.
fn counts(message: &Message) -> Value {
    let mut counts: Vec<(Value, u64)> = Vec::new();
    for reaction in message.reactions.values().flatten() {
        match counts.iter_mut().find(|(known, _)| known == reaction) {
            Some((_, count)) => *count += 1,
            None => counts.push((reaction.clone(), 1)),
        }
    }
    counts.into_iter().map(|(kind, count)| json!({"type": kind, "total_count": count})).collect()
}
