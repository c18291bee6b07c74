//! An account of their own for everybody who speaks here from elsewhere, made by an administrator's token.
//!
//! An account says whom it speaks for in its description, which is how it is found again: nothing is stored.
//! (API v4, `POST /bots`, `POST /users`, `POST /users/{id}/tokens`)

use std::sync::Arc;

use contract::{Author, ChatId, Fault, Parcel, Person, Phrase, Result, one_line};
use dashmap::DashMap;
use reqwest::{Method, multipart::Form};
use secrecy::SecretString;
use serde_json::json;
use tokio::sync::{Mutex, OnceCell};
use wire::{Failure, files};

use crate::{
    Mattermost,
    client::{Client, repeatable},
    config::Puppets as Kind,
    outgoing::Voice,
    people::mark,
};

mod leaving;
mod names;

use names::{email, password, usernames};

/// What our tokens are called.
const TOKEN: &str = "passerelle";
/// So many accounts are listed at once.
const PAGE: usize = 200;
/// Bytes of the largest picture an account is given.
const LARGEST_PICTURE: u64 = 5 << 20;

/// The accounts.
#[derive(Debug)]
pub(crate) struct Puppets {
    admin: Client,
    kind: Kind,
    /// Ids of bot accounts by what they say about themselves, once listed.
    bots: OnceCell<DashMap<String, String>>,
    known: DashMap<Person, Arc<Puppet>>,
    /// Which account is known to be in which channel. A cache: a refusal forgets it.
    placed: DashMap<(String, ChatId), ()>,
    /// One at a time: two channels must not make two accounts for one person.
    making: Mutex<()>,
}

#[derive(Debug)]
struct Puppet {
    id: String,
    client: Client,
    dressed: Mutex<Dress>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Dress {
    name: String,
    picture: Option<String>,
}

impl Puppets {
    pub(crate) fn new(admin: Client, kind: Kind) -> Self {
        let (known, placed) = (DashMap::new(), DashMap::new());
        Self { admin, kind, bots: OnceCell::new(), known, placed, making: Mutex::new(()) }
    }

    async fn puppet(&self, author: &Author) -> Result<Arc<Puppet>> {
        if let Some(puppet) = self.known.get(&author.person) {
            return Ok(puppet.clone());
        }
        let _one = self.making.lock().await;
        if let Some(puppet) = self.known.get(&author.person) {
            return Ok(puppet.clone());
        }
        let id = match self.find(&author.person).await? {
            Some(id) => id,
            None => self.make(author).await?,
        };
        let client = self.admin.by(self.token(&id).await?);
        let puppet = Arc::new(Puppet { id, client, dressed: Mutex::default() });
        self.known.insert(author.person.clone(), puppet.clone());
        Ok(puppet)
    }

    async fn find(&self, person: &Person) -> Result<Option<String>> {
        if self.kind == Kind::Users {
            return match self.admin.get(&["users", "email", &email(person)]).await {
                Ok(user) if user["position"] == mark(person).as_str() => {
                    Ok(user["id"].as_str().map(str::to_owned))
                }
                Ok(user) => {
                    let whose = user["username"].as_str().unwrap_or_default();
                    let detail = format!(
                        "@{whose} has the address {} and does not say that it is ours: it is left alone",
                        email(person)
                    );
                    Err(Fault::refused(Phrase::new("not-possible"), detail))
                }
                Err(failure) if failure.status() == Some(404) => Ok(None),
                Err(failure) => Err(repeatable(failure)),
            };
        }
        let bots = self.bots.get_or_try_init(async || self.list().await).await?;
        Ok(bots.get(&mark(person)).map(|id| id.clone()))
    }

    async fn list(&self) -> Result<DashMap<String, String>> {
        let bots = DashMap::new();
        for page in 0.. {
            // Those that an administrator disabled are not made anew.
            let query = [
                ("page", page.to_string()),
                ("per_page", PAGE.to_string()),
                ("include_deleted", "true".to_owned()),
            ];
            let listed = self.admin.get_with(&["bots"], &query).await.map_err(repeatable)?;
            let listed = listed.as_array().cloned().unwrap_or_default();
            for bot in &listed {
                if let (Some(id), Some(words)) = (bot["user_id"].as_str(), bot["description"].as_str()) {
                    bots.insert(words.to_owned(), id.to_owned());
                }
            }
            if listed.len() < PAGE {
                break;
            }
        }
        Ok(bots)
    }

