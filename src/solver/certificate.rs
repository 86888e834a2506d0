//! How far from the optimum a model can be, computed from nothing but the data and the model.

use super::feasible_scale::{MOST_MARGINS, feasible_scale, is_orthogonal, steepest};
use super::pieces::{MOST_ROWS, add_to, blocks, over_pieces_of};
use super::problem::{Coefficients, Intercept, Problem};
use super::row_terms::{DualPoint, Given, Offer, RowTerms, rounding};
use crate::error::{Error, Result};
use crate::loss::DualLoss;
use crate::regularizer::Regularizer;
use crate::simd;
use std::ops::Range;

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
    pub(super) fn with_dual_of(self, other: Self) -> Option<Self> {
        let gap = self.primal - other.dual;
        (gap > FAR_FROM_OPTIMUM * self.primal.abs()).then_some(Self { dual: other.dual, gap, ..self })
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
}

/// [`certify`] for coefficients that are known to fit the problem and a dual point that may be a function of the scores.
/// One pass over the features.
pub(super) fn evaluate<L: DualLoss, R: Regularizer>(
    problem: &Problem<'_, L, R>,
    at: &Coefficients,
    repair: Repair,
    beta: &impl Offer,
) -> Evaluation {
    let mut sums = Sums::over_rows(problem, at, beta);
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
    Evaluation { certificate, scores: sums.scores, beta: sums.beta, pull }
}

/// How Σ βᵢ = 0 is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repair {
    /// At the smallest price; rows well inside their interval are read once more.
    Exact,
    /// Without reading rows again, at a price that is small near the optimum where all intervals are open.
    Rough,
}

/// Σ βᵢ (xᵢ, 1) for the positive and the negative βᵢ.
type Sides = [Vec<f64>; 2];

struct Sums {
    losses: f64,
    scores: Vec<f64>,
    beta: Vec<f64>,
    sides: Sides,
}

impl Sums {
    fn over_rows<L: DualLoss, R: Regularizer>(
        problem: &Problem<'_, L, R>,
        at: &Coefficients,
        beta: &impl Offer,
    ) -> Self {
        let (n, d) = (problem.n_rows(), problem.x.n_features());
        let (mut scores, mut betas) = (vec![0.0; n], vec![0.0; n]);
        let values = [scores.as_mut_slice(), betas.as_mut_slice()];
        let pieces = over_pieces_of(n, values, 2 * (d + 1), |rows, [scores, betas]| {
            Self::over_piece(problem, at, beta, rows, scores, betas)
        });
        let mut sides = [vec![0.0; d + 1], vec![0.0; d + 1]];
        let mut losses = 0.0;
        for (piece_losses, piece_sides) in &pieces {
            losses += piece_losses;
            sides.iter_mut().zip(piece_sides).for_each(|(side, piece)| add_to(side, piece));
        }
        Self { losses, scores, beta: betas, sides }
    }

    /// The scores and the βᵢ of some rows; Σ cᵢ ℓ and the two sides.
    fn over_piece<L: DualLoss, R: Regularizer>(
        problem: &Problem<'_, L, R>,
        at: &Coefficients,
        offer: &impl Offer,
        rows: Range<usize>,
        scores: &mut [f64],
        betas: &mut [f64],
    ) -> (f64, Sides) {
        let d = problem.x.n_features();
        let (mut losses, mut sides) = (0.0, [vec![0.0; d + 1], vec![0.0; d + 1]]);
        for block in blocks(rows.clone(), d) {
            let own = block.start - rows.start..block.end - rows.start;
            let (scores, betas) = (&mut scores[own.clone()], &mut betas[own]);
            problem.x.rows_dot(block.clone(), &at.w, scores);
            scores.iter_mut().for_each(|score| *score += at.b);
            let (y, c) = (&problem.y[block.clone()], &problem.c[block.clone()]);
            losses +=
                simd::run(DualPoint { loss: &problem.loss, offer, first: block.start, y, c, scores, betas });
            let (mut positive, mut negative) = ([0.0; MOST_ROWS], [0.0; MOST_ROWS]);
            for ((positive, negative), &beta) in positive.iter_mut().zip(&mut negative).zip(&*betas) {
                *positive = f64::max(beta, 0.0);
                *negative = f64::min(beta, 0.0);
            }
            let [of_positive, of_negative] = &mut sides;
            add_scaled(problem, block.clone(), &positive[..block.len()], of_positive);
            add_scaled(problem, block.clone(), &negative[..block.len()], of_negative);
        }
        (losses, sides)
    }

