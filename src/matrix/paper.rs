//! A homeserver that is not there, for `passerelle render`. Our people are in every room already.

use contract::{Event, Fault, Result};
use serde_json::{Value, json};
use wire::{
    Paper,
    paper::{Reply, Request, Stage, no_message},
};

use super::{Matrix, incoming::Meaning};
use crate::{
    config::{Appservice, Homeserver, Permissions},
    store::Store,
};

/// What stands for what a homeserver would know.
const STAGE: Stage = Stage { chat: "!room:example.org", message: "$event", answer };

fn answer(request: &Request) -> Reply {
    let parts: Vec<&str> = request.path.trim_start_matches("/_matrix/").split('/').collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", [_, "v1" | "v3", .., "download", _, _]) => Reply::Told(Value::Null),
        ("GET", _) | (_, ["client", "v3", "register"] | ["client", "v3", "rooms", _, "join"]) => {
            Reply::Told(json!({}))
        }
        (_, ["media", ..]) => Reply::Done(json!({ "content_uri": "mxc://example.org/file" })),
        _ => Reply::Done(json!({ "event_id": "$event" })),
    }
}

impl Matrix {
    /// The Matrix side of a homeserver of that name that is not there: what it would be sent is on the paper.
    pub fn on_paper(server: &str, store: Store) -> Result<(Self, Paper)> {
        let nonsense = |why: serde_json::Error| Fault::LoggedOut(why.to_string());
        let homeserver = json!({ "url": "https://matrix.invalid", "name": server });
        let homeserver: Homeserver = serde_json::from_value(homeserver).map_err(nonsense)?;
        let appservice =
            json!({ "url": "http://passerelle.invalid", "as_token": "paper", "hs_token": "paper" });
        let appservice: Appservice = serde_json::from_value(appservice).map_err(nonsense)?;
        let paper = Paper::new(STAGE);
        let mut matrix = Self::new(&homeserver, &appservice, &Permissions::default(), true, store)?;
        matrix.client = matrix.client.on_paper(&paper);
        Ok((matrix, paper))
    }

    /// What an event says, as the homeserver pushes it or as clients show its source, without the room perhaps.
    pub(super) fn read_native(&self, native: &str) -> Result<Vec<Event>> {
        let mut event: Value = serde_json::from_str(native).map_err(|why| no_message(why.to_string()))?;
        if let Value::Object(fields) = &mut event {
            fields.entry("room_id").or_insert_with(|| STAGE.chat.into());
        }
        match self.understand(&event.to_string()).map_err(no_message)? {
            Meaning::Said(events) => Ok(events),
            Meaning::Invited { .. } | Meaning::Nothing => Ok(Vec::new()),
        }
    }
}
