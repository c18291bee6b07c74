//! A person on Matrix: what they do, and what they see.

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};

mod timeline;

pub use timeline::{File, Line};

/// How long somebody waits for what should come.
const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody's account on a homeserver. Everything they do panics when it is refused: a test that asks wrongly is wrong.
#[derive(Clone, Debug)]
pub struct Account {
    url: String,
    /// Their id.
    pub user: String,
    token: String,
}

impl Account {
    /// An account that exists.
    #[must_use]
    pub fn new(url: &str, user: &str, token: &str) -> Self {
        Self { url: url.to_owned(), user: user.to_owned(), token: token.to_owned() }
    }

    /// Asks the homeserver; the path begins after `/_matrix/client/v3`, its parts encoded by the caller where need be.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, Value> {
        let mut request = crate::http()
            .request(method, format!("{}/_matrix/client/v3{path}", self.url))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.map_err(|why| json!({ "error": why.to_string() }))?;
        let right = answer.status().is_success();
        let answer: Value = answer.json().await.map_err(|why| json!({ "error": why.to_string() }))?;
        if right { Ok(answer) } else { Err(answer) }
    }

    async fn must(&self, method: Method, path: &str, body: Value) -> Value {
        let answer = self.ask(method.clone(), path, Some(body)).await;
        answer.unwrap_or_else(|why| panic!("{} cannot {method} {path}: {why}", self.user))
    }

    /// Makes a room of that name, with these people, and more of what `createRoom` takes.
    pub async fn create_room(&self, name: &str, invite: &[&str], more: Value) -> String {
        let mut body = json!({ "name": name, "invite": invite, "preset": "private_chat" });
        if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
            body.extend(more.clone());
        }
        text(&self.must(Method::POST, "/createRoom", body).await["room_id"])
    }

    /// Joins a room.
    pub async fn join(&self, room: &str) {
        self.must(Method::POST, &format!("/rooms/{}/join", encode(room)), json!({})).await;
    }

    /// Leaves a room.
    pub async fn leave(&self, room: &str) {
        self.must(Method::POST, &format!("/rooms/{}/leave", encode(room)), json!({})).await;
    }

    /// Invites somebody.
    pub async fn invite(&self, room: &str, user: &str) {
        self.must(Method::POST, &format!("/rooms/{}/invite", encode(room)), json!({ "user_id": user })).await;
    }

    /// Chooses the name people see.
    pub async fn set_name(&self, name: &str) {
        let path = format!("/profile/{}/displayname", encode(&self.user));
        self.must(Method::PUT, &path, json!({ "displayname": name })).await;
    }

    /// Sends any event. Returns its id.
    pub async fn send(&self, room: &str, kind: &str, content: Value) -> String {
        let path = format!("/rooms/{}/send/{kind}/{}", encode(room), transaction());
        text(&self.must(Method::PUT, &path, content).await["event_id"])
    }

    /// Sets any state. Returns the event's id.
    pub async fn set_state(&self, room: &str, kind: &str, key: &str, content: Value) -> String {
        let path = format!("/rooms/{}/state/{kind}/{}", encode(room), encode(key));
        text(&self.must(Method::PUT, &path, content).await["event_id"])
    }

    /// Any state, or `null`.
    pub async fn state(&self, room: &str, kind: &str, key: &str) -> Value {
        let path = format!("/rooms/{}/state/{kind}/{}", encode(room), encode(key));
        self.ask(Method::GET, &path, None).await.unwrap_or_default()
    }

    /// Says plain words.
    pub async fn say(&self, room: &str, words: &str) -> String {
        self.send(room, "m.room.message", json!({ "msgtype": "m.text", "body": words })).await
    }

    /// Says formatted words.
    pub async fn say_html(&self, room: &str, words: &str, html: &str) -> String {
        let content = json!({
            "msgtype": "m.text", "body": words, "format": "org.matrix.custom.html", "formatted_body": html,
        });
        self.send(room, "m.room.message", content).await
    }

    /// Answers a message.
    pub async fn reply(&self, room: &str, to: &str, words: &str) -> String {
        let relation = json!({ "m.in_reply_to": { "event_id": to } });
        self.send(
            room,
            "m.room.message",
            json!({ "msgtype": "m.text", "body": words, "m.relates_to": relation }),
        )
        .await
    }

    /// Says words in a thread.
    pub async fn say_in_thread(&self, room: &str, root: &str, words: &str) -> String {
        let relation = json!({
            "rel_type": "m.thread", "event_id": root, "is_falling_back": true, "m.in_reply_to": { "event_id": root },
        });
        self.send(
            room,
            "m.room.message",
            json!({ "msgtype": "m.text", "body": words, "m.relates_to": relation }),
        )
        .await
    }

    /// Changes a message's words.
    pub async fn edit(&self, room: &str, message: &str, words: &str) -> String {
        let content = json!({
            "msgtype": "m.text", "body": format!("* {words}"), "m.new_content": { "msgtype": "m.text", "body": words },
            "m.relates_to": { "rel_type": "m.replace", "event_id": message },
        });
        self.send(room, "m.room.message", content).await
    }

    /// Reacts to a message. Returns the reaction's id.
    pub async fn react(&self, room: &str, message: &str, emoji: &str) -> String {
        let relation = json!({ "rel_type": "m.annotation", "event_id": message, "key": emoji });
        self.send(room, "m.reaction", json!({ "m.relates_to": relation })).await
    }

    /// Takes a message or a reaction back.
    pub async fn redact(&self, room: &str, event: &str) {
        let path = format!("/rooms/{}/redact/{}/{}", encode(room), encode(event), transaction());
        self.must(Method::PUT, &path, json!({})).await;
    }

    /// Uploads bytes. Returns their `mxc://` address.
    ///
    /// # Panics
    /// When the homeserver does not take them.
    pub async fn upload(&self, bytes: Vec<u8>, mime: &str) -> String {
        let url = format!("{}/_matrix/media/v3/upload", self.url);
        let request =
            crate::http().post(url).bearer_auth(&self.token).header("content-type", mime).body(bytes);
        let answer = request.send().await.unwrap_or_else(|why| panic!("no upload: {why}"));
        let answer: Value = answer.json().await.unwrap_or_else(|why| panic!("no upload: {why}"));
        text(&answer["content_uri"])
    }

    /// Sends a file as `m.image`, `m.file`, `m.audio` or `m.video`, with a caption unless it is empty.
    pub async fn send_file(
        &self,
        room: &str,
        msgtype: &str,
        name: &str,
        mime: &str,
        bytes: Vec<u8>,
        caption: &str,
    ) -> String {
        let size = bytes.len();
        let url = self.upload(bytes, mime).await;
        let body = if caption.is_empty() { name } else { caption };
        let content = json!({
            "msgtype": msgtype, "body": body, "filename": name, "url": url, "info": { "mimetype": mime, "size": size },
        });
        self.send(room, "m.room.message", content).await
    }

    /// Upgrades a room. Returns the new one's id.
    pub async fn upgrade(&self, room: &str, version: &str) -> String {
        let path = format!("/rooms/{}/upgrade", encode(room));
        text(&self.must(Method::POST, &path, json!({ "new_version": version })).await["replacement_room"])
    }

    /// Downloads a file by its `mxc://` address.
    pub async fn download(&self, mxc: &str) -> io::Result<Vec<u8>> {
        let path = mxc.strip_prefix("mxc://").unwrap_or(mxc);
        let url = format!("{}/_matrix/client/v1/media/download/{path}", self.url);
        let answer =
            crate::http().get(url).bearer_auth(&self.token).send().await.map_err(io::Error::other)?;
        let answer = answer.error_for_status().map_err(io::Error::other)?;
        Ok(answer.bytes().await.map_err(io::Error::other)?.to_vec())
    }

    /// Waits until the room looks as wanted, and returns how it looks.
    ///
    /// # Panics
    /// When it never does, showing its transcript.
    pub async fn wait(&self, room: &str, what: &str, wanted: impl Fn(&[Line]) -> bool) -> Vec<Line> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let lines = self.timeline(room).await;
            if wanted(&lines) {
                return lines;
            }
            if Instant::now() > deadline {
                let seen: Vec<String> = lines.iter().map(Line::to_string).collect();
                panic!("{} waits in vain for {what}; the room shows:\n{}", self.user, seen.join("\n"));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until somebody said these very words.
    pub async fn wait_for(&self, room: &str, words: &str) -> Line {
        let lines = self.wait(room, words, |lines| lines.iter().any(|line| line.body == words)).await;
        lines.into_iter().find(|line| line.body == words).unwrap_or_default()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// An id as a part of a path.
fn encode(part: &str) -> String {
    url::form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>().replace('+', "%20")
}

fn transaction() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("t{}.{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
