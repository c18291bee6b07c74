//! A chat that is to be made.

use crate::{ChatId, ChatInfo, Network, UserId};

/// A chat that is to be made to stand for one of another network, or to group those that do.
#[derive(Debug)]
pub struct Opening<'a> {
    /// The same for the same chat, after a crash too; unlike any other. What is made bears it: trying again finds it.
    pub key: &'a str,
    /// The network of what it stands for; its picture is fetched from there.
    pub network: &'a dyn Network,
    /// What it stands for: it is called so, and is no more public. `None` when it is to group the others.
    pub chat: Option<&'a ChatInfo>,
    /// What groups it with the others of that network, where there is such a thing.
    pub space: Option<&'a ChatId>,
    /// The chat itself, where it is known to have been made.
    pub known: Option<&'a ChatId>,
    /// Who decides in it.
    pub owner: &'a UserId,
    /// Where it was asked for: those who decide there help the owner.
    pub asked_in: &'a ChatId,
}
