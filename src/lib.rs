//! passerelle: one Matrix application service that keeps other chats reachable while their communities move.
//!
//! # Layout
//! What a hoster meets: [`cli`], [`config`], [`registration`], [`init`], [`check`], [`render`], [`health`], [`keeper`].
//! What is said passes, in this order: a network hears it, [`router`] plans it, [`store`] keeps it, [`outbox`] takes it
//! from there, [`fit`] shrinks it, [`faces`] gives its author a picture, a network delivers it. [`matrix`] is one network; [`networks`] names the others, which
//! are crates of their own. [`absence`] says what it could not hear. [`commands`] answers those who ask something of the bot, [`letters`] shows what could not be
//! delivered, [`words`] says it in their language, and [`app`] wires it all.

pub mod absence;
pub mod app;
pub mod check;
pub mod cli;
pub mod commands;
pub mod config;
pub mod faces;
pub mod fit;
pub mod health;
pub mod init;
pub mod keeper;
pub mod letters;
pub mod matrix;
pub mod networks;
pub mod outbox;
pub mod registration;
pub mod render;
pub mod router;
pub mod store;
pub mod words;
