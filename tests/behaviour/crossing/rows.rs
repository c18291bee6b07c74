//! The rows, by family.

use super::{Cell, Row};

mod blocks;
mod chats;
mod deeds;
mod files;
mod polls;
mod words;

/// Every row, in the order of the table.
pub fn all() -> Vec<Row> {
    [words::ROWS, blocks::ROWS, files::ROWS, deeds::ROWS, polls::ROWS, chats::ROWS].concat()
}

/// Native, where one message has all of this.
const fn native(seen: &'static [&'static str]) -> Cell {
    Cell::Native(seen)
}

/// In words.
const fn text(seen: &'static [&'static str], why: &'static str) -> Cell {
    Cell::Words(seen, why)
}
