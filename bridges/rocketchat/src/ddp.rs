//! The realtime protocol: DDP over a WebSocket (Meteor, "DDP Specification").

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use contract::{Fault, Result};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::task::AbortOnDropHandle;
use url::Url;
use wire::Socket;

use crate::client::Session;

mod pace;

pub(crate) use pace::Pace;

/// How long the server may take for each part of the greeting.
const GREETING: Duration = Duration::from_secs(20);
/// After so long a silence we ask; and so long it may last then.
const SILENCE: Duration = Duration::from_secs(25);
const PONG: Duration = Duration::from_secs(20);
/// So many frames wait for us before the connection is given up and the gap filled later.
const MOST_FRAMES: usize = 8192;
/// What the server tells by a stream.
#[derive(Debug)]
pub(crate) struct News {
    /// The stream, such as `stream-room-messages`.
    pub stream: String,
    /// The event in it.
    pub event: String,
    /// What goes with it.
    pub args: Vec<Value>,
}

/// A connection, signed in.
#[derive(Debug)]
pub(crate) struct Ddp {
    frames: mpsc::Receiver<Value>,
    send: mpsc::Sender<Value>,
    _io: AbortOnDropHandle<()>,
    /// What came while an answer was waited for.
    early: VecDeque<Value>,
    /// What was asked for and not answered yet, by the id of the question.
    asked: HashMap<String, String>,
    answers: Answers,
    count: u64,
}

/// What became of what was asked for.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// The events that are told of from now on.
    pub granted: Vec<String>,
    /// The events that were asked for too soon after so much else.
    pub turned_away: Vec<String>,
}

impl Ddp {
    /// Connects and signs in. [`Fault::LoggedOut`] when the server does not know the session.
    pub(crate) async fn connect(url: &Url, session: &Session) -> Result<Self> {
        let mut socket = Socket::connect(url, None).await?;
        // The server's first frame is waited for by nobody: it may not come.
        socket.send(&json!({ "msg": "connect", "version": "1", "support": ["1"] })).await?;
        let (to, frames) = mpsc::channel(MOST_FRAMES);
        let (send, out) = mpsc::channel(64);
        let io = AbortOnDropHandle::new(tokio::spawn(carry(socket, to, out)));
        let mut ddp = Self {
            frames,
            send,
            _io: io,
            early: VecDeque::new(),
            asked: HashMap::new(),
            answers: Answers::default(),
            count: 0,
        };
        ddp.wait(|frame| match frame["msg"].as_str() {
            Some("connected") => Some(Ok(())),
            Some("failed") => Some(Err(Fault::retry("the server speaks another version of DDP"))),
            _ => None,
        })
        .await?;
        let login = json!([{ "resume": session.token.expose_secret() }]);
        ddp.method("login", login).await.map_err(|fault| match fault {
            Fault::Refused { detail, .. } if detail == "500" => {
                Fault::retry("the server could not sign us in")
            }
            Fault::Refused { detail, .. } => {
                Fault::LoggedOut(format!("Rocket.Chat refuses the session: {detail}"))
            }
            fault => fault,
        })?;
        Ok(ddp)
    }

    /// Calls a method and waits for its result.
    async fn method(&mut self, name: &str, params: Value) -> Result<Value> {
        self.count += 1;
        let id = self.count.to_string();
        self.write(json!({ "msg": "method", "method": name, "id": id, "params": params })).await?;
        self.wait(|frame| {
            (frame["msg"] == "result" && frame["id"] == id.as_str()).then(|| match frame.get("error") {
                Some(error) => Err(refused(error)),
                None => Ok(frame["result"].clone()),
            })
        })
        .await
    }

