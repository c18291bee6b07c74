//! Several small channels in one room.

use serde_json::json;

use super::{Workspace, ask};
use crate::house::run;

#[test]
fn channels_are_merged_and_each_message_says_where_it_comes_from() {
    run(async {
        let workspace = Workspace::shared().await;
        let (rocket, root) = (&workspace.rocket, &workspace.root);
        let (bread, chloe) = workspace.inhabited(rocket.channel("pain"));
        let (jam, david) = workspace.inhabited(rocket.group("confiture"));
        rocket.join(&jam, &workspace.bot).unwrap();
        let room = workspace.roots_room().await;
        let question = ask(root, &room, "!passerelle réunir rocket #pain #confiture").await;
        assert!(question.starts_with("Réunir #pain, #confiture\u{202f}? Les membres de ces 2"), "{question}");
        assert!(question.contains("⚠ Privé jusqu’ici\u{a0}: #confiture."), "{question}");
        let done = ask(root, &room, "!passerelle oui").await;
        assert_eq!(done.matches("✅ réuni dans ce salon").count(), 2, "{done}");
        workspace.said_there(&jam, "Sont réunis dans ce salon\u{a0}: #pain, #confiture").await;
        let said = rocket.say(&jam, &david, "il reste des prunes").unwrap();
        root.wait_for(&room, "[#confiture] il reste des prunes").await;
        workspace.said_there(&bread, "[#confiture] il reste des prunes").await;
        rocket.edit(&david, &said, "il reste des pommes").unwrap();
        workspace.said_there(&bread, "[#confiture] il reste des pommes").await;
        rocket.say(&bread, &chloe, "fournée à 16\u{a0}h").unwrap();
        workspace.said_there(&jam, "[#pain] fournée à 16\u{a0}h").await;
        root.say(&room, "à tout à l’heure").await;
        workspace.said_there(&jam, "à tout à l’heure").await;
        let lines = rocket.transcript(&jam).unwrap();
        assert!(
            !lines.iter().any(|line| line.text.contains("] à tout")),
            "what comes from the room has no mark"
        );
        // Undone, one by one.
        ask(root, &room, "!passerelle délier rocket confiture").await;
        ask(root, &room, "!passerelle oui").await;
        let listed = ask(root, &room, "!passerelle liste").await;
        assert!(listed.contains("pain") && !listed.contains("confiture"), "{listed}");
        let elsewhere = workspace.roots_room().await;
        ask(root, &elsewhere, "!passerelle merge rocket pain confiture").await;
        let half = ask(root, &elsewhere, "!passerelle yes").await;
        assert!(
            half.contains("#pain est déjà relié à un autre salon") && half.contains("#confiture\u{a0}: ✅"),
            "{half}"
        );
    });
}

#[test]
fn an_admin_of_the_channels_is_asked_whether_all_may_read_all() {
    run(async {
        let workspace = Workspace::shared().await;
        let rocket = &workspace.rocket;
        let (north, chloe) = workspace.inhabited(rocket.channel("quartier-nord"));
        let (south, _) = workspace.inhabited(rocket.channel("quartier-sud"));
        for room in [&north, &south] {
            rocket.join(room, &workspace.bot).unwrap();
            rocket.promote(room, &chloe);
        }
        let (anne, room) = workspace.house.room(json!({})).await;
        let given = ask(&anne, &room, "!passerelle réunir rocket #quartier-nord #quartier-sud").await;
        assert!(given.starts_with("Voici un code"), "{given}");
        let code = given.split("«\u{a0}@passerelle relier ").nth(1).unwrap().split('\u{a0}').next().unwrap();
        rocket.say(&north, &chloe, &format!("@passerelle relier {code}")).unwrap();
        workspace.said_there(&north, "Réunir #quartier-nord, #quartier-sud").await;
        rocket.say(&north, &chloe, "avant l’accord").unwrap();
        rocket.say(&north, &chloe, "@passerelle oui").unwrap();
        let agreed = |line: &simulators::account::Line| {
            line.body.starts_with("Chloé a donné son accord") && line.body.matches('✅').count() == 2
        };
        anne.wait(&room, "the agreement", |lines| lines.iter().any(agreed)).await;
        rocket.say(&south, &chloe, "bonjour du sud").unwrap();
        anne.wait_for(&room, "[#quartier-sud] bonjour du sud").await;
        assert!(!anne.timeline(&room).await.iter().any(|line| line.body.contains("avant l’accord")));
    });
}

