//! Writing down what would be sent, instead of sending it.
//!
//! A network on paper does everything as it always does, up to the request: that one is noted, and answered in the server's
//! place. So what `passerelle render` shows is what the daemon sends.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use contract::{ChatId, Fault, MessageId, Phrase};
use multer::Multipart;
use reqwest::{Body, RequestBuilder, Response, header::CONTENT_TYPE};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::http::Failure;

/// A request that would be sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// The path, from the root of the server or of its API.
    pub path: String,
    /// What stands after the `?`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub query: Map<String, Value>,
    /// The body: as it is where it is JSON; of a form its fields, each file by its name and type.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub body: Value,
}

impl Request {
    /// A request that posts JSON.
    #[must_use]
    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: "POST".to_owned(), path: path.into(), query: Map::new(), body }
    }
}

/// What a server would answer.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A question, which changes nothing there and is not noted.
    Told(Value),
    /// Something was done.
    Done(Value),
}

/// What a network on paper must know of the server that is not there.
#[derive(Clone, Copy)]
pub struct Stage {
    /// A chat, in ids as the server makes them.
    pub chat: &'static str,
    /// A message in it.
    pub message: &'static str,
    /// What the server answers.
    pub answer: fn(&Request) -> Reply,
}

/// Where what would be sent is written.
#[derive(Clone)]
pub struct Paper {
    stage: Stage,
    noted: Arc<Mutex<Vec<Request>>>,
}

impl fmt::Debug for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paper").finish_non_exhaustive()
    }
}

impl Paper {
    /// An empty one.
    #[must_use]
    pub fn new(stage: Stage) -> Self {
        Self { stage, noted: Arc::default() }
    }

    /// The chat that stands for any chat.
    #[must_use]
    pub fn chat(&self) -> ChatId {
        self.stage.chat.into()
    }

    /// The message that stands for any message.
    #[must_use]
    pub fn message(&self) -> MessageId {
        self.stage.message.into()
    }

    /// What would have been sent since this was last asked, in order.
    #[must_use]
    pub fn take(&self) -> Vec<Request> {
        std::mem::take(&mut self.noted.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes a request, and answers it.
    #[must_use]
    pub fn ask(&self, request: Request) -> Value {
        match (self.stage.answer)(&request) {
            Reply::Told(answer) => answer,
            Reply::Done(answer) => {
                self.noted.lock().unwrap_or_else(PoisonError::into_inner).push(request);
                answer
            }
        }
    }

    /// Notes a request as the HTTP client would send it, and answers it. Files come out empty.
    ///
    /// # Errors
    /// When there is no such request.
    pub async fn send(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let mut request = request.build().map_err(|error| Failure::from_http(&error))?;
        let mime = request.headers().get(CONTENT_TYPE).and_then(|mime| mime.to_str().ok()).map(str::to_owned);
        let body = match (request.body_mut().take(), mime) {
            (Some(body), Some(mime)) => read(body, &mime).await,
            _ => Value::Null,
        };
        let url = request.url();
        let query = url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned().into()));
        let request = Request {
            method: request.method().to_string(),
            path: url.path().to_owned(),
            query: query.collect(),
            body,
        };
        let answer = match self.ask(request) {
            Value::Null => String::new(),
            answer => answer.to_string(),
        };
        Ok(http::Response::new(answer).into())
    }
}

/// JSON that is no message of the network it is said to be from.
#[must_use]
pub fn no_message(why: impl Into<String>) -> Fault {
    let why = why.into();
    Fault::refused(Phrase::new("not-a-message"), why)
}

/// What a body says, to people.
async fn read(body: Body, mime: &str) -> Value {
    if let Ok(boundary) = multer::parse_boundary(mime) {
        return fields(Multipart::new(http_body_util::BodyDataStream::new(body), boundary)).await;
    }
    let json = body.as_bytes().and_then(|bytes| serde_json::from_slice(bytes).ok());
    json.unwrap_or_else(|| json!({ "file": mime }))
}

/// The fields of a form.
async fn fields(mut form: Multipart<'_>) -> Value {
    let mut fields = Map::new();
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        let mime = field.content_type().map(ToString::to_string);
        let file = field.file_name().map(|file| json!({ "file": file, "type": mime }));
        let value = match file {
            Some(file) => file,
            None => field.text().await.unwrap_or_default().into(),
        };
        fields.insert(name, value);
    }
    fields.into()
}

#[cfg(test)]
mod tests {
    use reqwest::multipart::{Form, Part};

    use super::*;

    const STAGE: Stage = Stage {
        chat: "c",
        message: "m",
        answer: |request| match request.method.as_str() {
            "GET" => Reply::Told(json!({ "name": "salon" })),
            _ => Reply::Done(json!({ "id": "m" })),
        },
    };

    #[tokio::test]
    async fn what_would_be_sent_is_noted_and_answered() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (paper, http) = (Paper::new(STAGE), reqwest::Client::new());
        let asked = paper.send(http.get("https://chat.exemple.fr/room")).await.unwrap();
        assert_eq!(crate::http::read_json(asked).await.unwrap()["name"], "salon");
        assert!(paper.take().is_empty(), "a question changes nothing");
        let file = Part::bytes(b"x".to_vec()).file_name("a.png").mime_str("image/png").unwrap();
        let form = Form::new().text("msg", "voilà").part("file", file);
        let _ = paper.send(http.post("https://chat.exemple.fr/up?a=b").multipart(form)).await.unwrap();
        let _ =
            paper.send(http.put("https://chat.exemple.fr/say").json(&json!({ "msg": "oui" }))).await.unwrap();
        assert_eq!(
            serde_json::to_value(paper.take()).unwrap(),
            json!([
                { "method": "POST", "path": "/up", "query": { "a": "b" },
                  "body": { "msg": "voilà", "file": { "file": "a.png", "type": "image/png" } } },
                { "method": "PUT", "path": "/say", "body": { "msg": "oui" } },
            ])
        );
    }
}
