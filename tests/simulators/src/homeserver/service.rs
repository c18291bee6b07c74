//! The media repository, and the ping of the application service.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    rooms::{forbidden, missing},
    routes::{Asked, Held, answer, who},
};

/// Takes a file. Its size must be said, as Synapse wants it.
pub async fn upload(State(shared): Held, headers: HeaderMap, Query(asked): Asked, bytes: Bytes) -> Response {
    answer(who(&shared, &headers, &asked).and_then(|_| {
        if !headers.contains_key(header::CONTENT_LENGTH) {
            return Err((400, "M_UNKNOWN", "Request must specify a Content-Length".to_owned()));
        }
        let mime =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut world = shared.world();
        let id = world.id("");
        world.media.insert(id.clone(), (bytes, mime.to_owned()));
        Ok(json!({ "content_uri": format!("mxc://{}/{id}", crate::synapse::SERVER_NAME) }))
    }))
}

/// Gives a file, to those who are somebody.
pub async fn download(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Path((_, id)): Path<(String, String)>,
) -> Response {
    if let Err(refusal) = who(&shared, &headers, &asked) {
        return answer(Err(refusal));
    }
    let file = shared.world().media.get(&id).cloned();
    match file {
        Some((bytes, mime)) => ([(header::CONTENT_TYPE, mime)], bytes).into_response(),
        None => answer(Err(missing("file"))),
    }
}

/// Pings the application service, and ends the wait for it when that gets through.
pub async fn ping(
    State(shared): Held,
    headers: HeaderMap,
    Query(asked): Asked,
    Path(id): Path<String>,
) -> Response {
    if let Err(refusal) = who(&shared, &headers, &asked) {
        return answer(Err(refusal));
    }
    let Some(service) = shared.world().service.clone().filter(|service| service.id == id) else {
        return answer(Err(forbidden("not your own id")));
    };
    let url = format!("{}/_matrix/app/v1/ping", service.url);
    let pinged = crate::http().post(url).bearer_auth(&service.hs_token).json(&json!({})).send().await;
    match pinged {
        Ok(answer) if answer.status().is_success() => {
            shared.retry.notify_waiters();
            Json(json!({ "duration_ms": 1 })).into_response()
        }
        Ok(there) => {
            let error = format!("HTTP {}", there.status());
            answer(Err((502, "M_BAD_STATUS", error)))
        }
        Err(why) => answer(Err((502, "M_CONNECTION_FAILED", why.to_string()))),
    }
}
