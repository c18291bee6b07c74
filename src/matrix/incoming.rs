//! What happened in a room, as an [`Event`].
//!
//! The envelope must be right; in the content only what is needed must. A picture whose height is a word is still a picture.

use contract::{Author, Body, ChatId, Event, Kind, Membership, MessageId, Phrase, Text, Timestamp, Tone};
use ruma::{EventId, OwnedUserId, RoomId, UserId};
use serde::Deserialize;
use serde_json::Value;

use super::{Matrix, appservice::kind_of};

mod beacons;
mod content;
mod oddities;
mod polls;
mod room;

use content::Said;

/// What the bot is called in commands.
const NAME: &str = "passerelle";

/// What an event of a room means to us.
#[derive(Debug)]
pub(super) enum Meaning {
    /// What to tell the others.
    Said(Vec<Event>),
    /// Somebody wants our bot in a room.
    Invited {
        /// The room.
        room: ChatId,
        /// Who.
        by: OwnedUserId,
        /// Whether it is for the two of them alone.
        alone: bool,
    },
    /// Nothing to us.
    Nothing,
}

/// The envelope of every event (client-server API, "Room event format").
#[derive(Debug, Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    event_id: String,
    room_id: String,
    sender: String,
    origin_server_ts: i64,
    state_key: Option<String>,
    #[serde(default)]
    content: Value,
    #[serde(default)]
    unsigned: Value,
    /// Of redactions, before room version 11.
    redacts: Option<String>,
}

impl Matrix {
    /// Reads an event as the homeserver pushed it. `Err` says why it cannot be understood, without quoting it.
    pub(super) fn understand(&self, raw: &str) -> Result<Meaning, String> {
        let envelope: Envelope = serde_json::from_str(raw)
            .or_else(|_| serde_json::from_value(wire::json::read(raw.as_bytes())?))
            .map_err(|why| kind_of(&why))?;
        let sender = UserId::parse(&envelope.sender).map_err(|why| format!("sender: {why}"))?;
        RoomId::parse(&envelope.room_id).map_err(|why| format!("room_id: {why}"))?;
        EventId::parse(&envelope.event_id).map_err(|why| format!("event_id: {why}"))?;
        if envelope.kind == "m.room.member" {
            return self.membership(&envelope, &sender);
        }
        if self.people.is_ours(&sender) {
            return Ok(Meaning::Nothing);
        }
        let kind = match (envelope.kind.as_str(), &envelope.state_key) {
            ("m.room.message" | "m.sticker", None) => Some(self.message(&envelope)?),
            ("m.poll.start" | "org.matrix.msc3381.poll.start", None) => {
                polls::asked(&envelope.event_id, &envelope.content)
            }
            ("m.poll.response" | "org.matrix.msc3381.poll.response", None) => {
                polls::response(&envelope.content)
            }
            ("m.poll.end" | "org.matrix.msc3381.poll.end", None) => polls::end(&envelope.content),
            ("m.beacon_info" | "org.matrix.msc3672.beacon_info", Some(key)) if *key == envelope.sender => {
                beacons::info(&envelope)
            }
            ("m.beacon" | "org.matrix.msc3672.beacon", None) => beacons::moved(&envelope.content),
            ("m.reaction", None) => reaction(&envelope)?,
            ("m.room.redaction", None) => Some(redaction(&envelope)?),
            ("m.room.encryption", Some(key)) if key.is_empty() => Some(Kind::Encrypted),
            ("m.room.tombstone", Some(key)) if key.is_empty() => moved(&envelope.content)?,
            (other, None) => oddities::oddity(other, &envelope),
            (_, Some(key)) if key.is_empty() => return Ok(self.changed(&envelope, &sender)),
            (_, Some(_)) => None,
        };
        Ok(kind.map_or(Meaning::Nothing, |kind| Meaning::Said(vec![self.event(&envelope, &sender, kind)])))
    }

