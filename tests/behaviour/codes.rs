//! A room and a chat are linked by a code, from either side, by those who may and by nobody else.

use serde_json::json;
use simulators::{Account, telegram};

use crate::{
    house::{House, PATIENCE, run, shared},
    square::Square,
};

/// The code in an answer.
fn code_in(words: &str) -> String {
    let rest = words.split("Voici un code\u{a0}: ").nth(1).unwrap_or_else(|| panic!("no code in {words}"));
    rest.chars().take_while(|c| *c != '.').collect()
}

/// Asks in the room for a code.
async fn code_of_room(anne: &Account, room: &str) -> String {
    let has_code = |line: &&simulators::account::Line| line.body.starts_with("Voici un code");
    let before = anne.timeline(room).await.iter().filter(has_code).count();
    anne.say(room, "!passerelle relier").await;
    let lines = anne.wait(room, "a code", |lines| lines.iter().filter(has_code).count() > before).await;
    code_in(&lines.iter().rfind(has_code).unwrap().body)
}

async fn told(anne: &Account, room: &str, words: &str) {
    anne.wait(room, words, |lines| lines.iter().any(|line| line.body.contains(words))).await;
}

#[test]
fn a_room_and_a_group_are_linked_by_a_code_from_either_side() {
    run(async {
        let house = shared().await;
        let (anne, room) = house.room(json!({})).await;
        let (bob, group) = house.group();
        house.telegram.promote(group, bob).unwrap();
        let code = code_of_room(&anne, &room).await;
        told(&anne, &room, "Telegram\u{a0}: ajoutez @passerelle_bot").await;
        house.telegram.say(group, bob, &format!("/relier {}", code.to_lowercase())).unwrap();
        house
            .in_group(group, "the link", |line| {
                line.text.contains("au salon Matrix «\u{a0}Le salon\u{a0}», par Bob")
            })
            .await;
        told(&anne, &room, "C’est relié à «\u{a0}Le groupe\u{a0}» sur Telegram, par Bob").await;
        anne.say(&room, "bienvenue").await;
        house.said_in_group(group, "Anne: bienvenue").await;

        let (anne, room) = house.room(json!({})).await;
        let (bob, group) = house.group();
        house.telegram.promote(group, bob).unwrap();
        house.telegram.say(group, bob, "/matrix").unwrap();
        let answer = house.in_group(group, "a code", |line| line.text.starts_with("Voici un code")).await;
        assert!(answer.text.contains("invitez @passerelle:t.test"), "{}", answer.text);
        anne.say(&room, &format!("!passerelle link {}", code_in(&answer.text))).await;
        told(&anne, &room, "C’est relié à «\u{a0}Le groupe\u{a0}»").await;
        house.in_group(group, "the link", |line| line.text.contains("par Anne")).await;
    });
}

#[test]
fn channels_are_linked_by_calling_the_bot() {
    run(async {
        let square = Square::shared().await;
        let (anne, room) = square.house.room(json!({})).await;
        let mattermost = &square.mattermost;
        let channel = mattermost.channel("jardin", "Le jardin").unwrap();
        for who in [square.bot(), &square.emma] {
            mattermost.join(&channel, who).unwrap();
        }
        let code = code_of_room(&anne, &room).await;
        let ask = format!("@passerelle relier {code}");
        mattermost.say(&channel, &square.emma, &ask).unwrap();
        let shows = |words: &'static str| {
            move |lines: &[simulators::mattermost::Line]| lines.iter().any(|line| line.text.contains(words))
        };
        let refused = mattermost.wait(&channel, PATIENCE, shows("Seuls les admins")).await;
        assert!(refused.0, "{:#?}", refused.1);
        mattermost.promote(&channel, &square.emma);
        mattermost.say(&channel, &square.emma, &ask).unwrap();
        told(&anne, &room, "C’est relié à «\u{a0}Le jardin\u{a0}» sur Mattermost, par Emma").await;

        let hall = &square.breton;
        let garden = hall.server.channel("jardin");
        for who in [&hall.bot, &hall.person] {
            hall.server.join(&garden, who).unwrap();
        }
        hall.server.promote(&garden, &hall.person);
        let code = code_of_room(&anne, &room).await;
        hall.server.say(&garden, &hall.person, &format!("@passerelle relier {code}")).unwrap();
        let bretagne = "Rocket.Chat «\u{a0}Bretagne\u{a0}»";
        told(&anne, &room, &format!("C’est relié à «\u{a0}jardin\u{a0}» sur {bretagne}, par Chloé")).await;
        // By what it is called, in part or whole, and never by what two are called.
        for named in ["bretagne", "Rocket.Chat Bretagne", "Rocket.Chat «\u{a0}Bretagne\u{a0}» jardin"] {
            anne.say(&room, &format!("!passerelle délier {named}")).await;
            told(&anne, &room, &format!("Défaire le lien avec «\u{a0}jardin\u{a0}» sur {bretagne}")).await;
        }
        anne.say(&room, "!passerelle canaux Rocket.Chat").await;
        told(&anne, &room, "Rocket.Chat «\u{a0}Alsace\u{a0}», Rocket.Chat «\u{a0}Bretagne\u{a0}»").await;
    });
}

