//! Serving: start, pause, resume, stop.

use std::{io, net::SocketAddr, sync::Arc};

use axum::extract::DefaultBodyLimit;

use super::{Shared, control, ddp, wire, world::World};
use crate::serving::Serving;

/// A running simulated Rocket.Chat. Stops when it is dropped.
#[derive(Debug)]
pub struct RocketChat {
    pub(super) shared: Arc<Shared>,
    serving: Serving,
}

impl RocketChat {
    /// Listens on an address; port 0 takes a free one.
    pub async fn start(addr: impl tokio::net::ToSocketAddrs) -> io::Result<Self> {
        let shared = Shared::new(World::default());
        let router = control::routes()
            .route("/websocket", axum::routing::any(ddp::upgrade))
            .fallback(wire::serve)
            .layer(DefaultBodyLimit::disable())
            .with_state(shared.clone());
        let serving = Serving::start(addr, router).await?;
        *shared.world() = World::new(format!("http://{}", serving.addr()));
        Ok(Self { shared, serving })
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

    /// Breaks all connections and refuses new ones; the world stays as it is.
    pub async fn pause(&self) {
        self.serving.pause().await;
        self.shared.world().connections.clear();
    }

    /// Listens again on the same address.
    pub async fn resume(&self) -> io::Result<()> {
        self.serving.resume().await
    }

    /// Breaks every WebSocket, as a proxy that restarts does.
    pub fn cut(&self) {
        for connection in self.shared.world().connections.values() {
            connection.cut.cancel();
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
