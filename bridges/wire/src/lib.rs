//! What passerelle's networks that speak HTTP and WebSocket have in common.
//!
//! # Layout
//! - [`http`]: asking, and what became of it. - [`socket`]: a WebSocket of JSON. - [`files`]: streaming in and out.
//! - [`json`]: half characters in it. - [`emoji`]: short codes and back. - [`markdown`]: writing it. - [`people`]: who is who.
//! - [`paper`]: writing down what would be sent.
//!
//! It knows no network.

pub mod emoji;
pub mod files;
pub mod http;
pub mod json;
pub mod markdown;
pub mod paper;
pub mod people;
pub mod socket;

pub use http::Failure;
pub use paper::Paper;
pub use socket::Socket;

use std::hash::{DefaultHasher, Hash, Hasher};

/// Tells one state of a thing from another that has the same time. The same state has the same one for as long as
/// passerelle is not built anew.
#[must_use]
pub fn fingerprint(state: &serde_json::Value) -> String {
    let mut hasher = DefaultHasher::new();
    state.to_string().hash(&mut hasher);
    format!("{:x}", hasher.finish())
}
