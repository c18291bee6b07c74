//! Rooms are made for channels: at once for hosters, by the word of an admin of the channels for others.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use simulators::Account;

use super::{Workspace, ask, come_into, invited_to};
use crate::house::{BOT, House, run};

/// The space of the workspace, with root in it.
async fn the_space(root: &Account) -> String {
    let found = root.ask(Method::GET, "/directory/room/%23passerelle_rocket%3At.test", None).await.unwrap();
    let space = found["room_id"].as_str().unwrap();
    root.join(space).await;
    space.to_owned()
}

#[test]
fn a_hoster_has_rooms_for_several_channels_at_once_under_one_space() {
    run(async {
        let workspace = Workspace::shared().await;
        let (rocket, root) = (&workspace.rocket, &workspace.root);
        let (garden, _) = workspace.inhabited(rocket.channel("potager"));
        rocket.change_room(&garden, "topic", "Semis et récoltes").unwrap();
        rocket.room_picture(&garden, simulators::draw_jpeg(40, 30, 5));
        let (council, _) = workspace.inhabited(rocket.group("bureau"));
        rocket.join(&council, &workspace.bot).unwrap();
        let asked_in = workspace.roots_room().await;
        let answer = ask(root, &asked_in, "!passerelle créer rocket #potager, #bureau #nulle-part").await;
        assert!(answer.contains("#potager\u{a0}: ✅ le salon «\u{a0}potager\u{a0}» est créé"), "{answer}");
        assert!(answer.contains("#bureau\u{a0}: ✅"), "{answer}");
        assert!(answer.contains("#nulle-part\u{a0}: je ne vois pas ce canal"), "{answer}");

        let space = the_space(root).await;
        assert_eq!(root.state(&space, "m.room.create", "").await["type"], "m.space");
        assert_eq!(root.state(&space, "m.room.name", "").await["name"], "Les Communs");
        let public = come_into(root, "potager").await;
        let private = come_into(root, "bureau").await;
        for room in [&public, &private] {
            assert_eq!(root.state(&space, "m.space.child", room).await["via"], json!(["t.test"]));
            let levels = root.state(room, "m.room.power_levels", "").await;
            // The bot made it, and so may everything (from room version 12 on without being listed).
            assert_eq!(levels["users"][&root.user], 100);
            assert_ne!(levels["users"][BOT], 0);
            assert_eq!(levels["users_default"], 0);
            assert_eq!(root.state(room, "m.room.guest_access", "").await["guest_access"], "forbidden");
        }
        let word = async |room: &str, kind: &str, key: &str| root.state(room, kind, "").await[key].clone();
        assert_eq!(word(&public, "m.room.topic", "topic").await, "Semis et récoltes");
        assert!(word(&public, "m.room.avatar", "url").await.as_str().unwrap().starts_with("mxc://"));
        assert_eq!(
            word(&public, "m.room.canonical_alias", "alias").await,
            "#passerelle_rocket_potager:t.test"
        );
        // Whoever is in the space of the workspace comes in, as there; nobody else does.
        assert_eq!(word(&public, "m.room.join_rules", "join_rule").await, "restricted");
        assert_eq!(word(&public, "m.room.history_visibility", "history_visibility").await, "shared");
        assert_eq!(word(&private, "m.room.join_rules", "join_rule").await, "invite");
        assert_eq!(word(&private, "m.room.history_visibility", "history_visibility").await, "invited");
        let eve = workspace.house.synapse.register("eve-espace").await.unwrap();
        let come_in =
            async |room: &str| eve.ask(Method::POST, &format!("/join/{room}"), Some(json!({}))).await;
        assert!(come_in(&public).await.is_err());
        root.invite(&space, &eve.user).await;
        eve.join(&space).await;
        assert!(come_in(&public).await.is_ok());
        assert!(come_in(&private).await.is_err());
    });
}

