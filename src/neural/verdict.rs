//! Whether a fit has ended with a loss worth having.

use super::Finding;
use super::lbfgs::{Iterate, Lbfgs};
use super::output::OutputLoss;
use super::pass::Goal;
use std::cmp::Ordering;

/// A loss that is so many times another one is beyond what chance makes of it.
const TOO_MUCH: f64 = 2.0;
/// Where a constant is right for nearly all rows, no network beats it: less than this part of what outputs of 0 cost is
/// good enough.
const SMALL: f64 = 1e-4;

/// Mean losses without penalties, on some rows of a fit.
#[derive(Clone, Copy)]
pub(super) struct Losses {
    /// At the weights that the fit began with, and at those that it gives back.
    pub(super) first: f64,
    pub(super) last: f64,
    /// The least one that is not to be called bad.
    pub(super) bar: f64,
}

/// The loss of the best outputs that are the same for all of these rows; more, if it is as good as nothing in parts of
/// what outputs of 0 cost, or of `first` where they cost nothing.
pub(super) fn bar(goal: &Goal<'_>, rows: &[usize], n_outputs: usize, first: f64) -> f64 {
    let distinct = distinct(goal, rows, n_outputs);
    let mean = |w: Vec<f64>| mean_at(w, goal.loss, &distinct);
    let zero = mean(vec![0.0; n_outputs]).value;
    let scale = if zero > 0.0 { zero } else { first };
    Lbfgs::default().lowest(mean, n_outputs).max(SMALL * scale)
}

/// The targets of these rows, each once, and the share of the weight that rows with them have.
fn distinct<'a>(goal: &Goal<'a>, rows: &[usize], n_outputs: usize) -> Vec<(&'a [f64], f64)> {
    let n_targets = goal.loss.n_targets(n_outputs);
    let n = goal.weight_of(rows);
    let of = |&row: &usize| (&goal.targets[row * n_targets..(row + 1) * n_targets], goal.weight(row) / n);
    let mut all: Vec<(&[f64], f64)> = rows.iter().map(of).collect();
    let order = |a: &[f64], b: &[f64]| {
        a.iter().zip(b).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    };
    all.sort_by(|(a, _), (b, _)| order(a, b));
    all.dedup_by(|(targets, share), (kept, sum)| {
        let is_same = targets == kept;
        if is_same {
            *sum += *share;
        }
        is_same
    });
    all
}

/// The mean loss of the outputs w, and its gradient.
fn mean_at(w: Vec<f64>, loss: &dyn OutputLoss, distinct: &[(&[f64], f64)]) -> Iterate {
    let (mut value, mut gradient, mut z) = (0.0, vec![0.0; w.len()], w.clone());
    for (targets, share) in distinct {
        z.copy_from_slice(&w);
        value += share * loss.value_and_slopes(targets, &mut z);
        gradient.iter_mut().zip(&z).for_each(|(sum, slope)| *sum += share * slope);
    }
    Iterate { w, value, gradient }
}

/// What is said of a loss: whether it grows, and whether a constant has a lower one.
pub(super) fn of(losses: Losses, curve: &[f64]) -> Option<Finding> {
    let Losses { first, last, bar } = losses;
    let grows = |first: f64, last: f64| {
        let diverges = last > TOO_MUCH * first && last > bar;
        diverges.then_some(Finding::DivergingLoss { first, last, try_rate: None })
    };
    let of_curve = match curve {
        [first, .., last] => grows(*first, *last),
        _ => None,
    };
    let is_bad = last > TOO_MUCH * bar;
    let worse = || is_bad.then_some(Finding::WorseThanConstant { loss: last, constant: bar, try_rate: None });
    grows(first, last).or(of_curve).or_else(worse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{Huber, LogLoss, SquaredError};
    use crate::neural::{OutputLoss, Separate, SoftmaxCrossEntropy};

    #[track_caller]
    fn check(loss: &dyn OutputLoss, targets: &[f64], weights: &[f64], n_outputs: usize, expected: f64) {
        let rows: Vec<usize> = (0..weights.len()).collect();
        let found = bar(&Goal { loss, targets, weights, unit: 1.0 }, &rows, n_outputs, 1.0);
        assert!((found - expected).abs() < 1e-6 * expected, "{loss:?}: {found} {expected}");
    }

    #[test]
    fn the_bar_is_the_best_constant() {
        // Half a variance, of each column.
        check(&Separate(SquaredError), &[1e3, 1e3 + 4.0], &[1.0; 2], 1, 50.2004);
        check(&Separate(SquaredError), &[10.0, 14.0], &[1.0, 3.0], 1, 1.5);
        check(&Separate(SquaredError), &[10.0, -1.0, 14.0, -3.0], &[1.0; 2], 2, 2.5);
        // The entropy of the classes.
        let entropy = |p: &[f64]| -p.iter().map(|p| p * p.ln()).sum::<f64>();
        check(&Separate(LogLoss), &[1.0, -1.0, -1.0], &[1.0; 3], 1, entropy(&[1.0 / 3.0, 2.0 / 3.0]));
        check(&SoftmaxCrossEntropy, &[0.0, 1.0, 2.0, 2.0], &[1.0; 4], 3, entropy(&[0.25, 0.25, 0.5]));
        // The median, as long as the errors are large.
        check(&Separate(Huber { epsilon: 0.1 }), &[0.0, 5.0, 9.0], &[1.0; 3], 1, (0.495 + 0.395) / 3.0);
        // A constant that is right for all: a part of what 0 costs, or of what the network began with.
        check(&Separate(SquaredError), &[6.0; 4], &[1.0; 4], 1, 18.0 * SMALL);
        check(&Separate(SquaredError), &[0.0; 4], &[1.0; 4], 1, SMALL);
    }

    #[test]
    fn losses_that_grow_or_never_get_low_are_named() {
        let end = |first, last| of(Losses { first, last, bar: 0.7 }, &[]);
        assert!(end(0.8, 0.1).is_none() && end(1e-6, 0.5).is_none() && end(1.3, 1.3).is_none());
        assert_eq!(end(0.8, 1.7), Some(Finding::DivergingLoss { first: 0.8, last: 1.7, try_rate: None }));
        let worse = Finding::WorseThanConstant { loss: 1e4, constant: 0.7, try_rate: None };
        assert_eq!(end(1e12, 1e4), Some(worse));
        let curve = |curve: &[f64]| of(Losses { first: 0.8, last: 0.6, bar: 0.7 }, curve);
        assert!(curve(&[1.0, 0.5, 1.9]).is_none() && curve(&[1.0]).is_none() && curve(&[0.1, 0.3]).is_none());
        assert_eq!(
            curve(&[1.0, 0.5, 2.1]),
            Some(Finding::DivergingLoss { first: 1.0, last: 2.1, try_rate: None })
        );
    }
}
