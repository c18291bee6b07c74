//! A server that is not there, for `passerelle render`. Everybody is known there, by their ids.

use contract::{Fault, NetworkName, Result};
use serde_json::{Value, json};
use wire::{
    Paper,
    paper::{Reply, Request, Stage},
};

use crate::{Config, RocketChat, people::Directory};

/// What stands for what a server would know.
const STAGE: Stage = Stage { chat: "room", message: "message", answer };

fn answer(request: &Request) -> Reply {
    let route = request.path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default();
    let asked = |keys: [&str; 2]| keys.iter().find_map(|key| request.query.get(*key)).cloned();
    match (request.method.as_str(), route) {
        ("GET", "users.info") => {
            let who = asked(["userId", "username"]);
            Reply::Told(json!({ "user": { "_id": who, "username": who } }))
        }
        ("GET", "rooms.info") => {
            let room = asked(["roomId", "roomName"]);
            Reply::Told(json!({ "room": { "_id": room, "t": "c", "name": room } }))
        }
        ("GET", _) if request.path.starts_with("/api/") => Reply::Told(json!({})),
        ("GET", _) => Reply::Told(Value::Null),
        (_, "rooms.media") => Reply::Done(json!({ "file": { "_id": "file" } })),
        _ => Reply::Done(json!({ "message": { "_id": "message" } })),
    }
}

impl RocketChat {
    /// A server that is not there: what it would be sent is on the paper.
    pub fn on_paper(name: NetworkName) -> Result<(Self, Paper)> {
        let paper = Paper::new(STAGE);
        let config = json!({ "url": "https://rocketchat.invalid", "user_id": "bot", "token": "paper" });
        let config: Config =
            serde_json::from_value(config).map_err(|why| Fault::LoggedOut(why.to_string()))?;
        let client = std::sync::Arc::new(crate::client::Client::new(&config)?.on_paper(&paper));
        let mut server = Self::new(name, &config)?;
        server.people = Directory::new(server.name.clone(), client.clone());
        server.client = client;
        Ok((server, paper))
    }
}
