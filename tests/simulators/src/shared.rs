//! What every simulated server is made of: a world, a bell that rings when it changed, and the part of the control side
//! that is the same for all.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::faults::{Fault, Order};

/// The state of a simulated server, as far as all are alike.
pub trait World: Send + 'static {
    /// A call that was made of it.
    type Call: Clone + Serialize + Send;
    /// What it says instead of doing something.
    type Refusal;

    /// What is to go wrong.
    fn faults(&mut self) -> &mut Vec<Order>;
    /// What was called, oldest first.
    fn calls(&mut self) -> &mut VecDeque<Self::Call>;
    /// A refusal as the control side tells it: the HTTP status and the body.
    fn told(refusal: &Self::Refusal) -> (StatusCode, Value);
}

/// The world, and a bell that rings whenever it changed.
#[derive(Debug)]
pub struct Shared<W> {
    world: Mutex<W>,
    /// The bell.
    pub changed: Notify,
}

/// What a handler of the control side holds.
pub type Held<W> = State<Arc<Shared<W>>>;

impl<W: World> Shared<W> {
    /// Begins with this world.
    pub fn new(world: W) -> Arc<Self> {
        Arc::new(Self { world: Mutex::new(world), changed: Notify::new() })
    }

    /// The world. What changes it here rings no bell.
    pub fn world(&self) -> MutexGuard<'_, W> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the world, and wakes those who wait for a change.
    pub fn with<T>(&self, work: impl FnOnce(&mut W) -> T) -> T {
        let result = work(&mut self.world());
        self.changed.notify_waiters();
        result
    }

    /// The same for the control side, which is told how it went.
    pub fn within<T: Serialize>(&self, work: impl FnOnce(&mut W) -> Result<T, W::Refusal>) -> Response {
        match self.with(work) {
            Ok(answer) => Json(answer).into_response(),
            Err(refusal) => {
                let (status, body) = W::told(&refusal);
                (status, Json(body)).into_response()
            }
        }
    }

    /// Waits at most so long until what `look` shows is as wanted; says whether it was, and how it looked last.
    pub async fn wait<T>(
        &self,
        most: Duration,
        look: impl Fn(&W) -> T,
        wanted: impl Fn(&T) -> bool,
    ) -> (bool, T) {
        let end = tokio::time::Instant::now() + most;
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let seen = look(&self.world());
            if wanted(&seen) {
                return (true, seen);
            }
            if tokio::time::timeout_at(end, changed).await.is_err() {
                return (false, seen);
            }
        }
    }

    /// After `after` calls that go well, makes the next `times` calls of a method go wrong.
    pub fn fault_after(&self, method: &str, after: u32, times: u32, fault: Fault) {
        self.with(|world| world.faults().push(Order { method: method.into(), times, after, fault }));
    }

    /// Forgets all faults that were ordered.
    pub fn clear_faults(&self) {
        self.with(|world| world.faults().clear());
    }

    /// What was called, as far as it is wanted, oldest first.
    pub fn calls(&self, wanted: impl Fn(&W::Call) -> bool) -> Vec<W::Call> {
        self.world().calls().iter().filter(|call| wanted(call)).cloned().collect()
    }
}

/// The routes of the control side that are the same for all.
pub fn routes<W: World>() -> Router<Arc<Shared<W>>> {
    Router::new()
        .route("/_sim/faults", get(faults::<W>).post(order::<W>).delete(clear_faults::<W>))
        .route("/_sim/calls", get(calls::<W>).delete(clear_calls::<W>))
}

async fn order<W: World>(State(shared): Held<W>, wanted: Result<Json<Order>, JsonRejection>) -> Response {
    match wanted {
        Ok(Json(order)) => shared.within(|world| {
            world.faults().push(order);
            Ok(json!({}))
        }),
        Err(rejection) => rejection.into_response(),
    }
}

async fn faults<W: World>(State(shared): Held<W>) -> Response {
    shared.within(|world| Ok(world.faults().clone()))
}

async fn clear_faults<W: World>(State(shared): Held<W>) -> Response {
    shared.clear_faults();
    Json(json!({})).into_response()
}

async fn calls<W: World>(State(shared): Held<W>) -> Response {
    shared.within(|world| Ok(world.calls().clone()))
}

async fn clear_calls<W: World>(State(shared): Held<W>) -> Response {
    shared.within(|world| {
        world.calls().clear();
        Ok(json!({}))
    })
}
