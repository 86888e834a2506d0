//! Which solver serves which problem.

use super::control::{Control, Solution};
use super::problem::Problem;
use super::reduce::solve_reduced;
use super::{DualCoordinateDescent, InteriorPoint, Newton, Solve};
use crate::data::Features;
use crate::error::Result;
use crate::loss::{DualLoss, MarginLoss, SmoothLoss};
use crate::regularizer::L2;

/// Steps that Newton's method gets before the interior point method takes over.
const NEWTON_ITERATIONS: usize = 30;
/// Epochs that coordinate descent gets before a second-order method takes over.
const DESCENT_EPOCHS: usize = 300;

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
    /// By the number of unknowns, the smaller of the numbers of rows and of features.
    /// [`SecondOrder`](Solver::SecondOrder) up to [`DIRECT_UNKNOWNS`](Solver::DIRECT_UNKNOWNS);
    /// [`DualCoordinateDescent`] beyond, and where that has not ended after some 300 epochs, `SecondOrder` again up to
    /// [`MOST_UNKNOWNS`](Solver::MOST_UNKNOWNS).
    #[default]
    Auto,
    /// [`Newton`] with [`InteriorPoint`] behind it for the squared hinge, [`InteriorPoint`] for the hinge: a few
    /// dozen iterations whatever C and the units of the features. With fewer rows than features they work on the
    /// inner products of the rows.
    SecondOrder,
    /// [`DualCoordinateDescent`]: cheap iterations, of which data on uneven scales and a large C need many.
    DualCoordinateDescent,
}

impl Solver {
    /// Up to this many unknowns `Auto` takes a second-order method at once: a system of this size costs less than the
    /// hundreds of passes that coordinate descent may need.
    pub const DIRECT_UNKNOWNS: usize = 1000;

    /// Up to this many unknowns `Auto` takes a second-order method at all: its matrix has their square as entries.
    pub const MOST_UNKNOWNS: usize = 5000;

    /// Minimises with `second_order` or coordinate descent.
    pub(crate) fn minimize<X: Features, L: DualLoss + Clone>(
        self,
        problem: &Problem<'_, X, L, L2>,
        second_order: &impl Solve<L, L2>,
        control: &Control,
    ) -> Result<Solution> {
        let unknowns = problem.x.n_rows().min(problem.x.n_features());
        let direct = match self {
            Self::Auto => unknowns <= Self::DIRECT_UNKNOWNS,
            Self::SecondOrder => true,
            Self::DualCoordinateDescent => false,
        };
        if direct {
            return minimize_directly(problem, second_order, control);
        }
        if self == Self::DualCoordinateDescent || unknowns > Self::MOST_UNKNOWNS {
            return Ok(DualCoordinateDescent.solve(problem, control));
        }
        let first = DualCoordinateDescent.solve(problem, &control.capped(DESCENT_EPOCHS));
        match first.rest(control) {
            Some(rest) => Ok(first.or_better(minimize_directly(problem, second_order, &rest)?)),
            None => Ok(first),
        }
    }
}

fn minimize_directly<X: Features, L: DualLoss + Clone>(
    problem: &Problem<'_, X, L, L2>,
    second_order: &impl Solve<L, L2>,
    control: &Control,
) -> Result<Solution> {
    if problem.x.n_features() <= problem.x.n_rows() {
        return Ok(second_order.solve(problem, control));
    }
    let reduced = solve_reduced(problem, control, |reduced, control| second_order.solve(reduced, control))?;
    Ok(reduced.unwrap_or_else(|| DualCoordinateDescent.solve(problem, control)))
}

/// [`Newton`], and [`InteriorPoint`] where that has not ended after 30 steps.
///
/// Newton's steps are the cheaper ones, as they see only the rows within the margin; but with a C that leaves few
/// of those the set of rows changes for hundreds of steps, where an interior point method needs dozens.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewtonFirst;

impl<L: SmoothLoss + MarginLoss> Solve<L, L2> for NewtonFirst {
    const NAME: &'static str = "newton, then interior-point";

    fn solve<X: Features>(&self, problem: &Problem<'_, X, L, L2>, control: &Control) -> Solution {
        let first = Newton.solve(problem, &control.capped(NEWTON_ITERATIONS));
        match first.rest(control) {
            Some(rest) => first.or_better(InteriorPoint.solve(problem, &rest)),
            None => first,
        }
    }
}
