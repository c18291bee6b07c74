//! passerelle: one Matrix application service that keeps other chats reachable while their communities move.

pub mod commands;
pub mod config;
pub mod fit;
pub mod matrix;
pub mod networks;
pub mod outbox;
pub mod router;
pub mod store;
pub mod words;
