//! What happened in a chat, as events.
//!
//! Updates are read from their raw JSON and leniently: what this version of the Bot API does not know must hide nothing
//! that it does. (Bot API, `Update` and `Message`)

use contract::{Author, ChatId, Event, EventId, Kind, MessageId, NetworkName, Person, Timestamp};
use serde_json::Value;

mod albums;
mod cards;
mod content;
mod service;
mod usernames;

pub(crate) use albums::{Albums, album, join};
pub(crate) use cards::{poll_id, poll_of};
pub(crate) use usernames::Usernames;

/// The user whose name anonymous admins carry; the group itself is their author.
const ANONYMOUS_ADMIN: i64 = 1_087_968_824;

/// Who listens, and how.
#[derive(Clone, Debug)]
pub(crate) struct Listener {
    /// The network's configured name.
    pub network: NetworkName,
    /// Our bot's id.
    pub bot: i64,
    /// Our bot's username, without `@`.
    pub username: String,
    /// The commands that are ours without our name after them.
    pub commands: Vec<&'static str>,
    /// Who is called how.
    pub usernames: Usernames,
    /// Whether people coming and going is told.
    pub announce_members: bool,
}

impl Listener {
    /// What an update says. `Err` says why it cannot be understood, without quoting it.
    pub(crate) fn hear(&self, update: &Value) -> Result<Vec<Event>, String> {
        let id = update["update_id"].as_i64().ok_or("no update_id")?;
        // Another bot counts its updates on its own.
        let id = format!("{}.{id}", self.bot);
        if let Some(message) = update.get("message").or_else(|| update.get("channel_post")) {
            return self.message(&id, message);
        }
        if let Some(message) = update.get("edited_message").or_else(|| update.get("edited_channel_post")) {
            return self.edit(&id, message);
        }
        if let Some(reaction) = update.get("message_reaction") {
            return self.reaction(&id, reaction);
        }
        if let Some(change) = update.get("chat_member") {
            return Ok(self.member_changed(change).into_iter().collect());
        }
        if let Some(change) = update.get("my_chat_member") {
            return Ok(self.bot_moved(&id, change).into_iter().collect());
        }
        // Of the others nothing is for other people: totals of anonymous reactions, buttons.
        Ok(Vec::new())
    }

    fn message(&self, id: &str, message: &Value) -> Result<Vec<Event>, String> {
        let chat = chat_of(message)?;
        if let Some(moved) = moved(id, message, &chat, &self.bridge_author()) {
            return Ok(vec![moved]);
        }
        let Some(author) = self.author(message) else { return Ok(Vec::new()) };
        let at = date_of(message);
        let event =
            |id: String, kind| Event { id: id.into(), chat: chat.clone(), author: author.clone(), at, kind };
        if let Some(members) = self.members(message, &chat, at) {
            return Ok(members);
        }
        let own_id = message_id(message)?;
        if let Some(words) = self.command(message) {
            let reply_to = content::reply_to(message);
            return Ok(vec![event(id.to_owned(), Kind::Command { id: own_id, words, reply_to })]);
        }
        let mut events: Vec<Event> = self.topic_root(message, &chat).into_iter().collect();
        let kind = service::kind(message).unwrap_or_else(|| {
            let body = service::line(message).unwrap_or_else(|| self.body(message));
            let poll = message.get("poll").and_then(cards::poll_id);
            Kind::Message { ids: std::iter::once(own_id).chain(poll).collect(), body }
        });
        events.push(event(id.to_owned(), kind));
        Ok(events)
    }

    fn edit(&self, id: &str, message: &Value) -> Result<Vec<Event>, String> {
        let (chat, target) = (chat_of(message)?, message_id(message)?);
        let Some(author) = self.author(message) else { return Ok(Vec::new()) };
        let mut body = self.body(message);
        body.card = body.card.map(cards::moved);
        let at = message["edit_date"].as_i64().map_or_else(|| date_of(message), |s| Timestamp(s * 1000));
        let id = EventId::from(id);
        Ok(vec![Event { id, chat, author, at, kind: Kind::Edit { target, body } }])
    }

    fn reaction(&self, id: &str, reaction: &Value) -> Result<Vec<Event>, String> {
        let (chat, target) = (chat_of(reaction)?, message_id(reaction)?);
        let author = match reaction.get("actor_chat") {
            Some(actor) => self.chat_author(actor, None),
            None => self.user_author(&reaction["user"]),
        };
        let Some(author) = author else { return Ok(Vec::new()) };
        let (old, new) = (emojis(&reaction["old_reaction"]), emojis(&reaction["new_reaction"]));
        let gone = old.iter().filter(|emoji| !new.contains(emoji)).map(|emoji| (emoji, false));
        let come = new.iter().filter(|emoji| !old.contains(emoji)).map(|emoji| (emoji, true));
        let events = gone.chain(come).enumerate().map(|(n, (emoji, added))| Event {
            id: format!("{id}.{n}").into(),
            chat: chat.clone(),
            author: author.clone(),
            at: date_of(reaction),
            kind: Kind::Reaction { id: None, target: target.clone(), emoji: emoji.clone(), added },
        });
        Ok(events.collect())
    }

