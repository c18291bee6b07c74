//! What happened in a channel, as events.
//!
//! Posts come in two ways, by the WebSocket and by catching up; both are read here, and make the same events by the
//! same ids, so that what is heard twice is known. (API v4, `Post`; WebSocket, "Events")

use std::sync::Arc;

use contract::{Author, ChatId, Event, EventId, Kind, NetworkName, Person, Result, Timestamp};
use serde_json::Value;

use crate::{
    client::{Client, repeatable},
    listen::OVERLAP,
    people::{Directory, User},
    pins::Pins,
    text,
};

mod content;
mod gone;
mod system;
#[cfg(test)]
mod tests;

/// Posts that nobody said to everybody: reminders, news of the server's own, and what is to be read once.
const NOT_SAID: [&str; 3] = ["reminder", "add_bot_teams_channels", "burn_on_read"];

/// Who listens, and how.
#[derive(Debug)]
pub(crate) struct Listener<'a> {
    /// The network's configured name.
    pub network: &'a NetworkName,
    /// Our bot.
    pub bot: User,
    /// The server, to be asked what a frame does not say.
    pub client: &'a Client,
    /// Its administrator, where accounts are made for people.
    pub admin: Option<&'a Client>,
    /// The server's people.
    pub people: &'a Directory,
    /// What is known to be pinned.
    pub pins: &'a Pins,
    /// Whether people coming and going is told.
    pub announce_members: bool,
}

/// A post, with what is read from it at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Post<'a> {
    /// As the server tells it.
    pub raw: &'a Value,
    /// Whether it is in a private conversation with our bot.
    pub direct: bool,
}

impl<'a> Post<'a> {
    fn word(&self, key: &str) -> &'a str {
        self.raw[key].as_str().unwrap_or_default()
    }

    /// Its id.
    pub(crate) fn id(&self) -> &'a str {
        self.word("id")
    }

    /// A time of it, ms.
    pub(crate) fn time(&self, key: &str) -> i64 {
        self.raw[key].as_i64().unwrap_or(0)
    }

    fn prop(&self, key: &str) -> &'a str {
        self.raw["props"][key].as_str().unwrap_or_default()
    }

    /// The channel it is in.
    pub(crate) fn chat(&self) -> ChatId {
        self.word("channel_id").into()
    }
}