    /// Makes Σ βᵢ = 0: first by those well inside their interval, whose margins are 1 near an optimum, so that moving
    /// them costs nothing to first order; then by drawing the heavier sign towards zero. A second round removes what
    /// the rounding of the first has left. Where intervals are open, all are inside, and the second way is as good.
    fn balance<L: DualLoss, R: Regularizer>(&mut self, problem: &Problem<'_, L, R>, repair: Repair) {
        for _ in 0..2 {
            if repair == Repair::Exact {
                self.move_those_inside(problem);
            }
            self.scale_heavier_side();
        }
    }

    fn excess(&self) -> f64 {
        self.sides.iter().map(|side| side[side.len() - 1]).sum()
    }

    fn move_those_inside<L: DualLoss, R>(&mut self, problem: &Problem<'_, L, R>) {
        let excess = self.excess();
        if excess != 0.0
            && let Some(total) = self.room_inside(problem)
        {
            self.move_by(problem, -(excess.abs() / total).min(1.0).copysign(excess));
        }
    }

    /// How far all βᵢ together can move at no price to first order; `None` if they cannot, or without end.
    fn room_inside<L: DualLoss, R>(&self, problem: &Problem<'_, L, R>) -> Option<f64> {
        let mut total = 0.0;
        for ((&beta, &y), &c) in self.beta.iter().zip(&problem.y).zip(&problem.c) {
            let (low, high) = problem.loss.dual_bounds(y, c);
            if !(high - low).is_finite() {
                return None;
            }
            total += problem.loss.dual_room(y, beta, c);
        }
        (total > 0.0).then_some(total)
    }

    /// βᵢ ← βᵢ + share · the room of each, |share| ≤ 1.
    fn move_by<L: DualLoss, R>(&mut self, problem: &Problem<'_, L, R>, share: f64) {
        for block in blocks(0..problem.n_rows(), problem.x.n_features()) {
            let mut moves = [[0.0; MOST_ROWS]; 2];
            let mut any = false;
            for (i, row) in block.clone().enumerate() {
                let before = self.beta[row];
                let after = before + share * problem.loss.dual_room(problem.y[row], before, problem.c[row]);
                if after != before {
                    // An interval may reach to both sides of zero.
                    moves[0][i] = after.max(0.0) - before.max(0.0);
                    moves[1][i] = after.min(0.0) - before.min(0.0);
                    self.beta[row] = after;
                    any = true;
                }
            }
            if any {
                for (side, moves) in self.sides.iter_mut().zip(&moves) {
                    add_scaled(problem, block.clone(), &moves[..block.len()], side);
                }
            }
        }
    }

    /// The certificate, perhaps after all βᵢ inside their intervals have moved together so that Σ βᵢ xᵢ is nearest to
    /// the coefficients.
    ///
    /// Rows far from the origin share most of what they pull with: a Σ βᵢ that is wrong in its last digits is most of
    /// the gap then.
    fn certify_aligned<L: DualLoss, R: Regularizer>(
        &mut self,
        problem: &Problem<'_, L, R>,
        at: &Coefficients,
    ) -> Certificate {
        let certificate = self.certify(problem, at);
        let from = self.augmented_pull(problem);
        let mut w = at.w.clone();
        w.extend(problem.intercept.exists().then(|| at.b / problem.intercept.column()));
        let penalty = &problem.regularizer;
        let of_coefficients: f64 = w.iter().zip(&from).map(|(&w, &g)| penalty.fenchel_young(w, g)).sum();
        if 2.0 * of_coefficients < certificate.gap || self.room_inside(problem).is_none() {
            return certificate;
        }
        let mut moved = Self {
            losses: self.losses,
            scores: Vec::new(),
            beta: self.beta.clone(),
            sides: self.sides.clone(),
        };
        moved.move_by(problem, 1.0);
        let to = moved.augmented_pull(problem);
        let (mut along, mut square) = (0.0, 0.0);
        for ((w, from), to) in w.iter().zip(&from).zip(&to) {
            along += (w - from) * (to - from);
            square += (to - from) * (to - from);
        }
        let share = (along / square).clamp(-1.0, 1.0);
        if !share.is_finite() {
            return certificate;
        }
        let before = (self.beta.clone(), self.sides.clone());
        self.move_by(problem, share);
        let aligned = self.certify(problem, at);
        if aligned.gap < certificate.gap {
            return aligned;
        }
        (self.beta, self.sides) = before;
        certificate
    }

