//! An account of their own for everybody who speaks here from elsewhere, made by an administrator's token.
//!
//! An account says whom it speaks for in its description, which is how it is found again: nothing is stored.
//! (API v4, `POST /bots`, `POST /users`, `POST /users/{id}/tokens`)

use std::sync::Arc;

use contract::{Author, ChatId, Fault, Parcel, Person, Result, one_line};
use dashmap::DashMap;
use reqwest::{Method, multipart::Form};
use secrecy::SecretString;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, OnceCell};
use wire::files;

use crate::{
    Mattermost,
    client::{Client, repeatable},
    config::Puppets as Kind,
    outgoing::Voice,
    people::mark,
};

/// What our tokens are called.
const TOKEN: &str = "passerelle";
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
                Ok(user) => Ok(user["id"].as_str().map(str::to_owned)),
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
            let query = [("page", page.to_string()), ("per_page", "200".to_owned())];
            let listed = self.admin.get_with(&["bots"], &query).await.map_err(repeatable)?;
            let listed = listed.as_array().cloned().unwrap_or_default();
            for bot in &listed {
                if let (Some(id), Some(words)) = (bot["user_id"].as_str(), bot["description"].as_str()) {
                    bots.insert(words.to_owned(), id.to_owned());
                }
            }
            if listed.len() < 200 {
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

    /// Forgets that an account is in a channel; whether it was thought to be.
    pub(crate) fn puppets_forget(&self, user: &str, chat: &ChatId) -> bool {
        let key = (user.to_owned(), chat.clone());
        self.puppets.as_ref().is_some_and(|puppets| puppets.placed.remove(&key).is_some())
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

/// What an account may be called, in the order of what people would like: letters, digits, `.`, `-` and `_`, beginning
/// with a letter (API v4, `User.username`).
fn usernames(author: &Author) -> impl Iterator<Item = String> {
    let person = &author.person;
    let own =
        person.user.as_str().strip_prefix('@').and_then(|id| id.split_once(':')).map(|(local, _)| local);
    let plain = deunicode::deunicode(own.unwrap_or(author.shown())).to_lowercase();
    let kept: String =
        plain.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' }).collect();
    let short: String = kept.trim_matches(|c: char| !c.is_ascii_alphabetic()).chars().take(30).collect();
    let slug = if short.is_empty() { "personne".to_owned() } else { short };
    let network: String = person.network.as_str().chars().take(20).collect();
    let base = format!("{slug}.{network}");
    let unique = hex(person)[..8].to_owned();
    (1..10)
        .map({
            let base = base.clone();
            move |n| if n == 1 { base.clone() } else { format!("{base}{n}") }
        })
        .chain(std::iter::once(format!("{base}.{unique}")))
}

/// An address that nobody has, the same for the same person.
fn email(person: &Person) -> String {
    format!("{}@passerelle.invalid", hex(person))
}

fn hex(person: &Person) -> String {
    let digest = Sha256::digest(mark(person));
    digest.iter().take(16).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Nobody ever types it.
fn password() -> String {
    let mut random = [0; 24];
    // Without randomness the account is not made: an empty password is refused.
    if getrandom::fill(&mut random).is_err() {
        return String::new();
    }
    random.iter().fold(String::from("Aa1!"), |hex, byte| format!("{hex}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use contract::NetworkName;

    use super::*;

    #[test]
    fn usernames_are_what_the_server_takes() {
        let first = |network: &str, user: &str, name: &str| {
            usernames(&Author::named(&NetworkName::from(network), user, name)).next().unwrap()
        };
        assert_eq!(first("matrix", "@Henri_D:exemple.fr", "Henri"), "henri_d.matrix");
        assert_eq!(first("telegram", "42", "Élodie Ça"), "elodie-ca.telegram");
        assert_eq!(first("telegram", "42", "🎉"), "tada.telegram");
        assert_eq!(first("telegram", "42", "42"), "personne.telegram");
        let anne = Author::named(&NetworkName::matrix(), "@anne:a.fr", "Anne");
        assert_eq!(usernames(&anne).count(), 10);
        let all: Vec<String> = usernames(&anne).collect();
        assert_eq!((all[0].as_str(), all[1].as_str()), ("anne.matrix", "anne.matrix2"));
    }
}
