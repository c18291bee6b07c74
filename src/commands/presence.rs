//! What happens to a place itself: the bot comes and goes, it is archived, it becomes encrypted.

use contract::{Fault, NetworkName, Phrase, Result, Timestamp};

use super::{Answer, Commands};
use crate::{absence::date, store::Place};

impl Commands {
    /// The bot came to a place, or was taken out of it.
    pub async fn bot_moved(&self, place: &Place, came: bool, at: Timestamp) -> Result<Answer> {
        let gone_since = self.store.note_bot(place, came, at).await?;
        if came && self.store.linked_to(place).await?.is_empty() {
            let network = self.networks.get(&place.network).ok_or(Fault::Unsupported)?;
            let key = match place.network == NetworkName::matrix() {
                true if self.store.is_talk(place).await? => return self.greet(place).await,
                true => "hello-room",
                false => "hello-chat",
            };
            return Ok(Phrase::new(key).with("call", network.calling().prompt).into());
        }
        let words = match came {
            true => Phrase::new("bot-back").with("from", date(gone_since.unwrap_or(at))),
            false => Phrase::new("bot-gone"),
        };
        self.away(place, !came, words).await
    }

    /// A place was archived, or is no longer.
    pub async fn archived(&self, place: &Place, archived: bool) -> Result<Answer> {
        self.away(place, archived, Phrase::new(if archived { "now-archived" } else { "archive-opened" }))
            .await
    }

    /// A place refused what was to be said in it, for this reason: when it cannot be written to at all, its link rests
    /// and that is said once.
    pub async fn refused_by(&self, place: &Place, reason: &str) -> Result<Answer> {
        if reason == "chat-archived" {
            return self.archived(place, true).await;
        }
        // A refusal can be about a message alone.
        let network = self.networks.get(&place.network).ok_or(Fault::Unsupported)?;
        match network.chat(&place.chat).await {
            Err(Fault::Refused { .. }) => self.bot_moved(place, false, Timestamp::now()).await,
            _ => Ok(Answer::default()),
        }
    }

    /// From now on nothing can cross the link of a place, or it can again: told once, here where one can be heard and
    /// wherever else it is read.
    async fn away(&self, place: &Place, away: bool, words: Phrase) -> Result<Answer> {
        let linked = self.store.linked_to(place).await?;
        let mut settings = self.store.link_settings(place).await?;
        if linked.is_empty() || settings.away == away {
            return Ok(Answer::default());
        }
        settings.away = away;
        self.store.set_link_settings(place, &settings).await?;
        let words = words.with("chat", self.title(place).await).with("network", &place.network);
        if let Some(room) = self.room_at(place).await? {
            self.store.note_act(&room, &words, Timestamp::now()).await?;
        }
        let mut answer = Self::tell_all(place, &linked, &words.key, &words);
        if !away {
            answer.text = words.into();
        }
        Ok(answer)
    }

    /// A place became encrypted: what is said in it cannot be read any more, so its link rests.
    pub async fn encrypted(&self, place: &Place) -> Result<Answer> {
        let linked = self.store.linked_to(place).await?;
        if linked.is_empty() {
            return Ok(Answer::default());
        }
        let mut settings = self.store.link_settings(place).await?;
        settings.paused = true;
        self.store.set_link_settings(place, &settings).await?;
        let words = Phrase::new("now-encrypted").with("chat", self.title(place).await);
        let mut answer = Self::tell_all(place, &linked, "encrypted", &words);
        answer.text = Phrase::new("now-encrypted-here").into();
        Ok(answer)
    }
}
