//! The accounts of ours leave a channel that they have no more to say in.

use contract::{Author, ChatId, NetworkName, Person, Result};
use serde_json::Value;

use super::PAGE;
use crate::{Mattermost, client::repeatable, people::User};

impl Mattermost {
    /// Lets the accounts of ours that speak for people of a network, or of all, leave a channel: each by itself.
    pub(crate) async fn withdraw_puppets(&self, chat: &ChatId, network: Option<&NetworkName>) -> Result<()> {
        let Some(puppets) = &self.puppets else { return Ok(()) };
        for person in self.stood_for(chat).await? {
            if network.is_some_and(|network| *network != person.network) {
                continue;
            }
            let puppet = puppets.puppet(&Author::of(person)).await?;
            let path = ["channels", chat.as_str(), "members", &puppet.id];
            match puppet.client.delete(&path).await {
                Err(failure) if !matches!(failure.status(), Some(403 | 404)) => {
                    return Err(repeatable(failure));
                }
                _ => puppets.placed.remove(&(puppet.id.clone(), chat.clone())),
            };
        }
        Ok(())
    }

    /// Whom the accounts of ours in a channel speak for.
    async fn stood_for(&self, chat: &ChatId) -> Result<Vec<Person>> {
        let mut all = Vec::new();
        for page in 0.. {
            let query = [
                ("in_channel", chat.as_str().to_owned()),
                ("page", page.to_string()),
                ("per_page", PAGE.to_string()),
            ];
            let users = self.client.get_with(&["users"], &query).await.map_err(repeatable)?;
            let users: Vec<&Value> = users.as_array().into_iter().flatten().collect();
            let read = users.iter().filter_map(|user| User::read(user));
            all.extend(read.filter_map(|user| user.stands_for));
            if users.len() < PAGE {
                break;
            }
        }
        Ok(all)
    }
}
