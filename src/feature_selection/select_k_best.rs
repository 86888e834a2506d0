//! The columns with the best scores.

use super::kept::{kept, kept_names};
use super::scores::ScoreFunction;
use crate::compose::Compose;
use crate::data::{Features, FromRows, Selection, check_shape};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer};
use ndarray::Array1;

/// Keeps the k columns with the highest scores, in their order.
///
/// Takes dense and sparse features and makes the same kind. Of columns with equal scores the last stay.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`new`](Self::new) | | the score: [`FClassif`](super::FClassif), [`Chi2`](super::Chi2), [`FRegression`](super::FRegression), [`MutualInfo`](super::MutualInfo), or one of yours |
/// | [`k`](Self::k) | 10 | how many columns stay, 1 or more; all if there are fewer |
///
/// # Errors
/// `fit` answers those of the score, and [`Error::InvalidParameter`] for k = 0.
///
/// Reference: `sklearn.feature_selection.SelectKBest`. There are no p-values: the order of the columns is that of the
/// scores.
///
/// ```
/// use certifit::feature_selection::{FClassif, SelectKBest};
/// use certifit::prelude::*;
///
/// let data = datasets::iris();
/// let selector = SelectKBest::new(FClassif).k(2).fit(&data.features, &data.target)?;
/// assert_eq!(selector.support(), [false, false, true, true]); // the petals
/// assert_eq!(format!("{:.3}", selector.scores()[2]), "1180.161");
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectKBest<S> {
    score: S,
    k: usize,
}

impl<S> SelectKBest<S> {
    /// The ten best columns by this score.
    pub fn new(score: S) -> Self {
        Self { score, k: 10 }
    }

    /// How many columns stay (default 10).
    pub fn k(mut self, k: usize) -> Self {
        self.k = k;
        self
    }
}

impl<S> Compose for SelectKBest<S> {}

impl<X, Y, S> Estimator<X, Y> for SelectKBest<S>
where
    X: Features + ?Sized,
    Y: ?Sized,
    S: ScoreFunction<X, Y>,
{
    type Fitted = FittedSelectKBest;
    fn fit(&self, x: &X, y: &Y) -> Result<FittedSelectKBest> {
        if self.k == 0 {
            return Err(Error::invalid_parameter("k", 0, "at least 1"));
        }
        check_shape(x)?;
        let scores = self.score.scores(x, y)?;
        if scores.len() != x.n_features() {
            let (expected, found) = (x.n_features(), scores.len());
            return Err(Error::FeatureMismatch { expected, found });
        }
        // No score is the lowest score.
        let rank = |column: usize| if scores[column].is_nan() { f64::MIN } else { scores[column] };
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| rank(a).total_cmp(&rank(b)));
        let mut stays = vec![false; scores.len()];
        order.into_iter().rev().take(self.k).for_each(|column| stays[column] = true);
        Ok(FittedSelectKBest { scores, selection: Selection::new(stays.into_iter()) })
    }
}

impl<X, Y, S> FitTransform<X, Y> for SelectKBest<S>
where
    X: Features + ?Sized,
    X::Owned: FromRows<Elem = X::Elem>,
    Y: ?Sized,
    S: ScoreFunction<X, Y>,
{
}

/// What [`SelectKBest`] learns: the score of each column.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedSelectKBest {
    scores: Array1<f64>,
    selection: Selection,
}

impl FittedSelectKBest {
    /// The score of each column; NaN where there is none.
    pub fn scores(&self) -> &Array1<f64> {
        &self.scores
    }

    /// Whether each column stays.
    pub fn support(&self) -> Vec<bool> {
        self.selection.mask()
    }

    /// The number of columns of the input.
    pub fn n_features_in(&self) -> usize {
        self.selection.n_in()
    }
}

/// The columns that stay.
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`] for infinities.
impl<X: Features + ?Sized> Transformer<X> for FittedSelectKBest
where
    X::Owned: FromRows<Elem = X::Elem>,
{
    type Output = X::Owned;
    fn transform(&self, x: &X) -> Result<X::Owned> {
        kept(&self.selection, x)
    }
}

/// The names of the columns that stay.
impl FeatureNames for FittedSelectKBest {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        kept_names(&self.selection, input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature_selection::{Chi2, FClassif};
    use ndarray::array;

    #[test]
    fn columns_without_a_score_are_last_and_of_ties_the_last_stay() -> Result<()> {
        let x =
            array![[1.0, 7.0, 1.0, 2.0], [2.0, 7.0, 2.0, 9.0], [3.0, 7.0, 3.0, 1.0], [5.0, 7.0, 5.0, 4.0]];
        let y = [0, 0, 1, 1];
        let selector = SelectKBest::new(FClassif).k(1).fit(&x, &y)?;
        assert_eq!(selector.support(), [false, false, true, false]);
        assert!(selector.scores()[1].is_nan());
        assert_eq!(SelectKBest::new(Chi2).k(9).fit(&x, &y)?.support(), [true; 4]);
        assert!(matches!(
            SelectKBest::new(Chi2).k(0).fit(&x, &y),
            Err(Error::InvalidParameter { name: "k", .. })
        ));
        Ok(())
    }
}
