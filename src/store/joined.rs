//! Short messages that were joined to one in a chat, where each would have waited too long for its turn.

use contract::{Event, MessageId, NetworkName, Person, Text, Timestamp};
use sqlx::{QueryBuilder, SqliteConnection};

use super::{
    Place, Result, Store,
    outbox::Waiting,
    receipts::{finish, forget_bodies, push_list},
};

/// One of the messages that were joined.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Where it was said.
    pub place: Place,
    /// Its id there.
    pub id: MessageId,
    /// Who said it.
    pub author: Person,
}

impl Store {
    /// Makes `event` of the first deliveries of a lane, one for each of `lines`; none of them was begun. `false` when they
    /// do not all wait any more.
    pub async fn join(
        &self,
        deliveries: &[Waiting],
        lines: &[Text],
        event: &Event,
        now: Timestamp,
    ) -> Result<bool> {
        let messages: Option<Vec<i64>> = deliveries.iter().map(|delivery| delivery.message).collect();
        let (Some(messages), Some(last)) = (messages, deliveries.last()) else { return Ok(false) };
        let ids: Vec<i64> = deliveries.iter().map(|delivery| delivery.id).collect();
        let texts = lines.iter().map(serde_json::to_string).collect::<serde_json::Result<Vec<_>>>()?;
        let (chat, from, id, body) =
            (last.chat, last.from, event.id.0.clone(), serde_json::to_string(event)?);
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let mut waiting =
                    QueryBuilder::new("SELECT event FROM outbox WHERE step = 0 AND unclear = 0 AND id IN ");
                push_list(&mut waiting, &ids).push(" ORDER BY id");
                let events: Vec<i64> = waiting.build_query_scalar().persistent(false).fetch_all(&mut *db).await?;
                let (Some(whole), true) = (messages.last(), events.len() == ids.len()) else { return Ok(false) };
                let joined: i64 = sqlx::query_scalar(
                    "INSERT INTO events (chat, event, message, body, heard_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
                )
                .bind(from)
                .bind(id)
                .bind(whole)
                .bind(body)
                .bind(now.0)
                .fetch_one(&mut *db)
                .await?;
                sqlx::query("UPDATE outbox SET event = $2 WHERE id = $1")
                    .bind(ids[0])
                    .bind(joined)
                    .execute(&mut *db)
                    .await?;
                finish(db, &ids[1..]).await?;
                forget_bodies(db, &events[..1]).await?;
                let mut query = QueryBuilder::new("INSERT INTO joined (chat, message, whole, line, text) ");
                query.push_values((0_i64..).zip(&messages).zip(&texts), |mut row, ((line, message), text)| {
                    row.push_bind(chat).push_bind(message).push_bind(whole).push_bind(line).push_bind(text);
                });
                query.push(
                    " ON CONFLICT (chat, message) DO UPDATE
                      SET whole = excluded.whole, line = excluded.line, text = excluded.text",
                );
                query.build().persistent(false).execute(db).await?;
                Ok(true)
            })
        })
        .await
    }

    /// What each of those says that a message was joined with in a chat, itself among them, in order; without what was
    /// taken back. Nothing where it stands alone.
    pub async fn joined_with(&self, message: i64, chat: i64) -> Result<Vec<(i64, Text)>> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT o.message, o.text FROM joined j JOIN joined o ON o.whole = j.whole AND o.chat = j.chat
             WHERE j.chat = $1 AND j.message = $2 AND o.text IS NOT NULL ORDER BY o.line",
        )
        .bind(chat)
        .bind(message)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(|(message, text)| Ok((message, serde_json::from_str(&text)?))).collect()
    }

    /// Remembers what a joined message says from now on; nothing once it is taken back.
    pub async fn change_line(&self, message: i64, chat: i64, text: Option<&Text>) -> Result<()> {
        let text = text.map(serde_json::to_string).transpose()?;
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query("UPDATE joined SET text = $3 WHERE chat = $1 AND message = $2")
                    .bind(chat)
                    .bind(message)
                    .bind(&text)
                    .execute(&mut *db)
                    .await?;
                if text.is_none() { pass_on(db, message, chat).await } else { Ok(()) }
            })
        })
        .await
    }

    /// Where each of those was said that became `whole` in a chat.
    pub async fn parts(&self, whole: i64, chat: i64) -> Result<Vec<Part>> {
        let rows: Vec<(String, String, String, String)> = sqlx::query_as(
            "SELECT c.network, c.chat, k.id, m.author FROM joined j JOIN messages m ON m.id = j.message
             JOIN chats c ON c.id =
                 (SELECT e.chat FROM events e WHERE e.message = m.id ORDER BY e.id LIMIT 1)
             JOIN copies k ON k.message = m.id AND k.chat = c.id AND k.step = 0
             WHERE j.whole = $1 AND j.chat = $2 AND c.network = m.network ORDER BY j.line",
        )
        .bind(whole)
        .bind(chat)
        .fetch_all(&self.read)
        .await?;
        let part = |(network, chat, id, user): (String, String, String, String)| {
            let network = NetworkName::from(network);
            let author = Person { network: network.clone(), user: user.into() };
            Part { place: Place { network, chat: chat.into() }, id: id.into(), author }
        };
        Ok(rows.into_iter().map(part).collect())
    }
}

