//! Who is who on a Rocket.Chat server.

use std::{collections::HashMap, sync::Arc, time::Duration};

use contract::{NetworkName, Person, Result};
use moka::sync::Cache;
use serde_json::Value;

use crate::{
    client::{Client, is_absent, repeatable},
    text::People,
};

/// How long somebody is believed to be called so, unless the server says otherwise.
const KNOWN: Duration = Duration::from_mins(30);
const MOST: u64 = 20_000;

/// Somebody on the server (REST, `users.info`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    /// Their id.
    pub id: String,
    /// What `@` calls them by.
    pub username: String,
    /// What they want to be called.
    pub shown: String,
    /// Changes with their picture; none without one of their own.
    pub picture: Option<String>,
}

impl User {
    /// Reads a user.
    pub(crate) fn read(user: &Value) -> Option<Self> {
        let word = |key: &str| user[key].as_str().map(str::trim).filter(|word| !word.is_empty());
        let username = word("username")?.to_owned();
        Some(Self {
            id: word("_id")?.to_owned(),
            shown: word("name").map_or_else(|| username.clone(), str::to_owned),
            username,
            picture: word("avatarETag").map(str::to_owned),
        })
    }
}

/// What is known of the server's people.
#[derive(Debug)]
pub(crate) struct Directory {
    network: NetworkName,
    client: Arc<Client>,
    by_id: Cache<String, Arc<User>>,
    by_name: Cache<String, Option<Arc<User>>>,
}

impl Directory {
    pub(crate) fn new(network: NetworkName, client: Arc<Client>) -> Self {
        let by_id = Cache::builder().max_capacity(MOST).time_to_live(KNOWN).build();
        let by_name = Cache::builder().max_capacity(MOST).time_to_live(KNOWN).build();
        Self { network, client, by_id, by_name }
    }

    /// Somebody by their id.
    pub(crate) async fn user(&self, id: &str) -> Result<Option<Arc<User>>> {
        match self.by_id.get(id) {
            Some(user) => Ok(Some(user)),
            None => self.ask("userId", id).await,
        }
    }

    /// Somebody by their username.
    pub(crate) async fn named(&self, username: &str) -> Result<Option<Arc<User>>> {
        if let Some(known) = self.by_name.get(username) {
            return Ok(known);
        }
        let found = self.ask("username", username).await?;
        self.by_name.insert(username.to_owned(), found.clone());
        Ok(found)
    }

    /// Somebody we know by the name they want to be called by.
    pub(crate) fn shown(&self, name: &str) -> Option<Arc<User>> {
        self.by_id.iter().map(|(_, user)| user).find(|user| user.shown == name)
    }

    async fn ask(&self, key: &str, value: &str) -> Result<Option<Arc<User>>> {
        match self.client.get("users.info", &[(key, value)]).await {
            Ok(answer) => Ok(self.learn(&answer["user"])),
            Err(failure) if is_absent(&failure) => Ok(None),
            Err(failure) => Err(repeatable(failure)),
        }
    }

    /// Remembers a user that the server told us of.
    pub(crate) fn learn(&self, user: &Value) -> Option<Arc<User>> {
        let user = Arc::new(User::read(user)?);
        self.by_id.insert(user.id.clone(), user.clone());
        self.by_name.insert(user.username.clone(), Some(user.clone()));
        Some(user)
    }

    /// Somebody changed; who they are now is asked when it is needed.
    pub(crate) fn forget(&self, id_or_name: &str) {
        if let Some(user) = self.by_id.remove(id_or_name) {
            self.by_name.invalidate(&user.username);
        }
        if let Some(Some(user)) = self.by_name.remove(id_or_name) {
            self.by_id.invalidate(&user.id);
        }
    }

    /// The people that a message calls, as the server found them.
    pub(crate) fn called(&self, mentions: &Value) -> Called {
        let mentions = mentions.as_array().into_iter().flatten();
        let people = mentions.filter_map(|mention| {
            let (id, username) = (mention["_id"].as_str()?, mention["username"].as_str()?);
            let is_crowd = matches!(id, "all" | "here") || mention["type"] == "team";
            let shown = mention["name"].as_str().unwrap_or(username).to_owned();
            let person = Person { network: self.network.clone(), user: id.into() };
            (!is_crowd).then(|| (username.to_lowercase(), (person, shown)))
        });
        Called(people.collect())
    }
}

/// The people a text calls, by their usernames.
#[derive(Debug, Default)]
pub(crate) struct Called(HashMap<String, (Person, String)>);

impl People for Called {
    fn named(&self, username: &str) -> Option<(Person, String)> {
        self.0.get(&username.to_lowercase()).cloned()
    }
}
