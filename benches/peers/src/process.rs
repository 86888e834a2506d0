//! A contender's process.

use peers_protocol::{Reply, Request, Result};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// What may become of a request.
#[derive(Debug)]
pub enum Answer {
    /// The reply.
    Reply(Reply),
    /// None came in time; the process is dead.
    OutOfTime,
}

/// A running contender. It ends with this value.
pub struct Process {
    child: Child,
    requests: ChildStdin,
    replies: Receiver<std::io::Result<String>>,
    /// Library and version.
    pub version: String,
}

impl Process {
    /// Starts it; what it prints to standard error goes to `log`.
    pub fn start(mut command: Command, log: File) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).spawn()?;
        let (Some(requests), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipe to the contender".into());
        };
        let (sender, replies) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut process = Self { child, requests, replies, version: String::new() };
        match process.next_reply(Duration::from_secs(120))? {
            Answer::Reply(Reply::Hello { library, version }) => {
                process.version = format!("{library} {version}")
            }
            other => return Err(format!("it does not say hello, but {other:?}").into()),
        }
        Ok(process)
    }

    /// Sends a request and waits for the reply.
    ///
    /// # Errors
    /// What the contender failed at, and its death.
    pub fn ask(&mut self, request: &Request, patience: Duration) -> Result<Answer> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        self.requests.write_all(&line)?;
        self.requests.flush()?;
        match self.next_reply(patience)? {
            Answer::Reply(Reply::Failed { message }) => Err(message.into()),
            answer => Ok(answer),
        }
    }

    fn next_reply(&mut self, patience: Duration) -> Result<Answer> {
        match self.replies.recv_timeout(patience) {
            Ok(line) => Ok(Answer::Reply(serde_json::from_str(&line?)?)),
            Err(RecvTimeoutError::Timeout) => {
                self.end();
                Ok(Answer::OutOfTime)
            }
            Err(RecvTimeoutError::Disconnected) => {
                let status = self.child.wait()?;
                Err(format!("the contender died ({status})").into())
            }
        }
    }

    fn end(&mut self) {
        // Those that it has started would go on with their work: the processes of a parallel search.
        let started = descendants(self.child.id());
        // It may have ended by itself, and they with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !started.is_empty() {
            let ids = started.iter().map(u32::to_string);
            let kill = ["-c", "kill -KILL \"$@\"", "sh"];
            let _ = Command::new("sh").args(kill).args(ids).stderr(Stdio::null()).status();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// The processes that a process has started, and those that these have; none where there is no `/proc`.
fn descendants(id: u32) -> Vec<u32> {
    let mut found = vec![id];
    let parents = parents();
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(child, _)| child));
        next += 1;
    }
    found.split_off(1)
}

/// Every process with its parent.
fn parents() -> Vec<(u32, u32)> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let of = |folder: std::fs::DirEntry| {
        let id = folder.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(folder.path().join("stat")).ok()?;
        // The name, in brackets, may hold anything; the state follows, and the parent.
        let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?;
        Some((id, parent.parse().ok()?))
    };
    processes.filter_map(of).collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// Whether a process runs, and is not merely waiting to be buried.
    fn is_alive(id: &str) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        !status.is_empty() && !status.contains(") Z ")
    }

    #[test]
    fn nothing_outlives_its_time() -> Result<()> {
        // A contender that never answers, with a process of its own.
        let hello = r#"sleep 60 & echo "{\"reply\":\"hello\",\"library\":\"sh\",\"version\":\"$!\"}"; wait"#;
        let mut command = Command::new("sh");
        command.args(["-c", hello]);
        let mut process = Process::start(command, File::create("/dev/null")?)?;
        let its_own = process.version.split_off("sh ".len());
        assert!(is_alive(&its_own));
        let answer = process.ask(&Request::Predict { at_least: 0.0 }, Duration::from_millis(50))?;
        assert!(matches!(answer, Answer::OutOfTime));
        for _ in 0..100 {
            if !is_alive(&its_own) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err("the process of the contender lives on".into())
    }
}
