//! How each ghost was last dressed, so that nothing is set twice.

use contract::{Person, Timestamp};

use super::{Result, Store};

/// A ghost as it was last dressed. It is registered on the homeserver when it is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ghost {
    /// Whom it stands for.
    pub person: Person,
    /// The name it has.
    pub name: Option<String>,
    /// `Media.unique` of the picture it has.
    pub avatar: Option<String>,
    /// When the person's picture was last asked for.
    pub looked_at: Timestamp,
}

impl Store {
    /// The ghost standing for somebody, if it was ever registered.
    pub async fn ghost(&self, person: &Person) -> Result<Option<Ghost>> {
        if let Some(ghost) = self.ghosts.get(person) {
            return Ok(Some(ghost));
        }
        let row: Option<(Option<String>, Option<String>, i64)> =
            sqlx::query_as("SELECT name, avatar, looked_at FROM ghosts WHERE network = $1 AND person = $2")
                .bind(person.network.as_str())
                .bind(person.user.as_str())
                .fetch_optional(&self.read)
                .await?;
        let ghost = row.map(|(name, avatar, looked_at)| Ghost {
            person: person.clone(),
            name,
            avatar,
            looked_at: Timestamp(looked_at),
        });
        if let Some(ghost) = &ghost {
            self.ghosts.insert(person.clone(), ghost.clone());
        }
        Ok(ghost)
    }

    /// Remembers how a ghost is dressed now.
    pub async fn save_ghost(&self, ghost: &Ghost) -> Result<()> {
        let (saved, ghost) = (ghost.clone(), ghost.clone());
        self.write(move |db: &mut sqlx::SqliteConnection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO ghosts (network, person, name, avatar, looked_at) VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (network, person) DO UPDATE
                     SET name = excluded.name, avatar = excluded.avatar, looked_at = excluded.looked_at",
                )
                .bind(ghost.person.network.0)
                .bind(ghost.person.user.0)
                .bind(ghost.name)
                .bind(ghost.avatar)
                .bind(ghost.looked_at.0)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await?;
        self.ghosts.insert(saved.person.clone(), saved);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::store;

    #[tokio::test]
    async fn a_ghost_keeps_its_last_clothes() {
        let store = store().await;
        let person = Person { network: "telegram".into(), user: "7".into() };
        assert_eq!(store.ghost(&person).await.unwrap(), None);
        let mut ghost = Ghost {
            person: person.clone(),
            name: Some("Anne".into()),
            avatar: None,
            looked_at: Timestamp(1),
        };
        store.save_ghost(&ghost).await.unwrap();
        ghost.name = Some("Anne B.".into());
        store.save_ghost(&ghost).await.unwrap();
        assert_eq!(store.ghost(&person).await.unwrap(), Some(ghost));
    }
}
