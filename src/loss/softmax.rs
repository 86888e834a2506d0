use super::joint::{JointLoss, wrong_share};
use super::log::divergence;

/// The cross-entropy ln Σ e^aₖ − a_y of the softmax, aₖ = zₖ + `margin` for the classes that are wrong: that of multinomial
/// logistic regression where the margin is 0.
///
/// h(y, p) is the entropy −Σ pₖ ln pₖ, and `margin` (1 − p_y); what a row adds to the duality gap is the Kullback–Leibler
/// divergence of p from the softmax of a.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Softmax {
    pub(crate) margin: f64,
}

impl JointLoss for Softmax {
    fn value_and_gap(&self, y: usize, z: &[f64], p: &[f64], scratch: &mut [f64]) -> (f64, f64) {
        let asked = |k: usize, z: f64| if k == y { z } else { z + self.margin };
        let all = || z.iter().enumerate().map(|(k, &z)| asked(k, z));
        let largest = all().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for (e, a) in scratch.iter_mut().zip(all()) {
            *e = (a - largest).exp();
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
        for ((&p, e), a) in p.iter().zip(scratch).zip(all()) {
            let asked = *e * inverse;
            if p != asked {
                gap += divergence(p, asked, p - asked, || a - largest - ln_sum);
            }
        }
        (value, gap)
    }

    fn along_ray(&self, y: usize, p: &[f64], s: f64) -> (f64, f64, f64) {
        let wrong = wrong_share(y, p);
        let of_margin = self.margin * wrong;
        let (mut slope, mut curvature, mut size) = (of_margin, 0.0, of_margin.abs());
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
    /// z ← z with the margin.
    #[inline(always)]
    pub(crate) fn ask(&self, y: usize, z: &mut [f64]) {
        if self.margin > 0.0 {
            z.iter_mut().enumerate().filter(|(k, _)| *k != y).for_each(|(_, z)| *z += self.margin);
        }
    }

    /// a ← the softmax of a: the shares that go with what classes ask for.
    #[inline(always)]
    pub(crate) fn shares(a: &mut [f64]) {
        let largest = a.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for a in a.iter_mut() {
            *a = (*a - largest).exp();
            sum += *a;
        }
        let inverse = 1.0 / sum;
        a.iter_mut().for_each(|a| *a *= inverse);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_and_gap(y: usize, z: &[f64], p: &[f64]) -> (f64, f64) {
        Softmax::default().value_and_gap(y, z, p, &mut vec![0.0; z.len()])
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
    fn a_margin_is_a_head_start_of_the_wrong_classes() {
        let (z, p) = ([0.5, -0.25, 1.0], [0.2, 0.3, 0.5]);
        let with_margin = [3.5, -0.25, 4.0];
        let margin = Softmax { margin: 3.0 };
        let found = margin.value_and_gap(1, &z, &p, &mut [0.0; 3]);
        assert_eq!(found, value_and_gap(1, &with_margin, &p));
        let mut asked = z;
        margin.ask(1, &mut asked);
        assert_eq!(asked, with_margin);
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
            let (slope, curvature, _) = Softmax::default().along_ray(y, &p, s);
            let step = 1e-5;
            approx::assert_relative_eq!(slope, (h(s + step) - h(s - step)) / (2.0 * step), epsilon = 1e-7);
            let bend = (h(s + step) - 2.0 * h(s) + h(s - step)) / (step * step);
            approx::assert_relative_eq!(curvature, -bend, max_relative = 1e-4);
        }
    }
}
