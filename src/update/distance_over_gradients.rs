use super::{Moved, UpdateRule};

/// The first reach of a parameter, in scores: how far its first step moves the score of the row that it is made for.
const FIRST_REACH: f64 = 1e-2;

/// Steps that need no rate: η rⱼ/√Gⱼ for each parameter, with rⱼ the farthest that it has been from where it began and
/// Gⱼ the sum of the squares of its gradients.
///
/// With η = 1 these are, one by one, the steps of DoG, "distance over gradients": a step that is too short lets the
/// distance grow, and with it the next steps; gradients make it shorter. Neither the units of features nor the size of
/// the optimum matter. Gradients are taken about the mean of each feature, so that parameters and the intercept do not
/// pull at each other on features that are far from 0. What it goes around the optimum is to be averaged. Ivgi, Hinder
/// and Carmon 2023, "DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule", arXiv:2302.12022.
///
/// ```
/// use certifit::update::{DistanceOverGradients, UpdateRule};
/// // The minimum of |w − 3|, whatever the unit of w.
/// for unit in [1e-3, 1.0, 1e3] {
///     let (mut w, mut memory, mut mean) = ([0.0], [Default::default()], 0.0);
///     for t in 1..=5000 {
///         let slope = f64::signum(w[0] / unit - 3.0) / unit;
///         DistanceOverGradients.update_all(1.0, f64::from(t), &mut w, &[slope], &mut memory);
///         mean += 9.0 * (w[0] / unit - mean) / (8.0 + f64::from(t));
///     }
///     assert!((mean - 3.0).abs() < 0.05, "{mean}");
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct DistanceOverGradients;

/// What [`DistanceOverGradients`] remembers of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Distance {
    start: f64,
    farthest: f64,
    largest: f64,
    squares: f64,
}

impl UpdateRule for DistanceOverGradients {
    type Memory = Distance;
    type Step = f64;

    const IS_CENTERED: bool = true;

    #[inline(always)]
    fn step(&self, rate: f64, _t: f64) -> f64 {
        rate
    }

    #[inline(always)]
    fn update(rate: &f64, w: f64, gradient: f64, memory: &mut Distance) -> Moved {
        if memory.squares == 0.0 {
            memory.start = w;
        }
        memory.squares += gradient * gradient;
        memory.largest = memory.largest.max(gradient.abs());
        memory.farthest = memory.farthest.max((w - memory.start).abs());
        if !(memory.squares > 0.0) {
            return Moved { w, reach: 0.0 };
        }
        let reach = rate * memory.farthest.max(FIRST_REACH / memory.largest) / memory.squares.sqrt();
        Moved { w: w - reach * gradient, reach }
    }
}
