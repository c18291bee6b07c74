//! Files already in the homeserver's media repository: a sticker sent a hundred times is uploaded once.

use contract::NetworkName;

use super::{Result, Store};

impl Store {
    /// The `mxc://` address of a network's file, by its `Media.unique`, if it was uploaded.
    pub async fn upload(&self, network: &NetworkName, unique: &str) -> Result<Option<String>> {
        Ok(sqlx::query_scalar("SELECT uri FROM uploads WHERE network = $1 AND media = $2")
            .bind(network.as_str())
            .bind(unique)
            .fetch_optional(&self.read)
            .await?)
    }

    /// Remembers where a file was uploaded to.
    pub async fn save_upload(&self, network: &NetworkName, unique: &str, uri: &str) -> Result<()> {
        let (network, unique, uri) = (network.0.clone(), unique.to_owned(), uri.to_owned());
        self.write(move |db: &mut sqlx::SqliteConnection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO uploads (network, media, uri) VALUES ($1, $2, $3)
                     ON CONFLICT (network, media) DO UPDATE SET uri = excluded.uri",
                )
                .bind(network)
                .bind(unique)
                .bind(uri)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }
}
