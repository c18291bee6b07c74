//! What the homeserver asks of us: the application service API.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, Request, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get, post, put},
};
use contract::{Aside, Cursor, Fault, Heard, Inbox, Timestamp};
use ruma::UserId;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Matrix, Reached, incoming::Meaning};

/// The largest transaction, bytes: a hundred events of 65,536 each, and what goes with them.
const LARGEST: usize = 64 << 20;
/// How long an answer may wait for more echoes to gather behind it.
const GATHERING: Duration = Duration::from_millis(250);

/// An answer in Matrix's own words.
type Answer = (StatusCode, Json<serde_json::Value>);

fn error(status: StatusCode, errcode: &str, words: &str) -> Answer {
    (status, Json(json!({ "errcode": errcode, "error": words })))
}

fn done() -> Answer {
    (StatusCode::OK, Json(json!({})))
}

impl Matrix {
    /// Everything a homeserver may ask, by the paths of today and of old.
    pub fn routes(self: &Arc<Self>) -> Router {
        let wrong_method =
            || async { error(StatusCode::METHOD_NOT_ALLOWED, "M_UNRECOGNIZED", "another method") };
        let mut routes = Router::new();
        for base in ["/_matrix/app/v1", ""] {
            routes = routes
                .route(&format!("{base}/transactions/{{id}}"), put(transaction).fallback(wrong_method))
                .route(&format!("{base}/users/{{id}}"), get(user).fallback(wrong_method))
                .route(&format!("{base}/rooms/{{alias}}"), get(room).fallback(wrong_method));
        }
        routes
            .route("/_matrix/app/v1/ping", post(pinged).fallback(wrong_method))
            .route("/_matrix/app/v1/thirdparty/{*rest}", any(room))
            .layer(DefaultBodyLimit::max(LARGEST))
            .route_layer(middleware::from_fn_with_state(self.clone(), authorise))
            .fallback(|| async { error(StatusCode::NOT_FOUND, "M_UNRECOGNIZED", "no such path") })
            .with_state(self.clone())
    }

    /// How the homeserver last reached us; `None` as long as it did not.
    pub fn reached(&self) -> tokio::sync::watch::Receiver<Option<Reached>> {
        self.reached.subscribe()
    }
}

#[derive(Deserialize)]
struct Asking {
    access_token: Option<String>,
}

/// Lets only the homeserver in: by its token in the header, or in the query as old ones do; both must be right.
async fn authorise(
    State(matrix): State<Arc<Matrix>>,
    Query(asking): Query<Asking>,
    headers: HeaderMap,
    request: Request,
    next: Next,
) -> Response {
    let header = headers.get(AUTHORIZATION).map(|value| {
        value.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default().to_owned()
    });
    let tokens: Vec<String> = [header, asking.access_token].into_iter().flatten().collect();
    if tokens.is_empty() {
        return error(StatusCode::UNAUTHORIZED, "M_MISSING_TOKEN", "no token").into_response();
    }
    // Digests, so that neither the length nor the time to compare tells anything.
    let ours = Sha256::digest(matrix.hs_token.expose_secret());
    let right = tokens.iter().all(|token| Sha256::digest(token).ct_eq(&ours).into());
    matrix.reached.send_replace(Some(if right { Reached::Right } else { Reached::WrongToken }));
    if !right {
        return error(StatusCode::FORBIDDEN, "M_FORBIDDEN", "the token is not our hs_token").into_response();
    }
    next.run(request).await
}

async fn pinged() -> Answer {
    done()
}

/// A ghost that somebody invites: it exists if we ever made it.
async fn user(State(matrix): State<Arc<Matrix>>, Path(id): Path<String>) -> Answer {
    let missing = error(StatusCode::NOT_FOUND, "M_NOT_FOUND", "nobody of ours");
    let Ok(mxid) = UserId::parse(id) else { return missing };
    let known = match matrix.people.is_ours(&mxid) {
        true => matrix.store.ghost(&matrix.people.person(&mxid)).await,
        false => Ok(None),
    };
    match known {
        Ok(Some(_)) if matrix.register(&mxid).await.is_ok() => done(),
        Ok(_) => missing,
        Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "M_UNKNOWN", "the store cannot be read"),
    }
}

async fn room() -> Answer {
    error(StatusCode::NOT_FOUND, "M_NOT_FOUND", "nothing of ours")
}

#[derive(Deserialize)]
struct Transaction {
    events: Vec<Box<RawValue>>,
    /// Who is writing, and the like.
    #[serde(default)]
    ephemeral: Vec<Box<RawValue>>,
    /// What it was called before v1.13; some homeservers say both.
    #[serde(default, rename = "de.sorunome.msc2409.ephemeral")]
    ephemeral_before: Vec<Box<RawValue>>,
}

