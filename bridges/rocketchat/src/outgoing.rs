//! What others said, as messages of the bot under their names.

use std::collections::HashMap;

use contract::{
    Block, Body, Copy, Fault, MessageId, Parcel, Person, Phrase, Receipt, Result, Span, Style, Text, Tone,
    one_line, signed,
};
use serde_json::{Value, json};
use wire::Failure;

use crate::{
    RocketChat,
    client::{code, is_absent, repeatable, sending},
    text,
};

mod changes;
mod files;
mod reactions;
mod steps;

use steps::{Step, steps};

/// The alphabet of the server's own ids (Meteor, `Random.id`).
const ALPHABET: &[u8; 55] = b"23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";

/// How a message is said: under whose name, and about what.
#[derive(Clone, Debug)]
struct Manner {
    /// Whether the server shows another name over the bot's.
    named: bool,
    thread: Option<String>,
    /// Whether nothing it links to is to be shown.
    no_preview: bool,
}

impl RocketChat {
    /// Says one step of a message.
    pub(crate) async fn say(&self, parcel: &Parcel<'_>, body: &Body) -> Result<Receipt> {
        self.ensure_settings().await?;
        let named = self.may_name();
        match self.say_as(parcel, body, named).await {
            Err(Fault::Refused { detail, .. }) if named && detail.contains("Not enough permission") => {
                tracing::warn!(network = %self.name, "the bot may not speak under other names: it needs the role `bot`");
                self.must_not_name();
                self.say_as(parcel, body, false).await
            }
            said => said,
        }
    }

    async fn say_as(&self, parcel: &Parcel<'_>, body: &Body, named: bool) -> Result<Receipt> {
        let steps = self.steps(parcel, body, named).await?;
        let at = parcel.step as usize;
        let Some(step) = steps.get(at) else { return Ok(Receipt::done()) };
        let made = self.say_step(parcel, &manner(body, named), step).await?;
        Ok(Receipt { made: vec![made], more: at + 1 < steps.len(), ..Receipt::default() })
    }

    /// Makes what is there say something else; says what is more of it now, and takes away what is less.
    /// A file cannot be changed: where there is another, its message is said anew.
    pub(crate) async fn edit(
        &self,
        parcel: &Parcel<'_>,
        copies: &[Copy],
        body: &Body,
        refiled: bool,
    ) -> Result<Receipt> {
        self.ensure_settings().await?;
        let named = self.may_name();
        let steps = self.steps(parcel, body, named).await?;
        let at = parcel.step as usize;
        let Some(step) = steps.get(at) else { return Ok(Receipt::done()) };
        let mut receipt = Receipt { more: at + 1 < steps.len(), ..Receipt::default() };
        match copies.iter().find(|copy| copy.step == parcel.step) {
            Some(copy) if !(refiled && self.is_of_files(step, &copy.id).await?) => {
                self.update(parcel, &copy.id, step.words()).await?;
            }
            there => {
                receipt.made = vec![self.say_step(parcel, &manner(body, named), step).await?];
                if let Some(copy) = there {
                    self.delete_one(parcel, &copy.id).await?;
                    receipt.gone.push(copy.id.clone());
                }
            }
        }
        if !receipt.more {
            for copy in copies.iter().filter(|copy| copy.step as usize >= steps.len()) {
                self.delete_one(parcel, &copy.id).await?;
                receipt.gone.push(copy.id.clone());
            }
        }
        Ok(receipt)
    }

    /// Whether a step has a file, or the message in its place has one.
    async fn is_of_files(&self, step: &Step, there: &MessageId) -> Result<bool> {
        Ok(match step {
            Step::File { .. } => true,
            Step::Words(_) => {
                self.get_message(there.as_str()).await?.is_some_and(|message| message["file"].is_object())
            }
        })
    }

    /// Takes messages away.
    pub(crate) async fn delete(&self, parcel: &Parcel<'_>, copies: &[Copy]) -> Result<Receipt> {
        for copy in copies {
            self.delete_one(parcel, &copy.id).await?;
        }
        Ok(Receipt { gone: copies.iter().map(|copy| copy.id.clone()).collect(), ..Receipt::default() })
    }

