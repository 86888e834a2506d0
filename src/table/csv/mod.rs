//! Tables from CSV files.

mod body;
mod records;
mod values;

use super::column::{Column, ColumnKind};
use super::named::Table;
use crate::error::{Error, Result};
use crate::parallel;
use body::Body;
use records::{Records, line_ends};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use values::Missing;

/// Reads CSV files into a [`Table`], and infers what each column holds.
///
/// | setter | default | |
/// |---|---|---|
/// | [`delimiter`](Self::delimiter) | `,` | an ASCII character |
/// | [`has_header`](Self::has_header) | `true` | whether the first record names the columns; else they are `x0`, `x1`, … |
/// | [`kind`](Self::kind) | inferred | of one column |
/// | [`kinds_of`](Self::kinds_of) | inferred | of all columns, from a table |
/// | [`missing_value`](Self::missing_value) | those of pandas | one more |
///
/// The file is UTF-8, with or without a byte order mark, with line ends of any system, and quoted as in RFC 4180.
/// Lines without any character are skipped. Every record must have as many fields as the header.
///
/// **Missing** are fields that, without the spaces around them, are empty or one of `#N/A`, `#N/A N/A`, `#NA`, `-1.#IND`,
/// `-1.#QNAN`, `-NaN`, `-nan`, `1.#IND`, `1.#QNAN`, `<NA>`, `N/A`, `NA`, `NULL`, `NaN`, `None`, `n/a`, `nan`, `null`.
///
/// A column is
///
/// - **numeric** if all fields that are not missing are numbers: decimal, with an exponent or not, or `inf`. What a
///   number would lose is none: `007`, and integers of 2⁵³ or more. A column of missing values alone is numeric, all NaN;
/// - else **text** if it has more than 20 different values, and more than half of those that are there differ: names,
///   messages. Texts keep every field as it is, `NA` included: none is missing;
/// - else **categorical**. Categories keep the spaces around them.
///
/// So a single word among the numbers of a column makes it categorical, or text. Where a column must be numeric,
/// [`kind`](Self::kind) says so, and such a word is an error with its line and column. [`Table`] prints what was read.
///
/// Another file of the same columns may hold other values, of which other kinds would be inferred: it is read with the
/// [`kinds_of`](Self::kinds_of) the first table.
///
/// # Errors
/// [`Error::Parse`] with line and column: records of another length, quotes that are not closed or have text behind them,
/// fields that are not of the kind that was asked for, bytes that are not UTF-8, no header. [`Error::Column`] for names
/// that stand twice, or a [`kind`](Self::kind) of a column that is not there. [`read`](Self::read) puts the name of the file
/// before them, by [`Error::InFile`], and answers [`Error::File`] if it cannot be read.
///
/// # Cost
/// The file is held in memory and passed over three times, twice of them on all threads: to find where records end, to read
/// the numbers, and to read the rest.
///
/// Reference: pandas' `read_csv`; RFC 4180.
///
/// ```
/// use certifit::table::{ColumnKind, CsvReader};
/// let text = "age,port,class\n22,S,3\nNA,\"C\",1\n";
/// let table = CsvReader::new().kind("class", ColumnKind::Categorical).parse(text)?;
/// assert!(table.numbers("age")?[1].is_nan());
/// assert_eq!(table.categories("port")?, [Some("S".to_string()), Some("C".into())]);
/// assert_eq!(table.categories("class")?[0].as_deref(), Some("3"));
///
/// let error = CsvReader::new().parse("a,b\n1,2\n3\n").unwrap_err();
/// assert_eq!(error.to_string(), "line 3: 1 field, but the header has 2");
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CsvReader {
    delimiter: char,
    has_header: bool,
    kinds: Vec<(String, ColumnKind)>,
    /// Kinds of columns that need not be there.
    known: Vec<(String, ColumnKind)>,
    missing: Missing,
}

