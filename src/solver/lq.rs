//! Rows in as many coordinates as there are rows.

use super::control::Clock;
use super::reflection::{reflect, reflection_onto};
use crate::parallel;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayViewMut2, Axis, s};

/// Reflections that are applied together, as products of matrices.
const TOGETHER: usize = 32;
/// Rows that they are applied to at a time.
const ROWS: usize = 32;

/// n ≤ d rows as L Q: L is lower triangular, n × n, and the rows of Q are orthonormal.
///
/// Each row of L Q is the given one to within rounding of its own length, however long others are, and products with Qᵀ
/// lose nothing. (The factor of the rows' inner products, which is the same L up to signs, is good to the square root of that only.)
/// Householder's method on the transpose, n² (2d − ⅔n) operations, in blocks: Golub and Van Loan, "Matrix
/// Computations", section 5.2; Schreiber and Van Loan 1989, doi:10.1137/0910005.
pub(super) struct Lq {
    /// Before the diagonal L, from there on the reflections.
    rows: Array2<f64>,
    /// That of L.
    diagonal: Vec<f64>,
}

impl Lq {
    /// Factors the rows in place; `None` if a length overflows or the time is up.
    pub(super) fn new(mut rows: Array2<f64>, clock: Clock) -> Option<Self> {
        let n = rows.nrows();
        let mut diagonal = vec![0.0; n];
        for (block, diagonal) in diagonal.chunks_mut(TOGETHER).enumerate() {
            if clock.is_out_of_time() {
                return None;
            }
            let start = block * TOGETHER;
            let remaining = rows.slice_mut(s![start.., start..]);
            let (mut first, mut rest) = remaining.split_at(Axis(0), diagonal.len());
            let block = Block::of(&mut first, diagonal);
            parallel::map(rest.axis_chunks_iter_mut(Axis(0), ROWS).collect(), |rows| block.reflect(rows));
        }
        (rows.iter().chain(&diagonal).all(|x| x.is_finite())).then_some(Self { rows, diagonal })
    }

    /// L.
    pub(super) fn lower(&self) -> Array2<f64> {
        let n = self.diagonal.len();
        Array2::from_shape_fn((n, n), |(i, j)| match i.cmp(&j) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => self.diagonal[i],
            std::cmp::Ordering::Greater => self.rows[[i, j]],
        })
    }

    /// Qᵀ v.
    pub(super) fn combine(&self, v: &[f64]) -> Vec<f64> {
        let mut w = v.to_vec();
        w.resize(self.rows.ncols(), 0.0);
        for (k, row) in self.rows.outer_iter().enumerate().rev() {
            if let Some(h) = row.to_slice() {
                reflect(&mut w[k..], &h[k..]);
            }
        }
        w
    }
}

/// The product of some reflections, I − H T Hᵀ for the h as the columns of H.
struct Block {
    /// Hᵀ.
    h: Array2<f64>,
    t: Array2<f64>,
}

impl Block {
    /// Factors rows: L up to the diagonal, which goes apart, and the reflections behind it.
    fn of(rows: &mut ArrayViewMut2<'_, f64>, diagonal: &mut [f64]) -> Self {
        let (n, d) = rows.dim();
        let (mut h, mut t) = (Array2::zeros((n, d)), Array2::zeros((n, n)));
        for (k, entry) in diagonal.iter_mut().enumerate() {
            let (_, mut below) = rows.view_mut().split_at(Axis(0), k);
            let mut below = below.axis_iter_mut(Axis(0)).filter_map(|row| row.into_slice());
            let Some(row) = below.next() else { break };
            *entry = reflection_onto(0, &mut row[k..]);
            below.for_each(|other| reflect(&mut other[k..], &row[k..]));
            h.row_mut(k).iter_mut().skip(k).zip(&row[k..]).for_each(|(to, h)| *to = *h);
            // (I − H T Hᵀ)(I − 2 h hᵀ)
            let before = h.slice(s![..k, ..]).dot(&h.row(k));
            let column = t.slice(s![..k, ..k]).dot(&before) * -2.0;
            t.slice_mut(s![..k, k]).assign(&column);
            t[[k, k]] = 2.0;
        }
        Self { h, t }
    }

    fn reflect(&self, mut rows: ArrayViewMut2<'_, f64>) {
        let along = rows.dot(&self.h.t()).dot(&self.t);
        general_mat_mul(-1.0, &along, &self.h, 1.0, &mut rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use std::time::{Duration, Instant};

    fn unlimited() -> Clock {
        Clock { began: Instant::now(), max_time: None }
    }

    fn check(rows: &Array2<f64>) {
        let (n, d) = rows.dim();
        let lq = Lq::new(rows.clone(), unlimited()).unwrap();
        let lower = lq.lower();
        let unit = |k: usize| (0..n).map(|i| f64::from(u8::from(i == k))).collect::<Vec<_>>();
        let q = Array2::from_shape_vec((n, d), (0..n).flat_map(|k| lq.combine(&unit(k))).collect()).unwrap();
        let again = lower.dot(&q);
        for (row, again) in rows.outer_iter().zip(again.outer_iter()) {
            let length = row.dot(&row).sqrt();
            let off = row.iter().zip(again).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(off <= 1e-14 * length * f64::from(u32::try_from(n).unwrap()).sqrt(), "{off} of {length}");
        }
        let gram = q.dot(&q.t());
        gram.indexed_iter().for_each(|((i, j), value)| {
            approx::assert_abs_diff_eq!(*value, f64::from(u8::from(i == j)), epsilon = 1e-13);
        });
        (0..n).for_each(|i| assert!(lower.slice(s![i, i + 1..]).iter().all(|above| *above == 0.0)));
    }

    #[test]
    fn rows_are_what_their_factors_make() {
        let mut random = Random::new(5);
        for (n, d) in [(1, 1), (1, 4), (7, 7), (40, 90), (75, 300)] {
            check(&Array2::from_shape_simple_fn((n, d), || random.normal()));
        }
    }

    #[test]
    fn dependent_zero_and_uneven_rows_are_factored_too() {
        let mut random = Random::new(6);
        let mut rows = Array2::from_shape_simple_fn((50, 120), || random.normal());
        rows.row_mut(0).fill(0.0);
        rows.row_mut(40).fill(0.0);
        let first = rows.row(1).to_owned();
        rows.row_mut(45).assign(&first);
        for (i, mut row) in rows.outer_iter_mut().enumerate() {
            row *= 10f64.powi(i32::try_from(i % 13).unwrap() * 20 - 120);
        }
        check(&rows);
        let mut huge = rows;
        huge.row_mut(3).fill(1e308);
        assert!(Lq::new(huge, unlimited()).is_none());
    }

    #[test]
    fn time_is_kept() {
        let over = Clock { began: Instant::now(), max_time: Some(Duration::ZERO) };
        assert!(Lq::new(Array2::eye(3), over).is_none());
    }
}
