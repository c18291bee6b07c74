//! Where several chats of one network meet in a room, a sign before each message of the chat it comes from.

use contract::{Block, Body, Content, Span};

/// What is said, with the sign before its words. What has no words of its own, a place or a poll, stays as it is.
#[must_use]
pub fn marked(content: Content, mark: &str) -> Content {
    match content {
        Content::Message(body) => Content::Message(mark_body(body, mark)),
        Content::Edit { copies, body, refiled } => {
            Content::Edit { copies, body: mark_body(body, mark), refiled }
        }
        other => other,
    }
}

fn mark_body(mut body: Body, mark: &str) -> Body {
    if body.card.is_some() {
        return body;
    }
    match body.text.0.first_mut() {
        Some(Block::Paragraph(first)) => first.insert(0, Span::Plain(format!("[{mark}] "))),
        _ => body.text.0.insert(0, Block::Paragraph(vec![Span::Plain(format!("[{mark}]"))])),
    }
    body
}

#[cfg(test)]
mod tests {
    use contract::{Media, MediaKind, Text};

    use super::*;

    #[test]
    fn words_and_captions_are_marked_and_an_edit_as_they_were() {
        let said = |text: &str, media: Vec<Media>| Body { media, ..Body::of(Text::plain(text)) };
        let words = |content: Content| match marked(content, "#jardin") {
            Content::Message(body) | Content::Edit { body, .. } => body.text.normal(),
            other => panic!("{other:?}"),
        };
        let marked = |text: &str| Text::plain(&format!("[#jardin]{text}"));
        assert_eq!(words(Content::Message(said("bonjour", Vec::new()))), marked(" bonjour"));
        let photo = Media::new(MediaKind::Photo, "1", "1");
        assert_eq!(words(Content::Message(said("", vec![photo]))), marked(""));
        let edit = Content::Edit { copies: Vec::new(), body: said("bonsoir", Vec::new()), refiled: false };
        assert_eq!(words(edit), marked(" bonsoir"));
    }
}
