//! Connections that can be broken from within, one by one or all at once, and held still.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::{extract::connect_info::Connected, serve::IncomingStream};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Breaks the connection it belongs to.
#[derive(Clone, Debug)]
pub struct Switch(pub CancellationToken);

/// A listener whose connections end when `all` is cancelled, or their own switch.
pub struct Breakable {
    /// What listens.
    pub listener: TcpListener,
    /// Breaks all.
    pub all: CancellationToken,
    /// Whether all are held still, as when their server is stopped by a signal: open, and nothing is read or answered.
    pub frost: watch::Receiver<bool>,
}

/// One connection.
pub struct Connection {
    stream: TcpStream,
    switch: CancellationToken,
    broken: Pin<Box<WaitForCancellationFutureOwned>>,
    frost: watch::Receiver<bool>,
    thaw: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl axum::serve::Listener for Breakable {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            if let Ok((stream, addr)) = self.listener.accept().await {
                stream.set_nodelay(true).ok();
                let switch = self.all.child_token();
                let broken = Box::pin(switch.clone().cancelled_owned());
                let frost = self.frost.clone();
                return (Connection { stream, switch, broken, frost, thaw: None }, addr);
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Breakable>> for Switch {
    fn connect_info(stream: IncomingStream<'_, Breakable>) -> Self {
        Self(stream.io().switch.clone())
    }
}

/// Waits until nothing is held still any more.
pub async fn thawed(frost: &mut watch::Receiver<bool>) {
    // Nobody can freeze what nobody holds the other end of.
    let _ = frost.wait_for(|frozen| !frozen).await;
}

impl Connection {
    fn whole(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Pin<&mut TcpStream>>> {
        if self.broken.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        while *self.frost.borrow() {
            let mut frost = self.frost.clone();
            let thaw = self.thaw.get_or_insert_with(|| Box::pin(async move { thawed(&mut frost).await }));
            ready!(thaw.as_mut().poll(cx));
            self.thaw = None;
        }
        Poll::Ready(Ok(Pin::new(&mut self.stream)))
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        ready!(self.get_mut().whole(cx))?.poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.get_mut().whole(cx))?.poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.get_mut().whole(cx))?.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.get_mut().whole(cx))?.poll_shutdown(cx)
    }
}
