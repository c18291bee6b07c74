//! A flood on Matrix: Telegram's limits are kept, what waits is said together, and the quiet do not wait with it.

use std::time::Duration;

use simulators::telegram::{Fault, Line};

use crate::house::{House, Pair, run};

/// So many messages, twice what a group may be told in a minute.
const FLOOD: usize = 40;

/// A house in which Telegram's published limits are kept.
async fn build() -> House {
    let mut house = House::furnish().await;
    let limits = [
        ("messages_per_minute: 0", "messages_per_minute: 20"),
        ("messages_per_second: 0", "messages_per_second: 30"),
    ];
    let keep = |config: String| limits.iter().fold(config, |config, (from, to)| config.replace(from, to));
    house.daemon.edit_config(keep).unwrap();
    house.synapse.start(&[house.daemon.registration()]).await.unwrap();
    house.daemon.start().await.unwrap();
    house
}

/// Anne says so many things as fast as she can. Returns their ids.
async fn flood(pair: &Pair, many: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..many {
        ids.push(pair.anne.say(&pair.room, &format!("n{n}")).await);
    }
    ids
}

/// What Anne said, as the group shows it, line by line; and in how many messages.
fn heard(house: &House, pair: &Pair) -> (Vec<String>, usize) {
    let shown = house.telegram.transcript(pair.group).unwrap();
    let hers: Vec<&Line> = shown.iter().filter(|line| line.text.starts_with("Anne: ")).collect();
    let lines = hers.iter().flat_map(|line| line.text.lines()).map(|line| line.replacen("Anne: ", "", 1));
    (lines.collect(), hers.len())
}

fn all(many: usize) -> Vec<String> {
    (0..many).map(|n| format!("n{n}")).collect()
}

#[test]
fn a_flood_keeps_to_the_limits_and_a_quiet_room_does_not_wait_for_it() {
    run(async {
        let house = build().await;
        let (loud, quiet) = (house.pair().await, house.pair().await);
        house.telegram.floods(true);
        let ids = flood(&loud, FLOOD).await;
        quiet.anne.say(&quiet.room, "du calme").await;
        house.said_in_group(quiet.group, "Anne: du calme").await;
        assert!(heard(&house, &loud).0.len() < FLOOD, "the flood waits still");

        house.in_group(loud.group, "the last", |line| line.text.ends_with("n39")).await;
        let (lines, messages) = heard(&house, &loud);
        assert_eq!(lines, all(FLOOD));
        assert!(messages <= 20, "{messages} messages");

        // Of several that were said together one is taken back, one is edited, and the whole is answered.
        let shown = house.telegram.transcript(loud.group).unwrap();
        let whole = shown.iter().max_by_key(|line| line.text.lines().count()).unwrap();
        let said: Vec<usize> =
            whole.text.lines().map(|line| line["Anne: n".len()..].parse().unwrap()).collect();
        let (first, last) = (said[0], said[said.len() - 1]);
        loud.anne.redact(&loud.room, &ids[first]).await;
        loud.anne.edit(&loud.room, &ids[last], "voilà").await;
        let left: Vec<String> = (first + 1..last).map(|n| format!("Anne: n{n}")).collect();
        house.said_in_group(loud.group, &format!("{}\nAnne: voilà", left.join("\n"))).await;
        house.telegram.reply(loud.group, loud.bob, whole.id, "tant que ça ?").unwrap();
        let answer = loud.anne.wait_for(&loud.room, "tant que ça ?").await;
        assert_eq!(answer.reply_to, Some(ids[last].clone()));
        let refused = house.telegram.calls().into_iter().filter(|call| call.status == Some(429));
        assert_eq!(refused.count(), 0, "Telegram never had to say no");
    });
}

#[test]
fn what_is_said_together_is_neither_lost_nor_doubled_by_a_broken_answer_and_a_kill() {
    run(async {
        let mut house = build().await;
        let pair = house.pair().await;
        // It is sent, and its answer lost: the last of those said alone, and those said together.
        house.telegram.fault_after("sendMessage", 8, 4, Fault::BreakAfter);
        flood(&pair, 20).await;
        let together = |house: &House| {
            let sent = house.telegram.calls_of("sendMessage");
            sent.iter().any(|call| call.params["text"].as_str().is_some_and(|text| text.contains('\n')))
        };
        while !together(&house) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        house.daemon.kill().unwrap();
        house.daemon.start().await.unwrap();
        house.in_group(pair.group, "the last", |line| line.text.ends_with("n19")).await;
        assert_eq!(heard(&house, &pair).0, all(20));
    });
}
