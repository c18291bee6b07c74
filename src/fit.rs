//! Shrinks what was said to what the destination can express. Pure: no network, no store, no clock.

use contract::{
    Author, Block, Body, Capabilities, Content, Kind, Media, MediaKind, Megabytes, NetworkName, Phrase,
    Receipt, Span, Text,
};

use crate::{
    store::Threads,
    words::{Called, Language, put_in_words},
};

mod cards;
mod lines;
mod marks;

pub use marks::marked;

/// Bytes of a megabyte, as people count them.
const MEGABYTE: u64 = 1_000_000;

/// What to deliver, and what its author is to be told about it.
#[derive(Debug, PartialEq)]
pub struct Fitted {
    /// Who says it.
    pub author: Author,
    /// What can be said there.
    pub content: Content,
    /// What could not, for its author.
    pub left_out: Vec<Phrase>,
    /// Whether it is a line below the message it is about, to be kept current.
    pub is_line: bool,
    /// Bytes of the largest file that may cross.
    pub largest_file: u64,
}

impl Fitted {
    /// What a delivery made, as what it is.
    #[must_use]
    pub fn receipt(&self, receipt: Receipt) -> Receipt {
        if !self.is_line {
            return receipt;
        }
        let Receipt { made, gone, found, more, .. } = receipt;
        Receipt { line: made, gone, found, more, ..Receipt::default() }
    }
}

/// Between which networks, and in whose language.
#[derive(Clone, Copy, Debug)]
pub struct Crossing<'a> {
    /// Where it was said.
    pub source: &'a NetworkName,
    /// What can be fetched from there.
    pub from: Capabilities,
    /// What can be said in the destination.
    pub to: Capabilities,
    /// The language of the destination.
    pub language: Language,
    /// What networks are called there.
    pub called: &'a Called,
    /// Whether everybody there may be called at once.
    pub crowds: bool,
    /// What becomes of threads and answers.
    pub threads: Threads,
    /// The largest file that the links let through; nothing where they let through what both sides take.
    pub largest_file: Option<Megabytes>,
}

impl Crossing<'_> {
    /// Bytes of the largest file that may cross.
    fn file_limit(&self) -> u64 {
        Megabytes::bound(self.largest_file, self.from.download_limit.min(self.to.upload_limit))
    }
}

/// Shrinks `content` for one destination.
#[must_use]
pub fn fit(content: Content, author: Author, crossing: Crossing<'_>) -> Fitted {
    let mut left_out = Vec::new();
    let is_line = matches!(&content, Content::Poll { change, .. } if !lines::is_shown(change, crossing.to));
    let (content, author) = lines::in_words(content, author, crossing);
    let content = match content {
        Content::Message(body) => Content::Message(fit_body(body, crossing, &mut left_out)),
        Content::Edit { copies, body, refiled } => {
            Content::Edit { copies, body: fit_body(body, crossing, &mut left_out), refiled }
        }
        other => other,
    };
    Fitted { author, content, left_out, is_line, largest_file: crossing.file_limit() }
}

fn fit_body(body: Body, crossing: Crossing<'_>, left_out: &mut Vec<Phrase>) -> Body {
    let mut body = cards::in_words(body, crossing.to);
    let limit = crossing.file_limit();
    let (media, too_big): (Vec<_>, Vec<_>) =
        body.media.into_iter().partition(|media| media.size.is_none_or(|size| size <= limit));
    body.media = media;
    for media in &too_big {
        body.text.0.extend(line_for(media).0);
        left_out.push(about_file("file-too-big", media).with("limit", megabytes(limit)));
    }
    fit_thread(&mut body, crossing);
    if !crossing.crowds {
        body.text.change(&mut |span| {
            if let Span::Crowd(name) = span {
                *span = Span::Plain(format!("@{name}"));
            }
        });
    }
    body.text = put_in_words(body.text, crossing.language, crossing.called);
    body
}

