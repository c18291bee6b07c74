//! What a post says: its words, its files, and what it is about.

use contract::{Block, Body, Media, MediaKind, Phrase, Result, Span, Text, Tone};
use serde_json::Value;

use super::{Listener, Post};
use crate::text;

impl Listener<'_> {
    /// What a post says: never nothing.
    pub(super) async fn body(&self, post: Post<'_>) -> Result<Body> {
        let emote = post.word("type") == "me";
        let mut words = post.word("message");
        if emote {
            // The server writes `/me` in italics.
            words = words.strip_prefix('*').and_then(|words| words.strip_suffix('*')).unwrap_or(words);
        }
        let called = self.people.called(words).await?;
        let mut text = text::read(words, &called);
        for attachment in post.raw["props"]["attachments"].as_array().into_iter().flatten().take(20) {
            text.0.extend(self.attachment(attachment).await?);
        }
        let media = media(&post.raw["metadata"]["files"]);
        let lost = post.raw["file_ids"].as_array().map_or(0, Vec::len).saturating_sub(media.len());
        if lost > 0 || (text.is_empty() && media.is_empty()) {
            text.0.extend(Text::from(Phrase::new("unknown-message")).0);
        }
        let root = Some(post.word("root_id")).filter(|root| !root.is_empty());
        let tone = if emote { Tone::Emote } else { Tone::Said };
        Ok(Body { media, thread: root.map(Into::into), tone, ..Body::of(text.normal()) })
    }

    /// What an integration adds to a post (`props.attachments`).
    async fn attachment(&self, attachment: &Value) -> Result<Vec<Block>> {
        let word = |key: &str| attachment[key].as_str().unwrap_or_default().trim();
        let mut blocks = Vec::new();
        let plain = |words: &str| Text::plain(words).0;
        if !word("author_name").is_empty() {
            blocks.extend(plain(word("author_name")));
        }
        if !word("title").is_empty() {
            let title = vec![Span::Plain(one_line(word("title")))];
            let link = word("title_link");
            let spans = match link.starts_with("http://") || link.starts_with("https://") {
                true => vec![Span::Link { url: link.to_owned(), spans: title }],
                false => title,
            };
            blocks.push(Block::Paragraph(vec![Span::Styled(contract::Style::Bold, spans)]));
        }
        for key in ["pretext", "text"] {
            let words = word(key);
            blocks.extend(text::read(words, &self.people.called(words).await?).0);
        }
        for field in attachment["fields"].as_array().into_iter().flatten().take(20) {
            let name = field["title"].as_str().unwrap_or_default();
            let value = match &field["value"] {
                Value::String(value) => value.clone(),
                other => other.to_string(),
            };
            blocks.extend(plain(&format!("{name}: {value}")));
        }
        if blocks.is_empty() {
            blocks.extend(plain(word("fallback")));
        }
        Ok(vec![Block::Quote(blocks)])
    }
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The files of a post (API v4, `FileInfo`).
fn media(files: &Value) -> Vec<Media> {
    let files = files.as_array().into_iter().flatten();
    files
        .filter_map(|file| {
            let id = file["id"].as_str()?;
            let mime = file["mime_type"].as_str().unwrap_or_default();
            let mime = mime.split(';').next().unwrap_or_default().trim();
            let kind = match mime.split('/').next().unwrap_or_default() {
                _ if mime == "image/gif" => MediaKind::Gif,
                _ if mime == "image/svg+xml" => MediaKind::File,
                "image" => MediaKind::Photo,
                "video" => MediaKind::Video,
                "audio" => MediaKind::Audio,
                _ => MediaKind::File,
            };
            let pixels = |key: &str| u32::try_from(file[key].as_u64()?).ok().filter(|n| *n > 0);
            Some(Media {
                name: file["name"].as_str().map(str::to_owned),
                mime: (!mime.is_empty()).then(|| mime.to_owned()),
                size: file["size"].as_u64(),
                width: pixels("width"),
                height: pixels("height"),
                ..Media::new(kind, id, id)
            })
        })
        .collect()
}
