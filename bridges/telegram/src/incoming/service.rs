//! Service messages: what happened to the chat itself, as quiet lines; and people coming and going.

use contract::{Author, Body, ChatId, Event, Info, Kind, Membership, Phrase, Text, Timestamp};
use serde_json::{Value, json};

use super::{Listener, content, date_of, full_name};

/// What a service message says, as a quiet line. `None` when it is no service message.
pub(super) fn line(message: &Value) -> Option<Body> {
    let keys = [
        ("forum_topic_edited", "topic-renamed"),
        ("forum_topic_closed", "topic-closed"),
        ("forum_topic_reopened", "topic-reopened"),
        ("general_forum_topic_hidden", "topic-closed"),
        ("general_forum_topic_unhidden", "topic-reopened"),
        ("message_auto_delete_timer_changed", "auto-delete-changed"),
        ("video_chat_started", "video-chat"),
        ("video_chat_scheduled", "video-chat"),
    ];
    let (value, key) = keys.into_iter().find_map(|(field, key)| Some((message.get(field)?, key)))?;
    let phrase = Phrase::new(key);
    let phrase = match key {
        "topic-renamed" => phrase.with("name", value["name"].as_str().unwrap_or_default()),
        _ => phrase,
    };
    Some(Body { thread: content::thread(message), ..Body::notice(Text::from(phrase)) })
}

/// What changed in the chat itself. `None` when it is about something else.
pub(super) fn kind(message: &Value) -> Option<Kind> {
    if let Some(title) = message["new_chat_title"].as_str() {
        return Some(Kind::Info(Info::Name(title.to_owned())));
    }
    if let Some(sizes) = message.get("new_chat_photo") {
        return Some(Kind::Info(Info::Picture(content::media(&json!({ "photo": sizes })))));
    }
    if message.get("delete_chat_photo").is_some() {
        return Some(Kind::Info(Info::Picture(None)));
    }
    // Nobody is told when a message is no longer pinned.
    let pinned = message["pinned_message"]["message_id"].as_i64()?;
    Some(Kind::Pin { target: pinned.to_string().into(), pinned: true })
}

/// Whether somebody is in a chat (Bot API, `ChatMember`).
fn present(member: &Value) -> bool {
    match member["status"].as_str() {
        Some("creator" | "administrator" | "member") => true,
        Some("restricted") => member["is_member"] == true,
        _ => false,
    }
}

impl Listener {
    /// The first message of the topic that this message is in. Told each time: what is known already changes nothing.
    pub(super) fn topic_root(&self, message: &Value, chat: &ChatId) -> Option<Event> {
        let id = message["message_thread_id"].as_i64().filter(|_| message["is_topic_message"] == true)?;
        let root =
            if message.get("forum_topic_created").is_some() { message } else { &message["reply_to_message"] };
        let phrase = match root["forum_topic_created"]["name"].as_str() {
            Some(name) => Phrase::new("topic").with("name", name),
            None => Phrase::new("topic-unnamed"),
        };
        let author = self.author(root).or_else(|| self.chat_author(&message["chat"], None))?;
        let body = Body::notice(Text::from(phrase));
        let kind = Kind::Message { ids: vec![content::topic(id)], body };
        let at = if root.is_object() { date_of(root) } else { date_of(message) };
        Some(Event { id: format!("topic.{id}").into(), chat: chat.clone(), author, at, kind })
    }

    /// Those who came or went by this service message; `None` when it is about something else.
    pub(super) fn members(&self, message: &Value, chat: &ChatId, at: Timestamp) -> Option<Vec<Event>> {
        if message.get("forum_topic_created").is_some() {
            // Its own event is the topic's first message.
            return Some(self.topic_root(message, chat).into_iter().collect());
        }
        let (people, how) = match (message.get("new_chat_members"), message.get("left_chat_member")) {
            (Some(Value::Array(people)), _) => (people.iter().collect(), Membership::Joined),
            (_, Some(person)) if person["id"] == message["from"]["id"] => (vec![person], Membership::Left),
            (_, Some(person)) => (vec![person], Membership::Removed),
            _ => return None,
        };
        let told = people.into_iter().filter_map(|person| self.membership(person, chat, at, how));
        Some(told.collect())
    }

    /// Somebody came or went, as admins are told in groups of any size.
    pub(super) fn member_changed(&self, change: &Value) -> Option<Event> {
        let (old, new) = (&change["old_chat_member"], &change["new_chat_member"]);
        let (was, is) = (present(old), present(new));
        let chat = ChatId(change["chat"]["id"].as_i64()?.to_string());
        if was == is {
            return None;
        }
        let how = match new["status"].as_str() {
            _ if is => Membership::Joined,
            Some("kicked") => Membership::Banned,
            _ if new["user"]["id"] == change["from"]["id"] => Membership::Left,
            _ => Membership::Removed,
        };
        self.membership(&new["user"], &chat, date_of(change), how)
    }

    /// Our bot came to a group or a channel, or was taken out of it.
    pub(super) fn bot_moved(&self, id: &str, change: &Value) -> Option<Event> {
        let (was, is) = (present(&change["old_chat_member"]), present(&change["new_chat_member"]));
        if was == is || change["chat"]["type"] == "private" {
            return None;
        }
        let chat = ChatId(change["chat"]["id"].as_i64()?.to_string());
        let author = self.user_author(&change["from"]).unwrap_or_else(|| self.bridge_author());
        Some(Event { id: id.into(), chat, author, at: date_of(change), kind: Kind::Bot { came: is } })
    }

    fn membership(&self, person: &Value, chat: &ChatId, at: Timestamp, how: Membership) -> Option<Event> {
        let id = person["id"].as_i64().filter(|_| person["is_bot"] != true && self.announce_members)?;
        let author = Author::named(&self.network, id.to_string(), full_name(person));
        // The same news may come twice, as a service message and as a change of membership: by the same id within a minute.
        let id = format!("member.{id}.{}.{}", how == Membership::Joined, at.0 / 60_000).into();
        Some(Event { id, chat: chat.clone(), author, at, kind: Kind::Membership(how) })
    }
}
