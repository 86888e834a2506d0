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
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
