//! One room for all: what is done on any side shows on every other, by everybody as a person.

use std::{collections::HashMap, time::Duration};

use crate::{
    house::run,
    square::{SIDES, Said, Side, Square},
};

/// A message from every side, and what it is called on each.
async fn talk(square: &Square, round: &str) -> HashMap<(Side, Side), String> {
    let mut ids = HashMap::new();
    for from in SIDES {
        let text = format!("{round} de {}", from.person());
        let id = square.say(from, &text).await;
        ids.insert((from, from), id);
        for to in SIDES.into_iter().filter(|to| *to != from) {
            let said = square.find(to, &text, |said| said.text == text).await;
            assert_eq!(said.who, from.person(), "{from:?} on {to:?}");
            ids.insert((from, to), said.id);
        }
    }
    ids
}

/// Everything that can be done to a message, from every side.
async fn respond(square: &Square, round: &str, ids: &HashMap<(Side, Side), String>) {
    for (n, from) in SIDES.into_iter().enumerate() {
        let about = SIDES[(n + 1) % SIDES.len()];
        let text = format!("{round}, réponse de {}", from.person());
        square.reply(from, &ids[&(about, from)], &text).await;
        for to in SIDES.into_iter().filter(|to| *to != from) {
            let said = square.find(to, &text, |said| said.text == text).await;
            assert_eq!(said.about.as_ref(), Some(&ids[&(about, to)]), "{from:?} answers {about:?} on {to:?}");
        }
        let text = format!("{round} de {}, corrigé", from.person());
        square.edit(from, &ids[&(from, from)], &text).await;
        for to in SIDES {
            square.find(to, &text, |said| said.text == text && said.id == ids[&(from, to)]).await;
        }
    }
    for (n, from) in SIDES.into_iter().enumerate() {
        let about = SIDES[(n + 2) % SIDES.len()];
        square.react(from, &ids[&(about, from)]).await;
        for to in SIDES {
            let id = &ids[&(about, to)];
            let shown = |said: &Said| said.id == *id && said.reactions.iter().any(|emoji| emoji == "🎉");
            square.find(to, &format!("the reaction of {from:?}"), shown).await;
        }
    }
    for from in SIDES {
        square.delete(from, &ids[&(from, from)]).await;
        for to in SIDES {
            let id = ids[&(from, to)].clone();
            square.until(to, "the deletion", |seen| !seen.iter().any(|said| said.id == id)).await;
        }
    }
}

#[test]
fn what_is_done_on_any_side_shows_on_every_other_after_a_restart_too() {
    run(async {
        let mut square = Square::build().await;
        let ids = talk(&square, "bonjour").await;
        square.house.daemon.kill().unwrap();
        square.house.daemon.start().await.unwrap();
        square.until_heard().await;
        respond(&square, "bonjour", &ids).await;
        // Once each, and nothing of it came back to where it was said.
        let ids = talk(&square, "encore").await;
        for from in SIDES {
            for to in SIDES {
                let text = format!("encore de {}", from.person());
                let shown = square.seen(to).await.into_iter().filter(|said| said.text == text).count();
                assert_eq!(shown, 1, "{from:?} on {to:?}");
                assert!(ids.contains_key(&(from, to)));
            }
        }
    });
}

/// Messages from each side while things go wrong.
const MESSAGES: usize = 100;

#[test]
fn nothing_is_lost_or_doubled_while_every_server_is_away_in_turn() {
    run(async {
        let mut square = Square::build().await;
        let away = if std::env::var_os("LONG").is_some() { 20 } else { 4 };
        let speak = |from: usize, to: usize| {
            let square = &square;
            async move {
                for n in from..to {
                    for side in SIDES {
                        // A person whose server is away waits, and says it then.
                        say_when_possible(square, side, &format!("{side:?} {n}")).await;
                    }
                    tokio::time::sleep(Duration::from_millis(30)).await;
                }
            }
        };
        let step = MESSAGES / 5;
        for (n, side) in
            [Side::Telegram, Side::Breton, Side::Alsatian, Side::Mattermost].into_iter().enumerate()
        {
            let absence = async {
                pause(&square, side).await;
                tokio::time::sleep(Duration::from_secs(away)).await;
                resume(&square, side).await;
                cut(&square, side);
            };
            tokio::join!(speak(n * step, (n + 1) * step), absence);
        }
        speak(4 * step, 4 * step + step / 2).await;
        square.house.daemon.kill().unwrap();
        square.house.daemon.start().await.unwrap();
        let square = &square;
        for n in 4 * step + step / 2..MESSAGES {
            for side in SIDES {
                say_when_possible(square, side, &format!("{side:?} {n}")).await;
            }
        }
        for to in SIDES {
            for from in SIDES {
                let last = format!("{from:?} {}", MESSAGES - 1);
                square.find(to, &last, |said| said.text == last).await;
            }
            let seen = square.seen(to).await;
            for from in SIDES {
                let begins = format!("{from:?} ");
                let heard: Vec<&str> =
                    seen.iter().filter_map(|said| said.text.strip_prefix(&begins)).collect();
                let mut once = heard.clone();
                if to == Side::Telegram {
                    // The one window that Telegram leaves open.
                    once.dedup();
                }
                let all: Vec<String> = (0..MESSAGES).map(|n| n.to_string()).collect();
                assert_eq!(once, all, "{from:?} on {to:?}");
            }
        }
    });
}

async fn say_when_possible(square: &Square, side: Side, text: &str) {
    square.say(side, text).await;
}

async fn pause(square: &Square, side: Side) {
    match side {
        Side::Matrix => {}
        Side::Telegram => square.house.telegram.pause().await,
        Side::Breton => square.breton.server.pause().await,
        Side::Alsatian => square.alsatian.server.pause().await,
        Side::Mattermost => square.mattermost.pause().await,
    }
}

async fn resume(square: &Square, side: Side) {
    match side {
        Side::Matrix => {}
        Side::Telegram => square.house.telegram.resume().await.unwrap(),
        Side::Breton => square.breton.server.resume().await.unwrap(),
        Side::Alsatian => square.alsatian.server.resume().await.unwrap(),
        Side::Mattermost => square.mattermost.resume().await.unwrap(),
    }
}

/// Cuts the next answers: before the work is done, after it, and in their middle.
fn cut(square: &Square, side: Side) {
    for (n, fault) in
        [simulators::Fault::BreakAfter, simulators::Fault::BreakBefore, simulators::Fault::HalfBody]
            .into_iter()
            .enumerate()
    {
        let after = u32::try_from(n).unwrap() * 3;
        match side {
            Side::Matrix => {}
            Side::Telegram => square.house.telegram.fault_after("sendMessage", after, 1, fault),
            Side::Breton => square.breton.server.fault_after("chat.sendMessage", after, 1, fault),
            Side::Alsatian => square.alsatian.server.fault_after("chat.sendMessage", after, 1, fault),
            Side::Mattermost => square.mattermost.fault_after("posts", after, 1, fault),
        }
    }
    match side {
        Side::Breton => square.breton.server.cut(),
        Side::Alsatian => square.alsatian.server.cut(),
        Side::Mattermost => square.mattermost.cut(),
        Side::Matrix | Side::Telegram => {}
    }
}
