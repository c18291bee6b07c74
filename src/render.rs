//! `passerelle render`: what one message of a network becomes on another. No server is asked; what stands elsewhere, a
//! message that is answered or a file, has an id made up as an example.

use std::{
    collections::{BTreeSet, HashMap},
    io::Read,
    sync::Arc,
};

use contract::{
    Answer, Author, Body, Content, Copy, Event, Fault, Kind, MessageId, Network, Parcel, Phrase, Poll,
    PollChange, Stands, Tally,
};
use wire::{Paper, paper::Request};

use crate::{
    fit::{self, Crossing},
    matrix::Matrix,
    networks::NetworkConfig,
    outbox::{Networks, is_native, named},
    store::{OpenError, Store, Threads},
    words::{Called, Language, say},
};

/// Bytes of the longest message that is read.
const LONGEST: u64 = 1 << 20;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The kind of network the message is from.
    pub from: String,
    /// The kind it is to go to.
    pub to: String,
    /// The homeserver's name, by which our own Matrix users are known.
    pub server_name: String,
    /// The language of passerelle's own words.
    pub language: Language,
}

/// Two networks without their servers.
#[derive(Debug)]
pub struct Render {
    asked: Asked,
    source: Arc<dyn Network>,
    destination: Arc<dyn Network>,
    /// Both.
    networks: Networks,
    paper: Paper,
    /// Where the Matrix side keeps what it did.
    _scratch: tempfile::TempDir,
}

/// What a message becomes.
#[derive(Debug)]
pub struct Rendered {
    /// What would be sent, in order.
    pub requests: Vec<Request>,
    /// What its author would be told, or why there is nothing.
    pub told: Vec<String>,
}