    /// Subscribes to an event of a stream and waits until it is told of. `Ok(false)` when it may not.
    pub(crate) async fn subscribe(&mut self, stream: &str, event: &str) -> Result<bool> {
        let id = self.question(stream, event).await?;
        let answer = self
            .wait(|frame| match frame["msg"].as_str() {
                Some("ready") if frame["subs"][0] == id.as_str() => Some(Ok(())),
                Some("nosub") if frame["id"] == id.as_str() => Some(Err(refused(&frame["error"]))),
                _ => None,
            })
            .await;
        match answer {
            Ok(()) => Ok(true),
            Err(Fault::Refused { .. }) => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// Asks for an event of a stream, and waits for no answer: [`Ddp::answers`] tells it.
    pub(crate) async fn ask(&mut self, stream: &str, event: &str) -> Result<()> {
        let id = self.question(stream, event).await?;
        self.asked.insert(id, event.to_owned());
        Ok(())
    }

    /// What was answered since this was last looked at.
    pub(crate) fn answers(&mut self) -> Answers {
        std::mem::take(&mut self.answers)
    }

    /// Waits until all that was asked for is answered.
    pub(crate) async fn all_answered(&mut self) -> Result<()> {
        let deadline = Instant::now() + GREETING;
        while !self.asked.is_empty() {
            let frame = self.frame(deadline).await?;
            self.answered(&frame);
            self.early.push_back(frame);
        }
        Ok(())
    }

    async fn question(&mut self, stream: &str, event: &str) -> Result<String> {
        self.count += 1;
        let id = self.count.to_string();
        let options = json!({ "useCollection": false, "args": [] });
        self.write(json!({ "msg": "sub", "id": id, "name": stream, "params": [event, options] })).await?;
        Ok(id)
    }

    async fn write(&self, frame: Value) -> Result<()> {
        self.send.send(frame).await.map_err(|_| ended())
    }

    async fn wait<T>(&mut self, mut found: impl FnMut(&Value) -> Option<Result<T>>) -> Result<T> {
        let deadline = Instant::now() + GREETING;
        loop {
            let frame = self.frame(deadline).await?;
            if let Some(answer) = found(&frame) {
                return answer;
            }
            self.early.push_back(frame);
        }
    }

    async fn frame(&mut self, deadline: Instant) -> Result<Value> {
        match tokio::time::timeout_at(deadline, self.frames.recv()).await {
            Ok(frame) => frame.ok_or_else(ended),
            Err(_) => Err(Fault::retry("no answer over the WebSocket in time")),
        }
    }

    /// The next things that the server tells; none when it only answered what was asked for.
    ///
    /// # Errors
    /// `Retry` when the connection ended.
    pub(crate) async fn next(&mut self, most: usize) -> Result<Vec<News>> {
        loop {
            let mut frames: Vec<Value> = self.early.drain(..).collect();
            if frames.is_empty() && self.frames.recv_many(&mut frames, most).await == 0 {
                return Err(ended());
            }
            for frame in &frames {
                self.answered(frame);
            }
            let news: Vec<News> = frames.into_iter().filter_map(news).collect();
            if !news.is_empty() || !self.answers.granted.is_empty() || !self.answers.turned_away.is_empty() {
                return Ok(news);
            }
        }
    }

    /// Looks whether a frame answers something that was asked for.
    fn answered(&mut self, frame: &Value) {
        match frame["msg"].as_str() {
            Some("ready") => {
                let ids = frame["subs"].as_array().into_iter().flatten().filter_map(Value::as_str);
                self.answers.granted.extend(ids.filter_map(|id| self.asked.remove(id)));
            }
            Some("nosub") => {
                let event = frame["id"].as_str().and_then(|id| self.asked.remove(id));
                if let (Some(event), Fault::Retry { .. }) = (event, refused(&frame["error"])) {
                    self.answers.turned_away.push(event);
                }
            }
            _ => {}
        }
    }
}

pub(crate) fn news(mut frame: Value) -> Option<News> {
    if frame["msg"] != "changed" {
        return None;
    }
    let stream = frame["collection"].as_str()?.to_owned();
    let event = frame["fields"]["eventName"].as_str()?.to_owned();
    let Value::Array(args) = frame["fields"]["args"].take() else { return None };
    Some(News { stream, event, args })
}

fn ended() -> Fault {
    Fault::retry("the WebSocket ended")
}

/// An error of a method or of a subscription. Its words may hold a token, its code does not.
fn refused(error: &Value) -> Fault {
    let code = match &error["error"] {
        Value::String(code) => code.clone(),
        other => other.to_string(),
    };
    if code == "too-many-requests" {
        let after = error["details"]["timeToReset"].as_u64().map(Duration::from_millis);
        return Fault::Retry { after, why: "too many requests over the WebSocket".to_owned() };
    }
    Fault::refused(contract::Phrase::new("other-side-refused").with("detail", &code), code)
}

/// Reads and writes frames, answers pings, and asks every while whether the other side lives.
async fn carry(mut socket: Socket, to: mpsc::Sender<Value>, mut out: mpsc::Receiver<Value>) {
    let mut asked = false;
    let mut deadline = Instant::now() + SILENCE;
    loop {
        tokio::select! {
            frame = socket.next() => {
                let Ok(frame) = frame else { return };
                (asked, deadline) = (false, Instant::now() + SILENCE);
                let pong = match frame["msg"].as_str() {
                    Some("pong") => continue,
                    Some("ping") => match frame.get("id") {
                        Some(id) => Some(json!({ "msg": "pong", "id": id })),
                        None => Some(json!({ "msg": "pong" })),
                    },
                    _ => None,
                };
                let passed = match pong {
                    Some(pong) => socket.send(&pong).await.is_ok(),
                    None => to.try_send(frame).is_ok(),
                };
                if !passed {
                    return;
                }
            }
            frame = out.recv() => {
                let Some(frame) = frame else { return };
                if socket.send(&frame).await.is_err() {
                    return;
                }
            }
            () = tokio::time::sleep_until(deadline) => {
                if asked || socket.send(&json!({ "msg": "ping" })).await.is_err() {
                    return;
                }
                (asked, deadline) = (true, Instant::now() + PONG);
            }
        }
    }
}
