//! How scores change with a hyper-parameter.

use super::cross_validate::FoldResult;
use super::curve::CurvePoint;
use super::folds::checked_folds;
use super::scores::Scores;
use super::splitter::Splitter;
use super::trial::{FoldResults, Trial};
use crate::data::Rows;
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::metric::Scorer;
use std::fmt;

/// Train and test scores of an estimator that is built from each value of a hyper-parameter.
///
/// Values on one [path](super::GridSearchCV#paths) are fitted in a row; paths and folds run in parallel (feature `rayon`)
/// with the same result as one after the other, and each holds a copy of its rows. The curve prints as a table with a
/// sentence in words below.
///
/// # Errors
/// Those of [`cross_val_score`](super::cross_val_score), and [`Error::InvalidParameter`] for no values.
///
/// # Reference
/// scikit-learn's `validation_curve`, whose name of a parameter is a closure here.
///
/// ```
/// use certifit::model_selection::validation_curve;
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let model = |&c: &f64| StandardScaler::new().then(LinearSVC::new().c(c));
/// let (x, y) = (&data.features, &data.target);
/// let curve = validation_curve(model, &[1e-4, 1e-2, 1.0], x, y, &StratifiedKFold::new(5), &Accuracy)?;
/// assert_eq!(curve.best(), &1e-2);
/// assert_eq!(curve.tendency(0), Some(Tendency::Underfits));
/// assert_eq!(curve.tendency(2), Some(Tendency::Overfits));
/// # use certifit::model_selection::Tendency;
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn validation_curve<P, E, X, Y, C, S>(
    estimator: impl Fn(&P) -> E + Sync,
    values: &[P],
    x: &X,
    y: &Y,
    splitter: &C,
    scorer: &S,
) -> Result<ValidationCurve<P>>
where
    P: Clone + Sync,
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    E: Estimator<X::Owned, Y::Owned>,
    C: Splitter<Y> + ?Sized,
    S: Scorer<E::Fitted, X::Owned, Y::Owned> + ?Sized,
{
    if values.is_empty() {
        let none = Error::InvalidParameter {
            name: "values",
            value: "none".into(),
            allowed: "at least one value of the hyper-parameter".into(),
        };
        return Err(none);
    }
    let folds = checked_folds(x, y, splitter)?;
    let estimators: Vec<E> = values.iter().map(estimator).collect();
    let trial = Trial { x, y, scorer, train_scores: true, keep: |_: &E::Fitted| (), watch: () };
    let results = trial.run(&estimators.iter().collect::<Vec<_>>(), &folds);
    let point = |folds: FoldResults<()>| {
        let folds: Vec<FoldResult<()>> = folds.into_iter().flatten().collect::<Result<_>>()?;
        let train = folds.iter().flat_map(|fold| fold.train_scores.iter().copied()).collect();
        let test = folds.iter().flat_map(|fold| fold.test_scores.iter().copied()).collect();
        Ok(CurvePoint { train: Scores(train), test: Scores(test) })
    };
    let points: Vec<CurvePoint> = results.into_iter().map(point).collect::<Result<_>>()?;
    let sign = if scorer.greater_is_better() { 1.0 } else { -1.0 };
    Ok(ValidationCurve { values: values.to_vec(), best: best_of(&points, sign), points, sign })
}

/// The first point with the best mean test score.
fn best_of(points: &[CurvePoint], sign: f64) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (index, point) in points.iter().enumerate() {
        let score = sign * point.test.mean();
        if score > best.1 {
            best = (index, score);
        }
    }
    best.0
}

/// Train and test scores by the value of a hyper-parameter; made by [`validation_curve`].
#[derive(Debug, Clone, PartialEq)]
pub struct ValidationCurve<P> {
    values: Vec<P>,
    points: Vec<CurvePoint>,
    best: usize,
    /// 1 where the larger score is the better one, else −1.
    sign: f64,
}

/// What is wrong with a value of a hyper-parameter that is not the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tendency {
    /// Train and test score are both worse than at the best value.
    Underfits,
    /// The test score is worse than at the best value, the train score is not.
    Overfits,
}

impl<P> ValidationCurve<P> {
    /// The values of the hyper-parameter.
    pub fn values(&self) -> &[P] {
        &self.values
    }

    /// The scores at each value.
    pub fn points(&self) -> &[CurvePoint] {
        &self.points
    }

    /// The position of the value with the best mean test score; the first of several.
    pub fn best_index(&self) -> usize {
        self.best
    }

    /// The value with the best mean test score.
    pub fn best(&self) -> &P {
        &self.values[self.best]
    }

