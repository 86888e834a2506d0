//! What may be wrong with a network, seen from its gradients and its units.

use super::lanes::widen;
use super::pass::Buffers;
use super::training::Plan;
use crate::random::Random;
use crate::scalar::Scalar;
use std::fmt;

/// How many rows of a fit are looked at.
const SAMPLE: usize = 1024;
const BLOCK: usize = 256;
/// A unit is dead if its slope is below this for every row.
const FLAT: f64 = 1e-6;
/// How many times smaller or larger the slopes of the loss may be at the first hidden layer than at the outputs.
const FAR: f64 = 1e4;

/// Something that keeps a network from learning.
///
/// ```
/// use certifit::neural::{Finding, Logistic};
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let deep = MLPClassifier::new().hidden_layer_sizes(&[10; 12]).activation(Logistic).max_iter(5);
/// let model = deep.fit(&data.features, &data.target)?;
/// let findings = model.report().findings();
/// assert!(matches!(findings[0], Finding::VanishingGradient { .. }));
/// assert!(findings[0].to_string().starts_with("the gradient vanishes: "));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Finding {
    /// Units of a hidden layer, counted from 0, whose slope is 0 for every row: they learn no more.
    DeadUnits {
        /// The layer.
        layer: usize,
        /// How many.
        units: usize,
        /// Of how many.
        of: usize,
    },
    /// The slopes of the loss at the first hidden layer are over 10⁴ times smaller than at the outputs, in the mean square:
    /// the first layers hardly learn.
    VanishingGradient {
        /// How many times as large they are.
        ratio: f64,
    },
    /// The same, over 10⁴ times larger.
    ExplodingGradient {
        /// How many times as large they are.
        ratio: f64,
    },
    /// The loss is more than twice what it was before the first step, or in the first epoch, and no constant would be worse.
    DivergingLoss {
        /// The loss at the begin.
        first: f64,
        /// That at the end.
        last: f64,
        /// Of the rate of the fit divided by powers of ten, the smallest whose first steps lower the loss about as much as
        /// those of any, if any do.
        try_rate: Option<f64>,
    },
    /// The loss is more than twice that of the best prediction that is the same for every row: steps are too long, or too
    /// short, or features or targets have scales that the fit cannot cope with.
    ///
    /// Where such a constant is right for nearly all rows, it is measured by a ten-thousandth of what outputs of 0 cost.
    WorseThanConstant {
        /// The loss of the weights that are returned.
        loss: f64,
        /// That of the constant.
        constant: f64,
        /// As for [`DivergingLoss`](Self::DivergingLoss), of rates that are smaller or larger than that of the fit.
        try_rate: Option<f64>,
    },
}

/// A rate to try, in words.
struct Try(Option<f64>);

impl fmt::Display for Try {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(rate) => write!(f, "try a learning rate of {rate:.0e}, or scale the data"),
            None => write!(f, "scale the data"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DeadUnits { layer, units, of } => write!(
                f,
                "{units} of {of} units of hidden layer {layer} are dead: try a smaller learning rate, or LeakyRelu"
            ),
            Self::VanishingGradient { ratio } => write!(
                f,
                "the gradient vanishes: {ratio:.0e} times as large at the first layer as at the outputs; try Relu, or \
                 fewer layers"
            ),
            Self::ExplodingGradient { ratio } => write!(
                f,
                "the gradient explodes: {ratio:.0e} times as large at the first layer as at the outputs; try clip_norm, \
                 or another initializer"
            ),
            Self::DivergingLoss { first, last, try_rate } => {
                write!(f, "the loss diverges, from {first:.3e} to {last:.3e}: {}", Try(*try_rate))
            }
            Self::WorseThanConstant { loss, constant, try_rate } => write!(
                f,
                "a constant is better: its loss is {constant:.3e} where that of the network is {loss:.3e}: {}",
                Try(*try_rate)
            ),
        }
    }
}

/// What is seen of a network at some parameters.
pub(super) struct Look {
    /// The mean loss, without dropout and without its penalty.
    pub(super) loss: f64,
    /// Of the objective on the rows that are looked at.
    pub(super) gradient_norm: f64,
    pub(super) findings: Vec<Finding>,
}

/// Rows from the whole of a fit: sorted data has others at its begin than at its end.
pub(super) fn sample(rows: &[usize]) -> Vec<usize> {
    rows.iter().step_by(rows.len().div_ceil(SAMPLE).max(1)).copied().collect()
}

