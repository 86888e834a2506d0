//! Newton's step among the coefficients that are not 0.

use super::cholesky::Cholesky;
use super::columns::{AHEAD, Columns};
use super::conjugate_gradients::{Most, conjugate_gradients, up_to};
use super::control::Clock;
use super::sparse_gram::SparseRows;
use crate::parallel;
use ndarray::{Array2, s};

/// The most steps of conjugate gradients, and the most coefficients for which the matrix is made where these do not do.
const MOST_STEPS: usize = 50;
const MOST_FACTORED: usize = 2000;
/// Up to so many, the matrix costs next to nothing.
pub(super) const FACTORED: usize = 200;
/// Operations that are not worth a thread.
const SMALL: usize = 1 << 20;
/// What is added to the matrix, relative to its diagonal.
const RIDGE: f64 = 1e-14;

/// Of so many coefficients that are not 0, one may be another than before.
const STEADY: usize = 200;
/// After so many steps in a row that stopped halfway the pause grows no longer.
const MOST_FAILURES: u32 = 6;

/// When Newton's steps are worth their price: where they are cheap, or the coefficients that are not 0 are the same as
/// before, and after a step that stopped halfway not soon again.
#[derive(Default)]
pub(super) struct Turns {
    support: Vec<usize>,
    wait: usize,
    failures: u32,
}

impl Turns {
    /// Whether it is the turn of a step, at the coefficients that are not 0.
    pub(super) fn is_due(&mut self, support: &[usize]) -> bool {
        let before = std::mem::replace(&mut self.support, support.to_vec());
        let kept = before.iter().filter(|k| support.binary_search(k).is_ok()).count();
        let changes = before.len() + support.len() - 2 * kept;
        self.wait = self.wait.saturating_sub(1);
        let is_cheap = support.len() <= FACTORED;
        !support.is_empty() && (is_cheap || self.wait == 0 && changes * STEADY <= support.len())
    }

    /// A step went so far.
    pub(super) fn took(&mut self, share: f64) {
        self.failures = if share < 1.0 { self.failures + 1 } else { 0 };
        self.wait = 1 << self.failures.min(MOST_FAILURES);
    }
}

/// The quadratic model β·q − ½ Σ hᵢ qᵢ² of the loss and a penalty ρ₁ ‖w‖₁ + ½ ρ₂ ‖w‖², at coefficients whose signs are
/// taken as fixed: there the penalty is a quadratic, too.
pub(super) struct Support<'a> {
    pub(super) columns: &'a Columns<'a>,
    /// The columns of the coefficients that are not 0.
    pub(super) features: Vec<usize>,
    /// Their Σ hᵢ xᵢⱼ².
    pub(super) squares: Vec<f64>,
    pub(super) h: &'a [f64],
    pub(super) has_intercept: bool,
    pub(super) shares: (f64, f64),
    pub(super) clock: Clock,
}

impl Support<'_> {
    /// About the step to the model's optimum, that of the intercept last where there is one, until the share `forcing` of
    /// the slopes is left, or as far towards it as conjugate gradients lead where the matrix would be too large. `r` is
    /// −∂/∂q of the model, `w` the coefficients.
    pub(super) fn step(&self, w: &[f64], r: &[f64], forcing: f64) -> Option<Vec<f64>> {
        let (l1, l2) = self.shares;
        let mut slopes = self.columns.dots(&self.features, r);
        slopes.iter_mut().zip(w).for_each(|(slope, w)| *slope -= l1 * w.signum() + l2 * w);
        let mut scales: Vec<f64> = self.squares.iter().map(|square| square + l2).collect();
        if self.has_intercept {
            slopes.push(r.iter().sum());
            scales.push(self.h.iter().sum());
        }
        if slopes.len() <= FACTORED {
            return self.factor(&scales).map(|h| h.solve(&slopes));
        }
        let precondition = |r: &[f64]| r.iter().zip(&scales).map(|(r, scale)| r / scale).collect();
        let most = Most { steps: MOST_STEPS, clock: self.clock };
        let (step, is_there) =
            conjugate_gradients(&slopes, |s| self.times(s), precondition, up_to(forcing), most);
        if is_there || slopes.len() > MOST_FACTORED || self.clock.is_out_of_time() {
            return Some(step);
        }
        self.factor(&scales).map(|h| h.solve(&slopes))
    }

    /// The matrix of the model, all but singular ones made definite.
    fn factor(&self, scales: &[f64]) -> Option<Cholesky> {
        let rows = SparseRows::of(self.columns, &self.features, self.h.len());
        let mut matrix = match rows {
            Some(rows) => {
                let gram = rows.weighted_gram(self.h, || self.clock.is_out_of_time())?;
                gram.slice_move(s![..scales.len(), ..scales.len()])
            }
            None => self.gram_by_columns(scales.len())?,
        };
        matrix.diag_mut().iter_mut().zip(scales).for_each(|(to, scale)| *to = scale * (1.0 + RIDGE));
        Cholesky::new(matrix)
    }

    /// The lower half of Σ hᵢ x̃ᵢ x̃ᵢᵀ, without the diagonal; `None` when the time is up.
    fn gram_by_columns(&self, size: usize) -> Option<Array2<f64>> {
        let row = |k: usize| {
            if self.clock.is_out_of_time() {
                return None;
            }
            let image = match self.features.get(k) {
                Some(&j) => {
                    let mut image = vec![0.0; self.h.len()];
                    self.columns.add_weighted(j, 1.0, self.h, &mut image);
                    image
                }
                None => self.h.to_vec(),
            };
            Some(self.features.iter().take(k).map(|&j| self.columns.dot(j, &image)).collect::<Vec<f64>>())
        };
        // To wake threads takes longer than a small matrix.
        let operations = size.saturating_mul(size).saturating_mul(self.h.len());
        let rows = match operations < SMALL {
            true => (0..size).map(row).collect(),
            false => parallel::map((0..size).collect(), row),
        };
        let mut matrix = Array2::zeros((size, size));
        for (mut to, row) in matrix.rows_mut().into_iter().zip(rows) {
            to.iter_mut().zip(row?).for_each(|(to, value)| *to = value);
        }
        Some(matrix)
    }

    /// How the scores change over a step.
    pub(super) fn change(&self, s: &[f64]) -> Vec<f64> {
        let shift = if self.has_intercept { s.last().copied().unwrap_or(0.0) } else { 0.0 };
        let mut q = vec![shift; self.h.len()];
        for (k, (&j, &s)) in self.features.iter().zip(s).enumerate() {
            self.columns.ask_for(self.features.get(k + AHEAD).copied());
            self.columns.add(j, s, &mut q);
        }
        q
    }

    fn times(&self, s: &[f64]) -> Vec<f64> {
        let mut q = self.change(s);
        q.iter_mut().zip(self.h).for_each(|(q, h)| *q *= h);
        let mut product = self.columns.dots(&self.features, &q);
        product.iter_mut().zip(s).for_each(|(product, s)| *product += self.shares.1 * s);
        if self.has_intercept {
            product.push(q.iter().sum());
        }
        product
    }
}
