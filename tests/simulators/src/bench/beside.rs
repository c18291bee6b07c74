//! Through passerelle beside straight to a real Synapse: the same events by the same people into the same rooms, as
//! many at a time, in turns.
//!
//! Both ways lead through one gate before Synapse, which notes when Synapse has answered. What the gate takes is the same
//! for both. Synapse tells the daemon of both; what the daemon spares Synapse by letting the echoes of its own events
//! gather is part of what is measured.

use std::{io, path::Path, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    between,
    instant::mattermost::Mattermost,
    known::{Known, ghost},
    ledger::{Ledger, Stretch, percentile, words},
};
use crate::{Synapse, clock::Clock, serving::Serving};

/// Rooms, each with a lane of its own: so many events are on their way to Synapse at a time.
const ROOMS: usize = 8;
/// Nobody else has this server.
const TOKEN: &str = "a-token-that-an-instant-server-does-not-look-at";

/// How passerelle compares.
#[derive(Debug)]
pub struct Comparison {
    /// Its throughput as a part of what Synapse takes straight: the median of the pairs.
    pub throughput: f64,
    /// Events a second that Synapse took straight.
    pub direct_rate: f64,
    /// What passerelle adds to the time until Synapse has an event: at the median, milliseconds.
    pub added_p50_ms: f64,
    /// The same for the slowest of a hundred.
    pub added_p99_ms: f64,
}

/// How much is compared.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    /// Pairs of stretches, for the throughput: many short ones, because a machine is slow and quick for seconds at a time.
    pub pairs: usize,
    /// Events in each of these.
    pub events: usize,
    /// Pairs of single events, for the latency.
    pub singles: usize,
}

struct Beside {
    gate: String,
    token: String,
    mattermost: Mattermost,
    ledger: Arc<Ledger>,
    rooms: Vec<String>,
    // Dropped last, in this order.
    _daemon: crate::Daemon,
    _serving: Serving,
    _synapse: Synapse,
}

/// Compares.
pub async fn compare(program: &Path, amount: Amount) -> io::Result<Comparison> {
    let beside = Beside::start(program).await?;
    for _ in 0..3 {
        // Everybody joins, and Synapse warms up.
        beside.through(ROOMS * 4).await?;
        beside.straight(ROOMS * 4).await?;
    }
    let (mut ratios, mut rates) = (Vec::new(), Vec::new());
    for pair in 0..amount.pairs {
        // Each goes first in turns: what comes second finds Synapse still busy with what came first.
        let (straight, through) = if pair % 2 == 0 {
            let straight = beside.straight(amount.events).await?;
            (straight, beside.through(amount.events).await?)
        } else {
            let through = beside.through(amount.events).await?;
            (beside.straight(amount.events).await?, through)
        };
        ratios.push(through.rate() / straight.rate());
        rates.push(straight.rate());
    }
    let (mut straight, mut through) = (Vec::new(), Vec::new());
    for n in 0..amount.singles {
        for way in 0..2 {
            if (n + way) % 2 == 0 {
                straight.extend(beside.straight(1).await?.latencies);
            } else {
                through.extend(beside.through(1).await?.latencies);
            }
        }
    }
    straight.sort();
    through.sort();
    let added = |percent| {
        (percentile(&through, percent).as_secs_f64() - percentile(&straight, percent).as_secs_f64()) * 1000.0
    };
    Ok(Comparison {
        throughput: median(ratios),
        direct_rate: median(rates),
        added_p50_ms: added(50),
        added_p99_ms: added(99),
    })
}

