//! Words cross, with their formatting, their author and their time.

use serde_json::json;
use simulators::telegram::Speech;

use crate::house::{run, shared};

#[test]
fn somebody_on_telegram_is_a_person_on_matrix() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        house.telegram.say_html(pair.group, pair.bob, "salut <b>à tous</b>").unwrap();
        let line = pair.anne.wait_for(&pair.room, "salut à tous").await;
        assert_eq!(line.html.as_deref(), Some("salut <strong>à tous</strong>"));
        assert_eq!(line.name, "Bob");
        assert_eq!(line.sender, format!("@passerelle_telegram_{}:t.test", pair.bob));
        let date = house.telegram.transcript(pair.group).unwrap().last().unwrap().date;
        assert_eq!(line.at, date * 1000, "it keeps its time");
    });
}

#[test]
fn somebody_on_matrix_is_named_on_telegram() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        pair.anne.say_html(&pair.room, "un plan", "un <em>plan</em><ul><li>a</li><li>b</li></ul>").await;
        let line = house.said_in_group(pair.group, "Anne: un plan\n\n• a\n• b").await;
        assert!(line.html.starts_with("<b>Anne</b>: un <i>plan</i>"), "{}", line.html);
    });
}

#[test]
fn a_new_name_is_shown_from_then_on() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        house.telegram.say(pair.group, pair.bob, "un").unwrap();
        pair.anne.wait_for(&pair.room, "un").await;
        let named = |name: &str| simulators::telegram::NewPerson {
            first_name: Some(name.into()),
            ..Default::default()
        };
        house.telegram.change_person(pair.bob, named("Robert")).unwrap();
        house.telegram.say(pair.group, pair.bob, "deux").unwrap();
        let renamed = |lines: &[simulators::account::Line]| {
            lines.iter().any(|l| l.body == "deux" && l.name == "Robert")
        };
        pair.anne.wait(&pair.room, "the new name", renamed).await;
        pair.anne.set_name("Anne B.").await;
        // A homeserver takes a new name to the rooms in its own time.
        while pair.anne.state(&pair.room, "m.room.member", &pair.anne.user).await["displayname"] != "Anne B."
        {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        pair.anne.say(&pair.room, "trois").await;
        house.said_in_group(pair.group, "Anne B.: trois").await;
    });
}

#[test]
fn a_ghost_has_the_picture_of_its_person() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let zoe = simulators::telegram::NewPerson {
            first_name: Some("Zoé".into()),
            picture: Some(simulators::telegram::Given::made(simulators::telegram::MediaKind::Photo)),
            ..Default::default()
        };
        let zoe = house.telegram.new_person(zoe).unwrap();
        house.telegram.join(pair.group, zoe).unwrap();
        house.telegram.say(pair.group, zoe, "me voici").unwrap();
        let ghost = pair.anne.wait_for(&pair.room, "me voici").await.sender;
        let member = pair.anne.state(&pair.room, "m.room.member", &ghost).await;
        let picture = member["avatar_url"].as_str().unwrap_or_default();
        assert!(picture.starts_with("mxc://"), "{member}");
        assert_eq!(pair.anne.download(picture).await.unwrap()[..2], [0xff, 0xd8], "a JPEG");
    });
}

#[test]
fn long_words_are_split_and_none_is_lost() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let words: Vec<String> = (0..2000).map(|n| format!("mot{n}")).collect();
        pair.anne.say(&pair.room, &words.join(" ")).await;
        house.in_group(pair.group, "the last word", |line| line.text.ends_with("mot1999")).await;
        let lines = house.telegram.transcript(pair.group).unwrap();
        let all: Vec<&str> =
            lines.iter().filter(|line| line.text.contains("mot")).map(|line| line.text.as_str()).collect();
        assert!(all.len() > 2 && all.iter().all(|text| text.chars().count() <= 4096));
        let said = all.join(" ");
        let said: Vec<&str> = said.split_whitespace().filter(|word| word.starts_with("mot")).collect();
        assert_eq!(said, words);
    });
}

#[test]
fn actions_and_notices_keep_their_tone() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        pair.anne.send(&pair.room, "m.room.message", json!({ "msgtype": "m.emote", "body": "danse" })).await;
        house.said_in_group(pair.group, "* Anne danse").await;
        pair.anne.send(&pair.room, "m.room.message", json!({ "msgtype": "m.notice", "body": "bip" })).await;
        house.said_in_group(pair.group, "Anne: bip").await;
    });
}

#[test]
fn the_words_of_nobody_reach_the_log() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        pair.anne.say(&pair.room, "motdepassesecret").await;
        house.said_in_group(pair.group, "Anne: motdepassesecret").await;
        house.telegram.say(pair.group, pair.bob, "autresecretencore").unwrap();
        pair.anne.wait_for(&pair.room, "autresecretencore").await;
        let log = house.daemon.log();
        let config = std::fs::read_to_string(house.daemon.config()).unwrap();
        let token =
            config.lines().find_map(|line| line.trim().strip_prefix("as_token: ")).unwrap().to_owned();
        for secret in ["motdepassesecret", "autresecretencore", "a-token-for-tests", token.as_str()] {
            assert!(!log.contains(secret), "{secret} is in the log");
        }
    });
}

#[test]
fn anonymous_admins_and_channels_speak_in_their_own_name() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let act =
            simulators::telegram::Act::Promote { who: pair.bob, rights: None, title: None, anonymous: true };
        house.telegram.act(pair.group, 0, act).unwrap();
        house.telegram.say(pair.group, pair.bob, "de la part du bureau").unwrap();
        let line = pair.anne.wait_for(&pair.room, "de la part du bureau").await;
        assert_eq!(line.name, "Le groupe");
    });
}

#[test]
fn topics_are_threads() {
    run(async {
        let house = shared().await;
        let (anne, room) = house.room(json!({})).await;
        let bob = house.telegram.person("Bob").unwrap();
        let forum = house.telegram.forum("Le forum").unwrap();
        house.telegram.join(forum, bob).unwrap();
        house.telegram.join(forum, house.bot).unwrap();
        house.telegram.promote(forum, house.bot).unwrap();
        anne.say(&room, &format!("!passerelle link telegram {forum}")).await;
        anne.wait(&room, "the link", |lines| lines.iter().any(|line| line.body.starts_with("C’est relié")))
            .await;
        let topic = house.telegram.topic(forum, 0, "Jardin").unwrap();
        house
            .telegram
            .speak(forum, bob, Speech { thread: Some(topic), ..Speech::of("les tomates") })
            .unwrap();
        let line = anne.wait_for(&room, "les tomates").await;
        let root = anne.wait_for(&room, "Sujet\u{a0}: Jardin").await;
        assert_eq!(line.thread.as_ref(), Some(&root.id));
        assert_eq!(line.reply_to, None);
        anne.say_in_thread(&room, &root.id, "bien rouges").await;
        let line = house.said_in_group(forum, "Anne: bien rouges").await;
        assert_eq!(line.thread, Some(topic));
    });
}
