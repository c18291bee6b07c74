//! What others said, as messages of the bot.

use contract::{
    Body, Content, Copy, Fault, MessageId, NetworkName, Parcel, Phrase, Poll, Receipt, Result, Tone,
};
use serde_json::{Value, json};

use crate::{
    Telegram,
    client::{DeleteMessage, EditMessageCaption, EditMessageText, Failure, SendMessage, SendPoll},
    incoming::poll_id,
    text::{Written, write},
};

mod chat;
mod files;
mod places;
mod probe;
mod reactions;
mod steps;

use places::is_as_it_was;
use steps::{Step, steps};

/// What every send says besides its words.
#[derive(Clone, Debug)]
struct Manner {
    chat: i64,
    thread: Option<i64>,
    reply_to: Option<i64>,
    quiet: bool,
    /// The words that are answered, of those of the message.
    quote: Option<Written>,
    no_preview: bool,
}

/// How Telegram says that a message cannot be made into something else.
const CANNOT_BECOME: [&str; 6] = [
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "message can't be edited",
    "can't use the media of the specified type in the album",
    "MEDIA_PREV_INVALID",
    "MEDIA_NEW_INVALID",
];

impl Telegram {
    /// Says one step of a message.
    pub(crate) async fn say(&self, parcel: &Parcel<'_>, body: &Body) -> Result<Receipt> {
        let steps = steps(parcel.author, body, &self.name);
        let at = parcel.step as usize;
        if steps.iter().any(|step| matches!(step, Step::Poll(poll) if !steps::is_taken(poll))) {
            return Err(Fault::Unsupported);
        }
        let Some(step) = steps.get(at) else { return Ok(Receipt::done()) };
        let made = self.say_step(parcel, &manner(&self.name, parcel, body, at == 0)?, step).await?;
        Ok(Receipt { made, more: at + 1 < steps.len(), ..Receipt::default() })
    }

    /// As how many messages a step counts: an edit as one, a deletion as none (Bots FAQ; edits by experience).
    pub(crate) fn weight(&self, parcel: &Parcel<'_>) -> u32 {
        let messages = |body| {
            let steps = steps(parcel.author, body, &self.name);
            steps.get(parcel.step as usize).map_or(0, Step::messages)
        };
        let messages = match parcel.content {
            Content::Message(body) | Content::Edit { body, refiled: true, .. } => messages(body),
            Content::Delete { .. } | Content::Info(_) => 0,
            Content::Edit { copies, body, .. }
                if is_as_it_was(&steps(parcel.author, body, &self.name), parcel.step as usize, copies) =>
            {
                0
            }
            // The line below too, where there are several.
            Content::Reaction { standing, .. } => 1 + usize::from(standing.len() > 1),
            Content::Edit { .. } | Content::Membership(_) | Content::Poll { .. } | Content::Pin { .. } => 1,
        };
        u32::try_from(messages).unwrap_or(u32::MAX)
    }

    /// Makes what is there say something else; says what is more of it now, and takes away what is less.
    pub(crate) async fn edit(
        &self,
        parcel: &Parcel<'_>,
        copies: &[Copy],
        body: &Body,
        refiled: bool,
    ) -> Result<Receipt> {
        let steps = steps(parcel.author, body, &self.name);
        let at = parcel.step as usize;
        let Some(step) = steps.get(at) else { return Ok(Receipt::done()) };
        let manner = manner(&self.name, parcel, body, false)?;
        let mut receipt = Receipt { more: at + 1 < steps.len(), ..Receipt::default() };
        if is_as_it_was(&steps, at, copies) {
            return Ok(receipt);
        }
        let there: Vec<&MessageId> =
            copies.iter().filter(|copy| copy.step == parcel.step).map(|copy| &copy.id).collect();
        if there.is_empty() || !self.edit_step(parcel, manner.chat, &there, step, refiled).await? {
            receipt.made = self.say_step(parcel, &manner, step).await?;
            receipt.gone = self.delete_all(manner.chat, &there).await?;
        }
        if !receipt.more {
            let less = copies.iter().filter(|copy| copy.step as usize >= steps.len()).map(|copy| &copy.id);
            receipt.gone.extend(self.delete_all(manner.chat, &less.collect::<Vec<_>>()).await?);
        }
        Ok(receipt)
    }

    /// Takes messages away.
    pub(crate) async fn delete(&self, parcel: &Parcel<'_>, copies: &[Copy]) -> Result<Receipt> {
        let there: Vec<&MessageId> = copies.iter().map(|copy| &copy.id).collect();
        let gone = self.delete_all(chat_of(parcel)?, &there).await?;
        Ok(Receipt { gone, ..Receipt::default() })
    }

    async fn delete_all(&self, chat: i64, ids: &[&MessageId]) -> Result<Vec<MessageId>> {
        for id in ids {
            self.delete_one(chat, id).await?;
        }
        Ok(ids.iter().copied().cloned().collect())
    }

