//! How far from the optimum a model can be, computed from nothing but the data and the model.

use super::problem::{Coefficients, Intercept, Problem};
use crate::data::{Features, check_width};
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
}

impl Certificate {
    /// (P − D) / max(|P|, |D|); 0 where P = D.
    pub fn relative_gap(&self) -> f64 {
        if self.gap == 0.0 {
            0.0
        } else {
            self.gap / self.primal.abs().max(self.dual.abs()).max(f64::MIN_POSITIVE)
        }
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
/// what rounding leaves of it is counted in.
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
pub fn certify<X, L, R>(
    problem: &Problem<'_, X, L, R>,
    at: &Coefficients,
    beta: &[f64],
) -> Result<Certificate>
where
    X: Features,
    L: DualLoss,
    R: Regularizer,
{
    check_width(problem.x, at.w.len())?;
    let mut values = at.w.iter().chain([&at.b]).enumerate();
    match values.find(|(_, value)| !value.is_finite()) {
        Some((row, &value)) => Err(Error::NonFinite { what: "the coefficients", row, column: None, value }),
        None => Ok(evaluate(problem, at, beta)),
    }
}

/// [`certify`] for coefficients that are known to fit the problem.
pub(crate) fn evaluate<X, L, R>(
    problem: &Problem<'_, X, L, R>,
    at: &Coefficients,
    beta: &[f64],
) -> Certificate
where
    X: Features,
    L: DualLoss,
    R: Regularizer,
{
    let beta = make_feasible(problem, beta);
    let mut g = vec![0.0; at.w.len()];
    let (mut losses, mut dual_terms, mut row_gaps, mut beta_sum) = (0.0, 0.0, 0.0, 0.0);
    for row in 0..problem.n_rows() {
        let (y, c, beta) = (problem.y[row], problem.c[row], beta[row]);
        let p = problem.x.row_dot(row, &at.w) + at.b;
        losses += c * problem.loss.value(y, p);
        dual_terms += problem.loss.dual_term(y, beta, c);
        row_gaps += problem.loss.fenchel_young(y, p, beta, c);
        beta_sum += beta;
        if beta != 0.0 {
            problem.x.add_row(row, beta, &mut g);
        }
    }
    let (mut w, mut intercept_gap) = (at.w.clone(), 0.0);
    match problem.intercept {
        Intercept::Penalized { scaling } => {
            w.push(at.b / scaling);
            g.push(beta_sum * scaling);
        }
        Intercept::Free => intercept_gap = (at.b * beta_sum).abs(),
        Intercept::None => {}
    }
    let penalty = &problem.regularizer;
    let coefficient_gaps: f64 = w.iter().zip(&g).map(|(&w, &g)| penalty.fenchel_young(w, g)).sum();
    let conjugate: f64 = g.iter().map(|&g| penalty.conjugate_term(g)).sum();
    Certificate {
        primal: penalty.value(&w) + losses,
        dual: dual_terms - conjugate,
        gap: coefficient_gaps + row_gaps + intercept_gap,
    }
}

/// The nearest thing to `beta` that is feasible.
fn make_feasible<X: Features, L: DualLoss, R>(problem: &Problem<'_, X, L, R>, beta: &[f64]) -> Vec<f64> {
    let mut beta: Vec<f64> = (0..problem.n_rows())
        .map(|row| {
            let (low, high) = problem.loss.dual_bounds(problem.y[row], problem.c[row]);
            beta.get(row).filter(|beta| beta.is_finite()).map_or(0.0, |beta| beta.clamp(low, high))
        })
        .collect();
    if problem.intercept == Intercept::Free {
        balance(problem, &mut beta);
    }
    beta
}

/// Makes Σ βᵢ = 0: first by those well inside their interval, whose margins are 1 near an optimum, so that moving
/// them costs nothing to first order; then by drawing the heavier sign towards zero. A second round removes what the
/// rounding of the first has left.
fn balance<X: Features, L: DualLoss, R>(problem: &Problem<'_, X, L, R>, beta: &mut [f64]) {
    for _ in 0..2 {
        move_by_room(beta, |row, beta, _| {
            let (low, high) = problem.loss.dual_bounds(problem.y[row], problem.c[row]);
            (beta - low).min(high - beta)
        });
        move_by_room(beta, |_, beta, excess| if beta * excess > 0.0 { beta.abs() } else { 0.0 });
    }
}

/// Moves every βᵢ against the excess Σ βᵢ, in proportion to its room and by no more than that.
fn move_by_room(beta: &mut [f64], room: impl Fn(usize, f64, f64) -> f64) {
    let excess: f64 = beta.iter().sum();
    let total: f64 = beta.iter().enumerate().map(|(row, &beta)| room(row, beta, excess)).sum();
    if excess == 0.0 || total <= 0.0 {
        return;
    }
    let share = (excess.abs() / total).min(1.0).copysign(excess);
    for (row, beta) in beta.iter_mut().enumerate() {
        *beta -= share * room(row, *beta, excess);
    }
}
