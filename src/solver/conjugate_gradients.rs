//! Systems of Newton's method for many features, without their matrix.

use super::cholesky::Cholesky;
use super::control::Clock;
use super::design::Design;
use super::packed::RowAccess;
use super::pieces::{add_to, over_pieces};
use super::problem::Coefficients;
use crate::data::dot;
use crate::simd::{self, Kernel};
use ndarray::Array2;
use std::ops::Range;

/// The most of their steps.
pub(super) const MOST_STEPS: usize = 500;
/// The features between which the preconditioner knows all of H, from at most so many rows, and the share of what these
/// tell that is used.
const HEAVY: usize = 768;
const BLOCK_ROWS: usize = 30_000;
const OFF_DIAGONAL: f64 = 0.98;
/// The share of the curvatures that may have moved since a preconditioner was made.
const SAME: f64 = 0.005;
/// So many rows ahead of what is computed are asked for: processors do not see early enough what a product needs.
const AHEAD: usize = 4;

/// H = R + Σ tᵢ x̃ᵢ x̃ᵢᵀ, as a product with vectors, of rows whose columns are not arranged anew.
pub(super) struct Hessian<'a, A> {
    design: &'a Design<'a>,
    access: &'a A,
    penalty: Vec<f64>,
    curvature: Vec<f64>,
    /// The rows with tᵢ > 0.
    active: Vec<usize>,
}

impl<'a, A: RowAccess> Hessian<'a, A> {
    pub(super) fn new(design: &'a Design<'a>, access: &'a A, curvature: Vec<f64>) -> Self {
        let active = (0..curvature.len()).filter(|&row| curvature[row] > 0.0).collect();
        Self { design, access, penalty: design.penalty_weights(), curvature, active }
    }

    /// x̃ᵢ·v for all rows.
    pub(super) fn scores(&self, v: &[f64]) -> Vec<f64> {
        let at = self.design.coefficients(v);
        let n = self.curvature.len();
        let pieces = over_pieces(n, 1, |rows| simd::run(Scores { access: self.access, rows, at: &at }));
        pieces.concat()
    }

    fn times(&self, v: &[f64]) -> Vec<f64> {
        let at = self.design.coefficients(v);
        let (access, curvature) = (self.access, &self.curvature);
        let sum = self.sum(|rows, out| simd::run(Times { access, rows, curvature, at: &at, out }));
        let mut product = self.design.centered(sum);
        product.iter_mut().zip(&self.penalty).zip(v).for_each(|((to, penalty), v)| *to += penalty * v);
        product
    }

    /// The diagonal of H.
    fn diagonal(&self) -> Vec<f64> {
        let (access, curvature) = (self.access, &self.curvature);
        let squares = self.sum(|rows, out| {
            for &row in rows {
                access.visit(row, |column, value| out[column] += curvature[row] * value * value);
            }
        });
        let center = self.design.center();
        let is_centered = center.iter().any(|mean| *mean != 0.0);
        let sums = self.sum(|rows, out| {
            if let Some((total, sums)) = out.split_last_mut() {
                for &row in rows {
                    *total += curvature[row];
                    if is_centered {
                        access.add::<false>(row, curvature[row], sums);
                    }
                }
            }
        });
        let total = sums.last().copied().unwrap_or(0.0);
        let of_feature = |j: usize| match center.get(j) {
            Some(mean) => squares[j] - mean * (2.0 * sums[j] - mean * total),
            None => total,
        };
        (0..self.penalty.len())
            .map(|j| self.penalty[j] + of_feature(j).max(f64::EPSILON * squares[j]))
            .collect()
    }

    /// A sum of d + 1 entries over the active rows.
    fn sum(&self, add: impl Fn(&[usize], &mut [f64]) + Sync + Send) -> Vec<f64> {
        let entries = self.design.center().len() + 1;
        let pieces = over_pieces(self.active.len(), entries, |places| {
            let mut sum = vec![0.0; entries];
            add(&self.active[places], &mut sum);
            sum
        });
        let mut sum = vec![0.0; entries];
        pieces.iter().for_each(|piece| add_to(&mut sum, piece));
        sum
    }

