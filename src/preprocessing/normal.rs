//! The standard normal distribution.

use std::f64::consts::FRAC_1_SQRT_2;

/// The value of a polynomial with these coefficients, the constant first.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// The z below which the share `p` of the standard normal distribution lies, to 16 digits.
///
/// Reference: Wichura 1988, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics
/// 37(3), [doi:10.2307/2347330](https://doi.org/10.2307/2347330): PPND16.
pub(super) fn quantile_of_normal(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * polynomial(&A, r) / polynomial(&B, r);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 {
        return if tail < 0.0 { f64::NAN } else { f64::INFINITY.copysign(q) };
    }
    let r = (-tail.ln()).sqrt();
    let z = if r <= 5.0 {
        polynomial(&C, r - 1.6) / polynomial(&D, r - 1.6)
    } else {
        polynomial(&E, r - 5.0) / polynomial(&F, r - 5.0)
    };
    z.copysign(q)
}

/// The share of the standard normal distribution below `z`.
pub(super) fn share_below(z: f64) -> f64 {
    0.5 * erfc(-z * FRAC_1_SQRT_2)
}

/// 1 − erf(x), to 16 digits also where it is tiny.
///
/// Reference: Cody 1969, "Rational Chebyshev approximations for the error function", Mathematics of Computation 23,
/// [doi:10.1090/S0025-5718-1969-0247736-4](https://doi.org/10.1090/S0025-5718-1969-0247736-4).
fn erfc(x: f64) -> f64 {
    let size = x.abs();
    if size <= 0.46875 {
        let square = x * x;
        return 1.0 - x * polynomial(&ERF_NEAR.0, square) / polynomial(&ERF_NEAR.1, square);
    }
    // Squared in two parts, so that the exponent is exact.
    let rounded = (size * 16.0).trunc() / 16.0;
    let exponential = (-rounded * rounded).exp() * (-(size - rounded) * (size + rounded)).exp();
    let tail = if size <= 4.0 {
        exponential * polynomial(&ERF_MIDDLE.0, size) / polynomial(&ERF_MIDDLE.1, size)
    } else {
        let inverse = 1.0 / (size * size);
        let rest = inverse * polynomial(&ERF_FAR.0, inverse) / polynomial(&ERF_FAR.1, inverse);
        exponential * (1.0 / std::f64::consts::PI.sqrt() - rest) / size
    };
    if x < 0.0 { 2.0 - tail } else { tail }
}

const A: [f64; 8] = [
    3.387_132_872_796_366_5,
    1.331_416_678_917_843_8e2,
    1.971_590_950_306_551_3e3,
    1.373_169_376_550_946e4,
    4.592_195_393_154_987e4,
    6.726_577_092_700_87e4,
    3.343_057_558_358_813e4,
    2.509_080_928_730_122_7e3,
];
const B: [f64; 8] = [
    1.0,
    4.231_333_070_160_091e1,
    6.871_870_074_920_579e2,
    5.394_196_021_424_751e3,
    2.121_379_430_158_659_7e4,
    3.930_789_580_009_271e4,
    2.872_908_573_572_194_3e4,
    5.226_495_278_852_854e3,
];
const C: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    2.272_384_498_926_918_4e-2,
    7.745_450_142_783_414e-4,
];
const D: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    1.519_866_656_361_645_7e-2,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
const E: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    2.653_218_952_657_612_4e-2,
    1.242_660_947_388_078_4e-3,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const F: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    1.487_536_129_085_061_5e-2,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_7e-15,
];
const ERF_NEAR: ([f64; 5], [f64; 5]) = (
    [
        3.209_377_589_138_469_4e3,
        3.774_852_376_853_02e2,
        1.138_641_541_510_501_6e2,
        3.161_123_743_870_565_5,
        0.185_777_706_184_603_15,
    ],
    [
        2.844_236_833_439_171e3,
        1.282_616_526_077_372_3e3,
        2.440_246_379_344_441_7e2,
        2.360_129_095_234_412_2e1,
        1.0,
    ],
);
const ERF_MIDDLE: ([f64; 9], [f64; 9]) = (
    [
        1.230_339_354_797_997_2e3,
        2.051_078_377_826_071_6e3,
        1.712_047_612_634_070_7e3,
        8.819_522_212_417_69e2,
        2.986_351_381_974_001e2,
        6.611_919_063_714_163e1,
        8.883_149_794_388_377,
        0.564_188_496_988_670_1,
        2.153_115_354_744_038_3e-8,
    ],
    [
        1.230_339_354_803_749_5e3,
        3.439_367_674_143_721_6e3,
        4.362_619_090_143_247e3,
        3.290_799_235_733_459_7e3,
        1.621_389_574_566_690_3e3,
        5.371_811_018_620_099e2,
        1.176_939_508_913_125e2,
        1.574_492_611_070_983_5e1,
        1.0,
    ],
);
const ERF_FAR: ([f64; 6], [f64; 6]) = (
    [
        6.587_491_615_298_378e-4,
        1.608_378_514_874_227_5e-2,
        0.125_781_726_111_229_26,
        0.360_344_899_949_804_45,
        0.305_326_634_961_232_36,
        1.631_538_713_730_209_7e-2,
    ],
    [
        2.335_204_976_268_691_8e-3,
        6.051_834_131_244_132e-2,
        0.527_905_102_951_428_5,
        1.872_952_849_923_467_1,
        2.568_520_192_289_822_6,
        1.0,
    ],
);

#[cfg(test)]
mod tests {
    use super::{quantile_of_normal, share_below};
    use approx::assert_relative_eq;

    #[test]
    fn known_values() {
        for (z, p) in [
            (0.0, 0.5),
            (0.3, 0.617_911_422_188_952_7),
            (-1.0, 0.158_655_253_931_457_05),
            (1.959_963_984_540_054, 0.975),
            (-3.0, 1.349_898_031_630_094_6e-3),
            (-8.0, 6.220_960_574_271_785e-16),
            (-20.0, 2.753_624_118_606_233_7e-89),
        ] {
            assert_relative_eq!(share_below(z), p, max_relative = 1e-14);
            assert_relative_eq!(quantile_of_normal(p), z, max_relative = 1e-14, epsilon = 1e-15);
        }
    }

    #[test]
    fn one_undoes_the_other() {
        for i in -500..=500 {
            let z = f64::from(i) / 100.0;
            assert_relative_eq!(quantile_of_normal(share_below(z)), z, max_relative = 1e-9, epsilon = 1e-14);
            assert_relative_eq!(share_below(z) + share_below(-z), 1.0, max_relative = 1e-15);
        }
        assert_eq!((quantile_of_normal(0.0), quantile_of_normal(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
        assert!(quantile_of_normal(1.5).is_nan() && quantile_of_normal(f64::NAN).is_nan());
    }
}