/// Threads and answers as the link wants them, and as the destination has them.
fn fit_thread(body: &mut Body, crossing: Crossing<'_>) {
    match crossing.threads {
        Threads::Threads if crossing.to.threads && body.thread.is_none() => {
            body.thread = body.reply_to.take();
        }
        Threads::Automatic | Threads::Threads if crossing.to.threads => {}
        _ => {
            let thread = body.thread.take();
            body.reply_to = body.reply_to.take().or(thread);
        }
    }
}

/// What is said in the place of a file that cannot cross.
#[must_use]
pub fn line_for(media: &Media) -> Text {
    about_file("file-left-out", media).into()
}

/// What is said in the place of a message whose files were refused.
#[must_use]
pub fn without_files(body: &Body, step: u32) -> Body {
    let mut rest = Body { media: Vec::new(), ..body.clone() };
    if step > 0 {
        // The words have crossed already.
        rest.text = Text::default();
    }
    for media in &body.media {
        rest.text.0.extend(line_for(media).0);
    }
    rest
}

/// What is said again of a message that went with what somebody took back: without its files, which went too.
#[must_use]
pub fn said_again(body: &Body) -> Body {
    let line = Text::from(Phrase::new("answered-what-is-gone"));
    let rest = without_files(body, 0);
    let text = Text([vec![Block::Quote(line.0)], rest.text.0].concat());
    Body { text, reply_to: None, thread: None, quote: None, ..rest }
}

/// What the author of something refused is told.
#[must_use]
pub fn refusal(kind: &Kind, destination: &NetworkName, reason: &Phrase) -> Text {
    let key = if matches!(kind, Kind::Delete { .. }) { "not-deleted" } else { "not-delivered" };
    let what = Phrase::new(key).with("network", destination);
    Text(vec![Block::Paragraph(vec![
        Span::Phrase(what),
        Span::Plain(" ".to_owned()),
        Span::Phrase(reason.clone()),
    ])])
}

/// A phrase about a file: the catalogues name its kind where it has no name.
fn about_file(key: &str, media: &Media) -> Phrase {
    let kind = match media.kind {
        MediaKind::Photo => "photo",
        MediaKind::Video | MediaKind::VideoNote => "video",
        MediaKind::Gif => "gif",
        MediaKind::Audio => "audio",
        MediaKind::Voice => "voice",
        MediaKind::Sticker => "sticker",
        MediaKind::File => "file",
    };
    let phrase = Phrase::new(key).with("kind", kind).with("name", media.name.as_deref().unwrap_or("none"));
    match media.size {
        // The size of a small file is not what anybody wonders about.
        Some(size) if size >= MEGABYTE => phrase.with("size", megabytes(size)),
        _ => phrase.with("size", "none"),
    }
}