    /// The messages a body becomes.
    async fn steps(&self, parcel: &Parcel<'_>, body: &Body, named: bool) -> Result<Vec<Step>> {
        let alone = named || parcel.author.is_bridge();
        let words = match (alone, body.tone) {
            (true, Tone::Emote) => emote(&body.text),
            (true, _) => body.text.clone(),
            (false, _) => signed(parcel.author, body),
        };
        let names = self.usernames(&words).await?;
        let call = |person: &Person, _: &str| names.get(person).cloned();
        let name = match alone {
            true => String::new(),
            false => text::write(&signed(parcel.author, &Body::default()), &call),
        };
        let quote = self.quote(parcel, body).await?;
        Ok(steps(&text::write(&words, &call), &name, &quote, &body.media, self.settings().message))
    }

    /// What people of this server are called by `@`, of those that a text names.
    async fn usernames(&self, words: &Text) -> Result<HashMap<Person, String>> {
        let mut names = HashMap::new();
        for person in words.mentioned() {
            if person.network == self.name
                && let Some(user) = self.people.user(person.user.as_str()).await?
            {
                names.insert(person.clone(), user.username.clone());
            }
        }
        Ok(names)
    }

    /// The link that quotes the message which is answered, for the beginning of the words. In a thread, its first message
    /// is answered without.
    async fn quote(&self, parcel: &Parcel<'_>, body: &Body) -> Result<String> {
        let Some(id) = body.reply_to.as_ref().filter(|id| body.thread.as_ref() != Some(*id)) else {
            return Ok(String::new());
        };
        let room = self.room(parcel.chat.as_str()).await?;
        Ok(format!("[ ]({}) ", room.address(&self.settings().site, id.as_str())))
    }

    async fn say_step(&self, parcel: &Parcel<'_>, manner: &Manner, step: &Step) -> Result<MessageId> {
        match step {
            Step::Words(words) => self.say_words(parcel, manner, words).await,
            Step::File { media, words } => self.say_file(parcel, manner, media, words).await,
        }
    }

    /// `chat.sendMessage` with an id of our own: said twice, it is there once.
    async fn say_words(&self, parcel: &Parcel<'_>, manner: &Manner, words: &str) -> Result<MessageId> {
        let id = own_id(&parcel.key);
        let mut message = json!({ "_id": id, "rid": parcel.chat.as_str(), "msg": words, "groupable": false });
        if let Some(thread) = &manner.thread {
            message["tmid"] = json!(thread);
        }
        put_name(parcel, manner, &mut message);
        let mut request = json!({ "message": message });
        if manner.no_preview {
            request["previewUrls"] = json!([]);
        }
        match self.client.post(&["chat.sendMessage"], &request).await {
            Ok(made) => Ok(made["message"]["_id"].as_str().unwrap_or(&id).into()),
            // A repeated id is refused by accident, in the words of a programming error.
            Err(failure)
                if matches!(failure.status(), Some(400 | 500)) && self.is_there(parcel, &id).await? =>
            {
                tracing::info!(chat = %parcel.chat, "a message whose answer was lost is there");
                Ok(id.as_str().into())
            }
            Err(failure) => Err(sending(failure)),
        }
    }

    /// Whether a message of our own with that id is in the parcel's room.
    async fn is_there(&self, parcel: &Parcel<'_>, id: &str) -> Result<bool> {
        let Some(message) = self.get_message(id).await? else { return Ok(false) };
        let own = self.client.session().await?.user;
        Ok(message["rid"] == parcel.chat.as_str() && message["u"]["_id"] == own.as_str())
    }

    async fn get_message(&self, id: &str) -> Result<Option<Value>> {
        match self.client.get("chat.getMessage", &[("msgId", id)]).await {
            Ok(answer) => Ok(Some(answer["message"].clone()).filter(Value::is_object)),
            Err(failure) if is_absent(&failure) && !failure.says("error", "not-allowed") => Ok(None),
            Err(failure) => Err(repeatable(failure)),
        }
    }

