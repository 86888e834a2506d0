//! How far from the optimum of several classes at once a model can be.

use super::best::Best;
use super::certificate::Certificate;
use super::control::{Control, Solution};
use super::feasible_scale::{best_on_ray, is_orthogonal};
use super::joint_problem::JointProblem;
use super::joint_rows::JointRows;
use super::pieces::over_pieces;
use super::problem::{Coefficients, Intercept};
use super::report::StopReason;
use super::softmax_terms::{add_spread, newton_shift};
use crate::loss::{JointLoss, wrong_share};
use crate::regularizer::Regularizer;

/// Rounding of Σ βᵢₖ xᵢ, in units of the last place, that must not take it out of its limit.
const MARGIN: f64 = 4.0;
/// Steps towards Σ βᵢₖ = 0 by rows with shares on several classes, and the most that a share may change by in one, as a
/// part of it.
const BALANCING_STEPS: usize = 3;
const MOST_SHIFT: f64 = 0.5;

/// A certificate, and what was computed on the way to it.
pub(super) struct JointEvaluation {
    pub(super) certificate: Certificate,
    /// W xᵢ + b of each row.
    pub(super) scores: Vec<f64>,
    /// The feasible dual point, as shares.
    pub(super) shares: Vec<f64>,
    /// Σ βᵢₖ xᵢ, and Σ βᵢₖ behind it, of each class, before they are drawn within a limit of the penalty.
    pub(super) pull: Vec<Vec<f64>>,
}

/// The certificate of coefficients, with the dual point that the shares p become when they are made feasible: what
/// [`certify`](super::certify) is for one score, with βᵢₖ = cᵢ (1[k = yᵢ] − pᵢₖ) and gₖ = Σ βᵢₖ xᵢ. One pass over the
/// features.
///
/// P − D = Σₖⱼ [ω(wₖⱼ) + ω*(gₖⱼ) − wₖⱼ gₖⱼ] + Σᵢ cᵢ [ℓ(yᵢ, zᵢ) − Σₖ pᵢₖ (zᵢₖ − zᵢ_yᵢ) − h(yᵢ, pᵢ)] − Σₖ bₖ Σᵢ βᵢₖ, a sum
/// of terms that are not negative; the last one is 0 where the intercept is free, but for rounding, as shares are
/// repaired to that.
pub(super) fn evaluate<L: JointLoss, R: Regularizer>(
    problem: &JointProblem<'_, L, R>,
    at: &[Coefficients],
    mut shares: Vec<f64>,
) -> JointEvaluation {
    let k = problem.n_classes;
    if problem.intercept == Intercept::Free {
        balance(problem, &mut shares);
    }
    let (scores, pull) = JointRows::new(problem.x, k).pass(at, |row, z| {
        pulls(problem.y[row], problem.c[row], &shares[row * k..(row + 1) * k], z);
    });
    let mut scaled = pull.clone();
    let limit = problem.regularizer.conjugate_limit();
    if limit < f64::INFINITY {
        draw_within(problem, limit, &mut shares, &mut scaled);
    }
    let certificate = certify(problem, at, &scores, &shares, &scaled);
    JointEvaluation { certificate, scores, shares, pull }
}

/// The certificate alone.
pub(crate) fn certify_joint<L: JointLoss, R: Regularizer>(
    problem: &JointProblem<'_, L, R>,
    at: &[Coefficients],
    shares: &[f64],
) -> Certificate {
    evaluate(problem, at, shares.to_vec()).certificate
}

/// βₖ = c (1[k = y] − pₖ) of a row.
#[inline(always)]
pub(super) fn pulls(y: usize, c: f64, shares: &[f64], beta: &mut [f64]) {
    for (k, (beta, p)) in beta.iter_mut().zip(shares).enumerate() {
        *beta = if k == y { c * wrong_share(y, shares) } else { -c * p };
    }
}

/// Makes Σᵢ βᵢₖ = 0 for each class: first by rows with shares on several classes, which near an optimum ask for all of
/// these alike, so that moving shares between them costs nothing to first order; then by moving those of all rows.
fn balance<L, R>(problem: &JointProblem<'_, L, R>, shares: &mut [f64]) {
    let total: f64 = problem.c.iter().sum();
    for _ in 0..BALANCING_STEPS {
        let now = Imbalance::of(problem, shares);
        let worst = now.excess.iter().fold(0.0, |worst: f64, excess| worst.max(excess.abs()));
        if worst <= f64::EPSILON * total {
            return;
        }
        move_those_inside(&now, shares);
    }
    move_all(&Imbalance::of(problem, shares), shares);
}

