//! Layers of weights and biases.

use super::Initializer;
use super::activation::Activation;
use super::inputs::Inputs;
use super::layout::Layout;
use super::output::OutputLoss;
use super::pass::{Buffers, Goal, Pass};
use crate::data::{Features, Missing, Weights, check_features, check_width};
use crate::error::{Error, Result};
use crate::parallel;
use crate::random::Random;
use crate::scalar::Scalar;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use std::ops::Range;
use std::sync::Arc;

/// Rows that one thread looks at, and rows that it looks at at a time.
const PIECE: usize = 4096;
const BLOCK: usize = 256;

/// A feed-forward network: z = a W + b in each layer, a = f(z) in the hidden ones, and z as it is in the outputs.
///
/// Models of [`MLPClassifier`](super::MLPClassifier) and [`MLPRegressor`](super::MLPRegressor) hold one. To bring the
/// weights of another program, make one of them: scikit-learn's `coefs_` and `intercepts_` have the same shapes, those of
/// PyTorch's `Linear` are transposed.
///
/// ```
/// use certifit::neural::{Network, Relu};
/// use ndarray::array;
/// // |x₀ − x₁| is the sum of what either is beyond the other.
/// let hidden = (array![[1.0, -1.0], [-1.0, 1.0]], array![0.0, 0.0]);
/// let outputs = (array![[1.0], [1.0]], array![0.0]);
/// let network = Network::new(vec![hidden, outputs], Relu)?;
/// assert_eq!(network.outputs(&array![[3.0, 5.0], [4.0, 1.0]])?, array![[2.0], [3.0]]);
/// assert_eq!(network.hidden(&array![[3.0, 5.0]], 0)?, array![[0.0, 2.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Network<F> {
    pub(super) layout: Layout,
    pub(super) parameters: Vec<F>,
    pub(super) activation: Arc<dyn Activation>,
}

/// Two networks are the same if their shapes, weights and biases are, and their activations print the same.
impl<F: PartialEq> PartialEq for Network<F> {
    fn eq(&self, other: &Self) -> bool {
        self.layout == other.layout
            && self.parameters == other.parameters
            && format!("{:?}", self.activation) == format!("{:?}", other.activation)
    }
}

impl<F: Scalar> Network<F> {
    /// A network of the given layers: weights, n_in × n_out, and biases.
    ///
    /// # Errors
    /// [`Error::Empty`] without layers or with one of no units; [`Error::LengthMismatch`] where shapes do not fit
    /// together; [`Error::NonFinite`]; [`Error::InvalidParameter`] for those of the activation.
    pub fn new(layers: Vec<(Array2<F>, Array1<F>)>, activation: impl Activation + 'static) -> Result<Self> {
        activation.check()?;
        let widths: Vec<usize> = layers.iter().map(|(weights, _)| weights.ncols()).collect();
        let n_features = layers.first().map_or(0, |(weights, _)| weights.nrows());
        let (n_outputs, hidden) =
            widths.split_last().ok_or(Error::Empty { what: "a network", axis: "layers" })?;
        let layout = Layout::new(n_features, hidden, *n_outputs);
        let mut parameters = Vec::new();
        for (layer, (weights, bias)) in layers.iter().enumerate() {
            let expected = layout.width(layer);
            if weights.is_empty() {
                return Err(Error::Empty { what: "a layer", axis: "weights" });
            }
            if weights.nrows() != expected {
                let found = weights.nrows();
                return Err(Error::LengthMismatch { what: "the matrix of a layer", expected, found });
            }
            if bias.len() != weights.ncols() {
                let (expected, found) = (weights.ncols(), bias.len());
                return Err(Error::LengthMismatch { what: "the bias of a layer", expected, found });
            }
            let bad = weights.indexed_iter().find(|(_, value)| !value.is_finite());
            if let Some(((row, column), value)) = bad {
                let value = value.widen();
                return Err(Error::NonFinite { what: "a weight", row, column: Some(column), value });
            }
            if let Some((row, value)) = bias.iter().enumerate().find(|(_, value)| !value.is_finite()) {
                return Err(Error::NonFinite { what: "a bias", row, column: None, value: value.widen() });
            }
            parameters.extend(weights.iter().chain(bias));
        }
        Ok(Self { layout, parameters, activation: Arc::new(activation) })
    }

