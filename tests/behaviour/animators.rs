//! What animators and members ask, from every side, and what happens then.

use serde_json::json;
use simulators::{Account, account::Line, telegram};

use crate::house::{House, Pair, run, shared};

async fn told(anne: &Account, room: &str, words: &str) -> Line {
    let lines = anne.wait(room, words, |lines| lines.iter().any(|line| line.body.contains(words))).await;
    lines.into_iter().rfind(|line| line.body.contains(words)).unwrap()
}

/// The line of the room that shows these words.
async fn ghost_says(pair: &Pair, house: &House, words: &str) -> Line {
    house.telegram.say(pair.group, pair.bob, words).unwrap();
    pair.anne.wait_for(&pair.room, words).await
}

#[test]
fn a_link_rests_goes_on_and_goes_one_way() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let (anne, room) = (&pair.anne, &pair.room);
        ghost_says(&pair, house, "avant").await;
        anne.say(room, "!passerelle pause").await;
        house.in_group(pair.group, "the pause", |line| line.text.starts_with("⏸ Anne a mis en pause")).await;
        house.telegram.say(pair.group, pair.bob, "pendant").unwrap();
        anne.say(room, "!passerelle état").await;
        told(anne, room, "⏸ en pause, rien n’attend. Relié à l’instant").await;
        anne.say(room, "!passerelle reprendre").await;
        house.in_group(pair.group, "the end of it", |line| line.text.starts_with("▶ Anne a repris")).await;
        ghost_says(&pair, house, "après").await;
        let lines = anne.timeline(room).await;
        assert!(!lines.iter().any(|line| line.body == "pendant"));
        anne.say(room, "!passerelle annonces").await;
        house.in_group(pair.group, "it", |line| line.text.contains("annonces seules")).await;
        house.telegram.say(pair.group, pair.bob, "à sens unique").unwrap();
        anne.say(room, "une annonce").await;
        house.said_in_group(pair.group, "Anne: une annonce").await;
        anne.say(room, "!passerelle deux-sens").await;
        house.in_group(pair.group, "it", |line| line.text.contains("rétabli les deux sens")).await;
        ghost_says(&pair, house, "de nouveau").await;
        assert!(!anne.timeline(room).await.iter().any(|line| line.body == "à sens unique"));
        anne.say(room, "!passerelle status").await;
        told(anne, room, "✅ marche, rien n’attend").await;
        // The answer itself is not what waits.
        assert!(!anne.timeline(room).await.iter().any(|line| line.body.contains("message attend")));
        anne.say(room, "!passerelle journal").await;
        told(anne, room, "à l’instant ⏸ Anne a mis en pause").await;
    });
}

#[test]
fn everybody_is_answered_in_their_language_or_the_one_of_the_place() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let alice = telegram::NewPerson {
            first_name: Some("Alice".into()),
            language_code: Some("en".into()),
            ..telegram::NewPerson::default()
        };
        let alice = house.telegram.new_person(alice).unwrap();
        house.telegram.join(pair.group, alice).unwrap();
        house.telegram.say(pair.group, alice, "/list").unwrap();
        house.in_group(pair.group, "English", |line| line.text.starts_with("Linked to:")).await;
        house.telegram.say(pair.group, pair.bob, "/liste").unwrap();
        house.in_group(pair.group, "French", |line| line.text.starts_with("C’est relié à\u{a0}:")).await;
        pair.anne.say(&pair.room, "!passerelle language en").await;
        told(&pair.anne, &pair.room, "I will speak English here.").await;
        pair.anne.say(&pair.room, "!passerelle liste").await;
        told(&pair.anne, &pair.room, "Linked to:").await;
        let menus = house.telegram.calls_of("setMyCommands");
        assert!(menus.len() >= 3, "a menu in French, in English, and for others");
    });
}