    /// Scales β to where ω* is finite.
    fn draw_within<L: DualLoss, R>(&mut self, problem: &Problem<'_, L, R>, limit: f64) {
        let pull = self.augmented_pull(problem);
        if !(limit > 0.0) {
            let is_within = is_orthogonal(problem.x, problem.intercept, &self.beta, &pull);
            return self.scale(f64::from(is_within));
        }
        self.scale(feasible_scale(problem, &self.beta, steepest(&pull), limit));
        // Where the two sides are far larger than their sum, its rounding is more than one margin.
        for attempt in 0..MOST_MARGINS {
            let steepest = steepest(&self.augmented_pull(problem));
            if !(steepest > limit) {
                break;
            }
            self.scale(limit / steepest * (1.0 - f64::EPSILON * 4.0_f64.powi(attempt)));
        }
    }

    fn scale(&mut self, scale: f64) {
        self.sides.iter_mut().flatten().chain(&mut self.beta).for_each(|value| *value *= scale);
    }

    /// Σ βᵢ (xᵢ, σ); for a free or no intercept Σ βᵢ xᵢ.
    fn augmented_pull<L, R>(&self, problem: &Problem<'_, L, R>) -> Vec<f64> {
        let mut pull = self.pull();
        let sum = pull.pop().unwrap_or(0.0);
        pull.extend(problem.intercept.exists().then(|| sum * problem.intercept.column()));
        pull
    }

    fn scale_heavier_side(&mut self) {
        let excess = self.excess();
        let heavier = usize::from(excess < 0.0);
        let side = &mut self.sides[heavier];
        let total = side[side.len() - 1];
        if excess == 0.0 || total == 0.0 {
            return;
        }
        let scale = 1.0 - excess / total;
        side.iter_mut().for_each(|sum| *sum *= scale);
        let (of_positive, of_negative) = if heavier == 0 { (scale, 1.0) } else { (1.0, scale) };
        self.beta.iter_mut().for_each(|beta| *beta *= if *beta > 0.0 { of_positive } else { of_negative });
    }

    /// Σ βᵢ (xᵢ, 1).
    fn pull(&self) -> Vec<f64> {
        let mut pull = self.sides[0].clone();
        add_to(&mut pull, &self.sides[1]);
        pull
    }

    fn certify<L: DualLoss, R: Regularizer>(
        &self,
        problem: &Problem<'_, L, R>,
        at: &Coefficients,
    ) -> Certificate {
        let (y, c) = (&problem.y, &problem.c);
        let rows = RowTerms { loss: &problem.loss, y, c, scores: &self.scores, betas: &self.beta };
        let (dual_terms, row_gaps) = simd::run(rows);
        let pull = self.pull();
        let beta_sum = pull[at.w.len()];
        let (mut w, mut g, mut intercept_gap) = (at.w.clone(), pull[..at.w.len()].to_vec(), 0.0);
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
        let primal = penalty.value(&w) + self.losses;
        let gap = coefficient_gaps + row_gaps + intercept_gap;
        let (dual, proved) = (dual_terms - conjugate, primal - gap);
        // Both are the same but for rounding, which far from the origin may have lifted the first above what is proved.
        let is_lifted = dual > proved + 4.0 * f64::EPSILON * primal.abs();
        let dual = if is_lifted { proved } else { dual };
        Certificate { primal, dual, gap, rounding: rounding(problem, &self.scores, at) }
    }
}

/// Adds Σ scaleᵢ (xᵢ, 1).
fn add_scaled<L, R>(problem: &Problem<'_, L, R>, rows: Range<usize>, scales: &[f64], sum: &mut [f64]) {
    if let Some((total, sum)) = sum.split_last_mut() {
        *total += scales.iter().sum::<f64>();
        problem.x.add_rows(rows, scales, sum);
    }
}