/// Looks at a network on some rows of its fit.
pub(super) fn look<F: Scalar>(plan: &Plan<'_, F>, parameters: &[F], rows: &[usize]) -> Look {
    let layout = plan.pass.layout;
    let mut gradient = vec![F::zero(); parameters.len()];
    plan.begin_gradient(parameters, &mut gradient);
    let mut buffers = Buffers::new(&plan.pass, BLOCK.min(rows.len()), 0.0);
    buffers.watch(layout);
    let mut loss = 0.0;
    let mut steepest: Vec<Vec<f64>> = layout.hidden().iter().map(|&width| vec![0.0; width]).collect();
    for block in rows.chunks(BLOCK) {
        plan.pass.forward(parameters, block, &mut buffers, &mut Random::new(0));
        for (layer, steepest) in steepest.iter_mut().enumerate() {
            add_slopes(plan, &buffers, layer, block.len(), steepest);
        }
        loss += plan.pass.backward(parameters, block, &plan.goal, &mut buffers, &mut gradient);
    }
    let n = plan.goal.weight_of(rows);
    let gradient_norm = gradient.iter().fold(0.0, |norm: f64, g| norm.hypot(g.widen())) / n;
    let mut findings = Vec::new();
    for (layer, steepest) in steepest.iter().enumerate() {
        let units = steepest.iter().filter(|slope| **slope < FLAT).count();
        if units > 0 {
            findings.push(Finding::DeadUnits { layer, units, of: steepest.len() });
        }
    }
    findings.extend(of_ratio(ratio(buffers.delta_squares(), layout.width(1), layout.n_outputs())));
    Look { loss: loss / n, gradient_norm, findings }
}

/// The largest slope of each unit of a hidden layer over the rows of a block, and of those before.
fn add_slopes<F: Scalar>(
    plan: &Plan<'_, F>,
    buffers: &Buffers<F>,
    layer: usize,
    n_rows: usize,
    steepest: &mut [f64],
) {
    let width = steepest.len();
    let (a, z) = (buffers.activations(layer), buffers.sums(layer));
    let (mut wide_a, mut wide_z, mut slopes) =
        (vec![0.0; width], vec![0.0; width.min(z.len())], vec![0.0; width]);
    for row in 0..n_rows {
        let place = row * width..(row + 1) * width;
        widen(&a[place.clone()], &mut wide_a);
        if let Some(z) = z.get(place) {
            widen(z, &mut wide_z);
        }
        slopes.fill(1.0);
        plan.pass.activation.times_slopes(&wide_z, &wide_a, &mut slopes);
        let both = steepest.iter_mut().zip(&slopes);
        both.for_each(|(steepest, slope)| *steepest = slope.abs().max(*steepest));
    }
}

/// The root of the mean square of the slopes of the loss at the first hidden layer, in parts of that at the outputs.
fn ratio(delta_squares: &[f64], first_width: usize, n_outputs: usize) -> f64 {
    match delta_squares {
        [first, .., last] if *last > 0.0 => ((first / first_width as f64) / (last / n_outputs as f64)).sqrt(),
        _ => 1.0,
    }
}

fn of_ratio(ratio: f64) -> Option<Finding> {
    if ratio < 1.0 / FAR {
        Some(Finding::VanishingGradient { ratio })
    } else if ratio > FAR {
        Some(Finding::ExplodingGradient { ratio })
    } else {
        None
    }
}

impl Finding {
    /// Whether two findings are of the same kind, and of the same layer.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::DeadUnits { layer, .. }, Self::DeadUnits { layer: other, .. }) => layer == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// Whether the fit has no model worth having.
    pub(super) fn is_failure(&self) -> bool {
        matches!(self, Self::DivergingLoss { .. } | Self::WorseThanConstant { .. })
    }

    /// The same with a rate to try.
    pub(super) fn with_rate(mut self, rate: Option<f64>) -> Self {
        if let Self::DivergingLoss { try_rate, .. } | Self::WorseThanConstant { try_rate, .. } = &mut self {
            *try_rate = rate;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_named() {
        assert!(of_ratio(1.0).is_none());
        assert!(matches!(of_ratio(1e-5), Some(Finding::VanishingGradient { .. })));
        assert!(matches!(of_ratio(1e5), Some(Finding::ExplodingGradient { .. })));
        assert_eq!(ratio(&[8.0, 3.0, 1.0], 2, 1), 2.0);
        // All is fitted: nothing is left to be steep.
        assert_eq!(ratio(&[0.0, 0.0], 2, 1), 1.0);
    }

    #[test]
    fn samples_are_of_all_rows() {
        let rows: Vec<usize> = (0..5000).collect();
        assert_eq!(sample(&rows[..SAMPLE]), rows[..SAMPLE]);
        let some = sample(&rows);
        assert!(some.len() == 1000 && some[999] == 4995);
        assert!(sample(&[]).is_empty());
    }
}
