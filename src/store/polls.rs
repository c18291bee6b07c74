//! Polls and who voted for what.

use contract::{Author, ChatId, Kind, MessageId, NetworkName, Person, Poll, Tally};
use sqlx::SqliteConnection;

use super::{Result, Store};

impl Store {
    /// How a poll stands, with the answers' ids of one network: while it is open without that network's own votes, which
    /// it shows by itself. `None` when it is no poll.
    pub async fn tally(&self, message: i64, network: &NetworkName) -> Result<Option<Tally>> {
        let row: Option<(String, String, bool, String)> = sqlx::query_as(
            "SELECT p.poll, p.unseen, p.closed, m.network FROM polls p JOIN messages m ON m.id = p.message
             WHERE p.message = $1",
        )
        .bind(message)
        .fetch_optional(&self.read)
        .await?;
        let Some((poll, unseen, closed, made_on)) = row else { return Ok(None) };
        let mut poll: Poll = serde_json::from_str(&poll)?;
        if made_on != network.as_str() {
            (0..).zip(&mut poll.answers).for_each(|(at, answer): (usize, _)| answer.id = at.to_string());
        }
        let chosen: Vec<String> =
            sqlx::query_scalar("SELECT answers FROM votes WHERE poll = $1 AND ($2 OR network <> $3)")
                .bind(message)
                .bind(closed)
                .bind(network.as_str())
                .fetch_all(&self.read)
                .await?;
        let mut votes: Vec<u32> = serde_json::from_str(&unseen)?;
        votes.resize(poll.answers.len(), 0);
        for answers in chosen {
            for answer in serde_json::from_str::<Vec<usize>>(&answers)? {
                if let Some(votes) = votes.get_mut(answer) {
                    *votes = votes.saturating_add(1);
                }
            }
        }
        Ok(Some(Tally { poll, votes, closed }))
    }

    /// The answers somebody chose, by their positions.
    pub async fn vote(&self, message: i64, voter: &Person) -> Result<Vec<u32>> {
        let answers: Option<String> =
            sqlx::query_scalar("SELECT answers FROM votes WHERE poll = $1 AND network = $2 AND author = $3")
                .bind(message)
                .bind(voter.network.as_str())
                .bind(voter.user.as_str())
                .fetch_optional(&self.read)
                .await?;
        Ok(answers.map_or(Ok(Vec::new()), |answers| serde_json::from_str(&answers))?)
    }

    /// The chat of a network where a poll has this id.
    pub async fn chat_of_poll(&self, network: &NetworkName, id: &MessageId) -> Result<Option<ChatId>> {
        let chat: Option<String> = sqlx::query_scalar(
            "SELECT h.chat FROM polls p JOIN copies c ON c.message = p.message JOIN chats h ON h.id = c.chat
             WHERE h.network = $1 AND c.id = $2 LIMIT 1",
        )
        .bind(network.as_str())
        .bind(id.as_str())
        .fetch_optional(&self.read)
        .await?;
        Ok(chat.map(ChatId))
    }
}

/// A new poll.
pub(super) async fn insert(db: &mut SqliteConnection, message: i64, poll: &Poll) -> Result<()> {
    sqlx::query("INSERT INTO polls (message, poll) VALUES ($1, $2)")
        .bind(message)
        .bind(serde_json::to_string(poll)?)
        .execute(db)
        .await?;
    Ok(())
}

/// Another question: nobody has voted on it yet.
pub(super) async fn ask_anew(db: &mut SqliteConnection, message: i64, poll: &Poll) -> Result<()> {
    sqlx::query(
        "DELETE FROM votes WHERE poll = $1 AND EXISTS (SELECT 1 FROM polls WHERE message = $1 AND poll <> $2);
         UPDATE polls SET poll = $2 WHERE message = $1",
    )
    .bind(message)
    .bind(serde_json::to_string(poll)?)
    .execute(db)
    .await?;
    Ok(())
}

/// What happened to a poll; `false` when that is nothing new.
pub(super) async fn learn(
    db: &mut SqliteConnection,
    message: i64,
    author: &Author,
    kind: &Kind,
) -> Result<bool> {
    let person = &author.person;
    let row: Option<(String, String, String)> = sqlx::query_as(
        "SELECT p.poll, m.network, m.author FROM polls p JOIN messages m ON m.id = p.message
         WHERE p.message = $1 AND p.closed = 0",
    )
    .bind(message)
    .fetch_optional(&mut *db)
    .await?;
    let Some((poll, made_on, asked_by)) = row else { return Ok(false) };
    let poll: Poll = serde_json::from_str(&poll)?;
    match kind {
        Kind::Vote { answers, .. } => {
            let chosen = positions(&poll, person.network.as_str() == made_on, answers);
            vote(db, message, person, &chosen).await
        }
        // By whoever asked, or by their network itself.
        Kind::PollClosed { unseen, .. }
            if author.is_bridge()
                || (person.network.as_str(), person.user.as_str()) == (&made_on, &asked_by) =>
        {
            sqlx::query("UPDATE polls SET closed = 1, unseen = $2 WHERE message = $1")
                .bind(message)
                .bind(serde_json::to_string(unseen)?)
                .execute(db)
                .await?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// The positions of answers that somebody chose; no more than they may.
fn positions(poll: &Poll, own: bool, answers: &[String]) -> Vec<usize> {
    let position = |id: &String| match own {
        true => poll.answers.iter().position(|answer| answer.id == *id),
        false => id.parse().ok().filter(|at| *at < poll.answers.len()),
    };
    let mut chosen: Vec<usize> = answers.iter().filter_map(position).take(poll.most as usize).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

async fn vote(db: &mut SqliteConnection, poll: i64, voter: &Person, chosen: &[usize]) -> Result<bool> {
    let answers = serde_json::to_string(chosen)?;
    let changed = match chosen {
        [] => sqlx::query("DELETE FROM votes WHERE poll = $1 AND network = $2 AND author = $3"),
        _ => sqlx::query(
            "INSERT INTO votes (poll, network, author, answers) VALUES ($1, $2, $3, $4)
             ON CONFLICT (poll, network, author) DO UPDATE SET answers = excluded.answers
             WHERE votes.answers <> excluded.answers",
        ),
    };
    let changed = changed.bind(poll).bind(voter.network.as_str()).bind(voter.user.as_str());
    let changed = if chosen.is_empty() { changed } else { changed.bind(answers) };
    Ok(changed.execute(db).await?.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use contract::Answer;

    use super::*;

    #[test]
    fn an_answer_is_known_by_its_id_at_home_and_by_its_position_elsewhere() {
        let answer = |id: &str| Answer { id: id.to_owned(), text: id.to_owned() };
        let poll = Poll { question: "?".to_owned(), answers: vec![answer("b"), answer("0")], most: 1 };
        let chosen = |own, id: &str| positions(&poll, own, &[id.to_owned()]);
        assert_eq!((chosen(true, "0"), chosen(false, "0"), chosen(true, "b")), (vec![1], vec![0], vec![0]));
        assert_eq!((chosen(true, "x"), chosen(false, "7")), (vec![], vec![]));
        assert_eq!(positions(&poll, false, &["1".to_owned(), "0".to_owned()]), [1], "one may choose one");
    }
}