impl Default for CsvReader {
    fn default() -> Self {
        Self {
            delimiter: ',',
            has_header: true,
            kinds: Vec::new(),
            known: Vec::new(),
            missing: Missing::default(),
        }
    }
}

impl CsvReader {
    /// Commas, a header, kinds inferred.
    pub fn new() -> Self {
        Self::default()
    }

    /// What stands between fields (default `,`).
    pub fn delimiter(mut self, delimiter: char) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// Whether the first record names the columns (default `true`).
    pub fn has_header(mut self, has_header: bool) -> Self {
        self.has_header = has_header;
        self
    }

    /// The kind of a column, which is not inferred then.
    pub fn kind(mut self, column: impl Into<String>, kind: ColumnKind) -> Self {
        self.kinds.push((column.into(), kind));
        self
    }

    /// The kinds that the columns of a table have, for columns of the same names: how a file is read whose rows go where
    /// those of the table went. Columns that one of the two lacks are left to the rest of the settings, and
    /// [`kind`](Self::kind) wins.
    ///
    /// ```
    /// use certifit::table::{ColumnKind, CsvReader};
    /// let reader = CsvReader::new();
    /// let first = reader.parse("deck,class\nB,1\nnone,3\n")?;
    /// assert_eq!(reader.parse("deck\n5\n")?.column("deck")?.kind(), ColumnKind::Numeric);
    /// let like_first = reader.kinds_of(&first);
    /// assert_eq!(like_first.parse("deck\n5\n")?.column("deck")?.kind(), ColumnKind::Categorical);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn kinds_of(mut self, table: &Table) -> Self {
        let names = table.names().iter().cloned();
        self.known = names.zip(table.columns().iter().map(Column::kind)).collect();
        self
    }

    /// One more field that means a missing value, in columns of numbers, too.
    ///
    /// ```
    /// use certifit::table::CsvReader;
    /// let table = CsvReader::new().missing_value("-999").parse("age\n22\n-999\n")?;
    /// assert!(table.numbers("age")?[1].is_nan());
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn missing_value(mut self, field: impl Into<String>) -> Self {
        self.missing.insert(field.into());
        self
    }

    /// The table in a file.
    ///
    /// # Errors
    /// See the [type](Self).
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Table> {
        let path = path.as_ref();
        let bytes = fs::read(path)
            .map_err(|error| Error::File { path: path.display().to_string(), reason: error.to_string() })?;
        let in_file = |source| Error::InFile { path: path.display().to_string(), source: Box::new(source) };
        self.parse_bytes(&bytes).map_err(in_file)
    }

    /// The table in a text.
    ///
    /// # Errors
    /// See the [type](Self).
    pub fn parse(&self, text: &str) -> Result<Table> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let delimiter = match u8::try_from(self.delimiter) {
            Ok(byte) if byte.is_ascii() && !b"\"\r\n".contains(&byte) => byte,
            _ => {
                return Err(Error::invalid_parameter(
                    "delimiter",
                    self.delimiter,
                    "an ASCII character that is no quote or line end",
                ));
            }
        };
        let mut records = Records::new(text, delimiter);
        let names = self.header(&mut records)?;
        let kinds = self.known_kinds(&names)?;
        let body = Body::new(records, names.len(), self.has_header);
        let numbers = self.numbers(&body, &kinds)?;
        let columns = self.columns(&body, &kinds, numbers)?;
        Table::of(names.into_iter().zip(columns))
    }

    fn parse_bytes(&self, bytes: &[u8]) -> Result<Table> {
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            let reason = "the file is UTF-16; save it as UTF-8".into();
            return Err(Error::Parse { line: 1, column: None, reason });
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = 1 + line_ends(before);
            let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
            let reason = format!("the byte 0x{byte:02X} is not UTF-8; save the file as UTF-8");
            Error::Parse { line, column: None, reason }
        })?;
        self.parse(text)
    }

    /// The kind of each column of these names that is known beforehand: from another table, or as it is asked for.
    fn known_kinds(&self, names: &[String]) -> Result<Vec<Option<ColumnKind>>> {
        let places: HashMap<&str, usize> =
            names.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
        let mut kinds = vec![None; names.len()];
        for (name, kind) in &self.known {
            if let Some(&place) = places.get(name.as_str()) {
                kinds[place] = Some(*kind);
            }
        }
        for (name, kind) in &self.kinds {
            let place = places.get(name.as_str()).ok_or_else(|| Error::Column {
                column: name.clone(),
                reason: format!("a kind is asked for, but the file has [{}]", names.join(", ")),
            })?;
            kinds[*place] = Some(*kind);
        }
        Ok(kinds)
    }

    /// The names of the columns; `records` is then where the body begins.
    fn header(&self, records: &mut Records<'_>) -> Result<Vec<String>> {
        let (mut first, mut fields) = (records.clone(), Vec::new());
        if first.next(&mut fields)?.is_none() {
            return Err(Error::Parse { line: 1, column: None, reason: "there is no record".into() });
        }
        if !self.has_header {
            return Ok((0..fields.len()).map(|i| format!("x{i}")).collect());
        }
        *records = first;
        let names = fields.iter().enumerate().map(|(i, name)| match name.trim() {
            "" => format!("x{i}"),
            name => name.to_owned(),
        });
        Ok(names.collect())
    }

    /// The values of the columns that hold numbers alone, as those must whose kind was asked for; none for the others.
    fn numbers(&self, body: &Body<'_>, kinds: &[Option<ColumnKind>]) -> Result<Vec<Option<Vec<f64>>>> {
        let may_be = |kind: &Option<ColumnKind>| kind.is_none_or(|kind| kind == ColumnKind::Numeric);
        let empty =
            || -> Vec<Option<Vec<f64>>> { kinds.iter().map(|kind| may_be(kind).then(Vec::new)).collect() };
        let pieces = body.map(empty, |columns, line, fields| {
            for (column, (values, field)) in columns.iter_mut().zip(fields.iter()).enumerate() {
                let Some(known) = values else { continue };
                match self.missing.number(field) {
                    Some(value) => known.push(value),
                    None if kinds[column].is_none() => *values = None,
                    None => {
                        let reason = format!("{field:?} is not a number");
                        return Err(Error::Parse { line, column: Some(column + 1), reason });
                    }
                }
            }
            Ok(())
        })?;
        let mut whole = empty();
        for piece in pieces {
            for (whole, part) in whole.iter_mut().zip(piece) {
                match (&mut *whole, part) {
                    (Some(values), Some(part)) => values.extend(part),
                    _ => *whole = None,
                }
            }
        }
        Ok(whole)
    }

    /// All columns, given those of numbers.
    fn columns(
        &self,
        body: &Body<'_>,
        kinds: &[Option<ColumnKind>],
        numbers: Vec<Option<Vec<f64>>>,
    ) -> Result<Vec<Column>> {
        if numbers.iter().all(Option::is_some) {
            return Ok(numbers.into_iter().flatten().map(Column::Numeric).collect());
        }
        let is_text: Vec<bool> = numbers.iter().map(Option::is_none).collect();
        let empty = || -> Vec<Vec<String>> { vec![Vec::new(); is_text.len()] };
        let pieces = body.map(empty, |columns, _, fields| {
            let texts =
                columns.iter_mut().zip(fields.drain(..)).zip(&is_text).filter(|(_, is_text)| **is_text);
            texts.for_each(|((texts, field), _)| texts.push(field.into_owned()));
            Ok(())
        })?;
        let mut texts = empty();
        for piece in pieces {
            texts.iter_mut().zip(piece).for_each(|(whole, part)| whole.extend(part));
        }
        let columns = numbers.into_iter().zip(texts).zip(kinds).collect();
        Ok(parallel::map(columns, |((numbers, texts), kind): ((Option<Vec<f64>>, Vec<String>), _)| {
            numbers.map_or_else(|| self.settled(texts, *kind), Column::Numeric)
        }))
    }

    /// A column of fields as categories, unless it holds texts.
    fn settled(&self, fields: Vec<String>, kind: Option<ColumnKind>) -> Column {
        if kind == Some(ColumnKind::Text) || kind.is_none() && self.are_texts(&fields) {
            return Column::Text(fields);
        }
        let category = |field: String| Some(field).filter(|field| !self.missing.has(field));
        Column::Categorical(fields.into_iter().map(category).collect())
    }

    fn are_texts(&self, fields: &[String]) -> bool {
        let (mut different, mut there) = (HashSet::new(), 0);
        for (at, field) in fields.iter().enumerate().filter(|(_, field)| !self.missing.has(field)) {
            different.insert(field);
            there += 1;
            let behind = fields.len() - 1 - at;
            // However the rest may be, more than half of all differ, or not.
            if different.len() > 20 && 2 * different.len() > fields.len() {
                return true;
            }
            if 2 * different.len() + behind <= there {
                return false;
            }
        }
        different.len() > 20 && 2 * different.len() > there
    }
}

