//! The simulated Rocket.Chat over the wire; and what it tells against the schemas of the real one, where they are at hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod rooms;

use std::{fs, path::Path, time::Duration};

use futures_util::{SinkExt, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use simulators::rocketchat::RocketChat;
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

/// Somebody over DDP.
struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    async fn connect(server: &RocketChat) -> Self {
        let url = format!("{}/websocket", server.url().replace("http", "ws"));
        let (socket, _) = connect_async(url).await.unwrap();
        let mut client = Self(socket);
        client.send(json!({ "msg": "connect", "version": "1", "support": ["1"] })).await;
        client.until(|frame| frame["msg"] == "connected").await;
        client
    }

    async fn send(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame =
                tokio::time::timeout(Duration::from_secs(20), self.0.next()).await.unwrap().unwrap().unwrap();
            let Message::Text(text) = frame else { continue };
            let frame: Value = serde_json::from_str(&text).unwrap();
            if wanted(&frame) {
                return frame;
            }
        }
    }

    async fn method(&mut self, name: &str, params: Value) -> Value {
        self.send(json!({ "msg": "method", "method": name, "id": name, "params": params })).await;
        self.until(|frame| frame["msg"] == "result" && frame["id"] == name).await
    }

    async fn subscribe(&mut self, id: &str, stream: &str, event: &str) -> Value {
        self.send(json!({ "msg": "sub", "id": id, "name": stream, "params": [event, false] })).await;
        self.until(|frame| frame["subs"][0] == id || (frame["msg"] == "nosub" && frame["id"] == id)).await
    }
}

struct Hall {
    server: RocketChat,
    bot: String,
    token: String,
    anne: String,
    room: String,
}

async fn hall() -> Hall {
    let server = RocketChat::start("127.0.0.1:0").await.unwrap();
    let (bot, token) = server.bot("passerelle");
    let anne = server.person("anne", "Anne");
    let room = server.channel("le-lieu");
    for who in [&bot, &anne] {
        server.join(&room, who).unwrap();
    }
    Hall { server, bot, token, anne, room }
}

impl Hall {
    async fn post(&self, route: &str, body: Value) -> (StatusCode, Value) {
        let request = simulators::http()
            .post(format!("{}/api/v1/{route}", self.server.url()))
            .header("X-User-Id", &self.bot)
            .header("X-Auth-Token", &self.token)
            .json(&body);
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    async fn listen(&self) -> Client {
        let mut client = Client::connect(&self.server).await;
        let logged_in = client.method("login", json!([{ "resume": self.token }])).await;
        assert_eq!(logged_in["result"]["id"], self.bot.as_str());
        client.subscribe("m", "stream-room-messages", "__my_messages__").await;
        client
    }
}

fn told(frame: &Value) -> &Value {
    &frame["fields"]["args"][0]
}

#[tokio::test]
async fn a_message_is_told_each_time_it_changes() {
    let hall = hall().await;
    let mut client = hall.listen().await;
    let id = hall.server.say(&hall.room, &hall.anne, "bonjour :tada:").unwrap();
    let new = client.until(|frame| told(frame)["_id"] == id.as_str()).await;
    assert_eq!(new["fields"]["args"][1]["roomParticipant"], true);
    hall.server.edit(&hall.anne, &id, "bonsoir").unwrap();
    let edited = client.until(|frame| told(frame)["editedAt"].is_object()).await;
    assert_eq!(told(&edited)["msg"], "bonsoir");
    hall.server.react(&hall.anne, &id, ":thumbsup:").unwrap();
    client.until(|frame| told(frame)["reactions"][":thumbsup:"]["usernames"] == json!(["anne"])).await;
    hall.server.unreact(&hall.anne, &id, ":thumbsup:").unwrap();
    client.until(|frame| told(frame)["_id"] == id.as_str() && told(frame).get("reactions").is_none()).await;
    client.subscribe("d", "stream-notify-room", &format!("{}/deleteMessage", hall.room)).await;
    hall.server.delete(&hall.anne, &id).unwrap();
    client
        .until(|frame| frame["collection"] == "stream-notify-room" && told(frame)["_id"] == id.as_str())
        .await;
}

#[tokio::test]
async fn a_repeated_id_is_refused_by_accident_and_said_once() {
    let hall = hall().await;
    let message = json!({ "message": { "_id": "bR1dgeChos3nId001", "rid": hall.room, "msg": "une fois" } });
    assert_eq!(hall.post("chat.sendMessage", message.clone()).await.0, StatusCode::OK);
    let (status, body) = hall.post("chat.sendMessage", message).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["error"], "Cannot read properties of undefined (reading 'starred')");
    assert_eq!(hall.server.transcript(&hall.room).unwrap().len(), 1);
}

