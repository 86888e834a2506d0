//! How far from the optimum a model can be, computed from nothing but the data and the model.

use super::dual_sums::{Scores, Sides, Sums, total};
use super::problem::{Coefficients, Intercept, Problem};
use super::row_terms::{Given, Offer};
use crate::error::{Error, Result};
use crate::loss::DualLoss;
use crate::regularizer::Regularizer;

/// Two values that enclose the optimum: D(β) ≤ min P ≤ P(w, b). Made by [`certify`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Certificate {
    /// P(w, b): the objective of the coefficients.
    pub primal: f64,
    /// D(β): no coefficients have a lower objective.
    pub dual: f64,
    /// P − D, computed without cancellation.
    pub gap: f64,
    /// What the rounding of scores alone adds to P where all rows are met exactly (see
    /// [`Loss::rounding`](crate::loss::Loss::rounding)): P is no more than this only where they are, and a gap is none
    /// then.
    pub rounding: f64,
}

/// The part of the objective from which on a difference of values is no rounding.
const FAR_FROM_OPTIMUM: f64 = 1e-9;

impl Certificate {
    /// (P − D) / max(|P|, |D|); 0 where P is nothing but [`rounding`](Self::rounding), infinite where either is not finite.
    pub fn relative_gap(&self) -> f64 {
        if !(self.primal.is_finite() && self.dual.is_finite()) {
            f64::INFINITY
        } else if self.primal <= self.rounding && self.gap <= self.rounding {
            0.0
        } else {
            self.gap / self.primal.abs().max(self.dual.abs()).max(f64::MIN_POSITIVE)
        }
    }

    /// Of an objective of which no lower bound is known.
    pub(crate) fn without_dual(primal: f64) -> Self {
        Self { primal, dual: f64::NEG_INFINITY, gap: f64::INFINITY, rounding: 0.0 }
    }

    /// That of these coefficients with another's dual point.
    ///
    /// Far from the optimum, one of the two may get better while the other gets worse. There, and only there, the
    /// difference of their values is exact enough.
    fn with_dual_of(self, other: Self) -> Option<Self> {
        let gap = self.primal - other.dual;
        let rounding = (FAR_FROM_OPTIMUM * self.primal.abs()).max(self.rounding);
        (gap > rounding).then_some(Self { dual: other.dual, gap, ..self })
    }

    /// The smaller gap of the two pairs that take the coefficients from one and the dual point from the other, and whether
    /// the coefficients are this one's.
    pub(super) fn mixed_with(self, other: Self) -> Option<(Self, bool)> {
        let own = self.with_dual_of(other).map(|mixed| (mixed, true));
        let of_other = other.with_dual_of(self).map(|mixed| (mixed, false));
        own.into_iter().chain(of_other).min_by(|a, b| a.0.gap.total_cmp(&b.0.gap))
    }

    /// That of an objective so many times as large.
    pub(crate) fn times(&self, unit: f64) -> Self {
        let Self { primal, dual, gap, rounding } = self;
        Self { primal: unit * primal, dual: unit * dual, gap: unit * gap, rounding: unit * rounding }
    }
}

