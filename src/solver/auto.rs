//! Which solver serves which problem.

use super::control::{Control, Solution};
use super::problem::Problem;
use super::reduce::solve_reduced;
use super::{
    CoordinateDescent, DualCoordinateDescent, InteriorPoint, Newton, NewtonCg, QuasiNewton, SemismoothNewton,
    SemismoothNewtonCg, Solve,
};
use crate::error::Result;
use crate::loss::{DualLoss, Hinge, MarginLoss, SmoothLoss};
use crate::regularizer::{L2, NoPenalty};

/// Steps that the faster methods get before the interior point method takes over.
const FIRST_ITERATIONS: usize = 30;
/// Epochs that coordinate descent gets at least before a second-order method takes over.
const DESCENT_EPOCHS: usize = 300;
/// Epochs that it gets where Newton's method without a matrix takes over, and steps of that before another method does.
const FEW_EPOCHS: usize = 500;
const STEPS_WITHOUT_MATRIX: usize = 100;
/// Steps that Newton's method gets without a penalty.
const STEPS_WITHOUT_PENALTY: usize = 60;

/// How the optimum is found. All ways end at the same one.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let descent = LinearSVC::new().tol(1e-9).solver(Solver::DualCoordinateDescent);
/// let auto = LinearSVC::new().tol(1e-9);
/// let (descent, auto) =
///     (descent.fit(&data.features, &data.target)?, auto.fit(&data.features, &data.target)?);
/// assert_eq!(descent.report().solver(), "dual-coordinate-descent");
/// assert!((descent.report().primal() / auto.report().primal() - 1.0).abs() < 1e-8);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Solver {
    /// With n rows, d features and u = min(n, d) unknowns:
    ///
    /// | | |
    /// |---|---|
    /// | u ≤ [`FEW_UNKNOWNS`](Solver::FEW_UNKNOWNS) | [`SecondOrder`](Solver::SecondOrder) |
    /// | dense, n ≥ [`ROWS_PER_UNKNOWN`](Solver::ROWS_PER_UNKNOWN) d, u ≤ [`DIRECT_UNKNOWNS`](Solver::DIRECT_UNKNOWNS) | `SecondOrder` |
    /// | sparse or u > [`MOST_UNKNOWNS`](Solver::MOST_UNKNOWNS), n ≥ [`ROWS_PER_FEATURE`](Solver::ROWS_PER_FEATURE) d | [`NewtonCg`], for the hinge [`SemismoothNewtonCg`] |
    /// | sparse or u > `MOST_UNKNOWNS`, not the ε-insensitive loss | [`DualCoordinateDescent`], and `NewtonCg` or `SemismoothNewtonCg` where that has not ended after 500 epochs; where neither has, `SecondOrder` for u ≤ `MOST_UNKNOWNS`, else coordinate descent again |
    /// | u ≤ `MOST_UNKNOWNS` | `DualCoordinateDescent`, and `SecondOrder` where that has not ended after max(300, u) epochs |
    /// | more unknowns | `DualCoordinateDescent` |
    ///
    /// This is for the penalty L2. Without a penalty the squared error has [`LeastSquares`](super::LeastSquares), and up to
    /// `FEW_UNKNOWNS` features other smooth losses have [`Newton`]; all other penalties have [`CoordinateDescent`].
    ///
    /// The bounds for dense rows are those at which the one became faster than the other on Gaussian data with C from 0.01
    /// to 1, those for sparse rows on one-hot rows and on rows like those of texts.
    #[default]
    Auto,
    /// [`SemismoothNewton`] for the hinge, [`QuasiNewton`] or [`Newton`] for smooth losses, and for losses made of hinges
    /// [`InteriorPoint`] where they have not ended after 30 iterations or see no end before: whatever C and the units of
    /// the features. The ε-insensitive loss has `InteriorPoint` from the start.
    /// With n < d they work in n coordinates, which costs 2n² d operations once and, for dense rows, a copy of them in `f64`;
    /// where that does not end on up to `DIRECT_UNKNOWNS` features, on these as they are.
    SecondOrder,
    /// [`DualCoordinateDescent`]: cheap iterations, of which data on uneven scales and a large C need many.
    DualCoordinateDescent,
}

