//! Mattermost, by its REST API and its WebSocket.
//!
//! # Layout
//! - [`client`]: asking the server. - [`listen`]: the WebSocket; [`catch_up`]: the gap where it broke.
//! - [`channels`]: which channels there are. - [`incoming`]: posts become events. - [`outgoing`]: parcels become posts. - [`puppets`]: accounts for people of
//!   other networks. - [`people`]: who is who. - [`pins`]: what is pinned. - [`text`]: the dialect.
//! - [`paper`]: without a server. - [`check`]: what `passerelle check` looks at.
//!
//! People of other networks speak by accounts of their own where an administrator's token makes them; else by the bot
//! under their name, where the server shows one; else with their name in bold.

use std::{
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use contract::{
    Author, Calling, Capabilities, ChatId, ChatInfo, Content, Download, Event, Fault, Feature, Finding,
    Inbox, Media, MediaKind, Megabytes, Network, NetworkName, Parcel, Phrase, Profile, Receipt, Result,
    Timestamp, UserId,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use wire::{files, http::FILE_PATIENCE};

mod catch_up;
mod channels;
mod check;
mod client;
mod config;
mod incoming;
mod listen;
mod outgoing;
mod paper;
mod people;
mod pins;
mod puppets;
mod text;

pub use config::{Config, Puppets};

use client::{Client, repeatable};
use listen::Resume;
use people::Directory;

/// What a locator begins with when it is somebody's picture and not a file.
const FACE: &str = "user:";
/// What it begins with when it is the picture of an emoji.
const EMOJI: &str = "emoji:";

/// What the server allows (API v4, `GET /config/client`).
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Characters of a post.
    post: usize,
    /// Bytes of a file.
    file: u64,
    /// Whether it shows another name over a bot's.
    overrides: bool,
    /// Whether it shows another picture beside it.
    icons: bool,
    /// Whether bots may be made, and people have tokens for programs.
    accounts: [bool; 2],
    /// How long posts are kept, where the server deletes what is old.
    keeps: Option<Duration>,
}

/// The smallest limits there are, until the server has told its own.
const UNKNOWN: Limits =
    Limits { post: 4000, file: 50 << 20, overrides: false, icons: false, accounts: [false; 2], keeps: None };

/// A Mattermost server, by one bot.
#[derive(Debug)]
pub struct Mattermost {
    name: NetworkName,
    client: Client,
    people: Directory,
    puppets: Option<puppets::Puppets>,
    announce_members: bool,
    largest_file: Option<Megabytes>,
    limits: RwLock<Option<Limits>>,
    bot: OnceLock<String>,
    /// Our bot's username, once the server has told.
    username: OnceLock<String>,
    pins: pins::Pins,
    resume: Resume,
}

impl Mattermost {
    /// A server by its configuration; asks nobody yet.
    pub fn new(name: NetworkName, config: &Config) -> Result<Self> {
        let client = Client::new(config.url.clone(), config.token.clone())?;
        let admin = config.admin_token.as_ref().map(|token| client.by(token.clone()));
        Ok(Self {
            people: Directory::new(name.clone(), client.clone()),
            name,
            puppets: admin.map(|admin| puppets::Puppets::new(admin, config.puppets)),
            client,
            announce_members: config.announce_members,
            largest_file: config.largest_file_mb,
            limits: RwLock::default(),
            bot: OnceLock::new(),
            username: OnceLock::new(),
            pins: pins::Pins::default(),
            resume: Resume::default(),
        })
    }

    fn limits(&self) -> Limits {
        self.limits.read().unwrap_or_else(PoisonError::into_inner).unwrap_or(UNKNOWN)
    }

    async fn ensure_limits(&self) -> Result<()> {
        let known = self.limits.read().unwrap_or_else(PoisonError::into_inner).is_some();
        if known { Ok(()) } else { self.learn_limits().await }
    }

    /// Asks what the server allows.
    async fn learn_limits(&self) -> Result<()> {
        let query = [("format", "old".to_owned())];
        let config = self.client.get_with(&["config", "client"], &query).await.map_err(repeatable)?;
        let number = |key: &str| config[key].as_str().and_then(|words| words.parse::<u64>().ok());
        let on = |key: &str| config[key] == "true";
        let limits = Limits {
            post: number("MaxPostSize").and_then(|n| usize::try_from(n).ok()).unwrap_or(UNKNOWN.post),
            file: number("MaxFileSize").unwrap_or(UNKNOWN.file),
            overrides: on("EnablePostUsernameOverride"),
            icons: on("EnablePostIconOverride"),
            accounts: [on("EnableBotAccountCreation"), on("EnableUserAccessTokens")],
            keeps: number("DataRetentionMessageRetentionDays")
                .filter(|days| *days > 0 && on("DataRetentionEnableMessageDeletion"))
                .map(|days| Duration::from_hours(24 * days)),
        };
        *self.limits.write().unwrap_or_else(PoisonError::into_inner) = Some(limits);
        Ok(())
    }

    /// Our bot's id.
    async fn bot_id(&self) -> Result<String> {
        if let Some(id) = self.bot.get() {
            return Ok(id.clone());
        }
        let id = self.me().await?.id;
        Ok(self.bot.get_or_init(|| id).clone())
    }

    /// A channel by its id, its name (`~general`), or its team's and its own (`equipe/general`).
    async fn channel(&self, named: &str) -> Result<Value> {
        let named = named.trim().trim_start_matches(['~', '#']);
        let missing = || Fault::refused(Phrase::new("not-in-chat"), "no such channel");
        let found = |answer: client::Answer| match answer {
            Ok(channel) => Ok(Some(channel)),
            Err(failure) if matches!(failure.status(), Some(400 | 403 | 404)) => Ok(None),
            Err(failure) => Err(repeatable(failure)),
        };
        if let Some((team, name)) = named.split_once('/') {
            let path = ["teams", "name", team, "channels", "name", name];
            return found(self.client.get(&path).await)?.ok_or_else(missing);
        }
        if let Some(channel) = found(self.client.get(&["channels", named]).await)? {
            return Ok(channel);
        }
        let teams = self.client.get(&["users", "me", "teams"]).await.map_err(repeatable)?;
        for team in teams.as_array().into_iter().flatten().filter_map(|team| team["id"].as_str()) {
            let path = ["teams", team, "channels", "name", named];
            if let Some(channel) = found(self.client.get(&path).await)? {
                return Ok(channel);
            }
        }
        Err(missing())
    }

    /// How the server says that the bot is not in a channel; `None` when it is.
    async fn outside(&self, channel: &Value) -> Result<Option<Fault>> {
        let id = channel["id"].as_str().unwrap_or_default();
        match self.client.get(&["channels", id, "members", "me"]).await {
            Ok(_) => Ok(None),
            Err(failure) if matches!(failure.status(), Some(403 | 404)) => {
                Ok(Some(Fault::refused(Phrase::new("not-in-chat"), failure.words())))
            }
            Err(failure) => Err(repeatable(failure)),
        }
    }

    /// Makes sure that the bot is in a channel; public ones it enters by itself.
    async fn come_into(&self, channel: &Value) -> Result<()> {
        let id = channel["id"].as_str().unwrap_or_default();
        let Some(outside) = self.outside(channel).await? else { return Ok(()) };
        if channel["type"] != "O" {
            return Err(outside);
        }
        let member = json!({ "user_id": self.bot_id().await? });
        match self.client.post(&["channels", id, "members"], &member).await {
            Ok(_) => Ok(()),
            Err(failure) if matches!(failure.status(), Some(400 | 403 | 404)) => Err(outside),
            Err(failure) => Err(repeatable(failure)),
        }
    }

    /// Whether somebody is an admin of what a path of members names.
    async fn is_admin_of(&self, path: &[&str]) -> Result<bool> {
        match self.client.get(path).await {
            Ok(member) => {
                let roles = member["roles"].as_str().unwrap_or_default();
                Ok(member["scheme_admin"] == true || roles.contains("_admin"))
            }
            Err(failure) if matches!(failure.status(), Some(400 | 403 | 404)) => Ok(false),
            Err(failure) => Err(repeatable(failure)),
        }
    }
}

fn nameless() -> Fault {
    Fault::retry("the server gave no channel")
}

#[async_trait]
impl Network for Mattermost {
    fn name(&self) -> &NetworkName {
        &self.name
    }

    fn capabilities(&self) -> Capabilities {
        let limits = self.limits();
        Capabilities {
            idempotent: false,
            threads: true,
            members: self.announce_members,
            faces: limits.overrides && limits.icons && self.puppets.is_none(),
            natively: &[Feature::Reactions, Feature::Pins, Feature::Info],
            upload_limit: Megabytes::bound(self.largest_file, limits.file),
            download_limit: Megabytes::bound(self.largest_file, u64::MAX),
        }
    }

    async fn keeps(&self) -> Result<Option<Duration>> {
        self.ensure_limits().await?;
        Ok(self.limits().keeps)
    }

    fn calling(&self) -> Calling {
        let name = self.username.get().map_or("passerelle", String::as_str);
        Calling { app: "Mattermost", bot: format!("@{name}"), prompt: format!("@{name} ") }
    }

    async fn missed(&self, chat: &ChatId, since: Timestamp, most: usize) -> Result<Vec<Event>> {
        self.missed_in(chat, since.0, most).await
    }

    async fn title(&self) -> Result<Option<String>> {
        self.team_title().await
    }

    async fn listen(&self, inbox: Arc<dyn Inbox>, stop: CancellationToken) -> Result<()> {
        match stop.run_until_cancelled(Box::pin(self.hear(inbox.as_ref(), &stop))).await {
            Some(heard) => heard,
            None => Ok(()),
        }
    }

    async fn read(&self, native: &str) -> Result<Vec<Event>> {
        self.read_native(native).await
    }

    async fn deliver(&self, parcel: Parcel<'_>) -> Result<Receipt> {
        match parcel.content {
            Content::Message(body) => self.say(&parcel, body).await,
            Content::Edit { copies, body, refiled } => self.edit(&parcel, copies, body, *refiled).await,
            Content::Delete { copies } => self.delete(&parcel, copies).await,
            Content::Reaction { .. } => self.react(&parcel).await,
            Content::Pin { target: Some(post), pinned } => self.pin(post, *pinned).await,
            Content::Info(info) => self.change(parcel.chat, info).await,
            Content::Membership(_) | Content::Poll { .. } | Content::Pin { target: None, .. } => {
                Err(Fault::Unsupported)
            }
        }
    }

    async fn chat(&self, id: &ChatId) -> Result<ChatInfo> {
        let channel = self.channel(id.as_str()).await?;
        if let Some(why) = self.outside(&channel).await? {
            return Err(why);
        }
        channels::described(&channel).ok_or_else(nameless)
    }

    async fn enter(&self, chat: &ChatId) -> Result<ChatInfo> {
        let channel = self.channel(chat.as_str()).await?;
        self.come_into(&channel).await?;
        channels::described(&channel).ok_or_else(nameless)
    }

    async fn chats(&self) -> Result<Vec<ChatInfo>> {
        self.visible_channels().await
    }

    async fn profile(&self, _chat: &ChatId, user: &UserId) -> Result<Profile> {
        let Some(user) = self.people.user(user.as_str()).await? else { return Ok(Profile::default()) };
        let avatar = (user.picture > 0).then(|| {
            let locator = format!("{FACE}{}", user.id);
            let unique = format!("{locator}:{}", user.picture);
            Media::new(MediaKind::Photo, locator, unique)
        });
        Ok(Profile { name: Some(user.shown.clone()), avatar })
    }

    async fn may_manage(&self, chat: &ChatId, user: &UserId) -> Result<bool> {
        let (chat, user) = (chat.as_str(), user.as_str());
        if self.is_admin_of(&["channels", chat, "members", user]).await? {
            return Ok(true);
        }
        if self.is_admin_of(&["users", user]).await? {
            return Ok(true);
        }
        let channel = self.channel(chat).await?;
        match channel["team_id"].as_str().filter(|team| !team.is_empty()) {
            Some(team) => self.is_admin_of(&["teams", team, "members", user]).await,
            // A private conversation is its members'.
            None => Ok(true),
        }
    }

    async fn people(&self, chat: &ChatId) -> Result<Vec<Author>> {
        let users = self.members(chat.as_str()).await?;
        let users = users.iter().filter_map(people::User::read);
        let own = users.filter(|user| user.stands_for.is_none() && Some(&user.id) != self.bot.get());
        Ok(own.map(|user| Author::named(&self.name, user.id, user.shown)).collect())
    }

    async fn ban(&self, chat: &ChatId, user: &UserId) -> Result<bool> {
        let path = ["channels", chat.as_str(), "members", user.as_str()];
        let request = self.client.request(Method::DELETE, &path);
        self.client.open(request).await.map_err(repeatable)?;
        // Into a public channel anybody comes back.
        Ok(self.channel(chat.as_str()).await?["type"] == "P")
    }

    async fn withdraw(&self, chat: &ChatId, network: Option<&NetworkName>) -> Result<()> {
        self.withdraw_puppets(chat, network).await
    }

    async fn typing(&self, chat: &ChatId, author: &Author, on: bool) -> Result<()> {
        self.show_typing(chat, author, on).await
    }

    async fn emoji(&self, name: &str) -> Result<Option<Media>> {
        match self.client.get(&["emoji", "name", name]).await {
            Ok(emoji) => Ok(emoji["id"].as_str().map(|id| {
                let locator = format!("{EMOJI}{id}");
                Media::new(MediaKind::Photo, locator.clone(), locator)
            })),
            // An old server has them switched off.
            Err(failure) if matches!(failure.status(), Some(400..=404 | 501)) => Ok(None),
            Err(failure) => Err(repeatable(failure)),
        }
    }

    async fn download(&self, media: &Media) -> Result<Download> {
        let path = if let Some(user) = media.locator.strip_prefix(FACE) {
            vec!["users", user, "image"]
        } else if let Some(emoji) = media.locator.strip_prefix(EMOJI) {
            vec!["emoji", emoji, "image"]
        } else {
            vec!["files", media.locator.as_str()]
        };
        let request = self.client.request(Method::GET, &path).timeout(FILE_PATIENCE);
        let answer = self.client.open(request).await.map_err(|failure| match failure.status() {
            Some(400 | 403 | 404) => files::unreachable(failure.words()),
            _ => repeatable(failure),
        })?;
        files::download(answer, media)
    }

    async fn check(&self, chats: &[ChatId]) -> Vec<Finding> {
        self.look_around(chats).await
    }
}
