//! What is particular to Mattermost and Rocket.Chat: mentions, threads, files, pins, what happens to a channel.

use std::time::Duration;

use serde_json::json;

use crate::{
    house::{PATIENCE, run},
    square::{Side, Square},
};

#[test]
fn somebody_named_is_notified_and_a_crowd_is_not() {
    run(async {
        let square = Square::shared().await;
        square.mattermost.say(&square.channel, &square.emma, "je suis Emma").unwrap();
        let said = square.anne.wait_for(&square.room, "je suis Emma").await;
        let pill = format!("<a href=\"https://matrix.to/#/{}\">Emma</a>", said.sender);
        square.anne.say_html(&square.room, "Emma, et @all ?", &format!("{pill}, et @all ?")).await;
        let shown =
            |lines: &[simulators::mattermost::Line]| lines.iter().any(|line| line.text.contains("@emma, et"));
        let (found, lines) = square.mattermost.wait(&square.channel, PATIENCE, shown).await;
        assert!(found, "{lines:#?}");
        let line = lines.iter().find(|line| line.text.contains("@emma, et")).unwrap();
        assert_eq!(line.notifies, ["emma"], "she, and nobody else");
        // Elsewhere her name is a word.
        let there = square.find(Side::Breton, "the words", |said| said.text.contains("Emma, et")).await;
        let lines = square.breton.server.transcript(&square.breton.room).unwrap();
        let line = lines.iter().find(|line| line.id == there.id).unwrap();
        assert_eq!(line.mentions, [""; 0], "{line:?}");
        // And the other way round.
        square
            .breton
            .server
            .say(&square.breton.room, &square.breton.person, "@chloe et @all, bonjour")
            .unwrap();
        let line = square.anne.wait(&square.room, "the mention", |lines| {
            lines.iter().any(|line| line.body.contains("et @all, bonjour"))
        });
        let lines = line.await;
        let line = lines.iter().find(|line| line.body.contains("et @all, bonjour")).unwrap();
        assert!(line.html.as_ref().is_some_and(|html| html.contains("matrix.to")), "{line:?}");
    });
}

#[test]
fn a_thread_is_a_thread_where_there_are_any() {
    run(async {
        let square = Square::shared().await;
        let root = square.say(Side::Mattermost, "qui apporte le pain ?").await;
        let here =
            square.find(Side::Matrix, "the question", |said| said.text == "qui apporte le pain ?").await;
        let there =
            square.find(Side::Alsatian, "the question", |said| said.text == "qui apporte le pain ?").await;
        square.mattermost.reply(&square.channel, &square.emma, &root, "moi, demain").unwrap();
        let line = square.anne.wait_for(&square.room, "moi, demain").await;
        assert_eq!(line.thread, Some(here.id.clone()));
        let said = square.find(Side::Alsatian, "the answer", |said| said.text == "moi, demain").await;
        assert_eq!(said.about, Some(there.id.clone()));
        // From Matrix, and from Rocket.Chat's own thread.
        square.anne.say_in_thread(&square.room, &here.id, "et le beurre ?").await;
        let said = square.find(Side::Mattermost, "the question", |said| said.text == "et le beurre ?").await;
        assert_eq!(said.about, Some(root.clone()));
        let alsatian = &square.alsatian;
        alsatian.server.reply(&alsatian.room, &alsatian.person, &there.id, "le beurre est là").unwrap();
        let said = square.find(Side::Mattermost, "the answer", |said| said.text == "le beurre est là").await;
        assert_eq!(said.about, Some(root));
    });
}

#[test]
fn files_cross_in_every_direction() {
    run(async {
        let square = Square::shared().await;
        let picture = simulators::draw_jpeg(40, 30, 3);
        square
            .mattermost
            .say_file(&square.channel, &square.emma, "le plan", "plan.jpg", picture.clone())
            .unwrap();
        let lines = square.anne.wait(&square.room, "the plan", |lines| {
            lines.iter().any(|line| line.file.as_ref().is_some_and(|file| file.name == "plan.jpg"))
        });
        let lines = lines.await;
        let file =
            lines.iter().find_map(|line| line.file.clone().filter(|file| file.name == "plan.jpg")).unwrap();
        assert_eq!(square.anne.download(&file.url).await.unwrap(), picture);
        let breton = &square.breton;
        let has = |lines: &[simulators::rocketchat::Line]| {
            lines.iter().any(|line| line.text == "le plan" && !line.files.is_empty())
        };
        let (found, lines) = breton.server.wait(&breton.room, PATIENCE, has).await;
        assert!(found, "{lines:#?}");
        let notes = b"des notes".to_vec();
        breton.server.say_file(&breton.room, &breton.person, "", "notes.txt", "text/plain", notes).unwrap();
        let has = |lines: &[simulators::mattermost::Line]| {
            lines.iter().any(|line| {
                line.shown == "Chloé"
                    && line.files.iter().any(|file| file.name == "notes.txt" && file.size == 9)
            })
        };
        let (found, lines) = square.mattermost.wait(&square.channel, PATIENCE, has).await;
        assert!(found, "{lines:#?}");
    });
}

