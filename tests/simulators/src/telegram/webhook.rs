//! Webhooks: updates sent to an address, one after the other.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use super::{Shared, methods::Answer, params::Params, refusal::Refusal, request};

/// Where a bot wants its updates.
#[derive(Clone, Debug, Default)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// Sent as `X-Telegram-Bot-Api-Secret-Token`.
    pub secret: Option<String>,
    /// As asked for; deliveries are one at a time all the same.
    pub max_connections: i64,
    /// When and why a delivery last failed.
    pub failed: Option<(i64, String)>,
    /// Which `setWebhook` this was.
    pub number: i64,
}

/// `setWebhook`
pub fn set(shared: &Arc<Shared>, bot: i64, params: &Params) -> Answer {
    let address = params.text("url").unwrap_or_default();
    if address.is_empty() {
        return delete(shared, bot, params);
    }
    let parsed = url::Url::parse(&address).map_err(|_| Refusal::bad("invalid webhook URL specified"))?;
    let host = parsed.host_str().unwrap_or("").trim_matches(['[', ']']);
    let local = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if !local && parsed.scheme() != "https" {
        return Err(Refusal::bad("bad webhook: An HTTPS URL must be provided for webhook"));
    }
    if !local && ![443, 80, 88, 8443].contains(&parsed.port_or_known_default().unwrap_or(0)) {
        return Err(Refusal::bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"));
    }
    let secret = params.text("secret_token").filter(|secret| !secret.is_empty());
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if secret.as_ref().is_some_and(|secret| secret.len() > 256 || !secret.chars().all(plain)) {
        return Err(Refusal::bad("secret token contains unallowed characters"));
    }
    let max_connections = params.int("max_connections").unwrap_or(40).clamp(1, 100);
    let kinds = params.kinds();
    let mut world = shared.world();
    let number = world.serial();
    let owner = world.bots.get_mut(&bot).ok_or_else(Refusal::unauthorized)?;
    if let Some(kinds) = kinds {
        owner.ask(kinds);
    }
    if params.flag("drop_pending_updates").unwrap_or(false) {
        owner.queue.clear();
    }
    owner.webhook = Some(Webhook { url: address, secret, max_connections, failed: None, number });
    drop(world);
    shared.changed.notify_waiters();
    tokio::spawn(deliver(shared.clone(), bot, number));
    Ok(true.into())
}

/// `deleteWebhook`
pub fn delete(shared: &Shared, bot: i64, params: &Params) -> Answer {
    let mut world = shared.world();
    let bot = world.bots.get_mut(&bot).ok_or_else(Refusal::unauthorized)?;
    bot.webhook = None;
    if params.flag("drop_pending_updates").unwrap_or(false) {
        bot.queue.clear();
    }
    Ok(true.into())
}

/// The webhook, if it is still that one, and the update that is next.
fn next(shared: &Shared, bot: i64, number: i64) -> Option<(Webhook, Option<(i64, Value)>)> {
    let world = shared.world();
    let bot = world.bots.get(&bot)?;
    let webhook = bot.webhook.clone().filter(|webhook| webhook.number == number)?;
    Some((webhook, bot.queue.front().map(|update| (update.id, update.body.clone()))))
}

async fn deliver(shared: Arc<Shared>, bot: i64, number: i64) {
    loop {
        let changed = shared.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        let Some((webhook, update)) = next(&shared, bot, number) else { return };
        let Some((id, body)) = update else {
            changed.await;
            continue;
        };
        let sent = post(&webhook, body).await;
        note(&shared, bot, id, &sent);
        if sent.is_err() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

/// Remembers how a delivery went: what arrived is acknowledged.
fn note(shared: &Shared, bot: i64, update: i64, sent: &Result<(), String>) {
    let mut world = shared.world();
    let now = world.clock.seconds();
    let Some(bot) = world.bots.get_mut(&bot) else { return };
    match sent {
        Ok(()) => bot.acknowledge(update + 1),
        Err(error) => {
            let failed = Some((now, error.clone()));
            bot.webhook.iter_mut().for_each(|webhook| webhook.failed.clone_from(&failed));
        }
    }
}

async fn post(webhook: &Webhook, body: Value) -> Result<(), String> {
    let client = request::client().ok_or("no client")?;
    let mut request = client.post(&webhook.url).json(&body);
    if let Some(secret) = &webhook.secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let response = request.send().await.map_err(|_| "Connection refused".to_owned())?;
    let status = response.status();
    if status.is_success() { Ok(()) } else { Err(format!("Wrong response from the webhook: {status}")) }
}
