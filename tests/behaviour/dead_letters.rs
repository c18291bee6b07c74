//! What could not be delivered is kept, shown, and sent again by those who may.

use simulators::telegram::Fault;

use crate::house::{House, Pair, run, shared};

/// Anne says something that Telegram refuses; returns the number of the dead letter.
async fn refused(house: &House, pair: &Pair, words: &str) -> String {
    let description = "Forbidden: bot was kicked from the supergroup chat".to_owned();
    house.telegram.fault("sendMessage", 1, Fault::Refuse { code: 403, description });
    pair.anne.say(&pair.room, words).await;
    pair.anne
        .wait(&pair.room, "the refusal", |lines| {
            lines.iter().any(|line| line.body.contains("Ceci n’a pas pu passer"))
        })
        .await;
    // A refusal that follows another within a minute has no notice of its own: the list tells when it is there.
    let id = loop {
        let listed = house.daemon.run(&["dead-letters", "list"]).unwrap().stdout;
        let listed = String::from_utf8(listed).unwrap();
        if let Some(line) = listed.split("N°\u{a0}").nth(1) {
            break line.split(',').next().unwrap().to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    pair.anne.say(&pair.room, "!passerelle dead-letters").await;
    let listed = format!("N°\u{a0}{id}");
    pair.anne
        .wait(&pair.room, "the list", |lines| lines.iter().any(|line| line.body.contains(&listed)))
        .await;
    id
}

#[test]
fn an_animator_sends_again_what_was_refused() {
    run(async {
        // Of its own: faults strike whoever comes first.
        let house = House::build().await;
        let pair = house.pair().await;
        let id = refused(&house, &pair, "entends-tu ?").await;
        pair.anne.say(&pair.room, &format!("!passerelle dead-letters show {id}")).await;
        pair.anne
            .wait(&pair.room, "what it said", |lines| {
                lines.iter().any(|line| line.kind == "m.notice" && line.body.contains("entends-tu ?"))
            })
            .await;
        pair.anne.say(&pair.room, &format!("!passerelle replay {id}")).await;
        house.said_in_group(pair.group, "Anne: entends-tu ?").await;

        let id = refused(&house, &pair, "tant pis").await;
        pair.anne.say(&pair.room, &format!("!passerelle discard {id}")).await;
        pair.anne
            .wait(&pair.room, "the end of it", |lines| {
                lines.iter().any(|line| line.body.contains("est abandonné"))
            })
            .await;
        pair.anne.say(&pair.room, "!passerelle dead-letters").await;
        pair.anne
            .wait(&pair.room, "an empty list", |lines| {
                lines.iter().any(|line| line.body.contains("Tout a été remis"))
            })
            .await;
    });
}

#[test]
fn who_may_not_decide_for_the_room_does_not_see_them() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let eve = house.synapse.register("eve-of-the-letters").await.unwrap();
        pair.anne.invite(&pair.room, &eve.user).await;
        eve.join(&pair.room).await;
        eve.say(&pair.room, "!passerelle replay all").await;
        pair.anne
            .wait(&pair.room, "the refusal", |lines| {
                lines.iter().any(|line| line.body.starts_with("Il faut avoir le droit"))
            })
            .await;
    });
}

#[test]
fn a_hoster_sends_again_from_the_command_line_beside_the_running_daemon() {
    run(async {
        let house = House::build().await;
        let pair = house.pair().await;
        let id = refused(&house, &pair, "plus tard").await;
        let ask = |words: &[&str]| {
            let output = house.daemon.run(&[&["dead-letters"], words].concat()).unwrap();
            let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            (output.status.success(), told)
        };
        let (_, listed) = ask(&["list"]);
        assert!(listed.contains(&format!("N°\u{a0}{id}")) && !listed.contains("plus tard"), "{listed}");
        assert!(ask(&["show", &id]).1.contains("plus tard"));
        let (done, told) = ask(&["replay", "99999"]);
        assert!(!done && told.contains("Il n’y a pas de message non remis n°\u{a0}99999"), "{told}");
        assert!(ask(&["replay", &id]).0);
        house.said_in_group(pair.group, "Anne: plus tard").await;
        assert!(ask(&["list"]).1.contains("Tout a été remis"));
    });
}

#[test]
fn a_backup_of_the_running_daemon_is_restored_in_its_place() {
    run(async {
        let mut house = House::build().await;
        let pair = house.pair().await;
        pair.anne.say(&pair.room, "avant la copie").await;
        let before = house.said_in_group(pair.group, "Anne: avant la copie").await;
        let copy = house.daemon.database().with_extension("copy");
        let output = house.daemon.run(&["backup", copy.to_str().unwrap()]).unwrap();
        assert!(output.status.success(), "{output:?}");
        let again = house.daemon.run(&["backup", copy.to_str().unwrap()]).unwrap();
        assert!(!again.status.success());
        let told = String::from_utf8(again.stderr).unwrap();
        assert!(told.contains("Il y a déjà un fichier de ce nom"), "{told}");
        house.daemon.kill().unwrap();
        for file in ["passerelle.db", "passerelle.db-wal", "passerelle.db-shm"] {
            // Some are there only while it runs.
            std::fs::remove_file(house.daemon.database().with_file_name(file)).ok();
        }
        std::fs::rename(&copy, house.daemon.database()).unwrap();
        house.daemon.start().await.unwrap();
        // The link is known, and what was said is.
        house.telegram.reply(pair.group, pair.bob, before.id, "après la copie").unwrap();
        let reply = pair.anne.wait_for(&pair.room, "après la copie").await;
        assert!(reply.reply_to.is_some());
    });
}
