//! The posts a body becomes. Pure, and always the same for the same body.

use contract::Media;

use crate::text::split;

/// Files on a post (API v4, `POST /posts`).
pub(super) const MOST_FILES: usize = 10;

/// One post.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    /// The words, in the server's Markdown.
    pub words: String,
    /// The files.
    pub media: Vec<Media>,
    /// Whether it is an action, `/me`.
    pub emote: bool,
}

impl Step {
    fn of(words: String, media: Vec<Media>) -> Self {
        Self { words, media, emote: false }
    }
}

/// The posts that words and files become; `name` stands with files that have no words.
pub(super) fn steps(words: &str, name: &str, media: &[Media], limit: usize) -> Vec<Step> {
    let mut parts = split(words, limit);
    let mut groups = media.chunks(MOST_FILES).map(<[Media]>::to_vec);
    // Files go with the last of the words, as people send them.
    let last = if parts.len() <= 1 { parts.pop().unwrap_or_default() } else { name.to_owned() };
    let mut steps: Vec<Step> = parts.into_iter().map(|words| Step::of(words, Vec::new())).collect();
    if let Some(first) = groups.next() {
        steps.push(Step::of(last, first));
    } else if steps.is_empty() && !last.is_empty() {
        steps.push(Step::of(last, Vec::new()));
    }
    steps.extend(groups.map(|media| Step::of(name.to_owned(), media)));
    steps
}

#[cfg(test)]
mod tests {
    use contract::MediaKind;

    use super::*;

    fn shape(words: &str, files: usize) -> Vec<(String, usize)> {
        let media = vec![Media::new(MediaKind::File, "f", "f"); files];
        steps(words, "**Anne**", &media, 10).into_iter().map(|step| (step.words, step.media.len())).collect()
    }

    #[test]
    fn words_and_files_go_together_as_far_as_they_fit() {
        let of = |words: &str, files| (words.to_owned(), files);
        assert_eq!(shape("salut", 0), [of("salut", 0)]);
        assert_eq!(shape("salut", 2), [of("salut", 2)]);
        assert_eq!(shape("salut", 12), [of("salut", 10), of("**Anne**", 2)]);
        assert_eq!(shape("mille mots en trop", 1).last(), Some(&of("**Anne**", 1)));
        assert!(shape("mille mots en trop", 1).len() > 2);
        assert_eq!(shape("", 0), []);
    }
}
