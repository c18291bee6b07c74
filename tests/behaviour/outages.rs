//! Servers go away, slow down and break off; everything arrives all the same, in order, once.

use std::time::Duration;

use simulators::telegram::Fault;

use crate::{
    house::{House, Pair, run},
    square::{Said, Side, Square},
};

/// How long Synapse stays away, seconds. Longer by `OUTAGE`.
fn outage() -> Duration {
    Duration::from_secs(std::env::var("OUTAGE").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(30))
}

#[test]
fn nothing_is_lost_while_the_homeserver_is_away() {
    run(async {
        let mut house = House::build().await;
        let pair = house.pair().await;
        house.telegram.say(pair.group, pair.bob, "0").unwrap();
        pair.anne.wait_for(&pair.room, "0").await;
        house.synapse.stop().unwrap();
        for n in 1..10 {
            house.telegram.say(pair.group, pair.bob, &n.to_string()).unwrap();
            tokio::time::sleep(outage() / 10).await;
        }
        house.synapse.start_again().await.unwrap();
        pair.anne.wait_for(&pair.room, "9").await;
        assert_eq!(heard_on_matrix(&pair).await, (0..10).map(|n| n.to_string()).collect::<Vec<_>>());
        pair.anne.say(&pair.room, "de retour").await;
        house.said_in_group(pair.group, "Anne: de retour").await;
    });
}

#[test]
fn what_matrix_said_while_we_were_away_comes_in_order() {
    run(async {
        let mut house = House::build().await;
        let pair = house.pair().await;
        house.daemon.kill().unwrap();
        for n in 0..10 {
            pair.anne.say(&pair.room, &n.to_string()).await;
            // Long enough for the homeserver to begin to wait longer and longer.
            tokio::time::sleep(Duration::from_millis(800)).await;
        }
        house.daemon.start().await.unwrap();
        house.said_in_group(pair.group, "Anne: 9").await;
        assert_eq!(heard_on_telegram(&house, &pair), (0..10).map(|n| n.to_string()).collect::<Vec<_>>());
    });
}

#[test]
fn what_a_killed_homeserver_held_back_arrives_though_no_call_of_ours_met_it() {
    run(what_was_held_back_arrives(false));
}

#[test]
fn what_a_homeserver_held_back_arrives_though_the_power_went_for_both() {
    run(what_was_held_back_arrives(true));
}

/// Synapse is killed while one transaction is under way and keeps in memory what is said meanwhile; the daemon too, or it
/// notices nothing.
async fn what_was_held_back_arrives(both: bool) {
    let mut house = House::build().await;
    let pair = house.pair().await;
    pair.anne.say(&pair.room, "0").await;
    house.said_in_group(pair.group, "Anne: 0").await;
    house.daemon.freeze(true).unwrap();
    for n in 1..6 {
        pair.anne.say(&pair.room, &n.to_string()).await;
    }
    house.synapse.kill().unwrap();
    if both {
        house.daemon.kill().unwrap();
    }
    house.synapse.start_again().await.unwrap();
    match both {
        true => house.daemon.start().await.unwrap(),
        false => house.daemon.freeze(false).unwrap(),
    }
    pair.anne.say(&pair.room, "6").await;
    house.said_in_group(pair.group, "Anne: 6").await;
    assert_eq!(heard_on_telegram(&house, &pair), (0..7).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[test]
fn nothing_is_lost_or_doubled_when_telegram_fails() {
    run(async {
        let house = House::build().await;
        let pair = house.pair().await;
        let faults = [
            Fault::TooManyRequests { retry_after: 1 },
            Fault::InternalServerError,
            Fault::BadGateway,
            Fault::BreakBefore,
            Fault::BreakAfter,
            Fault::HalfBody,
        ];
        for (n, fault) in faults.into_iter().enumerate() {
            pair.anne.say(&pair.room, &format!("{n}")).await;
            house.said_in_group(pair.group, &format!("Anne: {n}")).await;
            house.telegram.fault("sendMessage", 1, fault.clone());
            house.telegram.fault("getUpdates", 1, fault);
            house.telegram.say(pair.group, pair.bob, &format!("t{n}")).unwrap();
        }
        pair.anne.say(&pair.room, "6").await;
        house.said_in_group(pair.group, "Anne: 6").await;
        assert_eq!(heard_on_telegram(&house, &pair), ["0", "1", "2", "3", "4", "5", "6"]);
        pair.anne.wait_for(&pair.room, "t5").await;
        assert_eq!(heard_on_matrix(&pair).await, ["t0", "t1", "t2", "t3", "t4", "t5"]);
    });
}

#[test]
fn nothing_is_lost_while_telegram_is_away() {
    run(async {
        let house = House::build().await;
        let pair = house.pair().await;
        house.telegram.pause().await;
        for n in 0..5 {
            pair.anne.say(&pair.room, &n.to_string()).await;
        }
        tokio::time::sleep(Duration::from_secs(4)).await;
        house.telegram.resume().await.unwrap();
        house.said_in_group(pair.group, "Anne: 4").await;
        assert_eq!(heard_on_telegram(&house, &pair), ["0", "1", "2", "3", "4"]);
        house.telegram.say(pair.group, pair.bob, "de retour").unwrap();
        pair.anne.wait_for(&pair.room, "de retour").await;
    });
}

async fn heard_on_matrix(pair: &Pair) -> Vec<String> {
    let lines = pair.anne.timeline(&pair.room).await;
    lines.into_iter().filter(|line| line.name == "Bob").map(|line| line.body).collect()
}

fn heard_on_telegram(house: &House, pair: &Pair) -> Vec<String> {
    let lines = house.telegram.transcript(pair.group).unwrap();
    lines.iter().filter_map(|line| line.text.strip_prefix("Anne: ")).map(str::to_owned).collect()
}

#[test]
fn one_network_that_hangs_one_that_fails_and_one_that_is_away_slow_no_other() {
    run(async {
        let mut square = Square::build().await;
        let hanging = Fault::Delay { millis: 15_000 };
        square.breton.server.fault_after("chat.sendMessage", 0, 1000, hanging);
        square.alsatian.server.fault_after("chat.sendMessage", 0, 1000, Fault::InternalServerError);
        square.goes_away(Side::Mattermost).await;
        let said: Vec<String> = (0..20).map(|n| format!("n{n}")).collect();
        for words in &said {
            square.say(Side::Matrix, words).await;
        }
        let heard = |seen: &[Said]| -> Vec<String> {
            seen.iter().filter(|said| said.who == "Anne").map(|said| said.text.clone()).collect()
        };
        let all = |seen: &[Said]| heard(seen) == said;
        square.until(Side::Telegram, "all that Anne said", all).await;
        for broken in [Side::Breton, Side::Alsatian] {
            assert!(heard(&square.seen(broken).await).len() < said.len(), "{broken:?} is no longer broken");
        }
        square.breton.server.clear_faults();
        square.alsatian.server.clear_faults();
        square.comes_back(Side::Mattermost).await;
        for mended in [Side::Breton, Side::Alsatian, Side::Mattermost] {
            square.until(mended, "all that Anne said", all).await;
        }
    });
}
