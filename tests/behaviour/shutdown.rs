//! It ends when asked to, and there is only one of it.

use std::time::Duration;

use serde_json::Value;

use crate::house::{House, run};

#[test]
fn asked_to_stop_it_finishes_and_ends_in_time() {
    run(async {
        let mut house = House::build().await;
        let pair = house.pair().await;
        for n in 0..20 {
            pair.anne.say(&pair.room, &n.to_string()).await;
            house.telegram.say(pair.group, pair.bob, &n.to_string()).unwrap();
        }
        let (took, well) = house.daemon.stop().unwrap();
        assert!(well && took < Duration::from_secs(10), "{took:?}");
        house.daemon.start().await.unwrap();
        house.said_in_group(pair.group, "Anne: 19").await;
        pair.anne.wait_for(&pair.room, "19").await;
        let lines = house.telegram.transcript(pair.group).unwrap();
        assert_eq!(lines.iter().filter(|line| line.text.starts_with("Anne: ")).count(), 20, "nothing twice");
    });
}

#[test]
fn a_second_daemon_on_the_same_database_is_refused() {
    run(async {
        let house = House::build().await;
        let second = house.daemon.run(&["run"]).unwrap();
        assert!(!second.status.success());
        let said = String::from_utf8_lossy(&second.stderr).into_owned();
        assert!(said.contains("Un autre passerelle tourne déjà"), "{said}");
    });
}

#[test]
fn health_says_what_is_not_ready() {
    run(async {
        let house = House::build().await;
        let ask = async |path: &str| {
            let answer =
                simulators::http().get(format!("{}{path}", house.daemon.url())).send().await.unwrap();
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
        };
        assert_eq!(ask("/health/live").await.0, 200);
        let (status, body) = ask("/health/ready").await;
        assert_eq!((status, &body["listening"]["telegram"]), (200, &Value::Bool(true)));
        house.telegram.pause().await;
        let gone = async {
            while ask("/health/ready").await.0 == 200 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), gone).await.expect("it notices");
        assert_eq!(ask("/health/live").await.0, 200);
    });
}
