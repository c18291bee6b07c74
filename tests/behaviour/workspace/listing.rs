//! Which chats there are, shown to those who may know.

use serde_json::json;

use super::{Workspace, ask};
use crate::house::run;

#[test]
fn channels_are_shown_with_members_activity_and_links() {
    run(async {
        let workspace = Workspace::shared().await;
        let rocket = &workspace.rocket;
        let chloe = rocket.person("chloe-liste", "Chloé");
        let garden = rocket.channel("liste-jardin");
        let council = rocket.group("liste-conseil");
        for room in [&garden, &council] {
            rocket.join(room, &chloe).unwrap();
            rocket.join(room, &workspace.bot).unwrap();
        }
        rocket.say(&garden, &chloe, "les semis sont là").unwrap();
        let (anne, room) = workspace.house.room(json!({})).await;
        let shown = ask(&anne, &room, "!passerelle canaux Rocket.Chat").await;
        assert!(shown.starts_with("Canaux de Rocket.Chat, 1 à "), "{shown}");
        let line = shown.lines().find(|line| line.contains("#liste-jardin")).unwrap();
        assert!(line.ends_with("#liste-jardin, 3\u{a0}membres, dernier message à l’instant"), "{line}");
        // What is private is not told to those who are not trusted with all the workspace.
        assert!(!shown.contains("conseil"), "{shown}");
        assert!(shown.contains("pas montré"), "{shown}");

        let root = &workspace.root;
        let roots = workspace.roots_room().await;
        let shown = ask(root, &roots, "!passerelle channels rocket").await;
        assert!(shown.contains("#liste-conseil, privé, 3\u{a0}membres"), "{shown}");
        assert!(!shown.contains("pas montré"), "{shown}");
        ask(root, &roots, "!passerelle link rocket liste-conseil").await;
        let shown = ask(root, &roots, "!passerelle canaux rocket").await;
        assert!(shown.contains("#liste-conseil, privé, 3\u{a0}membres, ✅ relié à ce salon"), "{shown}");
        let elsewhere = workspace.roots_room().await;
        let shown = ask(root, &elsewhere, "!passerelle canaux rocket").await;
        let words = "✅ déjà relié à «\u{a0}Le salon de root\u{a0}»";
        assert!(shown.contains(words), "{shown}");
    });
}

#[test]
fn long_lists_have_pages_and_names_people_know() {
    run(async {
        let workspace = Workspace::shared().await;
        for n in 0..25 {
            let (name, title) = (format!("liste-{n:02}"), format!("Atelier n° {n}"));
            workspace.mattermost.channel(&name, &title).unwrap();
        }
        let (anne, room) = workspace.house.room(json!({})).await;
        let first = ask(&anne, &room, "!passerelle canaux Mattermost").await;
        assert!(first.starts_with("Canaux de Mattermost, 1 à 20 sur "), "{first}");
        assert!(first.contains("La suite\u{a0}: «\u{a0}!passerelle canaux Mattermost 2\u{a0}»"), "{first}");
        let second = ask(&anne, &room, "!passerelle canaux mattermost 2").await;
        assert!(second.starts_with("Canaux de Mattermost, 21 à "), "{second}");
        let both = first + &second;
        for n in 0..25 {
            assert!(both.contains(&format!("#liste-{n:02} «\u{a0}Atelier n° {n}\u{a0}»")), "{n}: {both}");
        }
        let none = ask(&anne, &room, "!passerelle canaux mattermost 99").await;
        assert_eq!(none, "Je ne vois aucun canal sur Mattermost.");
        let which = ask(&anne, &room, "!passerelle canaux icq").await;
        assert!(which.contains("Mattermost, Rocket.Chat, Telegram"), "{which}");
    });
}

#[test]
fn telegram_tells_no_bot_its_groups_so_they_are_remembered() {
    run(async {
        let workspace = Workspace::shared().await;
        let telegram = &workspace.house.telegram;
        let group = telegram.supergroup("Le fournil").unwrap();
        let bob = telegram.person("Bob").unwrap();
        telegram.join(group, bob).unwrap();
        telegram.join(group, workspace.house.bot).unwrap();
        workspace.house.in_group(group, "the greeting", |line| line.text.starts_with("Bonjour")).await;
        let room = workspace.roots_room().await;
        let shown = ask(&workspace.root, &room, "!passerelle canaux telegram").await;
        assert!(shown.starts_with("Telegram ne dit pas à un robot dans quels groupes il est."), "{shown}");
        assert!(shown.contains(&format!("{group} «\u{a0}Le fournil\u{a0}», privé")), "{shown}");
        let (anne, hers) = workspace.house.room(json!({})).await;
        let shown = ask(&anne, &hers, "!passerelle canaux telegram").await;
        assert!(!shown.contains("Le fournil"), "{shown}");
        let eve = workspace.house.synapse.register("eve-liste").await.unwrap();
        anne.invite(&hers, &eve.user).await;
        eve.join(&hers).await;
        assert!(ask(&eve, &hers, "!passerelle canaux rocket").await.starts_with("Il faut avoir le droit"));
        telegram.say(group, bob, "/canaux").unwrap();
        workspace
            .house
            .in_group(group, "where to ask", |line| line.text.starts_with("Cela se demande"))
            .await;
    });
}
