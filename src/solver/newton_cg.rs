//! Newton's method whose systems are solved by conjugate gradients.

use super::Solve;
use super::certificate::Repair;
use super::conjugate_gradients::{Hessian, Preconditioner};
use super::control::{Control, Solution, Track};
use super::design::Design;
use super::line_search::Line;
use super::packed::{RowAccess, WithRows, with_rows};
use super::problem::{Coefficients, Problem};
use super::report::StopReason;
use super::row_terms::of_slope;
use super::sample::{Sample, Strata};
use crate::data::AnyFeatures;
use crate::loss::SmoothLoss;
use crate::regularizer::L2;
use std::cell::Cell;

/// A sample has one of so many rows, and at least so many for each unknown; how exactly its problem is solved.
const SHARE: usize = 4;
const ROWS_PER_UNKNOWN: usize = 10;
const SMALLEST: usize = 2000;
const SAMPLE_TOL: f64 = 1e-2;
const SAMPLE_ITERATIONS: usize = 4;
/// The part of the gradient that a step leaves: less where the step before left about the gap that was foretold, and
/// the least where that ends the fit.
const FORCING: f64 = 0.1;
const TOLD_FORCING: f64 = 0.03;
const LEAST_FORCING: f64 = 0.003;
/// How many times as large as foretold a gap may be.
const TOLD: f64 = 2.0;
/// A step that comes so near to the gap that was asked for goes on until it is there, or below it, as a free intercept
/// costs a part that is not foretold.
const NEAR: f64 = 100.0;
const AIM: f64 = 0.5;
/// How exact the line search is.
const LINE_TOL: f64 = 1e-3;
/// Steps in a row that may fail to make the gap smaller.
const PATIENCE: usize = 8;

/// Newton's method with conjugate gradients, for smooth losses, many features and many more rows.
///
/// At v = (w, b) with scores p the direction solves H s = −∇ with H = R + Σ cᵢ ℓ″(yᵢ, pᵢ) x̃ᵢ x̃ᵢᵀ, R the penalty's
/// diagonal, by conjugate gradients until a tenth of the gradient is left; then comes an exact line search. After a step
/// that left about the gap that was foretold, it is 3 %, and near the end as much as leaves half of the gap that was asked
/// for, but no less than .3 %.
/// The preconditioner is the diagonal of H, and for sparse rows all of H between the 768 features that weigh most; it is
/// kept while the curvatures have moved by less than .5 % of their sum. Only rows with ℓ″ > 0 enter H s, at the cost of
/// their stored entries a step. The dual point is βᵢ = −cᵢ ℓ′(yᵢ, pᵢ), with which the gap is ½ ∇ᵀ R⁻¹ ∇ and what a free
/// intercept costs. It begins at the optimum of a quarter of the rows, found in the same way, where these are 2000 or
/// more and ten for each feature. No matrix of the size of H is made: memory is O(n + d) for each of up to 16 pieces of
/// rows, a packed copy of sparse rows, and the 768² entries of the preconditioner.
///
/// Lin, Weng and Keerthi 2008, "Trust Region Newton Method for Large-Scale Logistic Regression"; Nocedal and Wright 2006,
/// "Numerical Optimization", algorithm 7.1.
///
/// ```
/// use certifit::loss::SquaredHinge;
/// use certifit::regularizer::L2;
/// use certifit::solver::{Control, Intercept, NewtonCg, Problem, Solve};
/// let x = ndarray::array![[1.0], [-1.0]];
/// let problem = Problem::new(&x, vec![1.0, -1.0], vec![0.125; 2], SquaredHinge, L2, Intercept::None)?;
/// let solution = NewtonCg.solve(&problem, &Control::new(1e-12, 1000));
/// assert!((solution.coefficients.w[0] - 1.0 / 3.0).abs() < 1e-6);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct NewtonCg;

impl<L: SmoothLoss + Clone> Solve<L, L2> for NewtonCg {
    const NAME: &'static str = "newton-cg";

    fn solve(&self, problem: &Problem<'_, L, L2>, control: &Control) -> Solution {
        let order: Vec<usize> = (0..problem.n_rows()).collect();
        with_rows(problem.x, &order, Descent { problem, control })
    }
}

struct Descent<'a, L> {
    problem: &'a Problem<'a, L, L2>,
    control: &'a Control,
}

impl<L: SmoothLoss + Clone> WithRows for Descent<'_, L> {
    type Output = Solution;

    fn run(self, rows: &impl RowAccess) -> Solution {
        descend(self.problem, self.control, rows)
    }
}

