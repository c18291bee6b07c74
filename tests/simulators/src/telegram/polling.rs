//! `getUpdates`: waits, wakes, and knows only one caller.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::{Shared, methods::Answer, params::Params, refusal::Refusal};

const OTHER: &str = "terminated by other getUpdates request; make sure that only one bot instance is running";
const HOOK: &str =
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

/// What a bot fetches, as soon as there is something or its time is over.
pub async fn get_updates(shared: &Arc<Shared>, bot: i64, params: &Params) -> Answer {
    let offset = params.int("offset").unwrap_or(0);
    let limit = usize::try_from(params.int("limit").unwrap_or(100).clamp(1, 100)).unwrap_or(100);
    let timeout = u64::try_from(params.int("timeout").unwrap_or(0).clamp(0, 50)).unwrap_or(0);
    let mine = begin(shared, bot, params)?;
    let end = tokio::time::Instant::now() + Duration::from_secs(timeout);
    let mut first = true;
    loop {
        let changed = shared.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        {
            let mut world = shared.world();
            let now = world.bots.get(&bot).ok_or_else(Refusal::unauthorized)?;
            if now.poll != mine {
                return Err(Refusal::conflict(OTHER));
            }
            if now.webhook.is_some() {
                return Err(Refusal::conflict(HOOK));
            }
            let updates = world.fetch(bot, if first { offset } else { 0 }, limit)?;
            first = false;
            if !updates.is_empty() {
                return Ok(json!(updates));
            }
        }
        if tokio::time::timeout_at(end, changed).await.is_err() {
            return Ok(json!([]));
        }
    }
}

/// Ends an older call, remembers the kinds asked for. Answers the number of this call.
fn begin(shared: &Shared, bot: i64, params: &Params) -> Result<u64, Refusal> {
    let kinds = params.kinds();
    let mut world = shared.world();
    let bot = world.bots.get_mut(&bot).ok_or_else(Refusal::unauthorized)?;
    if bot.webhook.is_some() {
        return Err(Refusal::conflict(HOOK));
    }
    if let Some(kinds) = kinds {
        bot.ask(kinds);
    }
    bot.poll += 1;
    let mine = bot.poll;
    drop(world);
    shared.changed.notify_waiters();
    Ok(mine)
}