impl Listener<'_> {
    /// What a frame of the WebSocket says; everything until `since` was heard before. Errors of the server while asking
    /// who somebody is are passed on.
    pub(crate) async fn hear(&self, frame: &Value, since: i64) -> Result<Vec<Event>> {
        let data = &frame["data"];
        let channel = frame["broadcast"]["channel_id"].as_str().unwrap_or_default();
        match frame["event"].as_str().unwrap_or_default() {
            "posted" => {
                let raw = inner(&data["post"]);
                let post = Post { raw: &raw, direct: data["channel_type"] == "D" };
                self.posted(post).await
            }
            "post_edited" => {
                let raw = inner(&data["post"]);
                let post = Post { raw: &raw, direct: false };
                let mut events = self.edited(post).await?;
                events.extend(self.pins.news(post));
                Ok(events)
            }
            "post_deleted" => {
                let raw = inner(&data["post"]);
                // Only administrators are told by whom.
                let by = data["delete_by"].as_str().unwrap_or_default();
                self.deleted_with_thread(Post { raw: &raw, direct: false }, by, since - OVERLAP).await
            }
            "reaction_added" => self.reaction(channel, &inner(&data["reaction"]), true).await,
            "reaction_removed" => {
                let reaction = inner(&data["reaction"]);
                match self.still_reacts(&reaction).await? {
                    true => Ok(Vec::new()),
                    false => self.reaction(channel, &reaction, false).await,
                }
            }
            "typing" => self.typing(channel, data["user_id"].as_str().unwrap_or_default()).await,
            // Of what is posted in a channel that one was taken out of, one hears nothing more.
            "user_removed" if frame["broadcast"]["user_id"] == self.bot.id.as_str() => {
                Ok(vec![self.taken_out(data["channel_id"].as_str().unwrap_or_default(), data)])
            }
            "user_updated" => {
                self.people.forget(data["user"]["id"].as_str().unwrap_or_default());
                Ok(Vec::new())
            }
            _ => Ok(Vec::new()),
        }
    }

    /// A new post.
    pub(crate) async fn posted(&self, post: Post<'_>) -> Result<Vec<Event>> {
        if post.id().is_empty() || !post.word("original_id").is_empty() {
            return Ok(Vec::new());
        }
        let kind = post.word("type");
        if kind.starts_with("system_") {
            return self.system(post).await;
        }
        if NOT_SAID.contains(&kind) {
            return Ok(Vec::new());
        }
        let Some(author) = self.author(post).await? else { return Ok(Vec::new()) };
        let at = Timestamp(post.time("create_at"));
        let event = |kind| Event { id: post.id().into(), chat: post.chat(), author, at, kind };
        if let Some(words) = self.command(post) {
            let reply_to = Some(post.word("root_id")).filter(|root| !root.is_empty()).map(Into::into);
            return Ok(vec![event(Kind::Command { id: post.id().into(), words, reply_to })]);
        }
        let body = self.body(post).await?;
        let message = event(Kind::Message { ids: vec![post.id().into()], body });
        let mut events = vec![message];
        if post.time("edit_at") > 0 {
            // Caught up: what it said at first may be known.
            events.extend(self.edited(post).await?);
        }
        Ok(events)
    }

    /// A post that may say something else now.
    pub(crate) async fn edited(&self, post: Post<'_>) -> Result<Vec<Event>> {
        let edited = post.time("edit_at");
        if edited == 0 || post.time("delete_at") > 0 || post.word("type").starts_with("system_") {
            return Ok(Vec::new());
        }
        let Some(author) = self.author(post).await? else { return Ok(Vec::new()) };
        let kind = Kind::Edit { target: post.id().into(), body: self.body(post).await? };
        let id = EventId(format!("{}.edit.{edited}", post.id()));
        Ok(vec![Event { id, chat: post.chat(), author, at: Timestamp(edited), kind }])
    }

    /// What stands on a post now.
    pub(crate) async fn standing(&self, post: Post<'_>) -> Result<Event> {
        let mut standing = Vec::new();
        for reaction in post.raw["metadata"]["reactions"].as_array().into_iter().flatten() {
            let user = reaction["user_id"].as_str().unwrap_or_default();
            if let Some(author) = self.reacting(user).await? {
                let entry = (author, emoji(reaction));
                if !standing.contains(&entry) {
                    standing.push(entry);
                }
            }
        }
        Ok(Event {
            // Two people can react within the same millisecond.
            id: EventId(format!(
                "{}.reactions.{}.{}",
                post.id(),
                post.time("update_at"),
                wire::fingerprint(&post.raw["metadata"]["reactions"])
            )),
            chat: post.chat(),
            author: Author::of(self.person(&self.bot.id)),
            at: Timestamp(post.time("update_at")),
            kind: Kind::Reactions { target: post.id().into(), standing },
        })
    }

    async fn reaction(&self, channel: &str, reaction: &Value, added: bool) -> Result<Vec<Event>> {
        let word = |key: &str| reaction[key].as_str().unwrap_or_default();
        let Some(author) = self.reacting(word("user_id")).await? else { return Ok(Vec::new()) };
        let at = reaction["update_at"].as_i64().or(reaction["create_at"].as_i64()).unwrap_or(0);
        let (post, emoji) = (word("post_id"), emoji(reaction));
        Ok(vec![Event {
            id: EventId(format!("{post}.{}.{emoji}.{added}.{at}", word("user_id"))),
            chat: channel.into(),
            author,
            at: Timestamp(at),
            kind: Kind::Reaction { id: None, target: post.into(), emoji, added },
        }])
    }

    async fn typing(&self, channel: &str, user: &str) -> Result<Vec<Event>> {
        let Some(author) = self.reacting(user).await? else { return Ok(Vec::new()) };
        let kind = Kind::Typing(true);
        Ok(vec![Event { id: "typing".into(), chat: channel.into(), author, at: Timestamp(0), kind }])
    }

    /// Who wrote a post; nobody when it is our bot or an account of ours.
    async fn author(&self, post: Post<'_>) -> Result<Option<Author>> {
        let id = post.word("user_id");
        let name = post.prop("override_username").trim();
        if post.prop("from_webhook") == "true" && !name.is_empty() && id != self.bot.id {
            // One account speaks as many here; each is somebody.
            return Ok(Some(Author::named(self.network, format!("{id}/{name}"), name)));
        }
        self.reacting(id).await
    }

    async fn reacting(&self, id: &str) -> Result<Option<Author>> {
        if id == self.bot.id || id.is_empty() {
            return Ok(None);
        }
        let user: Option<Arc<User>> = self.people.user(id).await?;
        Ok(match user {
            Some(user) if user.stands_for.is_some() => None,
            Some(user) => Some(Author::named(self.network, id, &user.shown)),
            None => Some(Author::of(self.person(id))),
        })
    }

    fn person(&self, id: &str) -> Person {
        Person { network: self.network.clone(), user: id.into() }
    }

    /// The words of a command for us: all that is said to the bot alone, and what begins by calling it.
    fn command(&self, post: Post<'_>) -> Option<Vec<String>> {
        let words = post.word("message").trim();
        let called = words.strip_prefix('@').and_then(|rest| {
            // Copied from our own words, in which nobody is called.
            let rest = rest.trim_start_matches('\u{200b}');
            let (name, rest) = rest.split_at_checked(self.bot.username.len())?;
            let ends = rest.chars().next().is_none_or(|c| c.is_whitespace() || ":,".contains(c));
            (name.eq_ignore_ascii_case(&self.bot.username) && ends)
                .then(|| rest.trim_start_matches([':', ',']))
        });
        let asked = called.or_else(|| post.direct.then_some(words))?;
        Some(asked.split_whitespace().take(64).map(str::to_owned).collect())
    }
}

/// JSON that travels in a string.
fn inner(value: &Value) -> Value {
    match value {
        Value::String(json) => wire::json::read(json.as_bytes()).unwrap_or_default(),
        other => other.clone(),
    }
}

/// The emoji of a reaction; one of the server's own by its name between colons.
fn emoji(reaction: &Value) -> String {
    let name = reaction["emoji_name"].as_str().unwrap_or_default();
    text::unicode(name).unwrap_or_else(|| format!(":{name}:"))
}
