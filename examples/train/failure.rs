//! What can go wrong, and how the program ends then.

use std::fmt::Display;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// Why there is no result.
#[derive(Debug)]
pub enum Failure {
    /// Something that the user can mend: exit code 2.
    Mistake(String),
    /// Anything else: exit code 1.
    Trouble(String),
    /// Whoever reads the output has read enough: no failure at all.
    ClosedPipe,
}

pub type Result<T> = std::result::Result<T, Failure>;

/// A place in a file, as editors show it: lines and characters count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl Failure {
    /// A mistake in the use of this file.
    pub fn mistake(file: &Path, what: impl Display) -> Self {
        Self::Mistake(format!("{}: {what}", file.display()))
    }

    /// A mistake at one place in this file.
    pub fn mistake_at(file: &Path, at: Position, what: impl Display) -> Self {
        Self::mistake(file, format_args!("line {}, column {}: {what}", at.line, at.column))
    }

    /// Tells the user, in one line.
    pub fn report(self) -> ExitCode {
        let (code, message) = match self {
            Self::ClosedPipe => return ExitCode::SUCCESS,
            Self::Mistake(message) => (2, message),
            Self::Trouble(message) => (1, message),
        };
        // Whatever stands in a file or its name, the message stays one line.
        let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
        let line: String = message.chars().map(escape).collect();
        // Not `eprintln!`, which panics where standard error is closed.
        let _ = io::Write::write_all(&mut io::stderr(), format!("error: {line}\n").as_bytes());
        ExitCode::from(code)
    }
}

impl From<io::Error> for Failure {
    /// A failure to write the result; failures to read are mistakes and are made where the file is known.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Trouble(format!("cannot write the result: {error}")),
        }
    }
}
