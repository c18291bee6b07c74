//! Who looks like whom by name, in each portal.

use std::{
    collections::HashSet,
    hash::{BuildHasher, Hash, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use contract::{NetworkName, Person};
use sqlx::SqliteConnection;

use super::{Result, Store};

/// So many answers are remembered before all are forgotten and read again.
const MOST: usize = 100_000;
/// Looks share counters of their changes: who shares one with a name that changes is only asked for once more.
const COUNTERS: usize = 1024;

/// What was asked about names and has the usual answer: the name is noted, nobody looks like them. Forgotten when
/// a link changes, or a name of that look.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    usual: Arc<Mutex<Usual>>,
    hasher: RandomState,
}

#[derive(Debug)]
struct Usual {
    /// By look: how many names of it have changed.
    changes: Vec<u64>,
    /// What the questions hash to, by a key of this process: two of them the same is less likely than a broken disk.
    questions: HashSet<u64>,
}

impl Default for Asked {
    fn default() -> Self {
        let usual = Usual { changes: vec![0; COUNTERS], questions: HashSet::new() };
        Self { usual: Arc::new(Mutex::new(usual)), hasher: RandomState::new() }
    }
}

impl Asked {
    fn usual(&self) -> MutexGuard<'_, Usual> {
        self.usual.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counter(&self, look: &str) -> usize {
        usize::try_from(self.hasher.hash_one(look) % COUNTERS as u64).unwrap_or_default()
    }

    /// A link has changed.
    pub(super) fn forget(&self) {
        let mut usual = self.usual();
        usual.questions = HashSet::new();
        usual.changes.iter_mut().for_each(|changes| *changes += 1);
    }

    /// A name has this look now, or no more.
    fn forget_about(&self, look: &str) {
        self.usual().changes[self.counter(look)] += 1;
    }

    /// Whether the answer to this question about a look is known to be the usual one; else what it is to be remembered by.
    fn knows(&self, look: &str, question: impl Hash) -> std::result::Result<(), Question> {
        let usual = self.usual();
        let question = Question(self.hasher.hash_one((question, look, usual.changes[self.counter(look)])));
        if usual.questions.contains(&question.0) { Ok(()) } else { Err(question) }
    }

    /// The answer was the usual one. What has changed since makes another question of it.
    fn remember(&self, question: Question) {
        let mut usual = self.usual();
        if usual.questions.len() >= MOST {
            usual.questions.clear();
        }
        usual.questions.insert(question.0);
    }
}

/// What was asked, and after how many changes, as one number.
#[derive(Clone, Copy)]
struct Question(u64);

impl Store {
    /// Notes that somebody has a name of that look in the portal of a linked chat; whoever changes theirs comes last.
    pub async fn note_name(&self, chat: i64, person: &Person, look: &str) -> Result<()> {
        let Err(question) = self.names.knows(look, (chat, person)) else { return Ok(()) };
        let known: Option<String> = sqlx::query_scalar(
            "SELECT n.look FROM names n JOIN links l ON l.portal = n.portal
             WHERE l.chat = $1 AND n.network = $2 AND n.person = $3",
        )
        .bind(chat)
        .bind(person.network.as_str())
        .bind(person.user.as_str())
        .fetch_optional(&self.read)
        .await?;
        if known.as_deref() == Some(look) {
            self.names.remember(question);
            return Ok(());
        }
        let (person, new) = (person.clone(), look.to_owned());
        let noted = self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                // A new row, since it is the order of rows that says who came first. What it was until now may be newer than
                // what was read above.
                let before: Vec<String> = sqlx::query_scalar(
                    "DELETE FROM names WHERE network = $2 AND person = $3
                     AND portal = (SELECT portal FROM links WHERE chat = $1) RETURNING look",
                )
                .bind(chat)
                .bind(person.network.as_str())
                .bind(person.user.as_str())
                .fetch_all(&mut *db)
                .await?;
                sqlx::query(
                    "INSERT INTO names (portal, network, person, look)
                     SELECT portal, $2, $3, $4 FROM links WHERE chat = $1",
                )
                .bind(chat)
                .bind(person.network.0)
                .bind(person.user.0)
                .bind(new)
                .execute(db)
                .await?;
                Ok(before)
            })
        });
        for look in noted.await?.iter().map(String::as_str).chain([look]) {
            self.names.forget_about(look);
        }
        Ok(())
    }

    /// Whether somebody of that look could be taken on `there` for another person of a portal they are both in: for one
    /// who is from there, or for one who came first.
    pub async fn is_looked_like(&self, person: &Person, look: &str, there: &NetworkName) -> Result<bool> {
        let Err(question) = self.names.knows(look, (person, there)) else { return Ok(false) };
        let other: Option<i64> = sqlx::query_scalar(
            "SELECT o.id FROM names n JOIN names o ON o.portal = n.portal AND o.look = n.look AND o.id <> n.id
             WHERE n.network = $1 AND n.person = $2 AND n.look = $3 AND (o.network = $4 OR o.id < n.id) LIMIT 1",
        )
        .bind(person.network.as_str())
        .bind(person.user.as_str())
        .bind(look)
        .bind(there.as_str())
        .fetch_optional(&self.read)
        .await?;
        if other.is_none() {
            self.names.remember(question);
        }
        Ok(other.is_some())
    }
}

#[cfg(test)]
mod tests {
    use contract::Timestamp;

    use super::*;
    use crate::store::{Place, tests::store};

    #[tokio::test]
    async fn the_first_of_a_look_keeps_it_but_where_another_is_at_home() {
        let store = store().await;
        let (room, group) = (Place::room("!a"), Place { network: "telegram".into(), chat: "-1".into() });
        store.link(&room, &group, Timestamp(0)).await.unwrap();
        let chat = store.number(&group).await.unwrap();
        let person = |network: &str, user: &str| Person { network: network.into(), user: user.into() };
        let (first, second) = (person("telegram", "1"), person("mattermost", "2"));
        for person in [&first, &second, &first] {
            store.note_name(chat, person, "anne").await.unwrap();
        }
        let is =
            async |person, there: &str| store.is_looked_like(person, "anne", &there.into()).await.unwrap();
        assert!(!is(&first, "matrix").await);
        assert!(is(&second, "matrix").await);
        assert!(is(&first, "mattermost").await, "the other is at home there");
        store.note_name(chat, &first, "anna").await.unwrap();
        store.note_name(chat, &first, "anne").await.unwrap();
        assert!(is(&first, "matrix").await, "who changes their name comes last");
        assert!(!is(&second, "matrix").await);
    }
}
