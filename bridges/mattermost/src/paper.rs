//! A server that is not there, for `passerelle render`. Everybody is known there, by their ids.

use contract::{Event, Fault, NetworkName, Result};
use serde_json::{Value, json};
use wire::{
    Paper,
    paper::{Reply, Request, Stage, no_message},
};

use crate::{Config, Mattermost, incoming::Post, people::Directory};

/// What stands for what a server would know.
const STAGE: Stage = Stage { chat: "channel", message: "post", answer };

fn answer(request: &Request) -> Reply {
    let path: Vec<&str> = request.path.trim_start_matches("/api/v4/").split('/').collect();
    let user = |name: &str| json!({ "id": name, "username": name });
    match (request.method.as_str(), path.as_slice()) {
        ("GET", ["users", "me"]) => Reply::Told(json!({ "id": "bot", "username": "passerelle" })),
        ("GET", ["users", id]) => Reply::Told(user(id)),
        ("POST", ["users", "usernames"]) => {
            let names = request.body.as_array().into_iter().flatten().filter_map(Value::as_str);
            Reply::Told(names.map(user).collect())
        }
        ("GET", ["config", "client"]) => {
            Reply::Told(json!({ "MaxPostSize": "16383", "EnablePostUsernameOverride": "true" }))
        }
        ("GET", ["emoji", "name", id] | ["posts", id]) => Reply::Told(json!({ "id": id })),
        ("GET", ["files" | "emoji", ..] | ["users", _, "image"]) => Reply::Told(Value::Null),
        ("GET", _) => Reply::Told(json!({})),
        ("POST", ["files"]) => Reply::Done(json!({ "file_infos": [{ "id": "file" }] })),
        ("POST", ["posts"]) => {
            let mut post = request.body.clone();
            post["id"] = json!("post");
            post["user_id"] = json!("bot");
            Reply::Done(post)
        }
        _ => Reply::Done(json!({})),
    }
}

impl Mattermost {
    /// A server that is not there: what it would be sent is on the paper.
    pub fn on_paper(name: NetworkName) -> Result<(Self, Paper)> {
        let paper = Paper::new(STAGE);
        let config = json!({ "url": "https://mattermost.invalid", "token": "paper" });
        let config: Config =
            serde_json::from_value(config).map_err(|why| Fault::LoggedOut(why.to_string()))?;
        let mut server = Self::new(name, &config)?;
        server.client = server.client.on_paper(&paper);
        server.people = Directory::new(server.name.clone(), server.client.clone());
        Ok((server, paper))
    }

    /// What a frame of the WebSocket says, or a post by itself.
    pub(crate) async fn read_native(&self, native: &str) -> Result<Vec<Event>> {
        let frame: Value = serde_json::from_str(native).map_err(|why| no_message(why.to_string()))?;
        let listener = self.listener().await?;
        match (frame["event"].as_str(), frame["id"].as_str()) {
            (Some(_), _) => listener.hear(&frame, 0).await,
            (None, Some(_)) if frame["message"].is_string() => {
                listener.posted(Post { raw: &frame, direct: false }).await
            }
            _ => Err(no_message("no `event`, and no `id` with a `message`")),
        }
    }
}
