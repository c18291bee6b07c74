//! Files, streamed in and out.

use std::{io, pin::Pin};

use bytes::{Bytes, BytesMut};
use contract::{Download, Fault, Media, MediaKind, Network, Parcel, Phrase, Result, is_visible};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use reqwest::{Body, Response, header::CONTENT_TYPE, multipart::Part};

/// Characters of the longest name a file is given.
const LONGEST_NAME: usize = 120;
/// Bytes at the beginning of a file by which it is known.
const BEGINNING: usize = 4096;
/// The type of a file that is nothing known.
const UNKNOWN: &str = "application/octet-stream";

/// A file on its way, known by how it begins and not by what its sender says.
pub struct Opened {
    /// Bytes in all.
    pub size: u64,
    /// What it is.
    pub mime: String,
    /// What it can be shown as.
    pub kind: MediaKind,
    /// The bytes.
    pub bytes: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>,
}

/// Opens a network's file, and looks at how it begins.
///
/// # Errors
/// Those of the source, and `Refused` when it is larger than `limit` bytes.
pub async fn open(source: &dyn Network, media: &Media, limit: u64) -> Result<Opened> {
    let mut file = source.download(media).await?;
    if file.size > limit {
        return Err(too_big(media, Some(file.size), limit));
    }
    let mut beginning = BytesMut::new();
    while beginning.len() < BEGINNING {
        match file.bytes.next().await {
            Some(Ok(bytes)) => beginning.extend_from_slice(&bytes),
            Some(Err(why)) => return Err(Fault::retry(why.to_string())),
            None => break,
        }
    }
    let claimed = media.mime.as_deref().or(file.mime.as_deref()).unwrap_or_default();
    let mime = known_as(&beginning, claimed);
    let kind = shown_as(media.kind, &mime);
    let bytes = stream::iter([Ok(beginning.freeze())]).chain(file.bytes);
    Ok(Opened { size: file.size, mime, kind, bytes: Box::pin(bytes) })
}

/// The type of a file that begins so and is said to be `claimed`.
fn known_as(beginning: &[u8], claimed: &str) -> String {
    let claimed = claimed.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_type =
        claimed.split_once('/').is_some_and(|(family, kind)| !family.is_empty() && !kind.is_empty())
            && claimed.chars().all(|c| c.is_ascii_alphanumeric() || "/.+-_".contains(c));
    let family = |mime: &str| mime.split('/').next().unwrap_or_default().to_owned();
    let sounds = |family: &str| matches!(family, "audio" | "video");
    // What begins like words begins like anything.
    let found =
        infer::get(beginning).map(|found| found.mime_type()).filter(|mime| !mime.starts_with("text/"));
    match found {
        Some(found) if is_type => {
            let (theirs, ours) = (family(&claimed), family(found));
            // A container says less than what is in it: sound is in what films are in, letters in what archives are.
            let contains = (theirs == ours && ours != "image") || (sounds(&theirs) && sounds(&ours));
            if contains { claimed } else { found.to_owned() }
        }
        Some(found) => found.to_owned(),
        // No picture that browsers show begins like nothing known.
        None if family(&claimed) == "image" && claimed != "image/svg+xml" && !beginning.is_empty() => {
            UNKNOWN.to_owned()
        }
        None if is_type => claimed,
        None => UNKNOWN.to_owned(),
    }
}

/// What a file of that type can be shown as: itself, where it is what its sender says or nothing is known.
#[must_use]
pub fn shown_as(kind: MediaKind, mime: &str) -> MediaKind {
    let is = |families: &[&str]| families.iter().any(|family| mime.starts_with(family));
    let fits = match kind {
        MediaKind::Photo => is(&["image/"]),
        MediaKind::Sticker | MediaKind::Gif => is(&["image/", "video/"]),
        MediaKind::Video | MediaKind::VideoNote => is(&["video/"]),
        MediaKind::Audio | MediaKind::Voice => is(&["audio/", "video/", "application/ogg"]),
        MediaKind::File => true,
    };
    if fits || mime.is_empty() { kind } else { MediaKind::File }
}

/// A file of the parcel's source, opened, as a part of a form. Also its size.
///
/// # Errors
/// Those of [`open`].
pub async fn part(parcel: &Parcel<'_>, media: &Media, limit: u64) -> Result<(Part, u64)> {
    let file = open(parcel.source, media, limit).await?;
    let part = Part::stream_with_length(Body::wrap_stream(file.bytes), file.size);
    let part = part.file_name(name(media, &file.mime)).mime_str(&file.mime);
    Ok((part.map_err(|why| Fault::retry(why.to_string()))?, file.size))
}

/// A name for a file: its own, without folders, without what no file system takes and what shows it as another, the
/// end of it at least; or one by its type.
#[must_use]
pub fn name(media: &Media, mime: &str) -> String {
    let own = media.name.as_deref().unwrap_or_default();
    let last = own.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| is_visible(*c) && !r#"<>:"|?*"#.contains(*c)).collect();
    // A row of spaces pushes the end of a name out of sight.
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let clean = clean.trim_matches(['.', ' ']);
    if clean.is_empty() {
        return by_type(media, mime);
    }
    let count = clean.chars().count();
    // The end says what it is.
    clean.chars().skip(count.saturating_sub(LONGEST_NAME)).collect()
}

fn by_type(media: &Media, mime: &str) -> String {
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
    use super::*;

    #[test]
    fn a_file_is_called_what_it_is_and_leads_nowhere() {
        let mut media = Media::new(MediaKind::Photo, "1", "1");
        assert_eq!(name(&media, "image/png"), "photo.png");
        for (given, kept) in [
            ("../../etc/passwd", "passwd"),
            ("fête\n.jpg", "fête.jpg"),
            ("..", "photo.bin"),
            (" . ", "photo.bin"),
            ("C:\\a\"b.txt", "ab.txt"),
            ("facture\u{202e}fdp.exe", "facturefdp.exe"),
            ("photo.jpg                                        .exe", "photo.jpg .exe"),
            ("…", "…"),
        ] {
            media.name = Some(given.to_owned());
            assert_eq!(name(&media, ""), kept);
        }
        media.name = Some("é".repeat(300) + ".jpg");
        assert!(name(&media, "").ends_with("é.jpg"));
    }

    #[test]
    fn a_file_is_known_by_how_it_begins() {
        const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        for (beginning, claimed, known) in [
            (PNG, "image/png", "image/png"),
            (PNG, "image/jpeg", "image/png"),
            (PNG, "text/html", "image/png"),
            (PNG, "", "image/png"),
            (b"MZ\x90\0", "image/jpeg", "application/vnd.microsoft.portable-executable"),
            (b"<script>", "image/png", UNKNOWN),
            (b"<svg>", "image/svg+xml", "image/svg+xml"),
            (b"bonjour", "text/plain; charset=utf-8", "text/plain"),
            (b"bonjour", "n'importe quoi\r\n", UNKNOWN),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "audio/mp4", "audio/mp4"),
            (b"PK\x03\x04", "application/epub+zip", "application/epub+zip"),
            (b"", "image/png", "image/png"),
        ] {
            assert_eq!(known_as(beginning, claimed), known, "{claimed}");
        }
        assert_eq!(shown_as(MediaKind::Photo, "image/webp"), MediaKind::Photo);
        assert_eq!(shown_as(MediaKind::Photo, "application/zip"), MediaKind::File);
    }
}
