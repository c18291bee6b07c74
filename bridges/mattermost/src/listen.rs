//! Listening: one WebSocket, resumed where it broke, and the gap filled where it cannot be.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use contract::{Aside, Cursor, Event, Fault, Heard, Inbox, Result, Timestamp};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use wire::{Socket, http};

use crate::{Mattermost, client::repeatable, incoming::Listener, people::User};

/// No `hello` within this means that the token is refused, or that nobody is there.
const HELLO: Duration = Duration::from_secs(10);
/// Between our pings; and how long one may stay unanswered. The protocol's own pong proves nothing.
const PING: Duration = Duration::from_secs(30);
const PONG: Duration = Duration::from_secs(20);
/// So many frames wait for us before the connection is given up and the gap filled later.
const MOST_FRAMES: usize = 8192;
/// So many frames are put at once.
const AT_ONCE: usize = 100;
/// What may have come in another order than its times, milliseconds.
pub(crate) const OVERLAP: i64 = 10_000;

/// Where a broken connection goes on.
#[derive(Debug, Default)]
pub(crate) struct Resume(Mutex<Option<(String, u64)>>);

impl Resume {
    fn take(&self) -> Option<(String, u64)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, connection: &str, next: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((connection.to_owned(), next));
    }
}

/// Why nothing is read any more.
enum End {
    /// The connection broke, or too much came at once.
    Broken,
    /// It stands, and the server has forgotten it: nobody answers.
    Deaf,
    /// It stands, and its token is worth nothing any more.
    LoggedOut,
}

/// One connection, whose frames are read by a task of its own: the server drops those who read too slowly.
struct Connection {
    /// The one that it goes on with, until a hello names another.
    id: Option<String>,
    /// Frames that came before we knew that somebody is there.
    early: Vec<Value>,
    frames: mpsc::Receiver<Value>,
    reading: AbortOnDropHandle<End>,
}

impl Mattermost {
    /// Who listens.
    pub(crate) async fn listener(&self) -> Result<Listener<'_>> {
        let bot = self.me().await?;
        self.username.get_or_init(|| bot.username.clone());
        Ok(Listener {
            network: &self.name,
            bot,
            client: &self.client,
            admin: self.admin(),
            people: &self.people,
            pins: &self.pins,
            announce_members: self.announce_members,
        })
    }

    /// Listens until the stop, or until the connection breaks.
    pub(crate) async fn hear(&self, inbox: &dyn Inbox, stop: &CancellationToken) -> Result<()> {
        let listener = self.listener().await?;
        self.learn_limits().await?;
        let mut connection = self.connect().await?;
        let since = self.since(inbox).await?;
        self.follow(&mut connection, &listener, inbox, since, stop).await
    }

    /// Who we are (API v4, `GET /users/me`).
    pub(crate) async fn me(&self) -> Result<User> {
        let me = self.client.get(&["users", "me"]).await.map_err(repeatable)?;
        User::read(&me).ok_or_else(|| Fault::retry("users/me gave nobody"))
    }

    /// Where we resume. The first time, now by the server's clock: what was said before is not ours to tell.
    async fn since(&self, inbox: &dyn Inbox) -> Result<i64> {
        if let Some(since) = inbox.cursor().await?.and_then(|cursor| cursor.as_str().parse().ok()) {
            return Ok(since);
        }
        let answer = self.client.open(self.client.request(reqwest::Method::GET, &["system", "ping"])).await;
        let answer = answer.map_err(repeatable)?;
        let now = http::server_time(&answer).unwrap_or_else(Timestamp::now).0;
        inbox.put(Heard { cursor: Some(Cursor(now.to_string())), ..Heard::default() }).await?;
        Ok(now)
    }

    async fn connect(&self) -> Result<Connection> {
        let resume = self.resume.take();
        let mut url = self.client.url(&["websocket"]);
        if let Some((id, next)) = &resume {
            url.query_pairs_mut()
                .append_pair("connection_id", id)
                .append_pair("sequence_number", &next.to_string());
        }
        let mut socket = Socket::connect(&url, Some(self.client.token())).await?;
        // One that goes on sends no hello: a ping shows that somebody is there. The hello of another may come behind the
        // answer, for the server registers and answers by tasks of their own.
        socket.send(&json!({ "seq": 1, "action": "ping" })).await?;
        let (to, mut frames) = mpsc::channel(MOST_FRAMES);
        let reading = AbortOnDropHandle::new(tokio::spawn(read(socket, to)));
        let mut early = Vec::new();
        let id = resume.map(|(id, _)| id);
        let (mut known, mut answered) = (id.is_some(), false);
        while !(known && answered) {
            let frame = tokio::time::timeout(HELLO, frames.recv()).await;
            let Ok(Some(frame)) = frame else { return Err(Fault::retry("the server does not say hello")) };
            if is_refused(&frame) {
                return Err(logged_out());
            }
            known |= greeted(&frame).is_some();
            answered |= frame["seq_reply"].is_u64();
            early.push(frame);
        }
        Ok(Connection { id, early, frames, reading })
    }

    async fn follow(
        &self,
        connection: &mut Connection,
        listener: &Listener<'_>,
        inbox: &dyn Inbox,
        mut since: i64,
        stop: &CancellationToken,
    ) -> Result<()> {
        loop {
            let mut frames = std::mem::take(&mut connection.early);
            if frames.is_empty() {
                match stop.run_until_cancelled(connection.frames.recv_many(&mut frames, AT_ONCE)).await {
                    None => return Ok(()),
                    Some(0) => return Err(self.ended(connection).await),
                    Some(_) => {}
                }
            }
            let mut heard = Heard::default();
            let mut last = None;
            for frame in &frames {
                if let Some(id) = greeted(frame).filter(|id| Some(*id) != connection.id.as_deref()) {
                    // The server has forgotten the one before, with all that was missed.
                    since = self.catch_up(listener, inbox, since).await?;
                    connection.id = Some(id.to_owned());
                }
                last = frame["seq"].as_u64().or(last);
                if frame["event"] == "config_changed" {
                    self.learn_limits().await?;
                }
                match listener.hear(frame, since).await {
                    Ok(events) => heard.events.extend(events),
                    Err(Fault::Refused { detail, .. }) => heard.aside.push(aside(frame, detail)),
                    // Nothing of it is lost: the connection is not resumed, and the gap filled.
                    Err(fault) => return Err(fault),
                }
            }
            since = newest(&heard.events, Timestamp::now()).max(since);
            heard.cursor = Some(Cursor(since.to_string()));
            inbox.put(heard).await?;
            if let (Some(last), Some(id)) = (last, &connection.id) {
                self.resume.set(id, last + 1);
            }
        }
    }

    /// What is to be done when nothing is read any more.
    async fn ended(&self, connection: &mut Connection) -> Fault {
        match (&mut connection.reading).await {
            Ok(End::LoggedOut) => logged_out(),
            Ok(End::Deaf) => {
                // What goes on with it would be as deaf.
                self.resume.take();
                Fault::retry("the WebSocket does not answer")
            }
            Ok(End::Broken) | Err(_) => Fault::retry("the WebSocket ended"),
        }
    }
}

