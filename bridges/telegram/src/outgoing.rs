//! What others said, as messages of the bot.

use contract::{Body, Copy, Fault, MessageId, Parcel, Phrase, Receipt, Result, Tone};
use serde_json::{Value, json};

use crate::{
    Telegram,
    client::{DeleteMessage, EditMessageCaption, EditMessageText, Failure, SendMessage},
    text::Written,
};

mod files;
mod probe;
mod reactions;
mod steps;

use steps::{Step, steps};

/// What every send says besides its words.
#[derive(Clone, Debug)]
struct Manner {
    chat: i64,
    thread: Option<i64>,
    reply_to: Option<i64>,
    quiet: bool,
}

impl Telegram {
    /// Says one step of a message.
    pub(crate) async fn say(&self, parcel: &Parcel<'_>, body: &Body) -> Result<Receipt> {
        let steps = steps(parcel.author, body, &self.name);
        let at = parcel.step as usize;
        let Some(step) = steps.get(at) else { return Ok(Receipt::done()) };
        let made = self.say_step(parcel, &manner(parcel, body, at == 0)?, step).await?;
        Ok(Receipt { made, more: at + 1 < steps.len(), ..Receipt::default() })
    }

    /// Makes what is there say something else; says what is more of it now, and takes away what is less.
    pub(crate) async fn edit(&self, parcel: &Parcel<'_>, copies: &[Copy], body: &Body) -> Result<Receipt> {
        let steps = steps(parcel.author, body, &self.name);
        let at = parcel.step as usize;
        let Some(step) = steps.get(at) else { return Ok(Receipt::done()) };
        let manner = manner(parcel, body, false)?;
        let mut receipt = Receipt { more: at + 1 < steps.len(), ..Receipt::default() };
        match copies.iter().find(|copy| copy.step == parcel.step) {
            Some(copy) => self.edit_step(manner.chat, &copy.id, step).await?,
            None => receipt.made = self.say_step(parcel, &manner, step).await?,
        }
        if !receipt.more {
            for copy in copies.iter().filter(|copy| copy.step as usize >= steps.len()) {
                self.delete_one(manner.chat, &copy.id).await?;
                receipt.gone.push(copy.id.clone());
            }
        }
        Ok(receipt)
    }

    /// Takes messages away.
    pub(crate) async fn delete(&self, parcel: &Parcel<'_>, copies: &[Copy]) -> Result<Receipt> {
        let chat = chat_of(parcel)?;
        for copy in copies {
            self.delete_one(chat, &copy.id).await?;
        }
        Ok(Receipt { gone: copies.iter().map(|copy| copy.id.clone()).collect(), ..Receipt::default() })
    }

    async fn say_step(&self, parcel: &Parcel<'_>, manner: &Manner, step: &Step) -> Result<Vec<MessageId>> {
        if parcel.unclear
            && let Some(found) = self.find(parcel, manner.chat, step).await?
        {
            return Ok(found);
        }
        let sent = match step {
            Step::Words(words) => vec![self.send_words(manner, words).await.map_err(Failure::sending)?],
            Step::Files { media, caption } => self.send_files(parcel, manner, media, caption).await?,
        };
        let ids: Vec<i64> = sent.iter().filter_map(|message| message["message_id"].as_i64()).collect();
        if ids.is_empty() {
            return Err(Fault::unclear("Telegram gave no message id"));
        }
        Ok(ids.iter().map(|id| MessageId(id.to_string())).collect())
    }

    async fn send_words(&self, manner: &Manner, words: &Written) -> std::result::Result<Value, Failure> {
        let mut params = manner.params();
        params["text"] = json!(words.text);
        params["entities"] = json!(words.entities);
        self.client.call(SendMessage(params)).await
    }

    async fn edit_step(&self, chat: i64, id: &MessageId, step: &Step) -> Result<()> {
        match self.put_words(chat, number(id)?, step).await {
            Err(failure) if failure.says("message is not modified") => Ok(()),
            // Somebody took it away on this side: there is nothing to change.
            Err(failure) if failure.says("message to edit not found") => Ok(()),
            Err(failure) => Err(failure.repeatable()),
            Ok(_) => Ok(()),
        }
    }

    /// Edits a message to say what a step says (Bot API, `editMessageText`, `editMessageCaption`).
    async fn put_words(&self, chat: i64, id: i64, step: &Step) -> std::result::Result<Value, Failure> {
        match step {
            Step::Words(words) => {
                let params = json!({
                    "chat_id": chat, "message_id": id, "text": words.text, "entities": words.entities,
                });
                self.client.call(EditMessageText(params)).await
            }
            Step::Files { caption, .. } => {
                let params = json!({
                    "chat_id": chat, "message_id": id, "caption": caption.text, "caption_entities": caption.entities,
                });
                self.client.call(EditMessageCaption(params)).await
            }
        }
    }

    async fn delete_one(&self, chat: i64, id: &MessageId) -> Result<()> {
        let Ok(id) = number(id) else { return Ok(()) };
        match self.client.call(DeleteMessage(json!({ "chat_id": chat, "message_id": id }))).await {
            Err(failure) if failure.says("message to delete not found") => Ok(()),
            Err(failure) if failure.says("message can't be deleted") => {
                Err(Fault::refused(Phrase::new("cannot-delete-on-telegram"), "message can't be deleted"))
            }
            Err(failure) => Err(failure.repeatable()),
            Ok(_) => Ok(()),
        }
    }
}

impl Manner {
    fn params(&self) -> Value {
        let mut params = json!({ "chat_id": self.chat });
        if let Some(thread) = self.thread {
            params["message_thread_id"] = json!(thread);
        }
        if let Some(id) = self.reply_to {
            params["reply_parameters"] = json!({ "message_id": id, "allow_sending_without_reply": true });
        }
        if self.quiet {
            params["disable_notification"] = json!(true);
        }
        params
    }
}

/// How a body is to be said. Only its first step is an answer.
fn manner(parcel: &Parcel<'_>, body: &Body, first: bool) -> Result<Manner> {
    let topic = body.thread.as_ref().and_then(|id| id.as_str().strip_prefix("topic:")?.parse().ok());
    // A thread that began with an ordinary message is a tree of answers here.
    let answered = body.reply_to.as_ref().or(body.thread.as_ref()).filter(|_| first);
    Ok(Manner {
        chat: chat_of(parcel)?,
        thread: topic,
        reply_to: answered.and_then(|id| number(id).ok()),
        quiet: body.tone == Tone::Notice,
    })
}

fn chat_of(parcel: &Parcel<'_>) -> Result<i64> {
    let id = parcel.chat.as_str().parse();
    id.map_err(|_| Fault::refused(Phrase::new("not-in-chat"), "the chat's id is no number"))
}

fn number(id: &MessageId) -> Result<i64> {
    id.as_str().parse().map_err(|_| Fault::Unsupported)
}
