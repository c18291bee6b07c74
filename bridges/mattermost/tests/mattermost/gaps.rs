//! What is out of reach after a gap, and our bot taken out of a channel.

use std::time::Duration;

use contract::{Event, Kind, Network};

use crate::place::Channel;

fn is_lost(event: &Event) -> bool {
    let Kind::Message { body, .. } = &event.kind else { return false };
    event.author.is_bridge() && format!("{:?}", body.text).contains("history-gone")
}

fn says(events: &[Event], words: &str) -> bool {
    let said =
        |event: &Event| matches!(&event.kind, Kind::Message { body, .. } if body.text.words() == words);
    events.iter().any(said)
}

/// Says words until they are heard: it is listened to from then on.
async fn until_heard(channel: &Channel, words: &str) -> Vec<Event> {
    loop {
        channel.say(words);
        tokio::time::sleep(Duration::from_millis(20)).await;
        if says(&channel.inbox.events(), words) {
            return channel.inbox.events();
        }
    }
}

#[tokio::test]
async fn what_retention_took_in_a_gap_is_told_and_what_its_author_took_back_is_not() {
    let mut channel = Channel::new(true, None).await;
    let listening = channel.listen();
    until_heard(&channel, "avant").await;
    listening.end().await;

    let gone = channel.say("oublié");
    channel.server.delete(&channel.emma, &gone).unwrap();
    channel.begin_anew(None);
    let listening = channel.listen();
    assert!(!until_heard(&channel, "ensuite").await.iter().any(is_lost));
    listening.end().await;

    channel.say("perdu");
    channel.server.purge(&channel.id).unwrap();
    channel.begin_anew(None);
    let listening = channel.listen();
    channel.heard("what is out of reach", |events| events.iter().any(is_lost)).await;
    let events = until_heard(&channel, "après").await;
    assert_eq!(events.iter().filter(|event| is_lost(event)).count(), 1);
    assert!(!says(&events, "perdu"));
    listening.end().await;
}

#[tokio::test]
async fn our_bot_hears_that_it_is_taken_out_and_put_back() {
    let channel = Channel::new(true, None).await;
    let listening = channel.listen();
    until_heard(&channel, "avant").await;
    channel.server.leave(&channel.id, &channel.bot).unwrap();
    let bot = |events: &[Event]| -> Vec<bool> {
        let came = |event: &Event| if let Kind::Bot { came } = event.kind { Some(came) } else { None };
        events.iter().filter_map(came).collect()
    };
    channel.heard("that it is out", |events| bot(events).last() == Some(&false)).await;
    channel.server.join(&channel.id, &channel.bot).unwrap();
    channel.heard("that it is back", |events| bot(events).last() == Some(&true)).await;
    listening.end().await;
}

#[tokio::test]
async fn how_long_posts_are_kept_is_asked_of_the_server() {
    let mut channel = Channel::new(true, None).await;
    assert_eq!(channel.network.keeps().await.unwrap(), None);
    channel.server.set(|settings| settings.retention_days = 30);
    channel.begin_anew(None);
    assert_eq!(channel.network.keeps().await.unwrap(), Some(Duration::from_hours(720)));
}
