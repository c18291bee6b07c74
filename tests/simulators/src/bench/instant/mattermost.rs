//! The Mattermost: tells of posts over the WebSocket, and takes every post.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{
        Path, State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::StatusCode,
    response::Response,
    routing::{any, get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::{
    bench::{
        known::{channel, name, person},
        ledger::{Ledger, words},
    },
    serving::Serving,
};

/// The running server.
#[derive(Debug)]
pub struct Mattermost {
    serving: Serving,
    world: Arc<World>,
}

#[derive(Debug)]
struct World {
    ledger: Arc<Ledger>,
    channels: usize,
    next: AtomicU64,
    /// The open connection.
    listener: Mutex<Option<UnboundedSender<String>>>,
}

impl Mattermost {
    /// Listens, with that many channels; what arrives is noted in `ledger`.
    pub async fn start(ledger: Arc<Ledger>, channels: usize) -> io::Result<Self> {
        let world = World { ledger, channels, next: AtomicU64::new(1), listener: Mutex::default() };
        let world = Arc::new(world);
        let router = Router::new()
            .route("/api/v4/websocket", any(connect))
            .route("/api/v4/posts", post(take))
            .route("/api/v4/config/client", get(limits))
            .route("/api/v4/users/me", get(async || Json(bot())))
            .route("/api/v4/users/me/teams", get(async || Json(json!([{ "id": team() }]))))
            .route("/api/v4/users/me/teams/{team}/channels", get(channels_of))
            .route("/api/v4/users/{id}", get(user))
            .route("/api/v4/channels/{id}/posts", get(async || Json(json!({ "order": [], "posts": {} }))))
            .route("/api/v4/channels/{id}", get(async |Path(id): Path<String>| Json(json!({ "id": id }))))
            .route("/api/v4/system/ping", get(async || Json(json!({ "status": "OK" }))))
            .fallback(async || {
                (StatusCode::NOT_FOUND, Json(json!({ "id": "not_found", "status_code": 404 })))
            })
            .with_state(world.clone());
        Ok(Self { serving: Serving::start("127.0.0.1:0", router).await?, world })
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.serving.addr())
    }

    /// Whether the daemon listens: a connection of before its last start hears nothing.
    pub fn is_heard(&self) -> bool {
        let listener = self.world.listener.lock().unwrap_or_else(PoisonError::into_inner);
        listener.as_ref().is_some_and(|listener| !listener.is_closed())
    }

    /// The person of a channel says the message of that number there; told to whoever listens.
    pub fn say(&self, chat: usize, number: usize, now_ms: i64) {
        let id = self.world.id();
        let post = post_json(&id, &channel(chat), &person(chat), &words(number), now_ms);
        let frame = json!({
            "event": "posted",
            "data": {
                "channel_display_name": "Atelier", "channel_name": "atelier", "channel_type": "O",
                "post": post.to_string(), "sender_name": "@quelquun", "set_online": true, "team_id": team(),
            },
            "broadcast": { "omit_users": null, "user_id": "", "channel_id": channel(chat), "team_id": "" },
            "seq": self.world.next.load(Ordering::Relaxed),
        });
        if let Some(listener) = &*self.world.listener.lock().unwrap_or_else(PoisonError::into_inner) {
            // Noticed as a message that did not arrive.
            let _ = listener.send(frame.to_string());
        }
    }
}

impl World {
    fn id(&self) -> String {
        format!("m{:0>25}", self.next.fetch_add(1, Ordering::Relaxed))
    }
}

fn team() -> String {
    format!("t{:0>25}", 1)
}

fn bot() -> Value {
    json!({ "id": format!("b{:0>25}", 1), "username": "passerelle", "is_bot": true })
}

fn post_json(id: &str, channel: &str, user: &str, words: &str, now_ms: i64) -> Value {
    json!({
        "id": id, "create_at": now_ms, "update_at": now_ms, "edit_at": 0, "delete_at": 0, "is_pinned": false,
        "user_id": user, "channel_id": channel, "root_id": "", "original_id": "", "message": words, "type": "",
        "props": { "disable_group_highlight": true }, "hashtags": "", "pending_post_id": "", "reply_count": 0,
        "last_reply_at": 0, "participants": null, "metadata": {},
    })
}

#[derive(Deserialize)]
struct Posting {
    channel_id: String,
    message: String,
}

async fn take(State(world): State<Arc<World>>, body: Bytes) -> (StatusCode, Json<Value>) {
    let Ok(asked) = serde_json::from_slice::<Posting>(&body) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "id": "invalid", "status_code": 400 })));
    };
    world.ledger.arrived(&asked.message);
    let bot = bot();
    let user = bot["id"].as_str().unwrap_or_default();
    (StatusCode::CREATED, Json(post_json(&world.id(), &asked.channel_id, user, &asked.message, 0)))
}

async fn limits() -> Json<Value> {
    Json(json!({ "MaxPostSize": "16383", "MaxFileSize": "52428800", "EnablePostUsernameOverride": "true" }))
}

async fn channels_of(State(world): State<Arc<World>>) -> Json<Value> {
    let channels = (0..world.channels).map(|n| {
        json!({ "id": channel(n), "type": "O", "team_id": team(), "name": format!("atelier-{n}"), "display_name": "Atelier" })
    });
    Json(channels.collect())
}

async fn user(Path(id): Path<String>) -> Json<Value> {
    let number = id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0);
    let username = format!("personne{number}");
    Json(json!({ "id": id, "username": username, "nickname": name(number), "last_picture_update": 0 }))
}

async fn connect(State(world): State<Arc<World>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |socket| {
        let (listener, frames) = mpsc::unbounded_channel();
        let hello = json!({
            "event": "hello", "data": { "connection_id": format!("w{:0>25}", 1) }, "broadcast": {}, "seq": 0,
        });
        let _ = listener.send(hello.to_string());
        *world.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(listener);
        talk(socket, frames).await;
    })
}

async fn talk(mut socket: WebSocket, mut frames: UnboundedReceiver<String>) {
    loop {
        let sent = tokio::select! {
            frame = frames.recv() => match frame {
                Some(frame) => socket.send(Message::Text(frame.into())).await,
                None => return,
            },
            asked = socket.recv() => match asked {
                Some(Ok(Message::Text(text))) => {
                    let asked: Value = serde_json::from_str(&text).unwrap_or_default();
                    let reply = json!({ "status": "OK", "seq_reply": asked["seq"], "data": {} });
                    socket.send(Message::Text(reply.to_string().into())).await
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
