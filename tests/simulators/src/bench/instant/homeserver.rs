//! The homeserver: takes every event, and pushes transactions as Synapse does, one after the other.

use std::{io, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    routing::{any, get, post, put},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::{
    bench::{
        known::name,
        ledger::{Ledger, words},
    },
    serving::Serving,
};

/// The most events in a transaction; Synapse's own limit.
const TOGETHER: usize = 100;

/// The running homeserver.
#[derive(Debug)]
pub struct Homeserver {
    serving: Serving,
}

/// Where its transactions go.
#[derive(Debug)]
pub struct Pusher {
    events: UnboundedSender<Value>,
    _task: tokio_util::task::AbortOnDropHandle<()>,
}

impl Homeserver {
    /// Listens; what arrives is noted in `ledger`.
    pub async fn start(ledger: Arc<Ledger>) -> io::Result<Self> {
        let v3 = "/_matrix/client/v3";
        let room = "/_matrix/client/v3/rooms/{room}";
        let router = Router::new()
            .route("/_matrix/client/versions", get(async || Json(json!({ "versions": ["v1.13"] }))))
            .route(
                "/_matrix/client/v1/media/config",
                get(async || Json(json!({ "m.upload.size": 50_000_000 }))),
            )
            .route(
                "/_matrix/client/v1/appservice/{id}/ping",
                post(async || Json(json!({ "duration_ms": 1 }))),
            )
            .route(&format!("{room}/send/{{kind}}/{{transaction}}"), put(send))
            .route(&format!("{room}/state/{{kind}}/{{key}}"), get(state))
            .route(&format!("{v3}/{{*rest}}"), any(async || Json(json!({ "displayname": name(0) }))))
            .with_state(ledger);
        Ok(Self { serving: Serving::start("127.0.0.1:0", router).await? })
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.serving.addr())
    }
}

#[derive(Deserialize)]
struct Said {
    body: String,
}

async fn send(
    State(ledger): State<Arc<Ledger>>,
    Path((_, _, transaction)): Path<(String, String, String)>,
    content: Bytes,
) -> Json<Value> {
    if let Ok(said) = serde_json::from_slice::<Said>(&content) {
        ledger.arrived(&said.body);
    }
    // The same id for the same transaction, as it must be.
    Json(json!({ "event_id": format!("${transaction}-0123456789") }))
}

async fn state(Path((_, _, key)): Path<(String, String, String)>) -> Json<Value> {
    Json(json!({ "membership": "join", "displayname": key.trim_start_matches('@').split(':').next() }))
}

impl Pusher {
    /// Pushes to the daemon at `url`.
    pub fn start(url: &str, token: &str) -> Self {
        let (events, waiting) = mpsc::unbounded_channel();
        let task =
            tokio::spawn(push(format!("{url}/_matrix/app/v1/transactions"), token.to_owned(), waiting));
        Self { events, _task: tokio_util::task::AbortOnDropHandle::new(task) }
    }

    /// The person of a room says the message of that number there.
    pub fn say(&self, room: &str, person: usize, number: usize, now_ms: i64) {
        let event = json!({
            "type": "m.room.message", "room_id": room, "sender": format!("@personne{person}:t.test"), "origin_server_ts": now_ms,
            "event_id": format!("$said-{number}-{now_ms}-0123456789abcdefghijk"), "unsigned": { "age": 1 },
            "content": { "msgtype": "m.text", "body": words(number), "m.mentions": {} },
        });
        // It ends with the benchmark only.
        let _ = self.events.send(event);
    }
}

async fn push(url: String, token: String, mut waiting: UnboundedReceiver<Value>) {
    let mut events = Vec::new();
    let mut number = 0_u64;
    while waiting.recv_many(&mut events, TOGETHER).await > 0 {
        number += 1;
        let transaction = json!({ "events": events });
        loop {
            let request = crate::http().put(format!("{url}/{number}")).bearer_auth(&token).json(&transaction);
            if request.send().await.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        events.clear();
    }
}