#[cfg(test)]
mod tests {
    use super::{ColumnKind, CsvReader};
    use crate::data::Rows;
    use crate::error::{Error, Result};

    fn kinds(text: &str) -> Vec<ColumnKind> {
        let table = CsvReader::new().parse(text).unwrap();
        table.columns().iter().map(|column| column.kind()).collect()
    }

    #[test]
    fn kinds_are_inferred() {
        use ColumnKind::{Categorical, Numeric, Text};
        assert_eq!(kinds("a,b,c,d\n1,x,,007\n-2.5e3,y,NA,1\n"), [Numeric, Categorical, Numeric, Categorical]);
        let names: String = (0..30).map(|i| format!("name {i},{}\n", i % 3)).collect();
        assert_eq!(kinds(&format!("n,c\n{names}")), [Text, Numeric]);
        let few: String = (0..60).map(|i| format!("name {},v{i}\n", i % 30)).collect();
        assert_eq!(kinds(&format!("n,c\n{few}")), [Categorical, Text]);
        assert_eq!(kinds("a\n1\nx\n"), [Categorical]);
    }

    #[test]
    fn missing_values_are_those_of_pandas_and_more() -> Result<()> {
        let table = CsvReader::new().missing_value("?").parse("a,b\n1,x\n nan ,N/A\n?,\n3, y\n")?;
        let a = table.numbers("a")?;
        assert_eq!((a[0], a[1].is_nan(), a[2].is_nan(), a[3]), (1.0, true, true, 3.0));
        assert_eq!(table.categories("b")?, [Some("x".to_string()), None, None, Some(" y".into())]);
        Ok(())
    }

