//! Who is who on a Mattermost server: ids, names, and the accounts of ours.

use std::sync::Arc;

use contract::{NetworkName, Person, Result};
use serde_json::{Value, json};
use wire::people::{self, Called, Known};

use crate::client::{Client, repeatable};

/// What the accounts of ours say about themselves begins with this.
const MARK: &str = "passerelle:";

/// Somebody on the server (API v4, `User`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    /// Their id.
    pub id: String,
    /// What `@` calls them by.
    pub username: String,
    /// What they want to be called.
    pub shown: String,
    /// When their picture last changed; 0 without one of their own.
    pub picture: i64,
    /// Who it speaks for, when it is an account of ours.
    pub stands_for: Option<Person>,
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
        let names = [word("first_name"), word("last_name")];
        let full = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let shown = word("nickname").map(str::to_owned).or((!full.is_empty()).then_some(full));
        let mark = word("bot_description").or(word("position")).and_then(unmark);
        Some(Self {
            id: word("id")?.to_owned(),
            shown: shown.unwrap_or_else(|| username.clone()),
            username,
            picture: user["last_picture_update"].as_i64().unwrap_or(0),
            stands_for: mark,
        })
    }
}

/// What an account of ours says about itself.
pub(crate) fn mark(person: &Person) -> String {
    format!("{MARK}{}:{}", person.network, person.user)
}

fn unmark(words: &str) -> Option<Person> {
    let (network, user) = words.strip_prefix(MARK)?.split_once(':')?;
    Some(Person { network: network.into(), user: user.into() })
}

/// What is known of the server's people.
#[derive(Debug)]
pub(crate) struct Directory {
    network: NetworkName,
    client: Client,
    known: Known<User>,
}

impl Directory {
    pub(crate) fn new(network: NetworkName, client: Client) -> Self {
        Self { network, client, known: Known::default() }
    }

    /// Somebody by their id.
    pub(crate) async fn user(&self, id: &str) -> Result<Option<Arc<User>>> {
        if let Some(user) = self.known.by_id(id) {
            return Ok(Some(user));
        }
        match self.client.get(&["users", id]).await {
            Ok(user) => Ok(self.learn(&user)),
            Err(failure) if matches!(failure.status(), Some(400 | 403 | 404)) => Ok(None),
            Err(failure) => Err(repeatable(failure)),
        }
    }

    /// Remembers a user that the server told us of.
    pub(crate) fn learn(&self, user: &Value) -> Option<Arc<User>> {
        Some(self.known.learn(User::read(user)?))
    }

    /// Somebody changed; who they are now is asked when it is needed.
    pub(crate) fn forget(&self, id: &str) {
        self.known.forget(id);
    }

    /// The people that a text calls by `@`.
    pub(crate) async fn called(&self, text: &str) -> Result<Called> {
        let names = called_names(text);
        let unknown: Vec<&String> = names.iter().filter(|name| self.known.by_name(name).is_none()).collect();
        if !unknown.is_empty() {
            let users =
                self.client.post(&["users", "usernames"], &json!(unknown)).await.map_err(repeatable)?;
            for user in users.as_array().into_iter().flatten() {
                self.learn(user);
            }
            for name in unknown {
                self.known.learn_nobody(name);
            }
        }
        let found = names.into_iter().filter_map(|name| {
            let user = self.known.by_name(&name).flatten()?;
            Some((name, (self.person(&user), user.shown.clone())))
        });
        Ok(found.collect())
    }

    /// Who an account is to the others: itself, or the one it speaks for.
    pub(crate) fn person(&self, user: &User) -> Person {
        let own = || Person { network: self.network.clone(), user: user.id.as_str().into() };
        user.stands_for.clone().unwrap_or_else(own)
    }
}

/// The names after an `@`, as the server would look for them: with the dots and dashes at the end, and without.
fn called_names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in text.split('@').skip(1) {
        let end =
            part.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c))).unwrap_or(part.len());
        let name = part[..end].to_ascii_lowercase();
        let bare = name.trim_end_matches(['.', '_', '-']).to_owned();
        for name in [name, bare] {
            if (1..=64).contains(&name.len()) && !names.contains(&name) && names.len() < 64 {
                names.push(name);
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_of_ours_says_who_it_speaks_for() {
        let anne = Person { network: "matrix".into(), user: "@anne:exemple.fr".into() };
        let bot =
            json!({ "id": "b", "username": "mx_anne", "first_name": "Anne", "bot_description": mark(&anne) });
        let user = User::read(&bot).unwrap();
        assert_eq!((user.shown.as_str(), user.stands_for), ("Anne", Some(anne)));
        let person = json!({ "id": "p", "username": "bob", "nickname": " ", "position": "animateur" });
        let user = User::read(&person).unwrap();
        assert_eq!((user.shown.as_str(), user.stands_for), ("bob", None));
    }

    #[test]
    fn names_are_found_as_the_server_finds_them() {
        assert_eq!(called_names("Merci @Alice. et @bob_, à @é"), ["alice.", "alice", "bob_", "bob"]);
        assert_eq!(called_names("rien"), [""; 0]);
    }
}