#[test]
fn somebody_is_silenced_from_either_side_by_those_who_may() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let (anne, room) = (&pair.anne, &pair.room);
        let eve = house.synapse.register("eve-mute").await.unwrap();
        eve.set_name("Ève").await;
        anne.invite(room, &eve.user).await;
        eve.join(room).await;
        eve.say(room, "bonjour d’Ève").await;
        let line = house.said_in_group(pair.group, "Ève: bonjour d’Ève").await;
        let said = ghost_says(&pair, house, "bonjour de Bob").await;
        // Without the right, neither side silences, removes or unlinks anybody.
        house.telegram.reply(pair.group, pair.bob, line.id, "/mute").unwrap();
        house.in_group(pair.group, "the refusal", |line| line.text.starts_with("Seuls les admins")).await;
        house.telegram.reply(pair.group, pair.bob, line.id, "/delete").unwrap();
        house.in_group(pair.group, "the refusal", |line| line.text.starts_with("Seuls son auteur")).await;
        eve.reply(room, &said.id, "!passerelle mute").await;
        told(anne, room, "Il faut avoir le droit").await;
        eve.reply(room, &said.id, "!passerelle delete").await;
        told(anne, room, "Seuls son auteur").await;
        for asked in ["pause", "who", "log", "langue en", "annonces"] {
            eve.say(room, &format!("!passerelle {asked}")).await;
        }
        let refused = |lines: &[Line]| {
            lines.iter().filter(|line| line.body.starts_with("Il faut avoir le droit")).count() == 6
        };
        anne.wait(room, "the refusals", refused).await;
        // With it, they do.
        house.telegram.promote(pair.group, pair.bob).unwrap();
        house.telegram.reply(pair.group, pair.bob, line.id, "/muet").unwrap();
        house
            .in_group(pair.group, "it", |line| line.text.starts_with("Ce qu’Ève écrit ne se lira plus ici"))
            .await;
        eve.say(room, "on ne m’entend pas").await;
        anne.say(room, "mais moi oui").await;
        house.said_in_group(pair.group, "Anne: mais moi oui").await;
        anne.reply(room, &said.id, "!passerelle muet").await;
        told(anne, room, "Ce que Bob écrit ne se lira plus nulle part ailleurs").await;
        house.telegram.say(pair.group, pair.bob, "et moi ?").unwrap();
        anne.say(room, "!passerelle parole Bob").await;
        told(anne, room, "Ce que Bob écrit passe de nouveau").await;
        ghost_says(&pair, house, "me revoilà").await;
        anne.say(room, "!passerelle journal").await;
        let log = told(anne, room, "Bob (Telegram) a fait taire Ève").await.body;
        assert!(log.contains("Anne (Matrix) a rendu la parole à Bob"), "{log}");
        let room_lines = anne.timeline(room).await;
        assert!(!room_lines.iter().any(|line| line.body == "et moi ?"));
        let lines = house.telegram.transcript(pair.group).unwrap();
        assert!(!lines.iter().any(|line| line.text.contains("on ne m’entend pas")));
    });
}

#[test]
fn who_is_only_over_there_is_told() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let (anne, room) = (&pair.anne, &pair.room);
        let eve = house.synapse.register("eve-who").await.unwrap();
        eve.set_name("Ève").await;
        anne.invite(room, &eve.user).await;
        eve.join(room).await;
        ghost_says(&pair, house, "me voilà").await;
        // Of those who wrote in the group, who has a name that is in the room may be there already.
        for name in ["Ève", "Émile"] {
            let person = house.telegram.person(name).unwrap();
            house.telegram.join(pair.group, person).unwrap();
            house.telegram.say(pair.group, person, &format!("{name} aussi")).unwrap();
            told(anne, room, &format!("{name} aussi")).await;
        }
        anne.say(room, "!passerelle qui").await;
        let who = told(anne, room, "Bob\u{a0}: à l’instant").await.body;
        for words in [
            "Sur Telegram, «\u{a0}Le groupe\u{a0}»\u{a0}: 3 personnes ont écrit, dont 2 pas encore sur Matrix",
            "Émile\u{a0}: à l’instant",
            "Peut-être déjà sur Matrix, d’après le nom\u{a0}: Ève.",
        ] {
            assert!(who.contains(words), "{who}");
        }
    });
}

#[test]
fn who_is_banned_from_the_room_is_taken_out_of_the_group() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let carl = house.telegram.person("Carl").unwrap();
        house.telegram.join(pair.group, carl).unwrap();
        house.telegram.say(pair.group, carl, "du bruit").unwrap();
        let noise = pair.anne.wait_for(&pair.room, "du bruit").await;
        let ban = json!({ "user_id": noise.sender });
        let path = format!("/rooms/{}/ban", pair.room);
        pair.anne.ask(reqwest::Method::POST, &path, Some(ban)).await.unwrap();
        told(&pair.anne, &pair.room, "j’ai aussi banni Carl de la discussion sur Telegram").await;
        assert!(house.telegram.say(pair.group, carl, "encore").is_err(), "he is out");
    });
}