    async fn make(&self, author: &Author) -> Result<String> {
        let (person, mut last) = (&author.person, None);
        for username in usernames(author) {
            let name = one_line(author.shown());
            let (path, body) = match self.kind {
                Kind::Bots => (
                    "bots",
                    json!({ "username": username, "display_name": name, "description": mark(person) }),
                ),
                Kind::Users => (
                    "users",
                    json!({
                        "username": username, "nickname": name, "position": mark(person),
                        "email": email(person), "password": password(),
                    }),
                ),
            };
            match self.admin.post(&[path], &body).await {
                Ok(made) => {
                    let id = made["user_id"].as_str().or(made["id"].as_str()).unwrap_or_default().to_owned();
                    if let Some(bots) = self.bots.get() {
                        bots.insert(mark(person), id.clone());
                    }
                    tracing::info!(%username, "made an account for somebody of another network");
                    return Ok(id);
                }
                Err(failure) if failure.says("id", "username") => last = Some(failure),
                Err(failure) => return Err(repeatable(failure)),
            }
        }
        Err(last.map_or(Fault::Unsupported, repeatable))
    }

    /// A token for an account, in the place of those we had made for it before.
    async fn token(&self, id: &str) -> Result<SecretString> {
        let old = self.admin.get(&["users", id, "tokens"]).await.map_err(repeatable)?;
        for token in old.as_array().into_iter().flatten() {
            if token["description"] == TOKEN {
                let revoke = json!({ "token_id": token["id"] });
                self.admin.post(&["users", "tokens", "revoke"], &revoke).await.map_err(repeatable)?;
            }
        }
        let made = self.admin.post(&["users", id, "tokens"], &json!({ "description": TOKEN })).await;
        let made = made.map_err(repeatable)?;
        let token = made["token"].as_str().ok_or_else(|| Fault::retry("the server gave no token"))?;
        Ok(SecretString::from(token.to_owned()))
    }

    /// Puts an account in a channel, and first in its team.
    async fn place(&self, puppet: &Puppet, chat: &ChatId) -> Result<()> {
        let key = (puppet.id.clone(), chat.clone());
        if self.placed.contains_key(&key) {
            return Ok(());
        }
        let channel = self.admin.get(&["channels", chat.as_str()]).await.map_err(repeatable)?;
        if let Some(team) = channel["team_id"].as_str().filter(|team| !team.is_empty()) {
            let member = json!({ "team_id": team, "user_id": puppet.id });
            self.admin.post(&["teams", team, "members"], &member).await.map_err(repeatable)?;
        }
        let member = json!({ "user_id": puppet.id });
        self.admin.post(&["channels", chat.as_str(), "members"], &member).await.map_err(repeatable)?;
        self.placed.insert(key, ());
        Ok(())
    }

