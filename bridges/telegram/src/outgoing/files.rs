//! Sending files, streamed from where they are.

use contract::{Fault, Media, MediaKind, Parcel, Result};
use serde_json::Value;
use teloxide::{
    payloads,
    types::{
        InputFile, InputMedia, InputMediaAnimation, InputMediaAudio, InputMediaDocument, InputMediaPhoto,
        InputMediaVideo, MessageEntity, MessageId, ReplyParameters, ThreadId,
    },
};
use tokio_util::io::StreamReader;
use wire::files;

use super::Manner;
use crate::{Telegram, client::Failure, text::Written};

/// Bytes of the largest file that may be a photo (Bot API, `sendPhoto`).
const LARGEST_PHOTO: u64 = 10_000_000;

/// Sends one file by the method of that name.
macro_rules! send {
    ($telegram:expr, $payload:ident, $manner:expr, $file:expr, $caption:expr) => {{
        let mut payload = payloads::$payload::new(teloxide::types::ChatId($manner.chat), $file);
        payload.caption = Some($caption.text.clone());
        payload.caption_entities = Some(entities($caption));
        payload.message_thread_id = $manner.thread();
        payload.reply_parameters = $manner.reply_parameters();
        payload.disable_notification = $manner.quiet.then_some(true);
        $telegram.client.upload(payload).await
    }};
}

/// A file as teloxide streams it.
pub(super) struct Input {
    pub stream: InputFile,
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
        let items = self.items(parcel, media, caption, as_documents).await?;
        let mut payload = payloads::SendMediaGroup::new(teloxide::types::ChatId(manner.chat), items);
        payload.message_thread_id = manner.thread();
        payload.reply_parameters = manner.reply_parameters();
        payload.disable_notification = manner.quiet.then_some(true);
        Ok(self.client.upload(payload).await)
    }

    /// Puts other files in the place of those that are there (Bot API, `editMessageMedia`).
    pub(super) async fn put_files(
        &self,
        parcel: &Parcel<'_>,
        chat: i64,
        there: &[&contract::MessageId],
        media: &[Media],
        caption: &Written,
    ) -> Result<std::result::Result<(), Failure>> {
        let items = self.items(parcel, media, caption, false).await?;
        for (id, item) in there.iter().zip(items) {
            let Ok(id) = id.as_str().parse() else { continue };
            let payload = payloads::EditMessageMedia::new(teloxide::types::ChatId(chat), MessageId(id), item);
            match self.client.upload(payload).await {
                Err(failure) if !failure.says("message is not modified") => return Ok(Err(failure)),
                _ => {}
            }
        }
        Ok(Ok(()))
    }

    /// The files of one message or album, opened, with the words under the first.
    async fn items(
        &self,
        parcel: &Parcel<'_>,
        media: &[Media],
        caption: &Written,
        as_documents: bool,
    ) -> Result<Vec<InputMedia>> {
        let mut files = Vec::new();
        for media in media {
            files.push(self.open(parcel, media).await?);
        }
        let shown: Vec<As> = files.iter().map(|file| shown_as(file.kind, &file.mime, file.size)).collect();
        let go_together = !as_documents && go_together(&shown);
        let items = files.into_iter().zip(shown).enumerate().map(|(n, (file, shown))| {
            let shown = if go_together { shown } else { As::Document };
            item(shown, file.stream, (n == 0).then_some(caption))
        });
        Ok(items.collect())
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
        match self.send_as(shown, manner, file.stream, caption).await {
            // A picture that Telegram will not show is still a file.
            Err(failure) if shown != As::Document && is_about_the_picture(&failure) => {
                let file = self.open(parcel, media).await?;
                self.send_as(As::Document, manner, file.stream, caption).await.map_err(Failure::sending)
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
        file: InputFile,
        caption: &Written,
    ) -> std::result::Result<Value, Failure> {
        match shown {
            As::Photo => send!(self, SendPhoto, manner, file, caption),
            As::Video => send!(self, SendVideo, manner, file, caption),
            As::Animation => send!(self, SendAnimation, manner, file, caption),
            As::Audio => send!(self, SendAudio, manner, file, caption),
            As::Voice => send!(self, SendVoice, manner, file, caption),
            As::Document => send!(self, SendDocument, manner, file, caption),
        }
    }

    /// A file of the parcel's source, opened.
    pub(super) async fn open(&self, parcel: &Parcel<'_>, media: &Media) -> Result<Input> {
        let file = files::open(parcel.source, media, parcel.largest_file).await?;
        let stream = InputFile::read(StreamReader::new(file.bytes)).file_name(files::name(media, &file.mime));
        Ok(Input { stream, kind: file.kind, mime: file.mime, size: file.size })
    }
}

impl Manner {
    fn thread(&self) -> Option<ThreadId> {
        let id = i32::try_from(self.thread?).ok()?;
        Some(ThreadId(MessageId(id)))
    }

    fn reply_parameters(&self) -> Option<ReplyParameters> {
        let id = i32::try_from(self.reply_to?).ok()?;
        let reply = ReplyParameters::new(MessageId(id));
        Some(ReplyParameters { allow_sending_without_reply: Some(true), ..reply })
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

fn item(shown: As, file: InputFile, caption: Option<&Written>) -> InputMedia {
    let text = caption.map(|caption| caption.text.clone());
    let over = caption.map(entities);
    macro_rules! item {
        ($variant:ident, $item:ident) => {{
            let mut item = $item::new(file);
            item.caption = text;
            item.caption_entities = over;
            InputMedia::$variant(item)
        }};
    }
    match shown {
        As::Photo => item!(Photo, InputMediaPhoto),
        As::Video => item!(Video, InputMediaVideo),
        As::Animation => item!(Animation, InputMediaAnimation),
        // A voice message cannot be put in the place of another.
        As::Audio | As::Voice => item!(Audio, InputMediaAudio),
        As::Document => item!(Document, InputMediaDocument),
    }
}

/// Our entities as teloxide has them. From text: its types cannot be read from a tree of JSON.
fn entities(written: &Written) -> Vec<MessageEntity> {
    let text = serde_json::to_string(&written.entities).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
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