#[test]
fn a_channel_linked_by_code_into_a_room_of_merged_ones_is_marked_as_they_are() {
    run(async {
        let workspace = Workspace::shared().await;
        let (rocket, root) = (&workspace.rocket, &workspace.root);
        let room = workspace.roots_room().await;
        let [(east, _), (west, _), (hill, david)] =
            ["rive-est", "rive-ouest", "colline"].map(|name| workspace.inhabited(rocket.channel(name)));
        ask(root, &room, "!passerelle réunir Rocket.Chat #rive-est #rive-ouest").await;
        ask(root, &room, "!passerelle oui").await;
        rocket.join(&hill, &workspace.bot).unwrap();
        rocket.promote(&hill, &david);
        let given = ask(root, &room, "!passerelle relier Rocket.Chat").await;
        let code = given.split("@passerelle relier ").nth(1).unwrap().split('\u{a0}').next().unwrap();
        rocket.say(&hill, &david, &format!("@passerelle relier {code}")).unwrap();
        for channel in [&hill, &west] {
            workspace
                .said_there(channel, "Sont réunis dans ce salon\u{a0}: #rive-est, #rive-ouest, #colline")
                .await;
        }
        rocket.say(&hill, &david, "vu d’en haut").unwrap();
        root.wait_for(&room, "[#colline] vu d’en haut").await;
        workspace.said_there(&east, "[#colline] vu d’en haut").await;
        let linked = root.wait(&room, "the link", |lines| {
            lines.iter().any(|line| line.body.contains("commence par «\u{a0}[#colline]\u{a0}»"))
        });
        linked.await;
        // Undone, and had back with its mark; the journal tells all of it.
        ask(root, &room, "!passerelle délier colline").await;
        ask(root, &room, "!passerelle oui").await;
        ask(root, &room, "!passerelle annuler").await;
        rocket.say(&hill, &david, "de retour").unwrap();
        root.wait_for(&room, "[#colline] de retour").await;
        let journal = ask(root, &room, "!passerelle journal").await;
        for act in [
            "root a rétabli le lien avec «\u{a0}colline\u{a0}» (Rocket.Chat).",
            "root a défait le lien de «\u{a0}colline\u{a0}» (Rocket.Chat).",
            "Chloé a relié «\u{a0}colline\u{a0}» (Rocket.Chat).",
            "root a relié «\u{a0}#rive-est\u{a0}» (Rocket.Chat).",
        ] {
            assert!(journal.contains(act), "{act}: {journal}");
        }
    });
}

#[test]
fn a_kill_in_the_middle_merges_all_and_tells_each_once() {
    run(async {
        let mut workspace = Workspace::build().await;
        let room = workspace.roots_room().await;
        let names: Vec<String> = (0..6).map(|n| format!("quartier-{n}")).collect();
        let inhabited = |name: &String| workspace.inhabited(workspace.rocket.channel(name));
        let channels: Vec<(String, String)> = names.iter().map(inhabited).collect();
        // One is in the room already, without a mark.
        ask(&workspace.root, &room, &format!("!passerelle relier rocket {}", channels[0].0)).await;
        let merged = names[1..].join(" ");
        let question = ask(&workspace.root, &room, &format!("!passerelle réunir rocket {merged}")).await;
        assert!(question.starts_with("Réunir #quartier-1"), "{question}");
        let asked = workspace.root.say(&room, "!passerelle oui").await;
        for pause in [150, 300, 250, 400] {
            tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
            workspace.house.daemon.kill().unwrap();
            workspace.house.daemon.start().await.unwrap();
        }
        let answers = |line: &simulators::account::Line| line.reply_to.as_ref() == Some(&asked);
        let root = &workspace.root;
        let lines = root.wait(&room, "the answer", |lines| lines.iter().any(answers)).await;
        let answer = &lines.iter().find(|line| answers(line)).unwrap().body;
        assert_eq!(answer.matches('✅').count(), 5, "{answer}");
        for (name, (channel, person)) in names.iter().zip(&channels) {
            workspace.rocket.say(channel, person, &format!("bonjour de {name}")).unwrap();
            root.wait_for(&room, &format!("[#{name}] bonjour de {name}")).await;
            let lines = workspace.rocket.transcript(channel).unwrap();
            let told = lines.iter().filter(|line| line.text.contains("Sont réunis dans ce salon"));
            assert_eq!(told.count(), 1, "{lines:#?}");
        }
    });
}
