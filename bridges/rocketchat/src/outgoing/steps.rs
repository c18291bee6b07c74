//! The messages a body becomes. Pure, and always the same for the same body.

use contract::Media;

use crate::text::split;

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Words.
    Words(String),
    /// A file with words.
    File {
        /// The file.
        media: Media,
        /// The words.
        words: String,
    },
}

impl Step {
    /// What the message says.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Words(words) | Self::File { words, .. } => words,
        }
    }
}

/// The messages that words and files become; `name` stands with files that have no words, `quote` before the first.
pub(super) fn steps(words: &str, name: &str, quote: &str, media: &[Media], limit: usize) -> Vec<Step> {
    let room = limit.saturating_sub(quote.encode_utf16().count()).max(limit / 2);
    let mut parts = split(words, room);
    if parts.is_empty() && !media.is_empty() {
        parts.push(name.to_owned());
    }
    if let Some(first) = parts.first_mut() {
        *first = String::from(format!("{quote}{first}").trim_end());
    }
    let mut media = media.iter();
    let mut steps: Vec<Step> = Vec::new();
    if parts.len() == 1
        && let Some(first) = media.next()
    {
        steps.push(Step::File { media: first.clone(), words: parts.remove(0) });
    }
    steps.extend(parts.into_iter().map(Step::Words));
    steps.extend(media.map(|media| Step::File { media: media.clone(), words: name.to_owned() }));
    steps
}

#[cfg(test)]
mod tests {
    use contract::MediaKind;

    use super::*;

    fn shape(words: &str, quote: &str, files: usize) -> Vec<(String, bool)> {
        let media = vec![Media::new(MediaKind::File, "f", "f"); files];
        let steps = steps(words, "*Anne*", quote, &media, 20);
        steps.iter().map(|step| (step.words().to_owned(), matches!(step, Step::File { .. }))).collect()
    }

    #[test]
    fn words_go_with_the_first_file_as_far_as_they_fit() {
        let of = |words: &str, file| (words.to_owned(), file);
        assert_eq!(shape("salut", "", 0), [of("salut", false)]);
        assert_eq!(shape("salut", "> ", 2), [of("> salut", true), of("*Anne*", true)]);
        assert_eq!(shape("", "", 1), [of("*Anne*", true)]);
        let long = shape("bien plus de mots que cela", "", 1);
        assert!(long.len() > 2 && long.last() == Some(&of("*Anne*", true)), "{long:?}");
        assert_eq!(shape("", "", 0), []);
    }
}
