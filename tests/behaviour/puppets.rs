//! Accounts of their own on Mattermost, bots or users, for those who speak there from elsewhere.

use std::collections::BTreeSet;

use simulators::{
    account,
    mattermost::{Line, Mattermost},
};

use crate::house::{House, PATIENCE, Pair, run};

/// A Mattermost with a channel.
struct Channel {
    server: Mattermost,
    id: String,
}

impl Channel {
    /// The channel of a new server, and how it is written in the configuration.
    async fn build(network: &str, kind: &str) -> (Self, String) {
        let server = Mattermost::start("127.0.0.1:0").await.unwrap();
        let (bot, token) = server.bot("passerelle").unwrap();
        let id = server.channel("le-lieu", "Le lieu").unwrap();
        server.join(&id, &bot).unwrap();
        let block = format!(
            "  {network}:\n    kind: mattermost\n    url: {}\n    token: \"{token}\"\n    admin_token: \"{}\"\n    puppets: {kind}\n",
            server.url(),
            server.admin_token()
        );
        (Self { server, id }, block)
    }

    async fn line(&self, what: &str, wanted: impl Fn(&Line) -> bool) -> Line {
        let (found, lines) = self.server.wait(&self.id, PATIENCE, |lines| lines.iter().any(&wanted)).await;
        assert!(found, "Mattermost waits in vain for {what}; it shows {lines:#?}");
        lines.into_iter().find(|line| wanted(line)).unwrap()
    }
}

/// A room and a group, and two Mattermost channels with them: one gives people bots, the other users.
struct Scene {
    house: House,
    pair: Pair,
    channels: [Channel; 2],
}

impl Scene {
    async fn build() -> Self {
        let mut house = House::furnish().await;
        let (bots, bots_block) = Channel::build("avec-des-bots", "bots").await;
        let (users, users_block) = Channel::build("avec-des-comptes", "users").await;
        let networks = format!("networks:\n{bots_block}{users_block}");
        house.daemon.edit_config(|config| config.replacen("networks:\n", &networks, 1)).unwrap();
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        house.daemon.start().await.unwrap();
        let pair = house.pair().await;
        for (n, network) in ["avec-des-bots", "avec-des-comptes"].iter().enumerate() {
            pair.anne.say(&pair.room, &format!("!passerelle link {network} le-lieu")).await;
            let linked = |lines: &[account::Line]| {
                lines.iter().filter(|line| line.body.starts_with("C’est relié")).count() == n + 2
            };
            pair.anne.wait(&pair.room, "the answer to the link", linked).await;
        }
        Self { house, pair, channels: [bots, users] }
    }
}

#[test]
fn what_people_do_elsewhere_is_done_by_an_account_of_their_own_after_a_restart_too() {
    run(async {
        let Scene { mut house, pair, channels } = Scene::build().await;
        let said = pair.anne.say(&pair.room, "bonjour de Matrix").await;
        house.telegram.say(pair.group, pair.bob, "bonjour de Telegram").unwrap();
        let mut accounts = BTreeSet::new();
        for channel in &channels {
            let anne = channel.line("Anne's words", |line| line.text == "bonjour de Matrix").await;
            let bob = channel.line("Bob's words", |line| line.text == "bonjour de Telegram").await;
            assert_eq!((anne.shown.as_str(), bob.shown.as_str()), ("Anne", "Bob"));
            assert!(anne.author.ends_with(".matrix") && bob.author == "bob.telegram", "{anne:?} {bob:?}");
            accounts.insert(anne.author);
        }
        house.daemon.kill().unwrap();
        house.daemon.start().await.unwrap();
        pair.anne.edit(&pair.room, &said, "bonjour, changé").await;
        pair.anne.react(&pair.room, &said, "🎉").await;
        for channel in &channels {
            let changed = |line: &Line| line.text == "bonjour, changé" && !line.reactions.is_empty();
            let line = channel.line("the edit and the reaction", changed).await;
            assert_eq!(line.reactions, [("tada".to_owned(), line.author.clone())], "her own reaction");
            accounts.insert(line.author);
        }
        assert_eq!(accounts.len(), 1, "the account is found again, not made again: {accounts:?}");
        pair.anne.redact(&pair.room, &said).await;
        for channel in &channels {
            let gone = |lines: &[Line]| !lines.iter().any(|line| line.text == "bonjour, changé");
            let (gone, lines) = channel.server.wait(&channel.id, PATIENCE, gone).await;
            assert!(gone, "it is still there: {lines:#?}");
        }
        let lines = pair.anne.timeline(&pair.room).await;
        let echoes = lines.iter().filter(|line| line.body.contains("de Matrix")).count();
        assert_eq!(echoes, 0, "nothing of hers came back: {lines:#?}");
    });
}

#[test]
fn a_file_that_the_server_drops_without_a_word_is_told_of() {
    run(async {
        let Scene { house: _house, pair, channels: [bots, users] } = Scene::build().await;
        bots.server.set(|settings| settings.drops_files = true);
        let photo = simulators::draw_jpeg(64, 64, 7);
        pair.anne.send_file(&pair.room, "m.image", "fête.jpg", "image/jpeg", photo, "").await;
        let whole = users.line("the photo", |line| line.files.len() == 1).await;
        assert_eq!(whole.shown, "Anne");
        let instead = |line: &Line| line.files.is_empty() && line.text.contains("fête.jpg");
        bots.line("a line in its place", instead).await;
        let told = |lines: &[account::Line]| lines.iter().any(|line| line.body.contains("n’a pas gardé"));
        pair.anne.wait(&pair.room, "why it did not cross", told).await;
        let lines = bots.server.transcript(&bots.id).unwrap();
        assert!(!lines.iter().any(|line| line.text.is_empty()), "no empty post stays: {lines:#?}");
    });
}

