//! Plain words in a conversation with the bot alone.

use reqwest::Method;
use serde_json::json;
use simulators::Account;

use super::{Workspace, ask};
use crate::house::{BOT, run};

/// Opens a conversation with the bot, as clients do.
async fn talk_with_the_bot(workspace: &Workspace, who: &Account) -> String {
    let body = json!({ "preset": "trusted_private_chat", "is_direct": true, "invite": [BOT] });
    let made = who.ask(Method::POST, "/createRoom", Some(body)).await.unwrap();
    let room = made["room_id"].as_str().unwrap().to_owned();
    workspace.house.until_joined(who, &room, BOT).await;
    let greets = |line: &simulators::account::Line| {
        line.body.starts_with("Bonjour\u{202f}! Je relie des salons Matrix") && line.body.lines().count() == 2
    };
    who.wait(&room, "the greeting", |lines| lines.iter().any(greets)).await;
    room
}

#[test]
fn plain_words_are_understood_and_which_room_is_asked() {
    run(async {
        let workspace = Workspace::shared().await;
        let (anne, garden) = workspace.house.room(json!({})).await;
        let talk = talk_with_the_bot(workspace, &anne).await;
        // Where there is one room there is nothing to ask.
        let answer = ask(&anne, &talk, "état").await;
        assert!(answer.starts_with("«\u{a0}Le salon\u{a0}»\u{a0}:"), "{answer}");
        assert!(answer.contains("n’est relié à rien") && answer.contains("«\u{a0}relier\u{a0}»"), "{answer}");
        let kitchen = anne.create_room("La cuisine", &[BOT], json!({})).await;
        workspace.house.until_joined(&anne, &kitchen, BOT).await;
        // One that she does not decide in is not hers to choose.
        let (bea, others) = workspace.house.room(json!({})).await;
        bea.invite(&others, &anne.user).await;
        anne.join(&others).await;

        let (bob, group) = workspace.house.group();
        workspace.house.telegram.promote(group, bob).unwrap();
        let which = ask(&anne, &talk, "Relier").await;
        assert!(which.starts_with("Pour quel salon\u{202f}?"), "{which}");
        assert_eq!(which.matches("salon").count(), 2, "{which}");
        let at = which.lines().find(|line| line.contains("La cuisine")).unwrap();
        let number = at.split('.').next().unwrap().trim();
        let given = ask(&anne, &talk, number).await;
        assert!(given.contains("«\u{a0}La cuisine\u{a0}»") && given.contains("Voici un code"), "{given}");
        let code = given.split("Voici un code\u{a0}: ").nth(1).unwrap().split('.').next().unwrap();
        workspace.house.telegram.say(group, bob, &format!("/relier {code}")).unwrap();
        anne.wait(&kitchen, "the link", |lines| lines.iter().any(|line| line.body.contains("C’est relié")))
            .await;
        // By name, by id, and with more words before.
        let listed = ask(&anne, &talk, "liste la cuisine").await;
        assert!(listed.contains("Le groupe (Telegram"), "{listed}");
        let paused = ask(&anne, &talk, &format!("pause {kitchen}")).await;
        assert!(paused.contains("a mis en pause"), "{paused}");
        let spoken = ask(&anne, &talk, "langue fr La cuisine").await;
        assert!(spoken.contains("Je parlerai français"), "{spoken}");
        // By its address.
        let alias = json!({ "alias": "#cuisine:t.test" });
        let path = "/directory/room/%23cuisine%3At.test";
        anne.ask(Method::PUT, path, Some(json!({ "room_id": kitchen }))).await.unwrap();
        anne.set_state(&kitchen, "m.room.canonical_alias", "", alias).await;
        let listed = ask(&anne, &talk, "liste #cuisine:t.test").await;
        assert!(listed.contains("Le groupe (Telegram"), "{listed}");
        // What is asked once is confirmed there.
        let sure = ask(&anne, &talk, "délier La cuisine").await;
        assert!(sure.contains("Défaire le lien avec «\u{a0}Le groupe\u{a0}»"), "{sure}");
        let undone = ask(&anne, &talk, "oui").await;
        assert!(undone.contains("n’est plus relié"), "{undone}");
        assert!(anne.timeline(&garden).await.iter().all(|line| !line.body.contains("relié")));
    });
}

#[test]
fn what_is_not_a_command_is_helped_and_others_are_not_disturbed() {
    run(async {
        let workspace = Workspace::shared().await;
        let dora = workspace.house.synapse.register("dora").await.unwrap();
        let talk = talk_with_the_bot(workspace, &dora).await;
        let none = ask(&dora, &talk, "link").await;
        assert!(none.starts_with("Je ne vous vois dans aucun salon"), "{none}");
        let hello = ask(&dora, &talk, "Salut toi").await;
        assert!(hello.starts_with("Bonjour\u{202f}! Je relie"), "{hello}");
        let meant = ask(&dora, &talk, "comment relier mon groupe ?").await;
        assert!(meant.contains("Vouliez-vous dire «\u{a0}relier\u{a0}»"), "{meant}");
        let near = ask(&dora, &talk, "lnik").await;
        assert!(near.contains("Vouliez-vous dire «\u{a0}link\u{a0}»"), "{near}");
        let help = ask(&dora, &talk, "!passerelle aide").await;
        assert!(help.contains("Je demande de quel salon il s’agit"), "{help}");
        let sent = dora.send_file(&talk, "m.file", "plan.pdf", "application/pdf", vec![7; 9], "").await;
        let helped = |line: &simulators::account::Line| {
            line.reply_to.as_ref() == Some(&sent) && line.body.contains("Je demande de quel salon")
        };
        dora.wait(&talk, "help", |lines| lines.iter().any(helped)).await;
        workspace.mattermost.channel("salon-de-dora", "Le salon de Dora").unwrap();
        let shown = ask(&dora, &talk, "channels mattermost").await;
        assert!(shown.contains("Canaux de Mattermost"), "{shown}");
        let private = ask(&dora, &talk, "nepasrelayer").await;
        assert!(private.contains("vos messages ne passent plus"), "{private}");

        // In a room of two that is no such conversation, people just talk.
        let (eve, room) = workspace.house.room(json!({})).await;
        eve.say(&room, "liste des courses").await;
        let answer = ask(&eve, &room, "!passerelle liste").await;
        assert!(answer.contains("n’est relié à rien"), "{answer}");
        let lines = eve.timeline(&room).await;
        assert_eq!(lines.iter().filter(|line| line.body.contains("relié à rien")).count(), 1, "{lines:#?}");
    });
}

#[test]
fn a_conversation_goes_on_after_a_restart() {
    run(async {
        let mut workspace = Workspace::build().await;
        let anne = workspace.house.synapse.register("anne").await.unwrap();
        let talk = talk_with_the_bot(&workspace, &anne).await;
        workspace.house.daemon.kill().unwrap();
        workspace.house.daemon.start().await.unwrap();
        let help = ask(&anne, &talk, "aide").await;
        assert!(help.starts_with("Je relie des salons"), "{help}");
    });
}
