//! The network against a simulated workspace, over the wire.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod channels;
mod conformance;
mod delivering;
mod listening;
mod workspace;
