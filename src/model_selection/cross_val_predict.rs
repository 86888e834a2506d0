//! What is predicted for each row by a model that has not seen it.

use super::folds::{checked_folds, fitted_to_train, on_each_fold, taken};
use super::splitter::{Fold, Splitter};
use crate::data::{Label, Rows};
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::metric::{OfClasses, Response};
use ndarray::{Array1, Array2, Axis, concatenate};

/// The answer for each row of the model that was fitted on the other folds, in the order of the rows.
///
/// The question is [`Predictions`](crate::metric::Predictions), [`Decisions`](crate::metric::Decisions) or
/// [`Probabilities`](crate::metric::Probabilities), or one of your own; a model that has no answer does not compile.
/// The answers of all folds may go into one picture or confusion matrix; one score of them all is something else than
/// the mean of the folds' scores.
///
/// # Errors
/// Those of [`cross_val_score`](super::cross_val_score); [`Error::InvalidParameter`] unless each row is tested in exactly
/// one fold; [`Error::Unsupported`] where the models of two folds know different classes.
///
/// # Reference
/// scikit-learn's `cross_val_predict`, whose `method` is the question here.
///
/// ```
/// use certifit::metric::{Decisions, Predictions, roc_auc_score};
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let (x, y) = (&data.features, &data.target);
/// let model = StandardScaler::new().then(LinearSVC::new());
/// let predicted = cross_val_predict(&model, x, y, &StratifiedKFold::new(5), &Predictions)?;
/// assert_eq!(confusion_matrix(y, &predicted)?.counts().sum(), 569.0);
/// let decisions = cross_val_predict(&model, x, y, &StratifiedKFold::new(5), &Decisions)?;
/// assert!(roc_auc_score(y, &decisions)? > 0.98);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn cross_val_predict<E, X, Y, C, R>(
    estimator: &E,
    x: &X,
    y: &Y,
    splitter: &C,
    response: &R,
) -> Result<<R::Output as Rows>::Owned>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    E: Estimator<X::Owned, Y::Owned> + ?Sized,
    C: Splitter<Y> + ?Sized,
    R: Response<E::Fitted, X::Owned> + ?Sized,
    R::Output: Stack + Send,
{
    let folds = checked_folds(x, y, splitter)?;
    let places = places(&folds, x.n_rows())?;
    let answer = |fold: &Fold| {
        let model = fitted_to_train(estimator, x, y, fold)?;
        let answer = taken(x, y, &fold.test)?.on(|x, _| response.of(&model, x))?;
        match (fold.test.len(), answer.n_rows()) {
            (expected, found) if expected != found => {
                Err(Error::LengthMismatch { what: "the predictions", expected, found })
            }
            _ => Ok(answer),
        }
    };
    let answers: Vec<R::Output> = on_each_fold(&folds, answer).into_iter().collect::<Result<_>>()?;
    R::Output::stack(answers)?.try_take(&places)
}

/// Where each row stands among the test rows of all folds, one fold after the other.
fn places(folds: &[Fold], n_rows: usize) -> Result<Vec<usize>> {
    let refuse = |value: String| Error::InvalidParameter {
        name: "splitter",
        value,
        allowed: "one that tests each row exactly once".into(),
    };
    let mut places = vec![None; n_rows];
    for (place, &row) in folds.iter().flat_map(|fold| &fold.test).enumerate() {
        if places[row].replace(place).is_some() {
            return Err(refuse(format!("folds that test row {row} twice")));
        }
    }
    let never = |row| refuse(format!("folds that never test row {row}"));
    places.into_iter().enumerate().map(|(row, place)| place.ok_or_else(|| never(row))).collect()
}

/// What can be put below each other: the predictions of several folds.
pub trait Stack: Rows + Sized {
    /// The rows of all parts, in their order; there is at least one part.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for parts that do not fit together, such as matrices of different widths.
    fn stack(parts: Vec<Self>) -> Result<Self>;
}

const DIFFERENT_CLASSES: Error = Error::Unsupported {
    what: "putting together what models of different classes say",
    reason: "a fold lacks a class; stratify the folds, or use fewer",
};