/// What keeps a message from being rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// What was given cannot be read; the words say what to give.
    #[error("{0}")]
    Input(String),
    /// There was no place to work in.
    #[error("no temporary database: {0}")]
    Io(#[from] std::io::Error),
    /// The same.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// A network could not be set up, or failed without a server.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Render {
    /// Sets up both networks; asks nobody.
    ///
    /// # Errors
    /// [`RenderError::Input`] when they are the same.
    pub async fn new(asked: Asked) -> Result<Self, RenderError> {
        if asked.from == asked.to {
            return Err(RenderError::Input(say(&Phrase::new("render-same"), asked.language)));
        }
        let scratch = tempfile::tempdir()?;
        let store = Store::open(&scratch.path().join("scratch.db")).await?;
        let network = |kind: &str| match NetworkConfig::on_paper(kind) {
            Some(network) => network,
            None => {
                let (matrix, paper) = Matrix::on_paper(&asked.server_name, store.clone())?;
                Ok((Arc::new(matrix) as Arc<dyn Network>, paper))
            }
        };
        let ((source, _), (destination, paper)) = (network(&asked.from)?, network(&asked.to)?);
        let both = [&source, &destination].map(|network| (network.name().clone(), network.clone()));
        let networks = Arc::new(HashMap::from(both));
        Ok(Self { asked, source, destination, networks, paper, _scratch: scratch })
    }

    /// Reads one message as JSON, 1 MiB at most, and renders it.
    ///
    /// # Errors
    /// [`RenderError::Input`] when it is no message of that network.
    pub async fn run(&self, input: impl Read) -> Result<Rendered, RenderError> {
        let native = self.read(input)?;
        let mut events = match self.source.read(&native).await {
            Ok(events) => events,
            Err(Fault::Refused { reason, .. }) => return Err(self.not_a_message(&reason)),
            Err(fault) => return Err(fault.into()),
        };
        forget_edits(&mut events);
        let mut told = Vec::new();
        for event in &events {
            self.cross(event, &mut told).await?;
        }
        let requests = self.paper.take();
        if requests.is_empty() && told.is_empty() {
            told.push(say(&Phrase::new("render-nothing"), self.asked.language));
        }
        Ok(Rendered { requests, told })
    }

    fn read(&self, input: impl Read) -> Result<String, RenderError> {
        let mut bytes = Vec::new();
        input.take(LONGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LONGEST {
            return Err(self.input(&Phrase::new("render-too-long").with("limit", LONGEST >> 20)));
        }
        let native = String::from_utf8_lossy(&bytes);
        match wire::json::read(native.as_bytes()) {
            Ok(value @ serde_json::Value::Object(_)) => Ok(value.to_string()),
            Ok(_) => Err(self.not_a_message(&Phrase::new("not-a-message"))),
            Err(why) => {
                let at = Phrase::new("render-not-json").with("line", why.line()).with("column", why.column());
                Err(self.input(&at))
            }
        }
    }

    fn input(&self, phrase: &Phrase) -> RenderError {
        RenderError::Input(say(phrase, self.asked.language))
    }

    /// Says what is wrong, and what a message of that network looks like.
    fn not_a_message(&self, reason: &Phrase) -> RenderError {
        let how = Phrase::new("render-how").with("network", &self.asked.from);
        RenderError::Input(format!("{} {}", say(reason, self.asked.language), say(&how, self.asked.language)))
    }

    /// Delivers an event as the outbox does, step by step.
    async fn cross(&self, event: &Event, told: &mut Vec<String>) -> Result<(), RenderError> {
        let (source, destination) = (self.source.as_ref(), self.destination.as_ref());
        let chat = self.paper.chat();
        let author = named(&self.networks, &event.chat, event.author.clone()).await;
        if let Kind::Typing(on) = event.kind {
            return Ok(destination.typing(&chat, &author, on).await?);
        }
        let called = Called::new(&self.networks);
        let crossing = Crossing {
            source: source.name(),
            from: source.capabilities(),
            to: destination.capabilities(),
            language: self.asked.language,
            called: &called,
            crowds: false,
            threads: Threads::default(),
            largest_file: None,
        };
        for content in contents(&event.kind, &author, &self.paper.message()) {
            let mut crossing = crossing;
            loop {
                match self.deliver(event, content.clone(), &author, crossing, told).await {
                    // What it has of its own it does not want this time: then in words.
                    Err(Fault::Refused { .. } | Fault::Unsupported)
                        if is_native(&content) && !crossing.to.natively.is_empty() =>
                    {
                        crossing.to.natively = &[];
                    }
                    Err(Fault::Refused { reason, .. }) => {
                        told.push(say(&reason, self.asked.language));
                        break;
                    }
                    done => {
                        done?;
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    async fn deliver(
        &self,
        event: &Event,
        content: Content,
        author: &Author,
        crossing: Crossing<'_>,
        told: &mut Vec<String>,
    ) -> contract::Result<()> {
        let chat = self.paper.chat();
        let fitted = fit::fit(content, author.clone(), crossing);
        let mut more = true;
        for step in 0.. {
            if !more {
                break;
            }
            let parcel = Parcel {
                key: format!("{step:032x}"),
                chat: &chat,
                author: &fitted.author,
                face: None,
                at: event.at,
                content: &fitted.content,
                largest_file: fitted.largest_file,
                step,
                unclear: false,
                after: Vec::new(),
                source: self.source.as_ref(),
                from: &event.chat,
            };
            more = self.destination.deliver(parcel).await?.more;
        }
        told.extend(fitted.left_out.iter().map(|phrase| say(phrase, self.asked.language)));
        Ok(())
    }
}

/// What was edited since is said as it is now.
fn forget_edits(events: &mut Vec<Event>) {
    let said: BTreeSet<MessageId> = events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Message { ids, .. } => Some(ids.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    events.retain(|event| !matches!(&event.kind, Kind::Edit { target, .. } if said.contains(target)));
}

/// What is to be done about it, with the id `example` for every message that stands already.
fn contents(kind: &Kind, author: &Author, example: &MessageId) -> Vec<Content> {
    let copies = || vec![Copy { id: example.clone(), step: 0 }];
    let reaction = |emoji: &str, added: bool| Content::Reaction {
        target: example.clone(),
        emoji: emoji.to_owned(),
        added,
        copies: Vec::new(),
        standing: if added {
            vec![Stands { author: author.clone(), emoji: emoji.to_owned() }]
        } else {
            Vec::new()
        },
        line: Vec::new(),
    };
    let body = |body: &Body| Body {
        reply_to: body.reply_to.as_ref().map(|_| example.clone()),
        thread: body.thread.as_ref().map(|_| example.clone()),
        ..body.clone()
    };
    match kind {
        Kind::Message { body: said, .. } => vec![Content::Message(body(said))],
        Kind::Edit { body: said, .. } => {
            vec![Content::Edit { copies: copies(), body: body(said), refiled: false }]
        }
        Kind::Delete { .. } => vec![Content::Delete { copies: copies() }],
        Kind::Swept { body, .. } => vec![Content::Message(fit::said_again(body))],
        Kind::Reaction { emoji, added, .. } => vec![reaction(emoji, *added)],
        Kind::Reactions { standing, .. } => standing.iter().map(|(_, emoji)| reaction(emoji, true)).collect(),
        Kind::Membership(how) => vec![Content::Membership(*how)],
        Kind::Pin { pinned, .. } => vec![Content::Pin { target: Some(example.clone()), pinned: *pinned }],
        Kind::Info(info) => vec![Content::Info(info.clone())],
        Kind::Vote { answers, .. } => vec![poll(example, answers, None)],
        Kind::PollClosed { unseen, .. } => vec![poll(example, &[], Some(unseen))],
        Kind::Moved { .. }
        | Kind::Command { .. }
        | Kind::Bot { .. }
        | Kind::Encrypted
        | Kind::Archived(_)
        | Kind::Withdraw { .. }
        | Kind::Removed { .. }
        | Kind::Readmitted { .. }
        | Kind::Typing(_) => Vec::new(),
    }
}

/// A vote for these answers, or the end of a poll with these votes. A poll that stands elsewhere is stood for by one
/// whose answers are called by their ids or numbers.
fn poll(example: &MessageId, chosen: &[String], votes: Option<&Vec<u32>>) -> Content {
    let ids: Vec<String> = match votes {
        Some(votes) => (1..=votes.len()).map(|n| n.to_string()).collect(),
        None => chosen.to_vec(),
    };
    let answers: Vec<Answer> = ids.into_iter().map(|id| Answer { text: id.clone(), id }).collect();
    let change = match votes {
        Some(_) => PollChange::Closed,
        None => PollChange::Voted((0..).take(chosen.len()).collect()),
    };
    let votes = votes.cloned().unwrap_or_else(|| vec![1; answers.len()]);
    let poll = Poll { question: "?".to_owned(), answers, most: 1 };
    let tally = Tally { poll, votes, closed: change == PollChange::Closed };
    Content::Poll { target: example.clone(), change, tally, line: Vec::new() }
}