#[test]
fn rooms_are_linked_at_once_and_made_once() {
    run(async {
        let workspace = Workspace::shared().await;
        let (rocket, root) = (&workspace.rocket, &workspace.root);
        let (greenhouse, chloe) = workspace.inhabited(rocket.channel("serre"));
        let asked_in = workspace.roots_room().await;
        ask(root, &asked_in, "!passerelle créer rocket #serre").await;
        let room = come_into(root, "serre").await;
        workspace
            .said_there(&greenhouse, "maintenant reliée au salon Matrix «\u{a0}serre\u{a0}», par root")
            .await;
        root.say(&room, "qui arrose\u{a0}?").await;
        workspace.said_there(&greenhouse, "qui arrose").await;
        rocket.say(&greenhouse, &chloe, "moi").unwrap();
        let lines = root.wait(&room, "it", |lines| lines.iter().any(|line| line.body == "moi")).await;
        assert!(!lines.iter().any(|line| line.body.starts_with("Bonjour")), "{lines:#?}");

        let again = ask(root, &asked_in, "!passerelle bridge rocket serre").await;
        assert!(again.contains("#serre a déjà un salon."), "{again}");
        let (other, noah) = workspace.inhabited(rocket.channel("velos"));
        let answer = ask(root, &asked_in, "!passerelle créer rocket #velos").await;
        assert!(answer.contains("✅"), "{answer}");
        let bikes = come_into(root, "velos").await;
        let space = the_space(root).await;
        for room in [&room, &bikes] {
            assert_eq!(
                root.state(&space, "m.space.child", room).await["via"],
                json!(["t.test"]),
                "the same space"
            );
        }
        // Unlinked and asked for anew: the old room has the name already, and its people hear nothing.
        ask(root, &bikes, "!passerelle délier").await;
        ask(root, &bikes, "!passerelle oui").await;
        let answer = ask(root, &asked_in, "!passerelle créer rocket #velos").await;
        assert!(answer.contains("✅"), "{answer}");
        let anew = come_into(root, "velos").await;
        assert_ne!(anew, bikes);
        rocket.say(&other, &noah, "en selle").unwrap();
        root.wait_for(&anew, "en selle").await;
    });
}

#[test]
fn others_need_the_word_of_an_admin_of_each_channel() {
    run(async {
        let workspace = Workspace::shared().await;
        let rocket = &workspace.rocket;
        let (kitchen, chloe) = workspace.inhabited(rocket.channel("cuisine"));
        let (cellar, david) = workspace.inhabited(rocket.group("cave"));
        rocket.join(&kitchen, &david).unwrap();
        for room in [&kitchen, &cellar] {
            rocket.join(room, &workspace.bot).unwrap();
        }
        let (anne, room) = workspace.house.room(json!({})).await;
        let bea = workspace.house.synapse.register("bea-espace").await.unwrap();
        let carl = workspace.house.synapse.register("carl-espace").await.unwrap();
        for guest in [&bea, &carl] {
            anne.invite(&room, &guest.user).await;
            guest.join(&room).await;
        }
        let refused = ask(&carl, &room, "!passerelle créer rocket #cuisine").await;
        assert!(refused.starts_with("Il faut avoir le droit"), "{refused}");
        let mut levels = anne.state(&room, "m.room.power_levels", "").await;
        levels["users"][&bea.user] = json!(50);
        anne.set_state(&room, "m.room.power_levels", "", levels).await;
        // Whether there is a private channel of that name is not told.
        let given = ask(&anne, &room, "!passerelle créer rocket #cuisine #cave #grenier").await;
        assert!(given.starts_with("Voici un code"), "{given}");
        assert!(!given.contains("je ne vois pas"), "{given}");
        let code = given.split("«\u{a0}@passerelle relier ").nth(1).unwrap().split('\u{a0}').next().unwrap();
        assert!(invited_to(&anne).await.is_empty());

        // A member without the right; then the owner of one, in private; then that of the other.
        rocket.say(&kitchen, &chloe, &format!("@passerelle relier {code}")).unwrap();
        workspace.said_there(&kitchen, "Seuls les admins").await;
        let private = rocket.direct(&chloe, "passerelle").unwrap();
        rocket.say(&private, &chloe, &format!("relier {code}")).unwrap();
        workspace
            .said_there(&private, "#cuisine\u{a0}: je ne vois pas ce canal, ou vous n’en êtes pas admin")
            .await;
        assert!(invited_to(&anne).await.is_empty());
        rocket.promote(&kitchen, &chloe);
        rocket.say(&private, &chloe, &format!("relier {code}")).unwrap();
        workspace.said_there(&private, "#cuisine\u{a0}: ✅").await;
        workspace.said_there(&private, "#cave\u{a0}: je ne vois pas").await;
        let answer = |line: &simulators::account::Line| {
            line.body.starts_with("Chloé a donné son accord sur Rocket.Chat")
                && line.body.contains("#cuisine\u{a0}: ✅")
        };
        anne.wait(&room, "the agreement", |lines| lines.iter().any(answer)).await;
        let hers = come_into(&anne, "cuisine").await;
        come_into(&bea, "cuisine").await;
        assert!(invited_to(&carl).await.is_empty(), "who decides nothing there is not invited");
        let levels = anne.state(&hers, "m.room.power_levels", "").await;
        assert_eq!((&levels["users"][&anne.user], &levels["users"][&bea.user]), (&json!(100), &json!(50)));
        rocket.promote(&cellar, &david);
        rocket.say(&cellar, &david, &format!("@passerelle relier {code}")).unwrap();
        workspace.said_there(&cellar, "#cuisine\u{a0}: je ne vois pas").await;
        let below = come_into(&anne, "cave").await;
        rocket.say(&cellar, &david, "il fait frais").unwrap();
        anne.wait_for(&below, "il fait frais").await;
        assert_eq!(anne.state(&below, "m.room.join_rules", "").await["join_rule"], "invite");
        // A code for rooms links nothing else.
        let (eve, other) = workspace.house.room(json!({})).await;
        let refused = ask(&eve, &other, &format!("!passerelle relier {code}")).await;
        assert!(refused.starts_with("Ce code vient d’un salon Matrix"), "{refused}");
    });
}