impl Solver {
    /// Up to this many unknowns `Auto` takes a second-order method at once, which then costs next to nothing whatever
    /// the units of the features.
    pub const FEW_UNKNOWNS: usize = 300;

    /// With dense rows, at least so many for each feature, and up to [`DIRECT_UNKNOWNS`](Solver::DIRECT_UNKNOWNS) features,
    /// a second-order method needs fewer passes than coordinate descent by more than each of its own costs.
    pub const ROWS_PER_UNKNOWN: usize = 5;

    /// See [`ROWS_PER_UNKNOWN`](Solver::ROWS_PER_UNKNOWN).
    pub const DIRECT_UNKNOWNS: usize = 2000;

    /// Up to this many unknowns `Auto` takes a second-order method at all: its matrix has their square as entries.
    pub const MOST_UNKNOWNS: usize = 5000;

    /// Sparse rows, at least so many for each feature, go to a second-order method without a matrix at once.
    pub const ROWS_PER_FEATURE: usize = 4;

    /// Minimises with `second_order` or coordinate descent.
    pub(crate) fn minimize<L: DualLoss + Clone, SO: SecondOrder<L>>(
        self,
        problem: &Problem<'_, L, L2>,
        second_order: &SO,
        control: &Control,
    ) -> Result<Solution> {
        let (n, d) = (problem.x.n_rows(), problem.x.n_features());
        let unknowns = n.min(d);
        let direct = match self {
            Self::Auto => {
                let many_rows = !problem.x.is_sparse() && n / Self::ROWS_PER_UNKNOWN >= d;
                unknowns <= if many_rows { Self::DIRECT_UNKNOWNS } else { Self::FEW_UNKNOWNS }
            }
            Self::SecondOrder => true,
            Self::DualCoordinateDescent => false,
        };
        if direct {
            return minimize_directly(problem, second_order, control);
        }
        if self == Self::DualCoordinateDescent {
            return Ok(DualCoordinateDescent.solve(problem, control));
        }
        let is_large = unknowns > Self::MOST_UNKNOWNS;
        // Where a matrix would have too many entries, or sparse rows would fill it for nothing.
        let has_many_rows = n / Self::ROWS_PER_FEATURE >= d;
        let serves = is_large || problem.x.is_sparse();
        let Some(method) = SO::WITHOUT_MATRIX.filter(|_| serves) else {
            if is_large {
                return Ok(DualCoordinateDescent.solve(problem, control));
            }
            let first = DualCoordinateDescent.solve(problem, &control.capped(DESCENT_EPOCHS.max(unknowns)));
            return first.try_then(control, |rest| minimize_directly(problem, second_order, rest));
        };
        let without_matrix = |control: &Control| method(problem, &control.capped(STEPS_WITHOUT_MATRIX));
        let first = if has_many_rows {
            without_matrix(control)
        } else {
            DualCoordinateDescent.solve(problem, &control.capped(FEW_EPOCHS)).then(control, without_matrix)
        };
        first.try_then(control, |rest| match is_large {
            true => Ok(DualCoordinateDescent.solve(problem, rest)),
            false => minimize_directly(problem, second_order, rest),
        })
    }
}

