//! Rocket.Chat, by its REST API and DDP.
//!
//! # Layout
//! - [`client`]: asking the server. - [`ddp`]: the realtime protocol. - [`listen`]: what is heard by it;
//!   [`catch_up`]: the gap before. - [`incoming`]: messages become events. - [`outgoing`]: parcels become messages.
//! - [`people`], [`rooms`], [`emoji`], [`settings`]: who and what is there. - [`text`]: the dialect. - [`times`]: how times are written.
//! - [`paper`]: without a server. - [`check`]: what `passerelle check` looks at.
//!
//! One bot speaks for all, under their names where it has the role `bot`, else with their name in bold. An account for
//! each would take a paid seat each.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use contract::{
    Author, Calling, Capabilities, ChatId, ChatInfo, Content, Download, Event, Fault, Feature, Finding,
    InDoubt, Inbox, Media, MediaKind, Megabytes, Network, NetworkName, Parcel, Profile, Receipt, Result,
    Timestamp, UserId,
};
use moka::sync::Cache;
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
mod paper;
mod people;
mod rooms;
mod settings;
mod text;
mod times;

pub use config::Config;

use client::{Client, is_absent, repeatable};
use incoming::Newest;
use people::Directory;
use rooms::Rooms;
use settings::Settings;

/// How long a room is believed to be called so.
const ROOMS_KNOWN: Duration = Duration::from_mins(10);
/// How long the bot is believed not to have the right to speak under other names.
const NAMELESS: Duration = Duration::from_mins(10);

