//! Serving on one address: start, pause, resume, stop.

use std::{
    io,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use axum::Router;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    listener::{Breakable, Switch},
    ports::{self, Port},
};

/// What serves a router; all its connections break at a pause. Ends when it is dropped.
#[derive(Debug)]
pub struct Serving {
    addr: SocketAddr,
    router: Router,
    running: Mutex<Option<Running>>,
    frost: watch::Sender<bool>,
    /// Kept while it is paused; nobody keeps one that was asked for.
    _port: Option<Port>,
}

#[derive(Debug)]
struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Serving {
    /// Listens on an address; port 0 takes a free one.
    pub async fn start(addr: impl tokio::net::ToSocketAddrs, router: Router) -> io::Result<Self> {
        let wanted = tokio::net::lookup_host(addr).await?.next().ok_or(io::ErrorKind::AddrNotAvailable)?;
        let (listener, port) = match wanted.port() {
            0 => {
                let (listener, port) = ports::listen(wanted.ip())?;
                listener.set_nonblocking(true)?;
                (TcpListener::from_std(listener)?, Some(port))
            }
            _ => (TcpListener::bind(wanted).await?, None),
        };
        let addr = listener.local_addr()?;
        let frost = watch::Sender::new(false);
        let running = Mutex::new(Some(run(listener, router.clone(), frost.subscribe())));
        Ok(Self { addr, router, running, frost, _port: port })
    }

    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Breaks all connections and refuses new ones.
    pub async fn pause(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Running { stop, task }) = running {
            stop.cancel();
            task.await.ok();
        }
    }

    /// Listens again on the same address.
    pub async fn resume(&self) -> io::Result<()> {
        let listener = TcpListener::bind(self.addr).await?;
        let running = run(listener, self.router.clone(), self.frost.subscribe());
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
        Ok(())
    }

    /// Holds every connection still, or lets them go on: they open, and nothing is read or answered.
    pub fn freeze(&self, frozen: bool) {
        self.frost.send_replace(frozen);
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let running = self.running.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(Running { stop, task }) = running.take() {
            stop.cancel();
            task.abort();
        }
    }
}

fn run(listener: TcpListener, router: Router, frost: watch::Receiver<bool>) -> Running {
    let stop = CancellationToken::new();
    let service = router.into_make_service_with_connect_info::<Switch>();
    let listener = Breakable { listener, all: stop.clone(), frost };
    let ended = stop.clone();
    let task = tokio::spawn(async move {
        tokio::select! {
            () = ended.cancelled() => {}
            _ = axum::serve(listener, service) => {}
        }
    });
    Running { stop, task }
}
