//! The picture of a regularisation path.

use super::{Axis, Chart, Line, Paint, Picture};
use crate::error::{Error, Result};
use crate::scalar::Scalar;
use ndarray::ArrayView1;

/// So many features have a colour and a name; the others are grey.
const NAMED: usize = 10;

/// Coefficients by the strength of a penalty, from the models of a path.
///
/// The ten features whose coefficients become the largest have a colour and a name.
///
/// ```
/// use certifit::plot::{CoefPath, Picture};
/// use certifit::prelude::*;
/// let data = datasets::diabetes();
/// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
/// let alphas = [30.0, 10.0, 3.0, 1.0, 0.3, 0.1];
/// let models = Lasso::new().path(&x, &data.target, &alphas)?;
/// let coefs = models.iter().map(|model| model.coef().view());
/// let path = CoefPath::new("alpha", &alphas, coefs, &data.feature_names)?;
/// assert_eq!(path.chart()?.layers().len(), 10); // a line a feature
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CoefPath {
    parameter: String,
    strengths: Vec<f64>,
    /// One list a feature.
    coefs: Vec<Vec<f64>>,
    names: Vec<String>,
}

impl CoefPath {
    /// The coefficients of one model for each value of `parameter`: for a regressor `model.coef().view()`, for a
    /// classifier of two classes `model.coef().row(0)`.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`] for another number of models than of strengths, or of names than of coefficients;
    /// [`Error::Empty`] for no models.
    pub fn new<'a, F: Scalar>(
        parameter: impl Into<String>,
        strengths: &[f64],
        coefs: impl IntoIterator<Item = ArrayView1<'a, F>>,
        names: &[impl AsRef<str>],
    ) -> Result<Self> {
        let mut features: Vec<Vec<f64>> = vec![Vec::with_capacity(strengths.len()); names.len()];
        let mut n_models = 0;
        for coef in coefs {
            if coef.len() != names.len() {
                return Err(Error::LengthMismatch {
                    what: "names",
                    expected: coef.len(),
                    found: names.len(),
                });
            }
            features.iter_mut().zip(coef).for_each(|(feature, value)| feature.push(value.widen()));
            n_models += 1;
        }
        match (strengths.len(), n_models) {
            (0, _) => Err(Error::Empty { what: "the path", axis: "rows" }),
            (expected, found) if expected != found => {
                Err(Error::LengthMismatch { what: "the path", expected, found })
            }
            _ => Ok(Self {
                parameter: parameter.into(),
                strengths: strengths.to_vec(),
                coefs: features,
                names: names.iter().map(|name| name.as_ref().to_owned()).collect(),
            }),
        }
    }

    /// The features, those with the largest coefficients first.
    fn ranked(&self) -> Vec<usize> {
        let sizes: Vec<f64> = self
            .coefs
            .iter()
            .map(|values| values.iter().map(|value| value.abs()).fold(0.0, f64::max))
            .collect();
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.sort_by(|&a, &b| sizes[b].total_cmp(&sizes[a]));
        order
    }
}

/// A line a feature, on a log axis where strengths are of several magnitudes.
impl Picture for CoefPath {
    fn chart(&self) -> Result<Chart> {
        let title = format!("Coefficients by {}", self.parameter);
        let axis = Axis::of_values(self.parameter.clone(), &self.strengths);
        let mut chart = Chart::new(title, axis, Axis::linear("coefficient"));
        let ranked = self.ranked();
        let (named, others) = ranked.split_at(NAMED.min(ranked.len()));
        let line = |feature: usize, paint| {
            Line::new(self.strengths.iter().copied().zip(self.coefs[feature].iter().copied()), paint)
        };
        for &feature in others {
            chart = chart.layer(line(feature, Paint::Muted));
        }
        for (rank, &feature) in named.iter().enumerate() {
            chart = chart.layer(line(feature, Paint::Series(rank)).named(&self.names[feature]));
        }
        Ok(chart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::Layer;
    use ndarray::array;

    #[test]
    fn the_largest_are_named() -> Result<()> {
        let coefs = array![[0.0, 5.0, -1.0], [0.5, 1.0, -9.0]];
        let path = CoefPath::new("C", &[0.1, 1.0], coefs.rows(), &["a", "b", "c"])?;
        assert_eq!(path.ranked(), [2, 1, 0]);
        let chart = path.chart()?;
        let Some(Layer::Line(first)) = chart.layers().first() else { panic!("{chart:?}") };
        assert_eq!(
            (first.name.as_deref(), first.points.as_slice()),
            (Some("c"), &[(0.1, -1.0), (1.0, -9.0)][..])
        );
        assert!(CoefPath::new("C", &[0.1], coefs.rows(), &["a", "b", "c"]).is_err());
        assert!(CoefPath::new("C", &[0.1, 1.0], coefs.rows(), &["a", "b"]).is_err());
        Ok(())
    }
}
