//! The objective of `LinearSVC`, from its definition, in about twice the precision of `f64`; and what rounding to fewer
//! digits may make of it.

use crate::kinds::{Data, Float};
use certifit::prelude::*;
use ndarray::ArrayView1;
use std::ops::Add;

/// What is minimised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    pub c: f64,
    pub intercept: Intercept,
    pub loss: SvcLoss,
}

/// Weights and an intercept, as a fit returns them or as a rival to those.
#[derive(Debug, Clone)]
pub struct Point {
    pub w: Vec<f64>,
    pub b: f64,
}

/// ½‖w‖² + C Σ ℓ(y (x·w + b)); where it is penalised, the intercept counts as one more weight; where there is none, b
/// is not looked at.
pub fn objective(data: &Data, setting: Setting, at: &Point) -> f64 {
    let b = if setting.intercept == Intercept::None { 0.0 } else { at.b };
    let mut losses = Precise::ZERO;
    for (row, &sign) in data.x.rows().into_iter().zip(&data.y) {
        let shortfall = shortfall(row, sign, &at.w, b);
        if shortfall.value() > 0.0 {
            losses = losses
                + match setting.loss {
                    SvcLoss::Hinge => shortfall,
                    SvcLoss::SquaredHinge => shortfall.squared(),
                    other => panic!("the objective of {other:?} is not written down here"),
                };
        }
    }
    let penalised = match setting.intercept {
        Intercept::Penalized { scaling } => b / scaling,
        _ => 0.0,
    };
    let squares = at.w.iter().chain([&penalised]).map(|&w| Precise::product(w, w));
    let penalty = squares.fold(Precise::ZERO, Precise::add);
    (penalty.times(0.5) + losses.times(setting.c)).value()
}

/// 1 − y (x·w + b).
fn shortfall(row: ArrayView1<'_, f64>, sign: i32, w: &[f64], b: f64) -> Precise {
    let products = row.iter().zip(w).map(|(&x, &w)| Precise::product(x, w));
    let score = products.fold(Precise::of(b), Precise::add);
    Precise::of(1.0) + score.times(-f64::from(sign))
}

/// By how much the objective is uncertain when each score is off by one rounding of its terms, to first order.
pub fn primal_rounding(data: &Data, setting: Setting, at: &Point, float: Float) -> f64 {
    rows_near_their_margin(data, setting, at, float).map(|(_, slope, rounding)| slope * rounding).sum()
}

/// A gap that the optimum has, at most and to first order, once coefficients are rounded to the float type and
/// dual variables to `f64`, taken at coefficients close to optimal. Where this is over the gap that was asked for, that
/// may be out of reach; where it is under, a pair with that gap exists, and a solver only has not found it.
pub fn gap_of_rounding(data: &Data, setting: Setting, at: &Point, float: Float) -> f64 {
    let mut of_weights = vec![0.0; at.w.len()];
    let mut of_sum = 0.0;
    for (row, most, _) in rows_near_their_margin(data, setting, at, Float::Double) {
        let of_dual = Float::Double.unit() * most;
        of_weights.iter_mut().zip(data.x.row(row)).for_each(|(sum, x)| *sum += of_dual * x.abs());
        of_sum += of_dual;
    }
    let of_intercept = match setting.intercept {
        Intercept::Free => at.b.abs() * of_sum,
        Intercept::Penalized { scaling } => 0.5 * (scaling * of_sum).powi(2),
        Intercept::None => 0.0,
    };
    let of_weights: f64 = of_weights.iter().map(|error| 0.5 * error * error).sum();
    primal_rounding(data, setting, at, float) + of_weights + of_intercept
}

/// Rows that have a loss, or could by rounding: which, the slope of their loss (which their dual variable is near), and
/// the rounding of their score.
fn rows_near_their_margin(
    data: &Data,
    setting: Setting,
    at: &Point,
    float: Float,
) -> impl Iterator<Item = (usize, f64, f64)> {
    let rows = data.x.rows().into_iter().zip(&data.y).enumerate();
    rows.filter_map(move |(index, (row, &sign))| {
        let terms = row.iter().zip(&at.w).map(|(x, w)| x * w).chain([at.b, 1.0]);
        let rounding = float.unit() * terms.map(f64::abs).sum::<f64>();
        let shortfall = shortfall(row, sign, &at.w, at.b).value() + rounding;
        let slope = if setting.loss == SvcLoss::Hinge { 1.0 } else { 2.0 * shortfall };
        (shortfall > 0.0).then_some((index, setting.c * slope, rounding))
    })
}

/// A number as the sum of a large and a small part.
///
/// Reference: Ogita, Rump and Oishi 2005, "Accurate sum and dot product", doi:10.1137/030601818.
#[derive(Debug, Clone, Copy)]
struct Precise {
    high: f64,
    low: f64,
}

impl Precise {
    const ZERO: Self = Self { high: 0.0, low: 0.0 };

    fn of(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }

    /// a b, exactly.
    fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        Self { high, low: a.mul_add(b, -high) }
    }

    fn times(self, factor: f64) -> Self {
        let Self { high, low } = Self::product(self.high, factor);
        Self { high, low: low + self.low * factor }
    }

    fn squared(self) -> Self {
        let Self { high, low } = Self::product(self.high, self.high);
        Self { high, low: low + 2.0 * self.high * self.low }
    }

    fn value(self) -> f64 {
        self.high + self.low
    }
}

impl Add for Precise {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let high = self.high + other.high;
        let of_other = high - self.high;
        let error = (self.high - (high - of_other)) + (other.high - of_other);
        Self { high, low: error + self.low + other.low }
    }
}

#[test]
fn it_is_exact_where_f64_is_not() {
    let data = Data { x: ndarray::array![[1e17, 1.0, -1e17]], y: vec![-1] };
    let setting = Setting { c: 1.0, intercept: Intercept::Free, loss: SvcLoss::SquaredHinge };
    let at = Point { w: vec![1e-8, 2.0, 1e-8], b: 0.5 };
    // The margin is −(2 + 0.5), the error 3.5.
    let expected = 0.5 * (4.0 + 2e-16) + 3.5 * 3.5;
    assert_eq!(objective(&data, setting, &at), expected);
    let penalized = Setting { intercept: Intercept::Penalized { scaling: 0.5 }, ..setting };
    assert_eq!(objective(&data, penalized, &at), expected + 0.5);
    let hinge = Setting { intercept: Intercept::None, loss: SvcLoss::Hinge, c: 10.0 };
    assert_eq!(objective(&data, hinge, &at), 2.0 + 10.0 * 3.0);
}
