//! What another process does with the file, beside a daemon that may be running on it.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use sqlx::{ConnectOptions, SqliteConnection};

use super::{MIGRATIONS, OpenError, Result, Store, options};

/// What keeps the database from being copied.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is a file of that name.
    #[error("there is a file of that name already; a backup overwrites nothing")]
    Exists,
    /// The file cannot be written.
    #[error("the copy cannot be written")]
    File(#[from] io::Error),
    /// `SQLite` refused.
    #[error("the database could not be copied")]
    Sql(#[from] sqlx::Error),
}

impl Store {
    /// Opens the database of a daemon that may be running. It must have this version's schema already.
    ///
    /// # Errors
    /// When there is none, or another version wrote it.
    pub async fn open_beside(path: &Path) -> std::result::Result<Self, OpenError> {
        let options = options(path)?.create_if_missing(false);
        let mut connection = options.clone().connect().await.map_err(|why| OpenError::Unwritable {
            path: path.display().to_string(),
            why: why.to_string(),
        })?;
        let there: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
            .fetch_one(&mut connection)
            .await?;
        let (there, ours) = (there.unwrap_or(0), MIGRATIONS.iter().map(|step| step.version).max());
        match there.cmp(&ours.unwrap_or(0)) {
            std::cmp::Ordering::Less => Err(OpenError::Older(there)),
            std::cmp::Ordering::Greater => Err(OpenError::Newer(there)),
            std::cmp::Ordering::Equal => Self::with(connection, options, None).await,
        }
    }

    /// Copies the database as it is at this moment into a new file, while others write on. The copy is whole or not
    /// there, and as private as the database.
    pub async fn backup(&self, to: &Path) -> std::result::Result<(), BackupError> {
        if to.exists() {
            return Err(BackupError::Exists);
        }
        let mut part = to.as_os_str().to_owned();
        part.push(".part");
        let part = Path::new(&part);
        // SQLite writes into an empty file, and keeps its mode.
        let file = File::options().create(true).truncate(true).write(true).mode(0o600).open(part)?;
        let mut connection = self.read.acquire().await?;
        sqlx::query("VACUUM INTO $1").bind(part.display().to_string()).execute(&mut *connection).await?;
        // SQLite leaves the copy to the system's own time.
        file.sync_all()?;
        fs::rename(part, to)?;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
        Ok(())
    }

    /// A number that changes when another process has written to the database, and not when we do.
    pub async fn version(&self) -> Result<i64> {
        self.write(|db: &mut SqliteConnection| {
            Box::pin(async move { Ok(sqlx::query_scalar("PRAGMA data_version").fetch_one(db).await?) })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::store::Place;

    #[tokio::test]
    async fn a_copy_of_the_open_database_opens_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("p.db")).await.unwrap();
        let number = store.number(&Place::room("!a")).await.unwrap();
        let copy = dir.path().join("copy.db");
        store.backup(&copy).await.unwrap();
        assert!(matches!(store.backup(&copy).await, Err(BackupError::Exists)));
        store.number(&Place::room("!later")).await.unwrap();
        assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o077, 0);
        let restored = Store::open(&copy).await.unwrap();
        assert_ne!(restored.number(&Place::room("!later")).await.unwrap(), number);
        assert_eq!(restored.number(&Place::room("!a")).await.unwrap(), number);
    }

    #[tokio::test]
    async fn what_another_process_writes_is_noticed_and_what_we_write_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.db");
        let ours = Store::open(&path).await.unwrap();
        let before = ours.version().await.unwrap();
        ours.number(&Place::room("!a")).await.unwrap();
        assert_eq!(ours.version().await.unwrap(), before);
        Store::open_beside(&path).await.unwrap().number(&Place::room("!b")).await.unwrap();
        assert_ne!(ours.version().await.unwrap(), before);
    }
}
