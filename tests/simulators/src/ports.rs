//! Ports nobody listens on, and that no outgoing connection is given: a server that was away finds its own again.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, TcpListener, UdpSocket},
    ops::Range,
};

/// Linux gives outgoing connections those from 32768 (`ip_local_port_range`).
const PORTS: Range<u16> = 10_240..32_768;
/// So many are tried.
const TRIES: usize = 100;

/// A port that is kept, by its namesake of UDP, from whoever else asks here for one, in any process: what listens on it
/// may be away for a while.
#[derive(Debug)]
pub struct Port {
    /// Its number.
    pub number: u16,
    _held: UdpSocket,
}

/// A port that is free now.
pub fn free() -> io::Result<Port> {
    Ok(listen(Ipv4Addr::LOCALHOST.into())?.1)
}

/// Listens on a free port of this address.
pub fn listen(addr: IpAddr) -> io::Result<(TcpListener, Port)> {
    let mut tried = try_to_listen(addr);
    for _ in 1..TRIES {
        if tried.is_ok() {
            break;
        }
        tried = try_to_listen(addr);
    }
    tried
}

fn try_to_listen(addr: IpAddr) -> io::Result<(TcpListener, Port)> {
    let number = rand::random_range(PORTS);
    let held = UdpSocket::bind((addr, number))?;
    Ok((TcpListener::bind((addr, number))?, Port { number, _held: held }))
}