/// Takes a transaction: durable before it is acknowledged, and nothing in it blocks what comes behind.
async fn transaction(
    State(matrix): State<Arc<Matrix>>,
    Path(id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let body = match body {
        Ok(body) => body,
        Err(BytesRejection::FailedToBufferBody(why)) if why.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return error(StatusCode::PAYLOAD_TOO_LARGE, "M_TOO_LARGE", "more than 64 MiB");
        }
        Err(_) => {
            matrix.client.gap().begins();
            return error(StatusCode::BAD_REQUEST, "M_NOT_JSON", "the body broke off");
        }
    };
    let Some(inbox) = matrix.inbox.get().cloned() else {
        return error(StatusCode::SERVICE_UNAVAILABLE, "M_UNKNOWN", "not listening yet");
    };
    // By a task of its own: what answers ends in mid-thought when the homeserver breaks off, and what is begun must not, or
    // what was accepted would wake no lane.
    let taken = tokio::spawn(async move {
        let news = matrix.accept(inbox.as_ref(), &id, &body).await;
        match &news {
            Ok(true) => {}
            Ok(false) => matrix.let_echoes_gather().await,
            Err(fault) => {
                tracing::error!(transaction = %id, %fault, "a transaction could not be kept; the homeserver will repeat it");
            }
        }
        news.is_ok()
    });
    match taken.await {
        Ok(true) => done(),
        Ok(false) | Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "M_UNKNOWN", "could not be kept"),
    }
}

impl Matrix {
    /// Makes a transaction durable. Returns whether anything in it is news to anybody.
    async fn accept(&self, inbox: &dyn Inbox, id: &str, body: &[u8]) -> contract::Result<bool> {
        // An id alone proves nothing: a Synapse on SQLite counts its transactions anew after a restart. What is repeated is
        // known by its events.
        let last = inbox.cursor().await?;
        if let Some(last) = &last {
            let skips = skips_ahead(last.as_str(), id);
            if skips || comes_again(last.as_str(), id) {
                // One met nobody, or its answer did: the homeserver may have ended with it.
                let listened = self.store.listened_at(&self.name).await?;
                self.client.gap().lies_around(listened.unwrap_or_else(Timestamp::now));
            }
            if skips && self.refuse_once(id) {
                return Err(Fault::retry("an earlier transaction has not arrived"));
            }
        }
        self.fill_gap(inbox).await?;
        let mut heard = Heard { cursor: Some(Cursor::from(id)), ..Heard::default() };
        match serde_json::from_slice::<Transaction>(body) {
            Ok(transaction) => {
                for (n, raw) in transaction.events.iter().enumerate() {
                    self.hear(raw.get(), &format!("{id}.{n}"), &mut heard).await;
                }
                let ephemeral = transaction.ephemeral.iter().chain(&transaction.ephemeral_before);
                heard.events.extend(ephemeral.flat_map(|raw| self.typists(raw.get())));
            }
            Err(why) => {
                let raw = String::from_utf8_lossy(body).into_owned();
                heard.aside.push(Aside { id: format!("transaction.{id}"), raw, why: kind_of(&why) });
            }
        }
        let news = !(heard.events.is_empty() && heard.aside.is_empty());
        inbox.put(heard).await?;
        Ok(news)
    }

    /// Lets the homeserver gather the echoes of what we are saying. It has one transaction under way at a time, and each
    /// costs it: answered at once, a flood of ours is told to us in small pieces.
    /// While this waits a call is under way, so that a homeserver that ends meanwhile is noticed.
    async fn let_echoes_gather(&self) {
        let silent = async { self.sending.subscribe().wait_for(|sending| *sending == 0).await.map(drop) };
        let _ = tokio::time::timeout(GATHERING, silent).await;
    }

    /// Whether this transaction is now refused for the first time. What is refused twice would never come.
    fn refuse_once(&self, id: &str) -> bool {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let first = refused.as_deref() != Some(id);
        *refused = Some(id.to_owned());
        first
    }

    pub(super) async fn hear(&self, raw: &str, fallback_id: &str, heard: &mut Heard) {
        match self.understand(raw) {
            Ok(Meaning::Said(events)) => heard.events.extend(events),
            Ok(Meaning::Invited { room, by, alone }) => {
                if self.accept_invitation(&room, &by).await && alone {
                    self.begin_talk(&room, &by).await;
                }
            }
            Ok(Meaning::Nothing) => {}
            Err(why) => {
                let id: Option<EventIdOnly> = serde_json::from_str(raw).ok();
                let id = id.map_or_else(|| fallback_id.to_owned(), |id| id.event_id);
                heard.aside.push(Aside { id, raw: raw.to_owned(), why });
            }
        }
    }

    /// Joins where somebody permitted wants us; anybody else's invitation is left as it is.
    async fn accept_invitation(&self, room: &contract::ChatId, by: &UserId) -> bool {
        if !self.is_permitted(by) {
            tracing::info!(room = %room, %by, "invited by somebody who is not permitted to link rooms");
            return false;
        }
        let joined = self.join(room, self.people.bot()).await;
        match &joined {
            Ok(()) => tracing::info!(room = %room, %by, at = Timestamp::now().0, "joined on invitation"),
            Err(fault) => tracing::warn!(room = %room, %by, %fault, "cannot join on invitation"),
        }
        joined.is_ok()
    }

