//! Sums over rows of the softmax's loss, its slopes and its curvature.

use super::cholesky::Cholesky;
use super::joint_certificate::pulls;
use super::joint_problem::JointProblem;
use super::line_search;
use super::pieces::over_pieces;
use crate::data::dot;
use crate::loss::Softmax;
use ndarray::Array2;

/// Steps of the search for the best intercepts, and the part of all costs by which a class may miss its own.
const MOST_STEPS: usize = 60;
const BALANCED: f64 = 4.0 * f64::EPSILON;
/// The least share of what a class should have that it counts as having: a bound for one step.
const LEAST_SHARE: f64 = 1e-100;

/// The shares of each row that go with its scores.
pub(super) fn shares_of<R: Sync>(problem: &JointProblem<'_, Softmax, R>, scores: &[f64]) -> Vec<f64> {
    let k = problem.n_classes;
    let pieces = over_pieces(problem.n_rows(), 1, |rows| {
        let mut shares = scores[rows.start * k..rows.end * k].to_vec();
        for (row, shares) in rows.zip(shares.chunks_exact_mut(k)) {
            problem.loss.ask(problem.y[row], shares);
            Softmax::shares(shares);
        }
        shares
    });
    pieces.concat()
}

/// The shift b of all scores, of mean 0, that minimises Σ cᵢ ℓ(yᵢ, zᵢ + b) to the last bits.
///
/// Newton's steps, and where they do not make the objective less, scaling: bₖ grows by the logarithm of what class k
/// should have over what it has, which always does (Darroch and Ratcliff 1972, "Generalized Iterative Scaling for
/// Log-Linear Models", doi:10.1214/aoms/1177692379).
pub(super) fn best_shift<R: Sync>(problem: &JointProblem<'_, Softmax, R>, scores: &[f64]) -> Vec<f64> {
    let k = problem.n_classes;
    let mut wanted = vec![0.0; k];
    problem.y.iter().zip(&problem.c).for_each(|(&y, c)| wanted[y] += c);
    let total: f64 = wanted.iter().sum();
    let mut shift = vec![0.0; k];
    let mut now = Balance::of(problem, scores, &shift);
    for _ in 0..MOST_STEPS {
        if now.worst() <= BALANCED * total {
            break;
        }
        let by_newton = newton_shift(&now.slope, &now.excess).map(|step| added(&shift, &step));
        let mut next = by_newton.map(|shift| (Balance::of(problem, scores, &shift), shift));
        if !next.as_ref().is_some_and(|(next, _)| next.is_better_than(&now)) {
            let of_class =
                |(wanted, excess): (&f64, &f64)| (wanted / (wanted + excess).max(LEAST_SHARE * wanted)).ln();
            let step: Vec<f64> = wanted.iter().zip(&now.excess).map(of_class).collect();
            let shift = added(&shift, &step);
            next = Some((Balance::of(problem, scores, &shift), shift));
        }
        match next {
            Some((next, at)) if next.is_better_than(&now) => (now, shift) = (next, at),
            _ => break,
        }
    }
    let mean = shift.iter().sum::<f64>() / k as f64;
    shift.iter_mut().for_each(|shift| *shift -= mean);
    shift
}

