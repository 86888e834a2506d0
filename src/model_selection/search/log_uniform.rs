//! Numbers whose logarithms are uniform.

use super::values::check_range;
use crate::error::{Error, Result};
use ndarray_rand::rand::Rng;
use ndarray_rand::rand_distr::Distribution;

/// Numbers between `low` and `high` whose logarithms are uniformly distributed: each order of magnitude is as likely as
/// any other. The density is 1 / (x ln(high / low)).
///
/// The same random words give the same numbers in every version of this crate.
///
/// Reference: `scipy.stats.loguniform`.
///
/// ```
/// use certifit::model_selection::LogUniform;
/// use certifit::model_selection::rand_distr::Distribution;
/// use ndarray_rand::rand::{SeedableRng, rngs::StdRng};
/// let (c, mut rng) = (LogUniform::new(1e-3, 1e3)?, StdRng::seed_from_u64(0));
/// let small = (0..1000).filter(|_| c.sample(&mut rng) < 1.0).count();
/// assert!((450..550).contains(&small));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogUniform {
    low: f64,
    high: f64,
}

impl LogUniform {
    /// Between these two numbers.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for numbers that are not positive and finite, and for `high` below `low`.
    pub fn new(low: f64, high: f64) -> Result<Self> {
        check_range(("low", low), ("high", high))?;
        if high < low {
            return Err(Error::invalid_parameter("high", high, format!("at least low ({low:?})")));
        }
        Ok(Self { low, high })
    }
}

impl Distribution<f64> for LogUniform {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let uniform = (rng.next_u64() >> 11) as f64 * (-53f64).exp2();
        let logarithm = self.low.ln() + uniform * (self.high.ln() - self.low.ln());
        logarithm.exp().clamp(self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn logarithms_are_uniform() -> Result<()> {
        let (distribution, mut random) = (LogUniform::new(1e-4, 1e2)?, Random::new(1));
        let mut counts = [0usize; 6];
        for _ in 0..6000 {
            let decade = distribution.sample(&mut random).log10() + 4.0;
            assert!((0.0..=6.0).contains(&decade));
            counts[(decade as usize).min(5)] += 1;
        }
        assert!(counts.iter().all(|&count| (880..1120).contains(&count)), "{counts:?}");
        assert_eq!(LogUniform::new(3.0, 3.0)?.sample(&mut random), 3.0);
        Ok(())
    }

    #[test]
    fn bad_ranges_are_refused() {
        for (low, high, bad) in [(0.0, 1.0, "low"), (1.0, f64::INFINITY, "high"), (2.0, 1.0, "high")] {
            let error = LogUniform::new(low, high).unwrap_err();
            assert!(matches!(error, Error::InvalidParameter { name, .. } if name == bad), "{error}");
        }
    }
}
