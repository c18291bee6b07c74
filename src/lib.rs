//! passerelle: one Matrix application service that keeps other chats reachable while their communities move.

pub mod config;
pub mod networks;
pub mod store;
pub mod words;
