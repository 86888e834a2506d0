use super::joint::{JointLoss, wrong_share};
use super::log::divergence;

/// The cross-entropy ln Σ e^zₖ − z_y of the softmax: that of multinomial logistic regression.
///
/// h(y, p) is the entropy −Σ pₖ ln pₖ, and what a row adds to the duality gap the Kullback–Leibler divergence of p from
/// the softmax of z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Softmax;

impl JointLoss for Softmax {
    fn value_and_gap(&self, y: usize, z: &[f64], p: &[f64], scratch: &mut [f64]) -> (f64, f64) {
        let largest = largest(z);
        let mut sum = 0.0;
        for (e, z) in scratch.iter_mut().zip(z) {
            *e = (z - largest).exp();
            sum += *e;
        }
        let (of_right, inverse) = (z.get(y).copied().unwrap_or(largest) - largest, 1.0 / sum);
        let value = if of_right == 0.0 {
            // The digits of a small loss are in the classes that are wrong.
            wrong_share(y, scratch).ln_1p()
        } else {
            sum.ln() - of_right
        };
        let ln_sum = sum.ln();
        let mut gap = 0.0;
        for ((&p, e), z) in p.iter().zip(scratch).zip(z) {
            let asked = *e * inverse;
            if p != asked {
                gap += divergence(p, asked, p - asked, || z - largest - ln_sum);
            }
        }
        (value, gap)
    }

    fn along_ray(&self, y: usize, p: &[f64], s: f64) -> (f64, f64, f64) {
        let wrong = wrong_share(y, p);
        let (mut slope, mut curvature, mut size) = (0.0, 0.0, 0.0);
        for (k, &p) in p.iter().enumerate() {
            let (direction, share) = if k == y { (-wrong, 1.0 - s * wrong) } else { (p, s * p) };
            if direction != 0.0 {
                let term = direction * share.ln();
                slope -= term;
                size += term.abs();
                curvature += direction * (direction / share);
            }
        }
        (slope, curvature, size)
    }
}

impl Softmax {
    /// z ← the softmax of z: the shares that go with the scores.
    #[inline(always)]
    pub(crate) fn shares(z: &mut [f64]) {
        let largest = largest(z);
        let mut sum = 0.0;
        for z in z.iter_mut() {
            *z = (*z - largest).exp();
            sum += *z;
        }
        let inverse = 1.0 / sum;
        z.iter_mut().for_each(|z| *z *= inverse);
    }
}

#[inline(always)]
fn largest(z: &[f64]) -> f64 {
    z.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_and_gap(y: usize, z: &[f64], p: &[f64]) -> (f64, f64) {
        Softmax.value_and_gap(y, z, p, &mut vec![0.0; z.len()])
    }

    #[test]
    fn the_gap_is_the_inequality_of_fenchel_and_young() {
        for (z, p) in [
            ([0.3, -1.0, 2.0], [0.2, 0.3, 0.5]),
            ([0.0, 0.0, 0.0], [1.0, 0.0, 0.0]),
            ([-5.0, 4.0, 3.9], [0.0, 0.75, 0.25]),
        ] {
            let entropy: f64 = p.iter().filter(|p| **p > 0.0).map(|p: &f64| -p * p.ln()).sum();
            for y in 0..3 {
                let (value, gap) = value_and_gap(y, &z, &p);
                let plain = z.iter().map(|z: &f64| z.exp()).sum::<f64>().ln() - z[y];
                let right = z[y];
                let linear: f64 = p.iter().zip(z).map(|(p, z)| p * (z - right)).sum();
                approx::assert_relative_eq!(value, plain, max_relative = 1e-12, epsilon = 1e-13);
                approx::assert_relative_eq!(
                    gap,
                    plain - linear - entropy,
                    max_relative = 1e-12,
                    epsilon = 1e-13
                );
            }
        }
    }

    #[test]
    fn small_losses_and_far_scores_keep_their_digits() {
        let (value, _) = value_and_gap(1, &[0.0, 40.0, -1.0], &[0.0, 1.0, 0.0]);
        approx::assert_relative_eq!(value, (-40f64).exp() + (-41f64).exp(), max_relative = 1e-14);
        let mut z = [1e4, -1e4, 1e4];
        assert_eq!(value_and_gap(1, &z, &[0.5, 0.0, 0.5]), (2e4 + 2f64.ln(), 0.0));
        Softmax::shares(&mut z);
        assert_eq!(z, [0.5, 0.0, 0.5]);
        // All on a class that the softmax gives nothing: ln(1/0) is the distance of the scores.
        let (_, gap) = value_and_gap(0, &[1e4, -1e4, 0.0], &[0.0, 1.0, 0.0]);
        approx::assert_relative_eq!(gap, 2e4, max_relative = 1e-14);
    }

    #[test]
    fn slopes_along_a_ray_are_finite_differences() {
        let (y, p) = (1, [0.2, 0.7, 0.1]);
        let h = |s: f64| -> f64 {
            let shares = [s * 0.2, 1.0 - s * 0.3, s * 0.1];
            shares.iter().map(|p: &f64| -p * p.ln()).sum()
        };
        for s in [0.3, 1.0, 2.5] {
            let (slope, curvature, _) = Softmax.along_ray(y, &p, s);
            let step = 1e-5;
            approx::assert_relative_eq!(slope, (h(s + step) - h(s - step)) / (2.0 * step), epsilon = 1e-7);
            let bend = (h(s + step) - 2.0 * h(s) + h(s - step)) / (step * step);
            approx::assert_relative_eq!(curvature, -bend, max_relative = 1e-4);
        }
    }
}
