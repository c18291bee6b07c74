//! What is asked once more before it is done. It is remembered in the store: a crash between the yes and its answer does
//! it all the same, and once.

use contract::{Fault, Phrase, Result, Text, Timestamp};

use super::{
    Answer, Asked, Commands,
    names::{self, Command},
};
use crate::store::questions::Question;

impl Commands {
    /// Asks whether they are sure, once; `None` when they are.
    pub(super) async fn unless_sure(
        &self,
        asked: &Asked<'_>,
        command: Command,
        question: Phrase,
    ) -> Result<Option<Answer>> {
        if asked.sure {
            return Ok(None);
        }
        let words = asked.with_name(command.name()).into_iter().map(str::to_owned).collect();
        let (about, reply_to) = (asked.place.clone(), asked.reply_to.cloned());
        let sure = Question::Sure { words, about, reply_to };
        self.store.ask(asked.heard_in, &asked.author.person, &sure, Timestamp::now()).await?;
        Ok(Some(Text::from(vec![question, asked.phrase("say-yes")]).into()))
    }

    /// Does what somebody was asked about and says yes to.
    pub(super) async fn obey_confirmed(&self, asked: Asked<'_>) -> Result<Answer> {
        let (place, who) = (asked.heard_in, &asked.author.person);
        let question = self.store.question(place, who, asked.message, Timestamp::now()).await?;
        let Some(Question::Sure { words, about, reply_to }) = question else {
            return Ok(Phrase::new("nothing-to-confirm").into());
        };
        self.store.note_answer(place, who, asked.message).await?;
        // What is said with the yes belongs to what was asked.
        let mut words = words.iter().map(String::as_str).chain(asked.words);
        let command = names::find(words.next().unwrap_or_default()).map_err(|_| Fault::Unsupported)?;
        let (words, reply_to) = (words.collect(), reply_to.as_ref());
        self.obey(command, &Asked { place: &about, words, reply_to, sure: true, ..asked }).await
    }
}
