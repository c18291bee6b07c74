//! Matrix, a network like the others: it hears by transactions that the homeserver pushes, and delivers as ghosts.
//!
//! # Layout
//! - [`appservice`]: what the homeserver asks of us. - [`incoming`]: an event of a room becomes an `Event`.
//! - [`outgoing`]: a parcel becomes events of a room. - [`changes`]: pins, names, the votes and ends of polls. - [`text`]: the dialect. - [`people`]: who is who.
//! - [`client`]: asking the homeserver. - [`intent`]: acting as somebody: registered, joined. - [`ghosts`]: names and pictures.
//! - [`rooms`]: rights, names, upgrades. - [`opening`]: rooms that we make. - [`media`]: files in and out; [`pictures`]: what is seen of them. - [`ping`]: keeping the homeserver's queue flowing.
//! - [`gaps`]: what was never pushed. - [`typing`]: who is writing. - [`shown`]: links and failures, for clients that show them. - [`paper`]: without a homeserver. - [`check`]: what `passerelle check` looks at.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use contract::{
    Author, Calling, Capabilities, ChatId, ChatInfo, Content, Download, Event, Fault, Feature, Finding,
    Inbox, Media, MessageId, Network, NetworkName, Opening, Parcel, Profile, Receipt, Result, UserId,
};
use dashmap::DashMap;
use ruma::OwnedUserId;
use secrecy::SecretString;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Appservice, Homeserver, Permissions},
    store::Store,
};

pub mod appservice;
mod changes;
mod check;
mod client;
mod gaps;
mod ghosts;
mod incoming;
mod intent;
mod media;
mod opening;
mod outgoing;
mod paper;
pub mod people;
mod pictures;
mod ping;
mod rooms;
mod shown;
pub mod text;
mod typing;

use client::Client;
use people::People;

/// Synapse's default, until the homeserver has told its own.
const UPLOAD_LIMIT: u64 = 50_000_000;
/// So many names are remembered before all are forgotten and asked for again.
const MOST_NAMES: usize = 50_000;

/// The Matrix side.
pub struct Matrix {
    name: NetworkName,
    client: Client,
    people: People,
    server: String,
    /// The registration's id, by which the homeserver knows us.
    id: String,
    hs_token: SecretString,
    permissions: Permissions,
    announce_members: bool,
    store: Store,
    inbox: OnceLock<Arc<dyn Inbox>>,
    upload_limit: AtomicU64,
    /// Names people have in rooms. A cache: [`Network::profile`] asks for what is not here.
    names: DashMap<(ChatId, UserId), String>,
    /// Who is known to be in which room. A cache: a refusal forgets it.
    joined: DashMap<(ChatId, OwnedUserId), ()>,
    /// Rooms in which somebody talks with the bot alone, and who. As the store has them, from the moment we listen.
    talks: DashMap<ChatId, UserId>,
    /// Who is writing in which room.
    writing: DashMap<ChatId, BTreeSet<OwnedUserId>>,
    /// How many events are on their way to the homeserver.
    sending: watch::Sender<usize>,
    /// The transaction last refused because it came too early.
    refused: Mutex<Option<String>>,
    /// When the homeserver last reached us, and whether it knew the token.
    reached: watch::Sender<Option<Reached>>,
}

/// How the homeserver last reached us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// With our `hs_token`.
    Right,
    /// With another token.
    WrongToken,
}

impl std::fmt::Debug for Matrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matrix").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Matrix {
    /// The Matrix side by its configuration; asks nobody yet.
    pub fn new(
        homeserver: &Homeserver,
        appservice: &Appservice,
        permissions: &Permissions,
        announce_members: bool,
        store: Store,
    ) -> Result<Self> {
        let people = People::new(&homeserver.name, &appservice.prefix, &appservice.bot)
            .map_err(|why| Fault::LoggedOut(format!("appservice.bot or homeserver.name: {why}")))?;
        Ok(Self {
            name: NetworkName::matrix(),
            client: Client::new(homeserver.url.clone(), appservice.as_token.clone())?,
            people,
            server: homeserver.name.clone(),
            id: appservice.id.clone(),
            hs_token: appservice.hs_token.clone(),
            permissions: permissions.clone(),
            announce_members,
            store,
            inbox: OnceLock::new(),
            upload_limit: AtomicU64::new(UPLOAD_LIMIT),
            names: DashMap::new(),
            joined: DashMap::new(),
            talks: DashMap::new(),
            writing: DashMap::new(),
            sending: watch::channel(0).0,
            refused: Mutex::default(),
            reached: watch::channel(None).0,
        })
    }

    /// Whether the configuration lets somebody decide what is linked.
    fn is_permitted(&self, user: &ruma::UserId) -> bool {
        let server = user.server_name().as_str();
        match self.permissions.link.as_slice() {
            [] => server == self.server,
            listed => listed.iter().any(|who| who == "*" || who == server || who == user.as_str()),
        }
    }

    fn remember_name(&self, room: &ChatId, user: &UserId, name: &str) {
        if self.names.len() >= MOST_NAMES {
            self.names.clear();
        }
        self.names.insert((room.clone(), user.clone()), name.to_owned());
    }
}

