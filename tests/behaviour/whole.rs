//! What became several messages is changed and taken back as a whole, also when the daemon was killed in between.

use crate::{
    house::run,
    square::{SIDES, Said, Side, Square},
};

mod albums;
mod files;
mod pictures;

/// The sides that are not where something was said.
fn others(from: Side) -> impl Iterator<Item = Side> {
    SIDES.into_iter().filter(move |side| *side != from && *side != Side::Alsatian)
}

/// So many messages of a side say this.
async fn until_count(square: &Square, side: Side, words: &str, count: usize) -> Vec<Said> {
    let has = |said: &[Said]| said.iter().filter(|said| said.text.contains(words)).count() == count;
    let what = format!("{words} {count} times");
    let seen = square.until(side, &what, has).await;
    seen.into_iter().filter(|said| said.text.contains(words)).collect()
}

/// Long words, one of which stands in every part that they become.
fn long(mark: &str, parts: usize) -> String {
    // As long as no server but Mattermost's takes in one piece.
    format!("{mark} ").repeat(parts * 4000 / (mark.len() + 1))
}

#[test]
fn words_that_became_several_messages_grow_shrink_and_go() {
    run(async {
        let mut square = Square::build().await;
        let sides = [Side::Matrix, Side::Telegram, Side::Breton, Side::Mattermost];
        let mut said = Vec::new();
        for side in sides {
            // As long as people can write there.
            let words = match side {
                Side::Matrix => long("matrix", 2),
                Side::Telegram => "telegram ".repeat(440),
                _ => format!("{side:?} ").repeat(480),
            };
            let words = words.to_lowercase();
            said.push((
                side,
                square.say(side, words.trim()).await,
                square.say(side, &format!("bref {side:?}")).await,
            ));
        }
        for (from, ..) in &said {
            for to in others(*from) {
                square.find(to, "the short words", |said| said.text == format!("bref {from:?}")).await;
            }
        }
        let parts = |seen: &[Said], word: &str| seen.iter().filter(|said| said.text.contains(word)).count();
        assert_eq!(parts(&square.seen(Side::Telegram).await, "matrix matrix"), 2);
        assert_eq!(parts(&square.seen(Side::Breton).await, "matrix matrix"), 2);
        square.house.daemon.kill().unwrap();
        square.house.daemon.start().await.unwrap();
        square.until_heard().await;
        for (from, long, short) in &said {
            square.edit(*from, long, &format!("abrégé {from:?}")).await;
            let words = format!("allongé{from:?} ").repeat(230);
            square.edit(*from, short, words.trim()).await;
        }
        for (from, long, short) in &said {
            for to in others(*from) {
                until_count(&square, to, &format!("abrégé {from:?}"), 1).await;
                let word = format!("{from:?} {from:?}").to_lowercase();
                until_count(&square, to, &word, 0).await;
                let grown = square
                    .find(to, "the longer words", |said| said.text.contains(&format!("allongé{from:?} ")))
                    .await;
                assert!(!grown.text.contains("bref"), "{to:?}");
            }
            square.delete(*from, long).await;
            square.delete(*from, short).await;
        }
        for (from, ..) in &said {
            for to in others(*from) {
                until_count(&square, to, &format!("abrégé {from:?}"), 0).await;
                until_count(&square, to, &format!("allongé{from:?}"), 0).await;
            }
        }
    });
}
