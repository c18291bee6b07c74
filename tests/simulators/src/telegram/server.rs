//! Serving: start, pause, resume, stop.

use std::{io, net::SocketAddr, sync::Arc};

use crate::serving::Serving;

use super::{Shared, control, wire, world::World};

/// A running simulated Telegram. Stops when it is dropped.
#[derive(Debug)]
pub struct Telegram {
    pub(super) shared: Arc<Shared>,
    serving: Serving,
}

impl Telegram {
    /// Listens on an address; port 0 takes a free one.
    pub async fn start(addr: impl tokio::net::ToSocketAddrs) -> io::Result<Self> {
        let shared = Shared::new(World::new());
        let router = control::routes().fallback(wire::serve).with_state(shared.clone());
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

    /// Breaks all connections and refuses new ones; the world stays as it is.
    pub async fn pause(&self) {
        self.serving.pause().await;
    }

    /// Listens again on the same address.
    pub async fn resume(&self) -> io::Result<()> {
        self.serving.resume().await
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