    /// A network of random weights, all as they are told, or each as [`Initializer`] says.
    pub(super) fn initialized(
        layout: Layout,
        activation: Arc<dyn Activation>,
        initializer: Option<Initializer>,
        random: &mut Random,
    ) -> Self {
        let mut parameters = vec![F::zero(); layout.n_parameters()];
        for layer in 0..layout.n_layers() {
            let own = match (layer, layer + 1 == layout.n_layers()) {
                (_, true) => Initializer::GlorotUniform,
                (0, _) => activation.initializer().of_features(),
                _ => activation.initializer(),
            };
            let drawn = initializer.unwrap_or(own).draw(layout.width(layer), layout.width(layer + 1), random);
            for (to, value) in parameters[layout.weights(layer)].iter_mut().zip(drawn) {
                *to = F::narrow(value);
            }
        }
        Self { layout, parameters, activation }
    }

    /// The number of features.
    pub fn n_features(&self) -> usize {
        self.layout.n_features()
    }

    /// The number of outputs.
    pub fn n_outputs(&self) -> usize {
        self.layout.n_outputs()
    }

    /// The number of units of each hidden layer.
    pub fn hidden_layer_sizes(&self) -> &[usize] {
        self.layout.hidden()
    }

    /// The number of weights and biases.
    pub fn n_parameters(&self) -> usize {
        self.layout.n_parameters()
    }

    /// f of the hidden layers.
    pub fn activation(&self) -> &dyn Activation {
        self.activation.as_ref()
    }

    /// The weights of each layer, n_in × n_out: scikit-learn's `coefs_`.
    pub fn coefs(&self) -> Vec<ArrayView2<'_, F>> {
        let of = |layer| {
            let shape = (self.layout.width(layer), self.layout.width(layer + 1));
            ArrayView2::from_shape(shape, &self.parameters[self.layout.weights(layer)]).ok()
        };
        (0..self.layout.n_layers()).filter_map(of).collect()
    }

    /// The biases of each layer: scikit-learn's `intercepts_`.
    pub fn intercepts(&self) -> Vec<ArrayView1<'_, F>> {
        let of = |layer| ArrayView1::from(&self.parameters[self.layout.bias(layer)]);
        (0..self.layout.n_layers()).map(of).collect()
    }

    /// The outputs of each row: shape (n_rows, n_outputs).
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`], [`Error::Unsupported`] for the data, and
    /// [`Error::Overflow`] where an output leaves the range of `F`.
    pub fn outputs<X: Features<Elem = F>>(&self, x: &X) -> Result<Array2<F>> {
        self.check(x)?;
        let values = self.of_blocks(x, 0..x.n_rows(), |n, buffers| {
            Ok(buffers.scores()[..n * self.n_outputs()].to_vec())
        })?;
        self.matrix(values.concat(), x.n_rows(), self.n_outputs())
    }

    /// What the units of a hidden layer, counted from 0, make of each row: shape (n_rows, units).
    ///
    /// # Errors
    /// Those of [`outputs`](Self::outputs), and [`Error::InvalidParameter`] for a layer that is not there.
    pub fn hidden<X: Features<Elem = F>>(&self, x: &X, layer: usize) -> Result<Array2<F>> {
        let hidden = self.layout.hidden();
        let width = hidden.get(layer).copied().ok_or_else(|| {
            Error::invalid_parameter(
                "layer",
                layer,
                format!("below the number of hidden layers, {}", hidden.len()),
            )
        })?;
        self.check(x)?;
        let values = self
            .of_blocks(x, 0..x.n_rows(), |n, buffers| Ok(buffers.activations(layer)[..n * width].to_vec()))?;
        self.matrix(values.concat(), x.n_rows(), width)
    }

    /// Σ sᵢ ℓ(yᵢ, zᵢ)/Σ sᵢ for the outputs z of each row, and its gradient, as a network of the same shape.
    ///
    /// `targets` has as many numbers a row as the loss says, `weights` one.
    ///
    /// # Errors
    /// Those of [`outputs`](Self::outputs); [`Error::LengthMismatch`], [`Error::NonFinite`], [`Error::InvalidWeight`] and
    /// [`Error::InvalidParameter`] for targets and weights; [`Error::Overflow`] where the loss is no number.
    ///
    /// ```
    /// use certifit::loss::SquaredError;
    /// use certifit::neural::{Identity, Network, Separate};
    /// use ndarray::array;
    /// let network = Network::new(vec![(array![[2.0]], array![1.0])], Identity)?;
    /// let (loss, gradient) = network.loss_gradient(&array![[1.0], [3.0]], &[3.0, 9.0], &[1.0, 1.0], &Separate(SquaredError))?;
    /// assert_eq!((loss, gradient.coefs()[0][[0, 0]], gradient.intercepts()[0][0]), (1.0, -3.0, -1.0));
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn loss_gradient<X: Features<Elem = F>>(
        &self,
        x: &X,
        targets: &[f64],
        weights: &[f64],
        loss: &impl OutputLoss,
    ) -> Result<(f64, Self)> {
        self.check(x)?;
        loss.check()?;
        let (n, n_targets) = (x.n_rows(), loss.n_targets(self.n_outputs()));
        for (what, expected, found) in
            [("targets", n * n_targets, targets.len()), ("weights", n, weights.len())]
        {
            if expected != found {
                return Err(Error::LengthMismatch { what, expected, found });
            }
        }
        ().weighted(weights)?;
        for (row, y) in targets.chunks_exact(n_targets.max(1)).enumerate() {
            if let Some(&value) = y.iter().find(|y| !y.is_finite()) {
                return Err(Error::NonFinite { what: "a target", row, column: None, value });
            }
            loss.check_targets(y, self.n_outputs())?;
        }
        let pass = Pass { layout: &self.layout, activation: self.activation(), inputs: x };
        let goal = Goal { loss, targets, weights, unit: 1.0 };
        let rows: Vec<usize> = (0..n).collect();
        let (mut sum, mut gradient) = pass.sums(&self.parameters, &rows, &goal);
        let n: f64 = weights.iter().sum();
        sum /= n;
        if !sum.is_finite() {
            return Err(Error::Overflow { what: "the loss of the network", column: None });
        }
        gradient.iter_mut().for_each(|g| *g = F::narrow(g.widen() / n));
        Ok((sum, Self { parameters: gradient, ..self.clone() }))
    }

    fn check<X: Features<Elem = F>>(&self, x: &X) -> Result<()> {
        check_width(x, self.n_features())?;
        check_features(x, Missing::Refused)
    }

    fn matrix(&self, values: Vec<F>, n_rows: usize, width: usize) -> Result<Array2<F>> {
        let overflow = Error::Overflow { what: "an output of the network", column: None };
        if values.iter().any(|value| !value.is_finite()) {
            return Err(overflow);
        }
        Array2::from_shape_vec((n_rows, width), values).map_err(|_| overflow)
    }

    /// What `visit` makes of the number of rows and the buffers of each block of rows, in order, on all threads.
    fn of_blocks<T: Send>(
        &self,
        inputs: &dyn Inputs<F>,
        rows: Range<usize>,
        visit: impl Fn(usize, &Buffers<F>) -> Result<T> + Sync + Send,
    ) -> Result<Vec<T>> {
        let pass = Pass { layout: &self.layout, activation: self.activation(), inputs };
        let pieces = parallel::try_map(rows.len().div_ceil(PIECE), |piece| {
            let start = rows.start + piece * PIECE;
            let piece: Vec<usize> = (start..rows.end.min(start + PIECE)).collect();
            let mut buffers = Buffers::new(&pass, BLOCK.min(piece.len()), 0.0);
            let mut made = Vec::new();
            for block in piece.chunks(BLOCK) {
                pass.forward(&self.parameters, block, &mut buffers, &mut Random::new(0));
                made.push(visit(block.len(), &buffers)?);
            }
            Ok(made)
        })?;
        Ok(pieces.into_iter().flatten().collect())
    }
}

