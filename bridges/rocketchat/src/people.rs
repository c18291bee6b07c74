//! Who is who on a Rocket.Chat server.

use std::sync::Arc;

use contract::{NetworkName, Person, Result};
use serde_json::Value;
use wire::people::{self, Called, Known};

use crate::client::{Client, is_absent, repeatable};

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

impl people::User for User {
    fn id(&self) -> &str {
        &self.id
    }

    fn username(&self) -> &str {
        &self.username
    }
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
    known: Known<User>,
}

impl Directory {
    pub(crate) fn new(network: NetworkName, client: Arc<Client>) -> Self {
        Self { network, client, known: Known::default() }
    }

    /// Somebody by their id.
    pub(crate) async fn user(&self, id: &str) -> Result<Option<Arc<User>>> {
        match self.known.by_id(id) {
            Some(user) => Ok(Some(user)),
            None => self.ask("userId", id).await,
        }
    }

    /// Somebody by their username.
    pub(crate) async fn named(&self, username: &str) -> Result<Option<Arc<User>>> {
        if let Some(known) = self.known.by_name(username) {
            return Ok(known);
        }
        let found = self.ask("username", username).await?;
        if found.is_none() {
            self.known.learn_nobody(username);
        }
        Ok(found)
    }

    /// Somebody we know by the name they want to be called by.
    pub(crate) fn shown(&self, name: &str) -> Option<Arc<User>> {
        self.known.find(|user| user.shown == name)
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
        Some(self.known.learn(User::read(user)?))
    }

    /// Somebody changed; who they are now is asked when it is needed.
    pub(crate) fn forget(&self, id_or_name: &str) {
        self.known.forget(id_or_name);
    }

    /// The people that a message calls, as the server found them.
    pub(crate) fn called(&self, mentions: &Value) -> Called {
        let mentions = mentions.as_array().into_iter().flatten();
        let people = mentions.filter_map(|mention| {
            let (id, username) = (mention["_id"].as_str()?, mention["username"].as_str()?);
            let is_crowd = matches!(id, "all" | "here") || mention["type"] == "team";
            let shown = mention["name"].as_str().unwrap_or(username).to_owned();
            let person = Person { network: self.network.clone(), user: id.into() };
            (!is_crowd).then(|| (username.to_owned(), (person, shown)))
        });
        people.collect()
    }
}