#[test]
fn without_the_right_nobody_links_or_unlinks_from_any_side() {
    run(async {
        let house = shared().await;
        let (anne, room) = house.room(json!({})).await;
        let (bob, group) = house.group();
        let eve = house.synapse.register("eve-codes").await.unwrap();
        anne.invite(&room, &eve.user).await;
        eve.join(&room).await;
        let code = code_of_room(&anne, &room).await;
        // A stolen code, by a member who is no admin.
        house.telegram.say(group, bob, &format!("/link {code}")).unwrap();
        house.in_group(group, "the refusal", |line| line.text.starts_with("Seuls les admins")).await;
        house.telegram.say(group, bob, "/matrix").unwrap();
        eve.say(&room, "!passerelle link").await;
        told(&anne, &room, "Il faut avoir le droit").await;
        // The wrong place.
        anne.say(&room, &format!("!passerelle link {code}")).await;
        told(&anne, &room, "Ce code vient d’un salon Matrix").await;
        // Used up.
        house.telegram.promote(group, bob).unwrap();
        house.telegram.say(group, bob, &format!("/link {code}")).unwrap();
        house.in_group(group, "the link", |line| line.text.contains("reliée au salon")).await;
        let (carl, other) = house.group();
        house.telegram.promote(other, carl).unwrap();
        house.telegram.say(other, carl, &format!("/link {code}")).unwrap();
        house.in_group(other, "the refusal", |line| line.text.starts_with("Ce code n’est pas bon")).await;
        // Nobody else undoes it.
        house.telegram.demote(group, bob).unwrap();
        house.telegram.say(group, bob, "/unlink").unwrap();
        let refusals = |lines: &[telegram::Line]| {
            lines.iter().filter(|l| l.text.starts_with("Seuls les admins")).count() == 3
        };
        let (refused, lines) = house.telegram.wait(group, PATIENCE, refusals).await;
        assert!(refused, "{lines:#?}");
        eve.say(&room, "!passerelle unlink").await;
        let refused = |lines: &[simulators::account::Line]| {
            lines.iter().filter(|line| line.body.starts_with("Il faut avoir le droit")).count() == 2
        };
        anne.wait(&room, "the second refusal", refused).await;
        anne.say(&room, "toujours relié").await;
        house.said_in_group(group, "Anne: toujours relié").await;
    });
}

#[test]
fn guessing_is_stopped_and_a_code_lives_through_a_restart() {
    run(async {
        let mut house = House::build().await;
        let (anne, room) = house.room(json!({})).await;
        let (bob, group) = house.group();
        let carl = house.telegram.person("Carl").unwrap();
        house.telegram.join(group, carl).unwrap();
        for who in [bob, carl] {
            house.telegram.promote(group, who).unwrap();
        }
        let code = code_of_room(&anne, &room).await;
        for n in 2..7 {
            house.telegram.say(group, bob, &format!("/link ABC-DE{n}")).unwrap();
        }
        let wrong = |lines: &[telegram::Line]| {
            lines.iter().filter(|line| line.text.starts_with("Ce code n’est pas bon")).count() == 5
        };
        assert!(house.telegram.wait(group, PATIENCE, wrong).await.0);
        house.daemon.kill().unwrap();
        house.daemon.start().await.unwrap();
        house.telegram.say(group, bob, &format!("/link {code}")).unwrap();
        house.in_group(group, "the end of it", |line| line.text.starts_with("Trop de codes faux")).await;
        house.telegram.say(group, carl, &format!("/link {code}")).unwrap();
        house.in_group(group, "the link", |line| line.text.contains("par Carl")).await;
        // Undone from the group, and had back from the room.
        house.telegram.say(group, carl, "/délier").unwrap();
        house.in_group(group, "the question", |line| line.text.starts_with("Défaire le lien")).await;
        house.telegram.say(group, carl, "/oui@passerelle_bot").unwrap();
        told(&anne, &room, "Carl a défait le lien").await;
        anne.say(&room, "!passerelle annuler").await;
        told(&anne, &room, "C’est relié à «\u{a0}Le groupe\u{a0}» sur Telegram, par Anne").await;
    });
}

#[test]
fn a_stranger_to_a_chat_does_not_link_it_by_its_id() {
    run(async {
        let mut house = House::furnish().await;
        house
            .daemon
            .edit_config(|config| config.replace("hosters: [\"*\"]", "hosters: [\"@root:t.test\"]"))
            .unwrap();
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        house.daemon.start().await.unwrap();
        let (anne, room) = house.room(json!({})).await;
        let (_, group) = house.group();
        anne.say(&room, &format!("!passerelle link telegram {group}")).await;
        told(&anne, &room, "il faut être hébergeur").await;
        let encrypted = json!({ "algorithm": "m.megolm.v1.aes-sha2" });
        anne.set_state(&room, "m.room.encryption", "", encrypted).await;
        anne.say(&room, "!passerelle link").await;
        told(&anne, &room, "Cette discussion est chiffrée").await;
    });
}
