//! Servers that speak the wire protocols passerelle meets, and what starts them, for tests and for the demo.
//!
//! # Layout
//! - [`telegram`]: a Telegram Bot API server, with its people. - [`rocketchat`], [`mattermost`]: servers of these kinds.
//! - [`synapse`]: a real Synapse.
//! - [`homeserver`]: a homeserver in this process, for what Synapse cannot be made to do.
//! - [`account`]: a person on Matrix, on either. - [`daemon`]: the real passerelle, by its front door.
//! - [`bench`]: what passerelle costs.

pub mod account;
pub mod bench;
mod clock;
pub mod daemon;
pub mod demo;
mod faults;
mod guard;
pub mod homeserver;
mod listener;
pub mod mattermost;
mod pictures;
pub mod ports;
pub mod rocketchat;
mod serving;
mod shared;
pub mod synapse;
pub mod telegram;

/// A picture with nothing on it: a PNG of one pixel.
const BLANK: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82";

pub use account::Account;
pub use daemon::Daemon;
pub use faults::Fault;
pub use homeserver::Homeserver;
pub use pictures::draw as draw_jpeg;
pub use synapse::Synapse;

/// A text without its `%xx`; what is none stays.
fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

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