/// A Rocket.Chat workspace, by one bot.
#[derive(Debug)]
pub struct RocketChat {
    name: NetworkName,
    client: Arc<Client>,
    people: Directory,
    rooms: Rooms,
    newest: Newest,
    emoji: emoji::Known,
    announce_members: bool,
    largest_file: Option<Megabytes>,
    in_doubt: InDoubt,
    base: String,
    /// Our bot's username, once the server has told.
    username: OnceLock<String>,
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
            newest: incoming::newest(),
            emoji: emoji::known(),
            rooms: Cache::builder().max_capacity(10_000).time_to_live(ROOMS_KNOWN).build(),
            announce_members: config.announce_members,
            largest_file: config.largest_file_mb,
            in_doubt: config.in_doubt,
            username: OnceLock::new(),
            base: config.url.as_str().trim_end_matches('/').to_owned(),
            settings: RwLock::default(),
            nameless: Mutex::default(),
        })
    }

    /// Whether to try to speak under other names.
    fn may_name(&self) -> bool {
        let refused = *self.nameless.lock().unwrap_or_else(PoisonError::into_inner);
        refused.is_none_or(|at| at.elapsed() > NAMELESS)
    }

    fn must_not_name(&self) {
        *self.nameless.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// What a room is to others, with its picture.
    fn pictured_room(&self, room: &rooms::Room) -> ChatInfo {
        let picture = room.picture.as_ref().map(|picture| {
            let address = self.client.url(&["avatar", "room", &room.id]);
            Media::new(MediaKind::Photo, address, format!("avatar:room:{}:{picture}", room.id))
        });
        ChatInfo { picture, ..room.described() }
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
            Err(failure) if is_absent(&failure) => {}
            Err(failure) => return Err(repeatable(failure)),
        }
        match self.client.get("users.info", &[("userId", user)]).await {
            Ok(answer) => {
                Ok(answer["user"]["roles"].as_array().into_iter().flatten().any(|role| role == "admin"))
            }
            Err(failure) if is_absent(&failure) => Ok(false),
            Err(failure) => Err(repeatable(failure)),
        }
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
            natively: &[Feature::Reactions, Feature::Pins, Feature::Info],
            upload_limit: Megabytes::bound(self.largest_file, self.settings().file),
            download_limit: Megabytes::bound(self.largest_file, u64::MAX),
        }
    }

    async fn keeps(&self) -> Result<Option<Duration>> {
        self.ensure_settings().await?;
        Ok(self.settings().retention.keeps())
    }

    fn calling(&self) -> Calling {
        let name = self.username.get().map_or("passerelle", String::as_str);
        Calling { app: "Rocket.Chat", bot: format!("@{name}"), prompt: format!("@{name} ") }
    }

    async fn missed(&self, chat: &ChatId, since: Timestamp, most: usize) -> Result<Vec<Event>> {
        self.missed_in(chat, since.0, most).await
    }

    async fn title(&self) -> Result<Option<String>> {
        self.ensure_settings().await?;
        Ok(self.settings().title)
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
            Content::Pin { target: Some(target), pinned } => self.pin(target, *pinned).await,
            Content::Info(info) => self.change_room(&parcel, info).await,
            Content::Membership(_) | Content::Poll { .. } | Content::Pin { .. } => Err(Fault::Unsupported),
        }
    }

    async fn chat(&self, id: &ChatId) -> Result<ChatInfo> {
        let room = self.find_room(id.as_str()).await?;
        match self.is_in(&room).await? {
            true => Ok(self.pictured_room(&room)),
            false => Err(rooms::outside("not a member of this room")),
        }
    }

    async fn enter(&self, chat: &ChatId) -> Result<ChatInfo> {
        let room = self.find_room(chat.as_str()).await?;
        self.come_into(&room).await?;
        Ok(self.pictured_room(&room))
    }

    async fn chats(&self) -> Result<Vec<ChatInfo>> {
        self.visible_rooms().await
    }

    async fn profile(&self, _chat: &ChatId, user: &UserId) -> Result<Profile> {
        let Some(user) = self.people.user(user.as_str()).await? else { return Ok(Profile::default()) };
        let avatar = user.picture.as_ref().map(|picture| {
            let mut address = self.client.url(&["avatar", &user.username]);
            address.set_query(Some("format=png"));
            Media::new(MediaKind::Photo, address, format!("avatar:{}:{picture}", user.id))
        });
        Ok(Profile { name: Some(user.shown.clone()), avatar })
    }

    async fn may_manage(&self, chat: &ChatId, user: &UserId) -> Result<bool> {
        self.leads(chat.as_str(), user.as_str()).await
    }

    async fn people(&self, chat: &ChatId) -> Result<Vec<Author>> {
        let room = self.room(chat.as_str()).await?;
        let route = format!("{}.members", room.family());
        let members = self.listed(&route, &[("roomId", room.id.as_str())], "members").await;
        let bot = self.client.session().await?.user;
        let members = members.map_err(repeatable)?;
        let members = members.iter().filter_map(people::User::read);
        let own = members.filter(|user| user.id != bot);
        Ok(own.map(|user| Author::named(&self.name, user.id, user.shown)).collect())
    }

    async fn ban(&self, chat: &ChatId, user: &UserId) -> Result<bool> {
        let room = self.room(chat.as_str()).await?;
        let route = format!("{}.kick", room.family());
        let who = serde_json::json!({ "roomId": room.id, "userId": user.as_str() });
        self.client.post(&[route.as_str()], &who).await.map_err(repeatable)?;
        // Into a public channel anybody comes back.
        Ok(room.family() == "groups")
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
        match self.client.fetch(url).await {
            Ok(answer) => pictured(files::download(answer, media)?, &media.locator),
            Err(failure) if matches!(failure.status(), Some(400..=404)) => {
                // Whether it is not for us, or we are not known any more, looks alike.
                self.client.get("me", &[]).await.map_err(repeatable)?;
                Err(files::unreachable(failure.words()))
            }
            Err(failure) => Err(repeatable(failure)),
        }
    }

    async fn check(&self, chats: &[ChatId]) -> Vec<Finding> {
        self.look_around(chats).await
    }
}

/// A file, but for what is drawn from the first letter of a name in the place of a picture that is not there.
fn pictured(file: Download, address: &str) -> Result<Download> {
    let is_drawn = file.mime.as_deref().is_some_and(|mime| mime.starts_with("image/svg"));
    match is_drawn && address.contains("/avatar/") {
        true => Err(files::unreachable("no picture")),
        false => Ok(file),
    }
}
