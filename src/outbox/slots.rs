//! How many deliveries are under way at a time, from each network to each other.
//!
//! A network that hangs keeps its own waiting and nobody else's: neither where it is written to, nor where its files and
//! people are asked for. First come, first served: a flooded chat has one at a time, as every other.

use std::collections::HashMap;

use contract::NetworkName;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::Networks;

/// So many from one network to another.
pub(super) const AT_ONCE: usize = 128;

/// What is under way from each network to each other.
pub(super) struct Slots(HashMap<(NetworkName, NetworkName), Semaphore>);

impl Slots {
    /// Slots between these networks; nothing is under way yet.
    pub(super) fn new(networks: &Networks) -> Self {
        let pairs = networks.keys().flat_map(|from| networks.keys().map(|to| (from.clone(), to.clone())));
        Self(pairs.map(|pair| (pair, Semaphore::new(AT_ONCE))).collect())
    }

    /// Waits for a slot; `None` for a network that is not configured, with which nothing is done.
    pub(super) async fn take(&self, from: &NetworkName, to: &NetworkName) -> Option<SemaphorePermit<'_>> {
        // They are never closed.
        self.0.get(&(from.clone(), to.clone()))?.acquire().await.ok()
    }

    /// A slot if one is free.
    pub(super) fn try_take(&self, from: &NetworkName, to: &NetworkName) -> Option<SemaphorePermit<'_>> {
        self.0.get(&(from.clone(), to.clone()))?.try_acquire().ok()
    }

    /// Whether some must wait for others somewhere.
    pub(super) fn are_short(&self) -> bool {
        self.0.values().any(|slots| slots.available_permits() == 0)
    }
}
