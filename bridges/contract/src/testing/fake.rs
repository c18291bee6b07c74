//! A network in memory, which keeps what it is told and fails as ordered.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::{
    Author, Body, Calling, Capabilities, ChatId, ChatInfo, Content, Download, Fault, Finding, Inbox, Media,
    MessageId, Network, NetworkName, Parcel, Phrase, Profile, Receipt, Result, UserId,
};

/// A message that stands on the fake.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Its id.
    pub id: MessageId,
    /// The chat it is in.
    pub chat: ChatId,
    /// The parcel's key that made it.
    pub key: String,
    /// Who said it.
    pub author: Author,
    /// What it says now.
    pub body: Body,
    /// The reactions on it.
    pub reactions: Vec<String>,
}

/// A network in memory. It knows every chat but the one named `nowhere`.
pub struct Fake {
    name: NetworkName,
    capabilities: Capabilities,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    said: Vec<Said>,
    next: u64,
    faults: VecDeque<Fault>,
    waits: VecDeque<Duration>,
    panics: bool,
    hangs: bool,
    /// Of each delivery, whether it came as one that may have been done already.
    attempts: Vec<bool>,
}

impl Fake {
    /// A fake of that name, where repeating a delivery makes nothing twice.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let capabilities = Capabilities {
            idempotent: true,
            threads: true,
            members: true,
            faces: false,
            natively: &[],
            upload_limit: 1_000_000,
            download_limit: 1_000_000,
        };
        Self { name: name.into(), capabilities, state: Mutex::default() }
    }

    /// The same with other capabilities.
    #[must_use]
    pub fn with(self, capabilities: Capabilities) -> Self {
        Self { capabilities, ..self }
    }

    /// The next deliveries fail like this, in order.
    pub fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state().faults.extend(faults);
    }

    /// The next turns come only after these waits, in order.
    pub fn make_wait(&self, waits: impl IntoIterator<Item = Duration>) {
        self.state().waits.extend(waits);
    }

    /// Every delivery that begins from now on stays without an answer, for ever.
    pub fn hang(&self) {
        self.state().hangs = true;
    }

    /// Somebody takes a message away.
    pub fn lose(&self, id: &MessageId) {
        self.state().said.retain(|said| said.id != *id);
    }

    /// The next delivery panics.
    pub fn panic_once(&self) {
        self.state().panics = true;
    }

    /// What stands in all chats, in order.
    #[must_use]
    pub fn said(&self) -> Vec<Said> {
        self.state().said.clone()
    }

    /// How many deliveries were tried, those that failed included.
    #[must_use]
    pub fn attempts(&self) -> usize {
        self.state().attempts.len()
    }

    /// How many of them came as what may have been done already.
    #[must_use]
    pub fn unclear_attempts(&self) -> usize {
        self.state().attempts.iter().filter(|unclear| **unclear).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Network for Fake {
    fn name(&self) -> &NetworkName {
        &self.name
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn calling(&self) -> Calling {
        Calling { app: "Fake", bot: "passerelle".to_owned(), prompt: "!".to_owned() }
    }

    async fn listen(&self, _inbox: Arc<dyn Inbox>, stop: CancellationToken) -> Result<()> {
        stop.cancelled().await;
        Ok(())
    }

    async fn turn(&self, _parcel: &Parcel<'_>) -> std::result::Result<(), Duration> {
        self.state().waits.pop_front().map_or(Ok(()), Err)
    }

    async fn deliver(&self, parcel: Parcel<'_>) -> Result<Receipt> {
        let hangs = {
            let mut state = self.state();
            state.attempts.push(parcel.unclear);
            state.hangs
        };
        if hangs {
            std::future::pending::<()>().await;
        }
        let mut state = self.state();
        assert!(!std::mem::take(&mut state.panics), "panics as ordered");
        if let Some(fault) = state.faults.pop_front() {
            return Err(fault);
        }
        match parcel.content {
            Content::Message(body) => Ok(state.say(&parcel, body)),
            Content::Edit { copies, body, .. } => {
                let is_meant = |said: &&mut Said| copies.iter().any(|copy| copy.id == said.id);
                let mut absent = true;
                for said in state.said.iter_mut().filter(is_meant) {
                    said.body = body.clone();
                    absent = false;
                }
                Ok(Receipt { absent, ..Receipt::default() })
            }
            Content::Delete { copies } => {
                state.said.retain(|said| !copies.iter().any(|copy| copy.id == said.id));
                Ok(Receipt {
                    gone: copies.iter().map(|copy| copy.id.clone()).collect(),
                    ..Receipt::default()
                })
            }
            Content::Reaction { target, emoji, added, .. } => {
                for said in state.said.iter_mut().filter(|said| &said.id == target) {
                    said.reactions.retain(|reaction| reaction != emoji);
                    if *added {
                        said.reactions.push(emoji.clone());
                    }
                }
                Ok(Receipt::done())
            }
            Content::Membership(_) | Content::Poll { .. } | Content::Pin { .. } | Content::Info(_) => {
                Err(Fault::Unsupported)
            }
        }
    }

    async fn chat(&self, id: &ChatId) -> Result<ChatInfo> {
        match id.as_str() {
            "nowhere" => Err(Fault::refused(Phrase::new("not-in-chat"), "no such chat")),
            name => Ok(ChatInfo::new(id.clone(), Some(name.to_owned()))),
        }
    }

    async fn profile(&self, _chat: &ChatId, user: &UserId) -> Result<Profile> {
        Ok(Profile { name: Some(format!("name of {user}")), avatar: None })
    }

    async fn may_manage(&self, _chat: &ChatId, user: &UserId) -> Result<bool> {
        Ok(user.as_str() == "admin")
    }

    async fn download(&self, _media: &Media) -> Result<Download> {
        Err(Fault::Unsupported)
    }

    async fn check(&self, _chats: &[ChatId]) -> Vec<Finding> {
        Vec::new()
    }
}

impl State {
    fn say(&mut self, parcel: &Parcel<'_>, body: &Body) -> Receipt {
        if let Some(said) = self.said.iter().find(|said| said.key == parcel.key) {
            return Receipt { found: true, ..Receipt::made(said.id.clone()) };
        }
        self.next += 1;
        let id = MessageId(format!("made-{}", self.next));
        self.said.push(Said {
            id: id.clone(),
            chat: parcel.chat.clone(),
            key: parcel.key.clone(),
            author: parcel.author.clone(),
            body: body.clone(),
            reactions: Vec::new(),
        });
        Receipt::made(id)
    }
}
