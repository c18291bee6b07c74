//! Reading a request: the four ways to give parameters.

use std::sync::OnceLock;

use axum::{
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request},
    http::header,
};
use bytes::Bytes;
use serde_json::{Map, Value};

use super::{
    params::{Params, Upload},
    refusal::Refusal,
};

/// Bytes of a file that can be sent.
const FILE: usize = 50 << 20;
/// Bytes of a body that are read before it is refused.
const BODY: usize = 96 << 20;

/// The parameters of a call.
pub async fn read(request: Request) -> Result<Params, Refusal> {
    let mut params = Params::default();
    params.fields.extend(form(request.uri().query().unwrap_or("").as_bytes()));
    let (parts, body) = request.into_parts();
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.to_ascii_lowercase();
    let bytes = axum::body::to_bytes(body, BODY).await.map_err(|_| Refusal::too_large())?;
    if kind.starts_with("application/json") {
        if !bytes.is_empty() {
            let body: Value =
                serde_json::from_slice(&bytes).map_err(|_| Refusal::bad("can't parse JSON object"))?;
            let Value::Object(fields) = body else { return Err(Refusal::bad("can't parse JSON object")) };
            params.fields.extend(fields);
        }
    } else if kind.starts_with("multipart/form-data") {
        let mut request = Request::from_parts(parts, Body::from(bytes));
        DefaultBodyLimit::disable().apply(&mut request);
        multipart(request, &mut params).await?;
    } else if bytes.len() > FILE {
        return Err(Refusal::too_large());
    } else {
        params.fields.extend(form(&bytes));
    }
    Ok(params)
}

fn form(bytes: &[u8]) -> Map<String, Value> {
    url::form_urlencoded::parse(bytes)
        .map(|(key, value)| (key.into_owned(), value.into_owned().into()))
        .collect()
}

async fn multipart(request: Request, params: &mut Params) -> Result<(), Refusal> {
    let unreadable = || Refusal::bad("can't parse multipart body");
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let name = part.name().unwrap_or("").to_owned();
        let file = part.file_name().map(str::to_owned);
        let mime = part.content_type().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| unreadable())?;
        if file.is_some()
            || mime
                .as_deref()
                .is_some_and(|mime| !mime.starts_with("text/plain") && !mime.starts_with("application/json"))
        {
            if bytes.len() > FILE {
                return Err(Refusal::too_large());
            }
            params.files.insert(name, Upload { name: file, mime, bytes });
        } else {
            params.fields.insert(name, String::from_utf8_lossy(&bytes).into_owned().into());
        }
    }
    Ok(())
}

/// The client for addresses that bots name; one for the process.
pub fn client() -> Option<&'static reqwest::Client> {
    static CLIENT: OnceLock<Option<reqwest::Client>> = OnceLock::new();
    CLIENT
        .get_or_init(|| {
            rustls::crypto::ring::default_provider().install_default().ok();
            reqwest::Client::builder().timeout(std::time::Duration::from_secs(10)).build().ok()
        })
        .as_ref()
}

/// Fetches the files that a call names by their address, and puts them beside the uploaded ones.
pub async fn fetch_addresses(method: &str, params: &mut Params) {
    const NAMES: [&str; 8] =
        ["photo", "document", "video", "animation", "audio", "voice", "video_note", "sticker"];
    if !method.starts_with("send") && method != "editMessageMedia" {
        return;
    }
    let mut addresses: Vec<String> = Vec::new();
    let mut note = |value: Option<&Value>| {
        let address = value.and_then(Value::as_str).filter(|value| value.starts_with("http"));
        addresses.extend(address.map(str::to_owned));
    };
    for name in NAMES {
        note(params.fields.get(name));
    }
    match params.json("media", "").ok().flatten() {
        Some(Value::Array(items)) => items.iter().for_each(|item| note(item.get("media"))),
        Some(item) => note(item.get("media")),
        None => {}
    }
    for address in addresses {
        if let Some(upload) = fetch(&address).await {
            params.files.insert(address, upload);
        }
    }
}

async fn fetch(address: &str) -> Option<Upload> {
    let response = client()?.get(address).send().await.ok()?.error_for_status().ok()?;
    let mime = response.headers().get(header::CONTENT_TYPE)?.to_str().ok()?.to_owned();
    let name =
        response.url().path_segments().and_then(|mut segments| segments.next_back()).map(str::to_owned);
    let bytes: Bytes = response.bytes().await.ok().filter(|bytes| bytes.len() <= 20 << 20)?;
    Some(Upload { name: name.filter(|name| !name.is_empty()), mime: Some(mime), bytes })
}
