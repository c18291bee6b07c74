//! Reactions. A bot has one on each message, of a fixed set: it shows the newest that people elsewhere have there. Where
//! there are several, or one outside the set, a line below the message says who has which, and is kept current.
//! (Bot API, `setMessageReaction`, `ReactionTypeEmoji`)

use contract::{Author, Body, Content, MessageId, Parcel, Receipt, Result, Stands, Text, one_line};
use serde_json::json;

use super::{chat_of, manner, number, steps::steps};
use crate::{
    Telegram,
    client::{Failure, SetMessageReaction},
};

/// The emoji a reaction may be.
const ALLOWED: &str = "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 \
                       🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡";

/// Names told with one emoji; the others are counted.
const MOST_NAMES: usize = 12;

impl Telegram {
    /// Shows the reactions that stand: the newest as the bot's own; and where it cannot stand for all, a line below.
    pub(crate) async fn react(&self, parcel: &Parcel<'_>) -> Result<Receipt> {
        let Content::Reaction { target, copies, standing, line, .. } = parcel.content else {
            return Ok(Receipt::done());
        };
        if !copies.is_empty() {
            // It was said in a line of its own.
            return self.delete(parcel, copies).await;
        }
        let newest = standing.iter().rev().find_map(|stands| allowed(&stands.emoji));
        let is_shown = match self.set_reaction(parcel, target, newest).await {
            Ok(_) => newest.is_some(),
            // The chat does not want that one.
            Err(failure) if failure.says("REACTION_INVALID") => false,
            // The message is gone.
            Err(failure) if failure.says("Bad Request") => return Ok(Receipt::done()),
            Err(failure) => return Err(failure.repeatable()),
        };
        if standing.is_empty() || (standing.len() == 1 && is_shown) {
            return self.delete(parcel, line).await;
        }
        let body = Body { reply_to: Some(target.clone()), ..Body::notice(summary(standing)) };
        let Some(step) = steps(&Author::bridge(), &body, &self.name).into_iter().next() else {
            return Ok(Receipt::done());
        };
        match line.first() {
            Some(line) => {
                self.edit_step(parcel, chat_of(parcel)?, &[&line.id], &step, false).await?;
                Ok(Receipt::done())
            }
            None => {
                let line = self.say_step(parcel, &manner(&self.name, parcel, &body, true)?, &step).await?;
                Ok(Receipt { line, ..Receipt::default() })
            }
        }
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
}

/// Who reacted with what, on one line: each emoji once, in the order they came.
fn summary(standing: &[Stands]) -> Text {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for Stands { author, emoji } in standing {
        let name = one_line(author.shown());
        match groups.iter_mut().find(|(shown, _)| shown == emoji) {
            Some((_, names)) => names.push(name),
            None => groups.push((emoji, vec![name])),
        }
    }
    let groups = groups.into_iter().map(|(emoji, names)| {
        let more = names.len().saturating_sub(MOST_NAMES);
        let told = names.into_iter().take(MOST_NAMES).collect::<Vec<_>>().join(", ");
        if more > 0 { format!("{emoji} {told} +{more}") } else { format!("{emoji} {told}") }
    });
    Text::plain(&groups.collect::<Vec<_>>().join(" · "))
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
    fn the_line_says_each_emoji_once_with_those_who_chose_it() {
        let stands = |who: &str, emoji: &str| Stands {
            author: Author::named(&"matrix".into(), who, who),
            emoji: emoji.to_owned(),
        };
        let all = [stands("Anne", "🔥"), stands("Bob", "🦀"), stands("Chloé\n", "🔥")];
        assert_eq!(summary(&all).excerpt(100), "🔥 Anne, Chloé · 🦀 Bob");
        let many: Vec<_> = (0..20).map(|n| stands(&n.to_string(), "👍")).collect();
        assert!(summary(&many).excerpt(100).ends_with("10, 11 +8"));
    }

    #[test]
    fn looks_do_not_matter_to_what_an_emoji_is() {
        assert_eq!(allowed("👍🏽"), Some("👍"));
        assert_eq!(allowed("❤\u{fe0f}"), Some("❤"));
        assert_eq!(allowed("❤\u{fe0f}\u{200d}🔥"), Some("❤‍🔥"));
        assert_eq!(allowed("🦀"), None);
        assert_eq!(ALLOWED.split_whitespace().count(), 73);
    }
}
