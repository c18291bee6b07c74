//! The realtime side: DDP over a WebSocket. (Meteor, "DDP Specification")

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    extract::{
        ConnectInfo, State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{
    sync::mpsc::{self, UnboundedSender},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{
    Shared,
    disorder::Held,
    error::{Refusal, Words},
    streams::Connection,
    world::{World, date, new_id},
};
use crate::{faults, listener::Switch};

/// A silence after which the server asks, and how long it waits then.
const SILENCE: Duration = Duration::from_secs(15);
/// How long a greeting may take.
const GREETING: Duration = Duration::from_secs(45);
/// A session lasts, milliseconds.
const SESSION: i64 = 90 * 24 * 3_600_000;

/// `/websocket`.
pub async fn upgrade(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let (fault, major) = {
        let mut world = shared.world();
        (faults::strike(&mut world.faults, "websocket", ""), world.version().0)
    };
    let breaker = switch.clone();
    let work = async { upgrade.on_upgrade(move |socket| serve(shared, socket, switch)) };
    match faults::obey(fault, &Words { major }, work).await {
        Some(response) => response,
        None => {
            breaker.0.cancel();
            axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn serve(shared: Arc<Shared>, mut socket: WebSocket, switch: Switch) {
    let (to, mut frames) = mpsc::unbounded_channel();
    let (cut, mut held) = (CancellationToken::new(), Held::default());
    let id = new_id();
    if shared.world().version().0 < 7 {
        // Older servers say this before anything else.
        let _ = to.send(json!({ "server_id": "0" }));
    }
    let mut session = Session { id: id.clone(), greeted: false, is_over: false, methods: 0, to: to.clone() };
    let mut deadline = Instant::now() + GREETING;
    let mut asked = false;
    loop {
        let sent = tokio::select! {
            () = cut.cancelled() => break,
            frame = frames.recv() => match frame {
                Some(frame) => {
                    let now = held.pass(frame, &mut shared.world().disorder);
                    send(&mut socket, now).await && !(session.is_over && frames.is_empty())
                }
                None => false,
            },
            frame = socket.recv() => match frame {
                Some(Ok(Message::Text(text))) => {
                    (asked, deadline) = (false, Instant::now() + SILENCE);
                    session.take(&shared, &text, &cut);
                    shared.changed.notify_waiters();
                    true
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => true,
                _ => false,
            },
            () = tokio::time::sleep_until(deadline) => {
                let quiet = shared.world().settings.mute_pings;
                if asked || !session.greeted {
                    false
                } else {
                    (asked, deadline) = (!quiet, Instant::now() + SILENCE);
                    quiet || to.send(json!({ "msg": "ping" })).is_ok()
                }
            }
        };
        if !sent {
            break;
        }
    }
    shared.world().connections.remove(&id);
    if cut.is_cancelled() {
        switch.0.cancel();
    }
}

async fn send(socket: &mut WebSocket, frames: Vec<Value>) -> bool {
    for frame in frames {
        if socket.send(Message::Text(frame.to_string().into())).await.is_err() {
            return false;
        }
    }
    true
}

/// One connection's state of talk.
struct Session {
    id: String,
    greeted: bool,
    is_over: bool,
    methods: u32,
    to: UnboundedSender<Value>,
}

impl Session {
    fn send(&self, frame: Value) {
        // A receiver that is gone is noticed by its own task.
        let _ = self.to.send(frame);
    }

    fn bad(&self, reason: &str, offending: Option<&Value>) {
        let mut frame = json!({ "msg": "error", "reason": reason });
        if let Some(offending) = offending {
            frame["offendingMessage"] = offending.clone();
        }
        self.send(frame);
    }

    fn take(&mut self, shared: &Shared, text: &str, cut: &CancellationToken) {
        let Ok(frame) = serde_json::from_str::<Value>(text) else { return self.bad("Parse error", None) };
        let Some(kind) = frame["msg"].as_str() else { return self.bad("Bad request", Some(&frame)) };
        if kind == "connect" {
            return self.connect(shared, &frame, cut);
        }
        if !self.greeted {
            return self.bad("Must connect first", Some(&frame));
        }
        let mut world = shared.world();
        match kind {
            "ping" if !world.settings.mute_pings => {
                let mut pong = json!({ "msg": "pong" });
                if let Some(id) = frame.get("id") {
                    pong["id"] = id.clone();
                }
                self.send(pong);
            }
            "ping" | "pong" => {}
            "sub" => self.subscribe(&mut world, &frame),
            "unsub" => {
                let id = frame["id"].as_str().unwrap_or_default();
                if let Some(connection) = world.connections.get_mut(&self.id) {
                    connection.subs.remove(id);
                }
                self.send(json!({ "msg": "nosub", "id": id }));
            }
            "method" => self.method(&mut world, &frame),
            _ => self.bad("Bad request", Some(&frame)),
        }
    }

    fn connect(&mut self, shared: &Shared, frame: &Value, cut: &CancellationToken) {
        if self.greeted {
            return self.bad("Already connected", Some(frame));
        }
        let support: Vec<&str> = frame["support"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| one.as_str().unwrap_or_default())
            .collect();
        let best = ["1", "pre2", "pre1"].into_iter().find(|version| support.contains(version));
        let best = best.filter(|_| !support.contains(&""));
        if best.is_none() || frame["version"].as_str() != best {
            self.send(json!({ "msg": "failed", "version": best.unwrap_or("1") }));
            // Nothing more is said.
            self.is_over = true;
            return;
        }
        self.greeted = true;
        let connection =
            Connection { user: None, subs: HashMap::default(), to: self.to.clone(), cut: cut.clone() };
        shared.world().connections.insert(self.id.clone(), connection);
        self.send(json!({ "msg": "connected", "session": self.id }));
    }

    /// Counts against the limits on this connection; the error when there were too many.
    fn too_many(&self, world: &mut World, name: &str) -> Option<Value> {
        if !world.settings.rate_limits {
            return None;
        }
        let now = world.now();
        let (most, window) = if name.starts_with("stream-") { (40, 40_000) } else { (10, 10_000) };
        let key = format!("ddp/{}/{name}", self.id);
        let all = world.windows.count(&format!("ddp/{}", self.id), 600, 60_000, now);
        let one = world.windows.count(&key, most, window, now);
        let wait = one.err().or(all.err())?;
        let seconds = (wait + 999) / 1000;
        let reason = format!(
            "Error, too many requests. Please slow down. You must wait {seconds} seconds before trying again."
        );
        Some(json!({
            "isClientSafe": true, "error": "too-many-requests", "reason": reason,
            "details": { "timeToReset": wait }, "message": format!("{reason} [too-many-requests]"),
            "errorType": "Meteor.Error",
        }))
    }

    fn subscribe(&self, world: &mut World, frame: &Value) {
        let (Some(id), Some(name)) = (frame["id"].as_str(), frame["name"].as_str()) else {
            return self.bad("Malformed subscription", Some(frame));
        };
        if world.connections.get(&self.id).is_some_and(|one| one.subs.contains_key(id)) {
            return;
        }
        let refused = |error: Value| self.send(json!({ "msg": "nosub", "id": id, "error": error }));
        if let Some(error) = self.too_many(world, name) {
            return refused(error);
        }
        if name == "meteor.loginServiceConfiguration" {
            return self.send(json!({ "msg": "ready", "subs": [id] }));
        }
        let event = frame["params"][0].as_str().unwrap_or_default().to_owned();
        let user = world.connections.get(&self.id).and_then(|one| one.user.clone());
        let known = [
            "stream-room-messages",
            "stream-notify-room",
            "stream-notify-user",
            "stream-notify-logged",
            "stream-notify-all",
            "stream-user-presence",
        ];
        if !known.contains(&name) {
            let reason = format!("Subscription '{name}' not found");
            return refused(json!({
                "isClientSafe": true, "error": 404, "reason": reason, "message": format!("{reason} [404]"),
                "errorType": "Meteor.Error",
            }));
        }
        let plain = |error: &str| {
            json!({
                "isClientSafe": true, "error": error, "message": format!("[{error}]"), "errorType": "Meteor.Error",
            })
        };
        if event.is_empty() {
            return refused(plain("invalid-event-name"));
        }
        if !allowed(world, user.as_deref(), name, &event) {
            return refused(plain("not-allowed"));
        }
        if let Some(connection) = world.connections.get_mut(&self.id) {
            connection.subs.insert(id.into(), (name.into(), event.clone()));
        }
        let options = &frame["params"][1];
        if *options == true || options["useCollection"] == true {
            self.send(
                json!({ "msg": "added", "collection": name, "id": "id", "fields": { "eventName": event } }),
            );
        }
        self.send(json!({ "msg": "ready", "subs": [id] }));
    }

    fn method(&mut self, world: &mut World, frame: &Value) {
        let (Some(id), Some(name)) = (frame["id"].as_str(), frame["method"].as_str()) else {
            return self.bad("Malformed method invocation", Some(frame));
        };
        let updated = json!({ "msg": "updated", "methods": [id] });
        let mut result = json!({ "msg": "result", "id": id });
        if let Some(error) = self.too_many(world, name) {
            result["error"] = error;
            self.send(result);
            return self.send(updated);
        }
        let user = world.connections.get(&self.id).and_then(|one| one.user.clone());
        let params = frame["params"].as_array().cloned().unwrap_or_default();
        let done = match name {
            "login" => self.login(world, params.first().unwrap_or(&Value::Null)),
            _ => match user {
                Some(user) => world.method(&user, name, &params, Some(&self.id)),
                None => Err(Refusal::not_allowed()),
            },
        };
        match done {
            Ok(Value::Null) => {}
            Ok(value) => result["result"] = value,
            Err(refusal) => result["error"] = refusal.ddp(),
        }
        // Either may come first.
        self.methods += 1;
        let frames = if self.methods.is_multiple_of(2) { [updated, result] } else { [result, updated] };
        for frame in frames {
            self.send(frame);
        }
    }

    fn login(&self, world: &mut World, asked: &Value) -> Result<Value, Refusal> {
        let session = world.login(asked).map_err(|refusal| Refusal { status: 403, ..refusal })?;
        let user = session["userId"].as_str().unwrap_or_default().to_owned();
        if let Some(connection) = world.connections.get_mut(&self.id) {
            connection.user = Some(user.clone());
        }
        let fields = json!({ "username": world.username(&user), "emails": session["me"]["emails"] });
        self.send(json!({ "msg": "added", "collection": "users", "id": user, "fields": fields }));
        let kind = if asked.get("resume").is_some() { "resume" } else { "password" };
        Ok(json!({
            "id": user, "token": session["authToken"], "tokenExpires": date(world.now() + SESSION), "type": kind,
        }))
    }
}

/// Whether somebody may hear an event.
fn allowed(world: &World, user: Option<&str>, stream: &str, event: &str) -> bool {
    let Some(user) = user else { return stream == "stream-notify-all" };
    match stream {
        "stream-room-messages" if event == "__my_messages__" => true,
        "stream-room-messages" => world.rooms.get(event).is_some_and(|room| room.is_seen_by(user)),
        "stream-notify-room" => {
            let room = event.split('/').next().and_then(|room| world.rooms.get(room));
            room.is_some_and(|room| room.is_seen_by(user))
        }
        "stream-notify-user" => event.split('/').next() == Some(user),
        _ => true,
    }
}
