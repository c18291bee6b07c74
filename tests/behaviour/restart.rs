//! Killed at any moment, it goes on where it was.

use std::time::Duration;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use simulators::telegram::NewPerson;

use crate::house::{House, Pair, run};

/// Messages in each direction, and how often the daemon is killed meanwhile.
const MESSAGES: usize = 200;
const KILLS: usize = 10;

/// The seed of a run: of the environment, or a new one each time. Printed, so that a run can be had again.
pub fn seed() -> u64 {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(rand::random);
    println!("SEED={seed}");
    seed
}

#[test]
fn two_hundred_messages_each_way_survive_ten_kills() {
    run(async {
        let mut random = StdRng::seed_from_u64(seed());
        let mut house = House::build().await;
        let pair = house.pair().await;
        tokio::join!(speak_on_matrix(&pair), kill_now_and_then(&mut house, &pair, &mut random));

        let last = format!("t{}", MESSAGES - 1);
        let lines = pair
            .anne
            .wait(&pair.room, "Bob's last words", |lines| lines.iter().any(|line| line.body == last))
            .await;
        let heard: Vec<&str> =
            lines.iter().filter(|line| line.name == "Bob").map(|line| line.body.as_str()).collect();
        let said: Vec<String> = (0..MESSAGES).map(|n| format!("t{n}")).collect();
        assert_eq!(heard, said, "on Matrix every one once and in order");

        let last = format!("Anne: m{}", MESSAGES - 1);
        house.said_in_group(pair.group, &last).await;
        let lines = house.telegram.transcript(pair.group).unwrap();
        let mut heard: Vec<&str> =
            lines.iter().filter_map(|line| line.text.strip_prefix("Anne: m")).collect();
        let all = heard.len();
        heard.dedup();
        let doubles = all - heard.len();
        println!("{doubles} doubled on Telegram at {KILLS} kills");
        let said: Vec<String> = (0..MESSAGES).map(|n| n.to_string()).collect();
        assert_eq!(heard, said, "on Telegram every one in order");
        assert!(doubles <= KILLS, "at most one for each kill");
    });
}

async fn speak_on_matrix(pair: &Pair) {
    for n in 0..MESSAGES {
        pair.anne.say(&pair.room, &format!("m{n}")).await;
    }
}

/// Speaks on Telegram, and kills the daemon at random moments meanwhile.
async fn kill_now_and_then(house: &mut House, pair: &Pair, random: &mut StdRng) {
    for n in 0..MESSAGES {
        house.telegram.say(pair.group, pair.bob, &format!("t{n}")).unwrap();
        tokio::time::sleep(Duration::from_millis(random.random_range(0..60))).await;
        if n % (MESSAGES / KILLS) == MESSAGES / KILLS / 2 {
            tokio::time::sleep(Duration::from_millis(random.random_range(0..200))).await;
            house.daemon.kill().unwrap();
            house.daemon.start().await.unwrap();
        }
    }
}

#[test]
fn what_was_said_before_is_still_known_after() {
    run(async {
        let mut house = House::build().await;
        let pair = house.pair().await;
        let message = pair.anne.say(&pair.room, "avant").await;
        let there = house.said_in_group(pair.group, "Anne: avant").await;
        let said = house.telegram.say(pair.group, pair.bob, "aussi").unwrap();
        let here = pair.anne.wait_for(&pair.room, "aussi").await;
        house.daemon.kill().unwrap();
        house.telegram.edit(pair.group, pair.bob, said, "aussi moi").unwrap();
        house.telegram.react(pair.group, pair.bob, there.id, &["🔥"]).unwrap();
        pair.anne.edit(&pair.room, &message, "avant l’heure").await;
        pair.anne.reply(&pair.room, &here.id, "bien sûr").await;
        house.daemon.start().await.unwrap();
        pair.anne.wait_for(&pair.room, "aussi moi").await;
        pair.anne
            .wait(&pair.room, "the reaction", |lines| {
                lines.iter().any(|line| line.reactions.contains_key("🔥"))
            })
            .await;
        house.said_in_group(pair.group, "Anne: avant l’heure").await;
        let reply = house.said_in_group(pair.group, "Anne: bien sûr").await;
        assert_eq!(reply.reply_to, Some(said));
    });
}

#[test]
fn who_is_called_how_is_still_known_after() {
    run(async {
        let mut house = House::build().await;
        let pair = house.pair().await;
        let named = NewPerson { username: Some("Bob_du_lieu".to_owned()), ..NewPerson::default() };
        house.telegram.change_person(pair.bob, named).unwrap();
        house.telegram.say(pair.group, pair.bob, "avant").unwrap();
        pair.anne.wait_for(&pair.room, "avant").await;
        house.daemon.kill().unwrap();
        house.daemon.start().await.unwrap();
        let zoe = house.telegram.person("Zoé").unwrap();
        house.telegram.join(pair.group, zoe).unwrap();
        house.telegram.say(pair.group, zoe, "merci @bob_du_lieu").unwrap();
        let line = pair.anne.wait_for(&pair.room, "merci @bob_du_lieu").await;
        let called = format!("https://matrix.to/#/@passerelle_telegram_{}:t.test", pair.bob);
        assert!(line.html.as_ref().is_some_and(|html| html.contains(&called)), "{line:?}");
    });
}

#[test]
fn a_send_whose_answer_is_lost_is_looked_for_and_not_sent_again() {
    run(async {
        let mut house = House::build().await;
        let pair = house.pair().await;
        pair.anne.say(&pair.room, "un").await;
        house.said_in_group(pair.group, "Anne: un").await;
        for (n, words) in ["deux", "trois", "quatre"].iter().enumerate() {
            house.telegram.fault("sendMessage", 1, simulators::telegram::Fault::BreakAfter);
            // Somebody speaks meanwhile: the ids in between are not ours.
            pair.anne.say(&pair.room, words).await;
            if n == 1 {
                house.said_in_group(pair.group, "Anne: trois").await;
                house.telegram.say(pair.group, pair.bob, "entre-temps").unwrap();
            }
            if n == 2 {
                // Dead before it could look.
                house.said_in_group(pair.group, "Anne: quatre").await;
                house.daemon.kill().unwrap();
                house.daemon.start().await.unwrap();
            }
        }
        pair.anne.say(&pair.room, "cinq").await;
        house.said_in_group(pair.group, "Anne: cinq").await;
        let lines = house.telegram.transcript(pair.group).unwrap();
        let heard: Vec<&str> = lines.iter().filter_map(|line| line.text.strip_prefix("Anne: ")).collect();
        assert_eq!(heard, ["un", "deux", "trois", "quatre", "cinq"]);
    });
}
