//! Comma separated values, quoted as RFC 4180 has it.

use crate::failure::{Failure, Position, Result};
use crate::run::Data;
use crate::source::{Source, position};
use crate::values::{Float, MISSING, Targets, number, shown};
use ndarray::Array2;
use std::borrow::Cow;
use std::path::Path;

/// Reads a table whose column `target` holds the targets; without a name or index the last one does.
pub fn read<F: Float, T: Targets>(path: &Path, target: Option<&str>) -> Result<Data<Array2<F>, T::Value>> {
    let mut source = Source::open(path)?;
    let mut record = Record::default();
    if !record.read(&mut source)? {
        return Err(source.mistake("the file is empty"));
    }
    let table = Table::from_first(&record, &source, target)?;
    let (mut values, mut targets) = (Vec::new(), T::default());
    if table.names.is_none() {
        table.add_row(&record, &source, &mut values, &mut targets)?;
    }
    while record.read(&mut source)? {
        table.add_row(&record, &source, &mut values, &mut targets)?;
    }

    let targets = targets.finish(&source)?;
    if targets.is_empty() {
        return Err(source.mistake("there are no rows after the header"));
    }
    let nnz = values.iter().filter(|value| **value != F::default()).count();
    let features = Array2::from_shape_vec((targets.len(), table.width - 1), values)
        .map_err(|error| Failure::Trouble(format!("{}: {error}", path.display())))?;
    Ok(Data { features, targets, nnz, origin: table.origin() })
}

/// What the first line says of all others.
struct Table {
    width: usize,
    target: usize,
    /// The names of the columns, if the first line is a header.
    names: Option<Vec<String>>,
}

impl Table {
    fn from_first(first: &Record, source: &Source, target: Option<&str>) -> Result<Self> {
        let width = first.fields.len();
        if width < 2 {
            let other = [(';', "semicolons"), ('\t', "tabs")];
            let hint = other.iter().find(|(separator, _)| first.text.contains(*separator));
            let hint = hint.map(|(_, name)| format!(", not by {name}")).unwrap_or_default();
            let what = format!(
                "there is only one column; a target and features are needed, separated by commas{hint}"
            );
            return Err(source.mistake_at(first.position(0), what));
        }
        let names: Vec<String> = (0..width).map(|field| first.value(field).trim().to_owned()).collect();
        let (target, header) = find_target(first, source, &names, target)?;
        Ok(Self { width, target, names: header.then_some(names) })
    }

    fn add_row<F: Float, T: Targets>(
        &self,
        record: &Record,
        source: &Source,
        values: &mut Vec<F>,
        targets: &mut T,
    ) -> Result<()> {
        if record.fields.len() != self.width {
            let surplus = record.position(self.width);
            let found = match record.fields.len() {
                1 => "1 field".to_owned(),
                more => format!("{more} fields"),
            };
            let what = format!("{found} where the first line has {}", self.width);
            return Err(source.mistake_at(surplus, what));
        }
        for field in 0..self.width {
            let value = record.value(field);
            if field != self.target {
                let wrong = |what| source.mistake_at(record.position(field), self.in_field(field, what));
                values.push(number(value.trim()).map_err(wrong)?);
            } else if value.trim().is_empty() {
                let what = self.in_field(field, format!("the target {MISSING}"));
                return Err(source.mistake_at(record.position(field), what));
            } else {
                targets.push(value.trim(), source, || record.position(field))?;
            }
        }
        Ok(())
    }

    fn in_field(&self, field: usize, what: String) -> String {
        let name = self.names.as_ref().and_then(|names| names.get(field));
        let name = name.filter(|name| !name.is_empty()).map(|name| format!(" {}", shown(name)));
        format!("field {}{}: {what}", field + 1, name.unwrap_or_default())
    }

    /// How the lines were understood.
    fn origin(&self) -> String {
        let name = self.names.as_ref().and_then(|names| names.get(self.target));
        match name {
            Some(name) => {
                format!("the first line is a header; the target is column {} {}", self.target, shown(name))
            }
            None => format!("there is no header; the target is column {}", self.target),
        }
    }
}

