//! Rocket.Chat.
mod text;
