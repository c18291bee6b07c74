//! A homeserver that misbehaves, as Synapse cannot be made to: nothing is lost, doubled or blocked.

use std::path::Path;

use reqwest::Method;
use serde_json::json;
use simulators::{Account, Daemon, Homeserver, homeserver::Failure, telegram::Telegram};

use crate::house::{BOT, PATIENCE, TOKEN, run, texts};

/// The daemon between the homeserver of this process and Telegram, with a linked room and group.
struct Yard {
    homeserver: Homeserver,
    telegram: Telegram,
    daemon: Daemon,
    anne: Account,
    room: String,
    bob: i64,
    group: i64,
}

impl Yard {
    async fn build() -> Self {
        let homeserver = Homeserver::start().await.unwrap();
        let telegram = Telegram::start("127.0.0.1:0").await.unwrap();
        let bot = telegram.bot(TOKEN, "passerelle_bot").unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_passerelle"));
        let mut daemon = Daemon::set_up(
            program,
            &homeserver.url(),
            &["--telegram-token", TOKEN, "--telegram-api-url", &telegram.url()],
        )
        .unwrap();
        homeserver.register_service(&daemon.registration()).unwrap();
        daemon.start().await.unwrap();
        let bob = telegram.person("Bob").unwrap();
        let group = telegram.supergroup("Le groupe").unwrap();
        for who in [bob, bot] {
            telegram.join(group, who).unwrap();
        }
        let anne = homeserver.account("anne");
        anne.set_name("Anne").await;
        let room = anne.create_room("Le salon", &[BOT], json!({})).await;
        while anne.state(&room, "m.room.member", BOT).await["membership"] != "join" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        anne.say(&room, &format!("!passerelle link telegram {group}")).await;
        anne.wait(&room, "the link", |lines| lines.iter().any(|line| line.body.starts_with("C’est relié")))
            .await;
        Self { homeserver, telegram, daemon, anne, room, bob, group }
    }

    async fn said_in_group(&self, words: &str) {
        let (found, lines) = self
            .telegram
            .wait(self.group, PATIENCE, |lines| lines.iter().any(|line| line.text == words))
            .await;
        assert!(found, "{words} is not in {:#?}; the log:\n{}", texts(&lines), self.daemon.log());
    }

    fn heard_in_group(&self) -> Vec<String> {
        let lines = self.telegram.transcript(self.group).unwrap();
        lines.iter().filter_map(|line| line.text.strip_prefix("Anne: ")).map(str::to_owned).collect()
    }
}

#[test]
fn what_is_malformed_is_set_aside_and_blocks_nothing() {
    run(async {
        let yard = Yard::build().await;
        let event = |id: &str, content: serde_json::Value| {
            json!({
                "type": "m.room.message", "event_id": id, "room_id": yard.room, "sender": yard.anne.user,
                "origin_server_ts": 1, "content": content,
            })
        };
        yard.homeserver.push(event("$odd1", json!({ "msgtype": "m.text", "body": 7 })));
        yard.homeserver.push(json!("not even an object"));
        yard.homeserver.push(json!({ "type": "m.room.message", "event_id": "$odd2" }));
        yard.homeserver.push(event(
            "$good",
            json!({ "msgtype": "m.image", "body": "a", "url": 3, "info": { "h": "2" } }),
        ));
        yard.anne.say(&yard.room, "derrière eux").await;
        yard.said_in_group("Anne: derrière eux").await;
        let log = yard.daemon.log();
        assert!(log.contains("set aside") && log.contains("$odd1") && log.contains("$odd2"), "{log}");
    });
}

#[test]
fn a_transaction_repeated_under_another_name_doubles_nothing() {
    run(async {
        let yard = Yard::build().await;
        yard.homeserver.deliver_twice(10);
        for n in 0..5 {
            yard.anne.say(&yard.room, &n.to_string()).await;
        }
        assert!(yard.homeserver.flushed().await);
        yard.anne.say(&yard.room, "5").await;
        yard.said_in_group("Anne: 5").await;
        assert_eq!(yard.heard_in_group(), ["0", "1", "2", "3", "4", "5"]);
    });
}

#[test]
fn what_a_homeserver_forgot_to_push_is_read_back_in_order() {
    run(async {
        let yard = Yard::build().await;
        yard.anne.say(&yard.room, "0").await;
        yard.said_in_group("Anne: 0").await;
        yard.homeserver.forget(2);
        yard.anne.say(&yard.room, "1").await;
        yard.anne.say(&yard.room, "2").await;
        // That it ended is known by a call that broke off.
        yard.homeserver.fail("send", 1, Failure::BreakBefore);
        yard.telegram.say(yard.group, yard.bob, "toujours là").unwrap();
        yard.anne.wait_for(&yard.room, "toujours là").await;
        yard.anne.say(&yard.room, "3").await;
        yard.said_in_group("Anne: 3").await;
        assert_eq!(yard.heard_in_group(), ["0", "1", "2", "3"]);
    });
}

#[test]
fn a_transaction_s_id_that_comes_again_with_something_new_hides_nothing() {
    run(async {
        let yard = Yard::build().await;
        for n in ["0", "1", "2"] {
            yard.anne.say(&yard.room, n).await;
            yard.said_in_group(&format!("Anne: {n}")).await;
            assert!(yard.homeserver.flushed().await);
            yard.homeserver.count_again();
        }
        assert_eq!(yard.heard_in_group(), ["0", "1", "2"]);
    });
}

