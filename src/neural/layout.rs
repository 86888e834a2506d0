//! Where the parameters of a network lie.

use std::ops::Range;

/// The widths of all layers, from the features to the outputs; their parameters lie one after the other: of each layer
/// the weights, n_in × n_out in C order, and the biases.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    widths: Vec<usize>,
}

impl Layout {
    pub(super) fn new(n_features: usize, hidden: &[usize], n_outputs: usize) -> Self {
        let widths = std::iter::once(n_features).chain(hidden.iter().copied()).chain([n_outputs]).collect();
        Self { widths }
    }

    /// The number of layers with weights: the hidden ones, and that of the outputs.
    pub(super) fn n_layers(&self) -> usize {
        self.widths.len().saturating_sub(1)
    }

    /// The width of a layer; 0 is that of the features.
    pub(super) fn width(&self, layer: usize) -> usize {
        self.widths.get(layer).copied().unwrap_or(0)
    }

    pub(super) fn n_features(&self) -> usize {
        self.width(0)
    }

    pub(super) fn n_outputs(&self) -> usize {
        self.widths.last().copied().unwrap_or(0)
    }

    /// The widths of the hidden layers.
    pub(super) fn hidden(&self) -> &[usize] {
        self.widths.get(1..self.n_layers()).unwrap_or(&[])
    }

    fn size(&self, layer: usize) -> usize {
        (self.width(layer) + 1) * self.width(layer + 1)
    }

    pub(super) fn n_parameters(&self) -> usize {
        (0..self.n_layers()).map(|layer| self.size(layer)).sum()
    }

    /// Whether there is room for all parameters, their gradients and what a rule remembers of them.
    pub(super) fn has_room(&self) -> bool {
        let size = |pair: &[usize]| pair[0].checked_add(1)?.checked_mul(pair[1]);
        let total =
            self.widths.windows(2).try_fold(0usize, |sum, pair| size(pair).and_then(|n| sum.checked_add(n)));
        total.is_some_and(|n| Vec::<[f64; 4]>::new().try_reserve_exact(n).is_ok())
    }

    /// The weights that lead from a layer to the next one, among all parameters.
    pub(super) fn weights(&self, layer: usize) -> Range<usize> {
        let start: usize = (0..layer).map(|before| self.size(before)).sum();
        start..start + self.width(layer) * self.width(layer + 1)
    }

    /// The biases of the next layer.
    pub(super) fn bias(&self, layer: usize) -> Range<usize> {
        let end = self.weights(layer).end;
        end..end + self.width(layer + 1)
    }
}
