//! Forward through a network and back again.
//!
//! With a₀ = x, zₗ = aₗ₋₁ Wₗ + bₗ and aₗ = f(zₗ), the outputs being z of the last layer: forward keeps all aₗ, and zₗ where
//! the slope of f needs it. Backward begins with δ = ∂ℓ/∂z of the outputs, row by row; each layer has the gradients
//! aₗ₋₁ᵀ δ of its weights and Σ δ of its biases, and hands (δ Wₗᵀ) ∘ f′(zₗ₋₁) on: one product of matrices for each.
//! Rumelhart, Hinton and Williams 1986, doi:10.1038/323533a0.

use super::activation::Activation;
use super::inputs::Inputs;
use super::lanes::{AT_A_TIME, in_f64, in_f64_beside, narrow, sum_of_squares, widen};
use super::layout::Layout;
use super::lines;
use super::output::OutputLoss;
use super::product::{Matrix, Panels};
use crate::random::Random;
use crate::scalar::Scalar;
use crate::simd;

/// What is computed.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a, F> {
    pub(super) layout: &'a Layout,
    pub(super) activation: &'a dyn Activation,
    pub(super) inputs: &'a dyn Inputs<F>,
}

/// What the rows of a batch are to give, for each row of the features.
#[derive(Clone, Copy)]
pub(super) struct Goal<'a> {
    pub(super) loss: &'a dyn OutputLoss,
    /// So many numbers a row.
    pub(super) targets: &'a [f64],
    pub(super) weights: &'a [f64],
    /// What weights are multiplied with: only their ratios count, and those far from 1 would leave the range of `f32`.
    pub(super) unit: f64,
}

impl Goal<'_> {
    /// The weight of a row.
    pub(super) fn weight(&self, row: usize) -> f64 {
        self.unit * self.weights[row]
    }

    /// That of some rows together.
    pub(super) fn weight_of(&self, rows: &[usize]) -> f64 {
        rows.iter().map(|&row| self.weight(row)).sum()
    }
}

/// Room for all that a batch needs, made once.
#[derive(Debug, Clone)]
pub(super) struct Buffers<F> {
    input: Vec<F>,
    /// aₗ of the hidden layers, and zₗ where it is kept.
    activations: Vec<Vec<F>>,
    sums: Vec<Vec<F>>,
    /// What each hidden unit was multiplied with: 0, or what those are that stay; empty without dropout.
    masks: Vec<Vec<F>>,
    dropout: f64,
    /// The outputs, and later ∂ℓ/∂z of them.
    scores: Vec<F>,
    delta: Vec<F>,
    next_delta: Vec<F>,
    /// The same in `f64`, for the loss.
    wide_scores: Vec<f64>,
    /// Σ δ² of each layer with weights, where somebody asks for it.
    delta_squares: Vec<f64>,
    panels: Panels<F>,
}

impl<F: Scalar> Buffers<F> {
    /// For batches of up to so many rows, that leave hidden units out with the probability `dropout`.
    pub(super) fn new(pass: &Pass<'_, F>, rows: usize, dropout: f64) -> Self {
        let zeros = |width: usize| vec![F::zero(); rows * width];
        let hidden = || pass.layout.hidden().iter().map(|&width| zeros(width)).collect::<Vec<_>>();
        let largest =
            (0..=pass.layout.n_layers()).map(|layer| pass.layout.width(layer)).fold(rows, usize::max);
        let widest = pass.layout.hidden().iter().copied().max().unwrap_or(0);
        Self {
            input: if pass.inputs.is_sparse() { Vec::new() } else { zeros(pass.layout.n_features()) },
            activations: hidden(),
            sums: if pass.activation.needs_input() { hidden() } else { Vec::new() },
            masks: if dropout > 0.0 { hidden() } else { Vec::new() },
            dropout,
            scores: zeros(pass.layout.n_outputs()),
            delta: zeros(widest),
            next_delta: zeros(widest),
            wide_scores: vec![0.0; rows * pass.layout.n_outputs()],
            delta_squares: Vec::new(),
            panels: Panels::new(largest),
        }
    }

