//! What admins do about messages and people.

use contract::{Event, Kind, Phrase, Result, Timestamp};

use super::{Answer, Asked, Commands};
use crate::store::inbox::Planned;

impl Commands {
    /// Takes a message away on every side: the word of those whose network tells nobody of deletions.
    pub(super) async fn delete(&self, asked: &Asked<'_>) -> Result<Answer> {
        let Some(target) = asked.reply_to else { return Ok(Phrase::new("delete-how").into()) };
        let here = self.store.number(asked.place).await?;
        let Some(known) = self.store.message(here, target).await? else {
            return Ok(Phrase::new("delete-unknown").into());
        };
        if known.author != asked.author.person && !asked.may_manage().await? {
            return Ok(Phrase::new("delete-no-right").into());
        }
        let mut to = self.store.linked_to(asked.place).await?;
        to.push(asked.place.clone());
        let event = Event {
            id: format!("delete.{target}").into(),
            chat: asked.place.chat.clone(),
            author: asked.author.clone(),
            at: Timestamp::now(),
            kind: Kind::Delete { target: target.clone() },
        };
        Ok(Answer { then: vec![Planned { part_of: None, event, to }], ..Answer::default() })
    }
}
