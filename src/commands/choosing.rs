//! What is chosen of several for links: what becomes of threads, how large a file may be, whether names follow.

use contract::{Megabytes, Result};

use super::{Answer, Asked, Commands, names::bare};
use crate::store::Threads;

impl Commands {
    /// Chooses what becomes of threads and answers.
    pub(super) async fn threads(&self, asked: &Asked<'_>) -> Result<Answer> {
        let chosen = asked.words.split_first().and_then(|(word, named)| Some((manner(word)?, named)));
        let Some(((threads, manner), named)) = chosen else { return Ok(asked.phrase("threads-how").into()) };
        let phrase = asked.phrase("threads-chosen").with("manner", manner);
        self.choose(asked, phrase, named, |link| link.threads = threads).await
    }

    /// Chooses whether changes of name, topic and picture cross.
    pub(super) async fn titles(&self, asked: &Asked<'_>) -> Result<Answer> {
        let chosen = asked.words.split_first().and_then(|(word, named)| Some((keeps(word)?, named)));
        let Some((keeps, named)) = chosen else { return Ok(asked.phrase("titles-how").into()) };
        let phrase = asked.phrase(if keeps { "titles-kept" } else { "titles-followed" });
        self.choose(asked, phrase, named, |link| link.keeps_titles = keeps).await
    }

    /// Chooses the largest file that crosses.
    pub(super) async fn limit(&self, asked: &Asked<'_>) -> Result<Answer> {
        let chosen = asked.words.split_first().and_then(|(word, named)| Some((largest(word)?, named)));
        let Some(((key, largest), named)) = chosen else { return Ok(asked.phrase("limit-how").into()) };
        let phrase = asked.phrase(key).with("limit", largest.map_or(0, |largest| largest.0));
        self.choose(asked, phrase, named, |link| link.largest_file_mb = largest).await
    }
}

/// What becomes of threads, and the word for it in the catalogues.
fn manner(word: &str) -> Option<(Threads, &'static str)> {
    match bare(word).as_str() {
        "automatic" | "automatique" | "auto" => Some((Threads::Automatic, "automatic")),
        "threads" | "thread" | "fils" | "fil" => Some((Threads::Threads, "threads")),
        "replies" | "reply" | "reponses" | "reponse" => Some((Threads::Replies, "replies")),
        _ => None,
    }
}

/// Whether each side keeps its own name, topic and picture.
fn keeps(word: &str) -> Option<bool> {
    match bare(word).as_str() {
        "keep" | "garder" => Some(true),
        "follow" | "suivre" => Some(false),
        _ => None,
    }
}

/// A whole number of megabytes, with or without their sign, or none at all; and what is said of it.
fn largest(word: &str) -> Option<(&'static str, Option<Megabytes>)> {
    match bare(word).as_str() {
        "none" | "aucune" | "sans" => Some(("limit-none", None)),
        word => {
            let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let is_sign = matches!(&word[digits.len()..], "" | "mb" | "mo");
            let number = digits.parse().ok().filter(|number| *number > 0 && is_sign);
            number.map(|number| ("limit-chosen", Some(Megabytes(number))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_known_in_both_languages() {
        for (word, threads) in [
            ("réponses", Some(Threads::Replies)),
            ("replies", Some(Threads::Replies)),
            ("Fils", Some(Threads::Threads)),
            ("auto", Some(Threads::Automatic)),
            ("bof", None),
        ] {
            assert_eq!(manner(word).map(|(threads, _)| threads), threads, "{word}");
        }
        assert_eq!(["Garder", "follow", "bof"].map(keeps), [Some(true), Some(false), None]);
        for (word, limit) in [
            ("20", Some(Some(20))),
            ("20Mo", Some(Some(20))),
            ("aucune", Some(None)),
            ("0", None),
            ("-1x", None),
            ("20Go", None),
        ] {
            assert_eq!(largest(word).map(|(_, limit)| limit.map(|limit| limit.0)), limit, "{word}");
        }
    }
}
