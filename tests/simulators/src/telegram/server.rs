//! Serving: start, pause, resume, stop.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::Router;
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::listener::{Breakable, Switch};

use super::{Shared, control, wire, world::World};

/// A running simulated Telegram. Stops when it is dropped.
#[derive(Debug)]
pub struct Telegram {
    pub(super) shared: Arc<Shared>,
    addr: SocketAddr,
    serving: Mutex<Option<Serving>>,
}

#[derive(Debug)]
struct Serving {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Telegram {
    /// Listens on an address; port 0 takes a free one.
    pub async fn start(addr: impl tokio::net::ToSocketAddrs) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared { world: Mutex::new(World::new()), changed: Notify::new() });
        let serving = Mutex::new(Some(serve(&shared, listener)));
        Ok(Self { shared, addr, serving })
    }

    /// `http://127.0.0.1:…`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The address it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Breaks all connections and refuses new ones; the world stays as it is.
    pub async fn pause(&self) {
        let serving = self.serving.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Serving { stop, task }) = serving {
            stop.cancel();
            task.await.ok();
        }
    }

    /// Listens again on the same address.
    pub async fn resume(&self) -> io::Result<()> {
        let listener = TcpListener::bind(self.addr).await?;
        let serving = serve(&self.shared, listener);
        *self.serving.lock().unwrap_or_else(PoisonError::into_inner) = Some(serving);
        Ok(())
    }

    /// Ends it.
    pub async fn stop(self) {
        self.pause().await;
    }
}

impl Drop for Telegram {
    fn drop(&mut self) {
        let serving = self.serving.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(Serving { stop, task }) = serving.take() {
            stop.cancel();
            task.abort();
        }
    }
}

fn serve(shared: &Arc<Shared>, listener: TcpListener) -> Serving {
    let stop = CancellationToken::new();
    let router: Router = control::routes().fallback(wire::serve).with_state(shared.clone());
    let service = router.into_make_service_with_connect_info::<Switch>();
    let listener = Breakable { listener, all: stop.clone() };
    let ended = stop.clone();
    let task = tokio::spawn(async move {
        tokio::select! {
            () = ended.cancelled() => {}
            _ = axum::serve(listener, service) => {}
        }
    });
    Serving { stop, task }
}
