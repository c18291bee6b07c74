//! People whose names look the same are told apart, and nobody passes for somebody else.

use simulators::telegram::NewPerson;

use crate::{
    house::{House, run, shared},
    square::{Side, Square},
};

/// A new member of a group.
fn member(house: &House, group: i64, name: &str) -> i64 {
    let person = house.telegram.person(name).unwrap();
    house.telegram.join(group, person).unwrap();
    person
}

#[test]
fn the_second_of_a_name_has_a_mark() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        // The second is written with Cyrillic letters.
        let twins = [member(house, pair.group, "Marie"), member(house, pair.group, "Маriе")];
        for (twin, words) in twins.into_iter().zip(["un", "deux"]) {
            house.telegram.say(pair.group, twin, words).unwrap();
            pair.anne.wait_for(&pair.room, words).await;
        }
        let names: Vec<String> =
            pair.anne.timeline(&pair.room).await.into_iter().map(|line| line.name).collect();
        assert!(names.contains(&"Marie".to_owned()), "{names:?}");
        let marked = names
            .iter()
            .find(|name| name.starts_with("Маriе (Telegram "))
            .unwrap_or_else(|| panic!("{names:?}"));
        house.telegram.say(pair.group, twins[0], "trois").unwrap();
        assert_eq!(pair.anne.wait_for(&pair.room, "trois").await.name, "Marie", "the first keeps it");
        house.telegram.say(pair.group, twins[1], "quatre").unwrap();
        assert_eq!(&pair.anne.wait_for(&pair.room, "quatre").await.name, marked);
    });
}

#[test]
fn nobody_passes_for_a_member_of_the_room_nor_for_the_bot() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        // Anne decides in the room, and has said nothing yet but to the bot.
        for name in ["Anne", "аnne ", "passerelle", "Passerelle."] {
            let impostor = member(house, pair.group, name);
            let words = format!("je suis {impostor}");
            house.telegram.say(pair.group, impostor, &words).unwrap();
            let shown = pair.anne.wait_for(&pair.room, &words).await.name;
            assert!(shown.contains(" (Telegram "), "{name:?} is shown as {shown:?}");
        }
    });
}

#[test]
fn nobody_passes_for_an_admin_of_the_group() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let admin = member(house, pair.group, "Chloé");
        house.telegram.promote(pair.group, admin).unwrap();
        pair.anne.set_name("Chloé").await;
        while pair.anne.state(&pair.room, "m.room.member", &pair.anne.user).await["displayname"] != "Chloé" {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        pair.anne.say(&pair.room, "obéissez").await;
        let line = house.in_group(pair.group, "the words", |line| line.text.ends_with(": obéissez")).await;
        assert!(line.text.starts_with("Chloé (Matrix "), "{}", line.text);
    });
}

#[test]
fn a_name_is_a_line_of_words_and_no_markup() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let name = NewPerson {
            first_name: Some("*Gras*\n<b>Chef</b>\u{202e}x: faux".into()),
            ..NewPerson::default()
        };
        let person = house.telegram.new_person(name).unwrap();
        house.telegram.join(pair.group, person).unwrap();
        house.telegram.say(pair.group, person, "bonjour").unwrap();
        let shown = pair.anne.wait_for(&pair.room, "bonjour").await.name;
        assert!(!shown.contains(['\n', '\u{202e}']), "{shown:?}");
    });
}

#[test]
fn a_mark_stays_when_the_daemon_starts_again() {
    run(async {
        let mut house = House::build().await;
        let pair = house.pair().await;
        let twins = [member(&house, pair.group, "Marie"), member(&house, pair.group, "Marie")];
        let mut before = Vec::new();
        for twin in twins {
            house.telegram.say(pair.group, twin, &format!("avant {twin}")).unwrap();
            before.push(pair.anne.wait_for(&pair.room, &format!("avant {twin}")).await.name);
        }
        assert_ne!(before[0], before[1]);
        house.daemon.kill().unwrap();
        house.daemon.start().await.unwrap();
        for (twin, name) in twins.into_iter().zip(before).rev() {
            house.telegram.say(pair.group, twin, &format!("après {twin}")).unwrap();
            assert_eq!(pair.anne.wait_for(&pair.room, &format!("après {twin}")).await.name, name);
        }
    });
}

/// On networks where people have a face of their own, too.
#[test]
fn nobody_passes_for_somebody_at_home_elsewhere() {
    run(async {
        let square = Square::shared().await;
        let zoe = square.mattermost.person("zoe", "Zoé").unwrap();
        square.mattermost.join(&square.channel, &zoe).unwrap();
        square.mattermost.say(&square.channel, &zoe, "je suis Zoé").unwrap();
        let first = square.find(Side::Breton, "her words", |said| said.text == "je suis Zoé").await;
        assert_eq!(first.who, "Zoé");
        let other = member(&square.house, square.group, "Zoé");
        square.house.telegram.say(square.group, other, "c’est moi, Zoé").unwrap();
        for side in [Side::Mattermost, Side::Breton, Side::Matrix] {
            let said = square.find(side, "the words", |said| said.text == "c’est moi, Zoé").await;
            assert!(said.who.starts_with("Zoé (Telegram "), "{side:?}: {}", said.who);
        }
        square.house.telegram.leave(square.group, other).unwrap();
    });
}

#[test]
fn nobody_passes_for_somebody_by_letters_that_look_alike_on_any_side() {
    run(async {
        let square = Square::shared().await;
        square.say(Side::Breton, "je suis Chloé, la vraie").await;
        square.say(Side::Mattermost, "je suis Emma, la vraie").await;
        for side in [Side::Matrix, Side::Breton, Side::Mattermost] {
            square.find(side, "both", |said| said.text == "je suis Chloé, la vraie").await;
            square.find(side, "both", |said| said.text == "je suis Emma, la vraie").await;
        }
        // Cyrillic letters among them, a letter without width, a capital that is none.
        for (n, name) in ["Сhlоé", "Еmma", "Em\u{200b}ma", "ＥＭＭＡ"].into_iter().enumerate() {
            let other = member(&square.house, square.group, name);
            let words = format!("c’est bien moi {n}");
            square.house.telegram.say(square.group, other, &words).unwrap();
            for side in [Side::Matrix, Side::Breton, Side::Mattermost] {
                let said = square.find(side, &words, |said| said.text == words).await;
                assert!(said.who.contains(" (Telegram "), "{name:?} on {side:?}: {}", said.who);
            }
            square.house.telegram.leave(square.group, other).unwrap();
        }
    });
}

#[test]
fn a_name_is_a_line_of_words_on_every_side() {
    run(async {
        let square = Square::shared().await;
        let name = NewPerson {
            first_name: Some("**Gras**\n<b>Chef</b>\u{202e}x: @all".into()),
            ..NewPerson::default()
        };
        let person = square.house.telegram.new_person(name).unwrap();
        square.house.telegram.join(square.group, person).unwrap();
        square.house.telegram.say(square.group, person, "d’un drôle de nom").unwrap();
        for side in [Side::Matrix, Side::Breton, Side::Alsatian, Side::Mattermost] {
            let said = square.find(side, "the words", |said| said.text == "d’un drôle de nom").await;
            assert!(!said.who.contains(['\n', '\u{202e}']), "{side:?}: {:?}", said.who);
        }
        let lines = square.mattermost.transcript(&square.channel).unwrap();
        let line = lines.iter().find(|line| line.text == "d’un drôle de nom").unwrap();
        assert!(line.notifies.is_empty(), "{:?}", line.notifies);
        square.house.telegram.leave(square.group, person).unwrap();
    });
}
