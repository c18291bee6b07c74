//! Storms: people talk on every side of one room, in every way, while everything around the daemon fails.
//!
//! A storm is made of a seed, which is printed: `FAULT_SEED=7` plays that one again, `FAULT_SEEDS=200` plays so many new
//! ones. Whatever happened, every side must show what was said: once, in order, as it was last. The one exception is
//! what was in doubt on its way to Telegram; it is counted.

use futures_util::StreamExt;

use crate::{
    house::{House, run},
    square::Side,
};

mod clock;
mod ledger;
mod script;
mod storm;

use storm::Storm;

/// Seeds of storms that something was once lost in.
const KEPT: [u64; 2] = [271_810, 952_981];
/// So many storms rage at once.
const AT_ONCE: usize = 3;

/// A number of the environment.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The seeds to play: one that is asked for, or those that failed once and some new ones.
fn seeds() -> Vec<u64> {
    if let Some(seed) = number("FAULT_SEED") {
        return vec![seed];
    }
    let new = (0..number("FAULT_SEEDS").unwrap_or(2)).map(|_| rand::random_range(0..1_000_000));
    KEPT.into_iter().chain(new).collect()
}

#[test]
fn nothing_is_lost_or_doubled_in_a_storm() {
    run(async {
        let started = tokio::time::Instant::now();
        let storms = seeds().into_iter().map(async |seed| {
            let mut storm = Storm::gather(seed).await;
            let difference = storm.play().await;
            let doubled: usize = difference.doubled.values().sum();
            let at_telegram = difference.doubled.get(&Side::Telegram).copied().unwrap_or(0);
            println!(
                "FAULT_SEED={seed}: {} wrong, {doubled} doubled, {} in doubt",
                difference.wrong.len(),
                storm.in_doubt
            );
            if !difference.wrong.is_empty() || doubled > at_telegram {
                println!("{:#?} {:?}\n{}", difference.wrong, difference.doubled, storm.log());
            }
            assert!(at_telegram <= storm.in_doubt, "more doubled than was in doubt");
            (difference.wrong.is_empty() && doubled == at_telegram, at_telegram, seed)
        });
        let ended: Vec<_> = futures_util::stream::iter(storms).buffer_unordered(AT_ONCE).collect().await;
        let doubled: usize = ended.iter().map(|(_, doubled, _)| doubled).sum();
        println!("{} storms in {:?}: {doubled} doubled on Telegram", ended.len(), started.elapsed());
        let failed: Vec<u64> = ended.iter().filter(|(well, ..)| !well).map(|(.., seed)| *seed).collect();
        assert!(failed.is_empty(), "something was lost or doubled with these seeds: {failed:?}");
    });
}

#[test]
fn a_room_is_told_what_is_out_of_reach_after_a_long_absence() {
    run(async {
        let mut house = House::furnish().await;
        house.daemon.preload(clock::library());
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        house.daemon.start().await.unwrap();
        let pair = house.pair().await;
        house.telegram.say(pair.group, pair.bob, "à demain").unwrap();
        pair.anne.wait_for(&pair.room, "à demain").await;
        for hours in [20, 60] {
            house.daemon.kill().unwrap();
            house.daemon.shift_clock(hours * 3600).unwrap();
            house.daemon.start().await.unwrap();
            let mark = format!("{hours} heures plus tard");
            house.telegram.say(pair.group, pair.bob, &mark).unwrap();
            pair.anne.wait_for(&pair.room, &mark).await;
        }
        let lines = pair.anne.wait(&pair.room, "the line", |lines| lines.iter().any(is_told)).await;
        assert_eq!(lines.iter().filter(|line| is_told(line)).count(), 1, "a shorter absence loses nothing");
    });
}

fn is_told(line: &simulators::account::Line) -> bool {
    line.kind == "m.notice" && line.body.contains("hors d’atteinte")
}
