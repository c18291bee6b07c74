//! Sending files, streamed from where they are.

use contract::{Fault, Media, MediaKind, MessageId, Parcel, Result};
use reqwest::multipart::Part;
use serde_json::{Value, json};
use wire::files;

use super::Manner;
use crate::{
    Telegram,
    client::{Failure, attached, part},
    text::Written,
};

/// Bytes of the largest file that may be a photo (Bot API, `sendPhoto`).
const LARGEST_PHOTO: u64 = 10_000_000;

/// A file on its way.
pub(super) struct Input {
    pub part: Part,
    kind: MediaKind,
    mime: String,
    /// Bytes in all.
    size: u64,
}

/// What Telegram is told a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum As {
    Photo,
    Video,
    Animation,
    Audio,
    Voice,
    Document,
}

impl As {
    /// The method that sends one, and what the file is called there (Bot API, `sendPhoto` and so on, `InputMedia`).
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Photo => ("SendPhoto", "photo"),
            Self::Video => ("SendVideo", "video"),
            Self::Animation => ("SendAnimation", "animation"),
            Self::Audio => ("SendAudio", "audio"),
            Self::Voice => ("SendVoice", "voice"),
            Self::Document => ("SendDocument", "document"),
        }
    }
}

impl Telegram {
    /// Sends files that go together.
    pub(super) async fn send_files(
        &self,
        parcel: &Parcel<'_>,
        manner: &Manner,
        media: &[Media],
        caption: &Written,
    ) -> Result<Vec<Value>> {
        if let [media] = media {
            return Ok(vec![self.send_file(parcel, manner, media, caption).await?]);
        }
        let sent = match self.send_album(parcel, manner, media, caption, false).await? {
            // What Telegram will not show is still a file, and what it goes with too.
            Err(failure) if is_about_the_picture(&failure) => {
                self.send_album(parcel, manner, media, caption, true).await?
            }
            sent => sent,
        };
        match sent.map_err(Failure::sending)? {
            Value::Array(messages) => Ok(messages),
            _ => Err(Fault::unclear("sendMediaGroup gave no messages")),
        }
    }

    async fn send_album(
        &self,
        parcel: &Parcel<'_>,
        manner: &Manner,
        media: &[Media],
        caption: &Written,
        as_documents: bool,
    ) -> Result<std::result::Result<Value, Failure>> {
        let (items, parts) = self.items(parcel, media, caption, as_documents).await?;
        let mut params = manner.params();
        params["media"] = items.into();
        Ok(self.client.upload("SendMediaGroup", params, parts).await)
    }

    /// Puts other files in the place of those that are there (Bot API, `editMessageMedia`).
    pub(super) async fn put_files(
        &self,
        parcel: &Parcel<'_>,
        chat: i64,
        there: &[&MessageId],
        media: &[Media],
        caption: &Written,
    ) -> Result<std::result::Result<(), Failure>> {
        let (items, parts) = self.items(parcel, media, caption, false).await?;
        for ((id, mut item), part) in there.iter().zip(items).zip(parts) {
            let Ok(id) = id.as_str().parse::<i64>() else { continue };
            item["media"] = attached(0).into();
            let params = json!({ "chat_id": chat, "message_id": id, "media": item });
            match self.client.upload("EditMessageMedia", params, vec![part]).await {
                Err(failure) if !failure.says("message is not modified") => return Ok(Err(failure)),
                _ => {}
            }
        }
        Ok(Ok(()))
    }

    /// The files of one message or album, opened, and what is said of each, with the words under the first.
    async fn items(
        &self,
        parcel: &Parcel<'_>,
        media: &[Media],
        caption: &Written,
        as_documents: bool,
    ) -> Result<(Vec<Value>, Vec<Part>)> {
        let mut files = Vec::new();
        for media in media {
            files.push(self.open(parcel, media).await?);
        }
        let shown: Vec<As> = files.iter().map(|file| shown_as(file.kind, &file.mime, file.size)).collect();
        let go_together = !as_documents && go_together(&shown);
        let items = shown.into_iter().enumerate().map(|(n, shown)| {
            item(n, if go_together { shown } else { As::Document }, (n == 0).then_some(caption))
        });
        Ok((items.collect(), files.into_iter().map(|file| file.part).collect()))
    }

