//! Accounts of their own on Mattermost, bots or users, for those who speak there from elsewhere.

use std::collections::BTreeSet;

use simulators::mattermost::{Line, Mattermost};

use crate::house::{House, PATIENCE, run};

/// A Mattermost with a channel, and how it is written in the configuration.
async fn server(network: &str, kind: &str) -> (Mattermost, String, String) {
    let server = Mattermost::start("127.0.0.1:0").await.unwrap();
    let (bot, token) = server.bot("passerelle").unwrap();
    let channel = server.channel("le-lieu", "Le lieu").unwrap();
    server.join(&channel, &bot).unwrap();
    let block = format!(
        "  {network}:\n    kind: mattermost\n    url: {}\n    token: \"{token}\"\n    admin_token: \"{}\"\n    puppets: {kind}\n",
        server.url(),
        server.admin_token()
    );
    (server, channel, block)
}

async fn line(server: &Mattermost, channel: &str, what: &str, wanted: impl Fn(&Line) -> bool) -> Line {
    let (found, lines) = server.wait(channel, PATIENCE, |lines| lines.iter().any(&wanted)).await;
    assert!(found, "Mattermost waits in vain for {what}; it shows {lines:#?}");
    lines.into_iter().find(|line| wanted(line)).unwrap()
}

#[test]
fn what_people_do_elsewhere_is_done_by_an_account_of_their_own_here_after_a_restart_too() {
    run(async {
        let mut house = House::furnish().await;
        let (bots, bots_channel, bots_block) = server("avec-des-bots", "bots").await;
        let (users, users_channel, users_block) = server("avec-des-comptes", "users").await;
        let networks = format!("networks:\n{bots_block}{users_block}");
        house.daemon.edit_config(|config| config.replacen("networks:\n", &networks, 1)).unwrap();
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        house.daemon.start().await.unwrap();
        let pair = house.pair().await;
        for (n, network) in ["avec-des-bots", "avec-des-comptes"].iter().enumerate() {
            pair.anne.say(&pair.room, &format!("!passerelle link {network} le-lieu")).await;
            let linked = |lines: &[simulators::account::Line]| {
                lines.iter().filter(|line| line.body.starts_with("C’est relié")).count() == n + 2
            };
            pair.anne.wait(&pair.room, "the answer to the link", linked).await;
        }
        let sides = [(&bots, &bots_channel), (&users, &users_channel)];
        let said = pair.anne.say(&pair.room, "bonjour de Matrix").await;
        house.telegram.say(pair.group, pair.bob, "bonjour de Telegram").unwrap();
        let mut accounts = BTreeSet::new();
        for (server, channel) in sides {
            let anne = line(server, channel, "Anne's words", |line| line.text == "bonjour de Matrix").await;
            let bob = line(server, channel, "Bob's words", |line| line.text == "bonjour de Telegram").await;
            assert_eq!((anne.shown.as_str(), bob.shown.as_str()), ("Anne", "Bob"));
            assert!(anne.author.ends_with(".matrix") && bob.author == "bob.telegram", "{anne:?} {bob:?}");
            accounts.insert(anne.author);
        }
        house.daemon.kill().unwrap();
        house.daemon.start().await.unwrap();
        pair.anne.edit(&pair.room, &said, "bonjour, changé").await;
        pair.anne.react(&pair.room, &said, "🎉").await;
        for (server, channel) in sides {
            let edited = line(server, channel, "the edit and the reaction", |line| {
                line.text == "bonjour, changé" && !line.reactions.is_empty()
            });
            let edited = edited.await;
            assert_eq!(edited.reactions, [("tada".to_owned(), edited.author.clone())], "her own reaction");
            accounts.insert(edited.author);
        }
        assert_eq!(accounts.len(), 1, "the account is found again, not made again: {accounts:?}");
        pair.anne.redact(&pair.room, &said).await;
        for (server, channel) in sides {
            let gone = |lines: &[Line]| !lines.iter().any(|line| line.text == "bonjour, changé");
            let (gone, lines) = server.wait(channel, PATIENCE, gone).await;
            assert!(gone, "it is still there: {lines:#?}");
        }
        let bodies = pair.anne.timeline(&pair.room).await;
        let echoes = bodies.iter().filter(|line| line.body.contains("de Matrix")).count();
        assert_eq!(echoes, 0, "nothing of hers came back: {bodies:#?}");
    });
}
