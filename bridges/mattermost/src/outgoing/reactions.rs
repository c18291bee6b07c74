//! Reactions: by everybody's own account where they have one, else by the bot for all. (API v4, `POST /reactions`)

use contract::{Block, Body, Content, Parcel, Receipt, Result, Span, Text, Tone};
use serde_json::json;

use super::Voice;
use crate::{Mattermost, client::repeatable, text};

impl Mattermost {
    /// Shows a reaction, or no longer.
    pub(crate) async fn react(&self, parcel: &Parcel<'_>) -> Result<Receipt> {
        let Content::Reaction { target, emoji, added, copies, standing, .. } = parcel.content else {
            return Ok(Receipt::done());
        };
        if !copies.is_empty() {
            // It was said in a line.
            return self.delete(parcel, copies).await;
        }
        let voice = self.voice(parcel).await?;
        let custom = emoji.strip_prefix(':').and_then(|name| name.strip_suffix(':')).map(str::to_owned);
        let Some(name) = text::short(emoji).or(custom) else {
            return if *added { self.say_reaction(parcel, emoji).await } else { Ok(Receipt::done()) };
        };
        if !added && !voice.own && standing.iter().any(|stands| stands.emoji == *emoji) {
            // Somebody else has it still.
            return Ok(Receipt::done());
        }
        let done = match added {
            true => {
                let reaction =
                    json!({ "user_id": voice.user, "post_id": target.as_str(), "emoji_name": name });
                voice.client.post(&["reactions"], &reaction).await
            }
            false => {
                let path = ["users", &voice.user, "posts", target.as_str(), "reactions", &name];
                voice.client.delete(&path).await
            }
        };
        match done {
            Ok(_) => Ok(Receipt::done()),
            Err(failure) if failure.status() == Some(403) && self.is_gone(&voice, target.as_str()).await => {
                Ok(Receipt::done())
            }
            // The server has no emoji of that name, or the post has too many.
            Err(failure) if matches!(failure.status(), Some(400 | 404)) => match added {
                true if !self.is_gone(&voice, target.as_str()).await => {
                    self.say_reaction(parcel, emoji).await
                }
                _ => Ok(Receipt::done()),
            },
            Err(failure) => {
                Err(self.given_back(parcel, &voice, &failure).await.unwrap_or_else(|| repeatable(failure)))
            }
        }
    }

    async fn is_gone(&self, voice: &Voice, post: &str) -> bool {
        let answer = voice.client.get(&["posts", post]).await;
        matches!(answer, Err(failure) if matches!(failure.status(), Some(403 | 404)))
    }

    async fn say_reaction(&self, parcel: &Parcel<'_>, emoji: &str) -> Result<Receipt> {
        let Content::Reaction { target, .. } = parcel.content else { return Ok(Receipt::done()) };
        let text = Text(vec![Block::Paragraph(vec![Span::Plain(emoji.to_owned())])]);
        let body = Body { text, reply_to: Some(target.clone()), tone: Tone::Notice, ..Body::default() };
        self.say(parcel, &body).await
    }
}