    /// Who wrote it; nobody when it is a bot, ours or another: two bridges in one group must not feed each other.
    fn author(&self, message: &Value) -> Option<Author> {
        match message.get("sender_chat") {
            Some(chat) => self.chat_author(chat, message["author_signature"].as_str()),
            None if message.get("from").is_some() => self.user_author(&message["from"]),
            None => self.chat_author(&message["chat"], message["author_signature"].as_str()),
        }
    }

    /// A group or channel that speaks for itself, perhaps signed by somebody.
    fn chat_author(&self, chat: &Value, signature: Option<&str>) -> Option<Author> {
        let id = chat["id"].as_i64()?;
        let title = chat["title"].as_str().unwrap_or("Telegram");
        let name = signature.map_or_else(|| title.to_owned(), |signature| format!("{title} ({signature})"));
        Some(Author::named(&self.network, format!("c{id}"), name))
    }

    fn user_author(&self, user: &Value) -> Option<Author> {
        let id = user["id"].as_i64().filter(|id| *id != self.bot && *id != ANONYMOUS_ADMIN)?;
        if user["is_bot"].as_bool().unwrap_or(false) {
            return None;
        }
        self.usernames.learn(user);
        let language = user["language_code"].as_str().map(str::to_owned);
        Some(Author { language, ..Author::named(&self.network, id.to_string(), full_name(user)) })
    }

    fn bridge_author(&self) -> Author {
        Author::of(Person { network: self.network.clone(), user: self.bot.to_string().into() })
    }

    /// The words of a command for us: `/delete` of our menu, `/whatever@our_bot`, any that is said to it alone.
    fn command(&self, message: &Value) -> Option<Vec<String>> {
        let mut words = message["text"].as_str()?.strip_prefix('/')?.split_whitespace();
        let first = words.next()?;
        let (name, to) = first.split_once('@').unwrap_or((first, &self.username));
        let private = message["chat"]["type"] == "private";
        // Menus have plain letters only; people write their own.
        let plain = name.to_lowercase().replace(['é', 'è', 'ê'], "e").replace('-', "");
        let known = private || self.commands.iter().any(|known| known.eq_ignore_ascii_case(&plain));
        let ours = to.eq_ignore_ascii_case(&self.username) && (known || first.contains('@'));
        ours.then(|| std::iter::once(name).chain(words).take(64).map(str::to_owned).collect())
    }
}

/// The chat an update is about.
fn chat_of(update: &Value) -> Result<ChatId, String> {
    let id = update["chat"]["id"].as_i64().ok_or("no chat.id")?;
    Ok(id.to_string().into())
}

fn message_id(message: &Value) -> Result<MessageId, String> {
    match message["message_id"].as_i64() {
        // 0 is a message that Telegram has only scheduled.
        Some(id) if id > 0 => Ok(id.to_string().into()),
        _ => Err("no message_id".to_owned()),
    }
}

fn date_of(update: &Value) -> Timestamp {
    Timestamp(update["date"].as_i64().unwrap_or_default().saturating_mul(1000))
}

pub(crate) fn full_name(user: &Value) -> String {
    let names = [user["first_name"].as_str(), user["last_name"].as_str()];
    names.into_iter().flatten().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The emoji of a list of reactions. A custom one has no Unicode to stand for it, nor has a paid star.
fn emojis(reactions: &Value) -> Vec<String> {
    let reactions = reactions.as_array().into_iter().flatten();
    reactions
        .filter_map(|reaction| match reaction["type"].as_str()? {
            "emoji" => Some(reaction["emoji"].as_str()?.to_owned()),
            "custom_emoji" | "paid" => Some("⭐".to_owned()),
            _ => None,
        })
        .collect()
}

/// A group that became a supergroup: told in the old chat and in the new one.
fn moved(id: &str, message: &Value, chat: &ChatId, author: &Author) -> Option<Event> {
    let other = |key: &str| message[key].as_i64().map(|id| ChatId(id.to_string()));
    let (from, to) = match (other("migrate_to_chat_id"), other("migrate_from_chat_id")) {
        (Some(to), _) => (chat.clone(), to),
        (None, Some(from)) => (from, chat.clone()),
        (None, None) => return None,
    };
    let at = date_of(message);
    Some(Event { id: id.into(), chat: from, author: author.clone(), at, kind: Kind::Moved { to } })
}

#[cfg(test)]
mod tests;
