//! Reactions. A bot has one on each message, of a fixed set: it shows the newest that people elsewhere have there;
//! one outside the set is said in a line. (Bot API, `setMessageReaction`, `ReactionTypeEmoji`)

use contract::{Body, Content, MessageId, Parcel, Receipt, Result, Span, Text, Tone};
use serde_json::json;

use super::{
    manner, number,
    steps::{Step, steps},
};
use crate::{
    Telegram,
    client::{Failure, SetMessageReaction},
};

/// The emoji a reaction may be.
const ALLOWED: &str = "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 \
                       🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡";

impl Telegram {
    /// Shows a reaction, or no longer.
    pub(crate) async fn react(&self, parcel: &Parcel<'_>) -> Result<Receipt> {
        let Content::Reaction { target, emoji, added, copies, standing } = parcel.content else {
            return Ok(Receipt::done());
        };
        if !copies.is_empty() {
            // It was said in a line.
            return self.delete(parcel, copies).await;
        }
        let shown = standing.iter().rev().find_map(|emoji| allowed(emoji));
        let sayable = allowed(emoji).is_some();
        if sayable || !*added {
            match self.set_reaction(parcel, target, shown).await {
                Err(failure) if failure.says("REACTION_INVALID") && *added => {}
                Err(failure) if failure.says("Bad Request") => return Ok(Receipt::done()),
                Err(failure) => return Err(failure.repeatable()),
                Ok(_) => return Ok(Receipt::done()),
            }
        }
        self.say_reaction(parcel, target, emoji).await
    }

    async fn set_reaction(
        &self,
        parcel: &Parcel<'_>,
        target: &MessageId,
        emoji: Option<&str>,
    ) -> std::result::Result<serde_json::Value, Failure> {
        let reaction: Vec<_> = emoji.iter().map(|emoji| json!({ "type": "emoji", "emoji": emoji })).collect();
        let params = json!({ "chat_id": parcel.chat.as_str(), "message_id": number(target).ok(), "reaction": reaction });
        self.client.call(SetMessageReaction(params)).await
    }

    async fn say_reaction(&self, parcel: &Parcel<'_>, target: &MessageId, emoji: &str) -> Result<Receipt> {
        let text = Text(vec![contract::Block::Paragraph(vec![Span::Plain(emoji.to_owned())])]);
        let body = Body { text, reply_to: Some(target.clone()), tone: Tone::Notice, ..Body::default() };
        match steps(parcel.author, &body, &self.name).into_iter().next() {
            Some(step @ Step::Words(_)) => {
                let made = self.say_step(parcel, &manner(parcel, &body, true)?, &step).await?;
                Ok(Receipt { made, ..Receipt::default() })
            }
            _ => Ok(Receipt::done()),
        }
    }
}

/// The reaction that Telegram has for an emoji: without variation selectors and tones of skin.
fn allowed(emoji: &str) -> Option<&'static str> {
    let bare: String =
        emoji.chars().filter(|c| !matches!(c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')).collect();
    ALLOWED.split_whitespace().find(|allowed| *allowed == bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_do_not_matter_to_what_an_emoji_is() {
        assert_eq!(allowed("👍🏽"), Some("👍"));
        assert_eq!(allowed("❤\u{fe0f}"), Some("❤"));
        assert_eq!(allowed("❤\u{fe0f}\u{200d}🔥"), Some("❤‍🔥"));
        assert_eq!(allowed("🦀"), None);
        assert_eq!(ALLOWED.split_whitespace().count(), 73);
    }
}