#[async_trait]
impl Network for Matrix {
    fn name(&self) -> &NetworkName {
        &self.name
    }

    fn capabilities(&self) -> Capabilities {
        let upload_limit = self.upload_limit.load(Ordering::Relaxed);
        Capabilities {
            idempotent: true,
            threads: true,
            members: self.announce_members,
            faces: false,
            natively: &[
                Feature::Locations,
                Feature::Polls,
                Feature::Votes,
                Feature::Pins,
                Feature::Info,
                Feature::Reactions,
            ],
            upload_limit,
            download_limit: u64::MAX,
        }
    }

    fn calling(&self) -> Calling {
        Calling { app: "Matrix", bot: self.people.bot().to_string(), prompt: "!passerelle ".to_owned() }
    }

    async fn listen(&self, inbox: Arc<dyn Inbox>, stop: CancellationToken) -> Result<()> {
        for (room, with) in self.store.talks().await? {
            self.talks.insert(room, with);
        }
        if let Some(listened) = self.store.begins(&self.name).await? {
            self.client.gap().lies_around(listened);
        }
        self.inbox.get_or_init(|| inbox);
        stop.run_until_cancelled(self.keep_pinging()).await;
        if self.client.gap().is_filled() {
            self.store.ends(&self.name).await?;
        }
        Ok(())
    }

    async fn read(&self, native: &str) -> Result<Vec<Event>> {
        self.read_native(native)
    }

    async fn deliver(&self, parcel: Parcel<'_>) -> Result<Receipt> {
        match parcel.content {
            Content::Message(body) => self.say(&parcel, body).await,
            Content::Edit { copies, body, .. } => self.edit(&parcel, copies, body).await,
            Content::Reaction { target, emoji, added: true, .. } => self.react(&parcel, target, emoji).await,
            Content::Delete { copies } | Content::Reaction { copies, .. } => {
                self.redact_all(&parcel, copies).await
            }
            Content::Poll { target, change, tally, .. } => {
                self.change_poll(&parcel, target, change, tally).await
            }
            Content::Pin { target: Some(target), pinned } => self.pin(&parcel, target, *pinned).await,
            Content::Info(info) => self.change_room(&parcel, info).await,
            Content::Membership(_) | Content::Pin { target: None, .. } => Err(Fault::Unsupported),
        }
    }

    async fn chat(&self, id: &ChatId) -> Result<ChatInfo> {
        self.room_info(id).await
    }

    async fn profile(&self, chat: &ChatId, user: &UserId) -> Result<Profile> {
        self.member_profile(chat, user).await
    }

    async fn may_manage(&self, chat: &ChatId, user: &UserId) -> Result<bool> {
        let Ok(mxid) = ruma::UserId::parse(user.as_str()) else { return Ok(false) };
        Ok(self.is_permitted(&mxid)
            && self.has_power(chat, &mxid).await?
            && self.is_member(chat, user).await?)
    }

    async fn people(&self, chat: &ChatId) -> Result<Vec<Author>> {
        self.members(chat).await
    }

    async fn withdraw(&self, chat: &ChatId, network: Option<&NetworkName>) -> Result<()> {
        self.withdraw_ghosts(chat, network).await
    }

    async fn show_link(
        &self,
        chat: &ChatId,
        network: &dyn Network,
        other: &ChatInfo,
        on: bool,
    ) -> Result<()> {
        self.put_bridge_state(chat, network, other, on).await
    }

    async fn show_failure(
        &self,
        chat: &ChatId,
        message: &MessageId,
        network: &NetworkName,
        why: &str,
    ) -> Result<()> {
        self.send_failure_status(chat, message, network, why).await
    }

    async fn typing(&self, chat: &ChatId, author: &Author, on: bool) -> Result<()> {
        self.show_typing(chat, author, on).await
    }

    async fn picture(&self, media: &Media) -> Result<Download> {
        self.fetch_thumbnail(media).await
    }

    async fn download(&self, media: &Media) -> Result<Download> {
        self.fetch(media).await
    }

    async fn open(&self, opening: Opening<'_>) -> Result<ChatId> {
        self.open_room(&opening).await
    }

    async fn follow(&self, from: &ChatId, to: &ChatId) -> Result<()> {
        self.follow_upgrade(from, to).await
    }

    async fn check(&self, _chats: &[ChatId]) -> Vec<Finding> {
        self.look_around().await
    }
}
