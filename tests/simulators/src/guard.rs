//! Ends a process when we end, however we do.

use std::{
    io,
    process::{Child, Command, Stdio},
};

/// Waits beside a process for the pipe to us to break, then kills it. Dropped, it leaves the process alone.
#[derive(Debug)]
pub struct Guard(Child);

impl Guard {
    /// Guards a process.
    pub fn of(process: &Child) -> io::Result<Self> {
        let script = format!("read _; kill -9 {}", process.id());
        let guard = Command::new("sh")
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self(guard))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Before its pipe breaks: the number of the process may be another's by then.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
