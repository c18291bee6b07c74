//! The real passerelle, by its front door: set up with `init`, started, killed, stopped, started again.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::{
    guard::Guard,
    ports::{self, Port},
    synapse::SERVER_NAME,
};

/// How long it may take to be ready on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Builds the daemon beside the program that asks, in the same profile.
pub fn build() -> io::Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "-p", "passerelle", "--bin", "passerelle"]);
    let here = env::current_exe()?;
    let folder = here.parent().unwrap_or(&here);
    if folder.ends_with("release") {
        build.arg("--release");
    }
    if !build.status()?.success() {
        return Err(io::Error::other("passerelle does not build"));
    }
    Ok(folder.join("passerelle"))
}

/// passerelle in a folder of its own. It dies with us.
#[derive(Debug)]
pub struct Daemon {
    program: PathBuf,
    folder: tempfile::TempDir,
    port: Port,
    child: Option<(Child, Guard)>,
    /// What stands before the system's libraries.
    preload: Option<PathBuf>,
}

impl Daemon {
    /// Sets one up for a homeserver, as a hoster would who answers by options; `networks` are those of `init` about them.
    pub fn set_up(program: &Path, homeserver: &str, networks: &[&str]) -> io::Result<Self> {
        Self::set_up_in(tempfile::tempdir()?, program, homeserver, networks)
    }

    /// The same in this folder.
    pub fn set_up_in(
        folder: tempfile::TempDir,
        program: &Path,
        homeserver: &str,
        networks: &[&str],
    ) -> io::Result<Self> {
        let daemon =
            Self { program: program.to_owned(), folder, port: ports::free()?, child: None, preload: None };
        let appservice = format!("http://127.0.0.1:{}", daemon.port.number);
        let registration = daemon.registration();
        let registration = registration.display().to_string();
        let mut options = vec!["init", "--homeserver-url", homeserver, "--server-name", SERVER_NAME];
        options.extend([
            "--appservice-url",
            &appservice,
            "--language",
            "fr",
            "--registration",
            &registration,
        ]);
        options.extend(networks);
        let output = daemon.run(&options)?;
        if output.status.success() {
            // Most tests link by ids; those about rights take this out.
            daemon.edit_config(|config| format!("{config}\npermissions:\n  hosters: [\"*\"]\n"))?;
            return Ok(daemon);
        }
        Err(io::Error::other(format!("init failed: {}", String::from_utf8_lossy(&output.stderr))))
    }

