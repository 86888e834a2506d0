//! An estimator judged on every fold.

use super::folds::{check_score, checked_folds, fitted_to_train, on_each_fold, taken};
use super::scores::Scores;
use super::splitter::{Fold, Splitter};
use crate::data::Rows;
use crate::error::Result;
use crate::estimator::Estimator;
use crate::metric::Scorer;

/// Fits the estimator on the train part of each fold and scores it on the test part.
///
/// Any estimator, pipelines included, of which every fit sees train rows only; any splitter, any scorer. The
/// weights of a weighted target travel with its rows. Folds run in parallel (feature `rayon`) with the same
/// result as one after the other; each holds a copy of its rows meanwhile.
///
/// # Errors
/// [`Error::LengthMismatch`] if `y` has another number of rows than `x`; the errors of the splitter;
/// [`Error::InvalidParameter`] if it gives no folds. [`Error::Fold`] names the first fold that failed: its source is
/// [`Error::RowOutOfRange`] or [`Error::Empty`] for indices that cannot be used (found before any fit), the error of the
/// fit or of the scorer, whose rows are those of `x` and `y`, or [`Error::InvalidParameter`] for a score that is not
/// finite.
///
/// [`Error::LengthMismatch`]: crate::Error::LengthMismatch
/// [`Error::InvalidParameter`]: crate::Error::InvalidParameter
/// [`Error::Fold`]: crate::Error::Fold
/// [`Error::RowOutOfRange`]: crate::Error::RowOutOfRange
/// [`Error::Empty`]: crate::Error::Empty
///
/// # Reference
/// scikit-learn's `cross_val_score`, but for the splitter and the scorer, which are always named here, and
/// for failing folds, which are errors here.
///
/// ```
/// use certifit::model_selection::{KFold, cross_val_score};
/// use certifit::prelude::*;
/// use ndarray::{Array2, array};
///
/// /// Predicts the mean of the target.
/// struct Mean;
/// impl<X: Sync> Estimator<X, Vec<f64>> for Mean {
///     type Fitted = f64;
///     fn fit(&self, _x: &X, y: &Vec<f64>) -> certifit::Result<f64> {
///         Ok(y.iter().sum::<f64>() / y.len() as f64)
///     }
/// }
/// /// Minus the largest error.
/// struct WorstError;
/// impl<X> certifit::metric::Scorer<f64, X, Vec<f64>> for WorstError {
///     fn score(&self, mean: &f64, _x: &X, y: &Vec<f64>) -> certifit::Result<f64> {
///         Ok(-y.iter().map(|y| (y - mean).abs()).fold(0.0, f64::max))
///     }
/// }
///
/// let (x, y) = (Array2::<f64>::zeros((4, 1)), vec![1.0, 3.0, 2.0, 4.0]);
/// let scores = cross_val_score(&Mean, &x, &y, &KFold::new(2), &WorstError)?;
/// assert_eq!(scores.as_slice(), [-2.0, -2.0]);
/// assert_eq!(scores.summary(), "-2.000 ± 0.000 (2 folds)");
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn cross_val_score<E, X, Y, C, S>(estimator: &E, x: &X, y: &Y, splitter: &C, scorer: &S) -> Result<Scores>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    E: Estimator<X::Owned, Y::Owned> + ?Sized,
    C: Splitter<Y> + ?Sized,
    S: Scorer<E::Fitted, X::Owned, Y::Owned> + ?Sized,
{
    let folds = checked_folds(x, y, splitter)?;
    let score = |fold: &Fold| {
        let model = fitted_to_train(estimator, x, y, fold)?;
        taken(x, y, &fold.test)?.on(|x, y| check_score(scorer.score(&model, x, y)?))
    };
    on_each_fold(&folds, score).into_iter().collect::<Result<_>>().map(Scores)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Targets, Weights};
    use crate::error::Error;
    use crate::model_selection::{KFold, ShuffleSplit, StratifiedKFold, TestSize};
    use ndarray::{Array1, Array2, array};
    use std::collections::BTreeMap;

    /// Predicts the label with the greatest weight.
    struct Majority;

    impl<X: Rows, Y: Targets<Value = u8>> Estimator<X, Y> for Majority {
        type Fitted = u8;
        fn fit(&self, x: &X, y: &Y) -> Result<u8> {
            assert_eq!(x.n_rows(), y.n_rows());
            let mut weights = BTreeMap::new();
            (0..y.n_rows()).for_each(|row| *weights.entry(*y.value(row)).or_insert(0.0) += y.weight(row));
            let heaviest = weights.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
            heaviest.map(|(label, _)| label).ok_or(Error::Empty { what: "y", axis: "rows" })
        }
    }

    /// The weight of the rows that are right, over that of all.
    struct WeightRight;

    impl<X, Y: Targets<Value = u8>> Scorer<u8, X, Y> for WeightRight {
        fn score(&self, model: &u8, _x: &X, y: &Y) -> Result<f64> {
            let weight = |rows: &mut dyn Iterator<Item = usize>| rows.map(|row| y.weight(row)).sum::<f64>();
            let right = weight(&mut (0..y.n_rows()).filter(|&row| y.value(row) == model));
            Ok(right / weight(&mut (0..y.n_rows())))
        }
    }

    fn x(n: usize) -> Array2<f64> {
        Array2::zeros((n, 2))
    }

    #[test]
    fn each_fold_is_judged_on_its_test_rows() -> Result<()> {
        let y = array![0u8, 0, 1, 1, 1, 0];
        let scores = cross_val_score(&Majority, &x(6), &y, &KFold::new(3), &WeightRight)?;
        // Trained on 1 1 1 0, 0 0 1 0, 0 0 1 1 (a tie, of which the last label wins).
        assert_eq!(scores.as_slice(), [0.0, 0.0, 0.5]);
        assert_eq!(scores.len(), 3);
        assert_eq!((&scores).into_iter().count(), 3);
        assert_eq!(scores.clone().into_iter().sum::<f64>(), 0.5);
        let views = cross_val_score(&Majority, &x(6).view(), &y.view(), &KFold::new(3), &WeightRight)?;
        assert_eq!(views, scores);
        Ok(())
    }

    #[test]
    fn weights_travel() -> Result<()> {
        let y = [0u8, 0, 1, 0, 0, 1];
        let heavy = y.weighted(&[1.0, 1.0, 8.0, 1.0, 1.0, 8.0])?;
        let scores = cross_val_score(&Majority, &x(6), &heavy, &KFold::new(2), &WeightRight)?;
        assert_eq!(scores.as_slice(), [0.8, 0.8]);
        let scores = cross_val_score(&Majority, &x(6), &y, &KFold::new(2), &WeightRight)?;
        assert_eq!(scores.as_slice(), [2.0 / 3.0; 2]);
        Ok(())
    }

    #[test]
    fn any_number_of_threads_gives_the_same() {
        let y: Array1<u8> = (0..200).map(|row| ((row * row) % 7 / 2) as u8).collect();
        let splitter = ShuffleSplit::new(40).test_size(TestSize::fraction(0.3).seed(1));
        let scores = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| cross_val_score(&Majority, &x(200), &y, &splitter, &WeightRight).unwrap())
        };
        let serial: Vec<f64> = splitter
            .split(&y)
            .unwrap()
            .iter()
            .map(|fold| {
                let model = Majority.fit(&x(200).take(&fold.train), &y.take(&fold.train)).unwrap();
                WeightRight.score(&model, &x(200).take(&fold.test), &y.take(&fold.test)).unwrap()
            })
            .collect();
        assert!(serial.iter().any(|&score| score != serial[0]));
        for n_threads in [1, 2, 5] {
            assert_eq!(scores(n_threads).as_slice(), serial);
        }
    }

    /// Chooses by cross-validation whether to trust the majority.
    struct Nested;

    impl Estimator<Array2<f64>, Vec<u8>> for Nested {
        type Fitted = u8;
        fn fit(&self, x: &Array2<f64>, y: &Vec<u8>) -> Result<u8> {
            let inner = cross_val_score(&Majority, x, y, &StratifiedKFold::new(3), &WeightRight)?;
            if inner.mean() > 0.5 { Majority.fit(x, y) } else { Ok(u8::MAX) }
        }
    }

    #[test]
    fn cross_validation_nests() -> Result<()> {
        let y: Vec<u8> = (0..54).map(|row| u8::from(row % 3 == 0)).collect();
        let scores = cross_val_score(&Nested, &x(54), &y, &StratifiedKFold::new(6), &WeightRight)?;
        assert_eq!(scores.as_slice(), [2.0 / 3.0; 6]);
        Ok(())
    }

    /// Cannot be fitted to a target that starts with this label.
    struct Refuses(u8);

    impl Estimator<Array2<f64>, Vec<u8>> for Refuses {
        type Fitted = u8;
        fn fit(&self, _x: &Array2<f64>, y: &Vec<u8>) -> Result<u8> {
            match y.first() {
                Some(&first) if first != self.0 => Ok(first),
                _ => Err(Error::SingleClass { label: self.0.to_string() }),
            }
        }
    }

    #[test]
    fn a_failing_fold_is_named() {
        let folds: Vec<Fold> =
            [0, 3, 1, 3].iter().map(|&row| Fold { train: vec![row], test: vec![0] }).collect();
        let failed = cross_val_score(&Refuses(3), &x(4), &vec![0, 1, 2, 3], &folds, &WeightRight);
        let source = Box::new(Error::SingleClass { label: "3".into() });
        assert_eq!(failed, Err(Error::Fold { fold: 1, source }));
    }

    #[test]
    fn unusable_folds_are_refused() {
        let score = |folds: Vec<Fold>| {
            cross_val_score(&Majority, &x(3), &[0, 1, 0], &folds, &WeightRight).map(|_| ()).unwrap_err()
        };
        let fold = |train: &[usize], test: &[usize]| Fold { train: train.into(), test: test.into() };
        let good = fold(&[0, 1], &[2]);
        let in_second = |source| Error::Fold { fold: 1, source: Box::new(source) };
        let out_of_range = in_second(Error::RowOutOfRange { row: 3, n_rows: 3 });
        assert_eq!(score(vec![good.clone(), fold(&[0, 3], &[1])]), out_of_range);
        assert_eq!(score(vec![good.clone(), fold(&[0], &[1, 3])]), out_of_range);
        let empty = |what| in_second(Error::Empty { what, axis: "rows" });
        assert_eq!(score(vec![good.clone(), fold(&[], &[1])]), empty("the train part"));
        assert_eq!(score(vec![good, fold(&[1], &[])]), empty("the test part"));
        assert!(matches!(score(vec![]), Error::InvalidParameter { name: "splitter", .. }));
        let lengths = cross_val_score(&Majority, &x(3), &[0, 1], &KFold::new(2), &WeightRight);
        assert_eq!(lengths, Err(Error::LengthMismatch { what: "y", expected: 3, found: 2 }));
        let splitter = cross_val_score(&Majority, &x(3), &[0, 1, 0], &KFold::new(4), &WeightRight);
        assert!(matches!(splitter, Err(Error::InvalidParameter { name: "n_splits", .. })));
    }

    #[test]
    fn scores_that_are_no_numbers_are_refused() -> Result<()> {
        let y = [0u8, 1, 0];
        let y = y.weighted(&[1.0, 1.0, 0.0])?; // 0/0 in the last fold
        let failed = cross_val_score(&Majority, &x(3), &y, &KFold::new(3), &WeightRight);
        let source = Box::new(Error::invalid_parameter("scorer", f64::NAN, "one that gives finite scores"));
        assert_eq!(failed, Err(Error::Fold { fold: 2, source }));
        Ok(())
    }
}
