//! What the homeserver is told of us. (application service API, "Registration")

use std::{
    io::{self, Write},
    path::Path,
};

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::config::Config;

/// An application service's registration.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    id: String,
    url: String,
    as_token: String,
    hs_token: String,
    sender_localpart: String,
    rate_limited: bool,
    receive_ephemeral: bool,
    /// What `receive_ephemeral` was called before v1.13.
    #[serde(rename = "de.sorunome.msc2409.push_ephemeral")]
    push_ephemeral: bool,
    namespaces: Namespaces,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Namespaces {
    users: Vec<Namespace>,
    aliases: Vec<Namespace>,
    rooms: Vec<Namespace>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Namespace {
    exclusive: bool,
    regex: String,
}

impl Registration {
    /// The registration of this configuration: only users and aliases that begin with our prefix, on our own server.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let appservice = &config.appservice;
        let ours = |sigil: char| {
            let (prefix, server) = (escape(&appservice.prefix), escape(&config.homeserver.name));
            vec![Namespace { exclusive: true, regex: format!("^{sigil}{prefix}.*:{server}$") }]
        };
        Self {
            id: appservice.id.clone(),
            url: appservice.url.as_str().trim_end_matches('/').to_owned(),
            as_token: appservice.as_token.expose_secret().to_owned(),
            hs_token: appservice.hs_token.expose_secret().to_owned(),
            sender_localpart: appservice.bot.clone(),
            rate_limited: false,
            receive_ephemeral: true,
            push_ephemeral: true,
            namespaces: Namespaces { users: ours('@'), aliases: ours('#'), rooms: Vec::new() },
        }
    }

    /// As a file, to be given to the homeserver.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        // Plain fields always serialize.
        serde_yaml::to_string(self).unwrap_or_default()
    }

    /// The registration in a file, if it is one.
    #[must_use]
    pub fn read(file: &Path) -> Option<Self> {
        serde_yaml::from_str(&std::fs::read_to_string(file).ok()?).ok()
    }
}

fn escape(words: &str) -> String {
    words.chars().fold(String::new(), |mut out, c| {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

/// Writes a file that only its owner can read: whole or not at all. Does not overwrite unless told to.
///
/// # Errors
/// `AlreadyExists` when it is there, or what the system says.
pub fn write_private(file: &Path, text: &str, overwrite: bool) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Made with mode 0600, in the same folder, so that it can take the other's place in one step.
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    if overwrite {
        new.persist(file)?
    } else {
        new.persist_noclobber(file)?
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_sample_is_what_the_example_gives() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let config = std::fs::read_to_string(root.join("config/passerelle.example.yaml")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.yaml");
        std::fs::write(
            &file,
            config.replace("CHANGE_ME", "secret-").replace("secret-_AS", "a").replace("secret-_HS", "h"),
        )
        .unwrap();
        let mut registration = Registration::of(&Config::load(&file).unwrap());
        registration.as_token = "CHANGE_ME_AS".to_owned();
        registration.hs_token = "CHANGE_ME_HS".to_owned();
        let sample = Registration::read(&root.join("registration/registration.example.yaml"));
        assert_eq!(sample, Some(registration));
    }

    #[test]
    fn only_our_own_names_are_claimed() {
        assert_eq!(escape("a.b-c_d="), "a\\.b-c_d=");
    }

    #[test]
    fn files_are_private_and_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("r.yaml");
        write_private(&file, "1", false).unwrap();
        assert_eq!(write_private(&file, "2", false).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        write_private(&file, "3", true).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "3");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
