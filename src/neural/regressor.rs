//! The model that a network of one number is fitted to.

use super::network::Network;
use super::report::NeuralReport;
use crate::data::Features;
use crate::error::{Error, Result};
use crate::estimator::Predictor;
use crate::scalar::Scalar;
use ndarray::Array1;

/// A fitted network whose one output is the prediction.
///
/// `F` is the float type of the features it was fitted on and predicts from.
///
/// ```
/// use certifit::neural::{FittedMLPRegressor, Network, Relu};
/// use certifit::prelude::*;
/// use ndarray::array;
/// // max(0, x) + 1.
/// let layers = vec![(array![[1.0]], array![0.0]), (array![[1.0]], array![1.0])];
/// let model = FittedMLPRegressor::new(Network::new(layers, Relu)?)?;
/// assert_eq!(model.predict(&array![[-3.0], [2.0]])?.to_vec(), [1.0, 3.0]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FittedMLPRegressor<F> {
    network: Network<F>,
    report: NeuralReport,
}

impl<F: Scalar> FittedMLPRegressor<F> {
    /// A model of a network that is there already.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] where the network has more than one output.
    pub fn new(network: Network<F>) -> Result<Self> {
        match network.n_outputs() {
            1 => Ok(Self::of(network, None)),
            n => Err(Error::invalid_parameter("network", n, "a network of 1 output")),
        }
    }

    pub(super) fn of(network: Network<F>, report: Option<NeuralReport>) -> Self {
        Self { network, report: report.unwrap_or_else(NeuralReport::of_no_fit) }
    }

    /// The weights.
    pub fn network(&self) -> &Network<F> {
        &self.network
    }

    /// The number of features seen by `fit`.
    pub fn n_features_in(&self) -> usize {
        self.network.n_features()
    }

    /// How the fit went.
    pub fn report(&self) -> &NeuralReport {
        &self.report
    }
}

/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`], and [`Error::Overflow`] where a prediction leaves
/// the range of `F`.
impl<F: Scalar, X: Features<Elem = F>> Predictor<X> for FittedMLPRegressor<F> {
    type Output = Array1<F>;

    fn predict(&self, x: &X) -> Result<Array1<F>> {
        Ok(self.network.outputs(x)?.into_iter().collect())
    }
}
