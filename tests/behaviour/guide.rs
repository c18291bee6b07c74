//! The animators' guide says what is so: every command it shows is run, and answers as it says.

use crate::house::{run, shared};

#[test]
fn every_command_of_the_guide_answers_as_it_says() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        // Something that can be forgotten.
        pair.anne.say(&pair.room, "bonjour").await;
        house.said_in_group(pair.group, "Anne: bonjour").await;
        let guide = include_str!("../../deploy/guide-animateurs.md");
        let lines: Vec<&str> = guide.lines().collect();
        let shown: Vec<_> = lines.windows(2).filter(|pair| pair[0].starts_with("!passerelle ")).collect();
        assert!(shown.len() > 15);
        for command in shown {
            let answer = command[1].strip_prefix("> ").expect("an answer below each command");
            let asked = pair.anne.say(&pair.room, command[0]).await;
            pair.anne
                .wait(&pair.room, command[0], |lines| {
                    lines
                        .iter()
                        .any(|line| line.reply_to.as_ref() == Some(&asked) && line.body.contains(answer))
                })
                .await;
        }
    });
}
