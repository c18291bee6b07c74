//! What people asked of us that waits for a word more of theirs.

use contract::{ChatId, MessageId, Person, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::{Place, Result, Store, chats::number};

/// How long somebody may think before they answer, milliseconds.
const THINK: i64 = 5 * 60_000;

/// What somebody asked that waits for a word more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// For a yes.
    Sure {
        /// What was asked, the command first.
        words: Vec<String>,
        /// The place it is about.
        about: Place,
        /// The message it is about.
        reply_to: Option<MessageId>,
    },
    /// For the number of a room.
    Room {
        /// What was asked, the command first.
        words: Vec<String>,
        /// The rooms to choose from, and what they are called.
        rooms: Vec<(ChatId, String)>,
    },
}

impl Store {
    /// Somebody is asked something in a place, and nothing else any more.
    pub async fn ask(&self, place: &Place, who: &Person, question: &Question, now: Timestamp) -> Result<()> {
        let (place, who, question) = (place.clone(), who.clone(), serde_json::to_string(question)?);
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM questions WHERE until < $1").bind(now.0).execute(&mut *db).await?;
                let chat = number(db, &place).await?;
                sqlx::query(
                    "INSERT INTO questions (chat, network, person, question, until) VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (chat, network, person) DO UPDATE
                     SET question = excluded.question, until = excluded.until, answered_by = NULL",
                )
                .bind(chat)
                .bind(who.network.as_str())
                .bind(who.user.as_str())
                .bind(question)
                .bind(now.0 + THINK)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// What somebody was asked in a place, unless another message than this answered it.
    pub async fn question(
        &self,
        place: &Place,
        who: &Person,
        message: &MessageId,
        now: Timestamp,
    ) -> Result<Option<Question>> {
        let question: Option<String> = sqlx::query_scalar(
            "SELECT q.question FROM questions q JOIN chats c ON c.id = q.chat
             WHERE c.network = $1 AND c.chat = $2 AND q.network = $3 AND q.person = $4 AND q.until >= $5
             AND (q.answered_by IS NULL OR q.answered_by = $6)",
        )
        .bind(place.network.as_str())
        .bind(place.chat.as_str())
        .bind(who.network.as_str())
        .bind(who.user.as_str())
        .bind(now.0)
        .bind(message.as_str())
        .fetch_optional(&self.read)
        .await?;
        Ok(question.as_deref().map(serde_json::from_str).transpose()?)
    }

    /// This message answers what somebody was asked: no other does from now on.
    pub async fn note_answer(&self, place: &Place, who: &Person, message: &MessageId) -> Result<()> {
        let (place, who, message) = (place.clone(), who.clone(), message.clone());
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                let chat = number(db, &place).await?;
                sqlx::query(
                    "UPDATE questions SET answered_by = $4 WHERE chat = $1 AND network = $2 AND person = $3",
                )
                .bind(chat)
                .bind(who.network.as_str())
                .bind(who.user.as_str())
                .bind(message.as_str())
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::store;

    #[tokio::test]
    async fn a_question_is_answered_once_by_whom_it_was_asked_and_after_a_crash_by_the_same_message() {
        let store = store().await;
        let (room, other) = (Place::room("!a"), Place::room("!b"));
        let anne = Person { network: "matrix".into(), user: "@anne:t".into() };
        let eve = Person { network: "matrix".into(), user: "@eve:t".into() };
        let sure = |word: &str| Question::Sure {
            words: vec![word.to_owned()],
            about: Place::room("!c"),
            reply_to: Some("$1".into()),
        };
        let asked = async |place: &Place, who: &Person, message: &str, at: i64| {
            store.question(place, who, &message.into(), Timestamp(at)).await.unwrap()
        };
        store.ask(&room, &anne, &sure("ban"), Timestamp(0)).await.unwrap();
        store.ask(&room, &anne, &sure("unlink"), Timestamp(0)).await.unwrap();
        assert_eq!(asked(&room, &anne, "$2", 0).await, Some(sure("unlink")));
        assert_eq!(asked(&room, &eve, "$2", 0).await, None);
        assert_eq!(asked(&other, &anne, "$2", 0).await, None);
        assert_eq!(asked(&room, &anne, "$2", THINK + 1).await, None, "too late");
        store.note_answer(&room, &anne, &"$2".into()).await.unwrap();
        assert_eq!(asked(&room, &anne, "$2", 0).await, Some(sure("unlink")), "its answer was lost");
        assert_eq!(asked(&room, &anne, "$3", 0).await, None);
        let which = Question::Room { words: Vec::new(), rooms: vec![("!c".into(), "La cuisine".into())] };
        store.ask(&room, &anne, &which, Timestamp(0)).await.unwrap();
        assert_eq!(asked(&room, &anne, "$4", 0).await, Some(which));
    }
}
