//! A server with a channel, the network that is tested, and the inbox it fills.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use contract::{
    Author, Body, Content, Copy, Cursor, Event, Heard, Inbox, Kind, MessageId, Network, NetworkName, Parcel,
    Receipt, Result, Text, Timestamp, testing::Fake,
};
use mattermost::{Config, Mattermost, Puppets};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

/// A server with a channel, in it our bot and Emma.
pub struct Channel {
    pub server: simulators::mattermost::Mattermost,
    pub network: Arc<Mattermost>,
    pub id: String,
    pub bot: String,
    pub emma: String,
    pub inbox: Arc<Ear>,
    config: Config,
}

impl Channel {
    pub async fn new(overrides: bool, puppets: Option<Puppets>) -> Self {
        // Its TLS is set up once for the process.
        drop(simulators::http());
        let server = simulators::mattermost::Mattermost::start("127.0.0.1:0").await.unwrap();
        server.set(|settings| (settings.username_override, settings.icon_override) = (overrides, overrides));
        let (bot, token) = server.bot("passerelle").unwrap();
        let emma = server.person("emma", "Emma").unwrap();
        let id = server.channel("la-suite", "La suite").unwrap();
        for who in [&bot, &emma] {
            server.join(&id, who).unwrap();
        }
        let config = Config {
            url: server.url().parse().unwrap(),
            token: SecretString::from(token),
            admin_token: puppets.map(|_| SecretString::from(server.admin_token())),
            puppets: puppets.unwrap_or_default(),
            announce_members: true,
            largest_file_mb: None,
        };
        let network = Arc::new(Mattermost::new("mattermost".into(), &config).unwrap());
        Self { server, network, id, bot, emma, inbox: Arc::default(), config }
    }

    /// The daemon begins anew; with another token of the bot, if one is given.
    pub fn begin_anew(&mut self, token: Option<String>) {
        if let Some(token) = token {
            self.config.token = SecretString::from(token);
        }
        self.network = Arc::new(Mattermost::new("mattermost".into(), &self.config).unwrap());
    }

    /// Listens as the daemon does, until the listening is dropped.
    pub fn listen(&self) -> Listening {
        let (network, inbox, stop) = (self.network.clone(), self.inbox.clone(), CancellationToken::new());
        let until = stop.clone();
        let task = tokio::spawn(async move {
            let mut faults = Vec::new();
            while !until.is_cancelled() {
                if let Err(fault) = network.listen(inbox.clone(), until.clone()).await {
                    faults.push(fault.to_string());
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            }
            faults
        });
        Listening { stop, task }
    }

    pub fn say(&self, text: &str) -> String {
        self.server.say(&self.id, &self.emma, text).unwrap()
    }

    /// Waits until the inbox holds what is wanted.
    pub async fn heard(&self, what: &str, wanted: impl Fn(&[Event]) -> bool) -> Vec<Event> {
        for _ in 0..600 {
            let events = self.inbox.events();
            if wanted(&events) {
                return events;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("nobody heard {what}: {:#?}", self.inbox.events());
    }

    /// Anne, from elsewhere, says words or does something else.
    pub async fn deliver(&self, key: &str, content: &Content, unclear: bool) -> Result<Receipt> {
        let (source, author) = (Fake::new("elsewhere"), anne());
        let parcel = Parcel {
            key: format!("{key:0>32}"),
            chat: &self.id.as_str().into(),
            author: &author,
            face: None,
            at: Timestamp(1),
            content,
            largest_file: self.network.capabilities().upload_limit,
            step: 0,
            unclear,
            after: Vec::new(),
            source: &source,
            from: &"there".into(),
        };
        self.network.deliver(parcel).await
    }

    /// The words that stand in the channel.
    pub fn words(&self) -> Vec<String> {
        self.server.transcript(&self.id).unwrap().into_iter().map(|line| line.text).collect()
    }
}

pub fn anne() -> Author {
    Author::named(&NetworkName::from("elsewhere"), "anne", "Anne")
}

pub fn message(words: &str) -> Content {
    Content::Message(Body::of(Text::plain(words)))
}

pub fn edit(id: &MessageId, words: &str) -> Content {
    Content::Edit {
        copies: vec![Copy { id: id.clone(), step: 0 }],
        body: Body::of(Text::plain(words)),
        refiled: false,
    }
}

/// Somebody who listens.
pub struct Listening {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<Vec<String>>,
}

impl Listening {
    /// Ends it; returns the faults that it began anew after.
    pub async fn end(self) -> Vec<String> {
        self.stop.cancel();
        self.task.await.unwrap()
    }
}

/// An inbox in memory: what is known by its id is dropped.
#[derive(Default)]
pub struct Ear {
    events: Mutex<Vec<Event>>,
    cursor: Mutex<Option<Cursor>>,
}

impl Ear {
    /// What was heard, but who is writing.
    pub fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    /// The words of the messages, in the order in which they were heard.
    pub fn words(&self) -> Vec<String> {
        let events = self.events();
        let words = events.iter().filter_map(|event| match &event.kind {
            Kind::Message { body, .. } => Some(body.text.words()),
            _ => None,
        });
        words.collect()
    }

    /// Where listening resumes.
    pub fn resumes_at(&self) -> i64 {
        self.cursor.lock().unwrap().as_ref().map_or(0, |cursor| cursor.as_str().parse().unwrap())
    }
}

#[async_trait]
impl Inbox for Ear {
    async fn put(&self, heard: Heard) -> Result<()> {
        let mut events = self.events.lock().unwrap();
        for event in heard.events {
            if !matches!(event.kind, Kind::Typing(_)) && !events.iter().any(|known| known.id == event.id) {
                events.push(event);
            }
        }
        if heard.cursor.is_some() {
            *self.cursor.lock().unwrap() = heard.cursor;
        }
        Ok(())
    }

    async fn cursor(&self) -> Result<Option<Cursor>> {
        Ok(self.cursor.lock().unwrap().clone())
    }
}
