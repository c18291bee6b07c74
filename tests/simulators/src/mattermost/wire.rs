//! The REST API on the wire: who asks, faults, and what is remembered of it.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{ConnectInfo, FromRequest, Multipart, Query, Request, State},
    http::{
        HeaderMap, Method, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, RANGE},
    },
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    Shared,
    error::{Refusal, Words, answer},
    limits::Allowance,
    routes::{self, Asked, Upload},
    world::Call,
};
use crate::{faults, listener::Switch, percent_decoded};

/// Everything below `/` that is not the control side.
pub async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    request: Request,
) -> Response {
    let path = percent_decoded(request.uri().path());
    let Some(rest) = path.strip_prefix("/api/v4/") else {
        return match path.strip_prefix("/hooks/") {
            Some(hook) => by_hook(&shared, hook.trim_end_matches('/'), request).await,
            None => Refusal::no_route(&path),
        };
    };
    let segments: Vec<String> = rest.trim_end_matches('/').split('/').map(str::to_owned).collect();
    let route = route(&segments);
    let call = Call {
        user: None,
        route: route.clone(),
        method: request.method().to_string(),
        path: path.clone(),
        body: Value::Null,
        status: None,
    };
    let allowance = shared.world().limit(bearer(request.headers()).as_deref().unwrap_or_default());
    let mut call = Some(call);
    let mut response = match allowance.and_then(Allowance::refusal) {
        Some(refusal) => Some(refusal),
        None => {
            let fault = faults::strike(&mut shared.world().faults, &route, "websocket");
            faults::obey(fault, &Words, work(&shared, &path, &segments, request, &mut call)).await
        }
    };
    if let (Some(allowance), Some(response)) =
        (allowance, response.as_mut().filter(|one| one.status() != 429))
    {
        allowance.tell(response, 2);
    }
    let mut world = shared.world();
    if let Some(mut call) = call {
        call.status = response.as_ref().map(|response| response.status().as_u16());
        world.log(call);
    }
    drop(world);
    shared.changed.notify_waiters();
    response.unwrap_or_else(|| {
        switch.0.cancel();
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

/// What a path is called when faults are ordered: its last word that is no id, but `posts` for all of posting.
fn route(segments: &[String]) -> String {
    let last = segments.iter().rev().find(|word| !super::world::is_id(word) && word.as_str() != "me");
    match segments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["users", _, "posts", _, "reactions", _] => "reactions".into(),
        ["channels", _, "posts"] => "history".into(),
        _ => last.cloned().unwrap_or_default(),
    }
}

async fn work(
    shared: &Arc<Shared>,
    path: &str,
    segments: &[String],
    request: Request,
    call: &mut Option<Call>,
) -> Response {
    let method = request.method().clone();
    let query = Query::try_from_uri(request.uri()).map(|Query(query)| query).unwrap_or_default();
    let token = bearer(request.headers());
    let range = request.headers().get(RANGE).and_then(|range| range.to_str().ok()).map(str::to_owned);
    let is_upload = method == Method::POST
        && matches!(segments.last().map(String::as_str), Some("files" | "image" | "emoji"));
    let (body, uploads) = match is_upload {
        true => match read_form(request).await {
            Ok((fields, uploads)) => (Ok(fields), uploads),
            Err(response) => return response,
        },
        false => (read_json(request).await, Vec::new()),
    };
    let mut world = shared.world();
    let user = token.as_deref().map_or_else(|| Err(Refusal::session()), |token| world.bearer(token));
    if let Some(call) = call {
        call.user = user.as_ref().ok().cloned();
        call.body = body.as_ref().ok().cloned().unwrap_or_default();
    }
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    if let Some(open) = routes::open(&mut world, method.as_str(), &words, body.as_ref().ok(), &query) {
        return open;
    }
    let user = match user {
        Ok(user) => user,
        Err(_) if !routes::is_known(method.as_str(), &words) => return Refusal::no_route(path),
        Err(refusal) => return refusal.into_response(),
    };
    let (token, range) = (token.as_deref().unwrap_or_default(), range.as_deref());
    let asked = Asked { user: &user, body: body.as_ref().ok(), query: &query, uploads, token, range };
    match routes::call(&mut world, method.as_str(), &words, asked) {
        Some(Ok(done)) => done,
        Some(Err(refusal)) => refusal.into_response(),
        None => Refusal::no_route(path),
    }
}

/// Somebody posts by a webhook: JSON, or a form that holds it.
async fn by_hook(shared: &Shared, id: &str, request: Request) -> Response {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = kind.starts_with("application/x-www-form-urlencoded");
    let bytes = Bytes::from_request(request, &()).await.unwrap_or_default();
    let payload = || {
        let mut pairs = url::form_urlencoded::parse(&bytes);
        pairs.find(|(key, _)| key == "payload").map(|(_, json)| json.into_owned())
    };
    let body = match is_form {
        true => payload().unwrap_or_default(),
        false => String::from_utf8_lossy(&bytes).into_owned(),
    };
    match shared.with(|world| world.post_by_hook(id, &body)) {
        Ok(()) => ([(CONTENT_TYPE, "text/plain")], "ok").into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// The token of a request.
pub fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    matches!(scheme.to_ascii_lowercase().as_str(), "bearer" | "token").then(|| token.trim().to_owned())
}

async fn read_json(request: Request) -> Result<Value, ()> {
    let bytes = Bytes::from_request(request, &()).await.map_err(|_| ())?;
    serde_json::from_slice(&bytes).map_err(|_| ())
}

/// The fields of a form, and its files.
async fn read_form(request: Request) -> Result<(Value, Vec<Upload>), Response> {
    let broken = || Refusal::body_param("form").into_response();
    let kind = request.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/") {
        // The simple way: the file is the body, its name in the address.
        let (mime, query) = (kind.to_owned(), request.uri().query().unwrap_or_default().to_owned());
        let name = query.split('&').find_map(|pair| pair.strip_prefix("filename=")).map(percent_decoded);
        let bytes = Bytes::from_request(request, &()).await.map_err(|_| broken())?;
        let upload = Upload { name: name.unwrap_or_default(), mime, bytes };
        return Ok((json!({}), vec![upload]));
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| {
        let message = "Unable to upload file(s). Not a multipart form.";
        Refusal::new(400, "api.file.upload_file.read_request.app_error", message).into_response()
    })?;
    let (mut fields, mut uploads) = (json!({}), Vec::new());
    while let Some(part) = form.next_field().await.map_err(|_| broken())? {
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(file) => {
                let mime = part.content_type().unwrap_or_default().to_owned();
                let bytes = part.bytes().await.map_err(|_| broken())?;
                uploads.push(Upload { name: file, mime, bytes });
            }
            None if name == "client_ids" => {
                // They are matched with files that follow; those after a file come too late.
                let id = part.text().await.map_err(|_| broken())?;
                if !uploads.is_empty() {
                    return Err(Refusal::body_param("client_ids").into_response());
                }
                let mut ids = fields["client_ids"].as_array().cloned().unwrap_or_default();
                ids.push(json!(id));
                fields["client_ids"] = json!(ids);
            }
            None => fields[name] = json!(part.text().await.map_err(|_| broken())?),
        }
    }
    Ok((fields, uploads))
}

/// 200 with JSON.
pub fn ok(body: &Value) -> Response {
    answer(200, body)
}
