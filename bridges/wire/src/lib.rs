//! What passerelle's networks that speak HTTP and WebSocket have in common.
//!
//! # Layout
//! - [`http`]: asking, and what became of it. - [`socket`]: a WebSocket of JSON. - [`files`]: streaming in and out.
//! - [`emoji`]: short codes and back. - [`markdown`]: writing it. - [`paper`]: writing down what would be sent.
//!
//! It knows no network.

pub mod emoji;
pub mod files;
pub mod http;
pub mod markdown;
pub mod paper;
pub mod socket;

pub use http::Failure;
pub use paper::Paper;
pub use socket::Socket;