    #[test]
    fn texts_keep_every_field() -> Result<()> {
        let table = CsvReader::new().kind("t", ColumnKind::Text).parse("t,n\nNA,1\n\"\",2\n 7 ,3\n")?;
        assert_eq!(table.texts("t")?, ["NA", "", " 7 "]);
        Ok(())
    }

    #[test]
    fn marks_ends_and_delimiters() -> Result<()> {
        let table = CsvReader::new().delimiter(';').parse("\u{feff}a; b\r\n1;2,5\r\n")?;
        assert_eq!((table.names(), table.n_rows()), (&["a".to_string(), "b".into()][..], 1));
        let table = CsvReader::new().has_header(false).parse("1,x\n2,y")?;
        assert_eq!(
            (table.names(), table.numbers("x0")?),
            (&["x0".to_string(), "x1".into()][..], &[1.0, 2.0][..])
        );
        assert_eq!(CsvReader::new().parse("a,,c\n1,2,3")?.names(), ["a", "x1", "c"]);
        assert_eq!(CsvReader::new().parse("a,b\n")?.n_rows(), 0);
        Ok(())
    }

    #[test]
    fn errors_name_line_and_column() {
        let error = |reader: CsvReader, text: &str| reader.parse(text).unwrap_err().to_string();
        let numeric = CsvReader::new().kind("b", ColumnKind::Numeric);
        assert_eq!(
            error(numeric.clone(), "a,b\n\"x\ny\",1\nz,1O\n"),
            "line 4, column 2: \"1O\" is not a number"
        );
        assert_eq!(
            error(CsvReader::new(), "a,b\r\n1,2\r\n\r\n1,2,3\r\n"),
            "line 4: 3 fields, but the header has 2"
        );
        assert_eq!(
            error(CsvReader::new(), "a\n\"1"),
            "line 2, column 1: the quote that begins here is never closed"
        );
        assert_eq!(
            error(CsvReader::new(), "a,b\n\"x,1\ny,\"2\"\n"),
            "line 3, column 1: the quote of line 2 is closed here, but text follows"
        );
        assert_eq!(error(CsvReader::new(), "a,b,a\n"), "column \"a\": there is another of this name");
        assert_eq!(error(CsvReader::new(), ""), "line 1: there is no record");
        assert!(error(numeric, "a,c\n1,2").contains("[a, c]"));
        assert!(error(CsvReader::new().delimiter('"'), "a").starts_with("delimiter"));
    }

