//! From CSV text to fields.

use crate::error::{Error, Result};
use std::borrow::Cow;

/// The records of a text, one after the other: RFC 4180, with any ASCII delimiter and any line ending.
///
/// A quoted field may hold delimiters, line ends and doubled quotes. A quote inside of a field that does not begin with
/// one is a character like others. Empty lines are no records.
#[derive(Debug, Clone)]
pub(super) struct Records<'a> {
    text: &'a str,
    delimiter: u8,
    at: usize,
    /// The line at `at`, from 1.
    line: usize,
}

impl<'a> Records<'a> {
    pub(super) fn new(text: &'a str, delimiter: u8) -> Self {
        Self { text, delimiter, at: 0, line: 1 }
    }

    /// The records that are left, in pieces of `length` bytes or somewhat more; what cannot be read is in the last one.
    pub(super) fn pieces(mut self, length: usize) -> Vec<Self> {
        let (mut pieces, mut begin, mut fields) = (Vec::new(), self.clone(), Vec::new());
        while let Ok(Some(_)) = self.next(&mut fields) {
            if self.at - begin.at >= length {
                let text = self.text.get(..self.at).unwrap_or_default();
                pieces.push(Self { text, ..begin });
                begin = self.clone();
            }
        }
        pieces.push(begin);
        pieces
    }

    /// Replaces `fields` by those of the next record, and returns the line in which it begins; `None` at the end.
    pub(super) fn next(&mut self, fields: &mut Vec<Cow<'a, str>>) -> Result<Option<usize>> {
        fields.clear();
        while self.end_of_line() {}
        if self.byte().is_none() {
            return Ok(None);
        }
        let line = self.line;
        loop {
            let field = if self.byte() == Some(b'"') { self.quoted(fields.len() + 1)? } else { self.plain() };
            fields.push(field);
            if self.byte() == Some(self.delimiter) {
                self.at += 1;
            } else {
                self.end_of_line();
                return Ok(Some(line));
            }
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over one line end, if there is one here.
    fn end_of_line(&mut self) -> bool {
        let length = match (self.byte(), self.text.as_bytes().get(self.at + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\r' | b'\n'), _) => 1,
            _ => return false,
        };
        self.at += length;
        self.line += 1;
        true
    }

    fn plain(&mut self) -> Cow<'a, str> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let ends = |&byte: &u8| byte == self.delimiter || byte == b'\n' || byte == b'\r';
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.take(length).into()
    }

    fn quoted(&mut self, column: usize) -> Result<Cow<'a, str>> {
        let line = self.line;
        self.at += 1;
        let mut field = Cow::Borrowed("");
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let Some(length) = rest.iter().position(|&byte| byte == b'"') else {
                return Err(broken(line, column, "the quote that begins here is never closed"));
            };
            let part = self.take(length);
            self.line += line_ends(part.as_bytes());
            self.at += 1;
            if field.is_empty() {
                field = part.into();
            } else {
                field.to_mut().push_str(part);
            }
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    field.to_mut().push('"');
                }
                None | Some(b'\n' | b'\r') => return Ok(field),
                Some(byte) if byte == self.delimiter => return Ok(field),
                Some(_) => {
                    let opened = if line == self.line { String::new() } else { format!(" of line {line}") };
                    let reason = format!("the quote{opened} is closed here, but text follows");
                    return Err(broken(self.line, column, &reason));
                }
            }
        }
    }

    /// The next bytes, which end at a character.
    fn take(&mut self, length: usize) -> &'a str {
        let start = self.at;
        self.at += length;
        self.text.get(start..self.at).unwrap_or_default()
    }
}

/// Line ends, of which `\r\n` is one.
pub(super) fn line_ends(bytes: &[u8]) -> usize {
    let single = bytes.iter().filter(|&&byte| byte == b'\n' || byte == b'\r').count();
    single - bytes.windows(2).filter(|pair| pair == b"\r\n").count()
}

fn broken(line: usize, column: usize, reason: &str) -> Error {
    Error::Parse { line, column: Some(column), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::Records;
    use crate::error::{Error, Result};
    use proptest::prelude::*;

    fn records(text: &str) -> Result<Vec<(usize, Vec<String>)>> {
        let (mut records, mut fields, mut all) = (Records::new(text, b','), Vec::new(), Vec::new());
        while let Some(line) = records.next(&mut fields)? {
            all.push((line, fields.iter().map(|field| field.to_string()).collect()));
        }
        Ok(all)
    }

    fn of(line: usize, fields: &[&str]) -> (usize, Vec<String>) {
        (line, fields.iter().map(|&field| field.into()).collect())
    }

    #[test]
    fn line_ends_of_all_systems() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "1,\"x", "y\"", ",", "é,"].join(end);
            let quoted = format!("x{end}y");
            let expected = [of(1, &["a", "b"]), of(3, &["1", &quoted]), of(5, &["", ""]), of(6, &["é", ""])];
            assert_eq!(records(&text).unwrap(), expected);
            assert_eq!(records(&format!("{text}{end}")).unwrap(), expected);
        }
        assert!(records("").unwrap().is_empty() && records("\n\n").unwrap().is_empty());
    }

    #[test]
    fn quotes() {
        assert_eq!(records("\"\"\"a\"\" b\",5\" pipe,\"\"").unwrap(), [of(1, &["\"a\" b", "5\" pipe", ""])]);
        let error =
            |line, column, reason: &str| Error::Parse { line, column: Some(column), reason: reason.into() };
        let never_closed = error(2, 2, "the quote that begins here is never closed");
        assert_eq!(records("a,b\n1,\"2\n3,4\n").unwrap_err(), never_closed);
        let text_after = error(3, 1, "the quote of line 2 is closed here, but text follows");
        assert_eq!(records("a,b\n\"1\n\"x,4\n").unwrap_err(), text_after);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(table in prop::collection::vec(prop::collection::vec("[a\", é\r\n]{0,5}", 2..4), 1..5)) {
            let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
            let lines = table.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(","));
            let read = records(&lines.collect::<Vec<_>>().join("\r\n")).unwrap();
            prop_assert_eq!(read.into_iter().map(|(_, fields)| fields).collect::<Vec<_>>(), table);
        }

        #[test]
        fn pieces_are_the_whole(text in "[ab\",\n\ré]{0,60}", length in 1usize..20) {
            let read = |pieces: Vec<Records<'_>>| {
                let (mut all, mut fields) = (Vec::new(), Vec::new());
                for mut records in pieces {
                    while let Some(line) = records.next(&mut fields)? {
                        all.push((line, fields.join("|")));
                    }
                }
                Ok::<_, Error>(all)
            };
            let whole = Records::new(&text, b',');
            prop_assert_eq!(read(whole.clone().pieces(length)), read(vec![whole]));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[a\",;\n\ré]{0,30}") {
            if let Ok(records) = records(&text) {
                prop_assert!(records.iter().all(|(_, fields)| !fields.is_empty()));
            }
        }
    }
}
