//! The one window that cannot be closed, measured: the daemon is killed when a server has done its work and its answer
//! is on the way. `FAULT_KILLS` says how often, for each thing that is said.

use std::time::Duration;

use serde_json::json;
use simulators::{Fault, Homeserver};

use super::{clock, number};
use crate::{
    house::{PATIENCE, run},
    square::{Said, Side, Square},
};

/// Longer than anybody looks.
const NEVER: u64 = 60_000;

/// What Anne says.
#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Words,
    File,
    /// A place has no words to know it by.
    Place,
}

/// Something that is said, and how much others say where the daemon does not hear it before it looks.
struct Case {
    to: Side,
    what: What,
    /// What the server is asked for it.
    route: &'static str,
    between: usize,
    /// Whether it can be found again.
    is_closed: bool,
}

const fn case(to: Side, what: What, route: &'static str, between: usize, is_closed: bool) -> Case {
    Case { to, what, route, between, is_closed }
}

const CASES: [Case; 10] = [
    case(Side::Telegram, What::Words, "sendMessage", 0, true),
    case(Side::Telegram, What::Words, "sendMessage", 5, true),
    case(Side::Telegram, What::Words, "sendMessage", 20, false),
    case(Side::Telegram, What::File, "sendPhoto", 0, true),
    case(Side::Telegram, What::Place, "sendLocation", 0, false),
    case(Side::Breton, What::Words, "chat.sendMessage", 110, true),
    case(Side::Breton, What::File, "rooms.mediaConfirm", 0, true),
    case(Side::Breton, What::File, "rooms.mediaConfirm", 110, false),
    case(Side::Mattermost, What::Words, "posts", 110, true),
    case(Side::Mattermost, What::File, "posts", 110, true),
];

/// What cannot be found again on Telegram, for it was pushed far back.
const PUSHED_BACK: &Case = &CASES[2];