#[test]
fn sends_that_fail_in_every_way_arrive_once_and_in_order() {
    run(async {
        let yard = Yard::build().await;
        let failures = [
            Failure::TooManyRequests(1),
            Failure::Status(500),
            Failure::BadGateway,
            Failure::BreakBefore,
            Failure::BreakAfter,
            Failure::HalfBody,
            Failure::Delay(300),
        ];
        let said: Vec<String> = (0..=failures.len()).map(|n| format!("t{n}")).collect();
        yard.telegram.say(yard.group, yard.bob, &said[0]).unwrap();
        yard.anne.wait_for(&yard.room, &said[0]).await;
        for (failure, words) in failures.into_iter().zip(&said[1..]) {
            yard.homeserver.fail("/send/m.room.message/", 1, failure);
            yard.telegram.say(yard.group, yard.bob, words).unwrap();
        }
        yard.anne.wait_for(&yard.room, said.last().unwrap()).await;
        let lines = yard.anne.timeline(&yard.room).await;
        let heard: Vec<&str> =
            lines.iter().filter(|line| line.name == "Bob").map(|line| line.body.as_str()).collect();
        assert_eq!(heard, said);
    });
}

#[test]
fn what_a_homeserver_took_before_it_restarted_is_not_said_again() {
    run(async {
        let yard = Yard::build().await;
        yard.telegram.say(yard.group, yard.bob, "0").unwrap();
        yard.anne.wait_for(&yard.room, "0").await;
        yard.homeserver.fail("/send/m.room.message/", 1, Failure::BreakAfter);
        yard.homeserver.forget_what_was_done();
        yard.telegram.say(yard.group, yard.bob, "1").unwrap();
        yard.telegram.say(yard.group, yard.bob, "2").unwrap();
        yard.anne.wait_for(&yard.room, "2").await;
        let lines = yard.anne.timeline(&yard.room).await;
        let heard: Vec<&str> =
            lines.iter().filter(|line| line.name == "Bob").map(|line| line.body.as_str()).collect();
        assert_eq!(heard, ["0", "1", "2"]);
    });
}

#[test]
fn a_ghost_that_was_removed_comes_back_when_its_person_speaks() {
    run(async {
        let yard = Yard::build().await;
        yard.telegram.say(yard.group, yard.bob, "un").unwrap();
        let ghost = yard.anne.wait_for(&yard.room, "un").await.sender;
        let content = json!({ "membership": "leave" });
        yard.anne.set_state(&yard.room, "m.room.member", &ghost, content).await;
        yard.telegram.say(yard.group, yard.bob, "deux").unwrap();
        yard.anne.wait_for(&yard.room, "deux").await;
    });
}

#[test]
fn only_the_homeserver_is_let_in() {
    run(async {
        let yard = Yard::build().await;
        let config = std::fs::read_to_string(yard.daemon.config()).unwrap();
        let token =
            config.lines().find_map(|line| line.trim().strip_prefix("hs_token: ")).unwrap().to_owned();
        let ask = async |method: Method, path: &str, token: Option<&str>| {
            let mut request = simulators::http().request(method, format!("{}{path}", yard.daemon.url()));
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let answer = request.body("{\"events\": []}").send().await.unwrap();
            let status = answer.status().as_u16();
            (
                status,
                answer.json::<serde_json::Value>().await.unwrap()["errcode"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            )
        };
        let base = "/_matrix/app/v1";
        let right = Some(token.as_str());
        let transaction = format!("{base}/transactions/x1");
        assert_eq!(ask(Method::PUT, &transaction, None).await, (401, "M_MISSING_TOKEN".into()));
        assert_eq!(ask(Method::PUT, &transaction, Some("wrong")).await, (403, "M_FORBIDDEN".into()));
        assert_eq!(ask(Method::PUT, &transaction, right).await.0, 200);
        assert_eq!(ask(Method::PUT, "/transactions/x2", right).await.0, 200, "the path of old");
        assert_eq!(ask(Method::PUT, &format!("/transactions/x3?access_token={token}"), None).await.0, 200);
        let both = "/transactions/x4?access_token=wrong";
        assert_eq!(ask(Method::PUT, both, right).await.0, 403, "both must be right");
        assert_eq!(ask(Method::GET, &transaction, right).await, (405, "M_UNRECOGNIZED".into()));
        assert_eq!(
            ask(Method::GET, &format!("{base}/nonsense"), right).await,
            (404, "M_UNRECOGNIZED".into())
        );
        assert_eq!(
            ask(Method::GET, &format!("{base}/users/@passerelle_telegram_1:t.test"), right).await,
            (404, "M_NOT_FOUND".into())
        );
        let ghost = format!("{base}/users/@passerelle_telegram_{}:t.test", yard.bob);
        yard.telegram.say(yard.group, yard.bob, "je suis là").unwrap();
        yard.anne.wait_for(&yard.room, "je suis là").await;
        assert_eq!(ask(Method::GET, &ghost, right).await.0, 200);
        assert_eq!(
            ask(Method::GET, &format!("{base}/rooms/%23a:t.test"), right).await,
            (404, "M_NOT_FOUND".into())
        );
    });
}
