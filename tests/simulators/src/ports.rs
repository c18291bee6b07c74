//! Ports nobody listens on.

use std::{io, net::TcpListener};

/// A port that is free now.
pub fn free() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