/// Anne says something; the daemon is killed as soon as it is there, while the answer is on its way. Nothing runs then.
async fn kill_within(square: &mut Square, case: &Case, mark: &str) {
    let others = || async {
        for n in 0..case.between {
            square.say(case.to, &format!("entre-temps {n}")).await;
        }
    };
    if case.to == Side::Telegram && case.between > 0 {
        // Ids only grow: what others said before it, unheard, is in the way.
        deafen(square, mark).await;
        others().await;
    }
    square.order(case.to, case.route, Fault::Late { millis: NEVER });
    let (before, place) = (count(square, case, mark).await, "geo:48.8584,2.2945");
    match case.what {
        What::Words => drop(square.say(Side::Matrix, mark).await),
        What::File => drop(square.send_file(Side::Matrix, mark).await),
        What::Place => {
            let content = json!({ "msgtype": "m.location", "body": place, "geo_uri": place });
            square.anne.send(&square.room, "m.room.message", content).await;
        }
    }
    let end = tokio::time::Instant::now() + PATIENCE;
    while count(square, case, mark).await == before {
        assert!(tokio::time::Instant::now() < end, "{mark} never came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    if case.to != Side::Telegram {
        others().await;
    }
    square.house.daemon.kill().unwrap();
    square.house.telegram.clear_faults();
}

/// Lets the daemon hear nothing more of Telegram. The call that waits already is answered still, so one is waited for that
/// does, and given something.
async fn deafen(square: &Square, mark: &str) {
    for n in 0.. {
        square.house.telegram.fault("getUpdates", 1_000, Fault::Unavailable);
        let last = format!("chut {mark} {n}");
        square.say(Side::Telegram, &last).await;
        let soon = {
            let heard = square.find(Side::Matrix, &last, |said| said.text == last);
            tokio::time::timeout(Duration::from_secs(3), heard).await.is_ok()
        };
        if soon {
            return;
        }
        square.house.telegram.clear_faults();
        square.find(Side::Matrix, &last, |said| said.text == last).await;
    }
}

async fn count(square: &Square, case: &Case, mark: &str) -> usize {
    if case.what == What::Place {
        let lines = square.house.telegram.transcript(square.group).unwrap();
        return lines.iter().filter(|line| line.more.contains_key("location")).count();
    }
    square.seen(case.to).await.iter().filter(|said| said.text == mark).count()
}

/// How many of so many were there twice.
async fn doubled(square: &mut Square, case: &Case, kills: u64) -> usize {
    let mut doubled = 0;
    for n in 0..kills {
        let mark = format!("{:?} {} {n}", case.what, case.between);
        let before = count(square, case, &mark).await;
        kill_within(square, case, &mark).await;
        square.house.daemon.start().await.unwrap();
        let after = format!("après {mark}");
        square.say(Side::Matrix, &after).await;
        square.find(case.to, &after, |said| said.text == after).await;
        let times = count(square, case, &mark).await - before;
        assert!(times > 0, "{mark} was lost");
        doubled += times - 1;
    }
    doubled
}

#[test]
fn what_is_doubled_when_an_answer_is_lost_with_the_daemon() {
    run(async {
        let kills = number("FAULT_KILLS", 1);
        let places = [Side::Telegram, Side::Breton, Side::Mattermost].map(async |side| {
            let homeserver = Homeserver::start().await.unwrap();
            let mut square = Square::on(&homeserver, &[Side::Matrix, side], clock::library()).await;
            if side == Side::Breton {
                square.breton.server.set(|settings| settings.rate_limits = false);
            }
            for case in CASES.iter().filter(|case| case.to == side) {
                let doubled = doubled(&mut square, case, kills).await;
                let Case { what, between, .. } = case;
                println!("{side:?} {what:?}, {between} others: {doubled} doubled at {kills} kills");
                assert!(doubled == 0 || !case.is_closed, "{side:?} {what:?}: {doubled} doubled");
            }
        });
        futures_util::future::join_all(places).await;
    });
}

/// The number of the only dead letter, as the room is told it.
async fn letter(square: &Square) -> String {
    let known = square.seen(Side::Matrix).await.len();
    square.say(Side::Matrix, "!passerelle dead-letters").await;
    let lines = square
        .until(Side::Matrix, "the list", |seen| {
            seen.iter().skip(known).any(|said| said.text.contains("N°\u{a0}"))
        })
        .await;
    let listed = lines.iter().rev().find_map(|said| said.text.split("N°\u{a0}").nth(1)).unwrap();
    listed.chars().take_while(char::is_ascii_digit).collect()
}

#[test]
fn what_is_in_doubt_is_held_until_somebody_decides() {
    run(async {
        let homeserver = Homeserver::start().await.unwrap();
        let sides = [Side::Matrix, Side::Telegram];
        let mut square = Square::on(&homeserver, &sides, clock::library()).await;
        let hold =
            |config: String| config.replacen("kind: telegram", "kind: telegram\n    in_doubt: hold", 1);
        square.house.daemon.edit_config(hold).unwrap();
        square.house.daemon.kill().unwrap();
        square.house.daemon.start().await.unwrap();
        for (n, (order, times)) in
            [("replay", 2), ("discard", 1), ("replay", 2), ("discard", 1)].into_iter().enumerate()
        {
            let mark = format!("{order} {n}");
            kill_within(&mut square, PUSHED_BACK, &mark).await;
            square.house.daemon.start().await.unwrap();
            let asked = |said: &&Said| said.text.contains("peut-être arrivé sur Telegram");
            square
                .until(Side::Matrix, "the question", |seen| seen.iter().filter(asked).count() == n + 1)
                .await;
            assert_eq!(
                count(&square, PUSHED_BACK, &mark).await,
                1,
                "nothing is sent before somebody decides"
            );
            if n >= 2 {
                // It is still known afterwards.
                square.house.daemon.kill().unwrap();
                square.house.daemon.start().await.unwrap();
            }
            let letter = letter(&square).await;
            square.say(Side::Matrix, &format!("!passerelle {order} {letter}")).await;
            let done = if order == "replay" { "est envoyé à nouveau" } else { "est abandonné" };
            square
                .until(Side::Matrix, "the answer", |seen| {
                    seen.last().is_some_and(|said| said.text.contains(done))
                })
                .await;
            square.say(Side::Matrix, &format!("après {mark}")).await;
            square.find(Side::Telegram, "what follows", |said| said.text == format!("après {mark}")).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            assert_eq!(count(&square, PUSHED_BACK, &mark).await, times, "{mark}");
        }
    });
}
