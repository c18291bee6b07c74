//! The table of the README: one row for each kind of content, one column for each direction; walked cell by cell.
//!
//! A cell says what is to be seen on the other side, so none can exist that is not walked; the README is written from
//! the very same rows.

use serde_json::json;
use simulators::telegram::{Act, NewPerson};

use crate::{
    house::{BOT, PATIENCE, run},
    square::{Side, Square},
};

mod bases;
mod chats;
mod deeds;
mod make;
mod nothing;
mod rows;
mod see;
mod table;

use deeds::Deed;

/// From where to where, in the order of the cells.
pub const DIRECTIONS: [(Side, Side); 6] = [
    (Side::Matrix, Side::Telegram),
    (Side::Telegram, Side::Matrix),
    (Side::Matrix, Side::Breton),
    (Side::Breton, Side::Matrix),
    (Side::Matrix, Side::Mattermost),
    (Side::Mattermost, Side::Matrix),
];

/// The sides of the table; two workspaces of one kind are alike.
pub const COLUMNS: [Side; 4] = [Side::Matrix, Side::Telegram, Side::Breton, Side::Mattermost];

/// Between the words of a message and those of the one behind it.
pub const NEXT: &str = "next";

/// What becomes of a kind of content in one direction. What is to be seen are words that one message there has all of;
/// `{t}` is what this row's content is known by, `{base}` the id there of the message that it is about. Where it becomes
/// several messages, [`NEXT`] stands between the words of one and those of the one behind it; each is there once.
#[derive(Clone, Copy, Debug)]
pub enum Cell {
    /// It is there what it was.
    Native(&'static [&'static str]),
    /// It is told in words, and why.
    Words(&'static [&'static str], &'static str),
    /// It is a file, and why.
    File(&'static [&'static str], &'static str),
    /// It does not cross, and why: nothing is seen of it.
    Never(&'static str),
    /// The side it would come from has none.
    Absent,
}

/// How a kind of content is made, on Matrix, Telegram, Rocket.Chat and Mattermost; nothing where there is none.
#[derive(Clone, Copy, Debug)]
pub enum Made {
    /// Formatted words: HTML, Telegram's HTML, and the two dialects of Markdown.
    Words([&'static str; 4]),
    /// As JSON: a Matrix event's content after its type, what a person says on Telegram, a message, a post.
    Json([&'static str; 4]),
    /// A file, by the kinds that Matrix and Telegram have for it, its name and its MIME type.
    File { matrix: &'static str, telegram: &'static str, name: &'static str, mime: &'static str },
    /// Something that is done.
    Deed(Deed),
}

/// A kind of content.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What it is called.
    pub what: &'static str,
    /// How it is made.
    pub made: Made,
    /// What becomes of it, in the order of [`DIRECTIONS`].
    pub cells: [Cell; 6],
}

/// A row on its way.
struct Walk<'a> {
    row: &'a Row,
    /// What its content is known by.
    token: String,
    /// Numbers that it is known by where words are not possible begin after this one.
    numbers: usize,
    /// The message that it is about, on each side it was made on.
    bases: Vec<(Side, String)>,
}

impl Walk<'_> {
    /// The words of the message that a deed is about.
    fn base(&self, side: Side) -> String {
        format!("sujet{}{side:?}", self.token)
    }

    /// The number that is known by this row, made on that side.
    fn number(&self, side: Side) -> usize {
        self.numbers + COLUMNS.iter().position(|known| *known == side).unwrap_or_default()
    }

    /// What is known by this row, made on that side.
    fn mark(&self, side: Side) -> String {
        format!("{side:?}{}", self.token)
    }

    fn is_about_something(&self) -> bool {
        matches!(self.row.made, Made::Deed(deed) if deed.has_base())
    }

    /// Whether that side's part of the row can be made.
    fn is_possible(&self, side: Side) -> bool {
        let cells = DIRECTIONS.iter().zip(&self.row.cells);
        cells.into_iter().any(|((from, _), cell)| *from == side && !matches!(cell, Cell::Absent))
    }
}

async fn square() -> Square {
    let square = Square::build().await;
    let telegram = &square.house.telegram;
    telegram.act(square.group, 0, Act::Forum { on: true }).unwrap();
    let named = NewPerson { username: Some("bob_du_lieu".to_owned()), ..NewPerson::default() };
    telegram.change_person(square.bob, named).unwrap();
    let mut levels = square.anne.state(&square.room, "m.room.power_levels", "").await;
    levels["users"][BOT] = json!(50);
    square.anne.set_state(&square.room, "m.room.power_levels", "", levels).await;
    square.breton.server.promote(&square.breton.room, &square.breton.bot);
    let picture = simulators::draw_jpeg(32, 32, 5);
    square.breton.server.custom_emoji("compost", "jpg", picture.clone());
    square.mattermost.custom_emoji(&square.emma, "compost", picture).unwrap();
    square
}

#[test]
fn every_cell_of_the_table_is_as_it_says() {
    run(async {
        let square = square().await;
        let rows = rows::all();
        let mut walks: Vec<Walk<'_>> = rows
            .iter()
            .enumerate()
            .map(|(n, row)| Walk {
                row,
                token: format!("x{n}x"),
                numbers: 100 + COLUMNS.len() * n,
                bases: Vec::new(),
            })
            .collect();
        for walk in walks.iter_mut().filter(|walk| walk.is_about_something()) {
            for side in COLUMNS.into_iter().filter(|side| walk.is_possible(*side)).collect::<Vec<_>>() {
                let id = make::base(&square, side, walk).await;
                walk.bases.push((side, id));
            }
        }
        see::until_bases(&square, &walks).await;
        let mut wrong = Vec::new();
        for walk in &walks {
            for side in COLUMNS {
                let made = walk.is_possible(side) && make::make(&square, side, walk).await;
                if made != walk.is_possible(side) {
                    wrong.push(format!("{}: made on {side:?}: {made}", walk.row.what));
                }
            }
        }
        wrong.extend(see::unseen(&square, &walks, PATIENCE * 2).await);
        assert!(
            wrong.is_empty(),
            "{} cells are not as they say:\n{}\nthe log:\n{}",
            wrong.len(),
            wrong.join("\n"),
            square
                .house
                .daemon
                .log()
                .lines()
                .filter(|line| !line.contains("INFO"))
                .collect::<Vec<_>>()
                .join("\n")
        );
    });
}