    /// Gives an account its person's name and face, when they changed.
    async fn dress(&self, puppet: &Puppet, parcel: &Parcel<'_>) {
        let mut dressed = puppet.dressed.lock().await;
        let profile = match dressed.picture {
            // Asked for once in the life of the process: a face is not worth a request for each message.
            None => parcel.source.profile(parcel.from, &parcel.author.person.user).await.unwrap_or_default(),
            Some(_) => contract::Profile::default(),
        };
        let name = one_line(parcel.author.shown());
        if dressed.name != name {
            let done = match self.kind {
                Kind::Bots => self.admin.put(&["bots", &puppet.id], &json!({ "display_name": name })).await,
                Kind::Users => {
                    self.admin.put(&["users", &puppet.id, "patch"], &json!({ "nickname": name })).await
                }
            };
            if done.is_ok() {
                dressed.name = name;
            }
        }
        if dressed.picture.is_none() {
            dressed.picture = Some(String::new());
            if let Some(avatar) = profile.avatar
                && let Ok((part, _)) = files::part(parcel, &avatar, LARGEST_PICTURE).await
            {
                let request = self.admin.request(Method::POST, &["users", &puppet.id, "image"]);
                if let Err(failure) =
                    self.admin.send(request.multipart(Form::new().part("image", part))).await
                {
                    tracing::debug!(why = failure.words(), "an account could not be given its picture");
                }
                dressed.picture = Some(avatar.unique);
            }
        }
    }
}

impl Mattermost {
    /// Whose account says a parcel.
    pub(crate) async fn voice(&self, parcel: &Parcel<'_>) -> Result<Voice> {
        self.ensure_limits().await?;
        if let Some(puppets) = self.puppets.as_ref().filter(|_| !parcel.author.is_bridge()) {
            match self.own_voice(puppets, parcel).await {
                Ok(voice) => return Ok(voice),
                Err(fault @ (Fault::Retry { .. } | Fault::Unclear { .. })) => return Err(fault),
                // Their words matter more than their account.
                Err(fault) => {
                    tracing::warn!(network = %self.name, %fault, "somebody can have no account of their own here");
                }
            }
        }
        let overridden = self.limits().overrides;
        Ok(Voice { client: self.client.clone(), user: self.bot_id().await?, own: false, overridden })
    }

    async fn own_voice(&self, puppets: &Puppets, parcel: &Parcel<'_>) -> Result<Voice> {
        let puppet = puppets.puppet(parcel.author).await?;
        puppets.place(&puppet, parcel.chat).await?;
        puppets.dress(&puppet, parcel).await;
        Ok(Voice { client: puppet.client.clone(), user: puppet.id.clone(), own: true, overridden: false })
    }

    /// When an account of ours failed because it lost its token or its place in the channel: it is given back at the next
    /// attempt, unless an administrator took it on purpose. `None` when it failed otherwise.
    pub(crate) async fn given_back(
        &self,
        parcel: &Parcel<'_>,
        voice: &Voice,
        failure: &Failure,
    ) -> Option<Fault> {
        let puppets = self.puppets.as_ref().filter(|_| voice.own)?;
        let user = voice.user.as_str();
        match failure.status()? {
            401 => match puppets.admin.get(&["users", user]).await {
                Ok(user) if user["delete_at"].as_i64() > Some(0) => {
                    Some(Fault::refused(Phrase::new("no-right-to-write"), "the account is deactivated"))
                }
                Ok(_) => {
                    puppets.known.remove(&parcel.author.person);
                    Some(Fault::retry("an account of ours lost its token"))
                }
                Err(failure) => Some(repeatable(failure)),
            },
            403 => match puppets.admin.get(&["channels", parcel.chat.as_str(), "members", user]).await {
                Err(failure) if failure.status() == Some(404) => {
                    puppets.placed.remove(&(user.to_owned(), parcel.chat.clone()));
                    Some(Fault::retry("an account of ours was not in the channel"))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Which of the accounts that a server may allow are made: bots, or people with tokens.
    pub(crate) fn kind_of_accounts(&self) -> usize {
        usize::from(self.puppets.as_ref().is_some_and(|puppets| puppets.kind == Kind::Users))
    }

    /// The administrator, where we have one.
    pub(crate) fn admin(&self) -> Option<&Client> {
        self.puppets.as_ref().map(|puppets| &puppets.admin)
    }

    /// Shows that somebody writes, where they have an account of their own already.
    pub(crate) async fn show_typing(&self, chat: &ChatId, author: &Author, on: bool) -> Result<()> {
        let puppets = self.puppets.as_ref().filter(|_| on);
        let puppet =
            puppets.and_then(|puppets| puppets.known.get(&author.person).map(|puppet| puppet.clone()));
        if let Some(Puppet { id, client, .. }) = puppet.as_deref() {
            let place = json!({ "channel_id": chat.as_str() });
            client.post(&["users", id, "typing"], &place).await.map_err(repeatable)?;
        }
        Ok(())
    }
}