/// The certificate of the coefficients `at`, with the dual point that `beta` becomes when it is made feasible.
///
/// For any coefficients (w, b) and any feasible dual point β (see [`DualLoss`]) the optimal value lies between the
/// dual value D(β) and the primal value P(w, b). A solver brings a dual point; this function makes it feasible and
/// evaluates both sides on the data as they are. No bookkeeping of a solver enters.
///
/// With g = Σ βᵢ xᵢ the gap is
///
/// P − D = Σⱼ [ω(wⱼ) + ω*(gⱼ) − wⱼ gⱼ] + Σᵢ [cᵢ ℓ(yᵢ, pᵢ) − φᵢ(βᵢ) + βᵢ pᵢ] − b Σ βᵢ,
///
/// where every bracket is the gap of a Fenchel–Young inequality: not negative, and small where both sides agree.
/// The gap is computed as this sum. A difference of P and D would be lost in rounding at about 10⁻¹⁶ P, long
/// before tight tolerances. Where the intercept is penalised, w and g are augmented by b/scaling and
/// scaling · Σ βᵢ, and the last term is in the first sum; where it is free, Σ βᵢ = 0 is part of feasibility and
/// what rounding leaves of it is counted in. Where ω*(g) is finite for |g| up to a
/// [limit](crate::regularizer::Regularizer::conjugate_limit) only, as for L1, feasible means |gⱼ| ≤ limit: β is then
/// scaled by the factor that gives the largest dual value of all that lead there. With a limit of 0 only a β with
/// g = 0 is feasible: up to 10⁻⁹ of its terms g is taken for rounding and counted in, and beyond that β counts as 0.
///
/// `at.w` has one entry a feature. `beta` has one a row; what is missing or not finite counts as 0. Takes O(stored
/// entries).
///
/// # Errors
/// [`Error::FeatureMismatch`] for another number of weights than features, [`Error::NonFinite`] for coefficients that
/// are not finite.
///
/// Reference: Boyd and Vandenberghe 2004, "Convex Optimization", sections 3.3 and 5.5.
///
/// ```
/// use certifit::loss::SquaredHinge;
/// use certifit::regularizer::L2;
/// use certifit::solver::{Control, Intercept, Newton, Problem, Solve, certify};
///
/// let x = ndarray::array![[0.0], [1.0], [3.0], [4.0]];
/// let (y, c) = (vec![-1.0, -1.0, 1.0, 1.0], vec![1.0; 4]);
/// let problem = Problem::new(&x, y, c, SquaredHinge, L2, Intercept::Free)?;
/// let solution = Newton.solve(&problem, &Control::new(1e-9, 100));
/// assert!(solution.certificate.relative_gap() <= 1e-9);
///
/// // Other coefficients cannot fool it: the gap shows what they cost.
/// let mut at = solution.coefficients.clone();
/// at.w[0] += 0.1;
/// let worse = certify(&problem, &at, &solution.beta)?;
/// let cost = worse.primal - solution.certificate.primal;
/// assert!(cost > 1e-3 && worse.gap > 0.999 * cost);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn certify<L: DualLoss, R: Regularizer>(
    problem: &Problem<'_, L, R>,
    at: &Coefficients,
    beta: &[f64],
) -> Result<Certificate> {
    if at.w.len() != problem.x.n_features() {
        return Err(Error::FeatureMismatch { expected: problem.x.n_features(), found: at.w.len() });
    }
    let mut values = at.w.iter().chain([&at.b]).enumerate();
    match values.find(|(_, value)| !value.is_finite()) {
        Some((row, &value)) => Err(Error::NonFinite { what: "the coefficients", row, column: None, value }),
        None => Ok(evaluate(problem, at, Repair::Exact, &Given(beta)).certificate),
    }
}

/// A certificate, and what was computed on the way to it.
pub(super) struct Evaluation {
    pub(super) certificate: Certificate,
    /// pᵢ of each row.
    pub(super) scores: Vec<f64>,
    /// The feasible dual point.
    pub(super) beta: Vec<f64>,
    /// Σ βᵢ xᵢ, and Σ βᵢ behind it, of the dual point as it was given.
    pub(super) pull: Vec<f64>,
    sides: Sides,
}

impl Evaluation {
    /// Σ βᵢ xᵢ, and Σ βᵢ behind it, of the feasible dual point.
    pub(super) fn feasible_pull(&self) -> Vec<f64> {
        total(&self.sides)
    }
}

/// [`certify`] for coefficients that are known to fit the problem and a dual point that may be a function of the scores.
/// One pass over the features.
pub(super) fn evaluate<L: DualLoss, R: Regularizer>(
    problem: &Problem<'_, L, R>,
    at: &Coefficients,
    repair: Repair,
    beta: &impl Offer,
) -> Evaluation {
    evaluate_sums(problem, at, repair, Sums::over_rows(problem, Scores::Of(at), beta))
}

/// [`evaluate`] where the scores of these coefficients are known, in half the time.
pub(super) fn evaluate_with<L: DualLoss, R: Regularizer>(
    problem: &Problem<'_, L, R>,
    at: &Coefficients,
    scores: &[f64],
    beta: &impl Offer,
) -> Evaluation {
    evaluate_sums(problem, at, Repair::Exact, Sums::over_rows(problem, Scores::Known(scores), beta))
}

fn evaluate_sums<L: DualLoss, R: Regularizer>(
    problem: &Problem<'_, L, R>,
    at: &Coefficients,
    repair: Repair,
    mut sums: Sums,
) -> Evaluation {
    let pull = sums.pull();
    if problem.intercept == Intercept::Free {
        sums.balance(problem, repair);
    }
    let limit = problem.regularizer.conjugate_limit();
    let certificate = if limit < f64::INFINITY {
        sums.draw_within(problem, limit);
        sums.certify(problem, at)
    } else if problem.intercept != Intercept::Free && repair == Repair::Exact {
        sums.certify_aligned(problem, at)
    } else {
        sums.certify(problem, at)
    };
    let Sums { scores, beta, sides, .. } = sums;
    Evaluation { certificate, scores, beta, pull, sides }
}

/// How Σ βᵢ = 0 is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repair {
    /// At the smallest price; rows well inside their interval are read once more.
    Exact,
    /// Without reading rows again, at a price that is small near the optimum where all intervals are open.
    Rough,
}
