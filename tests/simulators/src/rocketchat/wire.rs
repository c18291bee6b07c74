//! The REST API on the wire: who asks, limits, faults, and what is remembered of it.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Bytes,
    extract::{ConnectInfo, FromRequest, Multipart, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    Shared, downloads,
    error::{Refusal, Words, answer, limited},
    pictures,
    routes::{self, Asked},
    world::{Call, World},
};
use crate::{faults, listener::Switch, percent_decoded};

/// How often one route may be called from one address, and in how long, milliseconds.
const MOST: u32 = 10;
const WINDOW: i64 = 60_000;

/// A file of a form.
struct Given {
    name: String,
    mime: String,
    bytes: Bytes,
}

/// Everything below `/` that is not the control side.
pub async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    request: Request,
) -> Response {
    let path = request.uri().path().to_owned();
    let segments: Vec<String> = path.trim_matches('/').split('/').map(percent_decoded).collect();
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    let route = match words.as_slice() {
        ["api", "v1", route, ..] => (*route).to_owned(),
        [first, ..] => (*first).to_owned(),
        [] => String::new(),
    };
    let method = request.method().to_string();
    let mut call = Call { user: None, route: route.clone(), method, body: Value::Null, status: None };
    let (fault, major) = {
        let mut world = shared.world();
        (faults::strike(&mut world.faults, &route, "websocket"), world.version().0)
    };
    let work = work(&shared, &words, request, &mut call);
    let response = faults::obey(fault, &Words { major }, work).await;
    call.status = response.as_ref().map(|response| response.status().as_u16());
    shared.world().log(call);
    shared.changed.notify_waiters();
    response.unwrap_or_else(|| {
        switch.0.cancel();
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

async fn work(shared: &Arc<Shared>, path: &[&str], request: Request, call: &mut Call) -> Response {
    let method = request.method().to_string();
    let headers = request.headers().clone();
    let query: HashMap<String, String> =
        Query::try_from_uri(request.uri()).map(|Query(query)| query).unwrap_or_default();
    let is_form = matches!(path, ["api", "v1", "rooms.media" | "rooms.upload", _]);
    let (body, given) = match is_form {
        true => match read_form(request).await {
            Ok(form) => form,
            Err(response) => return response,
        },
        false => (read_json(request).await, None),
    };
    let mut world = shared.world();
    let user = signed_in(&world, &headers, &query);
    call.user = user.as_ref().ok().map(|id| world.username(id));
    call.body.clone_from(&body);
    match path {
        ["api", "info"] => info(&world, user.ok().as_deref()),
        ["api", "v1", "login"] if method == "POST" => login(&mut world, &body),
        ["file-upload", id, ..] => {
            let wish = (word(&headers, "range"), query.contains_key("download"));
            downloads::send(world.file(user.ok().as_deref(), id), wish)
        }
        ["emoji-custom", file] => pictures::custom_emoji(&world, file),
        ["avatar", rest @ ..] => pictures::avatar(&world, rest, &headers, &query),
        ["api", "v1", "settings.public"] if method == "GET" => {
            told(routes::settings(&world, &query), world.version().0)
        }
        ["api", "v1", route @ ..] => {
            let major = world.version().0;
            let user = match user {
                Ok(user) => user,
                Err(refusal) => return answer(401, &refusal.body(major)),
            };
            let limit = match limit(&mut world, &user, &method, route) {
                Ok(limit) => limit,
                Err(seconds) => return limited(seconds),
            };
            let token = word(&headers, "x-auth-token").unwrap_or_default();
            let asked = Asked { user: &user, body: &body, query: &query, token };
            let Some(done) = done(&mut world, &method, route, &asked, given) else { return no_route() };
            let mut response = told(done, major);
            response.headers_mut().extend(limit);
            response
        }
        _ => no_route(),
    }
}

/// Does what a route is for; `None` when there is no such route in this version.
fn done(
    world: &mut World,
    method: &str,
    route: &[&str],
    asked: &Asked<'_>,
    given: Option<Given>,
) -> Option<Result<Value, Refusal>> {
    let major = world.version().0;
    match (route, given) {
        (["rooms.media", room], Some(file)) if world.version() >= (6, 10) => {
            Some(world.upload(asked.user, room, &file.name, &file.mime, file.bytes))
        }
        (["rooms.upload", room], Some(file)) if major < 8 => {
            Some(upload_at_once(world, asked.user, room, file, asked.body))
        }
        (["rooms.media" | "rooms.upload", _], _) => None,
        _ => routes::call(world, method, route, asked),
    }
}

fn word<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn told(done: Result<Value, Refusal>, major: u32) -> Response {
    match done {
        Ok(body) => answer(200, &body),
        Err(refusal) => answer(refusal.status, &refusal.body(major)),
    }
}

fn no_route() -> Response {
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html")], "<!DOCTYPE html><html></html>")
        .into_response()
}

/// What a cookie says.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get(header::COOKIE)?.to_str().ok()?;
    all.split(';').find_map(|one| one.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

/// Who asks, by both headers, by both words in the query, or by both cookies.
fn signed_in(world: &World, headers: &HeaderMap, query: &HashMap<String, String>) -> Result<String, Refusal> {
    let word = |name: &str, other: &str| {
        let header = headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        header.or_else(|| query.get(other).cloned()).or_else(|| cookie(headers, other))
    };
    match (word("x-user-id", "rc_uid"), word("x-auth-token", "rc_token")) {
        (Some(user), Some(token)) => world.signed_in(&user, &token),
        _ => Err(Refusal::logged_out()),
    }
}

/// Counts a call; the headers that say how many are left, or how many seconds to wait.
fn limit(world: &mut World, user: &str, method: &str, route: &[&str]) -> Result<HeaderMap, u64> {
    let mut headers = HeaderMap::new();
    if !world.settings.rate_limits || world.may(user, "api-bypass-rate-limit", None) {
        return Ok(headers);
    }
    let now = world.now();
    let key = format!("rest/{method}/{}", route.first().copied().unwrap_or_default());
    match world.windows.count(&key, MOST, WINDOW, now) {
        Ok(left) => {
            let reset = (now + WINDOW).to_string();
            for (name, value) in [
                ("x-ratelimit-limit", MOST.to_string()),
                ("x-ratelimit-remaining", left.to_string()),
                ("x-ratelimit-reset", reset),
            ] {
                if let Ok(value) = HeaderValue::from_str(&value) {
                    headers.insert(name, value);
                }
            }
            Ok(headers)
        }
        Err(wait) => Err(u64::try_from((wait + 999) / 1000).unwrap_or(60)),
    }
}

fn info(world: &World, user: Option<&str>) -> Response {
    let version = &world.settings.version;
    let short = version.rsplit_once('.').map_or(version.as_str(), |(short, _)| short);
    let sees = user.is_some_and(|user| world.may(user, "view-statistics", None));
    let mut body = json!({
        "version": if sees { version } else { short },
        "minimumClientVersions": { "desktop": "3.9.6", "mobile": "4.39.0" }, "success": true,
    });
    if sees {
        body["info"] = json!({ "version": version });
    }
    dated(answer(200, &body))
}

/// As servers do behind every proxy.
fn dated(mut response: Response) -> Response {
    let now =
        chrono::DateTime::from_timestamp_millis(crate::clock::Clock::default().millis()).unwrap_or_default();
    if let Ok(value) = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string().parse() {
        response.headers_mut().insert(header::DATE, value);
    }
    response
}

fn login(world: &mut World, body: &Value) -> Response {
    match world.login(body) {
        Ok(data) => {
            let mut told = json!({ "status": "success", "data": data });
            if world.version().0 >= 6 {
                told["success"] = json!(true);
            }
            answer(200, &told)
        }
        Err(refusal) if refusal.code.as_deref() == Some("totp-required") => answer(
            401,
            &json!({
                "status": "error", "error": "totp-required", "message": "TOTP Required [totp-required]",
                "details": { "method": "totp", "availableMethods": ["totp"] },
            }),
        ),
        Err(refusal) => answer(
            401,
            &json!({ "status": "error", "error": "Unauthorized", "message": "Unauthorized", "reason": refusal.reason }),
        ),
    }
}

fn upload_at_once(
    world: &mut World,
    user: &str,
    room: &str,
    file: Given,
    fields: &Value,
) -> Result<Value, Refusal> {
    world.may_pretend(user, fields)?;
    let uploaded = world.upload(user, room, &file.name, &file.mime, file.bytes)?;
    let id = uploaded["file"]["_id"].as_str().unwrap_or_default().to_owned();
    world.confirm(user, room, &id, fields)
}

async fn read_json(request: Request) -> Value {
    let bytes = Bytes::from_request(request, &()).await.unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or(Value::Null)
}

/// The fields of a form, and its one file.
async fn read_form(request: Request) -> Result<(Value, Option<Given>), Response> {
    let broken = |why: &str| answer(400, &json!({ "success": false, "error": why }));
    let mut form =
        Multipart::from_request(request, &()).await.map_err(|_| broken("Unsupported content type"))?;
    let (mut fields, mut given) = (json!({}), None);
    while let Some(part) = form.next_field().await.map_err(|_| broken("Unexpected end of form"))? {
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(file) => {
                let mime = part.content_type().unwrap_or_default().to_owned();
                let bytes = part.bytes().await.map_err(|_| broken("Unexpected end of form"))?;
                if name != "file" || given.is_some() {
                    return Err(broken("Just 1 file is allowed"));
                }
                given = Some(Given { name: file, mime, bytes });
            }
            None => fields[name] = json!(part.text().await.map_err(|_| broken("Unexpected end of form"))?),
        }
    }
    if given.is_none() {
        return Err(broken("[No file uploaded]"));
    }
    Ok((fields, given))
}
