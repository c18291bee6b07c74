//! Reactions: the bot has each emoji that somebody elsewhere has (REST, `chat.react`).

use contract::{Block, Body, Content, Parcel, Receipt, Result, Span, Text, Tone};
use serde_json::json;

use crate::{RocketChat, client::repeatable, text};

impl RocketChat {
    /// Shows a reaction, or no longer.
    pub(crate) async fn react(&self, parcel: &Parcel<'_>) -> Result<Receipt> {
        let Content::Reaction { target, emoji, added, copies, standing, .. } = parcel.content else {
            return Ok(Receipt::done());
        };
        if !copies.is_empty() {
            // It was said in a line.
            return self.delete(parcel, copies).await;
        }
        if !added && standing.iter().any(|stands| stands.emoji == *emoji) {
            // Somebody else has it still.
            return Ok(Receipt::done());
        }
        let custom = emoji.strip_prefix(':').and_then(|name| name.strip_suffix(':')).map(str::to_owned);
        let Some(name) = text::short(emoji).or(custom) else {
            return if *added { self.say_reaction(parcel, emoji).await } else { Ok(Receipt::done()) };
        };
        let body =
            json!({ "messageId": target.as_str(), "emoji": format!(":{name}:"), "shouldReact": added });
        match self.client.post(&["chat.react"], &body).await {
            Ok(_) => Ok(Receipt::done()),
            // An emoji that the server has not is said; a message that is gone needs none.
            Err(failure) if failure.says("error", "Invalid emoji") => match added {
                true => self.say_reaction(parcel, emoji).await,
                false => Ok(Receipt::done()),
            },
            Err(failure) if failure.says("error", "error-message-not-found") => Ok(Receipt::done()),
            Err(failure) => Err(repeatable(failure)),
        }
    }

    async fn say_reaction(&self, parcel: &Parcel<'_>, emoji: &str) -> Result<Receipt> {
        let Content::Reaction { target, .. } = parcel.content else { return Ok(Receipt::done()) };
        let text = Text(vec![Block::Paragraph(vec![Span::Plain(emoji.to_owned())])]);
        let body = Body { text, reply_to: Some(target.clone()), tone: Tone::Notice, ..Body::default() };
        self.say(parcel, &body).await
    }
}
