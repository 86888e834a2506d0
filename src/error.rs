//! The one error type of the crate.

/// A value, or the [`Error`] that a call of this crate answers instead.
///
/// ```
/// fn half(x: f64) -> certifit::Result<f64> {
///     Ok(x / 2.0)
/// }
/// assert_eq!(half(3.0)?, 1.5);
/// # Ok::<(), certifit::Error>(())
/// ```
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can be wrong with what a caller hands in.
///
/// Each variant carries the facts, so that a program can react to them and a person can mend them:
/// rows and columns count from 0.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![[1.0, f64::NAN], [2.0, 3.0]];
/// match LinearSVC::new().fit(&x, &["no", "yes"]) {
///     Err(Error::NonFinite { row, column, .. }) => assert_eq!((row, column), (0, Some(1))),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing to work on.
    #[error("{what} has no {axis}")]
    Empty {
        /// The argument, such as `x`.
        what: &'static str,
        /// `rows`, `columns` or, for a vocabulary, `terms`.
        axis: &'static str,
    },
    /// Two things that describe the same rows have different lengths.
    #[error("{what} has {found} rows where {expected} are expected")]
    LengthMismatch {
        /// The argument whose length does not fit.
        what: &'static str,
        /// The number of rows of what came first.
        expected: usize,
        /// The number of rows of this argument.
        found: usize,
    },
    /// A fitted model or transformer is shown data of another width than it was fitted on.
    #[error("x has {found} features where the fit saw {expected}")]
    FeatureMismatch {
        /// The number of features seen by `fit`.
        expected: usize,
        /// The number of features of this `x`.
        found: usize,
    },
    /// NaN or an infinity where numbers are needed.
    #[error("{what} is {value} at row {row}{}", column.map(|c| format!(", column {c}")).unwrap_or_default())]
    NonFinite {
        /// The argument, such as `x`.
        what: &'static str,
        /// The first row in which such a value stands.
        row: usize,
        /// Its column, where the argument has columns.
        column: Option<usize>,
        /// The value: NaN, inf or -inf.
        value: f64,
    },
    /// A classifier is given a target in which only one label with a positive weight occurs.
    #[error("a classifier needs at least two classes, but the only class is {label}")]
    SingleClass {
        /// The only label, as `Debug` prints it.
        label: String,
    },
    /// A label that is not among those that are known.
    #[error("unknown label {label}: {allowed}")]
    UnknownLabel {
        /// The label, as `Debug` prints it.
        label: String,
        /// What would have been right.
        allowed: String,
    },
    /// A number that is outside of what a transform is defined for.
    #[error("{what} is {value:?} at row {row}, column {column}: {allowed}")]
    InvalidValue {
        /// The argument, such as `x`.
        what: &'static str,
        /// The first row in which such a value stands.
        row: usize,
        /// Its column.
        column: usize,
        /// The value.
        value: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A value is missing in a column in which the fit saw no missing value.
    #[error(
        "a value is missing at row {row}, column {column}, where none was in the fit; see `error_on_new`"
    )]
    UnexpectedMissing {
        /// The first row in which such a value stands.
        row: usize,
        /// Its column.
        column: usize,
    },
    /// A category that the fit of an encoder did not see.
    #[error("unknown category {category} at row {row}, column {column}: {allowed}")]
    UnknownCategory {
        /// The category, as `Debug` prints it.
        category: String,
        /// The first row in which such a category stands.
        row: usize,
        /// Its column.
        column: usize,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A sample weight that is negative, or weights that are all zero.
    #[error("sample weight {value:?} at row {row}: {allowed}")]
    InvalidWeight {
        /// The first row with such a weight.
        row: usize,
        /// The weight.
        value: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A hyper-parameter out of its range.
    #[error("{name} = {value}, but it must be {allowed}")]
    InvalidParameter {
        /// The parameter, as the builder method is called.
        name: &'static str,
        /// The value that was set.
        value: String,
        /// The values that are allowed.
        allowed: String,
    },
    /// A combination that is not there, such as centering sparse data.
    #[error("{what} is not supported: {reason}")]
    Unsupported {
        /// What was asked for.
        what: &'static str,
        /// Why it is not there, and what to do instead.
        reason: &'static str,
    },
    /// A row index, for example from a splitter, beyond the last row.
    #[error("row {row} was asked for, but there are only {n_rows} rows")]
    RowOutOfRange {
        /// The index.
        row: usize,
        /// The number of rows.
        n_rows: usize,
    },
    /// A column of a table that is not there, is there twice, or is not of the kind that is needed.
    #[error("column {column:?}: {reason}")]
    Column {
        /// The name of the column.
        column: String,
        /// What is wrong with it, and what would be right.
        reason: String,
    },
    /// A text that cannot be read as what it should be.
    #[error("line {line}{}: {reason}", column.map(|c| format!(", column {c}")).unwrap_or_default())]
    Parse {
        /// The line, from 1.
        line: usize,
        /// The column, from 1, where one field is to blame.
        column: Option<usize>,
        /// What is wrong there.
        reason: String,
    },
    /// A file that cannot be read or written.
    #[error("{path}: {reason}")]
    File {
        /// The path, as it was given.
        path: String,
        /// What the system says, or what is wrong in the file.
        reason: String,
    },
    /// A file that was read, but whose content is not what it should be.
    #[error("{path}: {source}")]
    InFile {
        /// The path, as it was given.
        path: String,
        /// What is wrong, and where: [`Error::Parse`], in most cases.
        source: Box<Error>,
    },
    /// Finite input whose result is too large for its float type.
    #[error("{what} overflows{}; scale the data first", column.map(|c| format!(" in column {c}")).unwrap_or_default())]
    Overflow {
        /// The quantity that overflows.
        what: &'static str,
        /// The column in which it does, where there is one.
        column: Option<usize>,
    },
    /// The steps of stochastic gradient descent were so long that the coefficients left the range of numbers.
    #[error(
        "the coefficients diverge in epoch {epoch} at a learning rate of {rate:.1e}; try a rate of {try_rate:.1e}, or \
         scale the data first"
    )]
    Diverged {
        /// The epoch in which they did, from 1.
        epoch: usize,
        /// The learning rate of the last step.
        rate: f64,
        /// A rate at which a step cannot overshoot the row that it is made for; of a network, one whose first steps were
        /// tried and lower the loss, or a tenth of `rate` where there is none.
        try_rate: f64,
    },
    /// A file cannot be written.
    #[error("cannot write {path}: {reason}")]
    Write {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// A picture cannot be drawn.
    #[error("cannot draw: {reason}")]
    Drawing {
        /// What the drawing library says.
        reason: String,
    },
    /// A part of a `ColumnTransformer` or `FeatureUnion` failed.
    #[error("{part}: {source}{}", column.as_ref().map(|c| format!(" (that is {c})")).unwrap_or_default())]
    Part {
        /// The name of the part.
        part: String,
        /// Which column of all it is that the error tells of by its place in the part: the name in a table, or the
        /// place in a matrix. It is the column that the part sees at that place: where the part is a pipeline whose
        /// first steps make other columns, a later step may mean another one.
        column: Option<String>,
        /// What went wrong in it; rows and columns are those that the part sees.
        source: Box<Error>,
    },
    /// A fit or a score of cross-validation failed.
    #[error("fold {fold}: {source}")]
    Fold {
        /// The fold, from 0.
        fold: usize,
        /// What went wrong in it; rows are those of the whole data.
        source: Box<Error>,
    },
    /// A candidate of a search failed.
    #[error("candidate {candidate}: {source}")]
    Candidate {
        /// Its position in the list of candidates, from 0.
        candidate: usize,
        /// What went wrong: [`Error::Fold`], in most cases.
        source: Box<Error>,
    },
    /// Work was stopped on request before there was anything to return.
    #[error("{what} was stopped before {before}")]
    Stopped {
        /// What was stopped.
        what: &'static str,
        /// What it did not come to.
        before: &'static str,
    },
}

