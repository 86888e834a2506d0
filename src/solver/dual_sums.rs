//! A dual point made feasible, and what it certifies.

use super::certificate::{Certificate, Repair};
use super::feasible_scale::{MOST_MARGINS, feasible_scale, is_orthogonal, share_to_draw, steepest};
use super::pieces::{MOST_ROWS, add_to, blocks_of, over_pieces_of};
use super::problem::{Coefficients, Intercept, Problem};
use super::row_terms::{DualPoint, Offer, RowGaps, rounding};
use crate::loss::DualLoss;
use crate::regularizer::Regularizer;
use crate::simd;
use std::ops::Range;

/// The part of the primal value below which the gap is exactly enough what the dual value is less.
const NEAR_OPTIMUM: f64 = 0.5;

/// Σ βᵢ (xᵢ, 1) for the positive and the negative βᵢ.
pub(super) type Sides = [Vec<f64>; 2];

/// The scores of coefficients, a dual point, and the sums over rows that a certificate needs of them.
pub(super) struct Sums {
    losses: f64,
    pub(super) scores: Vec<f64>,
    pub(super) beta: Vec<f64>,
    pub(super) sides: Sides,
}

/// Where scores come from.
pub(super) enum Scores<'a> {
    /// The data and these coefficients.
    Of(&'a Coefficients),
    /// Whoever has summed them before: a certificate is that of the coefficients to which they belong.
    Known(&'a [f64]),
}

impl Sums {
    pub(super) fn over_rows<L: DualLoss, R: Regularizer>(
        problem: &Problem<'_, L, R>,
        scores: Scores<'_>,
        beta: &impl Offer,
    ) -> Self {
        let (n, d) = (problem.n_rows(), problem.x.n_features());
        let (at, mut scores) = match scores {
            Scores::Of(at) => (Some(at), vec![0.0; n]),
            Scores::Known(scores) => (None, scores.to_vec()),
        };
        let mut betas = vec![0.0; n];
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

    /// The scores of the coefficients, unless they are there, and the βᵢ of some rows; Σ cᵢ ℓ and the two sides.
    fn over_piece<L: DualLoss, R: Regularizer>(
        problem: &Problem<'_, L, R>,
        at: Option<&Coefficients>,
        offer: &impl Offer,
        rows: Range<usize>,
        scores: &mut [f64],
        betas: &mut [f64],
    ) -> (f64, Sides) {
        let d = problem.x.n_features();
        let (mut losses, mut sides) = (0.0, [vec![0.0; d + 1], vec![0.0; d + 1]]);
        for block in blocks_of(problem.x, rows.clone()) {
            let own = block.start - rows.start..block.end - rows.start;
            let (scores, betas) = (&mut scores[own.clone()], &mut betas[own]);
            if let Some(at) = at {
                problem.x.rows_dot(block.clone(), &at.w, scores);
                scores.iter_mut().for_each(|score| *score += at.b);
            }
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
    pub(super) fn balance<L: DualLoss, R: Regularizer>(
        &mut self,
        problem: &Problem<'_, L, R>,
        repair: Repair,
    ) {
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
        for block in blocks_of(problem.x, 0..problem.n_rows()) {
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
    pub(super) fn certify_aligned<L: DualLoss, R: Regularizer>(
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
    pub(super) fn draw_within<L: DualLoss, R>(&mut self, problem: &Problem<'_, L, R>, limit: f64) {
        let pull = self.augmented_pull(problem);
        if !(limit > 0.0) {
            let is_within = is_orthogonal(problem.x, problem.intercept, &self.beta, &pull);
            return self.scale(f64::from(is_within));
        }
        let drawn = self.side_to_draw(problem, &pull, limit);
        let before = drawn.map(|_| (self.beta.clone(), self.sides.clone()));
        self.scale_within(problem, limit);
        if let (Some((side, scale)), Some(before)) = (drawn, before) {
            let scaled = self.dual_terms(problem);
            let other =
                (std::mem::replace(&mut self.beta, before.0), std::mem::replace(&mut self.sides, before.1));
            self.scale_side(side, scale);
            self.scale_within(problem, limit);
            if !(self.dual_terms(problem) > scaled) {
                (self.beta, self.sides) = other;
            }
        }
    }

    fn scale_within<L: DualLoss, R>(&mut self, problem: &Problem<'_, L, R>, limit: f64) {
        let steepest_given = steepest(&self.augmented_pull(problem));
        self.scale(feasible_scale(problem, &self.beta, steepest_given, limit));
        // Where the two sides are far larger than their sum, its rounding is more than one margin.
        for attempt in 0..MOST_MARGINS {
            let steepest = steepest(&self.augmented_pull(problem));
            if !(steepest > limit) {
                break;
            }
            self.scale(limit / steepest * (1.0 - f64::EPSILON * 4.0_f64.powi(attempt)));
        }
    }

    /// Σ φᵢ(βᵢ).
    fn dual_terms<L: DualLoss, R>(&self, problem: &Problem<'_, L, R>) -> f64 {
        let rows = self.beta.iter().zip(&problem.y).zip(&problem.c);
        rows.map(|((&beta, &y), &c)| problem.loss.dual_term(y, beta, c)).sum()
    }

    /// Which of the two sides to draw towards zero, and by which factor, where they cancel, but for less than would be
    /// feasible: to where the largest entry of their sum is smallest. Rows far from the origin leave little of a dual point
    /// that is scaled alone.
    fn side_to_draw<L, R>(
        &self,
        problem: &Problem<'_, L, R>,
        pull: &[f64],
        limit: f64,
    ) -> Option<(usize, f64)> {
        let before = steepest(pull);
        if !(before > limit) || problem.intercept == Intercept::Free {
            return None;
        }
        let drawn = |side: usize| {
            let own = augmented(problem, self.sides[side].clone());
            let share = share_to_draw(pull, &own)?;
            let after: Vec<f64> = pull.iter().zip(&own).map(|(g, own)| g - share * own).collect();
            Some((steepest(&after), side, share))
        };
        let best = [0, 1].into_iter().filter_map(drawn).min_by(|a, b| a.0.total_cmp(&b.0));
        best.filter(|(after, ..)| *after < before).map(|(_, side, share)| (side, 1.0 - share))
    }

    fn scale(&mut self, scale: f64) {
        self.sides.iter_mut().flatten().chain(&mut self.beta).for_each(|value| *value *= scale);
    }

    fn augmented_pull<L, R>(&self, problem: &Problem<'_, L, R>) -> Vec<f64> {
        augmented(problem, self.pull())
    }

    fn scale_heavier_side(&mut self) {
        let excess = self.excess();
        let heavier = usize::from(excess < 0.0);
        let side = &self.sides[heavier];
        let total = side[side.len() - 1];
        if excess == 0.0 || total == 0.0 {
            return;
        }
        let scale = 1.0 - excess / total;
        self.scale_side(heavier, scale);
    }

    fn scale_side(&mut self, side: usize, scale: f64) {
        self.sides[side].iter_mut().for_each(|sum| *sum *= scale);
        let (of_positive, of_negative) = if side == 0 { (scale, 1.0) } else { (1.0, scale) };
        self.beta.iter_mut().for_each(|beta| *beta *= if *beta > 0.0 { of_positive } else { of_negative });
    }

    /// Σ βᵢ (xᵢ, 1).
    pub(super) fn pull(&self) -> Vec<f64> {
        total(&self.sides)
    }

    pub(super) fn certify<L: DualLoss, R: Regularizer>(
        &self,
        problem: &Problem<'_, L, R>,
        at: &Coefficients,
    ) -> Certificate {
        let (y, c) = (&problem.y, &problem.c);
        let row_gaps =
            simd::run(RowGaps { loss: &problem.loss, y, c, scores: &self.scores, betas: &self.beta });
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
        let primal = penalty.value(&w) + self.losses;
        let gap = coefficient_gaps + row_gaps + intercept_gap;
        let proved = primal - gap;
        // The same but for rounding, which far from the optimum has left nothing of the difference.
        let dual = if gap < NEAR_OPTIMUM * primal.abs() {
            proved
        } else {
            let conjugate: f64 = g.iter().map(|&g| penalty.conjugate_term(g)).sum();
            (self.dual_terms(problem) - conjugate).min(proved + 4.0 * f64::EPSILON * primal.abs())
        };
        Certificate { primal, dual, gap, rounding: rounding(problem, &self.scores, at) }
    }
}

/// The sum of both.
pub(super) fn total([positive, negative]: &Sides) -> Vec<f64> {
    let mut total = positive.clone();
    add_to(&mut total, negative);
    total
}

/// Adds Σ scaleᵢ (xᵢ, 1).
fn add_scaled<L, R>(problem: &Problem<'_, L, R>, rows: Range<usize>, scales: &[f64], sum: &mut [f64]) {
    if let Some((total, sum)) = sum.split_last_mut() {
        *total += scales.iter().sum::<f64>();
        problem.x.add_rows(rows, scales, sum);
    }
}

/// Σ βᵢ (xᵢ, σ) of Σ βᵢ (xᵢ, 1); for a free or no intercept Σ βᵢ xᵢ.
fn augmented<L, R>(problem: &Problem<'_, L, R>, mut sum: Vec<f64>) -> Vec<f64> {
    let of_ones = sum.pop().unwrap_or(0.0);
    sum.extend(problem.intercept.exists().then(|| of_ones * problem.intercept.column()));
    sum
}
