//! What a message holds that is neither words nor a file.

use serde::{Deserialize, Serialize};

/// What a message holds that is neither words nor a file. Where a network has nothing like it, it is told in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Card {
    /// A place on the map.
    Location(Location),
    /// Somebody's card. Their number is not ours to tell.
    Contact {
        /// Their name.
        name: String,
    },
    /// A throw of luck, which cannot be thrown again elsewhere.
    Dice {
        /// What was thrown.
        emoji: String,
        /// What came of it.
        value: i64,
    },
    /// A question with answers to choose from.
    Poll(Poll),
}

/// A place on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Degrees, north is positive.
    pub latitude: f64,
    /// Degrees, east is positive.
    pub longitude: f64,
    /// What the place is called, or how its sender describes it.
    pub name: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Whether it moves with its sender: then this is where they are, and edits follow them.
    #[serde(default)]
    pub live: bool,
    /// Whether it moved and does no longer.
    #[serde(default)]
    pub ended: bool,
}

impl Location {
    /// The place as people read it: its name and address, else its coordinates.
    #[must_use]
    pub fn place(&self) -> String {
        let words: Vec<&str> =
            [&self.name, &self.address].into_iter().flatten().map(String::as_str).collect();
        if words.is_empty() {
            format!("{:.5}, {:.5}", self.latitude, self.longitude)
        } else {
            words.join(", ")
        }
    }

    /// The address of a map that shows it.
    #[must_use]
    pub fn map(&self) -> String {
        let Self { latitude, longitude, .. } = self;
        format!("https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}")
    }
}

/// A question with answers to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// What is asked.
    pub question: String,
    /// The answers, in order.
    pub answers: Vec<Answer>,
    /// How many of them one may choose.
    pub most: u32,
}

/// An answer of a poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Its id on the network where the poll was made. Elsewhere an answer is known by its position, from 0.
    pub id: String,
    /// What it says.
    pub text: String,
}

/// How a poll stands, as far as one network does not show it by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The poll.
    pub poll: Poll,
    /// The votes that each answer has, in the order of the answers.
    pub votes: Vec<u32>,
    /// Whether it is over.
    pub closed: bool,
}
