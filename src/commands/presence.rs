//! What happens to a place itself: the bot comes and goes, it is archived, it becomes encrypted.

use contract::{Fault, NetworkName, Phrase, Result, Text, Timestamp};

use super::{Answer, Commands};
use crate::{
    absence::date,
    router::planned,
    store::{Place, inbox::Planned},
};

/// Of what was said while the bot was not in a place, so much follows.
const MOST_MISSED: usize = 500;

impl Commands {
    /// The bot came to a place, or was taken out of it.
    pub async fn bot_moved(&self, place: &Place, came: bool, at: Timestamp) -> Result<Answer> {
        if came && self.store.linked_to(place).await?.is_empty() {
            let network = self.networks.get(&place.network).ok_or(Fault::Unsupported)?;
            let key = match place.network == NetworkName::matrix() {
                true if self.store.is_talk(place).await? => return self.greet(place).await,
                true => "hello-room",
                false => "hello-chat",
            };
            return Ok(Phrase::new(key).with("call", network.calling().prompt).into());
        }
        match came {
            true => self.came_back(place, at).await,
            false => self.away(place, true, Phrase::new("bot-gone")).await,
        }
    }

    /// The bot is in a linked place again: what can cross does, and what was said meanwhile follows where it can be read.
    async fn came_back(&self, place: &Place, at: Timestamp) -> Result<Answer> {
        let Some(gone) = self.store.gone_since(place).await? else {
            let words = Phrase::new("bot-back").with("from", date(at)).with("missed", "none");
            return self.away(place, false, words).await;
        };
        // From now on all is heard: what was said before is read after that.
        self.set_away(place, false).await?;
        let network = self.networks.get(&place.network).ok_or(Fault::Unsupported)?;
        let missed = network.missed(&place.chat, gone, MOST_MISSED).await.inspect_err(|fault| {
            tracing::info!(network = %place.network, chat = %place.chat, %fault, "what was missed cannot be read");
        });
        let how = match &missed {
            Err(_) => "none",
            Ok(events) if events.len() < MOST_MISSED => "all",
            Ok(_) => "last",
        };
        let words = Phrase::new("bot-back").with("from", date(gone)).with("missed", how);
        let mut answer = self.told_of(place, &format!("back.{}", gone.0), words).await?;
        for event in missed.unwrap_or_default() {
            answer.then.extend(planned(&self.store, place, event, true).await?);
        }
        Ok(answer)
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
            Err(Fault::Refused { .. }) => {
                let now = Timestamp::now();
                let answer = self.bot_moved(place, false, now).await?;
                self.store.note_bot(place, false, now).await?;
                Ok(answer)
            }
            _ => Ok(Answer::default()),
        }
    }

    /// From now on nothing can cross the link of a place, or it can again: told once, here where one can be heard and
    /// wherever else it is read.
    async fn away(&self, place: &Place, away: bool, words: Phrase) -> Result<Answer> {
        if !self.set_away(place, away).await? {
            return Ok(Answer::default());
        }
        let about = format!("{}.{}", words.key, Timestamp::now().0);
        let mut answer = self.told_of(place, &about, words).await?;
        if away {
            answer.text = Text::default();
        }
        Ok(answer)
    }

    /// Whether anything is different now.
    async fn set_away(&self, place: &Place, away: bool) -> Result<bool> {
        let mut settings = self.store.link_settings(place).await?;
        if self.store.linked_to(place).await?.is_empty() || settings.away == away {
            return Ok(false);
        }
        settings.away = away;
        self.store.set_link_settings(place, &settings).await?;
        Ok(true)
    }

    /// What happened to a place, in words for it and for all that is linked to it, and for its animators' log.
    async fn told_of(&self, place: &Place, about: &str, words: Phrase) -> Result<Answer> {
        let words = words.with("chat", self.title(place).await).with("network", &place.network);
        if let Some(room) = self.room_at(place).await? {
            self.store.note_act(&room, &words, Timestamp::now()).await?;
        }
        let linked = self.store.linked_to(place).await?;
        let tell = |to: &Place| Self::tell_once(place, to, about, words.clone().into());
        Ok(Answer { then: linked.iter().map(tell).collect(), text: words.into(), ..Answer::default() })
    }

    /// What was chosen for the link of a place cannot be read any more, so it rests: what its room is told.
    pub async fn unreadable(&self, place: &Place) -> Result<Option<Planned>> {
        let Some(room) = self.room_at(place).await? else { return Ok(None) };
        let words = Phrase::new("settings-unreadable").with("chat", self.title(place).await);
        let words = words.with("network", &place.network);
        Ok(Some(Self::tell(place, &room, "settings-unreadable", words.into())))
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
        let tell = |to: &Place| Self::tell(place, to, "encrypted", words.clone().into());
        let mut answer = Answer { then: linked.iter().map(tell).collect(), ..Answer::default() };
        answer.text = Phrase::new("now-encrypted-here").into();
        Ok(answer)
    }
}
