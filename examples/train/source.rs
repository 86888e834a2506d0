//! A text file, line by line.

use crate::failure::{Failure, Position, Result};
use std::fmt::Display;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Reads lines and knows where it is.
pub struct Source {
    path: PathBuf,
    reader: BufReader<File>,
    /// Lines read so far.
    line: usize,
    /// The line before it is known to be text.
    bytes: Vec<u8>,
}

impl Source {
    pub fn open(path: &Path) -> Result<Self> {
        let unreadable = |error| Failure::mistake(path, format_args!("cannot be read: {error}"));
        let reader = BufReader::with_capacity(1 << 16, File::open(path).map_err(unreadable)?);
        Ok(Self { path: path.to_owned(), reader, line: 0, bytes: Vec::new() })
    }

    /// The number of the line that was read last, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Appends the next line, with its end, to `text`; `false` at the end of the file.
    pub fn append_line(&mut self, text: &mut String) -> Result<bool> {
        self.bytes.clear();
        let read = self.reader.read_until(b'\n', &mut self.bytes);
        read.map_err(|error| Failure::mistake(&self.path, format_args!("cannot be read: {error}")))?;
        if self.bytes.is_empty() {
            return Ok(false);
        }
        self.line += 1;
        match std::str::from_utf8(&self.bytes) {
            // A byte order mark is not part of the first field.
            Ok(line) if self.line == 1 => text.push_str(line.strip_prefix('\u{feff}').unwrap_or(line)),
            Ok(line) => text.push_str(line),
            Err(error) => {
                let (good, bad) = self.bytes.split_at(error.valid_up_to());
                let column = String::from_utf8_lossy(good).chars().count() + 1;
                let byte = bad.first().copied().unwrap_or_default();
                let what = format!("the byte 0x{byte:02X} is not UTF-8 text");
                return Err(Failure::mistake_at(&self.path, Position { line: self.line, column }, what));
            }
        }
        Ok(true)
    }

    /// A mistake in the file as a whole.
    pub fn mistake(&self, what: impl Display) -> Failure {
        Failure::mistake(&self.path, what)
    }

    /// A mistake at one place.
    pub fn mistake_at(&self, at: Position, what: impl Display) -> Failure {
        Failure::mistake_at(&self.path, at, what)
    }
}

/// Where the byte `offset` of `text` lies, if `text` begins with line `first_line`.
pub fn position(text: &str, first_line: usize, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = first_line + before.matches('\n').count();
    Position { line, column: before[line_start..].chars().count() + 1 }
}