/// What classes have too much of.
struct Imbalance {
    /// Σ cᵢ pᵢₖ less what it should be, and that.
    excess: Vec<f64>,
    wanted: Vec<f64>,
    /// Σ cᵢ (diag pᵢ − pᵢ pᵢᵀ), row after row.
    spread: Vec<f64>,
}

impl Imbalance {
    fn of<L, R>(problem: &JointProblem<'_, L, R>, shares: &[f64]) -> Self {
        let k = problem.n_classes;
        let mut sum = Self { excess: vec![0.0; k], wanted: vec![0.0; k], spread: vec![0.0; k * k] };
        let mut beta = vec![0.0; k];
        for ((shares, &y), &c) in shares.chunks_exact(k).zip(&problem.y).zip(&problem.c) {
            pulls(y, c, shares, &mut beta);
            sum.excess.iter_mut().zip(&beta).for_each(|(excess, beta)| *excess -= beta);
            sum.wanted[y] += c;
            add_spread(c, shares, &mut sum.spread);
        }
        sum
    }
}

/// pₖ ← pₖ (1 + δₖ − p·δ): the softmax to first order, with the δ that takes the excess off, or a share of it that keeps
/// all entries well above 0.
fn move_those_inside(now: &Imbalance, shares: &mut [f64]) {
    let Some(shift) = newton_shift(&now.spread, &now.excess) else { return };
    let (low, high) =
        shift.iter().fold((0.0, 0.0), |(low, high): (f64, f64), &shift| (low.min(shift), high.max(shift)));
    let part = (MOST_SHIFT / (high - low)).min(1.0);
    if !(part > 0.0) {
        return;
    }
    for shares in shares.chunks_exact_mut(shift.len()) {
        let mean: f64 = shares.iter().zip(&shift).map(|(p, shift)| p * shift).sum();
        shares.iter_mut().zip(&shift).for_each(|(p, shift)| *p *= 1.0 + part * (shift - mean));
    }
}

/// p ← (1 − t) p + t q with the q that takes off what is too much: the least t for which q has no negative entry.
fn move_all(now: &Imbalance, shares: &mut [f64]) {
    let Imbalance { excess, wanted, .. } = now;
    let too_much = excess.iter().zip(wanted).filter(|(excess, _)| **excess > 0.0);
    let t = too_much.fold(0.0, |t: f64, (excess, wanted)| t.max(excess / (excess + wanted)));
    if !(t > 0.0) {
        return;
    }
    let total: f64 = wanted.iter().sum();
    let of_class = |(wanted, excess): (&f64, &f64)| ((wanted * t - excess * (1.0 - t)) / total).max(0.0);
    let q: Vec<f64> = wanted.iter().zip(excess).map(of_class).collect();
    for shares in shares.chunks_exact_mut(q.len()) {
        shares.iter_mut().zip(&q).for_each(|(p, q)| *p = (1.0 - t) * *p + q);
    }
}

/// Scales β to where ω* is finite.
fn draw_within<L: JointLoss, R: Regularizer>(
    problem: &JointProblem<'_, L, R>,
    limit: f64,
    shares: &mut [f64],
    pull: &mut [Vec<f64>],
) {
    let k = problem.n_classes;
    let augmented: Vec<Vec<f64>> = pull.iter().map(|pull| augmented_pull(problem, pull)).collect();
    let steepest = augmented.iter().flatten().fold(0.0, |most: f64, g| most.max(g.abs()));
    let rows = || shares.chunks_exact(k).zip(&problem.y).zip(&problem.c);
    let scale = if limit > 0.0 {
        let most_wrong = rows().fold(0.0, |most: f64, ((p, &y), _)| most.max(wrong_share(y, p)));
        let high = (limit / steepest * (1.0 - MARGIN * f64::EPSILON)).min(1.0 / most_wrong);
        best_on_ray(high, |s| {
            rows().fold((0.0, 0.0, 0.0), |sums, ((p, &y), c)| {
                let terms = problem.loss.along_ray(y, p, s);
                (sums.0 + c * terms.0, sums.1 + c * terms.1, sums.2 + c * terms.2)
            })
        })
    } else {
        let is_orthogonal = |(class, pull): (usize, &Vec<f64>)| {
            let mut beta = vec![0.0; k];
            let of_class = |((p, &y), &c): ((&[f64], &usize), &f64)| {
                pulls(y, c, p, &mut beta);
                beta[class]
            };
            let betas: Vec<f64> = rows().map(of_class).collect();
            is_orthogonal(problem.x, problem.intercept, &betas, pull)
        };
        f64::from(augmented.iter().enumerate().all(is_orthogonal))
    };
    for (shares, &y) in shares.chunks_exact_mut(k).zip(&problem.y) {
        let right = (1.0 - scale * wrong_share(y, shares)).max(0.0);
        shares.iter_mut().for_each(|p| *p *= scale);
        shares[y] = right;
    }
    pull.iter_mut().flatten().for_each(|g| *g *= scale);
}