/// A method for the loss `L` that needs no matrix of the size of the unknowns.
type WithoutMatrix<L> = fn(&Problem<'_, L, L2>, &Control) -> Solution;

/// The second-order methods for a loss.
pub(crate) trait SecondOrder<L>: Solve<L, L2> {
    /// The one that needs no matrix of the size of the unknowns.
    const WITHOUT_MATRIX: Option<WithoutMatrix<L>>;
}

/// For losses with kinks.
impl<L: MarginLoss> SecondOrder<L> for InteriorPoint {
    const WITHOUT_MATRIX: Option<WithoutMatrix<L>> = None;
}

fn minimize_directly<L: DualLoss + Clone>(
    problem: &Problem<'_, L, L2>,
    second_order: &impl Solve<L, L2>,
    control: &Control,
) -> Result<Solution> {
    if problem.x.n_features() <= problem.x.n_rows() {
        return Ok(second_order.solve(problem, control));
    }
    let reduced = solve_reduced(problem, control, |reduced, control| second_order.solve(reduced, control))?;
    let Some(reduced) = reduced else { return Ok(DualCoordinateDescent.solve(problem, control)) };
    // Coordinates are rounded to the lengths of rows, of which a column on a smaller scale is a small part.
    Ok(reduced.then(control, |rest| match problem.x.n_features() <= Solver::DIRECT_UNKNOWNS {
        true => second_order.solve(problem, rest),
        false => DualCoordinateDescent.solve(problem, rest),
    }))
}

/// Without a penalty: [`Newton`] where features are few, and coordinate descent where there are more, or where columns
/// depend on each other.
pub(crate) fn minimize_without_penalty<L: SmoothLoss + Clone>(
    problem: &Problem<'_, L, NoPenalty>,
    control: &Control,
) -> Solution {
    if problem.x.n_features() > Solver::FEW_UNKNOWNS.min(problem.x.n_rows()) {
        return CoordinateDescent.solve(problem, control);
    }
    let first = Newton.solve(problem, &control.capped(STEPS_WITHOUT_PENALTY));
    first.then(control, |rest| CoordinateDescent.solve(problem, rest))
}

/// What [`Solver::SecondOrder`] takes for smooth losses: [`QuasiNewton`] where there are many more rows than its sample
/// has, else [`Newton`].
#[derive(Debug, Clone, Copy, Default)]
pub struct SmoothSolver;

impl<L: SmoothLoss + Clone> Solve<L, L2> for SmoothSolver {
    const NAME: &'static str = "quasi-newton or newton";

    fn solve(&self, problem: &Problem<'_, L, L2>, control: &Control) -> Solution {
        if !QuasiNewton::is_worth_its_sample(problem) {
            return Newton.solve(problem, control);
        }
        let first = QuasiNewton.solve(problem, &control.capped(FIRST_ITERATIONS));
        first.then(control, |rest| Newton.solve(problem, rest))
    }
}

impl<L: SmoothLoss + Clone> SecondOrder<L> for SmoothSolver {
    const WITHOUT_MATRIX: Option<WithoutMatrix<L>> =
        Some(|problem, control| NewtonCg.solve(problem, control));
}

/// What [`Solver::SecondOrder`] takes for smooth losses of the margin: [`QuasiNewton`] or [`Newton`] as for others, and
/// [`InteriorPoint`] where that has not ended after 30 steps.
///
/// Steps of the first two are the cheaper ones, as they see only the rows within the margin; but with a C that leaves
/// few of those the set of rows changes for hundreds of steps, where an interior point method needs dozens.
#[derive(Debug, Clone, Copy, Default)]
pub struct SmoothMarginSolver;

impl<L: SmoothLoss + MarginLoss + Clone> Solve<L, L2> for SmoothMarginSolver {
    const NAME: &'static str = "quasi-newton or newton, then interior-point";

    fn solve(&self, problem: &Problem<'_, L, L2>, control: &Control) -> Solution {
        let capped = control.capped(FIRST_ITERATIONS);
        let first = if QuasiNewton::is_worth_its_sample(problem) {
            QuasiNewton.solve(problem, &capped)
        } else {
            Newton.solve(problem, &capped)
        };
        first.then(control, |rest| InteriorPoint.solve(problem, rest))
    }
}

impl<L: SmoothLoss + MarginLoss + Clone> SecondOrder<L> for SmoothMarginSolver {
    const WITHOUT_MATRIX: Option<WithoutMatrix<L>> =
        Some(|problem, control| NewtonCg.solve(problem, control));
}

/// What [`Solver::SecondOrder`] takes for the hinge: [`SemismoothNewton`], and [`InteriorPoint`] where that does not
/// come to an end.
#[derive(Debug, Clone, Copy, Default)]
pub struct HingeSolver;

impl Solve<Hinge, L2> for HingeSolver {
    const NAME: &'static str = "semismooth-newton, then interior-point";

    fn solve(&self, problem: &Problem<'_, Hinge, L2>, control: &Control) -> Solution {
        let first = SemismoothNewton.solve(problem, &control.capped(FIRST_ITERATIONS));
        first.then(control, |rest| InteriorPoint.solve(problem, rest))
    }
}

impl SecondOrder<Hinge> for HingeSolver {
    const WITHOUT_MATRIX: Option<WithoutMatrix<Hinge>> =
        Some(|problem, control| SemismoothNewtonCg.solve(problem, control));
}
