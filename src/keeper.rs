//! What a hoster does with the database from the command line, whether the daemon runs or not.

use std::path::Path;

use contract::{Block, Phrase, Span, Text};

use crate::{
    cli::DeadLetters,
    config::Config,
    letters,
    store::{
        BackupError, OpenError, Store, StoreError,
        dead_letters::{DeadLetter, Which},
    },
    words::{Called, Language, put_in_words, say},
};

/// So many dead letters are listed at once.
const AT_ONCE: u32 = 1000;

/// What keeps a hoster from what they want of the database.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database cannot be copied.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// There is no such dead letter.
    #[error("there is no dead letter {0}")]
    NoSuchLetter(i64),
}

impl KeepError {
    /// The same in the words of the hoster, where it is about what they asked for.
    #[must_use]
    pub fn told(self, language: Language) -> Box<dyn std::error::Error> {
        let phrase = match self {
            Self::Open(error) => error.phrase(),
            Self::NoSuchLetter(id) => Phrase::new("dead-letter-unknown").with("id", id),
            Self::Backup(BackupError::Exists) => Phrase::new("backup-exists"),
            Self::Backup(BackupError::File(why)) => Phrase::new("backup-unwritable").with("why", why),
            other => return other.into(),
        };
        say(&phrase, language).into()
    }
}

/// Copies the database into a new file; says so.
pub async fn backup(config: &Config, to: &Path) -> Result<String, KeepError> {
    Store::open_beside(&config.database).await?.backup(to).await?;
    Ok(say(&Phrase::new("backup-written").with("file", to.display()), config.language))
}

/// Does with dead letters what is asked; says what came of it. A running daemon notices within moments.
pub async fn dead_letters(config: &Config, asked: &DeadLetters) -> Result<String, KeepError> {
    let store = Store::open_beside(&config.database).await?;
    let language = config.language;
    let counted = |key: &str, count: usize| say(&Phrase::new(key).with("count", count), language);
    match asked {
        DeadLetters::List => {
            let letters = store.dead_letters(Which::default(), AT_ONCE).await?;
            if letters.is_empty() {
                return Ok(counted("dead-letters-none", 0));
            }
            let lines = letters.iter().map(|letter| shown(Text(vec![line(letter)]), language));
            Ok(lines.collect::<Vec<_>>().join("\n"))
        }
        DeadLetters::Show { id } => {
            let which = Which { id: Some(*id), portal: None };
            let letters = store.dead_letters(which, 1).await?;
            let letter = letters.first().ok_or(KeepError::NoSuchLetter(*id))?;
            Ok(format!("{}\n{}", shown(letters::whole(letter), language), letter.detail))
        }
        DeadLetters::Replay { which } => {
            let count = store.replay(which.which()).await?.len();
            which.found(count)?;
            Ok(counted("dead-letters-replayed", count))
        }
        DeadLetters::Discard { which } => {
            let count = store.discard(which.which()).await?;
            which.found(count)?;
            Ok(counted("dead-letters-discarded", count))
        }
    }
}

/// A line of the list: the letter, and the chat it was to reach.
fn line(letter: &DeadLetter) -> Block {
    let mut spans = letters::line(letter);
    spans.push(Span::Plain(format!(" [{} → {}]", letter.source.chat, letter.place.chat)));
    Block::Paragraph(spans)
}

fn shown(text: Text, language: Language) -> String {
    put_in_words(text, language, &Called::default()).words()
}

impl crate::cli::Letters {
    fn which(&self) -> Which {
        Which { id: self.id, portal: None }
    }

    fn found(&self, count: usize) -> Result<(), KeepError> {
        match self.id {
            Some(id) if count == 0 => Err(KeepError::NoSuchLetter(id)),
            _ => Ok(()),
        }
    }
}
