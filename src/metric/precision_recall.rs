//! Precision, recall and F-scores as one number.

use super::class_scores::{Ratio, precision_recall_fscore_support};
use super::{AllClasses, Averaging, ClassChoice, Metric};
use crate::data::{Label, Targets};
use crate::error::Result;

/// The share of right ones among the rows predicted as a class, tp / (tp + fp), averaged over the classes.
///
/// For the score of each class see [`precision_recall_fscore_support`].
///
/// | parameter | values |
/// |---|---|
/// | `average` | an [`Average`](super::Average): `Binary`, `Micro`, `Macro`, `Weighted`; or one with options |
///
/// # Errors
/// [`Error::LengthMismatch`](crate::Error::LengthMismatch), [`Error::Empty`](crate::Error::Empty), those of
/// [`check_weights`](crate::data::check_weights);
/// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for `Binary` where not exactly two labels occur
/// and for chosen labels that are none or not distinct;
/// [`Error::UnknownLabel`](crate::Error::UnknownLabel) for a positive label that does not occur.
///
/// Reference: scikit-learn's `precision_score`.
///
/// ```
/// use certifit::prelude::*;
/// let (truth, predicted) = ([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]);
/// assert_eq!(precision_score(&truth, &predicted, Average::Macro)?, 2.0 / 9.0);
/// assert_eq!(precision_score(&truth, &predicted, Average::Micro)?, 1.0 / 3.0);
/// assert!(precision_score(&truth, &predicted, Average::Binary).is_err());
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn precision_score<T, P, C>(y_true: &T, y_pred: &P, average: impl Into<Averaging<C>>) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
    C: ClassChoice<T::Value>,
{
    average.into().apply(precision_recall_fscore_support(y_true, y_pred)?, Ratio::PRECISION)
}

/// The share of right ones among the rows of a class, tp / (tp + fn), averaged over the classes.
///
/// Parameters and errors are those of [`precision_score`].
///
/// # Errors
/// Those of [`precision_score`].
///
/// Reference: scikit-learn's `recall_score`.
///
/// ```
/// use certifit::prelude::*;
/// let (truth, predicted) = ([true, true, false, true], [true, false, true, false]);
/// assert_eq!(recall_score(&truth, &predicted, Average::Binary)?, 1.0 / 3.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn recall_score<T, P, C>(y_true: &T, y_pred: &P, average: impl Into<Averaging<C>>) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
    C: ClassChoice<T::Value>,
{
    average.into().apply(precision_recall_fscore_support(y_true, y_pred)?, Ratio::RECALL)
}

/// The harmonic mean of precision and recall, 2 tp / (2 tp + fp + fn), averaged over the classes.
///
/// It is undefined, and what the zero division says, only for a class that neither occurs nor is predicted.
/// Parameters are those of [`precision_score`].
///
/// # Errors
/// Those of [`precision_score`].
///
/// Reference: scikit-learn's `f1_score`.
///
/// ```
/// use certifit::prelude::*;
/// let (truth, predicted) = (['a', 'b', 'b', 'b'], ['a', 'a', 'b', 'b']);
/// assert_eq!(f1_score(&truth, &predicted, Average::Binary)?, 0.8);
/// assert_eq!(f1_score(&truth, &predicted, Average::positive('a'))?, 2.0 / 3.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn f1_score<T, P, C>(y_true: &T, y_pred: &P, average: impl Into<Averaging<C>>) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
    C: ClassChoice<T::Value>,
{
    average.into().apply(precision_recall_fscore_support(y_true, y_pred)?, Ratio::F1)
}

/// The weighted harmonic mean of precision and recall, (1 + β²) tp / ((1 + β²) tp + β² fn + fp), averaged over
/// the classes.
///
/// Recall counts β² times as much as precision: 0 is precision, 1 is F₁, ∞ is recall. The other parameters are
/// those of [`precision_score`].
///
/// # Errors
/// Those of [`precision_score`], and [`Error::InvalidParameter`](crate::Error::InvalidParameter) if `beta` is
/// negative or NaN.
///
/// Reference: scikit-learn's `fbeta_score`.
///
/// ```
/// use certifit::prelude::*;
/// let (truth, predicted) = ([1, 1, 1, 1, 0], [1, 0, 0, 0, 0]);
/// let f2 = fbeta_score(&truth, &predicted, 2.0, Average::Binary)?;
/// assert!((f2 - 5.0 / 17.0).abs() < 1e-15);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn fbeta_score<T, P, C>(
    y_true: &T,
    y_pred: &P,
    beta: f64,
    average: impl Into<Averaging<C>>,
) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
    C: ClassChoice<T::Value>,
{
    let ratio = Ratio::f(beta)?;
    average.into().apply(precision_recall_fscore_support(y_true, y_pred)?, ratio)
}

