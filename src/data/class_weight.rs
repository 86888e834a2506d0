//! Weights by class.

use super::{Classes, Label, Targets};
use crate::error::{Error, Result};
use std::fmt::Debug;

/// How much the rows of each class count, on top of their sample weights, which it multiplies.
///
/// LIBLINEAR, and so scikit-learn's `LinearSVC`, weights only the positive side of each one-vs-rest problem;
/// here a class has the same weight in every problem, as in scikit-learn's `SVC` and `LogisticRegression`.
///
/// ```
/// use certifit::data::ClassWeight;
/// use certifit::prelude::*;
///
/// let data = datasets::breast_cancer();
/// let balanced = LinearSVC::new().class_weight(ClassWeight::Balanced).fit(&data.features, &data.target)?;
/// // 212 of the 569 rows are of class 0, 357 of class 1.
/// let weights = ClassWeight::by_label([(0, 569.0 / (2.0 * 212.0)), (1, 569.0 / (2.0 * 357.0))]);
/// let by_label = LinearSVC::new().class_weight(weights).fit(&data.features, &data.target)?;
/// assert_eq!(balanced.coef(), by_label.coef());
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum ClassWeight {
    /// Every class counts the same per row: scikit-learn's `None`.
    #[default]
    Uniform,
    /// Class k counts n / (n_classes · nₖ), so that all classes count the same in total. n and nₖ are sums of
    /// sample weights, so that a row twice is the same as weight 2 (as in scikit-learn's `LinearSVC` since 1.7; its
    /// `SVC` counts rows).
    Balanced,
    /// Weights of labels, as their `Debug` form: made by [`by_label`](ClassWeight::by_label).
    ByLabel(Vec<(String, f64)>),
}

impl ClassWeight {
    /// A weight for each of these labels, 1 for all others.
    ///
    /// So that hyper-parameters need not know the type of the labels, a label is recognised by its `Debug`
    /// form: `3u8` is the class `3i64`, and `"cat"` the class `String::from("cat")`.
    pub fn by_label<L: Debug>(weights: impl IntoIterator<Item = (L, f64)>) -> Self {
        Self::ByLabel(weights.into_iter().map(|(label, weight)| (format!("{label:?}"), weight)).collect())
    }

    /// The weight of each class, in the order of [`Classes::labels`].
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if a weight is not positive and finite or is given twice;
    /// [`Error::UnknownLabel`] if a label is none of the classes while one of the classes has no weight, which
    /// looks like a slip of the pen (scikit-learn has the same rule).
    pub fn weights<Y>(&self, y: &Y, classes: &Classes<Y::Value>) -> Result<Vec<f64>>
    where
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        match self {
            Self::Uniform => Ok(vec![1.0; classes.labels().len()]),
            Self::Balanced => Ok(balanced(y, classes)),
            Self::ByLabel(given) => by_label(given, classes.labels()),
        }
    }
}

/// The labels, the class of each row, and its sample weight times its class weight.
#[allow(clippy::type_complexity)]
pub(crate) fn weighted_classes<Y>(
    y: &Y,
    class_weight: &ClassWeight,
) -> Result<(Vec<Y::Value>, Vec<usize>, Vec<f64>)>
where
    Y: Targets + ?Sized,
    Y::Value: Label,
{
    let classes = Classes::weighted(y).at_least_two()?;
    let class_weights = class_weight.weights(y, &classes)?;
    let (labels, classes) = classes.into_parts();
    let weight = |(row, &class): (usize, &usize)| match (y.weight(row), class_weights.get(class)) {
        (weight, Some(class_weight)) if weight > 0.0 => weighted(weight, *class_weight),
        _ => Ok(0.0),
    };
    let weights = classes.iter().enumerate().map(weight).collect::<Result<_>>()?;
    Ok((labels, classes, weights))
}

/// Sample weight times class weight; an error where the product of two positive numbers is none.
pub(crate) fn weighted(weight: f64, class_weight: f64) -> Result<f64> {
    let product = weight * class_weight;
    if product > 0.0 && product.is_finite() || class_weight == 0.0 {
        return Ok(product);
    }
    let allowed =
        format!("such that its product with the sample weight {weight} is a positive finite number");
    Err(Error::invalid_parameter("class_weight", class_weight, allowed))
}

fn balanced<Y: Targets + ?Sized>(y: &Y, classes: &Classes<Y::Value>) -> Vec<f64>
where
    Y::Value: Label,
{
    let n_classes = classes.labels().len();
    let mut sums = vec![0.0; n_classes];
    for (row, &class) in classes.indices().iter().enumerate() {
        if let Some(sum) = sums.get_mut(class) {
            *sum += y.weight(row);
        }
    }
    let total: f64 = sums.iter().sum();
    sums.iter().map(|sum| total / (n_classes as f64 * sum)).collect()
}

fn by_label<L: Label>(given: &[(String, f64)], labels: &[L]) -> Result<Vec<f64>> {
    for (position, (label, weight)) in given.iter().enumerate() {
        if !(*weight > 0.0 && weight.is_finite()) {
            return Err(Error::invalid_parameter("class_weight", (label, weight), "positive and finite"));
        }
        if given[..position].iter().any(|(other, _)| other == label) {
            return Err(Error::invalid_parameter("class_weight", (label, weight), "one weight a label"));
        }
    }
    let names: Vec<String> = labels.iter().map(|label| format!("{label:?}")).collect();
    let weight_of = |name: &String| given.iter().find(|(label, _)| label == name).map(|(_, weight)| *weight);
    let unknown = given.iter().find(|(label, _)| !names.contains(label));
    if let Some((label, _)) = unknown.filter(|_| names.iter().any(|name| weight_of(name).is_none())) {
        let allowed = format!("class_weight takes the classes {}", names.join(", "));
        return Err(Error::UnknownLabel { label: label.clone(), allowed });
    }
    Ok(names.iter().map(|name| weight_of(name).unwrap_or(1.0)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Weights;

    fn weights(class_weight: &ClassWeight, y: &[&str]) -> Result<Vec<f64>> {
        class_weight.weights(y, &Classes::of(y))
    }

    #[test]
    fn balanced_counts_weights() -> Result<()> {
        let (twice, once) = (["a", "a", "b"], ["a", "b"]);
        let weighted = once.weighted(&[2.0, 1.0])?;
        assert_eq!(weights(&ClassWeight::Balanced, &twice)?, [0.75, 1.5]);
        assert_eq!(ClassWeight::Balanced.weights(&weighted, &Classes::weighted(&weighted))?, [0.75, 1.5]);
        Ok(())
    }

    #[test]
    fn labels_are_matched_and_slips_are_found() {
        let owned = ClassWeight::by_label([("b".to_string(), 3.0)]);
        assert_eq!(weights(&owned, &["a", "b"]), Ok(vec![1.0, 3.0]));
        let wide = ClassWeight::by_label([("a", 1.0), ("b", 2.0), ("z", 3.0)]);
        assert_eq!(weights(&wide, &["a", "b"]), Ok(vec![1.0, 2.0]));
        let slip = ClassWeight::by_label([("B", 2.0)]);
        assert!(matches!(weights(&slip, &["a", "b"]), Err(Error::UnknownLabel { .. })));
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let bad = ClassWeight::by_label([("a", bad)]);
            assert!(matches!(weights(&bad, &["a", "b"]), Err(Error::InvalidParameter { .. })));
        }
    }
}
