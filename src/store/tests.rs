use super::*;

/// A store and the temporary folder it lives in.
pub(crate) struct Fresh(Store, #[expect(dead_code, reason = "dropped with the store")] tempfile::TempDir);

impl std::ops::Deref for Fresh {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.0
    }
}

/// An empty store.
pub(crate) async fn store() -> Fresh {
    let dir = tempfile::tempdir().unwrap();
    Fresh(Store::open(&dir.path().join("p.db")).await.unwrap(), dir)
}

/// Makes what waits unreadable, or readable again.
pub(crate) async fn hide_what_waits(store: &Store, hidden: bool) {
    let (from, to) = if hidden { ("outbox", "hidden") } else { ("hidden", "outbox") };
    let rename = sqlx::AssertSqlSafe(format!("ALTER TABLE {from} RENAME TO {to}"));
    let job = store.write(|db: &mut SqliteConnection| {
        Box::pin(async move {
            sqlx::query(rename).execute(db).await?;
            Ok(())
        })
    });
    job.await.unwrap();
}

/// Keeps whatever is delivered from being taken out of its lane, as a full disk does, or lets it go.
pub(crate) async fn keep_what_waits(store: &Store, kept: bool) {
    let change = match kept {
        true => "CREATE TRIGGER kept BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'kept'); END",
        false => "DROP TRIGGER kept",
    };
    let job = store.write(move |db: &mut SqliteConnection| {
        Box::pin(async move {
            sqlx::query(change).execute(db).await?;
            Ok(())
        })
    });
    job.await.unwrap();
}

/// Makes what was chosen for every link unreadable.
pub(crate) async fn spoil_settings(store: &Store) {
    let job = store.reroute(|db: &mut SqliteConnection| {
        Box::pin(async move {
            let query = sqlx::query("UPDATE links SET settings = '{\"threads\":\"of tomorrow\"}'");
            assert_ne!(query.execute(db).await?.rows_affected(), 0);
            Ok(())
        })
    });
    job.await.unwrap();
}

/// How many events' words are kept.
pub(crate) async fn bodies(store: &Store) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM events WHERE body IS NOT NULL");
    count.fetch_one(&store.read).await.unwrap()
}

/// Makes what an event says unreadable.
pub(crate) async fn spoil(store: &Store, event: &'static str) {
    let job = store.write(move |db: &mut SqliteConnection| {
        Box::pin(async move {
            let query = sqlx::query("UPDATE events SET body = '{' WHERE event = $1").bind(event);
            assert_eq!(query.execute(db).await?.rows_affected(), 1);
            Ok(())
        })
    });
    job.await.unwrap();
}

#[tokio::test]
async fn two_daemons_cannot_share_a_database() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.db");
    let first = Store::open(&path).await.unwrap();
    assert!(matches!(Store::open(&path).await, Err(OpenError::Locked(_))));
    first.close().await;
    Store::open(&path).await.unwrap();
}

#[tokio::test]
async fn a_commit_that_fails_ends_nothing() {
    let store = store().await;
    let broken = store
        .write(|db: &mut SqliteConnection| {
            Box::pin(async move {
                // As SQLite does by itself when the disk is full.
                sqlx::query("ROLLBACK").execute(db).await?;
                Ok(())
            })
        })
        .await;
    assert!(broken.is_err());
    store.number(&Place::room("!a")).await.unwrap();
}

#[tokio::test]
async fn nobody_else_reads_what_waits() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("p.db")).await.unwrap();
    store.number(&Place::room("!a")).await.unwrap();
    let files: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|file| file.unwrap()).collect();
    assert!(files.len() >= 3, "the database, its log and its lock");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.file_name());
    }
}

#[tokio::test]
async fn an_older_passerelle_refuses_a_newer_schema() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.db");
    let store = Store::open(&path).await.unwrap();
    store
        .write(move |db: &mut SqliteConnection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (9999, 'from the future', TRUE, x'00', 0)",
                )
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    store.close().await;
    assert!(matches!(Store::open(&path).await, Err(OpenError::Newer(9999))));
}
