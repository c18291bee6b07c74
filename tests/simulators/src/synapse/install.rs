//! Installs Synapse under `target/`, once.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// Pinned: nothing else pins what Synapse itself depends on.
const VERSION: &str = "1.163.2";

/// A Python that has Synapse.
pub(super) fn python() -> io::Result<PathBuf> {
    let folder = target()?.join("synapse");
    let python = folder.join("bin/python");
    let done = folder.join(format!("passerelle-{VERSION}"));
    fs::create_dir_all(&folder)?;
    // Several test programs may come here at once.
    let lock = fs::File::create(folder.join("lock"))?;
    lock.lock()?;
    if !done.exists() {
        eprintln!("installing Synapse {VERSION} under {}, once", folder.display());
        install(&folder, &python)?;
        fs::write(&done, "")?;
    }
    Ok(python)
}

fn install(folder: &Path, python: &Path) -> io::Result<()> {
    let venv = Command::new("python3").args(["-m", "venv"]).arg(folder).output();
    let venv =
        venv.map_err(|why| io::Error::other(format!("Synapse needs Python 3 ({why}); install python3")))?;
    if !venv.status.success() {
        let said = String::from_utf8_lossy(&venv.stdout).into_owned();
        let why = said.lines().next().unwrap_or_default().to_owned();
        return Err(io::Error::other(format!(
            "Python cannot make a virtual environment; install python3-venv ({why})"
        )));
    }
    let mut pip = Command::new(python);
    // Compiled now, or each start would take seconds longer.
    pip.args(["-m", "pip", "install", "--quiet", "--compile"]).arg(format!("matrix-synapse=={VERSION}"));
    let pip = pip.output()?;
    if !pip.status.success() {
        let said = String::from_utf8_lossy(&pip.stderr).into_owned();
        let why = said.lines().rfind(|line| line.contains("ERROR")).unwrap_or("pip failed").to_owned();
        return Err(io::Error::other(format!(
            "Synapse cannot be installed from PyPI; is it in reach? ({why})"
        )));
    }
    Ok(())
}

/// Cargo's folder for what it builds: the one this very program stands in.
fn target() -> io::Result<PathBuf> {
    let program = env::current_exe()?;
    let profile = program.ancestors().find(|folder| folder.join(".fingerprint").is_dir());
    let target = profile.and_then(Path::parent).map(Path::to_owned);
    target.ok_or_else(|| io::Error::other("this program does not stand in Cargo's target folder"))
}