impl<F: Scalar> Pass<'_, F> {
    /// The outputs of some rows, one row after the other.
    pub(super) fn outputs(&self, parameters: &[F], rows: &[usize]) -> Vec<F> {
        let width = self.layout.n_outputs();
        let mut buffers = Buffers::new(self, BLOCK.min(rows.len()), 0.0);
        let mut made = Vec::with_capacity(rows.len() * width);
        for block in rows.chunks(BLOCK) {
            self.forward(parameters, block, &mut buffers, &mut Random::new(0));
            made.extend_from_slice(&buffers.scores()[..block.len() * width]);
        }
        made
    }

    /// Σ sᵢ ℓ(yᵢ, zᵢ) over some rows and its gradient: of pieces, on all threads, summed in their order.
    pub(super) fn sums(&self, parameters: &[F], rows: &[usize], goal: &Goal<'_>) -> (f64, Vec<F>) {
        let of_piece = |piece: &[usize]| {
            let mut gradient = vec![F::zero(); parameters.len()];
            let mut buffers = Buffers::new(self, BLOCK.min(piece.len()), 0.0);
            let mut sum = 0.0;
            for block in piece.chunks(BLOCK) {
                self.forward(parameters, block, &mut buffers, &mut Random::new(0));
                sum += self.backward(parameters, block, goal, &mut buffers, &mut gradient);
            }
            (sum, gradient)
        };
        let pieces = parallel::map(rows.chunks(PIECE).collect(), of_piece).into_iter();
        let add = |(sum, mut gradient): (f64, Vec<F>), (more, others): (f64, Vec<F>)| {
            gradient.iter_mut().zip(others).for_each(|(to, other)| *to += other);
            (sum + more, gradient)
        };
        pieces.reduce(add).unwrap_or_else(|| (0.0, vec![F::zero(); parameters.len()]))
    }
}
