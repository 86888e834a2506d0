//! The model that all linear regressors fit to.

use super::scores::Scores;
use crate::data::Features;
use crate::error::Result;
use crate::estimator::Predictor;
use crate::scalar::Scalar;
use crate::solver::Report;
use ndarray::{Array1, ArrayView1, Axis};

/// A fitted linear regressor: the prediction x·w + b.
///
/// `F` is the float type of the features it was fitted on and predicts from.
///
/// ```
/// use certifit::prelude::*;
/// let x = ndarray::array![[0.0f64], [1.0], [2.0]];
/// let model = LinearRegression::new().fit(&x, &[1.0, 3.0, 5.0])?;
/// assert!((model.coef()[0] - 2.0).abs() < 1e-12 && (model.intercept() - 1.0).abs() < 1e-12);
/// assert!((model.predict(&ndarray::array![[10.0]])?[0] - 21.0).abs() < 1e-11);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LinearRegressor<F> {
    coef: Array1<F>,
    intercept: F,
    report: Report,
}

impl<F: Scalar> LinearRegressor<F> {
    pub(super) fn new(coef: Array1<F>, intercept: F, report: Report) -> Self {
        Self { coef, intercept, report }
    }

    /// The weights w, one a feature.
    pub fn coef(&self) -> &Array1<F> {
        &self.coef
    }

    /// The intercept b.
    pub fn intercept(&self) -> F {
        self.intercept
    }

    /// The number of features seen by `fit`.
    pub fn n_features_in(&self) -> usize {
        self.coef.len()
    }

    /// How good the fit is, in the objective that the estimator documents.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The prediction for one row, without an allocation.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`](crate::Error::FeatureMismatch), [`Error::NonFinite`](crate::Error::NonFinite), and
    /// [`Error::Overflow`](crate::Error::Overflow) where the prediction leaves the range of `F`.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let x = ndarray::array![[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    /// let model = Ridge::new().fit(&x, &[1.0, 2.0, 3.0])?;
    /// assert_eq!(model.predict_row(&[0.5, 0.5])?, model.predict(&ndarray::array![[0.5, 0.5]])?[0]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn predict_row(&self, row: &[F]) -> Result<F> {
        let scores = self.scores();
        scores.check_row(row)?;
        let prediction = F::narrow(scores.of_row(row, 0)?);
        if prediction.is_finite() { Ok(prediction) } else { Err(scores.overflow()) }
    }

    fn scores(&self) -> Scores<'_, F> {
        let intercept = ArrayView1::from(std::slice::from_ref(&self.intercept));
        Scores { coef: self.coef.view().insert_axis(Axis(0)), intercept, what: "a prediction" }
    }
}

/// # Errors
/// [`Error::FeatureMismatch`](crate::Error::FeatureMismatch), [`Error::Empty`](crate::Error::Empty),
/// [`Error::NonFinite`](crate::Error::NonFinite), and [`Error::Overflow`](crate::Error::Overflow) where a prediction
/// leaves the range of `F`.
impl<F: Scalar, X: Features<Elem = F>> Predictor<X> for LinearRegressor<F> {
    type Output = Array1<F>;

    fn predict(&self, x: &X) -> Result<Array1<F>> {
        let predictions = self.scores().narrowed(x, |scores, predictions: &mut Vec<F>| {
            predictions.extend(scores.iter().map(|&score| F::narrow(score)));
        })?;
        Ok(predictions.into())
    }
}