fn added(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// What classes have too much of at a shift, and how that changes with it.
struct Balance {
    objective: f64,
    /// Σ cᵢ pᵢₖ less what it should be.
    excess: Vec<f64>,
    /// Σ cᵢ (diag pᵢ − pᵢ pᵢᵀ), row after row.
    slope: Vec<f64>,
}

impl Balance {
    fn of<R: Sync>(problem: &JointProblem<'_, Softmax, R>, scores: &[f64], shift: &[f64]) -> Self {
        let k = problem.n_classes;
        let pieces = over_pieces(problem.n_rows(), k * k, |rows| {
            let mut sum = Self { objective: 0.0, excess: vec![0.0; k], slope: vec![0.0; k * k] };
            let (mut p, mut beta) = (vec![0.0; k], vec![0.0; k]);
            for row in rows {
                let (y, c, z) = (problem.y[row], problem.c[row], &scores[row * k..(row + 1) * k]);
                p.iter_mut().zip(z).zip(shift).for_each(|((p, z), shift)| *p = z + shift);
                problem.loss.ask(y, &mut p);
                let (right, largest) = (p[y], p.iter().copied().fold(f64::NEG_INFINITY, f64::max));
                Softmax::shares(&mut p);
                // The largest share is e⁰ over the sum.
                let most = p.iter().copied().fold(0.0, f64::max);
                sum.objective += c * (largest - right - most.ln());
                pulls(y, c, &p, &mut beta);
                sum.excess.iter_mut().zip(&beta).for_each(|(excess, beta)| *excess -= beta);
                add_spread(c, &p, &mut sum.slope);
            }
            sum
        });
        let mut all = Self { objective: 0.0, excess: vec![0.0; k], slope: vec![0.0; k * k] };
        for piece in &pieces {
            all.objective += piece.objective;
            super::pieces::add_to(&mut all.excess, &piece.excess);
            super::pieces::add_to(&mut all.slope, &piece.slope);
        }
        all
    }

    fn worst(&self) -> f64 {
        self.excess.iter().fold(0.0, |worst: f64, excess| worst.max(excess.abs()))
    }

    /// At the minimum the objective no longer tells.
    fn is_better_than(&self, other: &Self) -> bool {
        let rounding = 1e-14 * other.objective.abs();
        self.objective < other.objective - rounding
            || (self.objective <= other.objective + rounding && self.worst() < other.worst())
    }
}

/// The shift of all classes that takes the excess off to first order, the last one held where it is; `slope` is
/// Σ cᵢ (diag pᵢ − pᵢ pᵢᵀ).
pub(super) fn newton_shift(slope: &[f64], excess: &[f64]) -> Option<Vec<f64>> {
    let k = excess.len();
    let matrix = Array2::from_shape_fn((k - 1, k - 1), |(i, j)| slope[i * k + j]);
    let negative: Vec<f64> = excess[..k - 1].iter().map(|excess| -excess).collect();
    let mut shift = Cholesky::new(matrix)?.solve(&negative);
    shift.push(0.0);
    shift.iter().all(|shift| shift.is_finite()).then_some(shift)
}

/// slope ← slope + c (diag p − p pᵀ).
#[inline(always)]
pub(super) fn add_spread(c: f64, p: &[f64], slope: &mut [f64]) {
    for (i, slopes) in slope.chunks_exact_mut(p.len()).enumerate() {
        let scale = c * p[i];
        slopes[i] += scale;
        slopes.iter_mut().zip(p).for_each(|(slope, p)| *slope -= scale * p);
    }
}

/// A line from v along a direction, of K coordinates each, with the scores at v and those of the direction.
pub(super) struct JointLine<'a> {
    pub(super) v: &'a [f64],
    pub(super) direction: &'a [f64],
    pub(super) scores: &'a [f64],
    pub(super) q: &'a [f64],
}

impl JointLine<'_> {
    /// The minimum along the line of ½ Σ Rⱼ vₖⱼ² + Σ cᵢ ℓ(yᵢ, zᵢ), R being `penalty`.
    pub(super) fn minimize<R: Sync>(
        &self,
        problem: &JointProblem<'_, Softmax, R>,
        penalty: &[f64],
        tol: f64,
    ) -> f64 {
        let weighted: Vec<f64> =
            self.direction.iter().zip(penalty.iter().cycle()).map(|(d, penalty)| penalty * d).collect();
        let (at_zero, bend) = (dot(&weighted, self.v), dot(&weighted, self.direction));
        line_search::minimize(tol, |t| {
            let (slope, curvature) = self.slopes(problem, t);
            (at_zero + t * bend + slope, bend + curvature)
        })
    }

    fn slopes<R: Sync>(&self, problem: &JointProblem<'_, Softmax, R>, t: f64) -> (f64, f64) {
        let k = problem.n_classes;
        let pieces = over_pieces(problem.n_rows(), 1, |rows| {
            let (mut sums, mut p, mut beta) = ((0.0, 0.0), vec![0.0; k], vec![0.0; k]);
            for row in rows {
                let own = row * k..(row + 1) * k;
                let (z, q) = (&self.scores[own.clone()], &self.q[own]);
                p.iter_mut().zip(z).zip(q).for_each(|((p, z), q)| *p = z + t * q);
                problem.loss.ask(problem.y[row], &mut p);
                Softmax::shares(&mut p);
                pulls(problem.y[row], problem.c[row], &p, &mut beta);
                let mean: f64 = p.iter().zip(q).map(|(p, q)| p * q).sum();
                sums.0 -= beta.iter().zip(q).map(|(beta, q)| beta * q).sum::<f64>();
                let spread: f64 = p.iter().zip(q).map(|(p, q)| p * (q - mean) * (q - mean)).sum();
                sums.1 += problem.c[row] * spread;
            }
            sums
        });
        pieces.iter().fold((0.0, 0.0), |sums, piece| (sums.0 + piece.0, sums.1 + piece.1))
    }
}
