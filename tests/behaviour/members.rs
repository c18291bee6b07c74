//! People coming and going is told quietly, or not at all.

use crate::house::{House, run, shared};

#[test]
fn comings_and_goings_are_quiet_lines() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let eve = house.telegram.person("Ève").unwrap();
        house.telegram.join(pair.group, eve).unwrap();
        let lines = pair
            .anne
            .wait(&pair.room, "Ève coming", |lines| {
                lines.iter().any(|line| line.body.starts_with("Ève a rejoint"))
            })
            .await;
        let told: Vec<_> = lines.iter().filter(|line| line.body.starts_with("Ève")).collect();
        assert_eq!((told.len(), told[0].kind.as_str(), told[0].name.as_str()), (1, "m.notice", "passerelle"));
        house.telegram.leave(pair.group, eve).unwrap();
        pair.anne
            .wait(&pair.room, "Ève going", |lines| {
                lines.iter().any(|line| line.body.starts_with("Ève a quitté"))
            })
            .await;

        let max = house.synapse.register("max").await.unwrap();
        pair.anne.invite(&pair.room, &max.user).await;
        max.join(&pair.room).await;
        house.in_group(pair.group, "max coming", |line| line.text.starts_with("max a rejoint")).await;
        max.set_name("Max").await;
        while pair.anne.state(&pair.room, "m.room.member", &max.user).await["displayname"] != "Max" {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        max.leave(&pair.room).await;
        let last = house.in_group(pair.group, "Max going", |line| line.text.contains("a quitté")).await;
        assert_eq!(last.text, "Max a quitté la discussion sur Matrix.");
    });
}

#[test]
fn they_can_be_left_out_for_a_network() {
    run(async {
        let mut house = House::furnish().await;
        let quiet =
            |config: String| config.replace("    # announce_members: true", "    announce_members: false");
        house.daemon.edit_config(quiet).unwrap();
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        house.daemon.start().await.unwrap();
        let pair = house.pair().await;
        let eve = house.telegram.person("Ève").unwrap();
        house.telegram.join(pair.group, eve).unwrap();
        let max = house.synapse.register("max").await.unwrap();
        pair.anne.invite(&pair.room, &max.user).await;
        max.join(&pair.room).await;
        house.telegram.say(pair.group, eve, "coucou").unwrap();
        pair.anne.wait_for(&pair.room, "coucou").await;
        max.say(&pair.room, "salut").await;
        house.said_in_group(pair.group, "max: salut").await;
        assert!(!pair.anne.timeline(&pair.room).await.iter().any(|line| line.body.contains("rejoint")));
        assert!(
            !house.telegram.transcript(pair.group).unwrap().iter().any(|line| line.text.contains("rejoint"))
        );
    });
}
