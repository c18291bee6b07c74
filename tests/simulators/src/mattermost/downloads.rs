//! Files as they are sent to those who ask for them: whole or in part, and harmless in a browser. (API v4, "Files")

use std::time::{Duration, UNIX_EPOCH};

use axum::{
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::model::FileInfo;

/// What a browser would run; sent as plain text.
const UNSAFE: [&str; 6] = [
    "application/javascript",
    "application/ecmascript",
    "text/javascript",
    "text/ecmascript",
    "application/x-javascript",
    "text/html",
];
/// What is shown, and not offered to be kept.
const SHOWN: [&str; 10] = [
    "image/jpeg",
    "image/png",
    "image/bmp",
    "image/gif",
    "image/tiff",
    "video/avi",
    "video/mpeg",
    "video/mp4",
    "audio/mpeg",
    "audio/wav",
];

/// How a file is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish<'a> {
    /// The header `Range`.
    pub range: Option<&'a str>,
    /// Whether it is to be kept, whatever it is.
    pub keep: bool,
}

/// A file, or other bytes in its name.
pub fn send(file: &FileInfo, mime: &str, bytes: Bytes, wish: Wish<'_>) -> Response {
    let is = |list: &[&str]| list.iter().any(|known| mime.starts_with(known));
    let how = if wish.keep || !is(&SHOWN) { "attachment" } else { "inline" };
    let name = escaped(&file.name);
    let mime = match mime {
        "" => "application/octet-stream",
        _ if is(&UNSAFE) => "text/plain",
        mime => mime,
    };
    let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(file.create_at).unwrap_or(0));
    let headers = [
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        (header::CONTENT_DISPOSITION, format!("{how};filename=\"{name}\"; filename*=UTF-8''{name}")),
        (header::CONTENT_SECURITY_POLICY, "Frame-ancestors 'none'".to_owned()),
        (header::CONTENT_TYPE, mime.to_owned()),
        (header::LAST_MODIFIED, httpdate::fmt_http_date(at)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::X_FRAME_OPTIONS, "DENY".to_owned()),
    ];
    let mut response = part(bytes, wish.range);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The bytes that are asked for: all, one stretch of them, or none when it lies outside.
fn part(bytes: Bytes, range: Option<&str>) -> Response {
    let Some(range) = range.and_then(|range| range.strip_prefix("bytes=")) else {
        return (StatusCode::OK, bytes).into_response();
    };
    let whole = bytes.len();
    let stretch = range.split_once('-').and_then(|(from, to)| match (from.trim(), to.trim()) {
        ("", last) => Some((whole.saturating_sub(last.parse().ok()?), whole)),
        (from, "") => Some((from.parse().ok()?, whole)),
        (from, to) => Some((from.parse().ok()?, to.parse::<usize>().ok()?.saturating_add(1).min(whole))),
    });
    match stretch {
        Some((from, to)) if from < to => {
            let told = format!("bytes {from}-{}/{whole}", to - 1);
            (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, told)], bytes.slice(from..to))
                .into_response()
        }
        _ => {
            let told = [(header::CONTENT_RANGE, format!("bytes */{whole}"))];
            (StatusCode::RANGE_NOT_SATISFIABLE, told, "invalid range: failed to overlap\n").into_response()
        }
    }
}

/// A name as a part of an address.
fn escaped(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~$&+:=@".contains(&byte);
    name.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
