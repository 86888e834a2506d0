//! Values of hyper-parameters.

use crate::error::{Error, Result};
use crate::random::Random;

/// All pairs of the values of two hyper-parameters; the second one varies fastest.
///
/// More hyper-parameters nest: the values of `product(product(a, b), c)` are `((a, b), c)`.
///
/// Reference: scikit-learn's `ParameterGrid`.
///
/// ```
/// use certifit::model_selection::product;
/// assert_eq!(product([1, 2], ['x', 'y']), [(1, 'x'), (1, 'y'), (2, 'x'), (2, 'y')]);
/// ```
pub fn product<A: Clone, B: Clone>(
    first: impl IntoIterator<Item = A>,
    second: impl IntoIterator<Item = B>,
) -> Vec<(A, B)> {
    let second: Vec<B> = second.into_iter().collect();
    first.into_iter().flat_map(|a| second.iter().map(move |b| (a.clone(), b.clone()))).collect()
}

/// `n` numbers in equal steps from `start` to `stop`, both included.
///
/// Reference: `numpy.linspace`.
///
/// ```
/// use certifit::model_selection::linspace;
/// assert_eq!(linspace(0.0, 1.0, 5), [0.0, 0.25, 0.5, 0.75, 1.0]);
/// ```
pub fn linspace(start: f64, stop: f64, n: usize) -> Vec<f64> {
    let step = (stop - start) / n.saturating_sub(1).max(1) as f64;
    let value = |i: usize| if i > 0 && i + 1 == n { stop } else { start + i as f64 * step };
    (0..n).map(value).collect()
}

/// `n` powers of ten whose exponents go in equal steps from `start` to `stop`, both included.
///
/// Reference: `numpy.logspace`. `ndarray` has an iterator of this name: beside `use ndarray::*` (not its `prelude`), say
/// which one is meant by `use certifit::model_selection::logspace`.
///
/// ```
/// use certifit::model_selection::logspace;
/// assert_eq!(logspace(-2.0, 2.0, 5), [0.01, 0.1, 1.0, 10.0, 100.0]);
/// ```
pub fn logspace(start: f64, stop: f64, n: usize) -> Vec<f64> {
    linspace(start, stop, n).into_iter().map(|exponent| 10f64.powf(exponent)).collect()
}

/// `n` numbers from `start` to `stop`, both included, each the same factor times the one before.
///
/// # Errors
/// [`Error::InvalidParameter`] for a `start` or `stop` that is not positive and finite.
///
/// Reference: `numpy.geomspace`, for positive numbers.
///
/// ```
/// use certifit::model_selection::geomspace;
/// assert_eq!(geomspace(1.0, 1000.0, 4)?, [1.0, 10.0, 100.0, 1000.0]);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn geomspace(start: f64, stop: f64, n: usize) -> Result<Vec<f64>> {
    check_range(("start", start), ("stop", stop))?;
    let mut values = logspace(start.log10(), stop.log10(), n);
    // Logarithms round.
    if let Some(last) = values.last_mut() {
        *last = stop;
    }
    if let Some(first) = values.first_mut() {
        *first = start;
    }
    Ok(values)
}

/// Refuses numbers that have no finite logarithm.
pub(super) fn check_range(low: (&'static str, f64), high: (&'static str, f64)) -> Result<()> {
    match [low, high].into_iter().find(|&(_, value)| !(value > 0.0 && value.is_finite())) {
        Some((name, value)) => Err(Error::invalid_parameter(name, value, "positive and finite")),
        None => Ok(()),
    }
}

/// `n` different members of a list, drawn at random, in a random order; all of them where there are no more.
///
/// A grid that is too large for all its values to be tried becomes a smaller one.
///
/// Reference: scikit-learn's `ParameterSampler` of lists, which draws without replacement, too.
///
/// ```
/// use certifit::model_selection::{linspace, product, sample};
/// let grid = product(linspace(0.0, 1.0, 11), [true, false]);
/// let some = sample(grid.clone(), 5, 0);
/// assert_eq!(some.len(), 5);
/// assert!(some.iter().all(|value| grid.contains(value)));
/// assert_eq!(some, sample(grid, 5, 0)); // the same seed
/// ```
pub fn sample<P>(values: impl IntoIterator<Item = P>, n: usize, seed: u64) -> Vec<P> {
    let mut values: Vec<P> = values.into_iter().collect();
    Random::new(seed).shuffle(&mut values);
    values.truncate(n);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_exact() -> Result<()> {
        assert_eq!(linspace(0.1, 0.7, 1), [0.1]);
        assert!(linspace(0.1, 0.7, 0).is_empty() && geomspace(1.0, 2.0, 0)?.is_empty());
        for n in 2..40 {
            let values = linspace(0.1, 0.7, n);
            assert_eq!((values.len(), values[0], values[n - 1]), (n, 0.1, 0.7));
            let values = geomspace(0.3, 0.7, n)?;
            assert_eq!((values.len(), values[0], values[n - 1]), (n, 0.3, 0.7));
            assert!(values.is_sorted());
        }
        assert_eq!(geomspace(5.0, 7.0, 1)?, [5.0]);
        assert_eq!(linspace(1.0, 0.0, 3), [1.0, 0.5, 0.0]);
        Ok(())
    }

    #[test]
    fn geometric_ranges_are_positive() {
        for (start, stop, bad) in [(0.0, 1.0, "start"), (1.0, -1.0, "stop"), (f64::NAN, 1.0, "start")] {
            let error = geomspace(start, stop, 3).unwrap_err();
            assert!(matches!(error, Error::InvalidParameter { name, .. } if name == bad), "{error}");
        }
        assert!(geomspace(1.0, f64::INFINITY, 3).is_err());
    }

    #[test]
    fn products_nest() {
        let grid = product(product([1, 2], ["a"]), [0.5, 0.25]);
        assert_eq!(grid, [((1, "a"), 0.5), ((1, "a"), 0.25), ((2, "a"), 0.5), ((2, "a"), 0.25)]);
        assert!(product([1, 2], Vec::<u8>::new()).is_empty());
    }

    #[test]
    fn samples_have_no_value_twice() {
        let mut all = sample(0..20, 100, 3);
        assert_ne!(all, Vec::from_iter(0..20));
        all.sort_unstable();
        assert_eq!(all, Vec::from_iter(0..20));
    }
}
