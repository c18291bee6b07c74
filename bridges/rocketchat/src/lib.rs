//! Rocket.Chat, by its REST API and DDP.
//!
//! # Layout
//! - [`client`]: asking the server. - [`ddp`]: the realtime protocol. - [`listen`]: what is heard by it;
//!   [`catch_up`]: the gap before. - [`incoming`]: messages become events. - [`outgoing`]: parcels become messages.
//! - [`people`], [`rooms`], [`emoji`]: who and what is there. - [`text`]: the dialect. - [`times`]: how times are written.
//! - [`check`]: what `passerelle check` looks at.
//!
//! One bot speaks for all, under their names where it has the role `bot`, else with their name in bold. An account for
//! each would take a paid seat each.

use std::{
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use contract::{
    Author, Capabilities, ChatId, ChatInfo, Content, Download, Fault, Feature, Finding, Inbox, Media,
    MediaKind, Network, NetworkName, Parcel, Profile, Receipt, Result, UserId,
};
use moka::sync::Cache;
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wire::files;

mod catch_up;
mod check;
mod client;
mod config;
mod ddp;
mod emoji;
mod incoming;
mod listen;
mod outgoing;
mod people;
mod rooms;
mod text;
mod times;

pub use config::Config;

use client::{Client, repeatable};
use people::Directory;
use rooms::Rooms;

/// How long a room is believed to be called so.
const ROOMS_KNOWN: Duration = Duration::from_mins(10);
/// How long the bot is believed not to have the right to speak under other names.
const NAMELESS: Duration = Duration::from_mins(10);

/// Settings on a page, and pages that are read.
const PAGE: usize = 100;
const MOST_PAGES: usize = 50;

/// What the workspace allows (REST, `settings.public`).
#[derive(Clone, Debug)]
struct Settings {
    /// The address that messages are quoted by.
    site: String,
    /// UTF-16 units of a message.
    message: usize,
    /// Bytes of a file.
    file: u64,
}

/// A Rocket.Chat workspace, by one bot.
#[derive(Debug)]
pub struct RocketChat {
    name: NetworkName,
    client: Arc<Client>,
    people: Directory,
    rooms: Rooms,
    emoji: emoji::Known,
    announce_members: bool,
    base: String,
    settings: RwLock<Option<Settings>>,
    /// When the bot was last refused to speak under another name.
    nameless: Mutex<Option<Instant>>,
}

impl RocketChat {
    /// A workspace by its configuration; asks nobody yet.
    pub fn new(name: NetworkName, config: &Config) -> Result<Self> {
        let client = Arc::new(Client::new(config)?);
        Ok(Self {
            people: Directory::new(name.clone(), client.clone()),
            name,
            client,
            emoji: emoji::known(),
            rooms: Cache::builder().max_capacity(10_000).time_to_live(ROOMS_KNOWN).build(),
            announce_members: config.announce_members,
            base: config.url.as_str().trim_end_matches('/').to_owned(),
            settings: RwLock::default(),
            nameless: Mutex::default(),
        })
    }

    fn settings(&self) -> Settings {
        let known = self.settings.read().unwrap_or_else(PoisonError::into_inner).clone();
        // The server's own defaults, until it has told.
        known.unwrap_or_else(|| Settings { site: self.base.clone(), message: 5000, file: 104_857_600 })
    }

    async fn ensure_settings(&self) -> Result<()> {
        let known = self.settings.read().unwrap_or_else(PoisonError::into_inner).is_some();
        if known { Ok(()) } else { self.learn_settings().await }
    }

    /// Asks what the workspace allows.
    async fn learn_settings(&self) -> Result<()> {
        let mut settings = self.settings();
        let wanted = ["Site_Url", "Message_MaxAllowedSize", "FileUpload_MaxFileSize"];
        // Older servers do not choose: then all pages are read.
        let ids = wanted.join(",");
        let mut found = 0;
        for page in 0..MOST_PAGES {
            let offset = (page * PAGE).to_string();
            let count = PAGE.to_string();
            let query = [("_id", ids.as_str()), ("count", &count), ("offset", &offset)];
            let answer = self.client.get("settings.public", &query).await.map_err(repeatable)?;
            let listed = answer["settings"].as_array().cloned().unwrap_or_default();
            for setting in &listed {
                found += usize::from(settings.read(setting));
            }
            if found >= wanted.len() || listed.len() < PAGE {
                break;
            }
        }
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Some(settings);
        Ok(())
    }

    /// Whether to try to speak under other names.
    fn may_name(&self) -> bool {
        let refused = *self.nameless.lock().unwrap_or_else(PoisonError::into_inner);
        refused.is_none_or(|at| at.elapsed() > NAMELESS)
    }

    fn must_not_name(&self) {
        *self.nameless.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether somebody leads a room, or the workspace.
    async fn leads(&self, room: &str, user: &str) -> Result<bool> {
        let room = self.room(room).await?;
        if room.is_direct() {
            // A private conversation is its members'.
            return Ok(true);
        }
        let route = format!("{}.roles", room.family());
        match self.client.get(&route, &[("roomId", &room.id)]).await {
            Ok(answer) => {
                let mut all = answer["roles"].as_array().into_iter().flatten();
                let role = all.find(|entry| entry["u"]["_id"] == user);
                let roles = role.and_then(|entry| entry["roles"].as_array()).into_iter().flatten();
                if roles.into_iter().any(|role| role == "owner" || role == "moderator") {
                    return Ok(true);
                }
            }
            Err(failure) if matches!(failure.status(), Some(400..=404)) => {}
            Err(failure) => return Err(repeatable(failure)),
        }
        match self.client.get("users.info", &[("userId", user)]).await {
            Ok(answer) => {
                Ok(answer["user"]["roles"].as_array().into_iter().flatten().any(|role| role == "admin"))
            }
            Err(failure) if matches!(failure.status(), Some(400..=404)) => Ok(false),
            Err(failure) => Err(repeatable(failure)),
        }
    }
}

impl Settings {
    /// Reads a setting; whether it is one of those that matter.
    fn read(&mut self, setting: &Value) -> bool {
        let value = &setting["value"];
        match setting["_id"].as_str().unwrap_or_default() {
            "Site_Url" => {
                if let Some(site) = value.as_str().filter(|site| !site.is_empty()) {
                    site.trim_end_matches('/').clone_into(&mut self.site);
                }
            }
            "Message_MaxAllowedSize" => {
                let size = value.as_u64().and_then(|size| usize::try_from(size).ok());
                self.message = size.filter(|size| *size >= 100).unwrap_or(self.message);
            }
            // -1 is no limit.
            "FileUpload_MaxFileSize" if value.as_i64().is_some() => {
                self.file = value.as_u64().unwrap_or(u64::MAX);
            }
            _ => return false,
        }
        true
    }
}

#[async_trait]
impl Network for RocketChat {
    fn name(&self) -> &NetworkName {
        &self.name
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            // Messages are; files are not.
            idempotent: false,
            threads: true,
            members: self.announce_members,
            faces: self.may_name(),
            natively: &[Feature::Reactions],
            upload_limit: self.settings().file,
            download_limit: u64::MAX,
        }
    }

    async fn listen(&self, inbox: Arc<dyn Inbox>, stop: CancellationToken) -> Result<()> {
        match stop.run_until_cancelled(Box::pin(self.hear(inbox.as_ref(), &stop))).await {
            Some(heard) => heard,
            None => Ok(()),
        }
    }

    async fn deliver(&self, parcel: Parcel<'_>) -> Result<Receipt> {
        match parcel.content {
            Content::Message(body) => self.say(&parcel, body).await,
            Content::Edit { copies, body, .. } => self.edit(&parcel, copies, body).await,
            Content::Delete { copies } => self.delete(&parcel, copies).await,
            Content::Reaction { .. } => self.react(&parcel).await,
            Content::Membership(_) | Content::Poll { .. } | Content::Pin { .. } | Content::Info(_) => {
                Err(Fault::Unsupported)
            }
        }
    }

    async fn chat(&self, id: &ChatId) -> Result<ChatInfo> {
        let room = self.find_room(id.as_str()).await?;
        self.enter(&room).await?;
        Ok(ChatInfo { id: room.id.into(), name: room.shown })
    }

    async fn profile(&self, _chat: &ChatId, user: &UserId) -> Result<Profile> {
        let Some(user) = self.people.user(user.as_str()).await? else { return Ok(Profile::default()) };
        let avatar = user.picture.as_ref().map(|picture| {
            let locator = format!("/avatar/{}?format=png", user.username);
            Media::new(MediaKind::Photo, locator, format!("avatar:{}:{picture}", user.id))
        });
        Ok(Profile { name: Some(user.shown.clone()), avatar })
    }

    async fn may_manage(&self, chat: &ChatId, user: &UserId) -> Result<bool> {
        self.leads(chat.as_str(), user.as_str()).await
    }

    async fn typing(&self, chat: &ChatId, _author: &Author, on: bool) -> Result<()> {
        self.show_typing(chat.as_str(), on).await
    }

    async fn emoji(&self, name: &str) -> Result<Option<Media>> {
        Ok(self.custom_emoji().await?.get(name).cloned())
    }

    async fn download(&self, media: &Media) -> Result<Download> {
        let elsewhere = || files::unreachable("an address that is not the server's");
        let url = self.client.own_address(&media.locator).ok_or_else(elsewhere)?;
        let answer = self.client.fetch(url).await.map_err(|failure| match failure.status() {
            Some(400..=404) => files::unreachable(failure.words()),
            _ => repeatable(failure),
        })?;
        files::download(answer, media)
    }

    async fn check(&self, chats: &[ChatId]) -> Vec<Finding> {
        self.look_around(chats).await
    }
}
