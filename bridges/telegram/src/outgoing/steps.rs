//! The messages a body becomes. Pure, and always the same for the same body.

use contract::{Author, Body, Media, MediaKind, NetworkName, signed};

use crate::text::{Written, split, units, write};

/// UTF-16 units in a message, and under a file (Bot API, `sendMessage`, `sendPhoto`).
const LONGEST_TEXT: usize = 4096;
const LONGEST_CAPTION: usize = 1024;
/// Files in an album (Bot API, `sendMediaGroup`).
const LARGEST_ALBUM: usize = 10;

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
}

/// The messages a body becomes, with its author's name before the first words of each that stands alone.
pub(super) fn steps(author: &Author, body: &Body, own: &NetworkName) -> Vec<Step> {
    let words = write(&signed(author, body), own);
    if body.media.is_empty() {
        return split(&words, LONGEST_TEXT).into_iter().map(Step::Words).collect();
    }
    let mut steps = Vec::new();
    let name = write(&signed(author, &Body::default()), own);
    let mut caption = words;
    if units(&caption.text) > LONGEST_CAPTION {
        steps.extend(split(&caption, LONGEST_TEXT).into_iter().map(Step::Words));
        caption = name.clone();
    }
    for media in groups(&body.media) {
        steps.push(Step::Files { media, caption: std::mem::replace(&mut caption, name.clone()) });
    }
    steps
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
    use contract::{Block, Text, Tone};

    use super::*;

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
    fn kinds_that_do_not_mix_go_apart() {
        let kinds = [MediaKind::Photo, MediaKind::Video, MediaKind::File, MediaKind::Voice, MediaKind::Voice];
        let media: Vec<Media> = kinds.iter().map(|kind| Media::new(*kind, "1", "1")).collect();
        assert_eq!(groups(&media).iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 1, 1]);
    }
}
