//! What the server itself says: what happened to the room, as quiet lines; and people coming and going.
//! (npm `@rocket.chat/message-types`)

use contract::{
    Author, Body, Event, Info, Kind, Media, MediaKind, Membership, Phrase, Result, Text, Timestamp,
};

use super::{Listener, Message};

impl Listener<'_> {
    pub(super) async fn system(&self, message: Message<'_>) -> Result<Vec<Event>> {
        if !message.is_new() {
            return Ok(Vec::new());
        }
        let at = Timestamp(message.written());
        let event = |author, kind| Event { id: message.id().into(), chat: message.chat(), author, at, kind };
        if let Some((who, how)) = member(&message) {
            if matches!(&who, Who::Named(username) if *username == self.bot.username) {
                let author = self.author(&message).unwrap_or_else(|| self.nobody());
                return Ok(vec![event(author, Kind::Bot { came: how == Membership::Joined })]);
            }
            let user = match who {
                Who::Actor => self.author(&message),
                Who::Named(username) => {
                    let user = self.people.named(username).await?;
                    let user = user.filter(|user| user.id != self.bot.id);
                    user.map(|user| Author::named(self.network, user.id.as_str(), &user.shown))
                }
            };
            let user = user.filter(|_| self.announce_members);
            return Ok(user.map(|user| event(user, Kind::Membership(how))).into_iter().collect());
        }
        if let archived @ ("room-archived" | "room-unarchived") = message.word("t") {
            let author = self.author(&message).unwrap_or_else(|| self.nobody());
            return Ok(vec![event(author, Kind::Archived(archived == "room-archived"))]);
        }
        let Some(author) = self.author(&message) else { return Ok(Vec::new()) };
        if let Some(info) = Self::info(&message) {
            return Ok(vec![event(author, Kind::Info(info))]);
        }
        let Some(line) = line(&message) else { return Ok(Vec::new()) };
        let body = Body::notice(Text::from(line));
        Ok(vec![event(author, Kind::Message { ids: vec![message.id().into()], body })])
    }

    /// What changed in the room itself.
    fn info(message: &Message<'_>) -> Option<Info> {
        let words = message.word("msg").trim();
        Some(match message.word("t") {
            "r" if !words.is_empty() => Info::Name(words.to_owned()),
            "room_changed_topic" => Info::Topic(Some(words.to_owned()).filter(|words| !words.is_empty())),
            "room_changed_avatar" => {
                let address = format!("/avatar/room/{}?format=png", message.room.id);
                Info::Picture(Some(Media::new(MediaKind::Photo, address, message.id())))
            }
            _ => return None,
        })
    }
}

/// Who a line about members is about.
enum Who<'a> {
    /// The one who did it.
    Actor,
    /// Somebody it names.
    Named(&'a str),
}

fn member<'a>(message: &Message<'a>) -> Option<(Who<'a>, Membership)> {
    let named = Who::Named(message.word("msg"));
    Some(match message.word("t") {
        "uj" | "ut" | "ujt" => (Who::Actor, Membership::Joined),
        "au" | "added-user-to-team" => (named, Membership::Joined),
        "ul" | "ult" => (Who::Actor, Membership::Left),
        "ru" | "removed-user-from-team" => (named, Membership::Removed),
        "user-banned" => (named, Membership::Banned),
        _ => return None,
    })
}

/// What happened to the room.
fn line(message: &Message<'_>) -> Option<Phrase> {
    let words = message.word("msg").trim();
    Some(match message.word("t") {
        "room_changed_description" | "room_changed_announcement" if words.is_empty() => {
            Phrase::new("chat-topic-removed")
        }
        "room_changed_description" | "room_changed_announcement" => {
            Phrase::new("chat-topic-changed").with("topic", Text::plain(words).excerpt(200))
        }
        "room-set-read-only" => Phrase::new("chat-read-only"),
        "room-removed-read-only" => Phrase::new("chat-writable"),
        "discussion-created" => Phrase::new("discussion-created").with("name", words),
        "videoconf" => Phrase::new("video-call"),
        _ => return None,
    })
}
