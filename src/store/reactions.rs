//! Reactions told as what stands: what came and what went since we last knew.

use contract::{Author, Event, EventId, Kind, MessageId, NetworkName, Person};
use sqlx::SqliteConnection;

use super::{Result, messages::find};

/// The reactions that came and went, as events of those who did it.
pub(super) async fn changes(
    db: &mut SqliteConnection,
    network: &NetworkName,
    chat: i64,
    event: &Event,
    target: &MessageId,
    standing: &[(Author, String)],
) -> Result<Vec<Event>> {
    let Some(on) = find(db, chat, target).await? else { return Ok(Vec::new()) };
    let known: Vec<(String, String)> = sqlx::query_as(
        "SELECT author, emoji FROM messages
         WHERE about = $1 AND chat = $2 AND network = $3 AND gone = 0 AND emoji IS NOT NULL ORDER BY id",
    )
    .bind(on)
    .bind(chat)
    .bind(network.as_str())
    .fetch_all(db)
    .await?;
    let stands = |user: &str, emoji: &str| {
        standing.iter().any(|(author, shown)| author.person.user.as_str() == user && shown == emoji)
    };
    let gone = known.iter().filter(|(user, emoji)| !stands(user, emoji)).map(|(user, emoji)| {
        let person = Person { network: network.clone(), user: user.as_str().into() };
        (Author::of(person), emoji.clone(), false)
    });
    let come = standing
        .iter()
        .filter(|(author, shown)| {
            !known.iter().any(|(user, emoji)| author.person.user.as_str() == user && shown == emoji)
        })
        .map(|(author, emoji)| (author.clone(), emoji.clone(), true));
    let changes = gone.chain(come).enumerate().map(|(n, (author, emoji, added))| Event {
        id: EventId(format!("{}.{n}", event.id)),
        chat: event.chat.clone(),
        author,
        at: event.at,
        kind: Kind::Reaction { id: None, target: target.clone(), emoji, added },
    });
    Ok(changes.collect())
}

#[cfg(test)]
mod tests {
    use contract::{Body, Text, Timestamp};

    use super::*;
    use crate::store::{
        Place, Store,
        inbox::{Acceptance, Planned},
    };

    async fn hear(store: &Store, id: &str, kind: Kind) -> usize {
        let network = NetworkName::from("rocket");
        let author = Author::named(&network, "anne", "Anne");
        let event = Event { id: id.into(), chat: "r".into(), author, at: Timestamp(1), kind };
        let to = vec![Place::room("!room")];
        let acceptance = Acceptance {
            network,
            events: vec![Planned { part_of: None, event, to }],
            aside: Vec::new(),
            cursor: None,
            now: Timestamp(1),
        };
        store.accept(acceptance).await.unwrap().len()
    }

    #[tokio::test]
    async fn what_stands_becomes_what_came_and_what_went() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("db")).await.unwrap();
        let said = Kind::Message { ids: vec!["m".into()], body: Body::of(Text::plain("qui vient ?")) };
        hear(&store, "m", said).await;
        let stand = |who: &[&str]| {
            let network = NetworkName::from("rocket");
            let standing =
                who.iter().map(|who| (Author::named(&network, *who, *who), "👍".to_owned())).collect();
            Kind::Reactions { target: "m".into(), standing }
        };
        assert_eq!(hear(&store, "1", stand(&["anne", "bob"])).await, 2, "both are new");
        assert_eq!(hear(&store, "2", stand(&["anne", "bob"])).await, 0, "nothing changed");
        assert_eq!(hear(&store, "3", stand(&["chloé"])).await, 3, "two went and one came");
        assert_eq!(hear(&store, "3", stand(&[])).await, 0, "heard already");
        assert_eq!(hear(&store, "4", stand(&[])).await, 1);
    }
}