/// The column of the target, and whether the first line is a header.
///
/// It is one when not all of its feature fields are numbers. A name that stands there and could be no value of a
/// numeric file makes it one, too, so that `0,1,2,label` can be read with the target `label`.
fn find_target(
    first: &Record,
    source: &Source,
    names: &[String],
    target: Option<&str>,
) -> Result<(usize, bool)> {
    let width = names.len();
    let is_number = |text: &String| text.parse::<f64>().is_ok();
    let header = |target: usize| (0..width).any(|field| field != target && !is_number(&names[field]));
    let Some(wanted) = target.map(str::trim) else { return Ok((width - 1, header(width - 1))) };

    let mut named = (0..width).filter(|&field| names[field] == wanted);
    if let Some(field) = named.next().filter(|&field| header(field) || wanted.parse::<f64>().is_err()) {
        return match named.next() {
            None => Ok((field, true)),
            Some(second) => {
                let what = format!(
                    "two columns are called {}, with the indices {field} and {second}: --target needs an index",
                    shown(wanted)
                );
                Err(source.mistake_at(first.position(second), what))
            }
        };
    }
    match wanted.parse::<usize>() {
        Ok(index) if index < width => Ok((index, header(index))),
        Ok(index) => {
            let what =
                format!("there is no column {index}; the {width} columns have indices 0 to {}", width - 1);
            Err(source.mistake(format_args!("--target: {what}")))
        }
        Err(_) if header(width - 1) => Err(source.mistake_at(
            Position { line: first.line, column: 1 },
            format_args!("--target: the header has no column {}; it has {}", shown(wanted), listed(names)),
        )),
        Err(_) => {
            let what = format!("there is no column {}: the file has no header", shown(wanted));
            Err(source.mistake(format_args!("--target: {what}; give an index from 0 to {}", width - 1)))
        }
    }
}

/// The first and last names.
fn listed(names: &[String]) -> String {
    const MOST: usize = 8;
    let list: Vec<String> = names.iter().map(|name| shown(name)).collect();
    match list.as_slice() {
        [head @ .., last] if list.len() > MOST => format!("{}, ..., {last}", head[..MOST - 1].join(", ")),
        _ => list.join(", "),
    }
}

/// A row: its text (several lines where a quoted field has some) and where the fields lie in it.
#[derive(Default)]
struct Record {
    text: String,
    line: usize,
    fields: Vec<Field>,
}

/// The bytes from `start` to `end`, within the quotes if there are any.
#[derive(Clone, Copy)]
struct Field {
    start: usize,
    end: usize,
    /// Doubled quotes stand for one.
    doubled: bool,
}

impl Record {
    /// Reads the next row that is not blank; `false` if there is none.
    fn read(&mut self, source: &mut Source) -> Result<bool> {
        self.fields.clear();
        loop {
            self.text.clear();
            if !source.append_line(&mut self.text)? {
                return Ok(false);
            }
            if !self.text.trim().is_empty() {
                break;
            }
        }
        self.line = source.line();
        let mut at = 0;
        loop {
            let field = if self.byte(at) == Some(b'"') {
                self.quoted_field(at, source)?
            } else {
                self.plain_field(at, source)?
            };
            self.fields.push(field);
            at = field.end + usize::from(self.byte(at) == Some(b'"'));
            if self.byte(at) != Some(b',') {
                return Ok(true);
            }
            at += 1;
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Where the text ends, but for the end of the line.
    fn end(&self) -> usize {
        let line = self.text.strip_suffix('\n').unwrap_or(&self.text);
        line.strip_suffix('\r').unwrap_or(line).len()
    }

    fn plain_field(&self, start: usize, source: &Source) -> Result<Field> {
        let rest = self.text.get(start..self.end()).unwrap_or_default();
        let end = start + rest.find([',', '"']).unwrap_or(rest.len());
        if self.byte(end) == Some(b'"') {
            let what = "a quote in a field that does not begin with one";
            return Err(source.mistake_at(position(&self.text, self.line, end), what));
        }
        Ok(Field { start, end, doubled: false })
    }

    fn quoted_field(&mut self, open: usize, source: &mut Source) -> Result<Field> {
        let (mut end, mut doubled) = (open + 1, false);
        loop {
            match self.text.get(end..).and_then(|rest| rest.find('"')) {
                None => {
                    end = self.text.len();
                    if !source.append_line(&mut self.text)? {
                        let what = "the quote that begins here is never closed";
                        return Err(source.mistake_at(position(&self.text, self.line, open), what));
                    }
                }
                Some(more) if self.byte(end + more + 1) == Some(b'"') => {
                    doubled = true;
                    end += more + 2;
                }
                Some(more) => {
                    end += more;
                    break;
                }
            }
        }
        if end + 1 < self.end() && self.byte(end + 1) != Some(b',') {
            let what = "text after the quote that closes the field";
            return Err(source.mistake_at(position(&self.text, self.line, end + 1), what));
        }
        Ok(Field { start: open + 1, end, doubled })
    }

    fn value(&self, field: usize) -> Cow<'_, str> {
        let Some(&Field { start, end, doubled }) = self.fields.get(field) else { return Cow::default() };
        let raw = self.text.get(start..end).unwrap_or_default();
        if doubled { Cow::Owned(raw.replace("\"\"", "\"")) } else { Cow::Borrowed(raw) }
    }

    /// Where a field begins, without its quote; past the last field, where the row ends.
    fn position(&self, field: usize) -> Position {
        let offset = self.fields.get(field).map_or(self.end(), |field| field.start);
        position(&self.text, self.line, offset)
    }
}
