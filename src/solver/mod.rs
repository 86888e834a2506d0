//! How the objective is minimised, and how good the result is.
//!
//! | solver | loss | cost of an iteration | memory | serves |
//! |---|---|---|---|---|
//! | [`SemismoothNewton`] | hinge | n d, and d³ a step within | n/6 rows at most, n, d² | few features, any scale |
//! | [`QuasiNewton`] | smooth | n d | n/16 rows or 15 d, n, d² | few features and many rows, any scale |
//! | [`Newton`] | smooth | n d² | n, d² | few features or few rows, any scale |
//! | [`NewtonCg`] | smooth | active entries a step within | packed rows, n, d | many features and many more rows |
//! | [`SemismoothNewtonCg`] | hinge | open entries a step within | packed rows, n, d | many features, sparse rows, what coordinate descent does not end |
//! | [`InteriorPoint`] | made of hinges | n d² | n, d² | what the faster ones do not end |
//! | [`DualCoordinateDescent`] | any with a dual | stored entries | sparse rows once more, n, d | many features, sparse rows |
//! | [`CoordinateDescent`] | smooth | stored entries, a few times | columns that are not 0 | any penalty, zeros |
//! | [`LeastSquares`] | squared error | n d² once, then n d | d² | no penalty; the shortest solution of several |
//!
//! All but the last two are for the penalty [`L2`](crate::regularizer::L2). Stochastic gradient descent takes any loss, any
//! penalty and data that do not fit in memory, and has no certificate: it is reached through
//! [`SGDClassifier`](crate::linear::SGDClassifier) and [`SGDRegressor`](crate::linear::SGDRegressor).
//!
//! Problems of several classes at once have solvers of their own, which reports name: `softmax-newton-cg` and
//! `softmax-coordinate-descent` for multinomial logistic regression, `sequential-dual` and `smoothed-newton` for the machine
//! of Crammer and Singer.
//!
//! d² is the memory of up to 16 matrices, one for each piece of rows that threads share. Which one serves which problem
//! is [`Solver::Auto`]'s to say.
//!
//! All minimise a [`Problem`] until the relative duality gap of a [`Certificate`] is at or under `tol`, and give
//! back the best iterate they have seen. To add a solver, write one file that implements [`Solve`].

mod augmented_lagrangian;
mod auto;
mod best;
mod certificate;
mod cholesky;
mod column;
mod columns;
mod conjugate_gradients;
mod control;
mod coordinate_descent;
mod crammer_singer;
mod design;
mod dual_coordinate_descent;
mod dual_sums;
mod effort;
mod extent;
mod extrapolation;
mod far_origin;
mod feasible_scale;
mod forecast;
mod gram;
mod guess;
mod intercept;
mod interior_point;
mod joint_certificate;
mod joint_problem;
mod joint_rows;
mod least_squares;
mod line_search;
mod local_model;
mod lq;
mod model_descent;
mod newton;
mod newton_cg;
mod newton_systems;
mod packed;
mod pieces;
mod pivoted_cholesky;
mod problem;
mod proximal_newton;
mod quasi_newton;
mod reduce;
mod reflection;
mod report;
mod row_terms;
mod sample;
mod screening;
mod semismooth_newton;
mod semismooth_newton_cg;
pub(crate) mod sgd;
mod smoothed_hinge;
mod softmax_descent;
mod softmax_hessian;
mod softmax_newton;
mod softmax_terms;
mod sparse_gram;
mod support;
mod sweep;
mod trail;
mod vanishing;
mod window;

pub(crate) use auto::minimize_without_penalty;
pub use auto::{HingeSolver, SmoothMarginSolver, SmoothSolver, Solver};
pub use certificate::{Certificate, certify};
pub(crate) use control::{Clock, Start};
pub use control::{Control, Solution};
pub use coordinate_descent::CoordinateDescent;
pub use dual_coordinate_descent::DualCoordinateDescent;
pub use interior_point::InteriorPoint;
pub(crate) use joint_certificate::certify_joint;
pub(crate) use joint_problem::JointProblem;
pub use least_squares::LeastSquares;
pub use newton::Newton;
pub use newton_cg::NewtonCg;
pub use problem::{Coefficients, Intercept, Problem};
pub use quasi_newton::QuasiNewton;
pub use report::{ProblemReport, Report, StopReason};
pub use semismooth_newton::SemismoothNewton;
pub use semismooth_newton_cg::SemismoothNewtonCg;
pub(crate) use smoothed_hinge::solve as solve_crammer_singer;
pub(crate) use softmax_descent::solve as descend_softmax;
pub(crate) use softmax_newton::solve as solve_softmax;
pub(crate) use trail::{Trail, is_near};

/// A method that minimises problems with loss `L` and regularizer `R`.
///
/// ```
/// use certifit::loss::Hinge;
/// use certifit::regularizer::L2;
/// use certifit::solver::{Control, InteriorPoint, Intercept, Problem, Solve};
///
/// // The widest margin between 1 and 3 has its middle at 2 and its edges one away from it: w = 1, b = −2.
/// let x = ndarray::array![[0.0], [1.0], [3.0], [4.0]];
/// let (y, c) = (vec![-1.0, -1.0, 1.0, 1.0], vec![10.0; 4]);
/// let problem = Problem::new(&x, y, c, Hinge, L2, Intercept::Free)?;
/// let solution = InteriorPoint.solve(&problem, &Control::new(1e-12, 100));
/// assert!((solution.certificate.primal - 0.5).abs() < 1e-9);
/// assert!((solution.coefficients.w[0] - 1.0).abs() < 1e-4);
/// assert!((solution.coefficients.b + 2.0).abs() < 1e-4);
/// # Ok::<(), certifit::Error>(())
/// ```
pub trait Solve<L, R> {
    /// What reports call it.
    const NAME: &'static str;

    /// Minimises until `control` is content. Never fails: the best iterate comes back with its true gap.
    fn solve(&self, problem: &Problem<'_, L, R>, control: &Control) -> Solution;
}