    /// Whether the best value is the first or the last, and another one is worse, so that better ones may lie beyond.
    pub fn best_is_at_the_edge(&self) -> bool {
        let test = |point: &CurvePoint| self.sign * point.test.mean();
        let best = self.points.get(self.best).map(test);
        let is_better = self.points.iter().any(|point| best.is_some_and(|best| test(point) < best));
        is_better && (self.best == 0 || self.best + 1 == self.values.len())
    }

    /// What is wrong with a value, by the mean scores there and at the best value; `None` where the test score is as good
    /// as the best one, and beyond the last value.
    pub fn tendency(&self, index: usize) -> Option<Tendency> {
        let (point, best) = (self.points.get(index)?, self.points.get(self.best)?);
        let is_worse = |score: f64, best: f64| self.sign * score < self.sign * best;
        match is_worse(point.train.mean(), best.train.mean()) {
            _ if !is_worse(point.test.mean(), best.test.mean()) => None,
            true => Some(Tendency::Underfits),
            false => Some(Tendency::Overfits),
        }
    }
}

impl<P: fmt::Debug> fmt::Display for ValidationCurve<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<String> = self.values.iter().map(|value| format!("{value:?}")).collect();
        writeln!(f, "           train             test   value")?;
        for (index, (value, point)) in values.iter().zip(&self.points).enumerate() {
            let (train, test) = (&point.train, &point.test);
            let (a, b, c, d) = (train.mean(), train.std(), test.mean(), test.std());
            let remark = match self.tendency(index) {
                None if index == self.best => ", the best",
                None => "",
                Some(Tendency::Underfits) => ", underfits",
                Some(Tendency::Overfits) => ", overfits",
            };
            writeln!(f, "{a:>8.3} ± {b:.3}  {c:>8.3} ± {d:.3}   {value}{remark}")?;
        }
        let edge = if self.best_is_at_the_edge() { "; it is at the edge: try values beyond it" } else { "" };
        match values.get(self.best) {
            Some(best) => writeln!(f, "The best value is {best}{edge}."),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_selection::KFold;

    /// A model that is what it was told, whatever the data.
    struct Told(f64);
    impl Estimator<Vec<f64>, Vec<f64>> for Told {
        type Fitted = f64;
        fn fit(&self, _: &Vec<f64>, _: &Vec<f64>) -> Result<f64> {
            Ok(self.0)
        }
    }

    /// Train parts, of more rows, like large values; test parts like 2 best.
    struct Likes;
    impl Scorer<f64, Vec<f64>, Vec<f64>> for Likes {
        fn score(&self, model: &f64, x: &Vec<f64>, _: &Vec<f64>) -> Result<f64> {
            Ok(if x.len() > 2 { *model } else { -(model - 2.0).abs() })
        }
    }

    #[test]
    fn too_little_underfits_and_too_much_overfits() -> Result<()> {
        let x = vec![0.0; 6];
        let curve =
            validation_curve(|&v: &f64| Told(v), &[0.0, 1.0, 2.0, 3.0], &x, &x, &KFold::new(3), &Likes)?;
        assert_eq!((curve.best(), curve.best_index(), curve.best_is_at_the_edge()), (&2.0, 2, false));
        let tendencies: Vec<_> = (0..5).map(|index| curve.tendency(index)).collect();
        let (under, over) = (Some(Tendency::Underfits), Some(Tendency::Overfits));
        assert_eq!(tendencies, [under, under, None, over, None]);
        let text = curve.to_string();
        assert!(text.contains("1.0, underfits") && text.ends_with("The best value is 2.0.\n"), "{text}");
        let edge = validation_curve(|&v: &f64| Told(v), &[3.0, 4.0], &x, &x, &KFold::new(3), &Likes)?;
        assert!(edge.to_string().contains("try values beyond it"));
        let same = validation_curve(|&v: &f64| Told(v), &[1.0, 3.0], &x, &x, &KFold::new(3), &Likes)?;
        assert!(!same.best_is_at_the_edge() && !same.to_string().contains("beyond"), "{same}");
        Ok(())
    }

    /// A loss that says so.
    struct Loss;
    impl Scorer<f64, Vec<f64>, Vec<f64>> for Loss {
        fn score(&self, model: &f64, _: &Vec<f64>, _: &Vec<f64>) -> Result<f64> {
            Ok((model - 1.0) * (model - 1.0))
        }
        fn greater_is_better(&self) -> bool {
            false
        }
    }

    #[test]
    fn the_least_loss_is_the_best() -> Result<()> {
        let x = vec![0.0; 4];
        let curve = validation_curve(|&v: &f64| Told(v), &[0.0, 1.0, 3.0], &x, &x, &KFold::new(2), &Loss)?;
        assert_eq!(curve.best(), &1.0);
        let none = validation_curve(|&v: &f64| Told(v), &[], &x, &x, &KFold::new(2), &Loss);
        assert!(matches!(none, Err(Error::InvalidParameter { name: "values", .. })));
        Ok(())
    }
}
