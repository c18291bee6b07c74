//! What people decide about their own words.

use contract::{Event, Kind, Phrase, Result, Text, Timestamp};

use super::{Answer, Asked, Commands, names::Command};
use crate::store::{Place, inbox::Planned};

/// So many messages are taken back at a time; asked again, older ones follow.
const AT_A_TIME: u32 = 2000;

impl Commands {
    /// What somebody says is not read elsewhere any more, or it is again.
    pub(super) async fn keep_private(&self, asked: &Asked<'_>, private: bool) -> Result<Answer> {
        self.store.keep_private(&asked.author.person, private).await?;
        Ok(asked.phrase(if private { "private" } else { "not-private" }).into())
    }

    /// Takes back on the other sides everything that somebody said.
    pub(super) async fn forget(&self, asked: &Asked<'_>) -> Result<Answer> {
        let question = asked.phrase("forget-sure");
        if let Some(question) = self.unless_sure(asked, Command::Forget, question).await? {
            return Ok(question);
        }
        let (who, asked_by) = (&asked.author.person, asked.message);
        let said = self.store.said_by(who, AT_A_TIME).await?;
        let (count, now) = (said.len(), Timestamp::now());
        let mut then = Vec::new();
        let mut places: Vec<Place> = Vec::new();
        for (chat, id) in said {
            let to = self.store.linked_to(&Place::new(&who.network, &chat)).await?;
            places.extend(to.iter().filter(|place| !places.contains(place)).cloned().collect::<Vec<_>>());
            let event = Event {
                id: format!("forget.{id}.{}", now.0).into(),
                chat,
                author: asked.author.clone(),
                at: now,
                kind: Kind::Delete { target: id },
            };
            then.push(Planned { part_of: None, event, to });
        }
        for (n, place) in places.into_iter().enumerate() {
            // Behind all those in its lane: it finds what could not be taken back.
            let kind =
                Kind::Command { id: asked_by.clone(), words: vec!["forgotten".to_owned()], reply_to: None };
            let id = format!("forgotten.{}.{n}", now.0).into();
            let chat = asked.place.chat.clone();
            let event = Event { id, chat, author: asked.author.clone(), at: now, kind };
            then.push(Planned { part_of: None, event, to: vec![place] });
        }
        Ok(Answer { text: asked.phrase("forgetting").with("count", count).into(), then, ..Answer::default() })
    }

    /// What is left in a place of what somebody said, once it was to be taken back.
    pub(super) async fn forgotten(&self, asked: &Asked<'_>) -> Result<Answer> {
        let left = self.store.count_said_by(&asked.author.person, asked.place).await?;
        let chat = self.title(asked.place).await;
        let words = Phrase::new("forgotten").with("chat", chat).with("network", &asked.place.network);
        Ok(Text::from(words.with("left", left)).into())
    }
}