#[test]
fn what_is_private_stays_and_what_is_to_be_forgotten_goes() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        ghost_says(&pair, house, "un").await;
        ghost_says(&pair, house, "deux").await;
        house.telegram.say(pair.group, pair.bob, "/nepasrelayer").unwrap();
        house
            .in_group(pair.group, "it", |line| {
                line.text.starts_with("C’est noté\u{a0}: vos messages ne passent plus")
            })
            .await;
        house.telegram.say(pair.group, pair.bob, "entre nous").unwrap();
        house.telegram.say(pair.group, pair.bob, "toujours entre nous").unwrap();
        told(&pair.anne, &pair.room, "Quelqu’un qui ne souhaite pas être relayé").await;
        house.telegram.say(pair.group, pair.bob, "/relayer").unwrap();
        house.in_group(pair.group, "it", |line| line.text.contains("passent de nouveau")).await;
        ghost_says(&pair, house, "trois").await;
        let lines = pair.anne.timeline(&pair.room).await;
        assert!(!lines.iter().any(|line| line.body.contains("entre nous")));
        let told_once = lines.iter().filter(|line| line.body.starts_with("Quelqu’un qui ne")).count();
        assert_eq!(told_once, 1);
        house.telegram.say(pair.group, pair.bob, "/oubliemoi").unwrap();
        house
            .in_group(pair.group, "the question", |line| line.text.starts_with("Retirer des autres côtés"))
            .await;
        house.telegram.say(pair.group, pair.bob, "/oui").unwrap();
        house.in_group(pair.group, "the report", |line| line.text.ends_with("tout est retiré.")).await;
        let lines = pair.anne.timeline(&pair.room).await;
        assert!(
            !lines.iter().any(|line| ["un", "deux", "trois"].contains(&line.body.as_str())),
            "{lines:#?}"
        );
        let own = house.telegram.transcript(pair.group).unwrap();
        assert!(own.iter().any(|line| line.text == "un"), "his own words stay where he wrote them");
    });
}

#[test]
fn the_bot_says_what_it_is_and_that_it_was_taken_out() {
    run(async {
        let house = shared().await;
        let (_, group) = house.group();
        house.in_group(group, "hello", |line| line.text.starts_with("Bonjour\u{202f}! Je peux relier")).await;
        let (anne, room) = house.room(json!({})).await;
        told(&anne, &room, "Écrivez «\u{a0}!passerelle relier\u{a0}»").await;
        let pair = house.pair().await;
        house.telegram.kick(pair.group, house.bot).unwrap();
        told(&pair.anne, &pair.room, "Le robot n’est plus dans").await;
    });
}

#[test]
fn a_room_that_becomes_encrypted_is_told_of_and_rests() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let encryption = json!({ "algorithm": "m.megolm.v1.aes-sha2" });
        pair.anne.set_state(&pair.room, "m.room.encryption", "", encryption).await;
        house.in_group(pair.group, "it", |line| line.text.contains("est maintenant chiffré")).await;
        told(&pair.anne, &pair.room, "Ce salon est maintenant chiffré").await;
        pair.anne.say(&pair.room, "!passerelle reprendre").await;
        told(&pair.anne, &pair.room, "Cette discussion est chiffrée").await;
    });
}

#[test]
fn clients_that_show_links_and_failures_are_told_of_them() {
    run(async {
        let house = shared().await;
        let events = json!({ "m.bridge": 0, "uk.half-shot.bridge": 0 });
        let pair = house.pair_in(json!({ "power_level_content_override": { "events": events } })).await;
        let key = format!("fr.passerelle://telegram/{}", pair.group);
        for kind in ["m.bridge", "uk.half-shot.bridge"] {
            let state = loop {
                let state = pair.anne.state(&pair.room, kind, &key).await;
                if state["channel"].is_object() {
                    break state;
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            };
            assert_eq!(state["channel"]["displayname"], "Le groupe");
            assert_eq!(state["protocol"]["id"], "telegram");
        }
        house.telegram.demote(pair.group, house.bot).unwrap();
        let silenced = telegram::Act::Restrict { who: house.bot, denied: vec!["can_send_messages".into()] };
        house.telegram.act(pair.group, pair.bob, silenced).unwrap();
        for n in 0..3 {
            pair.anne.say(&pair.room, &format!("perdu {n}")).await;
        }
        told(&pair.anne, &pair.room, "Ceci n’a pas pu passer vers Telegram").await;
        let failures = async || -> usize {
            let events = pair.anne.raw_timeline(&pair.room).await;
            events.iter().filter(|event| event["type"] == "com.beeper.message_send_status").count()
        };
        while failures().await < 3 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let lines = pair.anne.timeline(&pair.room).await;
        let notices = lines.iter().filter(|line| line.body.starts_with("Ceci n’a pas pu passer")).count();
        assert!(notices <= 2, "three failures are one notice, two where a minute began: {notices}");
    });
}
