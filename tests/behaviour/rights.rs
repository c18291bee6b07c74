//! Without the right nobody changes anything, from any side. Every command is in the table.

use std::collections::BTreeSet;

use passerelle::{commands::menu, words::Language};

use crate::{
    corner::{Corner, SIDES},
    house::run,
    square::Side,
};

/// What a command is to somebody who has no right.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Without {
    /// It tells something, or is about their own words.
    Theirs,
    /// It is refused.
    Refused,
    /// The same, asked as an answer to somebody's message.
    RefusedAbout,
}
use Without::{Refused, RefusedAbout, Theirs};

/// Each command, with what is asked, and what becomes of it.
const COMMANDS: &[(&str, &str, Without)] = &[
    ("help", "", Theirs),
    ("link", "", Refused),
    ("link", "ABC-DEF", Refused),
    ("link", "telegram -1001", Refused),
    ("matrix", "", Refused),
    ("unlink", "", Refused),
    ("unlink", "leave", Refused),
    ("undo", "", Refused),
    ("list", "", Theirs),
    ("channels", "rocket-bretagne", Refused),
    ("bridge", "rocket-bretagne #general", Refused),
    ("merge", "rocket-bretagne #general #le-lieu", Refused),
    ("delete", "", RefusedAbout),
    ("deadletters", "", Refused),
    ("replay", "all", Refused),
    ("discard", "all", Refused),
    ("yes", "", Theirs),
    ("status", "", Theirs),
    ("pause", "", Refused),
    ("resume", "", Refused),
    ("oneway", "", Refused),
    ("bothways", "", Refused),
    ("threads", "replies", Refused),
    ("limit", "1", Refused),
    ("titles", "keep", Refused),
    ("language", "en", Refused),
    ("who", "", Refused),
    ("mute", "", RefusedAbout),
    ("unmute", "", RefusedAbout),
    ("ban", "", RefusedAbout),
    ("ban", "Anne", Refused),
    ("log", "", Refused),
    ("optout", "", Theirs),
    ("optin", "", Theirs),
    ("forget", "", Theirs),
    ("forgotten", "", Theirs),
];

const REFUSALS: [&str; 4] = [
    "Il faut avoir le droit de modifier ce salon",
    "Seuls les admins de cette discussion",
    "Seuls son auteur",
    "Cela se demande sur Matrix",
];

#[test]
fn every_command_is_in_the_table() {
    let known: BTreeSet<&str> = menu(Language::En)
        .into_iter()
        .filter(|offer| offer.language == Some("en"))
        .map(|offer| offer.name)
        .collect();
    assert_eq!(known, COMMANDS.iter().map(|(name, ..)| *name).collect());
}

#[test]
fn without_the_right_nobody_changes_anything_from_any_side() {
    run(async {
        let corner = Corner::linked("sans-droit").await;
        let eve = corner.square.house.synapse.register("eve-rights").await.unwrap();
        corner.anne.invite(&corner.room, &eve.user).await;
        eve.join(&corner.room).await;
        let said = corner.say(Side::Matrix, "à ne pas toucher").await;
        let link_by_id = |side, words: &str| side != Side::Matrix && words.starts_with("telegram ");
        for side in SIDES {
            let target = corner.told(side, "à ne pas toucher").await;
            let asked = COMMANDS.iter().filter(|(_, words, without)| {
                // In a chat nothing is linked by its id, whoever asks.
                *without != Theirs && !link_by_id(side, words)
            });
            let mut count = 0;
            for (name, words, without) in asked {
                count += 1;
                let ask = Corner::call(side, format!("{name} {words}").trim());
                match (side, without) {
                    (Side::Matrix, RefusedAbout) => drop(eve.reply(&corner.room, &said, &ask).await),
                    (Side::Matrix, _) => drop(eve.say(&corner.room, &ask).await),
                    // There one answers in a thread, and calls the bot within it.
                    (_, RefusedAbout) => drop(corner.reply(side, &target, &ask).await),
                    _ => drop(corner.say(side, &ask).await),
                }
            }
            let refused = |one: &&crate::corner::Seen| REFUSALS.iter().any(|words| one.text.contains(words));
            corner
                .until(side, &format!("{count} refusals"), |seen| {
                    seen.iter().filter(refused).count() == count
                })
                .await;
        }
        // All is as it was.
        for side in SIDES {
            corner.say(side, &format!("toujours là, {side:?}")).await;
        }
        for side in SIDES {
            corner.told(side, "à ne pas toucher").await;
            for by in SIDES {
                corner.told(side, &format!("toujours là, {by:?}")).await;
            }
        }
        corner.say(Side::Matrix, "!passerelle journal").await;
        let journal = corner.told(Side::Matrix, "a relié").await;
        let seen = corner.seen(Side::Matrix).await;
        let journal = &seen.iter().find(|one| one.id == journal).unwrap().text;
        assert!(journal.lines().all(|act| act.contains("Anne a relié")), "{journal}");
    });
}

#[test]
fn guessing_codes_is_stopped_on_each_side() {
    run(async {
        let corner = Corner::open("deviner").await;
        for side in SIDES {
            corner.promote(side);
            for n in 2..8 {
                corner.say(side, &Corner::call(side, &format!("link ABC-DE{n}"))).await;
            }
            corner.told(side, "Trop de codes faux").await;
            let wrong = |one: &&crate::corner::Seen| one.text.contains("Ce code n’est pas bon");
            assert_eq!(corner.seen(side).await.iter().filter(wrong).count(), 5, "{side:?}");
        }
    });
}