    /// `chat.update`. What a file's message says is its caption.
    async fn update(&self, parcel: &Parcel<'_>, id: &MessageId, words: &str) -> Result<()> {
        let body = json!({ "roomId": parcel.chat.as_str(), "msgId": id.as_str(), "text": words });
        match self.client.post(&["chat.update"], &body).await {
            Ok(_) => Ok(()),
            Err(failure) => self.unless_gone(id, failure, "no-right-to-write").await,
        }
    }

    async fn delete_one(&self, parcel: &Parcel<'_>, id: &MessageId) -> Result<()> {
        let body = json!({ "roomId": parcel.chat.as_str(), "msgId": id.as_str() });
        match self.client.post(&["chat.delete"], &body).await {
            Ok(_) => Ok(()),
            Err(failure) => self.unless_gone(id, failure, "no-right-to-delete").await,
        }
    }

    /// A refusal to change a message is none when the message is gone.
    async fn unless_gone(&self, id: &MessageId, failure: Failure, right: &str) -> Result<()> {
        let Failure::Refused { status: 400, body } = &failure else { return Err(repeatable(failure)) };
        let gone = self.get_message(id.as_str()).await?.is_none_or(|message| message["t"] == "rm");
        match (gone, code(body)) {
            (true, _) => Ok(()),
            (
                _,
                "error-action-not-allowed"
                | "error-message-deleting-blocked"
                | "error-message-editing-blocked",
            ) => Err(Fault::refused(Phrase::new(right), code(body))),
            _ => Err(repeatable(failure)),
        }
    }

    /// Shows that somebody writes: as the bot, since nobody else is there (DDP, `stream-notify-room`).
    pub(crate) async fn show_typing(&self, room: &str, on: bool) -> Result<()> {
        let session = self.client.session().await?;
        let Some(bot) = self.people.user(&session.user).await? else { return Ok(()) };
        let settings = self.settings();
        // A name that is not the one shown is dropped without a word.
        let name = if settings.real_names { &bot.shown } else { &bot.username };
        let params = match settings.tells_typing_as_of_old() {
            true => json!([format!("{room}/typing"), name, on]),
            false => {
                let activities = if on { json!(["user-typing"]) } else { json!([]) };
                json!([format!("{room}/user-activity"), name, activities, {}])
            }
        };
        let frame = json!({ "msg": "method", "id": "1", "method": "stream-notify-room", "params": params });
        let body = json!({ "message": frame.to_string() });
        self.client.post(&["method.call", "stream-notify-room"], &body).await.map_err(repeatable)?;
        Ok(())
    }
}

/// Puts the author's name and picture on a message.
fn put_name(parcel: &Parcel<'_>, manner: &Manner, message: &mut Value) {
    if manner.named && !parcel.author.is_bridge() {
        message["alias"] = json!(one_line(parcel.author.shown()));
        if let Some(face) = &parcel.face {
            message["avatar"] = json!(face);
        }
    }
}

/// How a body is to be said.
fn manner(body: &Body, named: bool) -> Manner {
    let thread = body.thread.as_ref().map(|id| id.as_str().to_owned());
    Manner { named, thread, no_preview: body.no_preview }
}

/// A message id like the server's, the same for the same key.
fn own_id(key: &str) -> String {
    let bytes = key.as_bytes().chunks(2).map(|pair| {
        std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or_default()
    });
    let letters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
    letters.chain(['p']).collect()
}

/// An action: the server has none of its own.
fn emote(words: &Text) -> Text {
    let mut blocks = words.0.clone();
    for block in &mut blocks {
        if let Block::Paragraph(spans) = block {
            *spans = vec![Span::Styled(Style::Italic, std::mem::take(spans))];
        }
    }
    Text(blocks).normal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_like_the_servers_and_comes_of_the_key() {
        let id = own_id("00112233445566778899aabbccddeeff");
        assert_eq!(id.len(), 17);
        assert_eq!(id, own_id("00112233445566778899aabbccddeeff"));
        assert_ne!(id, own_id("00112233445566778899aabbccddeefe"));
    }
}