    async fn say_step(&self, parcel: &Parcel<'_>, manner: &Manner, step: &Step) -> Result<Vec<MessageId>> {
        if parcel.unclear {
            if let Some(found) = self.find(parcel, manner.chat, step).await? {
                return Ok(found);
            }
            self.in_doubt.again()?;
        }
        let sent = match step {
            Step::Words(words) => vec![self.send_words(manner, words).await.map_err(Failure::sending)?],
            Step::Files { media, caption } => self.send_files(parcel, manner, media, caption).await?,
            Step::Place(location) => vec![self.send_place(manner, location).await.map_err(Failure::sending)?],
            Step::Poll(poll) => vec![self.send_poll(manner, poll).await.map_err(Failure::sending)?],
        };
        let id = |message: &Value| Some(MessageId(message["message_id"].as_i64()?.to_string()));
        let ids: Vec<MessageId> = sent.iter().filter_map(id).collect();
        if ids.is_empty() {
            return Err(Fault::unclear("Telegram gave no message id"));
        }
        // The message last, as the newest that we made.
        let polls = sent.iter().filter_map(|message| poll_id(&message["poll"]));
        Ok(polls.chain(ids).collect())
    }

    async fn send_words(&self, manner: &Manner, words: &Written) -> std::result::Result<Value, Failure> {
        let mut params = manner.params();
        params["text"] = json!(words.text);
        params["entities"] = json!(words.entities);
        if manner.no_preview {
            params["link_preview_options"] = json!({ "is_disabled": true });
        }
        self.client.call(SendMessage(params)).await
    }

    /// A poll whose votes the bot is told (Bot API, `sendPoll`).
    async fn send_poll(&self, manner: &Manner, poll: &Poll) -> std::result::Result<Value, Failure> {
        let mut params = manner.params();
        params["question"] = json!(poll.question);
        let option = |answer: &contract::Answer| json!({ "text": answer.text });
        params["options"] = poll.answers.iter().map(option).collect();
        params["is_anonymous"] = json!(false);
        params["allows_multiple_answers"] = json!(poll.most > 1);
        self.client.call(SendPoll(params)).await
    }

    /// Makes messages say what a step says; `false` when they cannot be made to, and are to be said anew.
    async fn edit_step(
        &self,
        parcel: &Parcel<'_>,
        chat: i64,
        there: &[&MessageId],
        step: &Step,
        refiled: bool,
    ) -> Result<bool> {
        let done = match step {
            // A place that does not move stays where it was.
            Step::Place(place) if !place.live => return Ok(true),
            // What was asked cannot be changed: it is asked anew.
            Step::Poll(_) => return Ok(false),
            Step::Files { media, caption } if refiled => {
                if media.len() != there.len() {
                    return Ok(false);
                }
                self.put_files(parcel, chat, there, media, caption).await?
            }
            _ => self.put_words(chat, number(there[0])?, step).await.map(drop),
        };
        match done {
            Err(failure) if failure.says("message is not modified") => Ok(true),
            // Somebody took it away on this side: there is nothing to change.
            Err(failure) if failure.says("message to edit not found") => Ok(true),
            // Words cannot become a file, nor a file words.
            Err(failure) if CANNOT_BECOME.iter().any(|words| failure.says(words)) => Ok(false),
            // A picture that Telegram will not show is sent as a file.
            Err(failure) if files::is_about_the_picture(&failure) => Ok(false),
            Err(failure) => Err(failure.repeatable()),
            Ok(()) => Ok(true),
        }
    }

    /// Edits a message to say what a step says (Bot API, `editMessageText`, `editMessageCaption`,
    /// `editMessageLiveLocation`).
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
            Step::Place(place) if place.live => self.move_place(chat, id, place).await,
            Step::Place(_) | Step::Poll(_) => {
                Err(Failure::Refused("Bad Request: no words to edit".to_owned()))
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
            if let Some(quote) = &self.quote {
                params["reply_parameters"]["quote"] = json!(quote.text);
                params["reply_parameters"]["quote_entities"] = json!(quote.entities);
            }
        }
        if self.quiet {
            params["disable_notification"] = json!(true);
        }
        params
    }
}

/// How a body is to be said. Only its first step is an answer.
fn manner(own: &NetworkName, parcel: &Parcel<'_>, body: &Body, first: bool) -> Result<Manner> {
    let topic = body.thread.as_ref().and_then(|id| id.as_str().strip_prefix("topic:")?.parse().ok());
    // A thread that began with an ordinary message is a tree of answers here.
    let answered = body.reply_to.as_ref().or(body.thread.as_ref()).filter(|_| first);
    Ok(Manner {
        chat: chat_of(parcel)?,
        thread: topic,
        reply_to: answered.and_then(|id| number(id).ok()),
        quiet: body.tone == Tone::Notice,
        quote: body.quote.as_ref().filter(|_| first).map(|quote| write(quote, own)),
        no_preview: body.no_preview,
    })
}

fn chat_of(parcel: &Parcel<'_>) -> Result<i64> {
    let id = parcel.chat.as_str().parse();
    id.map_err(|_| Fault::refused(Phrase::new("not-in-chat"), "the chat's id is no number"))
}

fn number(id: &MessageId) -> Result<i64> {
    id.as_str().parse().map_err(|_| Fault::Unsupported)
}