#[test]
fn those_shown_leave_when_a_link_is_undone_so_and_are_back_when_they_speak() {
    run(async {
        let Scene { house, pair, channels: [bots, users] } = Scene::build().await;
        for (channel, network) in [(&bots, "avec-des-bots"), (&users, "avec-des-comptes")] {
            let (server, id) = (&channel.server, &channel.id);
            let emma = server.person("emma", "Emma").unwrap();
            server.join(id, &emma).unwrap();
            server.say(id, &emma, &format!("Emma, {network}")).unwrap();
            let ghost = pair.anne.wait_for(&pair.room, &format!("Emma, {network}")).await.sender;
            house.telegram.say(pair.group, pair.bob, &format!("Bob, {network}")).unwrap();
            let bob = pair.anne.wait_for(&pair.room, &format!("Bob, {network}")).await.sender;
            channel.line("Bob's words", |line| line.text == format!("Bob, {network}")).await;
            pair.anne.say(&pair.room, &format!("Anne, {network}")).await;
            channel.line("Anne's words", |line| line.text == format!("Anne, {network}")).await;
            let shown = || server.members(id).iter().filter(|name| name.contains('.')).count();
            assert!(shown() >= 2, "{:?}", server.members(id));
            pair.anne.say(&pair.room, &format!("!passerelle délier {network}")).await;
            let told = async |words: &str| {
                let words = words.to_owned();
                let has = |lines: &[account::Line]| lines.iter().any(|line| line.body.contains(&words));
                pair.anne.wait(&pair.room, &words, has).await;
            };
            told(&format!("sur Mattermost «\u{a0}{network}\u{a0}»\u{202f}? Ce qui a été écrit reste")).await;
            pair.anne.say(&pair.room, "!passerelle oui départ").await;
            told("s’en vont, sans que personne soit exclu").await;
            let is_in = async |who: &str| {
                pair.anne.state(&pair.room, "m.room.member", who).await["membership"] == "join"
            };
            while shown() > 0 || is_in(&ghost).await {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            assert!(server.members(id).contains(&"emma".to_owned()), "nobody of theirs is taken out");
            assert!(is_in(&bob).await, "he is of another network");
            channel.line("who undid it", |line| line.text.contains("a défait le lien")).await;
            pair.anne.say(&pair.room, "!passerelle annuler").await;
            let linked_twice = |lines: &[Line]| {
                lines.iter().filter(|line| line.text.contains("reliée au salon")).count() == 2
            };
            assert!(server.wait(id, PATIENCE, linked_twice).await.0);
            server.say(id, &emma, &format!("de retour, {network}")).unwrap();
            pair.anne.wait_for(&pair.room, &format!("de retour, {network}")).await;
            assert!(is_in(&ghost).await);
            pair.anne.say(&pair.room, &format!("aussi, {network}")).await;
            channel.line("Anne's words", |line| line.text == format!("aussi, {network}")).await;
            assert_eq!(shown(), 1, "{:?}", server.members(id));
        }
    });
}

#[test]
fn nobody_passes_for_somebody_at_home_by_an_account_either() {
    run(async {
        let Scene { house, pair, channels } = Scene::build().await;
        for channel in &channels {
            let emma = channel.server.person("emma", "Emma").unwrap();
            channel.server.join(&channel.id, &emma).unwrap();
            channel.server.say(&channel.id, &emma, "je suis là").unwrap();
        }
        let both =
            |lines: &[account::Line]| lines.iter().filter(|line| line.body == "je suis là").count() == 2;
        pair.anne.wait(&pair.room, "both", both).await;
        // With a Cyrillic letter.
        let other = house.telegram.person("Еmma").unwrap();
        house.telegram.join(pair.group, other).unwrap();
        house.telegram.say(pair.group, other, "c’est moi").unwrap();
        for channel in &channels {
            let line = channel.line("the words", |line| line.text == "c’est moi").await;
            assert!(line.shown.contains(" (Telegram "), "{line:?}");
        }
    });
}

#[test]
fn an_account_that_an_admin_takes_out_of_the_channel_is_read_there_no_more() {
    run(async {
        let Scene { house, pair, channels } = Scene::build().await;
        for (channel, network) in channels.iter().zip(["bots", "comptes"]) {
            let (server, id) = (&channel.server, &channel.id);
            let emma = server.person("emma", "Emma").unwrap();
            server.join(id, &emma).unwrap();
            let noise = format!("du bruit, {network}");
            house.telegram.say(pair.group, pair.bob, &noise).unwrap();
            let said = channel.line("Bob's words", |line| line.text == noise).await;
            // Any member may take another out: only an admin means it.
            server.promote(id, &emma);
            let account = server.user_named(&said.author).unwrap();
            server.kick(id, &emma, &account).unwrap();
            channel
                .line("what follows", |line| line.text.contains("Ce que Bob écrit ne se lira plus ici"))
                .await;
            let more = format!("encore, {network}");
            house.telegram.say(pair.group, pair.bob, &more).unwrap();
            pair.anne.wait_for(&pair.room, &more).await;
            let after = format!("après, {network}");
            pair.anne.say(&pair.room, &after).await;
            channel.line("Anne's words", |line| line.text == after).await;
            let lines = server.transcript(id).unwrap();
            assert!(!lines.iter().any(|line| line.text == more), "{lines:#?}");
            pair.anne.say(&pair.room, "!passerelle journal").await;
            let noted = |lines: &[account::Line]| {
                lines.iter().any(|line| line.body.contains("Emma") && line.body.contains("a fait taire Bob"))
            };
            pair.anne.wait(&pair.room, "the log", noted).await;
        }
    });
}