/// The newest time of what was heard; an administrator can date a post into the future, which is no place to resume.
pub(crate) fn newest(events: &[Event], now: Timestamp) -> i64 {
    events.iter().map(|event| event.at.0).max().unwrap_or(0).min(now.0)
}

/// The connection that a hello names.
fn greeted(frame: &Value) -> Option<&str> {
    let id = frame["data"]["connection_id"].as_str().filter(|id| !id.is_empty());
    id.filter(|_| frame["event"] == "hello")
}

/// Whether an action was refused because of its token. The server's words hold the token: they are not repeated.
fn is_refused(frame: &Value) -> bool {
    frame["status"] == "FAIL" && frame["error"]["status_code"] == 401
}

fn logged_out() -> Fault {
    Fault::LoggedOut("Mattermost refuses the token of the WebSocket".to_owned())
}

fn aside(frame: &Value, why: String) -> Aside {
    let post = frame["data"]["post"].as_str().and_then(|post| serde_json::from_str::<Value>(post).ok());
    let id = post.and_then(|post| post["id"].as_str().map(str::to_owned));
    Aside { id: id.unwrap_or_else(|| frame["seq"].to_string()), raw: frame.to_string(), why }
}

/// Reads frames as they come, and asks the server every while whether it still tells us things.
async fn read(mut socket: Socket, to: mpsc::Sender<Value>) -> End {
    let mut seq = 1;
    let mut asked = None;
    let mut next_ping = tokio::time::Instant::now() + PING;
    loop {
        let deadline = asked.map_or(next_ping, |at: tokio::time::Instant| at + PONG);
        match tokio::time::timeout_at(deadline, socket.next()).await {
            Ok(Ok(frame)) => {
                if frame["seq_reply"].is_u64() && seq > 1 {
                    if is_refused(&frame) {
                        return End::LoggedOut;
                    }
                    asked = None;
                    continue;
                }
                if to.try_send(frame).is_err() {
                    tracing::warn!("too much is heard at once; the rest is caught up with");
                    return End::Broken;
                }
            }
            Ok(Err(_)) => return End::Broken,
            Err(_) if asked.is_some() => return End::Deaf,
            Err(_) => {
                seq += 1;
                let now = tokio::time::Instant::now();
                (asked, next_ping) = (Some(now), now + PING);
                if socket.send(&json!({ "seq": seq, "action": "ping" })).await.is_err() {
                    return End::Broken;
                }
            }
        }
    }
}
