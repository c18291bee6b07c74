//! The Mattermost network against a simulated server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod channels;
mod checking;
mod conformance;
mod delivering;
mod gaps;
mod listening;
mod place;
