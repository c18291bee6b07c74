//! Who is who on a server whose people have an id, a username that `@` calls them by, and a name to show.

use std::{collections::HashMap, sync::Arc, time::Duration};

use contract::Person;
use moka::sync::Cache;

/// How long somebody is believed to be called so, unless the server says otherwise.
const KNOWN: Duration = Duration::from_mins(30);
const MOST: u64 = 20_000;

/// Somebody on a server.
pub trait User: Send + Sync + 'static {
    /// Their id.
    fn id(&self) -> &str;
    /// What `@` calls them by.
    fn username(&self) -> &str;
}

/// The people of a server that we know, for a while.
#[derive(Debug)]
pub struct Known<U: User> {
    by_id: Cache<String, Arc<U>>,
    /// `None` for a name that nobody has.
    by_name: Cache<String, Option<Arc<U>>>,
}

impl<U: User> Default for Known<U> {
    fn default() -> Self {
        let by_id = Cache::builder().max_capacity(MOST).time_to_live(KNOWN).build();
        let by_name = Cache::builder().max_capacity(MOST).time_to_live(KNOWN).build();
        Self { by_id, by_name }
    }
}

impl<U: User> Known<U> {
    /// Somebody by their id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<Arc<U>> {
        self.by_id.get(id)
    }

    /// Somebody by their username; `Some(None)` when nobody is known to have it.
    #[must_use]
    pub fn by_name(&self, username: &str) -> Option<Option<Arc<U>>> {
        self.by_name.get(username)
    }

    /// The first one that is so.
    pub fn find(&self, is: impl Fn(&U) -> bool) -> Option<Arc<U>> {
        self.by_id.iter().map(|(_, user)| user).find(|user| is(user))
    }

    /// Remembers a user that the server told of.
    pub fn learn(&self, user: U) -> Arc<U> {
        let user = Arc::new(user);
        self.by_id.insert(user.id().to_owned(), user.clone());
        self.by_name.insert(user.username().to_owned(), Some(user.clone()));
        user
    }

    /// Remembers that nobody has this username, unless somebody is known to.
    pub fn learn_nobody(&self, username: &str) {
        self.by_name.entry(username.to_owned()).or_insert(None);
    }

    /// Somebody changed; who they are now is asked when it is needed.
    pub fn forget(&self, id_or_name: &str) {
        if let Some(user) = self.by_id.remove(id_or_name) {
            self.by_name.invalidate(user.username());
        }
        if let Some(Some(user)) = self.by_name.remove(id_or_name) {
            self.by_id.invalidate(user.id());
        }
    }
}

/// The people a text calls, by their usernames in small letters, with the name to show.
#[derive(Clone, Debug, Default)]
pub struct Called(HashMap<String, (Person, String)>);

impl Called {
    /// Who is called so, and the name to show.
    #[must_use]
    pub fn named(&self, username: &str) -> Option<(Person, String)> {
        self.0.get(&username.to_lowercase()).cloned()
    }
}

impl FromIterator<(String, (Person, String))> for Called {
    fn from_iter<I: IntoIterator<Item = (String, (Person, String))>>(people: I) -> Self {
        Self(people.into_iter().map(|(username, person)| (username.to_lowercase(), person)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Anne(&'static str);

    impl User for Anne {
        fn id(&self) -> &'static str {
            "a"
        }

        fn username(&self) -> &str {
            self.0
        }
    }

    #[test]
    fn who_is_forgotten_is_known_by_no_name() {
        for by in ["a", "anne"] {
            let known = Known::default();
            known.learn(Anne("anne"));
            known.learn_nobody("anne");
            known.learn_nobody("bob");
            assert!(known.by_id("a").is_some() && known.by_name("anne").is_some_and(|user| user.is_some()));
            assert!(known.by_name("bob").is_some_and(|user| user.is_none()));
            known.forget(by);
            assert!(known.by_id("a").is_none() && known.by_name("anne").is_none());
        }
    }
}
