//! A WebSocket that carries JSON.

use std::time::Duration;

use contract::{Fault, Result};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderName, HeaderValue},
        protocol::WebSocketConfig,
    },
};
use url::Url;

use crate::json;

/// Bytes of the largest frame that is read.
const LARGEST: usize = 16 << 20;
/// How long connecting may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection. What is wrong with it is always [`Fault::Retry`]: connect again.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    /// Connects to an `http(s)` or `ws(s)` address. No `Origin` is sent: we are no page.
    ///
    /// # Errors
    /// [`Fault::Retry`] when nobody answers, or not as a WebSocket.
    pub async fn connect(url: &Url, bearer: Option<&str>) -> Result<Self> {
        let mut url = url.clone();
        let scheme = if matches!(url.scheme(), "https" | "wss") { "wss" } else { "ws" };
        url.set_scheme(scheme).map_err(|()| Fault::retry("no WebSocket address"))?;
        let mut request =
            url.as_str().into_client_request().map_err(|_| Fault::retry("no WebSocket address"))?;
        if let Some(token) = bearer {
            let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
                .map_err(|_| Fault::LoggedOut("the token is no token".to_owned()))?;
            value.set_sensitive(true);
            request.headers_mut().insert(HeaderName::from_static("authorization"), value);
        }
        let config = WebSocketConfig::default().max_message_size(Some(LARGEST)).max_frame_size(Some(LARGEST));
        let connecting = connect_async_with_config(request, Some(config), true);
        match tokio::time::timeout(PATIENCE, connecting).await {
            Ok(Ok((stream, _))) => Ok(Self { stream }),
            Ok(Err(Error::Http(answer))) => {
                Err(Fault::retry(format!("no WebSocket: HTTP {}", answer.status().as_u16())))
            }
            Ok(Err(_)) => Err(Fault::retry("cannot connect the WebSocket")),
            Err(_) => Err(Fault::retry("the WebSocket did not open in time")),
        }
    }

    /// The next frame of JSON; frames that hold none are passed over.
    ///
    /// # Errors
    /// [`Fault::Retry`] when the connection ended.
    pub async fn next(&mut self) -> Result<Value> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => match json::read(text.as_bytes()) {
                    Ok(value) => return Ok(value),
                    Err(_) => tracing::debug!("a frame that is no JSON"),
                },
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    return Err(Fault::retry("the WebSocket ended"));
                }
                Some(Ok(_)) => {}
            }
        }
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// [`Fault::Retry`] when the connection ended.
    pub async fn send(&mut self, frame: &Value) -> Result<()> {
        let sent = self.stream.send(Message::text(frame.to_string())).await;
        sent.map_err(|_| Fault::retry("the WebSocket ended"))
    }
}
