//! Pushing transactions as Synapse does.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::Shared;

/// The first wait after a failure; each is twice the one before.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest wait; Synapse's is 512 s.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// The most events in a transaction.
const TOGETHER: usize = 100;

/// Pushes what waits, in order, for ever.
pub async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    let mut before: Option<(u64, Vec<Value>)> = None;
    while !stop.is_cancelled() {
        let Some(events) = take(&shared) else {
            stop.run_until_cancelled(shared.pushed.notified()).await;
            continue;
        };
        let number = next(&shared);
        let mut wait = FIRST_WAIT;
        while !(stop.is_cancelled() || deliver(&shared, number, &events).await) {
            tokio::select! {
                () = tokio::time::sleep(wait) => wait = (wait * 2).min(LONGEST_WAIT),
                () = shared.retry.notified() => {}
                () = stop.cancelled() => {}
            }
        }
        let (again, late) = {
            let mut world = shared.world();
            world.pushing = false;
            (count_down(&mut world.doubled), before.is_some() && count_down(&mut world.late))
        };
        if again {
            send(&shared, next(&shared), &events).await;
        }
        if late && let Some((number, events)) = &before {
            send(&shared, *number, events).await;
        }
        before = Some((number, events));
    }
}

/// Whether a transaction was taken, and the answer arrived.
async fn deliver(shared: &Shared, number: u64, events: &[Value]) -> bool {
    send(shared, number, events).await && !count_down(&mut shared.world().unheard)
}

fn count_down(count: &mut u32) -> bool {
    let counted = *count > 0;
    *count = count.saturating_sub(1);
    counted
}

fn next(shared: &Shared) -> u64 {
    let mut world = shared.world();
    world.transactions += 1;
    world.transactions
}

fn take(shared: &Shared) -> Option<Vec<Value>> {
    let mut world = shared.world();
    if world.service.is_none() || world.waiting.is_empty() {
        return None;
    }
    world.pushing = true;
    let most = world.waiting.len().min(TOGETHER);
    Some(world.waiting.drain(..most).collect())
}

async fn send(shared: &Shared, number: u64, events: &[Value]) -> bool {
    let service = {
        let world = shared.world();
        world.service.clone().filter(|_| !world.away)
    };
    let Some(service) = service else { return false };
    shared.thawed().await;
    let url = format!("{}/_matrix/app/v1/transactions/{number}", service.url);
    let request = crate::http().put(url).bearer_auth(&service.hs_token).json(&json!({ "events": events }));
    request.send().await.is_ok_and(|answer| answer.status().is_success())
}
