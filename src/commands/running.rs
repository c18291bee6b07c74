//! How the links of a place are, and what is chosen for them.

use contract::{Block, Phrase, Result, Span, Text, Timestamp};

use super::{Answer, Asked, Commands};
use crate::{store::LinkSettings, words::Language};

/// What waits longer than this waits because something is wrong, milliseconds.
const LATE: i64 = 60_000;
/// Acts shown.
const MOST_ACTS: u32 = 15;

impl Commands {
    /// How each link is: whether it works, since when, what waits, what last went wrong.
    pub(super) async fn status(&self, asked: &Asked<'_>) -> Result<Answer> {
        let mut meant = self.links_meant(asked, &asked.words).await?;
        if meant.is_empty() {
            return Ok(Self::none_meant(asked, &asked.words));
        }
        // What waits for the room waits for all of them.
        meant.extend(self.room_at(asked.place).await?);
        let now = Timestamp::now();
        let mut items = Vec::new();
        for place in meant {
            let settings = self.store.link_settings(&place).await?;
            let link = self.store.link_state(&place, place == *asked.heard_in).await?;
            let state = match &link.oldest {
                _ if settings.away => "away",
                _ if settings.paused => "paused",
                Some(oldest) if now.0 - oldest.0 > LATE => "late",
                _ if settings.one_way => "one-way",
                _ => "works",
            };
            let line = Phrase::new("status-line")
                .with("chat", self.title(&place).await)
                .with("network", &place.network)
                .with("state", state)
                .with("waiting", link.waiting);
            let mut spans = vec![Span::Phrase(line), space(), Span::Phrase(Phrase::new("status-since"))];
            spans.extend([space(), Span::Phrase(ago(now, link.since))]);
            if let Some((why, at)) = link.last_error {
                spans.extend([Span::Break, Span::Phrase(Phrase::new("status-error")), space()]);
                spans.extend([Span::Phrase(why), space(), Span::Phrase(ago(now, at))]);
            }
            items.push(vec![Block::Paragraph(spans)]);
        }
        Ok(Text(vec![Block::List { start: None, items }]).into())
    }

    /// Chooses something for the links that `named` means, and tells it by `phrase` on both sides.
    pub(super) async fn choose(
        &self,
        asked: &Asked<'_>,
        phrase: Phrase,
        named: &[&str],
        change: impl Fn(&mut LinkSettings),
    ) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let meant = self.links_meant(asked, named).await?;
        if meant.is_empty() {
            return Ok(Self::none_meant(asked, named));
        }
        let who = self.name_of(asked.place, asked.author).await;
        let mut then = Vec::new();
        let mut lines = Vec::new();
        for place in meant {
            let mut settings = self.store.link_settings(&place).await?;
            change(&mut settings);
            self.store.set_link_settings(&place, &settings).await?;
            let title = self.title(&place).await;
            let line = phrase.clone().with("chat", title).with("network", &place.network).with("who", &who);
            let room = self.room_at(asked.place).await?;
            let other = if asked.in_room() { Some(place) } else { room.clone() };
            then.extend(other.map(|other| Self::tell(asked.place, &other, &phrase.key, line.clone().into())));
            if let Some(room) = room {
                self.store.note_act(&room, &line, Timestamp::now()).await?;
            }
            lines.push(line);
        }
        Ok(Answer { text: Text::from(lines), then, ..Answer::default() })
    }

    /// Lets what is said cross again, unless it cannot be read.
    pub(super) async fn resume(&self, asked: &Asked<'_>) -> Result<Answer> {
        if asked.network.chat(&asked.place.chat).await?.encrypted {
            return Ok(asked.phrase("link-encrypted").into());
        }
        let again = |settings: &mut LinkSettings| (settings.paused, settings.away) = (false, false);
        self.choose(asked, asked.phrase("resumed"), &asked.words, again).await
    }

    /// Chooses the language that is spoken in this place.
    pub(super) async fn language(&self, asked: &Asked<'_>) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let wanted = asked.words.first().and_then(|tag| Language::of_tag(tag));
        let Some(language) = wanted else { return Ok(asked.phrase("language-how").into()) };
        if self.store.linked_to(asked.place).await?.is_empty() {
            return Ok(asked.phrase("list-empty").into());
        }
        let mut settings = self.store.link_settings(asked.place).await?;
        settings.language = Some(language.tag().to_owned());
        self.store.set_link_settings(asked.place, &settings).await?;
        Ok(asked.phrase("language-chosen").into())
    }

    /// What animators did of late.
    pub(super) async fn log(&self, asked: &Asked<'_>) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let room = self.room_at(asked.place).await?;
        let acts = match room {
            Some(room) => self.store.acts(&room, MOST_ACTS).await?,
            None => Vec::new(),
        };
        if acts.is_empty() {
            return Ok(Phrase::new("log-empty").into());
        }
        let now = Timestamp::now();
        let items = acts.into_iter().map(|(at, words)| {
            vec![Block::Paragraph(vec![Span::Phrase(ago(now, at)), space(), Span::Phrase(words)])]
        });
        Ok(Text(vec![Block::List { start: None, items: items.collect() }]).into())
    }
}

fn space() -> Span {
    Span::Plain(" ".to_owned())
}

/// How long ago something was.
pub(super) fn ago(now: Timestamp, at: Timestamp) -> Phrase {
    let minutes = (now.0 - at.0).max(0) / 60_000;
    let (unit, n) = match minutes {
        0 => ("now", 0),
        1..60 => ("minutes", minutes),
        60..1440 => ("hours", minutes / 60),
        _ => ("days", minutes / 1440),
    };
    Phrase::new("ago").with("unit", unit).with("n", n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::say;

    #[test]
    fn how_long_ago_is_said_as_people_say_it() {
        let minute = 60_000;
        let spoken = |minutes: i64, language| say(&ago(Timestamp(minutes * minute), Timestamp(0)), language);
        let french = [0, 1, 59, 60, 1439, 1440, 4000].map(|minutes| spoken(minutes, Language::Fr));
        assert_eq!(
            french,
            [
                "à l’instant",
                "il y a 1\u{a0}minute",
                "il y a 59\u{a0}minutes",
                "il y a 1\u{a0}heure",
                "il y a 23\u{a0}heures",
                "il y a 1\u{a0}jour",
                "il y a 2\u{a0}jours",
            ]
        );
        assert_eq!(spoken(1, Language::En), "1 minute ago");
        assert_eq!(spoken(4000, Language::En), "2 days ago");
    }
}
