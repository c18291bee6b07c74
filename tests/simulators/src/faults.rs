//! Faults by order: what the next calls answer instead of, or after, doing their work.

use axum::{
    body::Body,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// 429, nothing done.
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// 500 with a JSON body, nothing done.
    InternalServerError,
    /// 502 with a page of HTML, nothing done.
    BadGateway,
    /// 404 with a page of HTML, as from a proxy that finds no server; nothing done.
    NotFound,
    /// 503 with a page of HTML, nothing done.
    Unavailable,
    /// 401, nothing done.
    Unauthorized,
    /// The connection breaks, nothing done.
    BreakBefore,
    /// The work is done, then the connection breaks.
    BreakAfter,
    /// The work is done, then half of the answer comes and the connection breaks.
    HalfBody,
    /// The work is done, then 200 comes with bytes that mean nothing.
    Garbage,
    /// The work is done, then 200 comes and does not end.
    Endless,
    /// The work is done and answered, late.
    Delay {
        /// Milliseconds before the work.
        millis: u64,
    },
    /// The work is done at once, and answered late.
    Late {
        /// Milliseconds after the work.
        millis: u64,
    },
    /// Any refusal, nothing done.
    Refuse {
        /// HTTP status.
        code: u16,
        /// Description.
        description: String,
    },
}

/// A fault for the next calls of a method.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// The method, in any case; `*` for every one but those that only wait.
    pub method: String,
    /// How many calls still.
    #[serde(default = "one")]
    pub times: u32,
    /// How many calls go well before.
    #[serde(default)]
    pub after: u32,
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
}

fn one() -> u32 {
    1
}

/// The fault ordered for this call, if any: counted down. `waits` is a method that `*` does not mean.
pub fn strike(orders: &mut Vec<Order>, method: &str, waits: &str) -> Option<Fault> {
    let meant = |order: &&mut Order| {
        order.method.eq_ignore_ascii_case(method)
            || order.method == "*" && !method.eq_ignore_ascii_case(waits)
    };
    let order = orders.iter_mut().find(meant)?;
    if order.after > 0 {
        order.after -= 1;
        return None;
    }
    let fault = order.fault.clone();
    order.times = order.times.saturating_sub(1);
    orders.retain(|order| order.times > 0);
    Some(fault)
}

/// How a server says these things in its own words.
pub trait Words: Sync {
    /// 429.
    fn too_many(&self, retry_after: u64) -> Response;
    /// 500.
    fn internal(&self) -> Response;
    /// 401.
    fn unauthorized(&self) -> Response;
    /// Any refusal.
    fn refuse(&self, code: u16, description: &str) -> Response;
}

/// Does the work unless a fault was ordered; `None`: the connection is to break.
pub async fn obey(
    fault: Option<Fault>,
    words: &dyn Words,
    work: impl Future<Output = Response>,
) -> Option<Response> {
    match fault {
        None => Some(work.await),
        Some(Fault::Delay { millis }) => {
            tokio::time::sleep(std::time::Duration::from_millis(millis)).await;
            Some(work.await)
        }
        Some(Fault::Late { millis }) => {
            let answer = work.await;
            tokio::time::sleep(std::time::Duration::from_millis(millis)).await;
            Some(answer)
        }
        Some(Fault::BreakBefore) => None,
        Some(Fault::BreakAfter) => {
            work.await;
            None
        }
        Some(Fault::HalfBody) => Some(halved(work.await).await),
        Some(Fault::Endless) => {
            work.await;
            let blank = Bytes::from(vec![b' '; 1 << 16]);
            let blanks = futures_util::stream::repeat_with(move || Ok::<_, std::io::Error>(blank.clone()));
            Some(Body::from_stream(blanks).into_response())
        }
        Some(Fault::TooManyRequests { retry_after }) => Some(words.too_many(retry_after)),
        Some(Fault::InternalServerError) => Some(words.internal()),
        Some(Fault::Unauthorized) => Some(words.unauthorized()),
        Some(Fault::Refuse { code, description }) => Some(words.refuse(code, &description)),
        Some(Fault::NotFound) => Some(page(StatusCode::NOT_FOUND)),
        Some(Fault::BadGateway) => Some(page(StatusCode::BAD_GATEWAY)),
        Some(Fault::Unavailable) => Some(page(StatusCode::SERVICE_UNAVAILABLE)),
        Some(Fault::Garbage) => {
            work.await;
            Some(([(header::CONTENT_TYPE, "application/json")], "\u{1}{{{\"ok\"").into_response())
        }
    }
}

/// What a proxy says for a server that it cannot reach.
fn page(status: StatusCode) -> Response {
    let page = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

/// The same answer, of which only half comes before the connection breaks.
async fn halved(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    let half = whole.slice(..whole.len() / 2);
    let broken = Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
    let stream = futures_util::stream::iter([Ok::<Bytes, std::io::Error>(half), broken]);
    Response::from_parts(parts, Body::from_stream(stream))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_counted_down() {
        let fault = Fault::TooManyRequests { retry_after: 3 };
        let order = Order { method: "sendMessage".into(), times: 2, after: 1, fault: fault.clone() };
        let mut orders = vec![order];
        assert_eq!(strike(&mut orders, "SendMessage", ""), None);
        assert_eq!(strike(&mut orders, "getMe", ""), None);
        assert_eq!(strike(&mut orders, "sendmessage", ""), Some(fault.clone()));
        assert_eq!(strike(&mut orders, "sendMessage", ""), Some(fault));
        assert_eq!(strike(&mut orders, "sendMessage", ""), None);
    }

    #[test]
    fn any_method_means_all_but_those_that_wait() {
        let mut orders = vec![Order { method: "*".into(), times: 1, after: 0, fault: Fault::BreakAfter }];
        assert_eq!(strike(&mut orders, "getUpdates", "getUpdates"), None);
        assert_eq!(strike(&mut orders, "sendDice", "getUpdates"), Some(Fault::BreakAfter));
    }
}
