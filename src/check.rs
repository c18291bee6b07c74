//! `passerelle check`: says line by line what is right, what is wrong, and how to mend it.

use std::{
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use contract::{Finding, Network, NetworkName, Phrase};
use serde_json::json;

use crate::{
    app,
    config::{Config, Mistakes},
    registration::{Registration, beside},
    store::{OpenError, Store},
    words::{Language, say},
};

/// Looks at everything, prints what it finds, and returns whether all is right.
pub async fn check(file: &Path, as_json: bool) -> bool {
    let (language, findings) = match Config::load(file) {
        Ok(config) => (config.language, look(&config, file).await),
        Err(mistakes) => (mistakes.language, told(&mistakes)),
    };
    // Whoever closed the pipe has read enough.
    let _ = print(&findings, language, as_json, &mut io::stdout());
    findings.iter().all(|finding| finding.mend.is_none())
}

fn told(mistakes: &Mistakes) -> Vec<Finding> {
    let finding = |mistake: &crate::config::Mistake| {
        let what = mistake.told(&mistakes.file, mistakes.language);
        let subject = format!("config.{}", mistake.key).trim_end_matches('.').to_owned();
        Finding::wrong(subject, what, mistake.mend())
    };
    mistakes.all.iter().map(finding).collect()
}

async fn look(config: &Config, file: &Path) -> Vec<Finding> {
    let mut findings =
        vec![Finding::right("config", Phrase::new("config-right").with("file", file.display()))];
    findings.extend(look_at_registration(config, file));
    // Where the database cannot be used, the rest is looked at all the same, with one that is thrown away.
    let scratch = tempfile::tempdir().ok();
    let (finding, database) = look_at_database(config).await;
    findings.push(finding);
    let runs = matches!(database, Database::InUse);
    let store = match (database, &scratch) {
        (Database::Ours(store), _) => Some(store),
        (_, Some(folder)) => Store::open(&folder.path().join("scratch.db")).await.ok(),
        (_, None) => None,
    };
    if let Some(store) = store {
        findings.extend(look_at_networks(config, store, runs).await);
    }
    findings
}

/// The hoster may keep it elsewhere; what the homeserver knows is looked at below.
fn look_at_registration(config: &Config, file: &Path) -> Option<Finding> {
    let file = beside(file);
    let said = |key: &str| Phrase::new(key).with("file", file.display());
    let wrong = |what| Finding::wrong("registration", what, Phrase::new("registration-mend"));
    Some(match Registration::read(&file).transpose()? {
        Ok(written) => match Registration::of(config).differs_in(&written).join(", ") {
            keys if keys.is_empty() => Finding::right("registration", said("registration-right")),
            keys => wrong(said("registration-differs").with("keys", keys)),
        },
        Err(why) => wrong(said("registration-unreadable").with("why", why)),
    })
}

/// What became of the database.
enum Database {
    /// It is open.
    Ours(Store),
    /// A running daemon has it.
    InUse,
    /// It is not there yet, or cannot be used.
    Closed,
}

async fn look_at_database(config: &Config) -> (Finding, Database) {
    let subject = "database";
    let file = config.database.display();
    if !config.database.exists() {
        // Not made here: it would belong to whoever checks.
        let folder = config.database.parent().filter(|folder| !folder.as_os_str().is_empty());
        return match tempfile::tempfile_in(folder.unwrap_or(Path::new("."))) {
            Ok(_) => {
                (Finding::right(subject, Phrase::new("database-new").with("file", file)), Database::Closed)
            }
            Err(why) => {
                let what = Phrase::new("database-wrong").with("file", file).with("why", why);
                (Finding::wrong(subject, what, Phrase::new("database-mend")), Database::Closed)
            }
        };
    }
    match Store::open(&config.database).await {
        Ok(store) => {
            (Finding::right(subject, Phrase::new("database-right").with("file", file)), Database::Ours(store))
        }
        // That daemon can write it, or would have said so itself.
        Err(OpenError::Locked(_)) => {
            (Finding::right(subject, Phrase::new("database-in-use").with("file", file)), Database::InUse)
        }
        Err(OpenError::Newer(_)) => {
            let what = Phrase::new("database-newer").with("file", file);
            (Finding::wrong(subject, what, Phrase::new("database-newer-mend")), Database::Closed)
        }
        Err(why) => {
            let what = Phrase::new("database-wrong").with("file", file).with("why", why);
            (Finding::wrong(subject, what, Phrase::new("database-mend")), Database::Closed)
        }
    }
}

async fn look_at_networks(config: &Config, store: Store, runs: bool) -> Vec<Finding> {
    let (matrix, networks) = match app::networks(config, &store) {
        Ok(networks) => networks,
        Err(why) => {
            let what = Phrase::new("network-wrong").with("why", why);
            return vec![Finding::wrong("networks", what, Phrase::new("network-mend"))];
        }
    };
    let mut findings = Vec::new();
    let address = config.appservice.listen;
    let mut serving = None;
    match tokio::net::TcpListener::bind(address).await {
        // The homeserver is to reach us while we look.
        Ok(listener) => serving = Some(tokio::spawn(axum::serve(listener, matrix.routes()).into_future())),
        Err(why) if runs && why.kind() == std::io::ErrorKind::AddrInUse => {
            findings.push(Finding::right("listen", Phrase::new("listen-in-use").with("address", address)));
        }
        Err(why) => {
            let what = Phrase::new("listen-wrong").with("address", address).with("why", why);
            findings.push(Finding::wrong("listen", what, Phrase::new("listen-mend")));
        }
    }
    findings.extend(matrix.check(&[]).await);
    let mut others: Vec<&Arc<dyn Network>> =
        networks.values().filter(|n| *n.name() != NetworkName::matrix()).collect();
    others.sort_by_key(|network| network.name().clone());
    for network in others {
        let mut chats = store.linked_chats(network.name()).await.unwrap_or_default();
        let configured =
            config.links.iter().flat_map(|link| &link.chats).filter(|c| c.network == *network.name());
        chats.extend(configured.map(|chat| chat.chat.clone()));
        chats.sort();
        chats.dedup();
        findings.extend(network.check(&chats).await);
    }
    if let Some(serving) = serving {
        serving.abort();
    }
    findings
}

fn print(findings: &[Finding], language: Language, as_json: bool, out: &mut dyn Write) -> io::Result<()> {
    if as_json {
        let all: Vec<_> = findings
            .iter()
            .map(|finding| {
                let mend = finding.mend.as_ref().map(|mend| say(mend, language));
                let what = say(&finding.what, language);
                json!({ "subject": finding.subject, "ok": finding.mend.is_none(), "what": what, "mend": mend })
            })
            .collect();
        return writeln!(out, "{}", json!(all));
    }
    for finding in findings {
        let sign = if finding.mend.is_none() { "✓" } else { "✗" };
        writeln!(out, "{sign} {}", say(&finding.what, language))?;
        if let Some(mend) = &finding.mend {
            writeln!(out, "    → {}", say(mend, language))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
