//! Threads, as each link wants them.

use serde_json::json;

use crate::house::{BOT, House, run};

#[test]
fn a_link_may_begin_a_thread_with_every_answer() {
    run(async {
        let mut house = House::furnish().await;
        let (bob, group) = house.group();
        house.synapse.start(&[house.daemon.registration()]).await.unwrap();
        let anne = house.synapse.register("anne").await.unwrap();
        let room = anne.create_room("Le salon", &[BOT], json!({})).await;
        let link = format!(
            "\nlinks:\n  - room: \"{room}\"\n    threads: threads\n    chats:\n      \
             - {{ network: telegram, chat: \"{group}\" }}\n"
        );
        house.daemon.edit_config(|config| config + &link).unwrap();
        house.daemon.start().await.unwrap();
        house.until_joined(&anne, &room, BOT).await;
        let mut root = 0;
        for n in 0.. {
            assert!(n < 60, "never linked");
            root = house.telegram.say(group, bob, &format!("qui vient ? {n}")).unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            if anne.timeline(&room).await.iter().any(|line| line.body == format!("qui vient ? {n}")) {
                break;
            }
        }
        let said = anne.timeline(&room).await;
        let here = said.iter().rfind(|line| line.body.starts_with("qui vient ?")).unwrap();
        let first = house.telegram.reply(group, bob, root, "moi").unwrap();
        let line = anne.wait_for(&room, "moi").await;
        assert_eq!(line.thread.as_ref(), Some(&here.id), "the answer begins a thread");
        // A thread cannot begin within a thread: an answer to an answer is in the same one.
        house.telegram.reply(group, bob, first, "moi aussi").unwrap();
        let line = anne.wait_for(&room, "moi aussi").await;
        assert_eq!(line.thread.as_ref(), Some(&here.id));
    });
}