    /// A change of the room itself, which may be several to the others.
    fn changed(&self, envelope: &Envelope, sender: &UserId) -> Meaning {
        let changes = (0..).zip(room::changes(envelope)).map(|(n, kind): (u32, _)| {
            let event = self.event(envelope, sender, kind);
            Event { id: format!("{}.{n}", event.id).into(), ..event }
        });
        Meaning::Said(changes.collect())
    }

    fn event(&self, envelope: &Envelope, sender: &UserId, kind: Kind) -> Event {
        let chat = ChatId::from(envelope.room_id.as_str());
        let person = self.people.person(sender);
        let name = self.names.get(&(chat.clone(), person.user.clone())).map(|name| name.clone());
        Event {
            id: envelope.event_id.as_str().into(),
            chat,
            author: Author { name, ..Author::of(person) },
            at: Timestamp(envelope.origin_server_ts),
            kind,
        }
    }

    fn message(&self, envelope: &Envelope) -> Result<Kind, String> {
        let said = Said::read(&envelope.kind, envelope.content.clone())?;
        let asked = command(&said).or_else(|| self.in_talk(envelope).then(|| plain_words(&said)).flatten());
        if let Some(words) = asked {
            let reply_to = said.reply_to();
            return Ok(Kind::Command { id: envelope.event_id.as_str().into(), words, reply_to });
        }
        if let Some(target) = said.edited() {
            let new = Said::read(&envelope.kind, envelope.content["m.new_content"].clone())?;
            return Ok(Kind::Edit { target, body: new.body(&self.people) });
        }
        let body = said.body(&self.people);
        Ok(Kind::Message { ids: vec![envelope.event_id.as_str().into()], body })
    }

    /// Whether something was said to the bot alone.
    fn in_talk(&self, envelope: &Envelope) -> bool {
        let with = self.talks.get(&ChatId::from(envelope.room_id.as_str()));
        with.is_some_and(|with| with.as_str() == envelope.sender)
    }

    fn membership(&self, envelope: &Envelope, sender: &UserId) -> Result<Meaning, String> {
        let Some(key) = &envelope.state_key else { return Err("a member without a state key".to_owned()) };
        let member = UserId::parse(key).map_err(|why| format!("state_key: {why}"))?;
        let now = envelope.content["membership"].as_str().unwrap_or_default();
        let room = ChatId::from(envelope.room_id.as_str());
        if member == self.people.bot() && now == "invite" {
            let alone = envelope.content["is_direct"] == true;
            return Ok(Meaning::Invited { room, by: sender.to_owned(), alone });
        }
        if now != "join" {
            self.joined.remove(&(room.clone(), member.clone()));
        }
        let said = |who: &UserId, kind| Meaning::Said(vec![self.event(envelope, who, kind)]);
        let before = envelope.unsigned["prev_content"]["membership"].as_str();
        let replaced = envelope.unsigned["replaces_state"].is_string();
        if member == self.people.bot() && now == "join" && before.is_none() && !replaced {
            // It made the room, or came in where nobody had invited it: there is nobody to greet.
            return Ok(Meaning::Nothing);
        }
        if member == self.people.bot() && before != Some(now) && matches!(now, "join" | "leave" | "ban") {
            return Ok(said(sender, Kind::Bot { came: now == "join" }));
        }
        if self.people.is_ours(&member) {
            if !matches!(now, "leave" | "ban") || self.people.is_ours(sender) {
                return Ok(Meaning::Nothing);
            }
            let who = self.people.person(&member);
            return Ok(match (before, now) {
                (Some("ban"), "leave") => said(sender, Kind::Readmitted { who }),
                (Some("ban"), _) => Meaning::Nothing,
                _ => said(sender, Kind::Removed { who, banned: now == "ban" }),
            });
        }
        if let Some(name) = envelope.content["displayname"].as_str().filter(|name| !name.trim().is_empty()) {
            self.remember_name(&room, &self.people.person(&member).user, name);
        }
        let how = match (before, now) {
            // Without what was before, a first state is news and a later one a change of name.
            (None, "join") if !replaced => Membership::Joined,
            (Some(before), "join") if before != "join" => Membership::Joined,
            (Some("join"), "leave") if member == *sender => Membership::Left,
            (Some("join"), "leave") => Membership::Removed,
            (Some("join"), "ban") => Membership::Banned,
            _ => return Ok(Meaning::Nothing),
        };
        if !self.announce_members {
            return Ok(Meaning::Nothing);
        }
        Ok(said(&member, Kind::Membership(how)))
    }
}