    async fn send_file(
        &self,
        parcel: &Parcel<'_>,
        manner: &Manner,
        media: &Media,
        caption: &Written,
    ) -> Result<Value> {
        let file = self.open(parcel, media).await?;
        let (shown, size) = (shown_as(file.kind, &file.mime, file.size), file.size);
        match self.send_as(shown, manner, file.part, caption).await {
            // A picture that Telegram will not show is still a file.
            Err(failure) if shown != As::Document && is_about_the_picture(&failure) => {
                let file = self.open(parcel, media).await?;
                self.send_as(As::Document, manner, file.part, caption).await.map_err(Failure::sending)
            }
            outcome => outcome.map_err(|failure| match failure.says("Too Large") {
                true => files::too_big(media, Some(size), parcel.largest_file),
                false => failure.sending(),
            }),
        }
    }

    async fn send_as(
        &self,
        shown: As,
        manner: &Manner,
        file: Part,
        caption: &Written,
    ) -> std::result::Result<Value, Failure> {
        let (method, name) = shown.names();
        let mut params = manner.params();
        params[name] = attached(0).into();
        params["caption"] = json!(caption.text);
        params["caption_entities"] = json!(caption.entities);
        self.client.upload(method, params, vec![file]).await
    }

    /// A file of the parcel's source, opened.
    pub(super) async fn open(&self, parcel: &Parcel<'_>, media: &Media) -> Result<Input> {
        let file = files::open(parcel.source, media, parcel.largest_file).await?;
        let part = part(file.bytes, file.size, files::name(media, &file.mime), &file.mime)?;
        Ok(Input { part, kind: file.kind, mime: file.mime, size: file.size })
    }
}

fn shown_as(kind: MediaKind, mime: &str, size: u64) -> As {
    match kind {
        MediaKind::Photo | MediaKind::Sticker if mime == "image/gif" => As::Animation,
        MediaKind::Sticker if mime.starts_with("video/") => As::Video,
        MediaKind::Photo | MediaKind::Sticker if size <= LARGEST_PHOTO && mime != "image/svg+xml" => {
            As::Photo
        }
        MediaKind::Video | MediaKind::VideoNote => As::Video,
        MediaKind::Gif => As::Animation,
        MediaKind::Voice if mime.contains("ogg") => As::Voice,
        MediaKind::Voice | MediaKind::Audio => As::Audio,
        MediaKind::Photo | MediaKind::Sticker | MediaKind::File => As::Document,
    }
}

pub(super) fn is_about_the_picture(failure: &Failure) -> bool {
    ["PHOTO_", "IMAGE_PROCESS_FAILED", "wrong type of the web page content", "VOICE_MESSAGES_FORBIDDEN"]
        .iter()
        .any(|words| failure.says(words))
}

/// Whether these can be one album: pictures with films, or music (Bot API, `sendMediaGroup`). One alone can be anything.
fn go_together(shown: &[As]) -> bool {
    let are = |kinds: &[As]| shown.iter().all(|shown| kinds.contains(shown));
    shown.len() < 2 || are(&[As::Photo, As::Video]) || are(&[As::Audio])
}

/// What is said of file number `n` of several (Bot API, `InputMedia`).
fn item(n: usize, shown: As, caption: Option<&Written>) -> Value {
    let kind = match shown {
        // A voice message cannot be put in the place of another.
        As::Voice => As::Audio.names().1,
        shown => shown.names().1,
    };
    let mut item = json!({ "type": kind, "media": attached(n) });
    if let Some(caption) = caption {
        item["caption"] = json!(caption.text);
        item["caption_entities"] = json!(caption.entities);
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_shown_is_a_document() {
        assert_eq!(shown_as(MediaKind::Photo, "image/png", 1), As::Photo);
        assert_eq!(shown_as(MediaKind::Photo, "image/png", LARGEST_PHOTO + 1), As::Document);
        assert_eq!(shown_as(MediaKind::Photo, "image/gif", 1), As::Animation);
        assert_eq!(shown_as(MediaKind::Voice, "audio/mp4", 1), As::Audio);
        assert_eq!(shown_as(MediaKind::Voice, "audio/ogg", 1), As::Voice);
    }

    #[test]
    fn what_is_shown_differently_is_no_album() {
        let (photo, film, music) = (As::Photo, As::Video, As::Audio);
        assert!(go_together(&[photo, film, photo]) && go_together(&[music, music]));
        assert!(go_together(&[As::Animation]) && go_together(&[As::Document]));
        for other in [music, As::Animation, As::Document, As::Voice] {
            assert!(!go_together(&[photo, other]), "{other:?}");
        }
    }
}
