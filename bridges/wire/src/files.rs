//! Files, streamed in and out.

use std::io;

use contract::{Download, Fault, Media, Parcel, Phrase, Result};
use futures_util::TryStreamExt;
use reqwest::{Body, Response, header::CONTENT_TYPE, multipart::Part};

/// Characters of the longest name a file is given.
const LONGEST_NAME: usize = 120;

/// A file of the parcel's source, opened, as a part of a form. Also its size.
///
/// # Errors
/// Those of the source, and `Refused` when it is larger than `limit` bytes.
pub async fn part(parcel: &Parcel<'_>, media: &Media, limit: u64) -> Result<(Part, u64)> {
    let file = parcel.source.download(media).await?;
    if file.size > limit {
        return Err(too_big(media, Some(file.size), limit));
    }
    let mime = media.mime.clone().or(file.mime).unwrap_or_default();
    let body = Body::wrap_stream(file.bytes);
    let part = Part::stream_with_length(body, file.size).file_name(name(media, &mime));
    let plain = "application/octet-stream";
    let typed = part.mime_str(if mime.is_empty() { plain } else { &mime });
    match typed {
        Ok(part) => Ok((part, file.size)),
        // Its sender calls it something that is no type.
        Err(_) => {
            let file = parcel.source.download(media).await?;
            let size = file.size;
            let part = Part::stream_with_length(Body::wrap_stream(file.bytes), size);
            Ok((part.file_name(name(media, plain)), size))
        }
    }
}

/// A name for a file: its own, without paths and controls, or one by its type.
#[must_use]
pub fn name(media: &Media, mime: &str) -> String {
    let own = media.name.as_deref().unwrap_or_default();
    let last = own.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control() && *c != '"').collect();
    let count = clean.chars().count();
    // The end says what it is.
    let clean: String = clean.chars().skip(count.saturating_sub(LONGEST_NAME)).collect();
    if !clean.trim_matches('.').trim().is_empty() {
        return clean;
    }
    let end = match mime {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "video/mp4" => "mp4",
        "video/webm" => "webm",
        "audio/ogg" => "ogg",
        "audio/mpeg" => "mp3",
        "application/pdf" => "pdf",
        _ => "bin",
    };
    format!("{:?}.{end}", media.kind).to_lowercase()
}

/// The bytes of an answer that is a file.
///
/// # Errors
/// `Retry` when the server does not say how long it is.
pub fn download(answer: Response, media: &Media) -> Result<Download> {
    let named = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mime = media.mime.clone().or_else(|| named.map(str::to_owned));
    let size = answer.content_length().or(media.size);
    let size = size.ok_or_else(|| Fault::retry("the server does not say how long the file is"))?;
    let bytes = answer.bytes_stream().map_err(|_| io::Error::other("the file broke off"));
    Ok(Download { size, mime, bytes: Box::pin(bytes) })
}

/// A file that is larger than a side takes.
#[must_use]
pub fn too_big(media: &Media, size: Option<u64>, limit: u64) -> Fault {
    let megabytes = |bytes: u64| bytes.div_ceil(1_000_000).to_string();
    let reason = Phrase::new("file-too-big")
        .with("kind", "file")
        .with("name", media.name.as_deref().unwrap_or("none"))
        .with("size", size.map_or_else(|| "none".to_owned(), megabytes))
        .with("limit", megabytes(limit));
    Fault::refused(reason, format!("larger than {limit} bytes"))
}

/// A file that is not there any more, or not for us.
#[must_use]
pub fn unreachable(why: impl Into<String>) -> Fault {
    Fault::refused(Phrase::new("file-unreachable"), why)
}

#[cfg(test)]
mod tests {
    use contract::MediaKind;

    use super::*;

    #[test]
    fn a_file_is_called_what_it_is_and_leads_nowhere() {
        let mut media = Media::new(MediaKind::Photo, "1", "1");
        assert_eq!(name(&media, "image/png"), "photo.png");
        for (given, kept) in [
            ("../../etc/passwd", "passwd"),
            ("fête\n.jpg", "fête.jpg"),
            ("..", "photo.bin"),
            ("C:\\a\"b.txt", "ab.txt"),
        ] {
            media.name = Some(given.to_owned());
            assert_eq!(name(&media, ""), kept);
        }
        media.name = Some("é".repeat(300) + ".jpg");
        assert!(name(&media, "").ends_with("é.jpg"));
    }
}
