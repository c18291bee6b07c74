//! What was said, and whether every side shows it: once, in order, as it was last.

use std::collections::HashMap;

use crate::square::{SIDES, Said, Side, Square};

/// Something that somebody said.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where.
    pub side: Side,
    /// Its id there.
    pub id: String,
    /// What it says now; it begins with its mark.
    pub text: String,
    /// What it answers.
    pub about: Option<usize>,
    pub has_file: bool,
    /// Where somebody reacted.
    pub reacted: Option<Side>,
    /// Whether it was taken back.
    pub gone: bool,
    /// Whether it may have been told of behind what was said after it.
    pub late: bool,
}

/// Everything that was said, in order.
#[derive(Default)]
pub struct Ledger(pub Vec<Entry>);

/// What the words of an entry begin with, unlike any other's.
pub fn mark(number: usize) -> String {
    format!("n{number}.")
}

/// What a side shows, compared with what was said.
#[derive(Default)]
pub struct Difference {
    /// What is not as it must be.
    pub wrong: Vec<String>,
    /// What is there once more, and where.
    pub doubled: Vec<(Side, usize)>,
    /// What is there still, though it was taken back.
    pub left: Vec<(Side, usize)>,
    /// What may have gone with its thread, and where it is not; and all that is there.
    absent: Vec<(Side, usize)>,
    there: Vec<(Side, usize)>,
    /// What does not show that it answers something, and where.
    unrelated: Vec<(Side, usize)>,
}

impl Difference {
    /// Whether every side is as it must be, but for what is there twice.
    pub fn is_none(&self) -> bool {
        self.wrong.is_empty() && self.left.is_empty()
    }
}

impl Ledger {
    /// Looks at every side.
    pub async fn compare(&self, square: &Square, sides: &[Side]) -> Difference {
        let mut difference = Difference::default();
        for side in sides {
            self.compare_side(*side, &square.seen(*side).await, &mut difference);
        }
        for (side, number) in &difference.absent {
            // It went everywhere or nowhere.
            if let Some((other, _)) = difference.there.iter().find(|(_, there)| there == number) {
                difference.wrong.push(format!("{side:?} lost {}, and {other:?} did not", mark(*number)));
            }
        }
        for (side, number) in &difference.unrelated {
            let entry = &self.0[*number];
            // Of two copies one is known. Who answers the other answers nothing that is known.
            if !entry.about.is_some_and(|about| difference.doubled.contains(&(entry.side, about))) {
                difference.wrong.push(format!("{side:?}: what it answers: {entry:?}"));
            }
        }
        difference
    }

    fn compare_side(&self, side: Side, seen: &[Said], difference: &mut Difference) {
        let mut at = HashMap::new();
        for (number, entry) in self.0.iter().enumerate() {
            let mark = mark(number);
            let places: Vec<usize> =
                (0..seen.len()).filter(|place| words(&seen[*place]).starts_with(&mark)).collect();
            if entry.gone {
                // What stood there twice was one message to everybody.
                difference.left.extend(places.first().map(|_| (side, number)));
                continue;
            }
            let Some(first) = places.first() else {
                if self.may_go_with_its_thread(number) {
                    difference.absent.push((side, number));
                    continue;
                }
                difference.wrong.push(format!("{side:?} lost {entry:?}"));
                continue;
            };
            difference.doubled.extend(places.iter().skip(1).map(|_| (side, number)));
            // Of two, the later one is the one that is known.
            let last = *places.last().unwrap_or(first);
            difference.there.push((side, number));
            if side == Side::Mattermost && entry.side != side && self.is_of_a_thread_that_went(number) {
                // Said again it is behind all else, and without its file and its reactions. Changed later, it loses its line.
                if !words(&seen[last]).starts_with(&entry.text) {
                    difference.wrong.push(format!("{side:?}: other words: {entry:?} as {:?}", seen[last]));
                }
                continue;
            }
            at.insert(number, *first);
            self.compare_one(side, number, &seen[last], difference);
            if !self.is_related(entry, &seen[last], seen) {
                difference.unrelated.push((side, number));
            }
        }
        self.compare_order(side, &at, difference);
    }

    fn compare_one(&self, side: Side, number: usize, said: &Said, difference: &mut Difference) {
        let entry = &self.0[number];
        let mut wrong =
            |what: &str| difference.wrong.push(format!("{side:?}: {what}: {entry:?} as {said:?}"));
        if said.text != entry.text {
            wrong("other words");
        }
        if (said.files > 0) != entry.has_file {
            wrong("its file");
        }
        let reacted = said.reactions.iter().any(|reaction| reaction == "🎉");
        // It can have gone with its thread before anybody listened.
        let went = entry.reacted == Some(Side::Mattermost) && self.is_of_a_thread_that_went(number);
        if reacted != entry.reacted.is_some() && (reacted || !went) {
            wrong("its reaction");
        }
    }

    /// Whether a message shows what it answers.
    fn is_related(&self, entry: &Entry, said: &Said, seen: &[Said]) -> bool {
        let Some(about) = entry.about else { return true };
        // A thread is told by its first message; an answer to what is gone may have nothing to show.
        let line = self.line_of(about);
        let target = seen.iter().find(|other| Some(&other.id) == said.about.as_ref());
        let is_of_line = |other: &Said| line.iter().any(|number| words(other).starts_with(&mark(*number)));
        line.iter().any(|number| self.0[*number].gone) || target.is_some_and(is_of_line)
    }

    /// Whether a message may have gone with the first of its thread, everywhere: what was said on Mattermost.
    pub fn may_go_with_its_thread(&self, number: usize) -> bool {
        self.0[number].side == Side::Mattermost && self.is_of_a_thread_that_went(number)
    }

    /// Whether a message may have been in a thread that was deleted on Mattermost. When the first of it is deleted there, its
    /// server deletes the thread; from elsewhere only a post with a file is, since files stay with their post otherwise.
    fn is_of_a_thread_that_went(&self, number: usize) -> bool {
        let line = self.line_of(number);
        let gone = |entry: &Entry| entry.gone && (entry.side == Side::Mattermost || entry.has_file);
        line.iter().any(|number| gone(&self.0[*number]))
    }

    /// An entry, what it answers, and so on to the first.
    fn line_of(&self, number: usize) -> Vec<usize> {
        let mut line = vec![number];
        while let Some(about) = self.0[line[line.len() - 1]].about {
            line.push(about);
        }
        line
    }

    /// What a side said, in order, and told of in order.
    fn of(&self, side: Side) -> impl Iterator<Item = usize> {
        (0..self.0.len()).filter(move |number| self.0[*number].side == side && !self.0[*number].late)
    }

    /// What one side said is in order on every other.
    fn compare_order(&self, side: Side, at: &HashMap<usize, usize>, difference: &mut Difference) {
        for from in SIDES {
            let numbers: Vec<usize> = self.of(from).filter(|number| at.contains_key(number)).collect();
            for pair in numbers.windows(2) {
                if at[&pair[0]] > at[&pair[1]] {
                    difference.wrong.push(format!(
                        "{side:?} shows {} after {}",
                        mark(pair[0]),
                        mark(pair[1])
                    ));
                }
            }
        }
    }
}

/// The line before the words of what is said again when it went with its thread.
const SAID_AGAIN: &str = "> En réponse à un message retiré\n\n";

/// The words of a message, without that line.
pub fn words(said: &Said) -> &str {
    said.text.strip_prefix(SAID_AGAIN).unwrap_or(&said.text)
}
