//! Powers of e, several side by side.

use crate::simd::{Kernel, mul_add};

/// So many at a time.
const LANES: usize = 8;
/// Below it e^z is taken for 0: it is beside 1.
const LEAST: f64 = -708.0;
/// 1.5 · 2⁵²: what is added to it is rounded to a whole number, which is in its lowest bits then.
const ROUNDS: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts, the first of few digits, so that its multiples are exact.
const LN_2: (f64, f64) = (6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10);

/// z ← e^z, to the last digit or two, for numbers that are not positive. NaN stays what it is.
pub(super) struct Exp<'a>(pub(super) &'a mut [f64]);

impl Kernel for Exp<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let (lanes, rest) = self.0.as_chunks_mut::<LANES>();
        for lanes in lanes {
            exp_lanes::<FUSED>(lanes);
        }
        if !rest.is_empty() {
            let mut padded = [0.0; LANES];
            padded[..rest.len()].copy_from_slice(rest);
            exp_lanes::<FUSED>(&mut padded);
            rest.copy_from_slice(&padded[..rest.len()]);
        }
    }
}

#[inline(always)]
fn exp_lanes<const FUSED: bool>(lanes: &mut [f64; LANES]) {
    for z in lanes {
        *z = exp::<FUSED>(*z);
    }
}

/// 2ⁿ e^r for the n that leaves |r| ≤ ½ ln 2, e^r by its series.
#[inline(always)]
fn exp<const FUSED: bool>(z: f64) -> f64 {
    let shifted = mul_add::<FUSED>(z, std::f64::consts::LOG2_E, ROUNDS);
    let n = shifted - ROUNDS;
    let r = mul_add::<FUSED>(n, -LN_2.1, mul_add::<FUSED>(n, -LN_2.0, z));
    let mut sum = 1.0 / 6_227_020_800.0;
    for inverse in [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        sum = mul_add::<FUSED>(sum, r, inverse);
    }
    // n goes into the exponent of a 1.
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0f64.to_bits()));
    if z < LEAST { 0.0 } else { sum * power }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd;

    #[test]
    fn powers_are_those_of_the_library() {
        let all: Vec<f64> =
            (0..70_800).map(|i| -0.01 * f64::from(i)).chain([-0.0, -1e-300, -3.3e-9]).collect();
        let mut found = all.clone();
        simd::run(Exp(&mut found));
        let mut base = all.clone();
        simd::run_baseline(Exp(&mut base));
        for ((z, found), base) in all.iter().zip(found).zip(base) {
            assert!((found / z.exp() - 1.0).abs() < 1e-15 && (base / z.exp() - 1.0).abs() < 1e-15, "{z}");
        }
        let mut odd = [0.0, -709.0, -1e300, f64::NEG_INFINITY, f64::NAN];
        simd::run(Exp(&mut odd));
        assert!(odd[..4] == [1.0, 0.0, 0.0, 0.0] && odd[4].is_nan());
    }
}
