//! A real Synapse from `PyPI`, installed under `target/` the first time and thrown away after each run.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

use crate::{
    Account,
    guard::Guard,
    ports::{self, Port},
};

mod install;

/// The name of every Synapse started here.
pub const SERVER_NAME: &str = "t.test";
/// Shared with nobody: it lets the harness make accounts.
const REGISTRATION_SECRET: &str = "throwaway";
/// How long Synapse may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// A Synapse. It dies with us.
#[derive(Debug)]
pub struct Synapse {
    python: PathBuf,
    folder: tempfile::TempDir,
    port: Port,
    /// What a test adds to the configuration.
    more: String,
    child: Option<(Child, Guard)>,
}

impl Synapse {
    /// Installs Synapse if need be and chooses a port; [`Synapse::start`] starts it, once its registrations are written.
    pub fn prepare() -> io::Result<Self> {
        let python = install::python()?;
        // Synapse flushes its database all the time: memory saves seconds.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? };
        Ok(Self { python, folder, port: ports::free()?, more: String::new(), child: None })
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.number)
    }

    /// Adds a line to its configuration, before it starts.
    pub fn configure(&mut self, line: &str) {
        self.more.push_str(line);
        self.more.push('\n');
    }

    /// Starts it with these application services, and waits until it answers.
    pub async fn start(&mut self, registrations: &[PathBuf]) -> io::Result<()> {
        self.write_files(registrations)?;
        self.start_again().await
    }

    /// Starts it again with all it knew, unless it runs.
    pub async fn start_again(&mut self) -> io::Result<()> {
        if self.child.is_some() {
            return Ok(());
        }
        let log = fs::File::create(self.folder.path().join("stdio.log"))?;
        let child = Command::new(&self.python)
            .args(["-m", "synapse.app.homeserver", "-c"])
            .arg(self.folder.path().join("homeserver.yaml"))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let guard = Guard::of(&child)?;
        self.child = Some((child, guard));
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let versions = crate::http().get(format!("{}/_matrix/client/versions", self.url())).send().await;
            if versions.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if let Some(status) = self.child.as_mut().and_then(|(child, _)| child.try_wait().ok()?) {
                let said = fs::read_to_string(self.folder.path().join("stdio.log")).unwrap_or_default();
                return Err(io::Error::other(format!("Synapse ended ({status}): {said}")));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(io::Error::other("Synapse did not answer in time"))
    }

    /// Ends it as a hoster would.
    pub fn stop(&mut self) -> io::Result<()> {
        self.signal("TERM")?;
        if let Some((mut child, _guard)) = self.child.take() {
            child.wait()?;
        }
        Ok(())
    }

    /// Kills it, in mid-answer where it is answering.
    pub fn kill(&mut self) -> io::Result<()> {
        if let Some((mut child, _guard)) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Lets it hang: connections open and nothing answers.
    pub fn freeze(&self) -> io::Result<()> {
        self.signal("STOP")
    }

    /// Lets it go on.
    pub fn thaw(&self) -> io::Result<()> {
        self.signal("CONT")
    }

    fn signal(&self, signal: &str) -> io::Result<()> {
        let Some((child, _)) = &self.child else { return Ok(()) };
        let status = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status()?;
        if status.success() { Ok(()) } else { Err(io::Error::other("kill failed")) }
    }

    /// Makes an account (Synapse admin API, "shared-secret registration").
    pub async fn register(&self, name: &str) -> io::Result<Account> {
        let url = format!("{}/_synapse/admin/v1/register", self.url());
        let nonce: Value = crate::http()
            .get(&url)
            .send()
            .await
            .map_err(io::Error::other)?
            .json()
            .await
            .map_err(io::Error::other)?;
        let nonce = nonce["nonce"].as_str().unwrap_or_default();
        let mut mac =
            Hmac::<Sha1>::new_from_slice(REGISTRATION_SECRET.as_bytes()).map_err(io::Error::other)?;
        mac.update(format!("{nonce}\0{name}\0{name}\0notadmin").as_bytes());
        let mac =
            mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let body = json!({ "nonce": nonce, "username": name, "password": name, "admin": false, "mac": mac });
        let answer = crate::http().post(&url).json(&body).send().await.map_err(io::Error::other)?;
        let answer: Value = answer.json().await.map_err(io::Error::other)?;
        let (user, token) = (answer["user_id"].as_str(), answer["access_token"].as_str());
        let (user, token) =
            user.zip(token).ok_or_else(|| io::Error::other(format!("no account: {answer}")))?;
        Ok(Account::new(&self.url(), user, token))
    }

    fn write_files(&self, registrations: &[PathBuf]) -> io::Result<()> {
        let folder = self.folder.path();
        let list: Vec<String> = registrations.iter().map(|file| format!("'{}'", file.display())).collect();
        let config = include_str!("synapse/homeserver.yaml")
            .replace("DIR", &folder.display().to_string())
            .replace("PORT", &self.port.number.to_string())
            .replace("REGISTRATIONS", &list.join(", "))
            .replace("SECRET", REGISTRATION_SECRET);
        fs::write(folder.join("homeserver.yaml"), config + "\n" + &self.more)?;
        let log = include_str!("synapse/log.yaml").replace("DIR", &folder.display().to_string());
        fs::write(folder.join("log.yaml"), log)
    }
}

impl Drop for Synapse {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.kill();
    }
}