    /// About H⁻¹ b, by conjugate gradients until what is left of b `is_enough`, or what there is of it when the time is up.
    pub(super) fn solve(
        &self,
        b: &[f64],
        metric: &Preconditioner,
        is_enough: impl Fn(f64, &[f64]) -> bool,
        clock: Clock,
    ) -> Vec<f64> {
        let most = Most { steps: MOST_STEPS, clock };
        conjugate_gradients(b, |v| self.times(v), |r| metric.solve(r), is_enough, most).0
    }
}

/// What conjugate gradients may take.
#[derive(Clone, Copy)]
pub(super) struct Most {
    pub(super) steps: usize,
    pub(super) clock: Clock,
}

/// Whether no more than the share `forcing` of b is left.
pub(super) fn up_to(forcing: f64) -> impl Fn(f64, &[f64]) -> bool {
    move |share, _| !(share > forcing * forcing)
}

/// About H⁻¹ b for the product with H and an approximate inverse, by conjugate gradients until what is left of b
/// `is_enough`, or what there is of it after the most that they may take; whether it was enough. What is left is the square
/// of its share, as the approximate inverse measures it, and the vector.
///
/// Nocedal and Wright 2006, "Numerical Optimization", algorithm 5.3.
pub(super) fn conjugate_gradients(
    b: &[f64],
    times: impl Fn(&[f64]) -> Vec<f64>,
    precondition: impl Fn(&[f64]) -> Vec<f64>,
    is_enough: impl Fn(f64, &[f64]) -> bool,
    most: Most,
) -> (Vec<f64>, bool) {
    let (mut s, mut r) = (vec![0.0; b.len()], b.to_vec());
    let mut z = precondition(&r);
    let mut direction = z.clone();
    let mut square = dot(&r, &z);
    let whole = square;
    for _ in 0..most.steps {
        let product = times(&direction);
        let length = square / dot(&direction, &product);
        if !length.is_finite() || most.clock.is_out_of_time() {
            break;
        }
        s.iter_mut().zip(&direction).for_each(|(s, direction)| *s += length * direction);
        r.iter_mut().zip(&product).for_each(|(r, product)| *r -= length * product);
        z = precondition(&r);
        let next = dot(&r, &z);
        if !next.is_finite() {
            break;
        }
        if is_enough(next / whole, &r) {
            return (s, true);
        }
        let share = next / square;
        direction.iter_mut().zip(&z).for_each(|(direction, z)| *direction = z + share * *direction);
        square = next;
    }
    (s, false)
}

/// H without most of what is off its diagonal: all of it only between the features that weigh most, those of common
/// words and categories, which rows share.
pub(super) struct Preconditioner {
    /// That of the H of which it was made.
    curvature: Vec<f64>,
    inverse: Vec<f64>,
    heavy: Vec<usize>,
    block: Option<Cholesky>,
}

impl Preconditioner {
    pub(super) fn new<A: RowAccess>(hessian: &Hessian<'_, A>) -> Self {
        let (diagonal, curvature) = (hessian.diagonal(), hessian.curvature.clone());
        let inverse = diagonal.iter().map(|h| 1.0 / h.max(f64::MIN_POSITIVE)).collect();
        if !hessian.design.is_sparse() {
            return Self { curvature, inverse, heavy: Vec::new(), block: None };
        }
        let mut heavy: Vec<usize> = (0..diagonal.len()).collect();
        let relative = |&j: &usize| diagonal[j] / hessian.penalty[j].max(f64::MIN_POSITIVE);
        if heavy.len() > HEAVY {
            heavy.select_nth_unstable_by(HEAVY, |a, b| relative(b).total_cmp(&relative(a)));
            heavy.truncate(HEAVY);
        }
        // As rows have them: pairs of a row then go through the block in order.
        heavy.sort_unstable();
        let block = Cholesky::new(block_of(hessian, &heavy, &diagonal));
        Self { curvature, inverse, heavy, block }
    }