impl Error {
    /// The column of the features that the error tells of.
    pub(crate) fn column(&self) -> Option<usize> {
        match self {
            Self::NonFinite { what: "x", column, .. } | Self::Overflow { column, .. } => *column,
            Self::InvalidValue { column, .. }
            | Self::UnexpectedMissing { column, .. }
            | Self::UnknownCategory { column, .. } => Some(*column),
            _ => None,
        }
    }

    /// [`Error::InvalidParameter`] from any value that prints.
    ///
    /// ```
    /// let error = certifit::Error::invalid_parameter("c", -1.0, "positive and finite");
    /// assert_eq!(error.to_string(), "c = -1.0, but it must be positive and finite");
    /// ```
    pub fn invalid_parameter(
        name: &'static str,
        value: impl std::fmt::Debug,
        allowed: impl Into<String>,
    ) -> Self {
        Self::InvalidParameter { name, value: format!("{value:?}"), allowed: allowed.into() }
    }

    /// The same about the whole data, for an error about a part of their rows: row i of the part is row `rows[i]` of
    /// the whole.
    ///
    /// What is fitted to folds does so, in cross-validation, searches and calibration, so that an error names a row of
    /// the data that the caller has.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let x = ndarray::array![[0.0], [1.0], [f64::NAN], [3.0], [4.0], [5.0]];
    /// let cv = KFold::new(3);
    /// let error = cross_val_score(&LinearSVC::new(), &x, &["a", "b", "a", "b", "a", "b"], &cv, &Accuracy).unwrap_err();
    /// assert_eq!(error.to_string(), "fold 0: x is NaN at row 2, column 0"); // the first of the rows that are fitted to
    /// ```
    #[must_use]
    pub fn of_part(mut self, rows: &[usize]) -> Self {
        match &mut self {
            Self::NonFinite { row, .. }
            | Self::InvalidValue { row, .. }
            | Self::UnexpectedMissing { row, .. }
            | Self::UnknownCategory { row, .. }
            | Self::InvalidWeight { row, .. } => *row = rows.get(*row).copied().unwrap_or(*row),
            Self::Part { source, .. } | Self::Fold { source, .. } | Self::Candidate { source, .. } => {
                let inner = std::mem::replace(&mut **source, Self::Empty { what: "", axis: "" });
                **source = inner.of_part(rows);
            }
            _ => {}
        }
        self
    }
}

/// Refuses a parameter that is not positive and finite.
pub(crate) fn check_positive(name: &'static str, value: f64) -> Result<()> {
    if value > 0.0 && value.is_finite() {
        return Ok(());
    }
    Err(Error::invalid_parameter(name, value, "positive and finite"))
}
