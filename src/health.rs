//! Tells a hoster's watch whether we live and whether we are ready.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode, routing::get};
use contract::NetworkName;
use dashmap::DashMap;
use serde_json::{Value, json};

use crate::{outbox::Networks, store::Store};

/// What is known of how we are.
#[derive(Debug)]
pub struct Health {
    store: Store,
    listening: DashMap<NetworkName, bool>,
}

impl Health {
    /// Nobody listens yet.
    #[must_use]
    pub fn new(store: Store, networks: &Networks) -> Self {
        Self { store, listening: networks.keys().map(|name| (name.clone(), false)).collect() }
    }

    /// A network listens, or no longer.
    pub fn listens(&self, network: &NetworkName, listens: bool) {
        self.listening.insert(network.clone(), listens);
    }

    /// `GET /health/live`: the process answers. `GET /health/ready`: the store can be read and every network listens.
    pub fn routes(self: &Arc<Self>) -> axum::Router {
        axum::Router::new()
            .route("/health/live", get(async || Json(json!({ "live": true }))))
            .route("/health/ready", get(ready))
            .with_state(self.clone())
    }
}

async fn ready(State(health): State<Arc<Health>>) -> (StatusCode, Json<Value>) {
    let waiting = health.store.count_waiting().await;
    let networks: serde_json::Map<String, Value> =
        health.listening.iter().map(|entry| (entry.key().to_string(), json!(*entry.value()))).collect();
    let ready = waiting.is_ok() && networks.values().all(|listens| listens == &json!(true));
    let waiting: serde_json::Map<String, Value> =
        waiting.unwrap_or_default().into_iter().map(|(network, count)| (network.0, json!(count))).collect();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": ready, "listening": networks, "waiting": waiting })))
}
