//! Servers that speak the wire protocols passerelle meets, and what starts them, for tests and for the demo.
//!
//! # Layout
//! - [`telegram`]: a Telegram Bot API server, with its people. - [`synapse`]: a real Synapse.
//! - [`homeserver`]: a homeserver in this process, for what Synapse cannot be made to do.
//! - [`account`]: a person on Matrix, on either. - [`daemon`]: the real passerelle, by its front door.

pub mod account;
pub mod daemon;
pub mod demo;
mod guard;
pub mod homeserver;
mod listener;
pub mod ports;
pub mod synapse;
pub mod telegram;

pub use account::Account;
pub use daemon::Daemon;
pub use homeserver::Homeserver;
pub use synapse::Synapse;

/// An HTTP client. Its TLS is set up once for the process.
#[must_use]
pub fn http() -> reqwest::Client {
    static CLIENT: std::sync::OnceLock<reqwest::Client> = std::sync::OnceLock::new();
    CLIENT
        .get_or_init(|| {
            // A second time it only says that there is one already.
            let _ = rustls::crypto::ring::default_provider().install_default();
            reqwest::Client::new()
        })
        .clone()
}
