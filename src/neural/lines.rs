//! Activations of two straight lines, in the float type of the network: nothing is gained by `f64` there.

use crate::scalar::Scalar;
use crate::simd::Kernel;

/// a ← z above 0, and `below` times z below.
pub(super) struct Values<'a, F> {
    pub(super) below: F,
    pub(super) z: &'a mut [F],
}

impl<F: Scalar> Kernel for Values<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { below, z } = self;
        if below == F::zero() {
            // Not a product: that of −∞ is no number. Not `max`, which would turn NaN into 0.
            z.iter_mut().for_each(|z| *z = if *z < F::zero() { F::zero() } else { *z });
        } else {
            z.iter_mut().for_each(|z| *z = if *z < F::zero() { below * *z } else { *z });
        }
    }
}

/// δ ← δ times the slope at a.
pub(super) struct TimesSlopes<'a, F> {
    pub(super) below: F,
    pub(super) a: &'a [F],
    pub(super) delta: &'a mut [F],
}

impl<F: Scalar> Kernel for TimesSlopes<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { below, a, delta } = self;
        for (delta, &a) in delta.iter_mut().zip(a) {
            *delta *= if a > F::zero() { F::one() } else { below };
        }
    }
}
