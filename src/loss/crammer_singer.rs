use super::joint::{JointLoss, wrong_share};

/// The hinge of Crammer and Singer, maxₖ (1[k ≠ y] + zₖ) − z_y: by how much the score of the right class falls short of
/// one more than every other.
///
/// h(y, p) = 1 − p_y. Crammer and Singer 2001, "On the Algorithmic Implementation of Multiclass Kernel-based Vector
/// Machines".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct CrammerSinger;

impl JointLoss for CrammerSinger {
    fn value_and_gap(&self, y: usize, z: &[f64], p: &[f64], _scratch: &mut [f64]) -> (f64, f64) {
        let asked = |k: usize, z: f64| if k == y { z } else { z + 1.0 };
        let most = z.iter().enumerate().fold(f64::NEG_INFINITY, |most, (k, &z)| most.max(asked(k, z)));
        let of = |(k, (&z, &p)): (usize, (&f64, &f64))| if p > 0.0 { p * (most - asked(k, z)) } else { 0.0 };
        (most - z.get(y).copied().unwrap_or(most), z.iter().zip(p).enumerate().map(of).sum())
    }

    fn along_ray(&self, y: usize, p: &[f64], _s: f64) -> (f64, f64, f64) {
        let wrong = wrong_share(y, p);
        (wrong, 0.0, wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_is_the_inequality_of_fenchel_and_young() {
        let z = [0.5, -0.25, 1.0];
        for (y, value) in [(0, 1.5), (1, 2.25), (2, 0.5)] {
            for p in [[0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]] {
                let found = CrammerSinger.value_and_gap(y, &z, &p, &mut []);
                let right = z[y];
                let linear: f64 = p.iter().zip(z).map(|(p, z)| p * (z - right)).sum();
                approx::assert_relative_eq!(found.0, value);
                approx::assert_relative_eq!(found.1, value - linear - (1.0 - p[y]), epsilon = 1e-15);
            }
        }
    }
}
