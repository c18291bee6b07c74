//! Files as they are sent to those who ask for them. (`/file-upload/`)

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::files::{Upload, encoded};

/// A file, if somebody may have it, or the stretch of it that is asked for; to be kept, or to be shown.
pub fn send(file: Option<Upload>, (range, keep): (Option<&str>, bool)) -> Response {
    let Some(file) = file else { return StatusCode::FORBIDDEN.into_response() };
    let size = file.bytes.len();
    // Only ranges with both ends are understood.
    let range = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let range = range.and_then(|(from, to)| Some((from.parse::<usize>().ok()?, to.parse::<usize>().ok()?)));
    let (status, told, bytes) = match range {
        Some((from, to)) if to <= from || to > size => {
            let told = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return (StatusCode::RANGE_NOT_SATISFIABLE, told).into_response();
        }
        Some((from, to)) => {
            let told = Some(format!("bytes {from}-{to}/{size}"));
            (StatusCode::PARTIAL_CONTENT, told, file.bytes.slice(from..size.min(to + 1)))
        }
        None => (StatusCode::OK, None, file.bytes.clone()),
    };
    let how = if keep { "attachment" } else { "inline" };
    let mut headers = vec![
        (header::CONTENT_DISPOSITION, format!("{how}; filename*=UTF-8''{}", encoded(&file.name))),
        (header::CONTENT_TYPE, file.mime.clone()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'".to_owned()),
        (header::CACHE_CONTROL, "max-age=31536000".to_owned()),
    ];
    headers.extend(told.map(|told| (header::CONTENT_RANGE, told)));
    let mut response = (status, bytes).into_response();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