    /// Whether it is still good for an H of the same rows: to make another one costs as much as some steps.
    pub(super) fn is_about<A: RowAccess>(&self, hessian: &Hessian<'_, A>) -> bool {
        let pairs = || self.curvature.iter().zip(&hessian.curvature);
        let moved: f64 = pairs().map(|(then, now)| (then - now).abs()).sum();
        moved.is_finite() && moved <= SAME * pairs().map(|(_, now)| now).sum::<f64>()
    }

    fn solve(&self, r: &[f64]) -> Vec<f64> {
        let mut z: Vec<f64> = r.iter().zip(&self.inverse).map(|(r, h)| r * h).collect();
        if let Some(block) = &self.block {
            let of_heavy: Vec<f64> = self.heavy.iter().map(|&j| r[j]).collect();
            self.heavy.iter().zip(block.solve(&of_heavy)).for_each(|(&j, value)| z[j] = value);
        }
        z
    }
}

/// The lower triangle of H between some features, estimated from some of the rows off the diagonal.
fn block_of<A: RowAccess>(hessian: &Hessian<'_, A>, heavy: &[usize], diagonal: &[f64]) -> Array2<f64> {
    let mut place = vec![usize::MAX; diagonal.len()];
    heavy.iter().enumerate().for_each(|(at, &j)| place[j] = at);
    let stride = hessian.active.len().div_ceil(BLOCK_ROWS).max(1);
    let (intercept, mut block) = (hessian.design.center().len(), Array2::zeros((heavy.len(), heavy.len())));
    let mut entries: Vec<(usize, f64)> = Vec::new();
    for (place_of_row, &row) in hessian.active.iter().enumerate().step_by(stride) {
        if let Some(&later) = hessian.active.get(place_of_row + AHEAD * stride) {
            hessian.access.prefetch(later);
        }
        entries.clear();
        let mut push = |j: usize, value: f64| match place.get(j) {
            Some(&at) if at != usize::MAX => entries.push((at, value)),
            _ => {}
        };
        hessian.access.visit(row, &mut push);
        push(intercept, 1.0);
        let scale = stride as f64 * hessian.curvature[row];
        for (at, &(i, a)) in entries.iter().enumerate() {
            let scaled = scale * a;
            entries[..at].iter().for_each(|&(j, b)| block[[i.max(j), i.min(j)]] += scaled * b);
        }
    }
    // The estimate may be indefinite where its diagonal is not of the same rows.
    let shrink = if stride > 1 { OFF_DIAGONAL } else { 1.0 };
    block.iter_mut().for_each(|h: &mut f64| *h *= shrink);
    block.diag_mut().iter_mut().zip(heavy).for_each(|(h, &j)| *h = diagonal[j]);
    block
}

struct Scores<'a, A> {
    access: &'a A,
    rows: Range<usize>,
    at: &'a Coefficients,
}

impl<A: RowAccess> Kernel for Scores<'_, A> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Vec<f64> {
        let mut scores = vec![0.0; self.rows.len()];
        for (score, row) in scores.iter_mut().zip(self.rows) {
            *score = self.access.dot::<FUSED>(row, &self.at.w) + self.at.b;
        }
        scores
    }
}

/// out ← out + Σ tᵢ (xᵢ·w + b) (xᵢ, 1).
struct Times<'a, A> {
    access: &'a A,
    rows: &'a [usize],
    curvature: &'a [f64],
    at: &'a Coefficients,
    out: &'a mut [f64],
}

impl<A: RowAccess> Kernel for Times<'_, A> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Some((total, sums)) = self.out.split_last_mut() else { return };
        for (place, &row) in self.rows.iter().enumerate() {
            if let Some(&later) = self.rows.get(place + AHEAD) {
                self.access.prefetch(later);
            }
            let scale = self.curvature[row] * (self.access.dot::<FUSED>(row, &self.at.w) + self.at.b);
            self.access.add::<FUSED>(row, scale, sums);
            *total += scale;
        }
    }
}
