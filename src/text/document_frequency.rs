//! How many documents a term may occur in.

use crate::error::{Error, Result};

/// A number of documents: absolute, or as a share of all.
///
/// ```
/// use certifit::prelude::*;
/// let texts = ["red apple", "red pear", "green pear"];
/// let terms = |v: CountVectorizer| Ok::<_, Error>(v.fit(&texts, &())?.terms().map(String::from).collect::<Vec<_>>());
/// assert_eq!(terms(CountVectorizer::new().min_df(2))?, ["pear", "red"]); // in 2 documents or more
/// assert_eq!(terms(CountVectorizer::new().max_df(0.5))?, ["apple", "green"]); // in half of them or less
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DocumentFrequency {
    /// So many documents.
    Count(usize),
    /// A share of the documents, from 0 to 1.
    Share(f64),
}

impl From<usize> for DocumentFrequency {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<f64> for DocumentFrequency {
    fn from(share: f64) -> Self {
        Self::Share(share)
    }
}

impl DocumentFrequency {
    pub(super) fn check(self, name: &'static str) -> Result<()> {
        match self {
            Self::Share(share) if !(0.0..=1.0).contains(&share) => Err(Error::invalid_parameter(
                name,
                share,
                "a number of documents, or a share from 0.0 to 1.0",
            )),
            _ => Ok(()),
        }
    }

    /// The number among documents that weigh `n` together.
    pub(super) fn of(self, n: f64) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Share(share) => share * n,
        }
    }
}