/// Whole megabytes, rounded up.
fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(MEGABYTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NARROW: Capabilities = Capabilities {
        idempotent: false,
        threads: false,
        members: true,
        faces: false,
        natively: &[],
        upload_limit: 50_000_000,
        download_limit: 20_000_000,
    };

    fn fitted(content: Content, language: Language) -> Fitted {
        let source = NetworkName::matrix();
        let author = Author::named(&source, "@anne:exemple.fr", "Anne");
        let wide = Capabilities { download_limit: u64::MAX, ..NARROW };
        let threads = Threads::Automatic;
        let (to, called) = (NARROW, Called::default());
        let crossing = Crossing {
            source: &source,
            from: wide,
            to,
            language,
            called: &called,
            crowds: false,
            threads,
            largest_file: None,
        };
        fit(content, author, crossing)
    }

    #[test]
    fn a_file_too_big_becomes_a_line_and_its_author_is_told() {
        let mut film = Media::new(MediaKind::Video, "mxc://a/b", "mxc://a/b");
        film.name = Some("fête.mp4".to_owned());
        film.size = Some(50_000_001);
        let body = Body { text: Text::plain("regardez"), media: vec![film], ..Body::default() };
        let fitted = fitted(Content::Message(body), Language::En);
        let Content::Message(body) = fitted.content else { panic!("a message stays a message") };
        assert!(body.media.is_empty());
        assert_eq!(body.text.0.len(), 2, "the words, then a line for the film");
        let told = &fitted.left_out[0];
        assert_eq!(
            (told.key.as_str(), told.with["size"].as_str(), told.with["limit"].as_str()),
            ("file-too-big", "51", "50")
        );
    }

    #[test]
    fn the_size_of_a_small_file_is_not_told() {
        let mut photo = Media::new(MediaKind::Photo, "mxc://a/b", "mxc://a/b");
        for (size, told) in [(99, "none"), (1_200_000, "2")] {
            photo.size = Some(size);
            assert_eq!(about_file("file-left-out", &photo).with["size"], told);
        }
    }

    #[test]
    fn the_smallest_limit_is_the_one_that_counts() {
        let source = NetworkName::matrix();
        let limit = |chosen: Option<u64>| {
            let (language, threads) = (Language::Fr, Threads::Automatic);
            let largest_file = chosen.map(Megabytes);
            let (to, called) = (NARROW, &Called::default());
            Crossing { source: &source, from: to, to, language, called, crowds: false, threads, largest_file }
                .file_limit()
        };
        assert_eq!([limit(None), limit(Some(5)), limit(Some(90))], [20_000_000, 5_000_000, 20_000_000]);
    }

    #[test]
    fn a_thread_is_a_reply_where_there_are_none() {
        let body = Body { thread: Some("t".into()), ..Body::of(Text::plain("oui")) };
        let Content::Message(body) = fitted(Content::Message(body), Language::Fr).content else { panic!() };
        assert_eq!((body.thread, body.reply_to), (None, Some("t".into())));
    }

    #[test]
    fn a_link_chooses_what_becomes_of_threads() {
        let source = NetworkName::matrix();
        let shape = |threads, body: Body| {
            let to = Capabilities { threads: true, ..NARROW };
            let (language, called, largest_file) = (Language::Fr, &Called::default(), None);
            let crossing = Crossing {
                source: &source,
                from: to,
                to,
                language,
                called,
                crowds: false,
                threads,
                largest_file,
            };
            let author = Author::named(&source, "@anne:exemple.fr", "Anne");
            let Content::Message(body) = fit(Content::Message(body), author, crossing).content else {
                panic!()
            };
            (body.thread.map(|id| id.0), body.reply_to.map(|id| id.0))
        };
        let answer = || Body { reply_to: Some("r".into()), ..Body::of(Text::plain("oui")) };
        let threaded = || Body { thread: Some("t".into()), ..Body::of(Text::plain("oui")) };
        let of = |id: &str| Some(id.to_owned());
        assert_eq!(shape(Threads::Automatic, answer()), (None, of("r")));
        assert_eq!(shape(Threads::Automatic, threaded()), (of("t"), None));
        assert_eq!(shape(Threads::Threads, answer()), (of("r"), None));
        assert_eq!(shape(Threads::Replies, threaded()), (None, of("t")));
    }

    #[test]
    fn a_crowd_is_called_only_where_it_may_be() {
        let body = Body::of(Text(vec![Block::Paragraph(vec![Span::Crowd("all".to_owned())])]));
        let Content::Message(quiet) = fitted(Content::Message(body), Language::Fr).content else { panic!() };
        assert_eq!(quiet.text, Text::plain("@all"));
    }

    #[test]
    fn coming_and_going_is_a_quiet_line_of_the_bridge() {
        let fitted = fitted(Content::Membership(contract::Membership::Joined), Language::Fr);
        assert!(fitted.author.is_bridge());
        let Content::Message(body) = fitted.content else { panic!() };
        assert_eq!(body.tone, contract::Tone::Notice);
        assert!(body.text.excerpt(200).contains("Anne"));
    }

    #[test]
    fn words_that_crossed_are_not_said_again_when_a_later_file_is_refused() {
        let media = vec![Media::new(MediaKind::File, "f", "f")];
        let body = Body { text: Text::plain("mot"), media, ..Body::default() };
        assert_eq!(without_files(&body, 0).text.0.len(), 2);
        assert_eq!(without_files(&body, 1).text.0.len(), 1);
    }
}
