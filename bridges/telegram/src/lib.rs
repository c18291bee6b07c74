//! Telegram, by the Bot API.
//!
//! # Layout
//! - [`client`]: asking the Bot API. - [`listen`]: fetching updates. - [`incoming`]: updates become events.
//! - [`outgoing`]: parcels become messages.
//! - [`pace`]: how fast. - [`text`]: the dialect. - [`stickers`]: those that move. - [`paper`]: without a server.
//! - [`check`]: what `passerelle check` looks at.
//!
//! It relays: the Bot API lets nobody speak as somebody else, so a person's name stands in bold before their words.

use std::{
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use contract::{
    Access, Author, Calling, Capabilities, ChatId, ChatInfo, Content, Download, Event, Fault, Feature,
    Finding, InDoubt, Inbox, Media, MediaKind, Megabytes, Network, NetworkName, Offer, Parcel, PollChange,
    Profile, Receipt, Result, UserId,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

mod check;
mod client;
mod config;
mod incoming;
mod listen;
mod outgoing;
mod pace;
mod paper;
mod stickers;
mod text;

pub use config::Config;

use client::{Client, Failure};
use incoming::Usernames;
use pace::Pace;

/// How long an update waits to be fetched (Bot API, "Getting updates").
const KEPT: Duration = Duration::from_hours(24);

/// Bytes of the largest file that can be fetched (Bot API, `getFile`; without limit from a server of one's own).
pub(crate) fn download_limit(hosted: bool) -> u64 {
    if hosted { 20_000_000 } else { 2_000_000_000 }
}

/// Bytes of the largest file that can be sent (Bot API, "Sending files").
fn upload_limit(hosted: bool) -> u64 {
    if hosted { 50_000_000 } else { 2_000_000_000 }
}

/// A Telegram bot.
#[derive(Debug)]
pub struct Telegram {
    name: NetworkName,
    client: Client,
    announce_members: bool,
    in_doubt: InDoubt,
    pace: Pace,
    largest_file: Option<Megabytes>,
    usernames: Usernames,
    /// Our bot's username, once Telegram has told.
    username: OnceLock<String>,
    menu: RwLock<Vec<Offer>>,
}

impl Telegram {
    /// A bot by its configuration; asks nobody yet.
    pub fn new(name: NetworkName, config: &Config) -> Result<Self> {
        let client = Client::new(config)?;
        let (username, menu) = (OnceLock::new(), RwLock::default());
        Ok(Self {
            name,
            client,
            announce_members: config.announce_members,
            in_doubt: config.in_doubt,
            pace: Pace::new(config.messages_per_minute, config.messages_per_second),
            largest_file: config.largest_file_mb,
            usernames: Usernames::default(),
            username,
            menu,
        })
    }

    pub(crate) async fn member_status(&self, chat: &ChatId, user: &str) -> Result<Value> {
        let params = json!({ "chat_id": chat.as_str(), "user_id": user });
        self.client.call(client::GetChatMember(params)).await.map_err(Failure::repeatable)
    }

    async fn avatar(&self, user: &str) -> Result<Option<Media>> {
        if let Some(chat) = user.strip_prefix('c') {
            return Ok(self.chat(&chat.into()).await?.picture);
        }
        let params = json!({ "user_id": user, "limit": 1 });
        let photos = self.client.call(client::GetUserProfilePhotos(params)).await;
        let photos = photos.map_err(Failure::repeatable)?["photos"].get(0).cloned().unwrap_or_default();
        let mut sizes = photos.as_array().into_iter().flatten();
        let best = sizes.rfind(|size| size["width"].as_u64().unwrap_or(0) <= 640);
        let word = |key: &str| best.and_then(|size| size[key].as_str());
        Ok(word("file_id").zip(word("file_unique_id")).map(|(file, unique)| jpeg(file, unique)))
    }
}

/// The picture of a chat (Bot API, `ChatPhoto`).
fn portrait(photo: &Value) -> Option<Media> {
    Some(jpeg(photo["big_file_id"].as_str()?, photo["big_file_unique_id"].as_str()?))
}

fn jpeg(file: &str, unique: &str) -> Media {
    Media { mime: Some("image/jpeg".to_owned()), ..Media::new(MediaKind::Photo, file, unique) }
}

#[async_trait]
impl Network for Telegram {
    fn name(&self) -> &NetworkName {
        &self.name
    }

    fn capabilities(&self) -> Capabilities {
        let hosted = self.client.is_hosted();
        Capabilities {
            idempotent: false,
            threads: true,
            members: self.announce_members,
            faces: false,
            natively: &[
                Feature::Locations,
                Feature::LiveLocations,
                Feature::Polls,
                Feature::Pins,
                Feature::Info,
                Feature::Quotes,
            ],
            upload_limit: Megabytes::bound(self.largest_file, upload_limit(hosted)),
            download_limit: Megabytes::bound(self.largest_file, download_limit(hosted)),
        }
    }

    fn calling(&self) -> Calling {
        let bot = self.username.get().map_or_else(|| self.name.to_string(), |name| format!("@{name}"));
        Calling { app: "Telegram", bot, prompt: "/".to_owned() }
    }

    fn offer(&self, commands: Vec<Offer>) {
        *self.menu.write().unwrap_or_else(PoisonError::into_inner) = commands;
    }

    async fn keeps(&self) -> Result<Option<Duration>> {
        Ok(Some(KEPT))
    }

    async fn listen(&self, inbox: Arc<dyn Inbox>, stop: CancellationToken) -> Result<()> {
        let Some(listener) = stop.run_until_cancelled(self.listener()).await else { return Ok(()) };
        let listener = listener?;
        let menu = self.menu.read().unwrap_or_else(PoisonError::into_inner).clone();
        self.show_menu(&menu).await;
        self.poll(inbox.as_ref(), &listener, &stop).await
    }

    async fn read(&self, native: &str) -> Result<Vec<Event>> {
        self.read_native(native).await
    }

    async fn turn(&self, parcel: &Parcel<'_>) -> std::result::Result<(), Duration> {
        self.pace.turn(parcel.chat, self.weight(parcel)).await
    }

    async fn deliver(&self, parcel: Parcel<'_>) -> Result<Receipt> {
        match parcel.content {
            Content::Message(body) => self.say(&parcel, body).await,
            Content::Edit { copies, body, refiled } => self.edit(&parcel, copies, body, *refiled).await,
            Content::Delete { copies } => self.delete(&parcel, copies).await,
            Content::Reaction { .. } => self.react(&parcel).await,
            Content::Poll { target, change: PollChange::Closed, .. } => self.stop_poll(&parcel, target).await,
            Content::Pin { target: Some(target), pinned } => self.pin(&parcel, target, *pinned).await,
            Content::Info(info) => self.change(&parcel, info).await,
            Content::Membership(_) | Content::Poll { .. } | Content::Pin { .. } => Err(Fault::Unsupported),
        }
    }

    async fn chat(&self, id: &ChatId) -> Result<ChatInfo> {
        let chat = self.client.call(client::GetChat(json!({ "chat_id": id.as_str() }))).await;
        let chat = chat.map_err(Failure::repeatable)?;
        let number = chat["id"].as_i64().ok_or_else(|| Fault::retry("getChat gave no chat"))?;
        let name = chat["title"].as_str().or_else(|| chat["first_name"].as_str()).map(str::to_owned);
        let access = match (chat["type"].as_str(), chat["username"].is_string()) {
            (Some("private"), _) => Access::Direct,
            (_, true) => Access::Public,
            (_, false) => Access::Private,
        };
        let topic = chat["description"].as_str().map(str::to_owned);
        let handle = chat["username"].as_str().map(str::to_owned);
        let picture = portrait(&chat["photo"]);
        Ok(ChatInfo { access, handle, topic, picture, ..ChatInfo::new(number.to_string(), name) })
    }

    async fn profile(&self, chat: &ChatId, user: &UserId) -> Result<Profile> {
        let name = match user.as_str().strip_prefix('c') {
            Some(chat) => self.chat(&chat.into()).await?.name,
            None => {
                let member = self.member_status(chat, user.as_str()).await?;
                member["user"]["first_name"].as_str().map(str::to_owned)
            }
        };
        Ok(Profile { name, avatar: self.avatar(user.as_str()).await? })
    }

    async fn may_manage(&self, chat: &ChatId, user: &UserId) -> Result<bool> {
        if user.as_str().strip_prefix('c') == Some(chat.as_str()) {
            // Only its admins speak in a group's own name.
            return Ok(true);
        }
        let member = self.member_status(chat, user.as_str()).await?;
        Ok(matches!(member["status"].as_str(), Some("creator" | "administrator")))
    }

    async fn people(&self, chat: &ChatId) -> Result<Vec<Author>> {
        let params = json!({ "chat_id": chat.as_str() });
        let admins = self.client.call(client::GetChatAdministrators(params)).await;
        let admins = admins.map_err(Failure::repeatable)?;
        let users = admins.as_array().into_iter().flatten().map(|admin| &admin["user"]);
        let people = users.filter(|user| user["is_bot"] != true).filter_map(|user| {
            self.usernames.learn(user);
            let id = user["id"].as_i64()?.to_string();
            Some(Author::named(&self.name, id, incoming::full_name(user)))
        });
        Ok(people.collect())
    }

    async fn ban(&self, chat: &ChatId, user: &UserId) -> Result<bool> {
        let member = json!({ "chat_id": chat.as_str(), "user_id": user.as_str() });
        self.client.call(client::BanChatMember(member)).await.map_err(Failure::repeatable)?;
        Ok(true)
    }

    async fn download(&self, media: &Media) -> Result<Download> {
        match stickers::parts(&media.locator) {
            Some((animation, still)) => self.sticker(media, animation, still).await,
            None => self.client.download(media).await,
        }
    }

    async fn check(&self, chats: &[ChatId]) -> Vec<Finding> {
        self.look_around(chats).await
    }
}
