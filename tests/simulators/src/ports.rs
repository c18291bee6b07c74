//! Ports nobody listens on, and that no outgoing connection is given: a server that was away finds its own again.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, TcpListener},
    ops::Range,
    sync::{
        OnceLock,
        atomic::{AtomicU16, Ordering},
    },
};

/// Linux gives outgoing connections those from 32768 (`ip_local_port_range`).
const PORTS: Range<u16> = 10_240..32_768;
/// So many are tried.
const TRIES: usize = 100;

/// A port that is free now.
pub fn free() -> io::Result<u16> {
    Ok(listen(Ipv4Addr::LOCALHOST.into())?.local_addr()?.port())
}

/// Listens on a free port of this address.
pub fn listen(addr: IpAddr) -> io::Result<TcpListener> {
    let mut listener = TcpListener::bind((addr, next()));
    for _ in 1..TRIES {
        if listener.is_ok() {
            break;
        }
        listener = TcpListener::bind((addr, next()));
    }
    listener
}

/// One after the other from anywhere: what is away just now keeps its port from whoever else is in this process.
fn next() -> u16 {
    static NEXT: OnceLock<AtomicU16> = OnceLock::new();
    let next = NEXT.get_or_init(|| AtomicU16::new(rand::random()));
    let number = usize::from(next.fetch_add(1, Ordering::Relaxed)) % PORTS.len();
    PORTS.start + u16::try_from(number).unwrap_or_default()
}