impl<L: Clone + Send + Sync> Stack for Vec<L> {
    fn stack(parts: Vec<Self>) -> Result<Self> {
        Ok(parts.into_iter().flatten().collect())
    }
}

impl<L: Clone + Send + Sync> Stack for Array1<L> {
    fn stack(parts: Vec<Self>) -> Result<Self> {
        Ok(parts.into_iter().flatten().collect())
    }
}

impl<A: Clone + Send + Sync> Stack for Array2<A> {
    fn stack(parts: Vec<Self>) -> Result<Self> {
        let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
        concatenate(Axis(0), &views).map_err(|_| DIFFERENT_CLASSES)
    }
}

impl<V: Stack, L: Label> Stack for OfClasses<V, L> {
    fn stack(parts: Vec<Self>) -> Result<Self> {
        let (values, classes): (Vec<V>, Vec<Vec<L>>) = parts.into_iter().map(OfClasses::into_parts).unzip();
        if classes.windows(2).any(|two| two[0] != two[1]) {
            return Err(DIFFERENT_CLASSES);
        }
        Ok(Self::new(V::stack(values)?, classes.into_iter().next().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::Predictor;
    use crate::metric::Predictions;
    use crate::model_selection::{KFold, ShuffleSplit};

    /// Predicts the rows, and how many rows it was fitted on.
    struct Echo;
    struct Fitted(usize);
    impl Estimator<Vec<u8>, Vec<u8>> for Echo {
        type Fitted = Fitted;
        fn fit(&self, x: &Vec<u8>, _: &Vec<u8>) -> Result<Fitted> {
            Ok(Fitted(x.len()))
        }
    }
    impl Predictor<Vec<u8>> for Fitted {
        type Output = Vec<(u8, usize)>;
        fn predict(&self, x: &Vec<u8>) -> Result<Self::Output> {
            Ok(x.iter().map(|&x| (x, self.0)).collect())
        }
    }

    #[test]
    fn answers_stand_in_the_order_of_the_rows() -> Result<()> {
        let x = [7u8, 3, 9, 1, 4];
        let splitter = KFold::new(2).shuffle(true).seed(4);
        let answers = cross_val_predict(&Echo, &x, &x, &splitter, &Predictions)?;
        assert_eq!(answers.iter().map(|answer| answer.0).collect::<Vec<_>>(), x);
        for fold in splitter.split(&x)? {
            assert!(fold.test.iter().all(|&row| answers[row].1 == fold.train.len()));
        }
        Ok(())
    }

    #[test]
    fn each_row_is_tested_once() {
        let x = [1u8, 2, 3, 4];
        let refused = |folds: Vec<Fold>| cross_val_predict(&Echo, &x, &x, &folds, &Predictions).unwrap_err();
        let fold = |test: &[usize]| Fold { train: vec![0], test: test.into() };
        for folds in [vec![fold(&[1, 2]), fold(&[2, 3, 0])], vec![fold(&[0, 1, 2])]] {
            assert!(matches!(refused(folds), Error::InvalidParameter { name: "splitter", .. }));
        }
        let random = cross_val_predict(&Echo, &x, &x, &ShuffleSplit::new(3), &Predictions);
        assert!(matches!(random, Err(Error::InvalidParameter { name: "splitter", .. })));
    }

    #[test]
    fn other_classes_do_not_stack() -> Result<()> {
        let part = |classes: [u8; 2]| OfClasses::new(vec![0.5], classes);
        assert_eq!(OfClasses::stack(vec![part([1, 2]), part([1, 2])])?.values(), &[0.5, 0.5]);
        assert_eq!(OfClasses::stack(vec![part([1, 2]), part([1, 3])]), Err(DIFFERENT_CLASSES));
        let widths = Array2::stack(vec![Array2::<f64>::zeros((1, 2)), Array2::zeros((1, 3))]);
        assert_eq!(widths, Err(DIFFERENT_CLASSES));
        Ok(())
    }
}