    /// Sums the squares of δ of each layer from now on.
    pub(super) fn watch(&mut self, layout: &Layout) {
        self.delta_squares = vec![0.0; layout.n_layers()];
    }

    /// Σ δ² over the rows and the units of each layer with weights.
    pub(super) fn delta_squares(&self) -> &[f64] {
        &self.delta_squares
    }

    /// The outputs of the batch, row after row.
    pub(super) fn scores(&self) -> &[F] {
        &self.scores
    }

    /// aₗ of the batch.
    pub(super) fn activations(&self, hidden_layer: usize) -> &[F] {
        self.activations.get(hidden_layer).map_or(&[], Vec::as_slice)
    }

    /// zₗ of the batch, where it is kept.
    pub(super) fn sums(&self, hidden_layer: usize) -> &[F] {
        self.sums.get(hidden_layer).map_or(&[], Vec::as_slice)
    }
}

/// What forward has kept of a hidden layer.
struct Kept<'a, F> {
    a: &'a [F],
    /// Empty where it is not needed.
    z: &'a [F],
    mask: Option<&'a [F]>,
    /// The probability with which a unit stays.
    stays: f64,
}

impl<F: Scalar> Pass<'_, F> {
    /// The outputs of some rows, no more than the buffers have room for. Of dropout the numbers say who is left out.
    pub(super) fn forward(
        &self,
        parameters: &[F],
        rows: &[usize],
        buffers: &mut Buffers<F>,
        dropout: &mut Random,
    ) {
        let (n, last) = (rows.len(), self.layout.n_layers() - 1);
        if !self.inputs.is_sparse() {
            let d = self.layout.n_features();
            self.inputs.gather(rows, d, &mut buffers.input[..n * d]);
        }
        for layer in 0..=last {
            let (width, next) = (self.layout.width(layer), self.layout.width(layer + 1));
            let (weights, bias) =
                (&parameters[self.layout.weights(layer)], &parameters[self.layout.bias(layer)]);
            let (before, after) = buffers.activations.split_at_mut(layer);
            let z = &mut after.first_mut().unwrap_or(&mut buffers.scores)[..n * next];
            z.chunks_exact_mut(next).for_each(|row| row.copy_from_slice(bias));
            if layer == 0 && self.inputs.is_sparse() {
                self.inputs.add_products(rows, weights, next, z);
            } else {
                let a = Matrix::new(before.last().unwrap_or(&buffers.input), width);
                buffers.panels.add_product((n, width, next), a, Matrix::new(weights, next), z);
            }
            if layer == last {
                break;
            }
            if let Some(sums) = buffers.sums.get_mut(layer) {
                sums[..n * next].copy_from_slice(z);
            }
            match self.activation.line_below() {
                Some(below) => simd::run(lines::Values { below: F::narrow(below), z }),
                None => in_f64(z, |z| self.activation.values(z)),
            }
            if let Some(mask) = buffers.masks.get_mut(layer) {
                leave_out(buffers.dropout, dropout, z, mask);
            }
        }
    }

    /// Σ sᵢ ℓ(yᵢ, zᵢ) over the rows of the last [`forward`](Self::forward), and the gradient of that sum added to
    /// `gradient`.
    pub(super) fn backward(
        &self,
        parameters: &[F],
        rows: &[usize],
        goal: &Goal<'_>,
        buffers: &mut Buffers<F>,
        gradient: &mut [F],
    ) -> f64 {
        let loss = self.slopes(rows, goal, buffers);
        let (n, last) = (rows.len(), self.layout.n_layers() - 1);
        let Buffers {
            input,
            activations,
            sums,
            masks,
            dropout,
            scores,
            delta,
            next_delta,
            delta_squares,
            panels,
            ..
        } = buffers;
        for layer in (0..=last).rev() {
            let (width, next) = (self.layout.width(layer), self.layout.width(layer + 1));
            let delta_here = if layer == last { &scores[..n * next] } else { &delta[..n * next] };
            if let Some(sum) = delta_squares.get_mut(layer) {
                *sum += sum_of_squares(delta_here);
            }
            let of_bias = &mut gradient[self.layout.bias(layer)];
            for row in delta_here.chunks_exact(next) {
                of_bias.iter_mut().zip(row).for_each(|(sum, delta)| *sum += *delta);
            }
            let of_weights = &mut gradient[self.layout.weights(layer)];
            let Some(hidden) = layer.checked_sub(1) else {
                if self.inputs.is_sparse() {
                    self.inputs.add_transposed_products(rows, delta_here, next, of_weights);
                } else {
                    let x = Matrix::new(input, width).transposed();
                    panels.add_product((width, n, next), x, Matrix::new(delta_here, next), of_weights);
                }
                break;
            };
            let a = &activations[hidden][..n * width];
            let a_t = Matrix::new(a, width).transposed();
            panels.add_product((width, n, next), a_t, Matrix::new(delta_here, next), of_weights);
            let handed_on = &mut next_delta[..n * width];
            handed_on.fill(F::zero());
            let w_t = Matrix::new(&parameters[self.layout.weights(layer)], next).transposed();
            panels.add_product((n, next, width), Matrix::new(delta_here, next), w_t, handed_on);
            let z = sums.get(hidden).map_or(&[][..], |sums| &sums[..n * width]);
            let mask = masks.get(hidden).map(|mask| &mask[..n * width]);
            self.bend(handed_on, &Kept { a, z, mask, stays: 1.0 - *dropout });
            std::mem::swap(delta, next_delta);
        }
        loss
    }

    /// δ ← δ ∘ f′(z), and what dropout makes of it.
    fn bend(&self, delta: &mut [F], kept: &Kept<'_, F>) {
        let Kept { a, z, mask, stays } = *kept;
        for (delta, &mask) in delta.iter_mut().zip(mask.unwrap_or(&[])) {
            *delta *= mask;
        }
        if let Some(below) = self.activation.line_below() {
            return simd::run(lines::TimesSlopes { below: F::narrow(below), a, delta });
        }
        if mask.is_none() {
            in_f64_beside(delta, z, a, |delta, z, a| self.activation.times_slopes(z, a, delta));
            return;
        }
        // The slope is that of f at z: of what `a` was before the mask.
        in_f64_beside(delta, z, a, |delta, z, a| {
            let mut unmasked = [0.0; AT_A_TIME];
            let unmasked = &mut unmasked[..a.len()];
            unmasked.iter_mut().zip(a).for_each(|(to, a)| *to = a * stays);
            self.activation.times_slopes(z, unmasked, delta);
        });
    }

    /// Σ sᵢ ℓ(yᵢ, zᵢ), and sᵢ ∂ℓ/∂z in the place of the outputs.
    fn slopes(&self, rows: &[usize], goal: &Goal<'_>, buffers: &mut Buffers<F>) -> f64 {
        let width = self.layout.n_outputs();
        let n_targets = goal.loss.n_targets(width);
        let (scores, wide) = (&mut buffers.scores[..rows.len() * width], &mut buffers.wide_scores);
        let wide = &mut wide[..rows.len() * width];
        widen(scores, wide);
        let mut sum = 0.0;
        for (&row, z) in rows.iter().zip(wide.chunks_exact_mut(width)) {
            let targets = &goal.targets[row * n_targets..(row + 1) * n_targets];
            let weight = goal.weight(row);
            sum += weight * goal.loss.value_and_slopes(targets, z);
            if weight != 1.0 {
                z.iter_mut().for_each(|slope| *slope *= weight);
            }
        }
        narrow(wide, scores);
        sum
    }
}

/// Leaves out each unit with this probability. Those that stay are multiplied with 1/(1 − rate), so that the expectation
/// of a sum of them is what it was.
fn leave_out<F: Scalar>(rate: f64, random: &mut Random, a: &mut [F], mask: &mut [F]) {
    let stays = F::narrow(1.0 / (1.0 - rate));
    for (a, mask) in a.iter_mut().zip(mask) {
        *mask = if random.uniform() < rate { F::zero() } else { stays };
        *a *= *mask;
    }
}
