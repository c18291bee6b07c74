//! Codes that link a chat to a room, and the tries of those who guess.

use contract::{Author, NetworkName, Person, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::{Place, Result, Store, chats::number};

/// How long wrong codes count against who tried them, milliseconds.
const REMEMBERED: i64 = 15 * 60_000;
/// Wrong codes by one person before they are not listened to.
const MOST_BY_ONE: i64 = 5;
/// Wrong codes by everybody together: nobody has so many accounts by accident.
const MOST_BY_ALL: i64 = 200;

/// What a code stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    /// The place it was asked in.
    pub place: Place,
    /// Who asked.
    pub by: Author,
    /// The chats that rooms are wanted for, where it is not for one link.
    pub wanted: Option<Wanted>,
}

/// Chats that rooms are wanted for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Their network.
    pub network: NetworkName,
    /// As they were named.
    pub chats: Vec<String>,
    /// Whether all are to be linked to the room it was asked in.
    #[serde(default)]
    pub merge: bool,
}

impl Store {
    /// Keeps a code until then, by what it hashes to; those past are forgotten.
    pub async fn keep_code(
        &self,
        digest: String,
        code: &Code,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<()> {
        let Code { place, by, wanted } = code.clone();
        let wanted = wanted.as_ref().map(serde_json::to_string).transpose()?;
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM codes WHERE until < $1").bind(now.0).execute(&mut *db).await?;
                let chat = number(db, &place).await?;
                sqlx::query(
                    "INSERT INTO codes (digest, chat, network, person, name, until, wanted)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
                )
                .bind(digest)
                .bind(chat)
                .bind(by.person.network.as_str())
                .bind(by.person.user.as_str())
                .bind(by.shown())
                .bind(until.0)
                .bind(wanted)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// A code has done for a request what it was for.
    pub async fn use_up(&self, digest: &str, request: &str, now: Timestamp) -> Result<()> {
        let (digest, request) = (digest.to_owned(), request.to_owned());
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move { use_up(db, &digest, &request, now).await.map(drop) })
        })
        .await
    }

    /// What a code stands for, if it is one and no other request used it up. It is found by its digest: how long that takes tells nothing of the code.
    pub async fn code(&self, digest: &str, request: &str, now: Timestamp) -> Result<Option<Code>> {
        let row: Option<(String, String, String, String, String, Option<String>)> = sqlx::query_as(
            "SELECT c.network, c.chat, k.network, k.person, k.name, k.wanted
             FROM codes k JOIN chats c ON c.id = k.chat WHERE k.digest = $1 AND k.until >= $2
             AND (k.used_by IS NULL OR k.used_by = $3)",
        )
        .bind(digest)
        .bind(now.0)
        .bind(request)
        .fetch_optional(&self.read)
        .await?;
        let Some((network, chat, of, person, name, wanted)) = row else { return Ok(None) };
        Ok(Some(Code {
            place: Place { network: network.into(), chat: chat.into() },
            by: Author::named(&of.into(), person, name),
            wanted: wanted.as_deref().map(serde_json::from_str).transpose()?,
        }))
    }

    /// Whether somebody may still try codes.
    pub async fn may_try(&self, who: &Person, now: Timestamp) -> Result<bool> {
        let (own, all): (i64, i64) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE network = $1 AND person = $2), count(*)
             FROM wrong_codes WHERE tried_at > $3",
        )
        .bind(who.network.as_str())
        .bind(who.user.as_str())
        .bind(now.0 - REMEMBERED)
        .fetch_one(&self.read)
        .await?;
        Ok(own < MOST_BY_ONE && all < MOST_BY_ALL)
    }

    /// Somebody tried a code that is none.
    pub async fn note_wrong(&self, who: &Person, now: Timestamp) -> Result<()> {
        let who = who.clone();
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM wrong_codes WHERE tried_at <= $1")
                    .bind(now.0 - REMEMBERED)
                    .execute(&mut *db)
                    .await?;
                sqlx::query("INSERT INTO wrong_codes (network, person, tried_at) VALUES ($1, $2, $3)")
                    .bind(who.network.as_str())
                    .bind(who.user.as_str())
                    .bind(now.0)
                    .execute(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

/// A code does for a request what it was for; `false` when another had it, or it is too old.
pub(super) async fn use_up(
    db: &mut SqliteConnection,
    digest: &str,
    request: &str,
    now: Timestamp,
) -> Result<bool> {
    let used = sqlx::query(
        "UPDATE codes SET used_by = $2 WHERE digest = $1 AND until >= $3 AND (used_by IS NULL OR used_by = $2)",
    )
    .bind(digest)
    .bind(request)
    .bind(now.0)
    .execute(db)
    .await?;
    Ok(used.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{LinkSettings, chats::Linked, linking::Linking, tests::store};

    fn code() -> Code {
        Code {
            place: Place::room("!a"),
            by: Author::named(&NetworkName::matrix(), "@anne:t", "Anne"),
            wanted: None,
        }
    }

    #[tokio::test]
    async fn a_code_is_good_once_and_for_a_while() {
        let store = store().await;
        store.keep_code("d".into(), &code(), Timestamp(0), Timestamp(10)).await.unwrap();
        assert_eq!(store.code("d", "r", Timestamp(10)).await.unwrap(), Some(code()));
        assert_eq!(store.code("e", "r", Timestamp(5)).await.unwrap(), None);
        assert_eq!(store.code("d", "r", Timestamp(11)).await.unwrap(), None, "too late");
        let use_it = async |now: i64| {
            let linking = Linking {
                room: Place::room("!a"),
                chat: Place { network: "telegram".into(), chat: "-1".into() },
                request: now.to_string(),
                code: Some("d".into()),
                settings: LinkSettings::default(),
                act: contract::Phrase::new("act-linked"),
            };
            let (matrix, now) = (NetworkName::matrix(), Timestamp(now));
            let made = store.link_and_say(linking, &matrix, Vec::new(), now).await.unwrap();
            made.map(|(linked, _)| linked)
        };
        assert_eq!(use_it(11).await, None, "too late");
        assert_eq!(use_it(9).await, Some(Linked::New));
        assert_eq!(use_it(8).await, None, "used up");
        assert_eq!(use_it(9).await, Some(Linked::New), "the same again");
    }

    #[tokio::test]
    async fn a_code_for_rooms_knows_which_until_it_is_used_up() {
        let store = store().await;
        let wanted = Wanted { network: "rocket".into(), chats: vec!["#jardin".into()], merge: false };
        let code = Code { wanted: Some(wanted), ..code() };
        store.keep_code("d".into(), &code, Timestamp(0), Timestamp(10)).await.unwrap();
        assert_eq!(store.code("d", "r", Timestamp(5)).await.unwrap(), Some(code.clone()));
        store.use_up("d", "r", Timestamp(5)).await.unwrap();
        assert_eq!(store.code("d", "r", Timestamp(5)).await.unwrap(), Some(code), "its answer was lost");
        assert_eq!(store.code("d", "s", Timestamp(5)).await.unwrap(), None);
    }

    #[tokio::test]
    async fn who_guesses_is_soon_not_listened_to() {
        let store = store().await;
        let eve = Person { network: "telegram".into(), user: "6".into() };
        let bob = Person { network: "telegram".into(), user: "7".into() };
        for n in 0..MOST_BY_ONE {
            assert!(store.may_try(&eve, Timestamp(n)).await.unwrap());
            store.note_wrong(&eve, Timestamp(n)).await.unwrap();
        }
        assert!(!store.may_try(&eve, Timestamp(10)).await.unwrap());
        assert!(store.may_try(&bob, Timestamp(10)).await.unwrap(), "others are");
        assert!(store.may_try(&eve, Timestamp(REMEMBERED + 10)).await.unwrap(), "for a while");
        for n in 0..MOST_BY_ALL {
            let one = Person { network: "telegram".into(), user: format!("e{n}").into() };
            store.note_wrong(&one, Timestamp(20)).await.unwrap();
        }
        assert!(!store.may_try(&bob, Timestamp(30)).await.unwrap(), "an army of accounts");
    }
}
