//! Seeded randomness whose values never change.

use ndarray_rand::rand::{RngCore, SeedableRng};
use ndarray_rand::rand_distr::{Distribution, StandardNormal};
use rand_chacha::ChaCha8Rng;

/// A stream of random numbers from a seed.
///
/// ChaCha is specified, and the ways in which this type uses its words are our own: the same seed gives the
/// same values in every version of this crate, on every platform, whatever the version of `rand`.
#[derive(Debug, Clone)]
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// The stream that belongs to `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Uniform in `0..bound`, without bias (Lemire 2019, "Fast random integer generation in an interval").
    /// `bound` of 0 gives 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        if bound == 0 {
            return 0;
        }
        loop {
            let product = u128::from(self.0.next_u64()) * u128::from(bound);
            let (high, low) = ((product >> 64) as u64, product as u64);
            // The threshold is below the bound: mostly there is no need to divide.
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return high as usize;
            }
        }
    }

    /// Uniform in `[0, 1)`, in steps of 2⁻⁵³.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (-53f64).exp2()
    }

    /// Standard normal.
    pub(crate) fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// Puts the items in a random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }

    /// `0..n` in a random order.
    pub(crate) fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        self.shuffle(&mut order);
        order
    }
}

/// For distributions that are not ours.
impl RngCore for Random {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn values_are_stable() {
        let mut random = Random::new(42);
        let below: Vec<usize> = (0..6).map(|_| random.below(100)).collect();
        assert_eq!(below, [68, 95, 42, 62, 28, 14]);
        assert_eq!(random.permutation(8), [0, 6, 3, 7, 1, 4, 5, 2]);
        assert_eq!(random.uniform(), 0.592978570324334);
        assert_eq!(random.normal(), 0.5732135257369085);
    }

    #[test]
    fn below_covers_its_range() {
        let mut random = Random::new(0);
        let mut seen = [0usize; 7];
        for _ in 0..7000 {
            seen[random.below(7)] += 1;
        }
        assert!(seen.iter().all(|&n| (850..1150).contains(&n)), "{seen:?}");
        assert_eq!(random.below(0), 0);
    }
}