/// The copies of a message that was taken back are from now on those of the last one that it was joined with: so an answer
/// to them finds somebody.
async fn pass_on(db: &mut SqliteConnection, message: i64, chat: i64) -> Result<()> {
    let heir: Option<i64> = sqlx::query_scalar(
        "SELECT message FROM joined WHERE whole = $1 AND chat = $2 AND text IS NOT NULL ORDER BY line DESC LIMIT 1",
    )
    .bind(message)
    .bind(chat)
    .fetch_optional(&mut *db)
    .await?;
    let Some(heir) = heir else { return Ok(()) };
    for change in [
        "UPDATE copies SET message = $1 WHERE message = $2 AND chat = $3",
        "UPDATE joined SET whole = $1 WHERE whole = $2 AND chat = $3",
    ] {
        sqlx::query(change).bind(heir).bind(message).bind(chat).execute(&mut *db).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use contract::{Author, Body, Kind, Receipt};

    use super::*;
    use crate::store::{
        inbox::{Acceptance, Planned},
        tests::{Fresh, store},
    };

    fn event(id: &str, words: &str) -> Event {
        let kind = Kind::Message { ids: vec![format!("${id}").into()], body: Body::of(Text::plain(words)) };
        let author = Author::named(&NetworkName::matrix(), "@anne:exemple.fr", "Anne");
        Event { id: id.into(), chat: "!a".into(), author, at: Timestamp(1), kind }
    }

    /// Three messages on their way to a group, joined and delivered as message 77. Returns their numbers and the lane.
    async fn joined() -> (Fresh, Vec<i64>, i64) {
        let store = store().await;
        let group = Place { network: "telegram".into(), chat: "-1".into() };
        store.link(&Place::room("!a"), &group, Timestamp(0)).await.unwrap();
        let planned = |n: &i64| Planned {
            part_of: None,
            event: event(&n.to_string(), &n.to_string()),
            to: vec![group.clone()],
        };
        let events = [1, 2, 3].iter().map(planned).collect();
        let network = NetworkName::matrix();
        let acceptance = Acceptance { network, events, aside: Vec::new(), cursor: None, now: Timestamp(2) };
        let lane = store.accept(acceptance).await.unwrap()[0];
        let waiting = store.head(lane, 9).await.unwrap();
        let lines: Vec<Text> = ["un", "deux", "trois"].map(Text::plain).into();
        let whole = event("joined.1", "un deux trois");
        assert!(store.join(&waiting, &lines, &whole, Timestamp(3)).await.unwrap());
        assert!(!store.join(&waiting, &lines, &whole, Timestamp(3)).await.unwrap(), "they wait no more");
        let left = store.head(lane, 9).await.unwrap();
        assert_eq!(left.iter().map(|waiting| waiting.event.id.as_str()).collect::<Vec<_>>(), ["joined.1"]);
        store.delivered(&left[0], &Receipt::made("77"), false).await.unwrap();
        (store, waiting.iter().filter_map(|waiting| waiting.message).collect(), lane)
    }

    #[tokio::test]
    async fn the_one_copy_is_that_of_all_and_an_answer_finds_the_last() {
        let (store, messages, lane) = joined().await;
        let room = store.number(&Place::room("!a")).await.unwrap();
        for (message, id) in messages.iter().zip(["$1", "$2", "$3"]) {
            assert_eq!(store.copies(*message, lane).await.unwrap()[0].id.as_str(), "77");
            assert_eq!(store.translate(room, &id.into(), lane).await.unwrap(), Some("77".into()));
        }
        assert_eq!(store.translate(lane, &"77".into(), room).await.unwrap(), Some("$3".into()));
        let parts = store.parts(messages[2], lane).await.unwrap();
        assert_eq!(parts.iter().map(|part| part.id.as_str()).collect::<Vec<_>>(), ["$1", "$2", "$3"]);
        let bodies: i64 = sqlx::query_scalar("SELECT count(*) FROM events WHERE body IS NOT NULL")
            .fetch_one(&store.read)
            .await
            .unwrap();
        assert_eq!(bodies, 0, "nothing stays of what was said");
    }

    #[tokio::test]
    async fn a_line_changes_and_goes_and_the_last_one_that_is_left_is_answered() {
        let (store, messages, lane) = joined().await;
        let room = store.number(&Place::room("!a")).await.unwrap();
        store.change_line(messages[0], lane, Some(&Text::plain("une"))).await.unwrap();
        store.change_line(messages[2], lane, None).await.unwrap();
        let left = store.joined_with(messages[2], lane).await.unwrap();
        let words: Vec<String> = left.iter().map(|(_, text)| text.excerpt(9)).collect();
        assert_eq!(words, ["une", "deux"]);
        assert_eq!(store.translate(lane, &"77".into(), room).await.unwrap(), Some("$2".into()));
        assert_eq!(store.copies(messages[2], lane).await.unwrap()[0].id.as_str(), "77");
        for message in &messages[..2] {
            store.change_line(*message, lane, None).await.unwrap();
        }
        assert_eq!(store.joined_with(messages[0], lane).await.unwrap(), []);
    }
}
