//! The messages a body becomes. Pure, and always the same for the same body.

use contract::{Author, Body, Card, Location, Media, MediaKind, NetworkName, Poll, one_line, signed};

use crate::text::{Written, split, units, write};

/// UTF-16 units in a message, and under a file (Bot API, `sendMessage`, `sendPhoto`).
const LONGEST_TEXT: usize = 4096;
const LONGEST_CAPTION: usize = 1024;
/// Files in an album (Bot API, `sendMediaGroup`).
const LARGEST_ALBUM: usize = 10;
/// UTF-16 units of a poll's question and of an answer, and how many answers it has (Bot API, `sendPoll`).
const LONGEST_QUESTION: usize = 300;
const LONGEST_ANSWER: usize = 100;
const MOST_ANSWERS: usize = 12;

/// One message, or one album.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Words.
    Words(Written),
    /// Files that go together, with words under the first.
    Files {
        /// The files.
        media: Vec<Media>,
        /// The words.
        caption: Written,
    },
    /// A place on the map.
    Place(Location),
    /// A poll.
    Poll(Poll),
}

/// The messages a body becomes, with its author's name before the first words of each that stands alone.
pub(super) fn steps(author: &Author, body: &Body, own: &NetworkName) -> Vec<Step> {
    if let Some(Card::Poll(poll)) = &body.card {
        let words = split(&write(&body.text, own), LONGEST_TEXT).into_iter().map(Step::Words);
        return words.chain([Step::Poll(asked(author, poll))]).collect();
    }
    let words = write(&signed(author, body), own);
    if let Some(Card::Location(place)) = &body.card {
        // A place has no caption: whose it is stands before it.
        let words = split(&words, LONGEST_TEXT).into_iter().map(Step::Words);
        return words.chain([Step::Place(place.clone())]).collect();
    }
    if body.media.is_empty() {
        return split(&words, LONGEST_TEXT).into_iter().map(Step::Words).collect();
    }
    let mut steps = Vec::new();
    let name = write(&signed(author, &Body::default()), own);
    let mut pieces = split(&words, LONGEST_CAPTION);
    let mut caption = match pieces.len() {
        0 | 1 => pieces.pop().unwrap_or_default(),
        _ => {
            steps.extend(split(&words, LONGEST_TEXT).into_iter().map(Step::Words));
            name.clone()
        }
    };
    for media in groups(&body.media) {
        steps.push(Step::Files { media, caption: std::mem::replace(&mut caption, name.clone()) });
    }
    steps
}

/// Whether Telegram takes such a poll. One that it does not is said in words.
pub(super) fn is_taken(poll: &Poll) -> bool {
    let fits = |words: &str, most| !words.trim().is_empty() && units(words.trim()) <= most;
    fits(&poll.question, LONGEST_QUESTION)
        && (1..=MOST_ANSWERS).contains(&poll.answers.len())
        && poll.answers.iter().all(|answer| fits(&answer.text, LONGEST_ANSWER))
}

/// A poll that says who asks.
fn asked(author: &Author, poll: &Poll) -> Poll {
    let question = match author.is_bridge() {
        true => poll.question.clone(),
        false => format!("{}: {}", one_line(author.shown()), poll.question),
    };
    Poll { question, ..poll.clone() }
}