#[tokio::test]
async fn what_the_real_server_refuses_is_refused() {
    let hall = hall().await;
    let refused = async |route: &str, body: Value| {
        hall.post(route, body).await.1["error"].as_str().unwrap_or_default().to_owned()
    };
    let long = json!({ "message": { "rid": hall.room, "msg": "é".repeat(5001) } });
    assert!(refused("chat.sendMessage", long).await.contains("error-message-size-exceeded"));
    let odd = json!({ "message": { "rid": hall.room, "msg": "x" }, "odd": 1 });
    assert!(refused("chat.sendMessage", odd).await.contains("additional properties"));
    let id = hall.server.say(&hall.room, &hall.anne, "qui vient ?").unwrap();
    let unicode = json!({ "messageId": id, "emoji": "👍", "shouldReact": true });
    assert_eq!(refused("chat.react", unicode).await, "Invalid emoji provided. [error-not-allowed]");
    let others = json!({ "roomId": hall.room, "msgId": id });
    assert!(refused("chat.delete", others).await.contains("error-action-not-allowed"));
    hall.server.roles(&hall.bot, &["user"]);
    let alias = json!({ "message": { "rid": hall.room, "msg": "x", "alias": "Carol" } });
    assert_eq!(refused("chat.sendMessage", alias).await, "Not enough permission");
    for _ in 0..10 {
        refused("chat.postMessage", json!({ "roomId": hall.room, "text": "x" })).await;
    }
    assert!(
        refused("chat.postMessage", json!({ "roomId": hall.room })).await.contains("error-too-many-requests")
    );
}

#[tokio::test]
async fn the_connection_keeps_its_protocol() {
    let hall = hall().await;
    let mut client = Client::connect(&hall.server).await;
    client.send(json!({ "msg": "ping", "id": "x" })).await;
    client.until(|frame| *frame == json!({ "msg": "pong", "id": "x" })).await;
    client.send(json!({ "msg": "method", "method": "login", "id": 3, "params": [] })).await;
    client.until(|frame| frame["reason"] == "Malformed method invocation").await;
    let refused = client.subscribe("1", "stream-room-messages", &hall.room).await;
    assert_eq!(refused["error"]["error"], "not-allowed", "nobody is signed in");
    let dead = client.method("login", json!([{ "resume": "nothing" }])).await;
    assert_eq!(dead["error"]["error"], 403);
    client.method("login", json!([{ "resume": hall.token }])).await;
    for n in 0..40 {
        client.subscribe(&format!("s{n}"), "stream-notify-room", &format!("{}/typing", hall.room)).await;
    }
    let limited = client.subscribe("too-many", "stream-notify-room", &format!("{}/typing", hall.room)).await;
    assert_eq!(limited["error"]["error"], "too-many-requests");
    assert!(limited["error"]["details"]["timeToReset"].as_i64().unwrap() > 0);
}

/// The frames of `@rocket.chat/ddp-client`, as it sends them.
#[tokio::test]
async fn what_the_official_client_says_is_understood() {
    let hall = hall().await;
    let url = format!("{}/websocket", hall.server.url().replace("http", "ws"));
    let mut client = Client(connect_async(&url).await.unwrap().0);
    client.send(json!({ "msg": "connect", "version": "1", "support": ["1", "pre2", "pre1"] })).await;
    client.until(|frame| frame["msg"] == "connected").await;
    // Their digest of "secret".
    let digest = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
    let password = json!({ "digest": digest, "algorithm": "sha-256" });
    let session =
        client.method("login", json!([{ "user": { "username": "anne" }, "password": password }])).await;
    assert_eq!(session["result"]["id"], hall.anne.as_str());
    assert!(session["result"]["tokenExpires"]["$date"].is_i64(), "it is read without a guard");
    let options = json!({ "useCollection": false, "args": [null] });
    let sub =
        json!({ "msg": "sub", "id": "1", "name": "stream-room-messages", "params": [hall.room, options] });
    client.send(sub.clone()).await;
    client.until(|frame| *frame == json!({ "msg": "ready", "subs": ["1"] })).await;
    // The same id again is passed over.
    client.send(sub).await;
    let message = json!([{ "_id": "anOwnId0000000001", "rid": hall.room, "msg": "par DDP" }]);
    let said = client.method("sendMessage", message.clone()).await;
    assert_eq!(said["result"]["msg"], "par DDP");
    let again = client.method("sendMessage", message).await;
    assert!(again.get("result").is_none() && again.get("error").is_none(), "no proof of anything: {again}");
    client.send(json!({ "msg": "unsub", "id": "1" })).await;
    client.until(|frame| *frame == json!({ "msg": "nosub", "id": "1" })).await;
}

#[tokio::test]
async fn another_version_of_the_protocol_is_refused_and_the_connection_closed() {
    let hall = hall().await;
    let url = format!("{}/websocket", hall.server.url().replace("http", "ws"));
    for hello in [json!({ "version": "2", "support": ["2"] }), json!({ "version": 1, "support": ["1"] })] {
        let mut client = Client(connect_async(&url).await.unwrap().0);
        let mut frame = hello;
        frame["msg"] = json!("connect");
        client.send(frame).await;
        client.until(|frame| *frame == json!({ "msg": "failed", "version": "1" })).await;
        let end = tokio::time::timeout(Duration::from_secs(5), client.0.next()).await.unwrap();
        assert!(!matches!(end, Some(Ok(Message::Text(_)))), "{end:?}");
    }
}