/// The one in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Beside {
    async fn start(program: &Path) -> io::Result<Self> {
        let ledger = Ledger::new(usize::from(u16::MAX));
        let mut synapse = Synapse::prepare()?;
        let gate = Arc::new(Gate { synapse: synapse.url(), ledger: ledger.clone() });
        let serving = Serving::start("127.0.0.1:0", Router::new().fallback(pass).with_state(gate)).await?;
        let gate = format!("http://{}", serving.addr());
        let mattermost = Mattermost::start(ledger.clone(), ROOMS).await?;
        let url = mattermost.url();
        let mut daemon =
            between::set_up(program, &gate, &["--mattermost-url", &url, "--mattermost-token", TOKEN])?;
        synapse.start(&[daemon.registration()]).await?;
        let host = synapse.register("anne").await?;
        let mut rooms = Vec::new();
        for n in 0..ROOMS {
            let more = json!({ "preset": "public_chat" });
            rooms.push(host.create_room(&format!("Atelier {n}"), &[], more).await);
        }
        let known = Known { rooms: rooms.clone(), ghosts: 0, messages: 0 };
        between::know(&mut daemon, &known).await?;
        daemon.start().await?;
        while !mattermost.is_heard() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let token = daemon.as_token()?;
        Ok(Self {
            gate,
            token,
            mattermost,
            ledger,
            rooms,
            _daemon: daemon,
            _serving: serving,
            _synapse: synapse,
        })
    }

    /// Said on Mattermost.
    async fn through(&self, events: usize) -> io::Result<Stretch> {
        let (first, clock) = (self.ledger.next(), Clock::default());
        for n in 0..events {
            let chat = (first + n) % ROOMS;
            let number = self.ledger.say(chat).await;
            self.mattermost.say(chat, number, clock.millis());
        }
        self.ledger.stretch(first).await
    }

    /// Sent to Synapse by the application service API, as each room's ghost: one at a time in each room.
    async fn straight(&self, events: usize) -> io::Result<Stretch> {
        let first = self.ledger.next();
        let mut lanes = JoinSet::new();
        for lane in 0..ROOMS.min(events) {
            let chat = (first + lane) % ROOMS;
            let url = format!(
                "{}/_matrix/client/v3/rooms/{}/send/m.room.message",
                self.gate,
                self.rooms[chat].replace('!', "%21").replace(':', "%3A")
            );
            let (token, ledger) = (self.token.clone(), self.ledger.clone());
            let share = (lane..events).step_by(ROOMS).count();
            lanes.spawn(async move {
                for _ in 0..share {
                    let number = ledger.say(chat).await;
                    let content = json!({ "msgtype": "m.text", "body": words(number), "m.mentions": {} });
                    let request = crate::http().put(format!("{url}/straight{number}")).bearer_auth(&token);
                    let query = [("user_id", ghost(chat)), ("ts", Clock::default().millis().to_string())];
                    let answer = request.query(&query).json(&content).send().await;
                    // What Synapse refuses would be waited for in vain.
                    let answer = answer.and_then(reqwest::Response::error_for_status);
                    let answer = answer.map_err(io::Error::other)?;
                    let _: Value = answer.json().await.map_err(io::Error::other)?;
                }
                Ok::<(), io::Error>(())
            });
        }
        while let Some(lane) = lanes.join_next().await {
            lane.map_err(io::Error::other)??;
        }
        self.ledger.stretch(first).await
    }
}

/// Stands before Synapse and notes what it has answered.
struct Gate {
    synapse: String,
    ledger: Arc<Ledger>,
}

async fn pass(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    match gate.ask(request).await {
        Ok(response) => response,
        Err(why) => (StatusCode::BAD_GATEWAY, why.to_string()).into_response(),
    }
}

impl Gate {
    async fn ask(&self, request: Request) -> Result<Response, axum::BoxError> {
        let (parts, body) = request.into_parts();
        let body: Bytes = axum::body::to_bytes(body, 1 << 26).await?;
        let said = parts.uri.path().contains("/send/m.room.message/").then(|| body.clone());
        let mut asked =
            crate::http().request(parts.method, format!("{}{}", self.synapse, parts.uri)).body(body);
        for name in [header::AUTHORIZATION, header::CONTENT_TYPE] {
            if let Some(value) = parts.headers.get(&name) {
                asked = asked.header(name, value);
            }
        }
        let answer = asked.send().await?;
        let status = answer.status();
        let answer = answer.bytes().await?;
        if let Some(said) = said.filter(|_| status.is_success()) {
            let content: Value = serde_json::from_slice(&said)?;
            self.ledger.arrived(content["body"].as_str().unwrap_or_default());
        }
        Ok((status, [(header::CONTENT_TYPE, "application/json")], Body::from(answer)).into_response())
    }
}