    #[test]
    fn columns_may_be_many() -> Result<()> {
        let names: Vec<String> = (0..20_000).map(|i| format!("feature {i}")).collect();
        let text = format!("{}\n{}\n", names.join(","), vec!["1"; names.len()].join(","));
        let table = CsvReader::new().parse(&text)?;
        assert_eq!(table.names(), names);
        let like = CsvReader::new().kinds_of(&table);
        assert_eq!(like.parse(&text)?, table);
        Ok(())
    }

    #[test]
    fn kinds_of_a_table_hold_where_its_columns_are() -> Result<()> {
        use ColumnKind::{Categorical, Numeric, Text};
        let first = CsvReader::new().kind("t", Text).parse("a,t,y\n1,u,no\n2,v,yes\n")?;
        let like = CsvReader::new().kinds_of(&first);
        let kinds = |table: crate::table::Table| table.columns().iter().map(|c| c.kind()).collect::<Vec<_>>();
        assert_eq!(kinds(like.parse("t,more,y,a\n1,2,3,4\n")?), [Text, Numeric, Categorical, Numeric]);
        assert_eq!(kinds(like.clone().kind("y", Numeric).parse("y\n3\n")?), [Numeric]);
        let error = like.parse("a\nx\n").unwrap_err().to_string();
        assert_eq!(error, "line 2, column 1: \"x\" is not a number");
        Ok(())
    }

    #[test]
    fn errors_of_files_name_them() {
        let path = std::env::temp_dir().join(format!("certifit-{}-ragged.csv", std::process::id()));
        std::fs::write(&path, "a,b\n1\n").unwrap();
        let error = CsvReader::new().read(&path).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(error.to_string(), format!("{}: line 2: 1 field, but the header has 2", path.display()));
        assert!(
            matches!(error, Error::InFile { source, .. } if matches!(*source, Error::Parse { line: 2, .. }))
        );
    }

    #[test]
    fn bytes_must_be_utf_8() {
        let error = CsvReader::new().parse_bytes(b"a\ncaf\xE9\n").unwrap_err().to_string();
        assert_eq!(error, "line 2: the byte 0xE9 is not UTF-8; save the file as UTF-8");
        let error = CsvReader::new().parse_bytes(b"a\rb\rcaf\xE9\r").unwrap_err();
        assert!(matches!(error, Error::Parse { line: 3, .. }));
        let error = CsvReader::new().parse_bytes(&[0xFF, 0xFE, 0x61, 0]).unwrap_err().to_string();
        assert!(error.contains("UTF-16"));
        assert!(matches!(CsvReader::new().read("/no/such/file.csv"), Err(Error::File { .. })));
    }
}
