//! The WebSocket: who listens, what they ask, and what they missed. (API v4, "WebSocket")

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{
        ConnectInfo, FromRequestParts, Query, Request, State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio_util::sync::CancellationToken;

use super::{
    Shared,
    error::{Refusal, Words, escaped},
    events::{Connection, To, Wire},
    limits::Allowance,
    wire::bearer,
    world::{World, new_id},
};
use crate::{faults, listener::Switch};

/// How long somebody may stay without saying who they are.
const UNKNOWN: Duration = Duration::from_secs(5);
/// Between pings of the protocol.
const PING: Duration = Duration::from_mins(1);
/// Bytes of the largest frame of a client.
const LARGEST: usize = 8192;

/// What a connection that goes on says.
#[derive(Debug, Default, Deserialize)]
pub struct Resume {
    connection_id: Option<String>,
    sequence_number: Option<String>,
}

/// `GET /api/v4/websocket`.
pub async fn upgrade(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    Query(resume): Query<Resume>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let (mut parts, _) = request.into_parts();
    let fault = faults::strike(&mut shared.world().faults, "websocket", "");
    if headers.contains_key("origin") {
        return Refusal::new(403, "api.web_socket.connect.check_origin.app_error", "Forbidden")
            .into_response();
    }
    let Ok(upgrade) = WebSocketUpgrade::from_request_parts(&mut parts, &()).await else {
        let message = "URL Blocked because of CORS.";
        return Refusal::new(400, "api.web_socket.connect.upgrade.app_error", message).into_response();
    };
    let token = bearer(&headers);
    let allowance = shared.world().limit(token.as_deref().unwrap_or_default());
    if let Some(refusal) = allowance.and_then(Allowance::refusal) {
        return refusal;
    }
    let work = async {
        upgrade
            .max_message_size(LARGEST)
            .on_upgrade(move |socket| serve(shared, socket, token, resume, switch))
    };
    match faults::obey(fault, &Words, work).await {
        Some(response) => response,
        None => axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn serve(
    shared: Arc<Shared>,
    mut socket: WebSocket,
    token: Option<String>,
    resume: Resume,
    switch: Switch,
) {
    let opened_with = token.clone().unwrap_or_default();
    let known = match token.map(|token| shared.world().bearer(&token)) {
        Some(Ok(user)) => Some((user, None)),
        // A wrong token is told by silence.
        Some(Err(_)) => {
            tokio::time::sleep(UNKNOWN).await;
            None
        }
        None => challenged(&shared, &mut socket).await,
    };
    let Some((user, reply)) = known else {
        switch.0.cancel();
        return;
    };
    // Who says who they are over the connection itself cannot go on with an old one.
    let resume = if reply.is_none() { resume } else { Resume::default() };
    let slow = shared.world().settings.slow_hub;
    let question = if slow { first_question(&mut socket).await } else { None };
    let (to, frames) = mpsc::unbounded_channel();
    let cut = CancellationToken::new();
    let who = (user.as_str(), opened_with.as_str());
    let Some(id) = attach(&shared, who, &resume, Wire { to: to.clone(), cut: cut.clone() }) else {
        switch.0.cancel();
        return;
    };
    if let Some(reply) = reply {
        // After the hello. It was opened just now.
        let _ = to.send(format!("{reply}\n"));
    }
    drop(to);
    let answer = question.and_then(|question| act(&mut shared.world(), &id, &question));
    if let Some(answer) = answer {
        // Whether it arrives is seen by what follows.
        let _ = socket.send(reply_frame(&answer)).await;
    }
    talk(&shared, &mut socket, &id, frames, &cut).await;
    let mut world = shared.world();
    let now = world.now();
    if let Some(connection) = world.connections.get_mut(&id) {
        (connection.wire, connection.died_at) = (None, now);
    }
    world.reap();
    drop(world);
    if cut.is_cancelled() {
        switch.0.cancel();
    }
}

/// Somebody who says who they are over the connection itself, and what they are answered.
async fn challenged(shared: &Shared, socket: &mut WebSocket) -> Option<(String, Option<Value>)> {
    let deadline = tokio::time::Instant::now() + UNKNOWN;
    let asked = loop {
        let frame = tokio::time::timeout_at(deadline, socket.recv()).await.ok()??.ok()?;
        match frame {
            Message::Text(text) => {
                let asked: Value = serde_json::from_str(&text).ok()?;
                if asked["action"] == "authentication_challenge" {
                    break asked;
                }
                // Of somebody unknown nothing else is heard.
            }
            Message::Close(_) => return None,
            _ => {}
        }
    };
    let user = shared.world().bearer(asked["data"]["token"].as_str()?).ok()?;
    Some((user, Some(json!({ "status": "OK", "seq_reply": asked["seq"] }))))
}

/// Goes on with a connection that broke, or begins one; `None` when what was asked makes no sense.
fn attach(shared: &Shared, (user, token): (&str, &str), resume: &Resume, wire: Wire) -> Option<String> {
    let mut world = shared.world();
    world.reap();
    if let Some(id) = resume.connection_id.as_ref().filter(|id| !id.is_empty()) {
        let from: u64 = resume.sequence_number.as_ref()?.parse().ok()?;
        if !super::world::is_id(id) {
            return None;
        }
        // One that is still open is not gone on with: this is another.
        let broken = |one: &&mut Connection| one.user == user && one.wire.is_none();
        if let Some(connection) = world.connections.get_mut(id).filter(broken)
            && let Some(missed) = connection.missed(from)
        {
            for frame in missed {
                // It was opened just now.
                let _ = wire.to.send(frame);
            }
            connection.wire = Some(wire);
            return Some(id.clone());
        }
    }
    let id = new_id();
    let mut connection = Connection::new(user, token, wire);
    let version = world.settings.version.clone();
    let data =
        json!({ "connection_id": id, "server_version": format!("{version}.{version}.simulated.false") });
    let broadcast = json!({ "omit_users": null, "user_id": user, "channel_id": "", "team_id": "" });
    connection.push("hello", &data, &broadcast);
    world.connections.insert(id.clone(), connection);
    drop(world);
    shared.changed.notify_waiters();
    Some(id)
}

async fn talk(
    shared: &Shared,
    socket: &mut WebSocket,
    id: &str,
    mut frames: UnboundedReceiver<String>,
    cut: &CancellationToken,
) {
    let mut ping = tokio::time::interval_at(tokio::time::Instant::now() + PING, PING);
    loop {
        let sent = tokio::select! {
            () = cut.cancelled() => return,
            _ = ping.tick() => socket.send(Message::Ping(Vec::new().into())).await,
            frame = frames.recv() => match frame {
                Some(frame) => socket.send(Message::Text(frame.into())).await,
                None => return,
            },
            frame = socket.recv() => match frame {
                Some(Ok(Message::Text(text))) => {
                    if serde_json::from_str::<Value>(&text).is_err() {
                        cut.cancel();
                        return;
                    }
                    let reply = act(&mut shared.world(), id, &text);
                    shared.changed.notify_waiters();
                    match reply {
                        Some(reply) => socket.send(reply_frame(&reply)).await,
                        None => Ok(()),
                    }
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => Ok(()),
            },
        };
        if sent.is_err() {
            return;
        }
    }
}

/// What a client asks first, if it asks anything while it is not known yet.
async fn first_question(socket: &mut WebSocket) -> Option<String> {
    let asked = tokio::time::timeout(UNKNOWN, socket.recv()).await.ok()??.ok()?;
    if let Message::Text(text) = asked { Some(text.to_string()) } else { None }
}

fn reply_frame(reply: &Value) -> Message {
    Message::Text(format!("{}\n", escaped(&reply.to_string())).into())
}

/// What a client asks over its connection.
fn act(world: &mut World, id: &str, text: &str) -> Option<Value> {
    let connection = world.connections.get(id).filter(|one| !one.deaf)?;
    let (user, token) = (connection.user.clone(), connection.token.clone());
    let asked: Value = serde_json::from_str(text).ok()?;
    let Some(seq) = asked["seq"].as_u64().filter(|seq| *seq > 0) else {
        let message = "Invalid sequence for WebSocket message.";
        let error = json!({
            "id": "api.web_socket_router.bad_seq.app_error", "message": message, "detailed_error": "", "status_code": 400,
        });
        return Some(json!({ "status": "FAIL", "error": error }));
    };
    let fail = |id: &str, message: &str, status: u16| {
        let error = json!({ "id": id, "message": message, "detailed_error": "", "status_code": status });
        Some(json!({ "status": "FAIL", "seq_reply": seq, "error": error }))
    };
    if !token.is_empty() && world.bearer(&token).is_err() {
        // The token is in the words, so.
        return fail("api.context.invalid_token.error", &format!("Invalid session token={token}, err="), 401);
    }
    let data = &asked["data"];
    match asked["action"].as_str().unwrap_or_default() {
        // It is known already who that is: no answer.
        "authentication_challenge" => None,
        "" => fail("api.web_socket_router.no_action.app_error", "No websocket action.", 400),
        "ping" => {
            let now = world.now();
            let data = json!({
                "node_id": "", "server_time": now, "text": "pong", "version": world.settings.version,
            });
            Some(json!({ "status": "OK", "seq_reply": seq, "data": data }))
        }
        "user_typing" => {
            let channel = data["channel_id"].as_str().unwrap_or_default();
            let parent = data["parent_id"].as_str().unwrap_or_default();
            match world.typing(&user, &user, channel, parent) {
                Ok(_) => Some(json!({ "status": "OK", "seq_reply": seq })),
                Err(_) => fail(
                    "api.websocket_handler.invalid_param.app_error",
                    "Invalid channel_id parameter.",
                    400,
                ),
            }
        }
        "get_statuses" => {
            let online = world.connections.values().filter(|one| one.wire.is_some());
            let online: serde_json::Map<String, Value> =
                online.map(|one| (one.user.clone(), json!("online"))).collect();
            Some(json!({ "status": "OK", "seq_reply": seq, "data": online }))
        }
        "get_statuses_by_ids" => {
            let asked: Vec<String> = serde_json::from_value(data["user_ids"].clone()).unwrap_or_default();
            let is_online =
                |id: &String| world.connections.values().any(|one| one.wire.is_some() && one.user == *id);
            let status = |id: String| (if is_online(&id) { "online" } else { "offline" }, id);
            let told: serde_json::Map<String, Value> =
                asked.into_iter().map(status).map(|(status, id)| (id, json!(status))).collect();
            Some(json!({ "status": "OK", "seq_reply": seq, "data": told }))
        }
        _ => fail("api.web_socket_router.bad_action.app_error", "Unknown WebSocket action.", 500),
    }
}

impl World {
    /// Somebody writes: told to the others of the channel.
    pub fn typing(&mut self, by: &str, user: &str, channel: &str, parent: &str) -> Result<Value, Refusal> {
        if by != user && !self.is_admin(by) {
            return Err(Refusal::permissions());
        }
        self.may_post(user, channel)?;
        let data = json!({ "parent_id": parent, "user_id": user });
        self.tell("typing", &data, To::Channel(channel), Some(user));
        Ok(json!({ "status": "OK" }))
    }
}
