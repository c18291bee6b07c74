//! Serving: start, pause, resume, stop.

use std::{io, net::SocketAddr, sync::Arc};

use axum::extract::DefaultBodyLimit;

use super::{Shared, control, socket, wire, world::World};
use crate::serving::Serving;

/// A running simulated Mattermost. Stops when it is dropped.
#[derive(Debug)]
pub struct Mattermost {
    pub(super) shared: Arc<Shared>,
    serving: Serving,
}

impl Mattermost {
    /// Listens on an address; port 0 takes a free one.
    pub async fn start(addr: impl tokio::net::ToSocketAddrs) -> io::Result<Self> {
        let shared = Shared::new(World::new());
        let router = control::routes()
            .route("/api/v4/websocket", axum::routing::any(socket::upgrade))
            .fallback(wire::serve)
            .layer(DefaultBodyLimit::disable())
            .with_state(shared.clone());
        Ok(Self { shared, serving: Serving::start(addr, router).await? })
    }

    /// `http://127.0.0.1:…`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.serving.addr())
    }

    /// The address it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.serving.addr()
    }

    /// Breaks all connections and refuses new ones, and forgets what only a running server knows.
    pub async fn pause(&self) {
        self.serving.pause().await;
        let mut world = self.shared.world();
        world.connections.clear();
        world.pending.clear();
    }

    /// Listens again on the same address.
    pub async fn resume(&self) -> io::Result<()> {
        self.serving.resume().await
    }

    /// Breaks every WebSocket, as a proxy that restarts does; they can be resumed.
    pub fn cut(&self) {
        for connection in self.shared.world().connections.values() {
            if let Some(wire) = &connection.wire {
                wire.cut.cancel();
            }
        }
    }

    /// Stops as if by a signal, or goes on: connections open, and nothing is read or answered.
    pub fn freeze(&self, frozen: bool) {
        self.serving.freeze(frozen);
    }

    /// Ends it.
    pub async fn stop(self) {
        self.pause().await;
    }
}
