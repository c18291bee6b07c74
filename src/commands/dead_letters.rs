//! Dead letters, for a room's animators: seen, sent again, or given up for good.

use contract::{Block, Phrase, Result, Text};

use super::{Answer, Asked, Commands};
use crate::{letters, store::dead_letters::Which};

/// So many are listed in a room at once.
const AT_ONCE: u32 = 20;

impl Commands {
    /// Answers what somebody asked about the dead letters of a room.
    pub(super) async fn dead_letters(&self, asked: &Asked<'_>, words: &[&str]) -> Result<Answer> {
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let portal = self.store.portal(asked.place).await?;
        if portal.is_none() {
            return Ok(asked.phrase("list-empty").into());
        }
        let which = |id: &str| match id {
            "all" | "tout" => Some(Which { portal, id: None }),
            id => id.parse().ok().map(|id| Which { portal, id: Some(id) }),
        };
        let which = match words {
            [] | ["list" | "liste"] => return self.list_letters(Which { portal, id: None }).await,
            [_, id] => which(id),
            _ => None,
        };
        match (words[0], which) {
            ("show" | "voir", Some(which @ Which { id: Some(_), .. })) => self.show_letter(which).await,
            ("replay" | "renvoyer", Some(which)) => {
                let wake = self.store.replay(which).await?;
                let text = Phrase::new("dead-letters-replayed").with("count", wake.len()).into();
                Ok(Answer { text, wake, ..Answer::default() })
            }
            ("discard" | "abandonner", Some(which)) => {
                let count = self.store.discard(which).await?;
                Ok(Phrase::new("dead-letters-discarded").with("count", count).into())
            }
            _ => Ok(Phrase::new("dead-letters-how").into()),
        }
    }

    async fn list_letters(&self, which: Which) -> Result<Answer> {
        let letters = self.store.dead_letters(which, AT_ONCE).await?;
        if letters.is_empty() {
            return Ok(Phrase::new("dead-letters-none").into());
        }
        let title = Text::from(Phrase::new("dead-letters-title").with("count", letters.len())).0;
        let items = letters.iter().map(|letter| vec![Block::Paragraph(letters::line(letter))]).collect();
        let how = Text::from(Phrase::new("dead-letters-how")).0;
        Ok(Text([title, vec![Block::List { start: None, items }], how].concat()).into())
    }

    async fn show_letter(&self, which: Which) -> Result<Answer> {
        Ok(match self.store.dead_letters(which, 1).await?.first() {
            Some(letter) => letters::whole(letter).into(),
            None => Phrase::new("dead-letters-none").into(),
        })
    }
}
