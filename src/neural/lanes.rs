//! Numbers of any float type, worked on as `f64`, some at a time.

use crate::scalar::Scalar;
use crate::simd::{self, Kernel};

/// So many that their copies stay in the cache.
pub(super) const AT_A_TIME: usize = 256;

/// `values` ← what `work` makes of them, whatever their type.
pub(super) fn in_f64<F: Scalar>(values: &mut [F], mut work: impl FnMut(&mut [f64])) {
    let mut wide = [0.0; AT_A_TIME];
    for values in values.chunks_mut(AT_A_TIME) {
        let wide = &mut wide[..values.len()];
        widen(values, wide);
        work(wide);
        narrow(wide, values);
    }
}

/// The same beside two other lists of numbers, the first of which may be empty.
pub(super) fn in_f64_beside<F: Scalar>(
    values: &mut [F],
    first: &[F],
    second: &[F],
    mut work: impl FnMut(&mut [f64], &[f64], &[f64]),
) {
    let (mut wide, mut wide_first, mut wide_second) = ([0.0; AT_A_TIME], [0.0; AT_A_TIME], [0.0; AT_A_TIME]);
    let mut first = first.chunks(AT_A_TIME);
    for (values, second) in values.chunks_mut(AT_A_TIME).zip(second.chunks(AT_A_TIME)) {
        let first = first.next().unwrap_or(&[]);
        let (wide, wide_second) = (&mut wide[..values.len()], &mut wide_second[..second.len()]);
        let wide_first = &mut wide_first[..first.len()];
        widen(values, wide);
        widen(first, wide_first);
        widen(second, wide_second);
        work(wide, wide_first, wide_second);
        narrow(wide, values);
    }
}

pub(super) fn widen<F: Scalar>(values: &[F], out: &mut [f64]) {
    simd::run(Widen { values, out });
}

pub(super) fn narrow<F: Scalar>(values: &[f64], out: &mut [F]) {
    simd::run(Narrow { values, out });
}

struct Widen<'a, F> {
    values: &'a [F],
    out: &'a mut [f64],
}

impl<F: Scalar> Kernel for Widen<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for (out, value) in self.out.iter_mut().zip(self.values) {
            *out = value.widen();
        }
    }
}

struct Narrow<'a, F> {
    values: &'a [f64],
    out: &'a mut [F],
}

impl<F: Scalar> Kernel for Narrow<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for (out, value) in self.out.iter_mut().zip(self.values) {
            *out = F::narrow(*value);
        }
    }
}

/// Σ v², in several sums side by side.
pub(super) fn sum_of_squares<F: Scalar>(values: &[F]) -> f64 {
    crate::data::dot(values, values)
}

/// Σ |v|, in several sums side by side.
pub(super) fn sum_of_sizes<F: Scalar>(values: &[F]) -> f64 {
    let mut sums = [0.0; 8];
    for values in values.chunks(8) {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value.widen().abs();
        }
    }
    sums.iter().sum()
}
