//! The records behind the header.

use super::records::Records;
use crate::error::{Error, Result};
use crate::parallel;
use std::borrow::Cow;

/// Bytes of records that one thread reads at a time.
const AT_ONCE: usize = 1 << 20;

/// Records that must have as many fields as the header.
pub(super) struct Body<'a> {
    /// Cut between records.
    pieces: Vec<Records<'a>>,
    n_fields: usize,
    has_header: bool,
}

impl<'a> Body<'a> {
    pub(super) fn new(records: Records<'a>, n_fields: usize, has_header: bool) -> Self {
        Self { pieces: records.pieces(AT_ONCE), n_fields, has_header }
    }

    /// Calls `visit` with the line and the fields of each record, and what is made of those of its piece, which is `empty()`
    /// at first. Pieces are read on several threads.
    ///
    /// # Errors
    /// The first one.
    pub(super) fn map<T: Send>(
        &self,
        empty: impl Fn() -> T + Send + Sync,
        visit: impl Fn(&mut T, usize, &mut Vec<Cow<'a, str>>) -> Result<()> + Send + Sync,
    ) -> Result<Vec<T>> {
        parallel::try_map(self.pieces.len(), |piece| {
            let (mut records, mut fields, mut made) = (self.pieces[piece].clone(), Vec::new(), empty());
            while let Some(line) = records.next(&mut fields)? {
                self.check(line, fields.len())?;
                visit(&mut made, line, &mut fields)?;
            }
            Ok(made)
        })
    }

    fn check(&self, line: usize, found: usize) -> Result<()> {
        if found == self.n_fields {
            return Ok(());
        }
        let s = if found == 1 { "" } else { "s" };
        let what = if self.has_header { "header" } else { "first record" };
        let reason = format!("{found} field{s}, but the {what} has {}", self.n_fields);
        Err(Error::Parse { line, column: None, reason })
    }
}