    /// The configuration file.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config.yaml")
    }

    /// The registration file.
    #[must_use]
    pub fn registration(&self) -> PathBuf {
        self.folder.path().join("registration.yaml")
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("passerelle.db")
    }

    /// The homeserver's token, by which it is let in.
    pub fn hs_token(&self) -> io::Result<String> {
        self.registered("hs_token")
    }

    /// Its own token on the homeserver.
    pub fn as_token(&self) -> io::Result<String> {
        self.registered("as_token")
    }

    fn registered(&self, key: &str) -> io::Result<String> {
        let text = fs::read_to_string(self.registration())?;
        let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
        let value = value.map(|value| value.trim_matches(['"', '\'']).to_owned());
        value.ok_or_else(|| io::Error::other(format!("the registration has no {key}")))
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.number)
    }

    /// Changes the configuration, as a hoster would in an editor.
    pub fn edit_config(&self, change: impl FnOnce(String) -> String) -> io::Result<()> {
        let text = fs::read_to_string(self.config())?;
        fs::write(self.config(), change(text))
    }

    /// Runs another command of it to its end.
    pub fn run(&self, arguments: &[&str]) -> io::Result<Output> {
        Command::new(&self.program)
            .arg("--config")
            .arg(self.config())
            .args(arguments)
            .stdin(Stdio::null())
            .output()
    }

    /// Puts a library before the system's own at the next start; it finds what [`Daemon::shift_clock`] says in the file
    /// named by `CLOCK_SHIFT`.
    pub fn preload(&mut self, library: &Path) {
        self.preload = Some(library.to_owned());
    }

    /// Starts it, and waits until it is ready.
    pub async fn start(&mut self) -> io::Result<()> {
        self.launch()?;
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if self.is_ready().await {
                return Ok(());
            }
            if let Some(status) = self.child.as_mut().and_then(|(child, _)| child.try_wait().ok()?) {
                return Err(io::Error::other(format!("passerelle ended ({status}): {}", self.log())));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(io::Error::other(format!("passerelle is not ready: {}", self.log())))
    }

    /// Starts it, unless it runs already.
    pub fn launch(&mut self) -> io::Result<()> {
        if let Some((child, _)) = &mut self.child
            && child.try_wait()?.is_none()
        {
            return Ok(());
        }
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log_file())?;
        // A write beyond a limit is an error and not the end: as a full disk is.
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
            .arg(&self.program)
            .arg("--config")
            .arg(self.config())
            .arg("run")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        if let Some(library) = &self.preload {
            command.env("LD_PRELOAD", library).env("CLOCK_SHIFT", self.clock_file());
        }
        let child = command.spawn()?;
        let guard = Guard::of(&child)?;
        self.child = Some((child, guard));
        Ok(())
    }

    /// Makes its clock differ from the true one by so many seconds, if the library that reads it is there.
    pub fn shift_clock(&self, seconds: i64) -> io::Result<()> {
        fs::write(self.clock_file(), seconds.to_string())
    }

    /// Lets no file of it grow any more, or again: to it the disk is full.
    pub fn fill_disk(&self, full: bool) -> io::Result<()> {
        let Some((child, _)) = &self.child else { return Ok(()) };
        let limit = if full { "--fsize=4096:" } else { "--fsize=unlimited:" };
        // It may just have ended.
        Command::new("prlimit").args(["--pid", &child.id().to_string(), limit]).status().map(drop)
    }

    /// Whether it says that it is ready.
    pub async fn is_ready(&self) -> bool {
        let ready = crate::http().get(format!("{}/health/ready", self.url())).send().await;
        ready.is_ok_and(|answer| answer.status().is_success())
    }

    /// Stops it in mid-thought, or lets it go on.
    pub fn freeze(&self, frozen: bool) -> io::Result<()> {
        let Some((child, _)) = &self.child else { return Ok(()) };
        let signal = if frozen { "-STOP" } else { "-CONT" };
        // It may just have ended.
        Command::new("kill").args([signal, &child.id().to_string()]).status().map(drop)
    }

    /// Kills it, as a power cut would.
    pub fn kill(&mut self) -> io::Result<()> {
        if let Some((mut child, _guard)) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Asks it to stop; returns how long it took, and whether it ended well.
    pub fn stop(&mut self) -> io::Result<(Duration, bool)> {
        let Some((mut child, _guard)) = self.child.take() else { return Ok((Duration::ZERO, true)) };
        let asked = Instant::now();
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
        let status = child.wait()?;
        Ok((asked.elapsed(), status.success()))
    }

    /// The most memory it ever had, KiB.
    pub fn memory(&self) -> io::Result<u64> {
        self.status("VmHWM:")
    }

    /// The memory it has now, KiB.
    pub fn resident(&self) -> io::Result<u64> {
        self.status("VmRSS:")
    }

    fn status(&self, key: &str) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id()?))?;
        let value = status.lines().find_map(|line| line.strip_prefix(key));
        let value = value.and_then(|value| value.trim().strip_suffix(" kB")?.parse().ok());
        value.ok_or_else(|| io::Error::other("the system does not say how much memory passerelle has"))
    }

    /// The processor time it took so far, on all cores (`proc(5)`: `utime` and `stime`, in hundredths of a second).
    pub fn cpu(&self) -> io::Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id()?))?;
        // The second field is a name, which may hold spaces; counting begins after it.
        let fields = stat.rsplit_once(')').map(|(_, fields)| fields.split_whitespace().skip(11));
        let ticks: u64 =
            fields.into_iter().flatten().take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 10))
    }

    fn id(&self) -> io::Result<u32> {
        let child = self.child.as_ref().ok_or_else(|| io::Error::other("passerelle is not running"))?;
        Ok(child.0.id())
    }

    /// What it logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn clock_file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    /// Where it logs.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.folder.path().join("passerelle.log")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.kill();
    }
}
