//! Scores of train and of test parts: a point of a learning or validation curve.

use super::folds::{check_score, taken};
use super::scores::Scores;
use crate::data::Rows;
use crate::error::Result;
use crate::estimator::Estimator;
use crate::metric::Scorer;

/// The scores at one point of a curve, one a fold.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CurvePoint {
    /// The scores on the rows that were fitted on.
    pub train: Scores,
    /// The scores on the rows that were held out.
    pub test: Scores,
}

impl CurvePoint {
    /// From a pair of train and test score of each fold.
    pub(super) fn of(pairs: &[(f64, f64)]) -> Self {
        let (train, test) = pairs.iter().copied().unzip();
        Self { train: Scores(train), test: Scores(test) }
    }
}

/// Fits on `train` and scores on both.
pub(super) fn train_and_test<E, X, Y, S>(
    estimator: &E,
    (x, y): (&X, &Y),
    (train, test): (&[usize], &[usize]),
    scorer: &S,
) -> Result<(f64, f64)>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    E: Estimator<X::Owned, Y::Owned> + ?Sized,
    S: Scorer<E::Fitted, X::Owned, Y::Owned> + ?Sized,
{
    let train = taken(x, y, train)?;
    let model = train.on(|x, y| estimator.fit(x, y))?;
    let score = |x: &X::Owned, y: &Y::Owned| check_score(scorer.score(&model, x, y)?);
    let train_score = train.on(score)?;
    drop(train);
    Ok((train_score, taken(x, y, test)?.on(score)?))
}

/// Mean and standard error of the differences a − b of each fold, √(Σ (d − mean)² / (K (K − 1))).
pub(super) fn difference(a: &Scores, b: &Scores) -> (f64, f64) {
    let differences = Scores(a.iter().zip(b).map(|(a, b)| a - b).collect());
    (differences.mean(), differences.standard_error())
}
