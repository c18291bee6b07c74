//! The Bot API as it is on the wire: `/bot<TOKEN>/<method>` and `/file/bot<TOKEN>/<path>`.

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::{faults, listener::Switch, percent_decoded};

use super::{
    Shared,
    calls::Call,
    methods::{self, Ask},
    params::Params,
    polling,
    refusal::Refusal,
    request, webhook,
};

/// What a path asks for.
#[derive(Debug, PartialEq)]
enum Place {
    Method { token: String, method: String },
    File { token: String, path: String },
    Nothing,
}

fn place(path: &str) -> Place {
    let path = percent_decoded(path);
    if let Some((token, path)) = path.strip_prefix("/file/bot").and_then(|rest| rest.split_once('/')) {
        return Place::File { token: token.into(), path: path.into() };
    }
    match path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')) {
        Some((token, method)) => {
            Place::Method { token: token.into(), method: method.trim_end_matches('/').into() }
        }
        None => Place::Nothing,
    }
}

/// Whether a token looks like one: a number, a colon, a secret.
fn well_formed(token: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    token.split_once(':').is_some_and(|(id, secret)| {
        id.parse::<i64>().is_ok_and(|id| id > 0) && !secret.is_empty() && secret.chars().all(plain)
    })
}

/// The bot with that token.
fn authorized(shared: &Shared, token: &str) -> Result<i64, Refusal> {
    if !well_formed(token) {
        return Err(Refusal::not_found());
    }
    let world = shared.world();
    let bot = world.bots.values().find(|bot| bot.token == token);
    bot.map(|bot| bot.id).ok_or_else(Refusal::unauthorized)
}

fn json_response(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn refused(refusal: &Refusal) -> Response {
    let mut response = json_response(refusal.code, &refusal.body());
    if let Some(value) = refusal.retry_after.and_then(|seconds| seconds.to_string().parse().ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// Everything below `/` that is not the control side.
pub async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    request: Request,
) -> Response {
    match place(request.uri().path()) {
        Place::Nothing => refused(&Refusal::not_found()),
        Place::File { token, path } => serve_file(&shared, &switch, &token, &path).await,
        Place::Method { token, method } => serve_method(&shared, &switch, &token, &method, request).await,
    }
}

async fn serve_method(
    shared: &Arc<Shared>,
    switch: &Switch,
    token: &str,
    method: &str,
    request: Request,
) -> Response {
    let at = shared.world().clock.millis();
    let method = methods::canonical(method).unwrap_or(method);
    let mut call = Call { bot: None, method: method.into(), params: Map::new(), status: None, at, took: 0 };
    let response = match authorized(shared, token) {
        Err(refusal) => Some(refused(&refusal)),
        Ok(bot) => {
            call.bot = Some(bot);
            match request::read(request).await {
                Err(refusal) => Some(refused(&refusal)),
                Ok(params) => {
                    call.params.clone_from(&params.fields);
                    let fault = faults::strike(&mut shared.world().faults, method, "getUpdates");
                    faults::obey(fault, &Words, work(shared, bot, method, params)).await
                }
            }
        }
    };
    finish(shared, switch, call, response)
}

/// Logs a call; no answer means that the connection breaks.
fn finish(shared: &Shared, switch: &Switch, mut call: Call, response: Option<Response>) -> Response {
    let mut world = shared.world();
    call.took = world.clock.millis() - call.at;
    call.status = response.as_ref().map(|response| response.status().as_u16());
    world.log(call);
    drop(world);
    shared.changed.notify_waiters();
    response.unwrap_or_else(|| {
        switch.0.cancel();
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

/// How Telegram says that something went wrong.
struct Words;

impl faults::Words for Words {
    fn too_many(&self, retry_after: u64) -> Response {
        refused(&Refusal::flood(retry_after))
    }

    fn internal(&self) -> Response {
        refused(&Refusal::new(500, "Internal Server Error"))
    }

    fn unauthorized(&self) -> Response {
        refused(&Refusal::unauthorized())
    }

    fn refuse(&self, code: u16, description: &str) -> Response {
        refused(&Refusal::new(code, description))
    }
}

async fn work(shared: &Arc<Shared>, bot: i64, method: &str, mut params: Params) -> Response {
    let answer = match method {
        "getUpdates" => polling::get_updates(shared, bot, &params).await,
        "setWebhook" => webhook::set(shared, bot, &params),
        "deleteWebhook" => webhook::delete(shared, bot, &params),
        _ => {
            request::fetch_addresses(method, &mut params).await;
            methods::call(&mut shared.world(), method, &Ask { bot, params: &params })
        }
    };
    shared.changed.notify_waiters();
    match answer {
        Ok(result) => json_response(200, &json!({"ok": true, "result": result})),
        Err(refusal) => refused(&refusal),
    }
}

async fn serve_file(shared: &Arc<Shared>, switch: &Switch, token: &str, path: &str) -> Response {
    let at = shared.world().clock.millis();
    let mut call = Call { bot: None, method: "file".into(), params: Map::new(), status: None, at, took: 0 };
    call.params.insert("path".into(), path.into());
    let response = match authorized(shared, token) {
        Err(refusal) => Some(refused(&refusal)),
        Ok(bot) => {
            call.bot = Some(bot);
            let fault = faults::strike(&mut shared.world().faults, "file", "getUpdates");
            faults::obey(fault, &Words, async { file(shared, bot, path) }).await
        }
    };
    finish(shared, switch, call, response)
}

fn file(shared: &Shared, bot: i64, path: &str) -> Response {
    let world = shared.world();
    let fetchable = |no: &usize| world.bots.get(&bot).is_some_and(|bot| bot.fetchable.contains(no));
    match world.files.at(path).filter(fetchable) {
        Some(no) => {
            let bytes = world.files.get(no).bytes.clone();
            ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response()
        }
        None => refused(&Refusal::not_found()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_clients_write_them() {
        let method = |token: &str, method: &str| Place::Method { token: token.into(), method: method.into() };
        assert_eq!(place("/bot1:a/SendMessage"), method("1:a", "SendMessage"));
        assert_eq!(place("/bot1%3Aa/getMe/"), method("1:a", "getMe"));
        let file = Place::File { token: "1:a".into(), path: "photos/file_1.jpg".into() };
        assert_eq!(place("/file/bot1:a/photos%2Ffile_1.jpg"), file);
        assert_eq!(place("/"), Place::Nothing);
    }

    #[test]
    fn tokens_have_a_form() {
        for token in ["", "abc", "1", ":x", "x:y", "-1:a", "1:", "1:a b"] {
            assert!(!well_formed(token), "{token}");
        }
        assert!(well_formed("123456:ABC-def_1"));
    }
}
