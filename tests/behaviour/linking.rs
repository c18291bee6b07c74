//! Rooms are linked from the room, by those who may.

use serde_json::json;

use crate::house::{BOT, House, PATIENCE, run, shared};

#[test]
fn both_sides_are_told_of_a_new_link_and_unlinking_ends_it() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        house
            .in_group(pair.group, "who reads from now on", |line| {
                line.text.contains("reliée au salon Matrix")
            })
            .await;
        pair.anne.say(&pair.room, "!passerelle list").await;
        let id = pair.group.to_string();
        pair.anne
            .wait(&pair.room, "the list", |lines| {
                lines.iter().any(|line| line.body.contains(&id) && line.kind == "m.notice")
            })
            .await;
        pair.anne.say(&pair.room, &format!("!passerelle unlink telegram {}", pair.group)).await;
        pair.anne
            .wait(&pair.room, "the end", |lines| {
                lines.iter().any(|line| line.body.starts_with("Défaire le lien avec"))
            })
            .await;
        pair.anne.say(&pair.room, "!passerelle oui").await;
        pair.anne
            .wait(&pair.room, "the end", |lines| {
                lines.iter().any(|line| line.body.contains("n’est plus relié"))
            })
            .await;
        house.in_group(pair.group, "the end", |line| line.text.contains("Anne a défait le lien")).await;
        house.telegram.say(pair.group, pair.bob, "personne ne m’entend").unwrap();
        pair.anne.say(&pair.room, "!passerelle list").await;
        let lines = pair
            .anne
            .wait(&pair.room, "an empty list", |lines| {
                lines.iter().any(|line| line.body.contains("relié à rien"))
            })
            .await;
        assert!(!lines.iter().any(|line| line.body == "personne ne m’entend"));
    });
}

#[test]
fn what_is_read_first_in_a_chat_is_that_it_is_linked() {
    run(async {
        let house = shared().await;
        let (anne, room) = house.room(json!({})).await;
        let (_, group) = house.group();
        anne.say(&room, &format!("!passerelle link telegram {group}")).await;
        // She goes on talking meanwhile.
        for n in 0..60 {
            anne.say(&room, &format!("mot {n}")).await;
        }
        house.said_in_group(group, "Anne: mot 59").await;
        let lines = house.telegram.transcript(group).unwrap();
        let first = |words: &str| lines.iter().position(|line| line.text.contains(words)).unwrap();
        assert!(first("reliée au salon Matrix") < first("Anne: mot"), "{:#?}", crate::house::texts(&lines));
    });
}

#[test]
fn only_those_with_power_in_the_room_link_it() {
    run(async {
        let house = shared().await;
        let (anne, room) = house.room(json!({})).await;
        let (_, group) = house.group();
        let eve = house.synapse.register("eve").await.unwrap();
        anne.invite(&room, &eve.user).await;
        eve.join(&room).await;
        eve.say(&room, &format!("!passerelle link telegram {group}")).await;
        anne.wait(&room, "the refusal", |lines| {
            lines.iter().any(|line| line.body.starts_with("Il faut avoir le droit"))
        })
        .await;
        let told =
            |lines: &[simulators::telegram::Line]| lines.iter().any(|line| line.text.contains("reliée"));
        assert!(!house.telegram.wait(group, std::time::Duration::from_millis(500), told).await.0);
    });
}

#[test]
fn every_command_is_answered() {
    run(async {
        let house = shared().await;
        let (anne, room) = house.room(json!({})).await;
        let (_, group) = house.group();
        let asked = [
            ("help", "Je relie ce salon"),
            ("", "Je relie ce salon"),
            ("lnik telegram 1", "Je ne connais pas « lnik ». Vouliez-vous dire « !passerelle link »"),
            ("bonjour", "Je ne connais pas « bonjour ». « !passerelle aide »"),
            ("link", "Voici un code"),
            ("link un deux trois", "Pour relier, écrivez"),
            ("oui", "Je n’attends pas de réponse"),
            ("undo", "Aucun lien n’a été défait"),
            ("link icq 1", "Je ne connais pas ce réseau"),
            ("link telegram -100999", "Je n’ai pas pu relier « -100999 »"),
            ("link telegram abc", "Je n’ai pas pu relier « abc »"),
            ("unlink telegram -100999", "« telegram -100999 » n’est pas relié"),
            ("delete", "Répondez au message"),
        ];
        for (words, start) in asked {
            anne.say(&room, &format!("!passerelle {words}")).await;
            let start = start.replace("« ", "«\u{a0}").replace(" »", "\u{a0}»");
            anne.wait(&room, &start, |lines| lines.iter().any(|line| line.body.starts_with(&start))).await;
        }
        anne.say(&room, &format!("!passerelle link telegram {group}")).await;
        anne.wait(&room, "the link", |lines| lines.iter().any(|line| line.body.starts_with("C’est relié")))
            .await;
        let (other, elsewhere) = house.room(json!({})).await;
        other.say(&elsewhere, &format!("!passerelle link telegram {group}")).await;
        other
            .wait(&elsewhere, "the refusal", |lines| {
                lines.iter().any(|line| line.body.contains("est déjà relié à un autre salon"))
            })
            .await;
    });
}

#[test]
fn links_of_the_configuration_are_there_from_the_start() {
    run(async {
        let mut house = House::furnish().await;
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        let anne = house.synapse.register("anne").await.unwrap();
        let room = anne
            .create_room("Public", &[], json!({ "preset": "public_chat", "room_alias_name": "salon" }))
            .await;
        let (bob, group) = house.group();
        let links = format!(
            "\nlinks:\n  - room: \"#salon:t.test\"\n    chats:\n      - network: telegram\n        chat: \"{group}\"\n"
        );
        house.daemon.edit_config(|config| config + &links).unwrap();
        house.daemon.start().await.unwrap();
        house.until_joined(&anne, &room, BOT).await;
        let linked = async {
            loop {
                house.telegram.say(group, bob, "y a quelqu’un ?").unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                if anne.timeline(&room).await.iter().any(|line| line.body == "y a quelqu’un ?") {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, linked).await.expect("the configured link works");
    });
}
