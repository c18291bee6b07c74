//! A simulated workspace with our bot in one of its channels.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use contract::{
    Author, ChatId, Content, Cursor, Event, Fault, Heard, Inbox, Kind, Network, NetworkName, Parcel, Receipt,
    Result, Timestamp,
};
use rocketchat::{Config, RocketChat};
use secrecy::SecretString;
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// How long something is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A channel of a simulated workspace, and our network there.
pub struct Channel {
    pub server: simulators::rocketchat::RocketChat,
    pub network: Arc<RocketChat>,
    pub id: String,
    pub bot: String,
    pub anne: String,
}

impl Channel {
    /// In a workspace of that version; the bot has these roles.
    pub async fn open(version: &str, roles: &[&str], by_password: bool) -> Self {
        // Its TLS is set up once for the process.
        drop(simulators::http());
        let server = simulators::rocketchat::RocketChat::start("127.0.0.1:0").await.unwrap();
        server.set(|settings| version.clone_into(&mut settings.version));
        let (bot, token) = server.bot("passerelle");
        server.roles(&bot, roles);
        let anne = server.person("anne", "Anne B.");
        let id = server.channel("la-suite");
        for who in [&bot, &anne] {
            server.join(&id, who).unwrap();
        }
        let config = Config {
            url: server.url().parse().unwrap(),
            user_id: (!by_password).then(|| bot.clone()),
            token: (!by_password).then(|| SecretString::from(token)),
            username: by_password.then(|| "passerelle".to_owned()),
            password: by_password.then(|| SecretString::from("secret")),
            announce_members: true,
            largest_file_mb: None,
            in_doubt: contract::InDoubt::Again,
        };
        let network = Arc::new(RocketChat::new("rocket".into(), &config).unwrap());
        Self { server, network, id, bot, anne }
    }

    /// Another member's own network there.
    pub fn other(&self, username: &str) -> RocketChat {
        let (user, token) = self.server.bot(username);
        self.server.join(&self.id, &user).unwrap();
        let config = Config {
            url: self.server.url().parse().unwrap(),
            user_id: Some(user),
            token: Some(SecretString::from(token)),
            username: None,
            password: None,
            announce_members: true,
            largest_file_mb: None,
            in_doubt: contract::InDoubt::Again,
        };
        RocketChat::new(username.into(), &config).unwrap()
    }

    pub fn chat(&self) -> ChatId {
        self.id.as_str().into()
    }

    /// Anne says words.
    pub fn say(&self, words: &str) -> String {
        self.server.say(&self.id, &self.anne, words).unwrap()
    }

    /// Delivers as Carol from elsewhere.
    pub async fn deliver(&self, key: &str, content: &Content, unclear: bool) -> Result<Receipt> {
        let elsewhere = NetworkName::from("elsewhere");
        let author = Author::named(&elsewhere, "carol", "Carol");
        let parcel = Parcel {
            key: format!("{key:0>32}"),
            chat: &self.chat(),
            author: &author,
            face: None,
            at: Timestamp::now(),
            content,
            largest_file: self.network.capabilities().upload_limit,
            step: 0,
            unclear,
            after: Vec::new(),
            source: self.network.as_ref(),
            from: &self.chat(),
        };
        self.network.deliver(parcel).await
    }

    /// Begins to listen, again after each fault as the supervisor does, and waits until the server is listened to.
    pub async fn listen(&self) -> Ears {
        let ears = Ears::of(self.network.clone());
        ears.until("the network listens", |_| self.server.listening() > 0).await;
        ears
    }
}

/// What was heard.
#[derive(Debug, Default)]
struct Notes {
    events: Mutex<Vec<Event>>,
    cursor: Mutex<Option<Cursor>>,
    faults: Mutex<Vec<Fault>>,
    more: Notify,
}

#[async_trait]
impl Inbox for Notes {
    async fn put(&self, heard: Heard) -> Result<()> {
        let mut events = self.events.lock().unwrap();
        for event in heard.events {
            if event.id.as_str() == "typing" || !events.iter().any(|known| known.id == event.id) {
                events.push(event);
            }
        }
        if let Some(cursor) = heard.cursor {
            *self.cursor.lock().unwrap() = Some(cursor);
        }
        self.more.notify_waiters();
        Ok(())
    }

    async fn cursor(&self) -> Result<Option<Cursor>> {
        Ok(self.cursor.lock().unwrap().clone())
    }
}

/// Somebody who listens.
pub struct Ears {
    notes: Arc<Notes>,
    task: JoinHandle<()>,
}

impl Drop for Ears {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Ears {
    /// Listens to a network, again after each fault.
    pub fn of(network: Arc<RocketChat>) -> Self {
        let notes = Arc::new(Notes::default());
        let held = notes.clone();
        let task = tokio::spawn(async move {
            while let Err(fault) = network.listen(held.clone(), CancellationToken::new()).await {
                held.faults.lock().unwrap().push(fault);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        Self { notes, task }
    }

    /// Everything heard until now.
    pub fn heard(&self) -> Vec<Event> {
        self.notes.events.lock().unwrap().clone()
    }

    /// Why listening ended, each time.
    pub fn faults(&self) -> Vec<Fault> {
        self.notes.faults.lock().unwrap().clone()
    }

    /// Waits until what was heard is as wanted.
    pub async fn until(&self, what: &str, wanted: impl Fn(&[Event]) -> bool) -> Vec<Event> {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let heard = self.heard();
            if wanted(&heard) {
                return heard;
            }
            assert!(
                tokio::time::Instant::now() < end,
                "waited in vain: {what}; heard {heard:#?}, faults {:?}",
                self.faults()
            );
            let _ = tokio::time::timeout(Duration::from_millis(100), self.notes.more.notified()).await;
        }
    }

    /// Waits for an event.
    pub async fn event(&self, what: &str, wanted: impl Fn(&Event) -> bool) -> Event {
        let heard = self.until(what, |heard| heard.iter().any(&wanted)).await;
        heard.into_iter().find(|event| wanted(event)).unwrap()
    }

    /// Waits for words.
    pub async fn words(&self, words: &str) -> Event {
        self.event(words, |event| said(event).is_some_and(|said| said == words)).await
    }

    /// Waits until a message is told to be gone.
    pub async fn gone(&self, id: &str) -> Event {
        let gone = |event: &Event| matches!(&event.kind, Kind::Delete { target } if target.as_str() == id);
        self.event("a deletion", gone).await
    }
}

/// The words of a message or of an edit.
pub fn said(event: &Event) -> Option<String> {
    match &event.kind {
        Kind::Message { body, .. } | Kind::Edit { body, .. } => Some(body.text.words()),
        _ => None,
    }
}