    /// Somebody wants to talk with our bot alone: what they say there is asked of it.
    async fn begin_talk(&self, room: &contract::ChatId, with: &UserId) {
        let with = contract::UserId::from(with.as_str());
        if let Err(error) = self.store.note_talk(room, &with).await {
            tracing::error!(%error, "a conversation cannot be remembered");
        }
        self.talks.insert(room.clone(), with);
    }
}

/// Whether a transaction came before the one that precedes it. Synapse counts its transactions, and can send the next
/// one while it still waits to repeat the last; refused, it begins anew with the oldest. Ids that are no such count
/// (the specification promises none) skip nothing.
fn skips_ahead(last: &str, id: &str) -> bool {
    match (last.parse::<u64>(), id.parse::<u64>()) {
        (Ok(last), Ok(id)) => (last + 2..last + 1000).contains(&id),
        _ => false,
    }
}

/// Whether a transaction is the one that came last, or counted anew.
fn comes_again(last: &str, id: &str) -> bool {
    last == id || matches!((last.parse::<u64>(), id.parse::<u64>()), (Ok(last), Ok(id)) if id <= last)
}

#[derive(Deserialize)]
struct EventIdOnly {
    event_id: String,
}

/// Why something cannot be read, without quoting it.
pub(super) fn kind_of(why: &serde_json::Error) -> String {
    format!("{:?} at line {} column {}", why.classify(), why.line(), why.column())
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use tokio::sync::Notify;

    use super::*;
    use crate::matrix::incoming::tests::matrix;

    /// An inbox that takes its time.
    #[derive(Default)]
    struct Slow {
        begun: Notify,
        go: Notify,
        done: Notify,
    }

    #[async_trait]
    impl Inbox for Slow {
        async fn put(&self, _heard: Heard) -> contract::Result<()> {
            self.begun.notify_one();
            self.go.notified().await;
            self.done.notify_one();
            Ok(())
        }

        async fn cursor(&self) -> contract::Result<Option<Cursor>> {
            Ok(None)
        }
    }

    #[tokio::test]
    async fn what_the_homeserver_breaks_off_is_taken_whole() {
        let (matrix, inbox) = (Arc::new(matrix().await), Arc::new(Slow::default()));
        matrix.inbox.get_or_init(|| inbox.clone());
        let body = Ok(Bytes::from(r#"{"events":[]}"#));
        tokio::select! {
            _ = transaction(State(matrix), Path("1".to_owned()), body) => panic!("it is not put yet"),
            () = inbox.begun.notified() => {}
        }
        inbox.go.notify_one();
        tokio::time::timeout(Duration::from_secs(10), inbox.done.notified()).await.unwrap();
    }

    /// How long a transaction with something that they said waits for its answer.
    async fn waits(matrix: &Arc<Matrix>, sender: &str) -> Duration {
        let event = json!({
            "type": "m.room.message", "event_id": "$1", "room_id": "!a:t.test", "sender": sender,
            "origin_server_ts": 1, "content": { "msgtype": "m.text", "body": "bonjour" },
        });
        let body = Ok(Bytes::from(json!({ "events": [event] }).to_string()));
        let began = tokio::time::Instant::now();
        let (status, _) = transaction(State(matrix.clone()), Path("1".to_owned()), body).await;
        assert_eq!(status, StatusCode::OK);
        began.elapsed()
    }

    #[tokio::test]
    async fn echoes_gather_while_something_is_on_its_way() {
        let (matrix, inbox) = (Arc::new(matrix().await), Arc::new(Slow::default()));
        matrix.inbox.get_or_init(|| inbox.clone());
        let (anne, ghost) = ("@anne:t.test", "@passerelle_telegram_1:t.test");
        tokio::time::pause();
        inbox.go.notify_one();
        assert!(waits(&matrix, ghost).await < GATHERING, "nothing is on its way");
        matrix.sending.send_replace(1);
        inbox.go.notify_one();
        assert!(waits(&matrix, ghost).await >= GATHERING);
        inbox.go.notify_one();
        assert!(waits(&matrix, anne).await < GATHERING, "what somebody says never waits");
        inbox.go.notify_one();
        let arrives = async {
            tokio::time::sleep(GATHERING / 2).await;
            matrix.sending.send_replace(0);
        };
        let (waited, ()) = tokio::join!(waits(&matrix, ghost), arrives);
        assert!(waited >= GATHERING / 2 && waited < GATHERING, "until it has arrived: {waited:?}");
    }

    #[test]
    fn only_a_count_can_skip() {
        assert!(skips_ahead("7", "9"));
        for (last, id) in [("7", "8"), ("7", "7"), ("7", "3"), ("7", "5000"), ("7", "a9"), ("t7", "9")] {
            assert!(!skips_ahead(last, id), "{last} {id}");
        }
    }

    #[test]
    fn what_comes_again_was_not_answered() {
        for (last, id) in [("7", "7"), ("7", "1"), ("a9", "a9")] {
            assert!(comes_again(last, id), "{last} {id}");
        }
        for (last, id) in [("7", "8"), ("7", "9"), ("a9", "a8"), ("7", "a7")] {
            assert!(!comes_again(last, id), "{last} {id}");
        }
    }
}
