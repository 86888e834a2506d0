//! Coordinates for rows that all lie far from the origin, close together.

use super::reflection::{reflect, reflection_onto};
use crate::data::dot;

/// Rows count as far where the square of their mean is so many times that of their spread.
const FAR: f64 = 100.0;

/// Whether rows with a mean of this length and this mean square of ‖x̃‖ are far from the origin.
fn is_far(norm: f64, spread: f64) -> bool {
    norm.is_finite() && norm * norm > FAR * spread && norm > 0.0
}

/// An orthogonal change of variables that keeps what rows differ in apart from what they share.
///
/// Where the intercept is penalised or absent, rows (xᵢ, σ) cannot be centered: the penalty would see it. With their
/// mean m ≫ their spread, the normal equations lose to rounding the square of m over the spread. In the coordinates
/// z = H (w, b/σ) with Householder's H = I − 2 h hᵀ, H m = ν eⱼ, a score is
///
/// Σₖ≠ⱼ (H x̃)ₖ zₖ + s (1 + (H x̃)ⱼ/ν), with x̃ = (x, σ) − m and s = ν zⱼ:
///
/// small differences next to a column of about 1, as a free intercept has it. The penalty is ½ Σₖ≠ⱼ zₖ² + ½ s²/ν².
/// Golub and Van Loan, "Matrix Computations", section 5.1.
#[derive(Clone)]
pub(super) struct FarOrigin {
    mean: Vec<f64>,
    h: Vec<f64>,
    /// ν, and j.
    length: f64,
    place: usize,
}

impl FarOrigin {
    /// For rows of this mean and this mean square of ‖x̃‖; `None` if they are not far.
    pub(super) fn of(mean: Vec<f64>, spread: f64) -> Option<Self> {
        let norm = dot(&mean, &mean).sqrt();
        if !is_far(norm, spread) {
            return None;
        }
        let largest = |best: usize, j: usize| if mean[j].abs() > mean[best].abs() { j } else { best };
        let place = (0..mean.len()).reduce(largest)?;
        let mut h = mean.clone();
        let length = reflection_onto(place, &mut h);
        Some(Self { mean, h, length, place })
    }

    /// The weight of each coordinate's square in the penalty.
    pub(super) fn penalty_weights(&self) -> Vec<f64> {
        let mut weights = vec![1.0; self.mean.len()];
        weights[self.place] = 1.0 / (self.length * self.length);
        weights
    }

    /// The coordinates of Σ t (x, σ), for a sum of the t of `total`.
    pub(super) fn rows_to(&self, sum: &mut [f64], total: f64) {
        sum.iter_mut().zip(&self.mean).for_each(|(sum, mean)| *sum -= total * mean);
        reflect(sum, &self.h);
        sum[self.place] = total + sum[self.place] / self.length;
    }

    /// The coordinates of (w, b/σ).
    pub(super) fn coefficients_to(&self, at: &mut [f64]) {
        reflect(at, &self.h);
        at[self.place] *= self.length;
    }

    /// (w, b/σ) of coordinates.
    pub(super) fn coefficients_from(&self, v: &mut [f64]) {
        v[self.place] /= self.length;
        reflect(v, &self.h);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_and_penalties_are_the_same_in_both_coordinates() {
        let mean = vec![3e4, -2e5, 10.0, 1.0];
        let far = FarOrigin::of(mean.clone(), 4.0).unwrap();
        let w = [0.3, -0.2, 4.0, 0.7];
        let mut v = w.to_vec();
        far.coefficients_to(&mut v);
        for shift in [[0.0; 4], [0.5, 0.25, -1.0, 0.0], [-1.0, 2.0, 0.125, 0.0]] {
            let row: Vec<f64> = mean.iter().zip(shift).map(|(m, s)| m + s).collect();
            let mut coordinates = row.clone();
            far.rows_to(&mut coordinates, 1.0);
            approx::assert_relative_eq!(dot(&coordinates, &v), dot(&row, &w), max_relative = 1e-13);
            // Nothing is large any more.
            assert!(coordinates.iter().all(|c| c.abs() < 4.0), "{coordinates:?}");
        }
        let penalty: f64 = far.penalty_weights().iter().zip(&v).map(|(r, v)| r * v * v).sum();
        approx::assert_relative_eq!(penalty, dot(&w, &w), max_relative = 1e-13);
        far.coefficients_from(&mut v);
        v.iter().zip(w).for_each(|(v, w)| approx::assert_relative_eq!(*v, w, max_relative = 1e-9));
    }

    #[test]
    fn rows_around_the_origin_stay_as_they_are() {
        assert!(FarOrigin::of(vec![1.0, 1.0], 2.0).is_none());
        assert!(FarOrigin::of(vec![0.0], 0.0).is_none());
    }
}
