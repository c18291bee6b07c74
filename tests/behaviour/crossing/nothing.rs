//! What is not possible leaves no trace: nothing at all is done there.

use super::{
    Cell, DIRECTIONS, Made, Walk, deeds, rows,
    see::{done, everything},
};
use crate::{
    house::run,
    square::{Side, Square},
};

#[test]
fn of_what_is_not_possible_nothing_is_done_there() {
    run(async {
        let square = Square::build().await;
        let rows = rows::all();
        for (n, row) in rows.iter().enumerate() {
            let Made::Deed(deed) = row.made else { continue };
            for (from, to) in never(&row.cells) {
                let mut walk = Walk { row, token: format!("n{n}{to:?}n"), numbers: 0, bases: Vec::new() };
                if deed.has_base() {
                    let id = square.say(from, &walk.base(from)).await;
                    square
                        .find(to, "the message that it is about", |said| said.text.contains(&walk.base(from)))
                        .await;
                    walk.bases.push((from, id));
                }
                let (before, called) = (everything(&square, to).await, done(&square, to).await.len());
                assert!(deeds::act(&square, from, deed, &walk).await, "{} is made", row.what);
                // What is said after it comes after it.
                let after = format!("après {}", walk.token);
                square.say(from, &after).await;
                square.find(to, "what was said after it", |said| said.text.contains(&after)).await;
                let mut new = everything(&square, to).await;
                new.retain(|message| !before.contains(message) && !message.contains(&after));
                assert_eq!(new, [""; 0], "{}, {from:?} to {to:?}", row.what);
                // Not even something that leaves no message: the one call is what was said after it.
                let calls = done(&square, to).await.split_off(called);
                let other: Vec<&String> = calls.iter().filter(|call| !call.contains(&after)).collect();
                assert_eq!(other, [""; 0], "{}, {from:?} to {to:?}", row.what);
            }
        }
    });
}

/// The directions in which a row does not cross.
fn never(cells: &[Cell; 6]) -> Vec<(Side, Side)> {
    let never = DIRECTIONS.iter().zip(cells).filter(|(_, cell)| matches!(cell, Cell::Never(_)));
    never.map(|(direction, _)| *direction).collect()
}