/// Files that may go together: pictures with films, documents, music; everything else alone.
fn groups(media: &[Media]) -> Vec<Vec<Media>> {
    let family = |media: &Media| match media.kind {
        MediaKind::Photo | MediaKind::Video => 1,
        MediaKind::File => 2,
        MediaKind::Audio => 3,
        _ => 0,
    };
    let mut groups: Vec<Vec<Media>> = Vec::new();
    for file in media {
        match groups.last_mut() {
            Some(group)
                if family(file) != 0 && family(&group[0]) == family(file) && group.len() < LARGEST_ALBUM =>
            {
                group.push(file.clone());
            }
            _ => groups.push(vec![file.clone()]),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use contract::{Block, Text, Tone, testing::trees};
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    const KINDS: [MediaKind; 8] = [
        MediaKind::Photo,
        MediaKind::Video,
        MediaKind::Gif,
        MediaKind::Audio,
        MediaKind::Voice,
        MediaKind::VideoNote,
        MediaKind::Sticker,
        MediaKind::File,
    ];

    fn bodies() -> impl Strategy<Value = Body> {
        let text = vec(trees::texts(), 0..40);
        let media = vec((select(&KINDS[..]), 1..4_usize), 0..8);
        let tone = select(vec![Tone::Said, Tone::Emote, Tone::Notice]);
        (text, media, tone).prop_map(|(texts, media, tone)| {
            let blocks = texts.into_iter().flat_map(|text| text.0).collect();
            let runs = media.into_iter().flat_map(|(kind, many)| vec![kind; many * many]);
            let media = runs.enumerate().map(|(n, kind)| Media::new(kind, "f", n.to_string())).collect();
            Body { text: Text(blocks).normal(), media, tone, ..Body::default() }
        })
    }

    /// Looks whether Telegram takes words of at most so many UTF-16 units as they are: what it would trim shifts what lies
    /// over them.
    fn assert_taken(words: &Written, most: usize) {
        let all: Vec<u16> = words.text.encode_utf16().collect();
        assert!(all.len() <= most, "{} units", all.len());
        assert_eq!(words.text.trim(), words.text);
        assert!(words.entities.len() <= 100, "{} entities", words.entities.len());
        let cuts = |at: usize| all.get(at).is_some_and(|unit| (0xdc00..0xe000).contains(unit));
        for e in &words.entities {
            let end = e.offset + e.length;
            assert!(e.length > 0 && end <= all.len() && !cuts(e.offset) && !cuts(end), "{e:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn telegram_takes_every_message_and_album(body in bodies(), name in "\\PC{0,80}", ours in any::<bool>()) {
            let author = if ours { Author::bridge() } else { Author::named(&NetworkName::matrix(), "@a:b.fr", name) };
            let mut files = Vec::new();
            for step in steps(&author, &body, &own()) {
                match step {
                    Step::Words(words) => {
                        prop_assert!(!words.text.is_empty());
                        assert_taken(&words, 4096);
                    }
                    Step::Files { media, caption } => {
                        assert_taken(&caption, 1024);
                        prop_assert!((1..=10).contains(&media.len()));
                        let all = |kinds: &[MediaKind]| media.iter().all(|file| kinds.contains(&file.kind));
                        let is_album = all(&[MediaKind::Photo, MediaKind::Video]) || all(&[MediaKind::File]) || all(&[MediaKind::Audio]);
                        prop_assert!(media.len() == 1 || is_album, "{media:?}");
                        files.extend(media);
                    }
                    Step::Place(_) | Step::Poll(_) => prop_assert!(false, "neither was said"),
                }
            }
            prop_assert_eq!(files, body.media, "every file, in order");
        }
    }

    fn anne() -> Author {
        Author::named(&NetworkName::matrix(), "@anne:exemple.fr", "Anne\n\u{202e}B.")
    }

    fn own() -> NetworkName {
        "telegram".into()
    }

    fn words(steps: &[Step]) -> Vec<&str> {
        steps
            .iter()
            .map(|step| match step {
                Step::Words(words) => words.text.as_str(),
                Step::Files { caption, .. } => caption.text.as_str(),
                Step::Place(_) => "a place",
                Step::Poll(poll) => poll.question.as_str(),
            })
            .collect()
    }

    #[test]
    fn the_name_stands_in_bold_before_the_words() {
        let steps = steps(&anne(), &Body::of(Text::plain("bonjour")), &own());
        let Step::Words(written) = &steps[0] else { panic!() };
        assert_eq!(written.text, "AnneB.: bonjour");
        assert_eq!((written.entities[0].kind.as_str(), written.entities[0].length), ("bold", 6));
    }

    #[test]
    fn an_action_and_a_line_of_the_bridge_have_their_own_form() {
        let wave = Body { tone: Tone::Emote, ..Body::of(Text::plain("salue")) };
        assert_eq!(words(&steps(&anne(), &wave, &own())), ["* AnneB. salue"]);
        assert_eq!(words(&steps(&Author::bridge(), &Body::of(Text::plain("voilà")), &own())), ["voilà"]);
        let code = Text(vec![Block::Code { language: None, code: "x".into() }]);
        assert_eq!(words(&steps(&anne(), &Body::of(code), &own())), ["AnneB.:\nx"]);
    }

    #[test]
    fn long_captions_stand_before_the_files_and_albums_are_no_larger_than_allowed() {
        let media = vec![Media::new(MediaKind::Photo, "1", "1"); 12];
        let body = Body { text: Text::plain(&"mot ".repeat(400)), media, ..Body::default() };
        let steps = steps(&anne(), &body, &own());
        assert_eq!(steps.len(), 3);
        assert_eq!(words(&steps)[1..], ["AnneB.", "AnneB."]);
        let Step::Files { media, .. } = &steps[1] else { panic!() };
        assert_eq!(media.len(), 10);
    }

    #[test]
    fn a_poll_says_who_asks_and_a_place_whose_it_is() {
        let poll = Poll { question: "Quand ?".to_owned(), answers: Vec::new(), most: 1 };
        let body = Body { card: Some(Card::Poll(poll)), ..Body::default() };
        assert_eq!(words(&steps(&anne(), &body, &own())), ["AnneB.: Quand ?"]);
        let place = Location {
            latitude: 48.1,
            longitude: -1.7,
            name: None,
            address: None,
            live: false,
            ended: false,
        };
        let body = Body { card: Some(Card::Location(place)), ..Body::default() };
        assert_eq!(words(&steps(&anne(), &body, &own())), ["AnneB.", "a place"]);
    }

    #[test]
    fn a_poll_that_telegram_would_refuse_is_known() {
        let poll = |question: &str, answers: &[&str]| {
            let answer = |text: &&str| contract::Answer { id: String::new(), text: (*text).to_owned() };
            Poll { question: question.to_owned(), answers: answers.iter().map(answer).collect(), most: 1 }
        };
        assert!(is_taken(&poll(&"é".repeat(300), &["oui", &"🎉".repeat(50)])));
        assert!(!is_taken(&poll(&"é".repeat(301), &["oui"])));
        assert!(!is_taken(&poll("Quand ?", &["oui", " "])));
        assert!(!is_taken(&poll("Quand ?", &[&"🎉".repeat(51)])));
        assert!(!is_taken(&poll("Quand ?", &[])) && !is_taken(&poll("Quand ?", &["a"; 13])));
    }

    #[test]
    fn kinds_that_do_not_mix_go_apart() {
        let kinds = [MediaKind::Photo, MediaKind::Video, MediaKind::File, MediaKind::Voice, MediaKind::Voice];
        let media: Vec<Media> = kinds.iter().map(|kind| Media::new(*kind, "1", "1")).collect();
        assert_eq!(groups(&media).iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 1, 1]);
    }
}
