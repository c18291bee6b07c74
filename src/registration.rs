//! What the homeserver is told of us. (application service API, "Registration")

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::config::Config;

/// An application service's registration.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    id: String,
    url: String,
    as_token: String,
    hs_token: String,
    sender_localpart: String,
    #[serde(default)]
    rate_limited: bool,
    #[serde(default)]
    receive_ephemeral: bool,
    /// What `receive_ephemeral` was called before v1.13.
    #[serde(default, rename = "de.sorunome.msc2409.push_ephemeral")]
    push_ephemeral: bool,
    namespaces: Namespaces,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
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

    /// The registration in a file; `None` when there is no file.
    ///
    /// # Errors
    /// When it cannot be read, or is no registration.
    pub fn read(file: &Path) -> io::Result<Option<Self>> {
        let text = match std::fs::read_to_string(file) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        serde_yaml::from_str(&text).map(Some).map_err(|why| {
            // What YAML's own words quote may be a token.
            let line = why.location().map(|at| format!(" (line {})", at.line())).unwrap_or_default();
            io::Error::new(io::ErrorKind::InvalidData, format!("it is no registration{line}"))
        })
    }

    /// The keys in which the other one says something else. Typing and receipts, which are not needed, may be left out.
    #[must_use]
    pub fn differs_in(&self, other: &Self) -> Vec<&'static str> {
        let url = |registration: &Self| registration.url.trim_end_matches('/').to_owned();
        let same = [
            ("id", self.id == other.id),
            ("url", url(self) == url(other)),
            ("as_token", self.as_token == other.as_token),
            ("hs_token", self.hs_token == other.hs_token),
            ("sender_localpart", self.sender_localpart == other.sender_localpart),
            ("rate_limited", self.rate_limited == other.rate_limited),
            ("namespaces", self.namespaces == other.namespaces),
        ];
        same.into_iter().filter(|(_, same)| !same).map(|(key, _)| key).collect()
    }
}

impl std::fmt::Debug for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registration").field("id", &self.id).field("url", &self.url).finish_non_exhaustive()
    }
}

/// Where a configuration's registration is kept when nobody says otherwise, and where `check` looks for it.
#[must_use]
pub fn beside(config: &Path) -> PathBuf {
    config.with_file_name("registration.yaml")
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
    // The new name is durable only with its folder.
    std::fs::File::open(folder)?.sync_all()
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
        let sample = Registration::read(&root.join("registration/registration.example.yaml")).unwrap();
        assert_eq!(sample, Some(registration));
    }

    #[test]
    fn what_differs_is_named_and_no_token_is_told() {
        let text = include_str!("../registration/registration.example.yaml");
        let read = |text: &str| serde_yaml::from_str::<Registration>(text).unwrap();
        let ours = read(text);
        let older: String =
            text.lines().filter(|line| !line.contains("ephemeral")).map(|line| format!("{line}\n")).collect();
        assert_eq!(ours.differs_in(&read(&older)), [""; 0], "one from before ephemeral events still serves");
        assert_eq!(ours.differs_in(&read(&text.replace("29333", "29333/"))), [""; 0], "a slash is nothing");
        let other = text.replace("CHANGE_ME_HS", "sesame").replace("@passerelle_", "@autre_");
        assert_eq!(ours.differs_in(&read(&other)), ["hs_token", "namespaces"]);
        assert!(!format!("{:?}", read(&other)).contains("sesame"));

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("r.yaml");
        assert_eq!(Registration::read(&file).unwrap(), None);
        std::fs::write(&file, text.replace("as_token: CHANGE_ME_AS", "as_token: [sesame]")).unwrap();
        let why = Registration::read(&file).unwrap_err().to_string();
        assert!(why.contains("no registration") && !why.contains("sesame"), "{why}");
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
