//! Work that is done on every fold.

use super::splitter::{Fold, Splitter};
use crate::data::Rows;
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::parallel;

/// The folds of a splitter, once the lengths and all indices are known to be right.
pub(crate) fn checked_folds<X, Y, C>(x: &X, y: &Y, splitter: &C) -> Result<Vec<Fold>>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    C: Splitter<Y> + ?Sized,
{
    let (expected, found) = (x.n_rows(), y.n_rows());
    if expected == 0 {
        return Err(Error::Empty { what: "x", axis: "rows" });
    }
    if found != expected {
        return Err(Error::LengthMismatch { what: "y", expected, found });
    }
    let folds = splitter.split(y)?;
    check_folds(&folds, expected)?;
    Ok(folds)
}

/// Refuses folds without rows, and rows that there are not.
pub(super) fn check_folds(folds: &[Fold], n_rows: usize) -> Result<()> {
    if folds.is_empty() {
        return Err(Error::InvalidParameter {
            name: "splitter",
            value: "no folds".into(),
            allowed: "one that gives folds".into(),
        });
    }
    for (number, fold) in folds.iter().enumerate() {
        for (what, rows) in [("the train part", &fold.train), ("the test part", &fold.test)] {
            if rows.is_empty() {
                return Err(in_fold(number)(Error::Empty { what, axis: "rows" }));
            }
            if let Some(&row) = rows.iter().find(|&&row| row >= n_rows) {
                return Err(in_fold(number)(Error::RowOutOfRange { row, n_rows }));
            }
        }
    }
    Ok(())
}

/// `work` of each fold, in their order, on several threads; errors name the fold.
pub(crate) fn on_each_fold<T: Send>(
    folds: &[Fold],
    work: impl Fn(&Fold) -> Result<T> + Send + Sync,
) -> Vec<Result<T>> {
    parallel::map(folds.iter().enumerate().collect(), |(number, fold)| work(fold).map_err(in_fold(number)))
}

/// The model of a fold's train part, whose copy is gone by then.
pub(crate) fn fitted_to_train<E, X, Y>(estimator: &E, x: &X, y: &Y, fold: &Fold) -> Result<E::Fitted>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    E: Estimator<X::Owned, Y::Owned> + ?Sized,
{
    taken(x, y, &fold.train)?.on(|x, y| estimator.fit(x, y))
}

/// Copies of some rows of features and of a target.
pub(crate) struct Part<'a, X, Y> {
    x: X,
    y: Y,
    rows: &'a [usize],
}

/// Copies of the given rows of both.
pub(crate) fn taken<'a, X, Y>(x: &X, y: &Y, rows: &'a [usize]) -> Result<Part<'a, X::Owned, Y::Owned>>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
{
    Ok(Part { x: x.try_take(rows)?, y: y.try_take(rows)?, rows })
}

impl<X, Y> Part<'_, X, Y> {
    /// What `work` makes of them. An error names a row of the whole.
    pub(crate) fn on<T>(&self, work: impl FnOnce(&X, &Y) -> Result<T>) -> Result<T> {
        work(&self.x, &self.y).map_err(|error| self.error(error))
    }

    /// An error about these rows as one about the whole.
    pub(super) fn error(&self, error: Error) -> Error {
        error.of_part(self.rows)
    }

    pub(super) fn data(&self) -> (&X, &Y) {
        (&self.x, &self.y)
    }

    /// The features and the target.
    pub(super) fn into_data(self) -> (X, Y) {
        (self.x, self.y)
    }
}

pub(crate) fn check_score(score: f64) -> Result<f64> {
    if score.is_finite() {
        return Ok(score);
    }
    Err(Error::invalid_parameter("scorer", score, "one that gives finite scores"))
}

pub(super) fn in_fold(fold: usize) -> impl Fn(Error) -> Error {
    move |source| Error::Fold { fold, source: Box::new(source) }
}
