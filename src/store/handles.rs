//! Who is called how by `@`, on networks whose messages name people by that alone.

use contract::{NetworkName, UserId};
use sqlx::{QueryBuilder, SqliteConnection};

use super::{ROWS, Result, Store};

/// So many are read of a network.
const MOST: i64 = 50_000;

impl Store {
    /// The handles of a network's people, and whose they are.
    pub async fn handles(&self, network: &NetworkName) -> Result<Vec<(String, UserId)>> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT handle, person FROM handles WHERE network = $1 LIMIT $2")
                .bind(network.as_str())
                .bind(MOST)
                .fetch_all(&self.read)
                .await?;
        Ok(rows.into_iter().map(|(handle, person)| (handle, person.into())).collect())
    }

    /// Remembers handles; one that was somebody else's is theirs from now on.
    pub async fn save_handles(&self, network: &NetworkName, handles: Vec<(String, UserId)>) -> Result<()> {
        let network = network.clone();
        self.write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                // One by one where one comes twice: a statement may change a row once.
                for some in handles.chunk_by(|one, next| one.0 < next.0).flat_map(|some| some.chunks(ROWS)) {
                    let mut query = QueryBuilder::new("INSERT INTO handles (network, handle, person) ");
                    query.push_values(some, |mut row, (handle, person)| {
                        row.push_bind(network.as_str()).push_bind(handle).push_bind(person.as_str());
                    });
                    query.push(" ON CONFLICT (network, handle) DO UPDATE SET person = excluded.person");
                    query.build().persistent(false).execute(&mut *db).await?;
                }
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
    async fn a_handle_is_of_whoever_had_it_last_on_its_network() {
        let store = store().await;
        let of = |handle: &str, person: &str| (handle.to_owned(), UserId::from(person));
        let telegram = NetworkName::from("telegram");
        let heard = vec![of("bob", "1"), of("anne", "2"), of("anne", "3")];
        store.save_handles(&telegram, heard).await.unwrap();
        store.save_handles(&telegram, vec![of("bob", "4")]).await.unwrap();
        assert_eq!(store.handles(&telegram).await.unwrap(), [of("anne", "3"), of("bob", "4")]);
        assert_eq!(store.handles(&"autre".into()).await.unwrap(), []);
    }
}