fn descend<L: SmoothLoss + Clone>(
    problem: &Problem<'_, L, L2>,
    control: &Control,
    access: &impl RowAccess,
) -> Solution {
    let mut track = Track::start(<NewtonCg as Solve<L, L2>>::NAME, problem, control);
    let design = Design::centered_only(problem.x, problem.intercept);
    let penalty = design.penalty_weights();
    let mut v = design.vector(&start(problem, control));
    let mut last_metric: Option<Preconditioner> = None;
    let mut foretold = 0.0;
    for iteration in 1.. {
        let at = design.coefficients(&v);
        let beta = of_slope(&problem.loss);
        let (found, reason) = track.look(iteration, &at, Repair::Rough, &beta);
        if let Some(reason) = reason {
            return track.finish(reason);
        }
        if track.offers_without_progress() > PATIENCE {
            break;
        }
        let pull = design.centered(found.pull);
        let descent: Vec<f64> = (0..v.len()).map(|j| pull[j] - penalty[j] * v[j]).collect();
        let hessian = Hessian::new(&design, access, problem.curvature(&found.scores));
        let metric = match last_metric.take() {
            Some(metric) if metric.is_about(&hessian) => metric,
            _ => Preconditioner::new(&hessian),
        };
        let foresight =
            Foresight::new(found.certificate.relative_gap(), foretold, &descent, &penalty, control.tol);
        let direction =
            hessian.solve(&descent, &metric, |share, r| foresight.is_enough(share, r), control.clock);
        foretold = foresight.left.get();
        last_metric = Some(metric);
        let q = hessian.scores(&direction);
        let line = Line { v: &v, direction: &direction, scores: &found.scores, q: &q };
        let step = line.minimize(problem, &penalty, LINE_TOL);
        if !(step > 0.0) {
            break;
        }
        v.iter_mut().zip(&direction).for_each(|(v, direction)| *v += step * direction);
    }
    track.finish(StopReason::FloatingPointLimit)
}

/// How exactly a step is solved for.
///
/// But for what a free intercept costs, the gap at β = −cᵢ ℓ′ is ½ ∇ᵀ R⁻¹ ∇, so that what is left of the gradient tells
/// the gap that the step will leave, as far as curvatures stay. Where they did in the step before, this one may go on to
/// the end: another one would begin its conjugate gradients anew.
struct Foresight<'a> {
    penalty: &'a [f64],
    /// The gap that goes with a part of the gradient of size 1.
    unit: f64,
    tol: f64,
    is_told: bool,
    /// The gap that the step leaves.
    left: Cell<f64>,
}

impl<'a> Foresight<'a> {
    fn new(gap: f64, foretold: f64, descent: &[f64], penalty: &'a [f64], tol: f64) -> Self {
        let unit = gap / size(descent, penalty);
        let is_told = foretold.is_finite() && gap <= TOLD * foretold;
        Self { penalty, unit, tol, is_told, left: Cell::new(gap) }
    }

    /// Whether what is left of the gradient, whose square has this share as the preconditioner measures it, may stay.
    fn is_enough(&self, share: f64, r: &[f64]) -> bool {
        let left = self.unit * size(r, self.penalty);
        self.left.set(left);
        if !self.is_told {
            return share <= FORCING * FORCING;
        }
        let forcing = if left <= NEAR * self.tol { LEAST_FORCING } else { TOLD_FORCING };
        left <= AIM * self.tol || share <= forcing * forcing
    }
}

/// rᵀ R⁻¹ r of the unknowns that have a penalty.
fn size(r: &[f64], penalty: &[f64]) -> f64 {
    let penalized = r.iter().zip(penalty).filter(|(_, penalty)| **penalty > 0.0);
    penalized.map(|(r, penalty)| r * r / penalty).sum()
}

