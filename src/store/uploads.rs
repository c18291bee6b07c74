//! Files already in the homeserver's media repository: a sticker sent a hundred times is uploaded once.

use contract::NetworkName;

use super::{Result, Store};

/// A file in the media repository.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Upload {
    /// Its `mxc://` address.
    pub uri: String,
    /// What was seen of it on the way, as the Matrix side tells it in an event's `info`.
    pub about: serde_json::Map<String, serde_json::Value>,
}

impl Store {
    /// A network's file, by its `Media.unique`, if it was uploaded.
    pub async fn upload(&self, network: &NetworkName, unique: &str) -> Result<Option<Upload>> {
        let row: Option<(String, Option<String>)> =
            sqlx::query_as("SELECT uri, about FROM uploads WHERE network = $1 AND media = $2")
                .bind(network.as_str())
                .bind(unique)
                .fetch_optional(&self.read)
                .await?;
        Ok(match row {
            Some((uri, about)) => {
                let about = about.map(|about| serde_json::from_str(&about)).transpose()?;
                Some(Upload { uri, about: about.unwrap_or_default() })
            }
            None => None,
        })
    }

    /// Remembers a file that was uploaded.
    pub async fn save_upload(&self, network: &NetworkName, unique: &str, upload: &Upload) -> Result<()> {
        let (network, unique, uri) = (network.0.clone(), unique.to_owned(), upload.uri.clone());
        let about = serde_json::to_string(&upload.about)?;
        self.write(move |db: &mut sqlx::SqliteConnection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO uploads (network, media, uri, about) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (network, media) DO UPDATE SET uri = excluded.uri, about = excluded.about",
                )
                .bind(network)
                .bind(unique)
                .bind(uri)
                .bind(about)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }
}