#[tokio::test]
async fn what_a_muted_word_comes_to_is_told_aside() {
    let hall = hall().await;
    let mut client = hall.listen().await;
    client.subscribe("u", "stream-notify-user", &format!("{}/message", hall.bot)).await;
    hall.server.change_room(&hall.room, "archived", "true").unwrap();
    let message = json!({ "msg": "method", "method": "sendMessage", "id": "s", "params": [{ "rid": hall.room, "msg": "x" }] });
    client.send(message).await;
    let told = client.until(|frame| frame["collection"] == "stream-notify-user").await;
    assert_eq!(told["fields"]["args"][0]["private"], true);
    client.until(|frame| frame["msg"] == "result" && frame.get("error").is_none()).await;
}

#[tokio::test]
async fn changes_are_told_page_by_page_and_whole() {
    let hall = hall().await;
    for n in 0..5 {
        hall.server.say(&hall.room, &hall.anne, &format!("{n}")).unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let page = async |query: &str| {
        let address = format!("{}/api/v1/chat.syncMessages?roomId={}&{query}", hall.server.url(), hall.room);
        let request = simulators::http().get(address);
        let request = request.header("X-User-Id", &hall.bot).header("X-Auth-Token", &hall.token);
        request.send().await.unwrap().json::<Value>().await.unwrap()
    };
    let whole = page("lastUpdate=1970-01-01T00:00:00.000Z").await;
    let all = whole["result"]["updated"].as_array().unwrap().len();
    let (mut next, mut seen) = ("1".to_owned(), 0);
    loop {
        let some = page(&format!("type=UPDATED&count=2&next={next}")).await;
        seen += some["result"]["updated"].as_array().unwrap().len();
        match some["result"]["cursor"]["next"].as_str() {
            Some(cursor) => next = cursor.to_owned(),
            None => break,
        }
    }
    assert!(seen >= 5 && seen <= all, "{seen} of {all}");
    let odd = page("type=UPDATED&next=1&lastUpdate=1970-01-01T00:00:00.000Z").await;
    assert_eq!(odd["errorType"], "error-cursor-and-lastUpdate-conflict");
}

fn contracts() -> Option<Value> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/contracts/rocketchat/schemas.json");
    // The kinds of attachments overlap: one that is a quote is a plain one too.
    serde_json::from_str(&fs::read_to_string(file).ok()?.replace("\"oneOf\"", "\"anyOf\"")).ok()
}

#[tokio::test]
async fn what_it_tells_is_what_the_schemas_say() {
    let Some(schemas) = contracts() else { return };
    let validator = |name: &str| {
        let mut schema = schemas.clone();
        schema["$ref"] = json!(format!("#/components/schemas/{name}"));
        jsonschema::validator_for(&schema).unwrap()
    };
    let hall = hall().await;
    let said =
        hall.server.say(&hall.room, &hall.anne, "bonjour @passerelle, voir https://exemple.fr").unwrap();
    hall.server.react(&hall.anne, &said, ":tada:").unwrap();
    hall.server.edit(&hall.anne, &said, "bonsoir").unwrap();
    let quoted = hall.server.quote(&hall.room, &hall.anne, &said, "oui").unwrap();
    let threaded = hall.server.reply(&hall.room, &hall.anne, &said, "dans un fil").unwrap();
    let file =
        hall.server.say_file(&hall.room, &hall.anne, "vu", "a.png", "image/png", vec![1, 2, 3]).unwrap();
    hall.server.pin(&said).unwrap();
    hall.server.change_room(&hall.room, "topic", "Le lieu").unwrap();
    let everything = hall.server.everything(&hall.room).unwrap();
    assert!(
        everything.len() > 6
            && [&said, &quoted, &threaded, &file].iter().all(|id| hall.server.message(id).is_some())
    );
    let message = validator("IMessage");
    for line in everything {
        let raw = hall.server.message(&line.id).unwrap();
        let wrong: Vec<String> = message
            .iter_errors(&dated(&raw))
            .map(|error| format!("{}: {error}", error.instance_path))
            .collect();
        assert!(wrong.is_empty(), "{raw}\n{}", wrong.join("\n"));
    }
    let (room, subscription) = hall.server.room(&hall.room, &hall.bot).unwrap();
    for (name, told) in [("IRoom", room), ("ISubscription", subscription)] {
        let wrong: Vec<String> = validator(name)
            .iter_errors(&dated(&told))
            .map(|error| format!("{}: {error}", error.instance_path))
            .collect();
        assert!(wrong.is_empty(), "{name} {told}\n{}", wrong.join("\n"));
    }
}

/// Dates as the schemas take them.
fn dated(value: &Value) -> Value {
    match value {
        Value::Object(map) => match map.get("$date").and_then(Value::as_i64) {
            Some(at) => json!(chrono::DateTime::from_timestamp_millis(at).unwrap().to_rfc3339()),
            None => map
                .iter()
                .map(|(key, value)| (key.clone(), dated(value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        },
        Value::Array(all) => all.iter().map(dated).collect(),
        other => other.clone(),
    }
}