/// Where to begin: where the control says, or at the optimum of some of the rows.
fn start<L: SmoothLoss + Clone>(problem: &Problem<'_, L, L2>, control: &Control) -> Coefficients {
    if let Some(start) = &control.start {
        return start.at.clone();
    }
    let (n, d) = (problem.n_rows(), problem.x.n_features());
    let size = n / SHARE;
    if size < ROWS_PER_UNKNOWN.saturating_mul(d).max(SMALLEST) {
        return Coefficients::zeros(d);
    }
    let Sample { rows, y, c } = Strata::of(problem).sample(problem, size, control.seed);
    let gathered: Box<dyn AnyFeatures + '_> = problem.x.gather(&rows);
    let sample = problem.on(gathered.as_ref(), y, c);
    let of_sample =
        Control { clock: control.clock, seed: control.seed, ..Control::new(SAMPLE_TOL, SAMPLE_ITERATIONS) };
    NewtonCg.solve(&sample, &of_sample).coefficients
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::SquaredError;
    use crate::solver::Intercept;
    use ndarray::Array2;

    #[test]
    fn where_curvatures_stay_the_gap_is_the_one_that_was_foretold() -> crate::error::Result<()> {
        let x = Array2::from_shape_fn((60, 12), |(i, j)| ((i * 7 + j * j * 5 + i * j) % 11) as f64 - 5.0);
        let y: Vec<f64> = (0..60).map(|i| ((i * i) % 17) as f64).collect();
        for intercept in [Intercept::None, Intercept::Penalized { scaling: 2.0 }] {
            let problem = Problem::new(&x, y.clone(), vec![0.3; 60], SquaredError, L2, intercept)?;
            let control = Control::new(1e-9, 10);
            let mut track = Track::start("", &problem, &control);
            let design = Design::centered_only(problem.x, problem.intercept);
            let (penalty, beta) = (design.penalty_weights(), of_slope(&problem.loss));
            let at = Coefficients::zeros(12);
            let found = track.look(1, &at, Repair::Rough, &beta).0;
            let descent = design.centered(found.pull);
            let order: Vec<usize> = (0..60).collect();
            let task = OneStep { problem: &problem, design: &design, penalty: &penalty, descent: &descent };
            let (direction, share) = with_rows(problem.x, &order, task);
            let next = track.look(2, &design.coefficients(&direction), Repair::Rough, &beta).0;
            let ratio = next.certificate.gap / found.certificate.gap;
            assert!(share < 0.1 && (ratio / share - 1.0).abs() < 1e-6, "{ratio} {share}");
        }
        Ok(())
    }

    /// A step from 0: where it leads, and the share of the gap that is foretold.
    struct OneStep<'a> {
        problem: &'a Problem<'a, SquaredError, L2>,
        design: &'a Design<'a>,
        penalty: &'a [f64],
        descent: &'a [f64],
    }

    impl WithRows for OneStep<'_> {
        type Output = (Vec<f64>, f64);

        fn run(self, rows: &impl RowAccess) -> (Vec<f64>, f64) {
            let hessian = Hessian::new(self.design, rows, self.problem.curvature(&[0.0; 60]));
            let metric = Preconditioner::new(&hessian);
            let foresight = Foresight::new(1.0, 0.0, self.descent, self.penalty, 0.0);
            let clock = Control::new(1e-9, 10).clock;
            let direction =
                hessian.solve(self.descent, &metric, |share, r| foresight.is_enough(share, r), clock);
            (direction, foresight.left.get())
        }
    }

    #[test]
    fn steps_go_on_where_that_ends_the_fit() {
        let penalty = [1.0, 1.0, 0.0];
        let told = |foretold, tol| Foresight::new(1e-4, foretold, &[1.0, 1.0, 5.0], &penalty, tol);
        // What is left leaves a gap of 1e-6.
        let r = [0.1, 0.1, 0.7];
        // Where the gap was not foretold, a tenth is left, whatever that does to it.
        for foretold in [1e-6, f64::INFINITY, f64::NAN] {
            assert!(told(foretold, 1e-6).is_enough(0.0099, &r) && !told(foretold, 1e-3).is_enough(0.02, &r));
        }
        assert!(told(1e-4, 1e-5).is_enough(0.5, &r) && !told(1e-4, 1e-6).is_enough(0.0001, &r));
        assert!(told(1e-4, 1e-6).is_enough(8.9e-6, &r) && !told(1e-4, 1e-12).is_enough(0.0099, &r));
        assert!(told(1e-4, 1e-12).is_enough(0.00089, &r) && told(1e-4, 0.0).is_enough(0.00089, &r));
        // Without a size, and where no gap is known, shares decide.
        for gap in [1e-4, f64::INFINITY, f64::NAN] {
            let none = Foresight::new(gap, 1.0, &[0.0; 3], &penalty, 1e-6);
            assert!(none.is_enough(1e-6, &[0.0; 3]) && !none.is_enough(0.5, &[0.0; 3]));
        }
    }
}
