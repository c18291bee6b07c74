//! What people say that is new, many messages at a time: each trip to the connection costs more than what is done there.

use std::collections::{BTreeMap, HashSet};

use contract::{Body, Card, Event, Kind, MessageId, NetworkName};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::{
    ROWS, Result, files, is_kept,
    messages::{find, fingerprint},
    people::push_seen,
    polls, run,
};

/// A message that was heard in a chat.
#[derive(Clone, Copy)]
pub(super) struct Said<'e> {
    chat: i64,
    event: &'e Event,
    ids: &'e [MessageId],
    body: &'e Body,
}

impl<'e> Said<'e> {
    /// What was said there, if the event says anything.
    pub(super) fn of(chat: i64, event: &'e Event) -> Option<Self> {
        match &event.kind {
            Kind::Message { ids, body } => Some(Self { chat, event, ids, body }),
            _ => None,
        }
    }
}

/// Learns messages, and that their authors write there. Returns the number of each; `None` for what is known by an id.
pub(super) async fn learn_said(
    db: &mut SqliteConnection,
    network: &NetworkName,
    said: &[Said<'_>],
) -> Result<Vec<Option<i64>>> {
    let mut messages = Vec::with_capacity(said.len());
    for some in said.chunks(ROWS) {
        let mut known = known_ids(db, some).await?;
        let mut is_new = |said: &Said<'_>| {
            let is_new = !said.ids.iter().any(|id| known.contains(&(said.chat, id.0.clone())));
            known.extend(said.ids.iter().map(|id| (said.chat, id.0.clone())));
            is_new
        };
        let new: Vec<(usize, Said<'_>)> =
            some.iter().copied().enumerate().filter(|(_, said)| is_new(said)).collect();
        let learned: Vec<Said<'_>> = new.iter().map(|(_, said)| *said).collect();
        let numbers = insert(db, &learned).await?;
        let mut script = QueryBuilder::default();
        push_copies(&mut script, &learned, &numbers);
        push_last_heard(&mut script, &learned);
        push_seen(&mut script, network, learned.iter().map(|said| (said.chat, said.event)));
        run(db, script, is_kept(&learned)).await?;
        for (said, number) in learned.iter().zip(&numbers) {
            if let Some(Card::Poll(poll)) = &said.body.card {
                polls::insert(db, *number, poll).await?;
            }
        }
        let mut of_some = vec![None; some.len()];
        for ((at, _), number) in new.iter().zip(numbers) {
            of_some[*at] = Some(number);
        }
        messages.extend(of_some);
    }
    Ok(messages)
}

/// Which ids of these messages are known, each with its chat.
async fn known_ids(db: &mut SqliteConnection, said: &[Said<'_>]) -> Result<HashSet<(i64, String)>> {
    let ids: Vec<(i64, &MessageId)> =
        said.iter().flat_map(|said| said.ids.iter().map(|id| (said.chat, id))).collect();
    let mut known = HashSet::new();
    for some in ids.chunks(ROWS) {
        let mut query = QueryBuilder::new("SELECT v.column1, v.column2 FROM (");
        query.push_values(some, |mut row, (chat, id)| {
            row.push_bind(chat).push_bind(id.as_str());
        });
        query.push(") AS v WHERE EXISTS (SELECT 1 FROM copies WHERE chat = v.column1 AND id = v.column2)");
        known.extend(
            query.build_query_as::<(i64, String)>().persistent(is_kept(some)).fetch_all(&mut *db).await?,
        );
    }
    Ok(known)
}

/// New messages. Returns their numbers.
async fn insert(db: &mut SqliteConnection, said: &[Said<'_>]) -> Result<Vec<i64>> {
    if said.is_empty() {
        return Ok(Vec::new());
    }
    let mut threads = Vec::with_capacity(said.len());
    let mut files = Vec::with_capacity(said.len());
    for said in said {
        threads.push(match &said.body.thread {
            Some(root) => find(db, said.chat, root).await?,
            None => None,
        });
        files.push(files::list(said.body)?);
    }
    let mut query = QueryBuilder::new("INSERT INTO messages (network, author, fingerprint, thread, files) ");
    query.push_values(said.iter().zip(threads).zip(files), |mut row, ((said, thread), files)| {
        let author = &said.event.author.person;
        row.push_bind(author.network.as_str()).push_bind(author.user.as_str());
        row.push_bind(fingerprint(said.body)).push_bind(thread).push_bind(files);
    });
    query.push(" RETURNING id");
    let mut numbers: Vec<i64> = query.build_query_scalar().persistent(is_kept(said)).fetch_all(db).await?;
    // Given in the order of the rows, and told in any.
    numbers.sort_unstable();
    Ok(numbers)
}

/// From now on the messages are known by their ids.
fn push_copies(script: &mut QueryBuilder<Sqlite>, said: &[Said<'_>], numbers: &[i64]) {
    let copies = said.iter().zip(numbers).flat_map(|(said, number)| {
        (0_i64..).zip(said.ids).map(|(step, id)| (said.chat, id.as_str(), *number, step))
    });
    let copies: Vec<(i64, &str, i64, i64)> = copies.collect();
    for some in copies.chunks(ROWS) {
        script.push("INSERT INTO copies (chat, id, message, step) ");
        script.push_values(some, |mut row, (chat, id, message, step)| {
            row.push_bind(chat).push_bind(id).push_bind(message).push_bind(step);
        });
        script.push(" ON CONFLICT (chat, id) DO NOTHING;");
    }
}

/// Notes what was heard last in each chat.
fn push_last_heard(script: &mut QueryBuilder<Sqlite>, said: &[Said<'_>]) {
    let last: BTreeMap<i64, &str> =
        said.iter().filter_map(|said| Some((said.chat, said.ids.last()?.as_str()))).collect();
    if last.is_empty() {
        return;
    }
    script.push("UPDATE chats SET last_heard = v.column2 FROM (");
    script.push_values(last, |mut row, (chat, id)| {
        row.push_bind(chat).push_bind(id);
    });
    script.push(") AS v WHERE chats.id = v.column1;");
}

#[cfg(test)]
mod tests {
    use contract::{Author, Text, Timestamp};

    use super::*;
    use crate::store::{
        Place,
        inbox::{Acceptance, Planned},
        tests::store,
    };

    fn said(event: &str, ids: &[&str], thread: Option<&str>) -> Planned {
        let body = Body { thread: thread.map(Into::into), ..Body::of(Text::plain(event)) };
        let kind = Kind::Message { ids: ids.iter().map(|id| (*id).into()).collect(), body };
        let (author, at) = (Author::named(&"mattermost".into(), "anne", "Anne"), Timestamp(1));
        let event = Event { id: event.into(), chat: "c".into(), author, at, kind };
        Planned { event, to: vec![Place::room("!a")], part_of: None }
    }

    #[tokio::test]
    async fn what_is_heard_together_is_known_as_if_one_by_one() {
        let store = store().await;
        let heard = [
            said("e1", &["1"], None),
            said("e2", &["2"], Some("1")),
            said("e3", &["1"], None),
            said("e4", &["3", "4"], None),
            said("e5", &["4", "5"], None),
            said("e1", &["6"], None),
            said("e6", &[], None),
        ];
        let acceptance = Acceptance {
            network: "mattermost".into(),
            events: heard.into(),
            aside: Vec::new(),
            cursor: None,
            now: Timestamp(1),
        };
        let lanes = store.accept(acceptance).await.unwrap();
        let waiting = store.head(lanes[0], 9).await.unwrap();
        let events: Vec<&str> = waiting.iter().map(|waiting| waiting.event.id.as_str()).collect();
        assert_eq!(events, ["e1", "e2", "e4", "e6"], "each once, in order");
        let chat = waiting[0].from;
        let root = store.thread_of(chat, &"2".into(), chat).await.unwrap();
        assert_eq!(root, Some("1".into()), "its first message came with it");
        let album = store.message(chat, &"4".into()).await.unwrap().unwrap();
        assert_eq!(store.copies(album.message, chat).await.unwrap().len(), 2);
        assert_eq!(store.message(chat, &"5".into()).await.unwrap(), None);
        let seen = store.seen(&Place { network: "mattermost".into(), chat: "c".into() }, 9).await.unwrap();
        assert_eq!(seen.len(), 1);
    }
}
