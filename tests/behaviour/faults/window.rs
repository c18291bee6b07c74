//! The one window that cannot be closed, measured: the daemon is killed when a server has done its work and its answer
//! is on the way. `FAULT_KILLS` says how often, for each thing that is said.

use std::time::Duration;

use simulators::{Fault, Homeserver};

use super::{clock, number};
use crate::{
    house::run,
    square::{Side, Square},
};

/// Longer than anybody looks.
const NEVER: u64 = 60_000;

/// Something that is said, and how much others say before the daemon can look for it.
struct Case {
    to: Side,
    /// What the server is asked for it.
    route: &'static str,
    has_file: bool,
    between: usize,
    /// Whether it can be found again, whatever others say.
    is_closed: bool,
}

const CASES: [Case; 9] = [
    Case { to: Side::Telegram, route: "sendMessage", has_file: false, between: 0, is_closed: true },
    Case { to: Side::Telegram, route: "sendPhoto", has_file: true, between: 0, is_closed: true },
    Case { to: Side::Telegram, route: "sendMessage", has_file: false, between: 5, is_closed: true },
    Case { to: Side::Telegram, route: "sendMessage", has_file: false, between: 15, is_closed: false },
    Case { to: Side::Breton, route: "chat.sendMessage", has_file: false, between: 110, is_closed: true },
    Case { to: Side::Breton, route: "rooms.mediaConfirm", has_file: true, between: 0, is_closed: true },
    Case { to: Side::Breton, route: "rooms.mediaConfirm", has_file: true, between: 110, is_closed: false },
    Case { to: Side::Mattermost, route: "posts", has_file: false, between: 110, is_closed: true },
    Case { to: Side::Mattermost, route: "posts", has_file: true, between: 110, is_closed: true },
];

/// Anne says something; the daemon is killed as soon as it is there, while the answer is on its way. Nothing runs then.
async fn kill_within(square: &mut Square, case: &Case, mark: &str) {
    square.order(case.to, case.route, Fault::Late { millis: NEVER });
    match case.has_file {
        true => square.send_file(Side::Matrix, mark).await,
        false => square.say(Side::Matrix, mark).await,
    };
    square.find(case.to, mark, |said| said.text == mark).await;
    square.house.daemon.kill().unwrap();
    for n in 0..case.between {
        square.say(case.to, &format!("entre-temps {n}")).await;
    }
}

async fn count(square: &Square, side: Side, mark: &str) -> usize {
    square.seen(side).await.iter().filter(|said| said.text == mark).count()
}

/// How many of so many were there twice.
async fn doubled(square: &mut Square, case: &Case, kills: u64) -> usize {
    let mut doubled = 0;
    for n in 0..kills {
        let mark = format!("{} {} {n}", case.route, case.between);
        kill_within(square, case, &mark).await;
        square.house.daemon.start().await.unwrap();
        let after = format!("après {mark}");
        square.say(Side::Matrix, &after).await;
        square.find(case.to, &after, |said| said.text == after).await;
        let times = count(square, case.to, &mark).await;
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
                let Case { route, between, .. } = case;
                println!("{side:?} {route}, {between} others since: {doubled} doubled at {kills} kills");
                assert!(doubled == 0 || !case.is_closed, "{side:?} {route}: {doubled} doubled");
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
        let case = &CASES[3];
        assert!(!case.is_closed);
        for (n, (order, times)) in
            [("replay", 2), ("discard", 1), ("replay", 2), ("discard", 1)].into_iter().enumerate()
        {
            let mark = format!("{order} {n}");
            kill_within(&mut square, case, &mark).await;
            square.house.daemon.start().await.unwrap();
            let asked = |said: &&crate::square::Said| said.text.contains("peut-être arrivé sur telegram");
            square
                .until(Side::Matrix, "the question", |seen| seen.iter().filter(asked).count() == n + 1)
                .await;
            assert_eq!(
                count(&square, Side::Telegram, &mark).await,
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
            assert_eq!(count(&square, Side::Telegram, &mark).await, times, "{mark}");
        }
    });
}