#[test]
fn a_room_that_the_homeserver_encrypts_by_itself_is_given_up_and_why_is_said() {
    run(async {
        let mut house = House::furnish().await;
        house.synapse.configure("encryption_enabled_by_default_for_room_type: all");
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        house.daemon.start().await.unwrap();
        let (anne, asked_in) = house.room(json!({})).await;
        let (_, group) = house.group();
        house.in_group(group, "the greeting", |line| line.text.starts_with("Bonjour")).await;
        // Trying again makes another, and says the same.
        for _ in 0..3 {
            let answer = ask(&anne, &asked_in, &format!("!passerelle créer telegram {group}")).await;
            assert!(answer.contains("le salon n’a pas pu être créé"), "{answer}");
            assert!(answer.contains("encryption_enabled_by_default_for_room_type: off"), "{answer}");
        }
        let invited: Vec<String> = invited_to(&anne).await.into_iter().map(|(name, _)| name).collect();
        assert_eq!(invited, ["telegram"], "but into the space");
        let listed = ask(&anne, &asked_in, "!passerelle canaux telegram").await;
        assert!(!listed.contains('✅'), "{listed}");
    });
}

#[test]
fn a_kill_in_the_middle_leaves_no_room_alone_and_makes_none_twice() {
    run(async {
        let mut workspace = Workspace::build().await;
        let asked_in = workspace.roots_room().await;
        let names: Vec<String> = (0..6).map(|n| format!("atelier-{n}")).collect();
        let channels = names.iter().map(|name| workspace.inhabited(workspace.rocket.channel(name)));
        let channels: Vec<(String, String)> = channels.collect();
        let asked = format!("!passerelle créer rocket {}", names.join(" "));
        let asked = workspace.root.say(&asked_in, &asked).await;
        for pause in [150, 400, 250, 600, 300] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            workspace.house.daemon.kill().unwrap();
            workspace.house.daemon.start().await.unwrap();
        }
        let answers = |line: &simulators::account::Line| line.reply_to.as_ref() == Some(&asked);
        let root = &workspace.root;
        let lines = root.wait(&asked_in, "the answer", |lines| lines.iter().any(answers)).await;
        let answer = &lines.iter().find(|line| answers(line)).unwrap().body;
        assert_eq!(answer.matches('✅').count(), names.len(), "{answer}");
        let mut invited: Vec<String> = invited_to(root).await.into_iter().map(|(name, _)| name).collect();
        invited.sort();
        assert_eq!(invited, [vec!["Les Communs".to_owned()], names.clone()].concat());
        for (name, (channel, person)) in names.iter().zip(&channels) {
            let room = come_into(root, name).await;
            workspace.rocket.say(channel, person, &format!("bonjour {name}")).unwrap();
            root.wait_for(&room, &format!("bonjour {name}")).await;
            workspace.said_there(channel, "maintenant reliée").await;
        }
    });
}
