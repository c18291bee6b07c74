//! Every server goes away in turn and breaks off in mid-answer, and the daemon dies: nothing is lost, nothing doubled.

use std::{ops::Range, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use simulators::Fault;

use crate::{
    house::run,
    restart::seed,
    square::{SIDES, Said, Side, Square},
};

/// Messages from each side: while a server is away, after it is back and breaks off, and around each kill.
const AWAY: usize = 12;
const BREAKING: usize = 4;
const KILLS: usize = 5;
const AROUND: usize = 4;
const MESSAGES: usize = SIDES.len() * (AWAY + BREAKING) + KILLS * AROUND;

/// How long each server stays away. Twenty seconds where `LONG` is set.
fn absence() -> Duration {
    Duration::from_secs(if std::env::var_os("LONG").is_some() { 20 } else { 4 })
}

/// Everybody says these, one after the other, with a pause between; nobody of `silent`.
async fn speak(square: &Square, numbers: Range<usize>, silent: Option<Side>, pause: Duration) {
    for n in numbers {
        for side in SIDES.into_iter().filter(|side| Some(*side) != silent) {
            square.say(side, &format!("{side:?} {n}")).await;
        }
        tokio::time::sleep(pause).await;
    }
}

/// Anne says what she could not while her homeserver was away.
async fn say_the_rest(square: &Square, away: Side, numbers: Range<usize>) {
    if away == Side::Matrix {
        for n in numbers {
            square.say(away, &format!("{away:?} {n}")).await;
        }
    }
}

/// What breaks off when a server is back: what is sent to it before, after and within the answer, and what it tells.
fn break_off(square: &Square, side: Side) {
    let (sending, telling) = match side {
        // Killed instead, while it answers.
        Side::Matrix => return,
        Side::Telegram => ("sendMessage", "getUpdates"),
        Side::Breton | Side::Alsatian => ("chat.sendMessage", "chat.syncMessages"),
        Side::Mattermost => ("posts", "history"),
    };
    for (after, fault) in [(0, Fault::BreakAfter), (3, Fault::HalfBody), (6, Fault::BreakBefore)] {
        square.fault_after(side, sending, after, fault);
    }
    square.fault_after(side, telling, 0, Fault::HalfBody);
    square.fault_after(side, telling, 1, Fault::BreakAfter);
}

async fn everybody_goes_away_in_turn(square: &mut Square) {
    let (all, a_moment) = (Duration::ZERO, Duration::from_millis(200));
    let pause = absence() / u32::try_from(AWAY).unwrap();
    for (turn, side) in SIDES.into_iter().enumerate() {
        let begin = turn * (AWAY + BREAKING);
        let (away, breaking) = (begin..begin + AWAY, begin + AWAY..begin + AWAY + BREAKING);
        let silent = Some(side).filter(|side| *side == Side::Matrix);
        square.goes_away(side).await;
        speak(square, away.clone(), silent, pause).await;
        break_off(square, side);
        square.comes_back(side).await;
        say_the_rest(square, side, away).await;
        speak(square, breaking.clone(), silent, if silent.is_some() { all } else { a_moment }).await;
        square.cut(side);
        if side == Side::Matrix {
            square.goes_away(side).await;
            square.comes_back(side).await;
        }
        say_the_rest(square, side, breaking).await;
    }
}

async fn the_daemon_dies_now_and_then(square: &mut Square) {
    let mut random = StdRng::seed_from_u64(seed());
    for kill in 0..KILLS {
        let begin = SIDES.len() * (AWAY + BREAKING) + kill * AROUND;
        speak(square, begin..begin + AROUND, None, Duration::from_millis(random.random_range(0..100))).await;
        tokio::time::sleep(Duration::from_millis(random.random_range(0..500))).await;
        square.house.daemon.kill().unwrap();
        square.house.daemon.start().await.unwrap();
    }
}

/// Whether the last words of every side are there.
fn is_complete(seen: &[Said]) -> bool {
    let last = |side: &Side| format!("{side:?} {}", MESSAGES - 1);
    SIDES.iter().all(|side| seen.iter().any(|said| said.text == last(side)))
}

#[test]
fn nothing_is_lost_or_doubled_while_every_server_is_away_in_turn_and_the_daemon_dies() {
    run(async {
        let mut square = Square::build().await;
        everybody_goes_away_in_turn(&mut square).await;
        the_daemon_dies_now_and_then(&mut square).await;
        let all: Vec<String> = (0..MESSAGES).map(|n| n.to_string()).collect();
        for to in SIDES {
            let seen = square.until(to, "everybody's last words", is_complete).await;
            for from in SIDES {
                let begins = format!("{from:?} ");
                let said: Vec<&Said> = seen.iter().filter(|said| said.text.starts_with(&begins)).collect();
                assert!(said.iter().all(|said| said.who == from.person()), "{from:?} on {to:?}: {said:#?}");
                let mut heard: Vec<&str> = said.iter().map(|said| &said.text[begins.len()..]).collect();
                if to == Side::Telegram {
                    // The one window that Telegram leaves open.
                    let all = heard.len();
                    heard.dedup();
                    println!("{} of {from:?} doubled on Telegram", all - heard.len());
                }
                assert_eq!(heard, all, "{from:?} on {to:?}");
            }
        }
    });
}