/// The words after `!passerelle`.
fn command(said: &Said) -> Option<Vec<String>> {
    // As on the networks where the bot is called by its name, too; a phone writes capitals and spaces of its own.
    let called = said.plain_text()?.trim_start().strip_prefix(['!', '@'])?.trim_start();
    let (name, rest) = called.split_at_checked(NAME.len())?;
    let end = rest.trim_start_matches([':', ',']);
    let asked = name.eq_ignore_ascii_case(NAME) && (end.is_empty() || end.starts_with(char::is_whitespace));
    asked.then(|| split(end))
}

/// The words of somebody who talks to the bot alone: none with a file, which can only be answered with help. What corrects
/// others says nothing.
fn plain_words(said: &Said) -> Option<Vec<String>> {
    if said.edited().is_some() {
        return None;
    }
    let words = said.plain_text().or_else(|| said.is_file().then_some(""))?;
    // The sign of commands elsewhere is no word.
    Some(split(words.trim_start().trim_start_matches(['!', '/'])))
}

fn split(words: &str) -> Vec<String> {
    words.split_whitespace().take(64).map(str::to_owned).collect()
}

fn reaction(envelope: &Envelope) -> Result<Option<Kind>, String> {
    #[derive(Deserialize)]
    struct Content {
        #[serde(rename = "m.relates_to")]
        relates_to: Annotation,
    }
    #[derive(Deserialize)]
    struct Annotation {
        event_id: String,
        key: String,
    }
    let content: Content = serde_json::from_value(envelope.content.clone()).map_err(|why| kind_of(&why))?;
    let key = content.relates_to.key;
    // A picture of somebody's own cannot be a reaction elsewhere; a star stands for it.
    let emoji = if key.starts_with("mxc://") { "⭐".to_owned() } else { bare(&key) };
    if emoji.is_empty() || emoji.len() > 64 {
        return Ok(None);
    }
    let id = Some(MessageId::from(envelope.event_id.as_str()));
    Ok(Some(Kind::Reaction { id, target: content.relates_to.event_id.into(), emoji, added: true }))
}

/// An emoji without the variation selector that says no more than it does.
fn bare(key: &str) -> String {
    if key.matches('\u{fe0f}').count() == 1 { key.replace('\u{fe0f}', "") } else { key.to_owned() }
}

fn redaction(envelope: &Envelope) -> Result<Kind, String> {
    let target = envelope.content["redacts"].as_str().or(envelope.redacts.as_deref());
    Ok(Kind::Delete { target: target.ok_or("a redaction of nothing")?.into() })
}

fn moved(content: &Value) -> Result<Option<Kind>, String> {
    match content["replacement_room"].as_str() {
        Some(to) => {
            RoomId::parse(to).map_err(|why| format!("replacement_room: {why}"))?;
            Ok(Some(Kind::Moved { to: to.into() }))
        }
        None => Ok(None),
    }
}

/// A short line saying what something was.
fn line(event_id: &str, phrase: Phrase) -> Kind {
    let body = Body { tone: Tone::Notice, ..Body::of(Text::from(phrase)) };
    Kind::Message { ids: vec![event_id.into()], body }
}

#[cfg(test)]
pub(super) mod tests;