#[test]
fn what_happens_to_a_channel_is_told_in_the_room() {
    run(async {
        let square = Square::shared().await;
        let until = async |words: &str| {
            let words = words.to_owned();
            square
                .anne
                .wait(&square.room, &words, |lines| {
                    lines.iter().any(|line| line.body.contains(&words) && line.kind == "m.notice")
                })
                .await;
        };
        let id = square.say(Side::Mattermost, "horaires : 9 h").await;
        square.mattermost.pin(&square.emma, &id).unwrap();
        until("Message épinglé").await;
        square.mattermost.change_channel(&square.channel, &json!({ "header": "Arroser le soir" })).unwrap();
        until("Arroser le soir").await;
        square.breton.server.change_room(&square.breton.room, "topic", "Le jardin").unwrap();
        until("Le jardin").await;
        let lucie = square.mattermost.person("lucie", "Lucie").unwrap();
        square.mattermost.join(&square.channel, &lucie).unwrap();
        until("Lucie a rejoint").await;
        let marc = square.alsatian.server.person("marc", "Marc");
        square.alsatian.server.join(&square.alsatian.room, &marc).unwrap();
        until("Marc a rejoint").await;
        square.alsatian.server.leave(&square.alsatian.room, &marc).unwrap();
        until("Marc a quitté").await;
        let cipher = json!({ "msg": "q83vEjRWeJqrze8SNFZ4", "t": "e2e", "e2e": "pending" });
        square.breton.server.send(&square.breton.room, &square.breton.person, cipher).unwrap();
        until("chiffrée").await;
    });
}

#[test]
fn who_is_writing_is_shown() {
    run(async {
        let square = Square::shared().await;
        square.say(Side::Mattermost, "j’écris").await;
        let emma = square.anne.wait_for(&square.room, "j’écris").await.sender;
        square.mattermost.typing(&square.channel, &square.emma).unwrap();
        let mut since = String::new();
        for _ in 0..100 {
            let path = format!("/sync?timeout=200{since}");
            let sync = square.anne.ask(reqwest::Method::GET, &path, None).await.unwrap();
            since = format!("&since={}", sync["next_batch"].as_str().unwrap());
            let room = &sync["rooms"]["join"][&square.room]["ephemeral"]["events"];
            if room.to_string().contains(&emma) {
                return;
            }
            square.mattermost.typing(&square.channel, &square.emma).unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nobody saw Emma write");
    });
}

#[test]
fn the_bot_answers_those_who_call_it() {
    run(async {
        let square = Square::shared().await;
        square.mattermost.say(&square.channel, &square.emma, "@passerelle aide").unwrap();
        let answers = |lines: &[simulators::mattermost::Line]| {
            lines
                .iter()
                .any(|line| line.author == "passerelle" && line.text.contains("Je relie cette discussion"))
        };
        let (found, lines) = square.mattermost.wait(&square.channel, PATIENCE, answers).await;
        assert!(found, "{lines:#?}");
        let breton = &square.breton;
        let direct = breton.server.direct(&breton.person, "passerelle").unwrap();
        breton.server.say(&direct, &breton.person, "aide").unwrap();
        let answers =
            |lines: &[simulators::rocketchat::Line]| lines.iter().any(|line| line.author == "passerelle");
        let (found, lines) = breton.server.wait(&direct, PATIENCE, answers).await;
        assert!(found, "{lines:#?}");
        let direct = square.mattermost.direct(&square.emma, square.bot()).unwrap();
        square.mattermost.say(&direct, &square.emma, "aide").unwrap();
        let answers =
            |lines: &[simulators::mattermost::Line]| lines.iter().any(|line| line.author == "passerelle");
        let (found, lines) = square.mattermost.wait(&direct, PATIENCE, answers).await;
        assert!(found, "{lines:#?}");
    });
}

#[test]
fn an_emoji_of_a_workspace_is_its_picture_on_matrix_and_its_name_elsewhere() {
    run(async {
        let square = Square::shared().await;
        let picture = simulators::draw_jpeg(32, 32, 5);
        square.breton.server.custom_emoji("compost", "jpg", picture.clone());
        square.mattermost.custom_emoji(&square.emma, "potager", picture.clone()).unwrap();
        square.say(Side::Breton, "vive le :compost: et :rien_de_tel:").await;
        square.say(Side::Mattermost, "vive le :potager: aussi").await;
        for (words, name) in
            [("vive le :compost: et :rien_de_tel:", "compost"), ("vive le :potager: aussi", "potager")]
        {
            let line = square.anne.wait_for(&square.room, words).await;
            let html = line.html.unwrap_or_default();
            let (before, image) = html.split_once("<img data-mx-emoticon src=\"").expect("a picture");
            assert_eq!(before, "vive le ");
            assert!(image.contains(&format!("alt=\":{name}:\"")), "{html}");
            let uri = image.split('"').next().unwrap();
            assert_eq!(square.anne.download(uri).await.unwrap(), picture);
            square.find(Side::Telegram, "its name", |said| said.text == words).await;
            square.find(Side::Alsatian, "its name", |said| said.text == words).await;
        }
    });
}
