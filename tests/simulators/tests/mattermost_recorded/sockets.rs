//! The recorded `WebSockets`: opened, spoken to and broken as they were. What the server says on each is compared, in order.

use std::{collections::HashMap, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use simulators::mattermost::Mattermost;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::{aside::NOT_TOLD, header, ids::Ids};

/// How long an event may take. What never comes costs this much.
pub const PATIENCE: Duration = Duration::from_millis(700);
/// The same for what is known not to come.
pub const LITTLE_PATIENCE: Duration = Duration::from_millis(20);

/// One connection.
struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// A frame that came and was not expected yet.
    next: Option<Value>,
    /// What the recording calls the connection.
    id: String,
    /// Our number of what came last.
    last: i64,
}

/// All connections of a scenario, by the recording's names.
#[derive(Default)]
pub struct Sockets {
    open: HashMap<String, Socket>,
    /// Our number of what has another number in the recording, by the recording's id of the connection.
    numbers: HashMap<(String, i64), i64>,
}

impl Sockets {
    /// Opens a connection as it was opened; what cannot be opened is not.
    pub async fn open(&mut self, server: &Mattermost, entry: &Value, ids: &Ids) {
        let request = &entry["request"];
        let query = self.query(request["query"].as_str().unwrap_or_default(), ids);
        let url = format!("ws://{}/api/v4/websocket?{query}", server.addr());
        let Ok(mut asked) = url.into_client_request() else { return };
        if let Some(authorization) = header(request, "Authorization") {
            asked.headers_mut().insert("authorization", ids.ours(authorization).parse().unwrap());
        }
        if let Ok((stream, _)) = connect_async(asked).await {
            let id = resumed(request["query"].as_str().unwrap_or_default()).to_owned();
            let socket = Socket { stream, next: None, id, last: 0 };
            self.open.insert(name(entry), socket);
        }
    }

    /// The query of a connection that goes on, with our id and our number.
    fn query(&self, query: &str, ids: &Ids) -> String {
        let id = resumed(query);
        let pairs = query.split('&').map(|pair| match pair.strip_prefix("sequence_number=") {
            Some(number) => {
                let before = number.parse::<i64>().ok().map(|number| (id.to_owned(), number - 1));
                let ours = before.and_then(|before| self.numbers.get(&before));
                format!("sequence_number={}", ours.map_or(number.to_owned(), |ours| (ours + 1).to_string()))
            }
            None => pair.to_owned(),
        });
        ids.ours(&pairs.collect::<Vec<_>>().join("&"))
    }

    /// Says what its client said; ends it when it ended it.
    pub async fn say(&mut self, entry: &Value, ids: &Ids) {
        let conn = name(entry);
        let Some(socket) = self.open.get_mut(&conn) else { return };
        match entry["opcode"].as_str().unwrap_or_default() {
            "text" => {
                let words = ids.ours(entry["raw"].as_str().unwrap_or_default());
                // What is refused by ending the connection ends it.
                let _ = socket.stream.send(Message::text(words)).await;
            }
            "close" => {
                let _ = socket.stream.close(None).await;
                self.open.remove(&conn);
            }
            _ => {}
        }
    }

    /// Breaks a connection off.
    pub fn abort(&mut self, entry: &Value) {
        self.open.remove(&name(entry));
    }

    /// Counts what is beside the point: it has a number there and none here.
    fn pass(&mut self, conn: &str, theirs: &Value) {
        if let (Some(socket), Some(number)) = (self.open.get(conn), theirs["seq"].as_i64()) {
            self.numbers.insert((socket.id.clone(), number), socket.last);
        }
    }

    /// Compares what the server says next with what it said.
    pub async fn expect(
        &mut self,
        entry: &Value,
        ids: &mut Ids,
        patience: Duration,
        found: &mut Vec<String>,
    ) {
        let theirs: Value =
            serde_json::from_str(entry["raw"].as_str().unwrap_or_default()).unwrap_or_default();
        if is_aside(&theirs) {
            self.pass(&name(entry), &theirs);
            return;
        }
        let Some(socket) = self.open.get_mut(&name(entry)) else {
            found.push("the connection is not open".to_owned());
            return;
        };
        let Some(ours) = socket.hear(patience).await else {
            found.push(format!("nothing, instead of {}", what(&theirs)));
            return;
        };
        if what(&theirs) != what(&ours) {
            found.push(format!("{} instead of {}", what(&ours), what(&theirs)));
            socket.next = Some(ours);
            return;
        }
        if let Some(id) = theirs["data"]["connection_id"].as_str() {
            id.clone_into(&mut socket.id);
        }
        if let (Some(number), Some(own)) = (theirs["seq"].as_i64(), ours["seq"].as_i64()) {
            self.numbers.insert((socket.id.clone(), number), own);
            socket.last = own;
        }
        let (theirs, ours) = (opened(&theirs, &ids.names), opened(&ours, &ids.names));
        ids.differ("", &theirs, &ours, found);
    }
}

impl Socket {
    /// What comes next, but what is beside the point.
    async fn hear(&mut self, patience: Duration) -> Option<Value> {
        if let Some(next) = self.next.take() {
            return Some(next);
        }
        loop {
            let frame = tokio::time::timeout(patience, self.stream.next()).await.ok()??.ok()?;
            let Message::Text(text) = frame else { continue };
            let frame: Value = serde_json::from_str(&text).ok()?;
            if !is_aside(&frame) {
                return Some(frame);
            }
        }
    }
}

/// The connection that goes on, as the recording calls it.
fn resumed(query: &str) -> &str {
    query.split('&').find_map(|pair| pair.strip_prefix("connection_id=")).unwrap_or_default()
}

fn name(entry: &Value) -> String {
    entry["conn"].as_str().unwrap_or_default().to_owned()
}

fn is_aside(frame: &Value) -> bool {
    NOT_TOLD.iter().any(|(event, _)| frame["event"] == *event)
}

fn what(frame: &Value) -> String {
    frame["event"].as_str().unwrap_or("an answer").to_owned()
}

/// The same, with the JSON in its strings as JSON; without its number, which what is beside the point takes part in.
fn opened(frame: &Value, names: &HashMap<String, String>) -> Value {
    let mut frame = frame.clone();
    if let Some(frame) = frame.as_object_mut() {
        frame.remove("seq");
    }
    for (_, value) in frame["data"].as_object_mut().into_iter().flatten() {
        let inner = value.as_str().filter(|words| words.starts_with(['{', '[']));
        if let Some(inner) = inner.and_then(|words| serde_json::from_str(words).ok()) {
            *value = inner;
        }
    }
    // Who is mentioned is in no order.
    if let Some(mentions) = frame["data"]["mentions"].as_array_mut() {
        let own = |id: &Value| {
            let id = id.as_str().unwrap_or_default();
            names.get(id).map_or(id, String::as_str).to_owned()
        };
        mentions.sort_by_key(own);
    }
    frame
}
