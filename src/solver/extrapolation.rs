//! The limit of a sequence that converges linearly, from its last members.

use super::cholesky::Cholesky;
use crate::data::dot;
use ndarray::Array2;

/// How many differences of iterates an extrapolation combines.
const MEMORY: usize = 5;
/// What is added to the normal equations' diagonal, relative to their trace.
const DAMPING: f64 = 1e-12;

/// Anderson's extrapolation: the affine combination of iterates whose differences, combined alike, are smallest.
///
/// Coordinate descent on a quadratic is a linear map, whose fixed point a few iterates nearly tell. Bertrand and
/// Massias 2021, "Anderson Acceleration of Coordinate Descent", algorithm 2.
#[derive(Default)]
pub(super) struct Extrapolation {
    /// Pairs of an iterate and of what is an affine function of it.
    iterates: Vec<(Vec<f64>, Vec<f64>)>,
}

impl Extrapolation {
    /// Takes up an iterate and its image; with enough of them, the combination of both, and begins anew.
    pub(super) fn push(&mut self, iterate: Vec<f64>, image: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
        self.iterates.push((iterate, image.to_vec()));
        if self.iterates.len() <= MEMORY {
            return None;
        }
        let combined = self.combined();
        self.iterates.clear();
        combined
    }

    fn combined(&self) -> Option<(Vec<f64>, Vec<f64>)> {
        let differences: Vec<Vec<f64>> = self
            .iterates
            .windows(2)
            .map(|pair| pair[1].0.iter().zip(&pair[0].0).map(|(after, before)| after - before).collect())
            .collect();
        let mut normal =
            Array2::from_shape_fn((MEMORY, MEMORY), |(i, j)| dot(&differences[i], &differences[j]));
        let damping = DAMPING * normal.diag().sum();
        normal.diag_mut().iter_mut().for_each(|entry| *entry += damping);
        if !(damping > 0.0) {
            return None;
        }
        let mut shares = Cholesky::new(normal)?.solve(&[1.0; MEMORY]);
        let total: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= total);
        if !shares.iter().all(|share| share.is_finite()) {
            return None;
        }
        let (iterate, image) = &self.iterates[0];
        let mut out = (vec![0.0; iterate.len()], vec![0.0; image.len()]);
        for ((iterate, image), share) in self.iterates[1..].iter().zip(&shares) {
            out.0.iter_mut().zip(iterate).for_each(|(out, value)| *out += share * value);
            out.1.iter_mut().zip(image).for_each(|(out, value)| *out += share * value);
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::Extrapolation;

    #[test]
    fn a_linear_sequence_gives_its_limit() {
        // v ← T v + b with a T of three eigenvalues; the limit is (10, −2, 4).
        let next = |v: &[f64]| vec![0.9 * v[0] + 1.0, 0.5 * v[1] - 1.0 + 0.0 * v[2], 0.75 * v[2] + 1.0];
        let (mut v, mut extrapolation) = (vec![0.0, 0.0, 0.0], Extrapolation::default());
        let found = loop {
            let image = [v[0] - 2.0 * v[1]];
            if let Some(found) = extrapolation.push(v.clone(), &image) {
                break found;
            }
            v = next(&v);
        };
        for (found, limit) in found.0.iter().zip([10.0, -2.0, 4.0]) {
            approx::assert_relative_eq!(*found, limit, max_relative = 1e-4);
        }
        approx::assert_relative_eq!(found.1[0], found.0[0] - 2.0 * found.0[1], max_relative = 1e-12);
    }
}