/// Σ βᵢₖ (xᵢ, σ) of a class; for a free or no intercept Σ βᵢₖ xᵢ.
fn augmented_pull<L, R>(problem: &JointProblem<'_, L, R>, pull: &[f64]) -> Vec<f64> {
    let mut augmented = pull.to_vec();
    let sum = augmented.pop().unwrap_or(0.0);
    let column = problem.intercept.column();
    augmented.extend((column > 0.0).then_some(sum * column));
    augmented
}

fn certify<L: JointLoss, R: Regularizer>(
    problem: &JointProblem<'_, L, R>,
    at: &[Coefficients],
    scores: &[f64],
    shares: &[f64],
    pull: &[Vec<f64>],
) -> Certificate {
    let (k, penalty) = (problem.n_classes, &problem.regularizer);
    let pieces = over_pieces(problem.n_rows(), 1, |rows| {
        let mut scratch = vec![0.0; k];
        rows.fold((0.0, 0.0), |sums, row| {
            let own = row * k..(row + 1) * k;
            let (y, c) = (problem.y[row], problem.c[row]);
            let (value, gap) =
                problem.loss.value_and_gap(y, &scores[own.clone()], &shares[own], &mut scratch);
            (sums.0 + c * value, sums.1 + c * gap)
        })
    });
    let (mut primal, mut gap) =
        pieces.iter().fold((0.0, 0.0), |sums, piece| (sums.0 + piece.0, sums.1 + piece.1));
    for (at, pull) in at.iter().zip(pull) {
        let g = augmented_pull(problem, pull);
        let column = problem.intercept.column();
        let b = (column > 0.0).then(|| at.b / column);
        for (&w, &g) in at.w.iter().chain(&b).zip(&g) {
            primal += penalty.term(w);
            gap += penalty.fenchel_young(w, g);
        }
        if problem.intercept == Intercept::Free {
            gap += (at.b * pull.last().copied().unwrap_or(0.0)).abs();
        }
    }
    Certificate { primal, dual: primal - gap, gap, rounding: 0.0 }
}

/// Keeps the best iterate that a solver offers and tells it when to stop.
pub(super) struct JointTrack<'a, L, R> {
    problem: &'a JointProblem<'a, L, R>,
    best: Best<'a, Vec<Coefficients>>,
}

impl<'a, L: JointLoss, R: Regularizer> JointTrack<'a, L, R> {
    /// Starts from W = 0, b = 0, β = 0, which is finite and feasible for every problem.
    pub(super) fn start(
        solver: &'static str,
        problem: &'a JointProblem<'a, L, R>,
        control: &'a Control,
    ) -> Self {
        let (at, shares) = (problem.zeros(), problem.right_shares());
        let scores = vec![0.0; shares.len()];
        let nothing = vec![vec![0.0; problem.x.n_features() + 1]; problem.n_classes];
        let certificate = certify(problem, &at, &scores, &shares, &nothing);
        Self { problem, best: Best::new(solver, control, at, shares, certificate) }
    }

    /// Certifies an iterate and keeps what is best of it; with what was computed, a reason, if there is one to stop.
    pub(super) fn look(
        &mut self,
        iteration: usize,
        at: &Vec<Coefficients>,
        shares: Vec<f64>,
    ) -> (JointEvaluation, Option<StopReason>) {
        let found = evaluate(self.problem, at, shares);
        self.best.keep(iteration, at, &found.shares, found.certificate);
        let reason = self.best.judge(found.certificate.primal);
        (found, reason)
    }

    /// How many looks in a row, all together, have neither made the gap smaller by a tenth nor the objective lower.
    pub(super) fn looks_without_progress(&self) -> usize {
        self.best.offers_without_progress()
    }

    pub(super) fn finish(self, stop_reason: StopReason) -> Solution<Vec<Coefficients>> {
        self.best.finish(stop_reason)
    }
}
