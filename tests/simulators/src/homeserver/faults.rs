//! Failures by order.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use serde_json::json;

use super::Shared;
use crate::listener::Switch;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// 429 with that many seconds to wait, nothing done.
    TooManyRequests(u64),
    /// That status with Matrix's error, nothing done.
    Status(u16),
    /// 502 with a proxy's page, nothing done.
    BadGateway,
    /// The connection breaks, nothing done.
    BreakBefore,
    /// The work is done and the connection breaks.
    BreakAfter,
    /// The work is done and half of the answer comes.
    HalfBody,
    /// The work is done, then 200 comes with bytes that mean nothing.
    Garbage,
    /// The work is done after that many milliseconds.
    Delay(u64),
}

/// A failure for the application service's next calls of a path.
pub struct Order {
    pub path: String,
    pub times: u32,
    pub failure: Failure,
}

/// Lets a call through, or makes it fail as ordered when it is the application service's.
pub async fn strike(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    request: Request,
    next: Next,
) -> Response {
    let error = |status: u16, errcode: &str| {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(json!({ "errcode": errcode, "error": "as ordered" }))).into_response()
    };
    if !is_service(&shared, &request) {
        return next.run(request).await;
    }
    shared.thawed().await;
    let answer = match ordered(&shared, request.uri().path()) {
        None => next.run(request).await,
        Some(Failure::TooManyRequests(seconds)) => {
            let mut response = error(429, "M_LIMIT_EXCEEDED");
            if let Ok(value) = seconds.to_string().parse() {
                response.headers_mut().insert("Retry-After", value);
            }
            response
        }
        Some(Failure::Status(status)) => error(status, "M_UNKNOWN"),
        Some(Failure::BadGateway) => {
            (StatusCode::BAD_GATEWAY, Html("<html>502 Bad Gateway</html>")).into_response()
        }
        Some(Failure::BreakBefore) => {
            switch.0.cancel();
            error(500, "M_UNKNOWN")
        }
        Some(Failure::BreakAfter) => {
            next.run(request).await;
            switch.0.cancel();
            error(500, "M_UNKNOWN")
        }
        Some(Failure::HalfBody) => halved(next.run(request).await).await,
        Some(Failure::Garbage) => {
            next.run(request).await;
            "\u{1}{{{\"event_id\"".into_response()
        }
        Some(Failure::Delay(millis)) => {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            next.run(request).await
        }
    };
    shared.thawed().await;
    answer
}

/// Whether the application service asks, and none of the people.
fn is_service(shared: &Shared, request: &Request) -> bool {
    let token = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer "));
    token.is_none_or(|token| !shared.world().tokens.contains_key(token))
}

fn ordered(shared: &Shared, path: &str) -> Option<Failure> {
    let mut world = shared.world();
    if world.away {
        return Some(Failure::BreakBefore);
    }
    let order = world.orders.iter_mut().find(|order| path.contains(&order.path))?;
    order.times -= 1;
    let failure = order.failure.clone();
    world.orders.retain(|order| order.times > 0);
    Some(failure)
}

/// The same answer, whose body breaks off in its middle.
async fn halved(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 26).await.unwrap_or_default();
    let half = bytes.slice(..bytes.len() / 2);
    let pieces = [Ok(half), Err(std::io::Error::other("breaks off"))];
    Response::from_parts(parts, Body::from_stream(futures_util::stream::iter(pieces)))
}