/// Writes the scorer of a score that has no other parameter than its average.
macro_rules! averaged_scorer {
    ($(#[$docs:meta])* $name:ident, $function:ident) => {
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct $name<C = AllClasses> {
            average: Averaging<C>,
        }

        impl $name {
            /// The score of the positive class of two.
            pub fn new() -> Self {
                Self::default()
            }
        }

        impl<C> $name<C> {
            /// How the classes are averaged: an [`Average`](super::Average), or one with options.
            #[must_use]
            pub fn average<D>(self, average: impl Into<Averaging<D>>) -> $name<D> {
                $name { average: average.into() }
            }
        }

        impl<T, P, C> Metric<T, P> for $name<C>
        where
            T: Targets + ?Sized,
            P: Targets<Value = T::Value> + ?Sized,
            T::Value: Label,
            C: ClassChoice<T::Value> + Clone,
        {
            fn evaluate(&self, y_true: &T, y_pred: &P) -> Result<f64> {
                $function(y_true, y_pred, self.average.clone())
            }
        }

        scores!($name<C>, on Predictions);
    };
}
pub(super) use averaged_scorer;

averaged_scorer! {
    /// [`precision_score`] as a scorer; scikit-learn's `"precision"`, `"precision_macro"` and so on.
    ///
    /// | parameter | default | values |
    /// |---|---|---|
    /// | `average` | [`Average::Binary`](super::Average::Binary) | an [`Average`](super::Average), or one with options |
    ///
    /// ```
    /// use certifit::metric::{Average, Metric, Precision};
    /// let precision = Precision::new().average(Average::Macro);
    /// assert_eq!(precision.evaluate(&[0, 1, 2, 2], &[0, 1, 1, 2])?, 2.5 / 3.0);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    Precision, precision_score
}

averaged_scorer! {
    /// [`recall_score`] as a scorer; scikit-learn's `"recall"`, `"recall_macro"` and so on.
    ///
    /// | parameter | default | values |
    /// |---|---|---|
    /// | `average` | [`Average::Binary`](super::Average::Binary) | an [`Average`](super::Average), or one with options |
    ///
    /// ```
    /// use certifit::metric::{Average, Metric, Recall};
    /// let recall = Recall::new().average(Average::positive("ill"));
    /// assert_eq!(recall.evaluate(&["ill", "well", "ill"], &["ill", "ill", "well"])?, 0.5);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    Recall, recall_score
}

averaged_scorer! {
    /// [`f1_score`] as a scorer; scikit-learn's `"f1"`, `"f1_macro"` and so on.
    ///
    /// | parameter | default | values |
    /// |---|---|---|
    /// | `average` | [`Average::Binary`](super::Average::Binary) | an [`Average`](super::Average), or one with options |
    ///
    /// ```
    /// use certifit::metric::{Average, F1, Metric};
    /// assert_eq!(F1::new().evaluate(&[0, 1, 1, 1], &[0, 0, 1, 1])?, 0.8);
    /// assert_eq!(F1::new().average(Average::Micro).evaluate(&[0, 1, 2, 1], &[0, 0, 2, 1])?, 0.75);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    F1, f1_score
}

/// [`fbeta_score`] as a scorer.
///
/// | parameter | default | values |
/// |---|---|---|
/// | `beta` | none: `new` takes it | 0 or more |
/// | `average` | [`Average::Binary`](super::Average::Binary) | an [`Average`](super::Average), or one with options |
///
/// ```
/// use certifit::metric::{Average, FBeta, Metric};
/// let f2 = FBeta::new(2.0).average(Average::Macro);
/// assert_eq!(f2.evaluate(&['a', 'b', 'c'], &['a', 'b', 'c'])?, 1.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FBeta<C = AllClasses> {
    beta: f64,
    average: Averaging<C>,
}

impl FBeta {
    /// The score of the positive class of two, in which recall counts `beta`² times as much as precision.
    pub fn new(beta: f64) -> Self {
        Self { beta, average: Averaging::default() }
    }
}

impl<C> FBeta<C> {
    /// How the classes are averaged: an [`Average`](super::Average), or one with options.
    #[must_use]
    pub fn average<D>(self, average: impl Into<Averaging<D>>) -> FBeta<D> {
        FBeta { beta: self.beta, average: average.into() }
    }
}

impl<T, P, C> Metric<T, P> for FBeta<C>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
    C: ClassChoice<T::Value> + Clone,
{
    fn evaluate(&self, y_true: &T, y_pred: &P) -> Result<f64> {
        fbeta_score(y_true, y_pred, self.beta, self.average.clone())
    }
}

scores!(FBeta<C>, on Predictions);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::metric::{Average, ZeroDivision};

    #[test]
    fn the_positive_class_is_never_guessed() {
        let recall = |truth: &[i32], predicted: &[i32], average| recall_score(truth, predicted, average);
        let refused = |result| matches!(result, Err(Error::InvalidParameter { name: "average", .. }));
        assert!(refused(recall(&[0, 1, 2], &[0, 1, 1], Average::Binary)));
        assert!(refused(recall(&[0, 0], &[0, 0], Average::Binary)));
        assert!(refused(recall_score(&[0, 1, 2], &[0, 1, 1], Average::positive(1))));
        assert!(refused(recall_score(&[0, 1], &[0, 1], Average::Binary.labels([1]))));
        assert!(matches!(
            recall_score(&[0, 1], &[0, 1], Average::positive(7)),
            Err(Error::UnknownLabel { label, .. }) if label == "7"
        ));
        assert_eq!(recall_score(&[0, 0], &[0, 0], Average::positive(0)), Ok(1.0));
        let one = Average::positive(1).zero_division(ZeroDivision::One);
        assert_eq!(recall_score(&[0, 0], &[0, 0], one), Ok(1.0));
        assert_eq!(recall_score(&[0, 0], &[0, 0], Average::positive(1)), Ok(0.0));
    }

    #[test]
    fn huge_weights_do_not_overflow() -> Result<()> {
        use crate::data::Weights;
        let truth = [0, 1, 1, 0];
        let weighted = truth.weighted(&[f64::MAX / 4.0; 4])?;
        let predicted = [0, 1, 0, 0];
        for average in [Average::Binary, Average::Micro, Average::Macro, Average::Weighted] {
            let (f1, plain) =
                (f1_score(&weighted, &predicted, average)?, f1_score(&truth, &predicted, average)?);
            approx::assert_relative_eq!(f1, plain, max_relative = 1e-14);
        }
        Ok(())
    }
}
