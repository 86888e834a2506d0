//! The objectives of the linear models, from their definitions, in about twice the precision of `f64`; and what rounding to
//! fewer digits may make of them.

use crate::kinds::{Data, Float};
use certifit::prelude::*;
use ndarray::ArrayView1;
use std::ops::Add;

/// What is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    Hinge,
    SquaredHinge,
    SquaredHingeL1,
    LogLoss,
    LogLossL1,
    Svr,
    SquaredSvr,
    Ridge,
    Lasso,
}

/// The ε of regressions whose targets are ±1.
pub const EPSILON: f64 = 0.1;

impl Model {
    /// What stands before the penalty and before the sum of the losses, for the weight `c` of the losses.
    fn factors(self, c: f64, n_rows: usize) -> (f64, f64) {
        match self {
            Self::Ridge => (2.0 / c, 1.0),
            Self::Lasso => (1.0 / c, 0.5 / n_rows as f64),
            _ => (1.0, c),
        }
    }

    fn is_sparse(self) -> bool {
        matches!(self, Self::SquaredHingeL1 | Self::LogLossL1 | Self::Lasso)
    }

    /// The loss of a row with this sign whose score times the sign falls short of 1 by so much.
    fn loss(self, shortfall: Precise) -> Precise {
        let value = shortfall.value();
        match self {
            Self::Hinge if value > 0.0 => shortfall,
            Self::SquaredHinge | Self::SquaredHingeL1 if value > 0.0 => shortfall.squared(),
            Self::Hinge | Self::SquaredHinge | Self::SquaredHingeL1 => Precise::ZERO,
            // With m = 1 − shortfall.
            Self::LogLoss | Self::LogLossL1 => Precise::of(softplus((shortfall + Precise::of(-1.0)).value())),
            Self::Ridge | Self::Lasso => shortfall.squared(),
            Self::Svr | Self::SquaredSvr => {
                let size = if value < 0.0 { shortfall.times(-1.0) } else { shortfall };
                let over = size + Precise::of(-EPSILON);
                match (over.value() > 0.0, self) {
                    (false, _) => Precise::ZERO,
                    (true, Self::Svr) => over,
                    _ => over.squared(),
                }
            }
        }
    }

    /// The largest slope of the loss with a shortfall that is known up to `rounding`.
    fn slope(self, shortfall: f64, rounding: f64) -> f64 {
        let (over, size) = (shortfall + rounding, shortfall.abs() + rounding);
        match self {
            Self::Hinge => f64::from(u8::from(over > 0.0)),
            Self::SquaredHinge | Self::SquaredHingeL1 => 2.0 * over.max(0.0),
            Self::LogLoss | Self::LogLossL1 => 1.0 / (1.0 + (1.0 - over).exp()),
            Self::Ridge | Self::Lasso => 2.0 * size,
            Self::Svr => f64::from(u8::from(size > EPSILON)),
            Self::SquaredSvr => 2.0 * (size - EPSILON).max(0.0),
        }
    }
}

/// ln(1 + e^z).
fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

/// What is minimised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    pub c: f64,
    pub intercept: Intercept,
    pub model: Model,
}

/// Weights and an intercept, as a fit returns them or as a rival to those.
#[derive(Debug, Clone)]
pub struct Point {
    pub w: Vec<f64>,
    pub b: f64,
}

/// The penalty and the losses, with the factors that the model's documentation gives them; where it is penalised, the
/// intercept counts as one more weight; where there is none, b is not looked at.
pub fn objective(data: &Data, setting: Setting, at: &Point) -> f64 {
    let Setting { c, intercept, model } = setting;
    let b = if intercept == Intercept::None { 0.0 } else { at.b };
    let rows = data.x.rows().into_iter().zip(&data.y);
    let losses =
        rows.fold(Precise::ZERO, |sum, (row, &sign)| sum + model.loss(shortfall(row, sign, &at.w, b)));
    let penalised = match intercept {
        Intercept::Penalized { scaling } => b / scaling,
        _ => 0.0,
    };
    let weights = at.w.iter().chain([&penalised]);
    let penalty = match model.is_sparse() {
        true => weights.map(|w| Precise::of(w.abs())).fold(Precise::ZERO, Precise::add),
        false => weights.map(|&w| Precise::product(w, w)).fold(Precise::ZERO, Precise::add).times(0.5),
    };
    let (of_penalty, of_losses) = model.factors(c, data.y.len());
    (penalty.times(of_penalty) + losses.times(of_losses)).value()
}

/// 1 − y (x·w + b).
fn shortfall(row: ArrayView1<'_, f64>, sign: i32, w: &[f64], b: f64) -> Precise {
    let products = row.iter().zip(w).map(|(&x, &w)| Precise::product(x, w));
    let score = products.fold(Precise::of(b), Precise::add);
    Precise::of(1.0) + score.times(-f64::from(sign))
}

/// By how much the objective is uncertain when each score is off by one rounding of its terms, to first order.
pub fn primal_rounding(data: &Data, setting: Setting, at: &Point, float: Float) -> f64 {
    rows_with_slopes(data, setting, at, float).map(|(_, slope, rounding)| slope * rounding).sum()
}

/// A gap that the optimum has, at most and to first order, once coefficients are rounded to the float type and
/// dual variables to `f64`, taken at coefficients close to optimal. Where this is over the gap that was asked for, that
/// may be out of reach; where it is under, a pair with that gap exists, and a solver only has not found it.
pub fn gap_of_rounding(data: &Data, setting: Setting, at: &Point, float: Float) -> f64 {
    let mut of_weights = vec![0.0; at.w.len()];
    let mut of_sum = 0.0;
    for (row, most, _) in rows_with_slopes(data, setting, at, Float::Double) {
        let of_dual = Float::Double.unit() * most;
        of_weights.iter_mut().zip(data.x.row(row)).for_each(|(sum, x)| *sum += of_dual * x.abs());
        of_sum += of_dual;
    }
    let (of_penalty, _) = setting.model.factors(setting.c, data.y.len());
    let of_intercept = match setting.intercept {
        Intercept::Free => at.b.abs() * of_sum,
        Intercept::Penalized { scaling } => 0.5 * (scaling * of_sum).powi(2) / of_penalty,
        Intercept::None => 0.0,
    };
    let of_weights = match setting.model.is_sparse() {
        // The dual point shrinks until no pull is beyond what the penalty allows.
        true => {
            let most = of_weights.iter().fold(0.0, |most: f64, error| most.max(*error));
            most / of_penalty * objective(data, setting, at)
        }
        false => of_weights.iter().map(|error| 0.5 * error * error / of_penalty).sum(),
    };
    primal_rounding(data, setting, at, float) + of_weights + of_intercept
}

/// Rows that have a loss, or could by rounding: which, the slope of their loss (which their dual variable is near), and
/// the rounding of their score.
fn rows_with_slopes(
    data: &Data,
    setting: Setting,
    at: &Point,
    float: Float,
) -> impl Iterator<Item = (usize, f64, f64)> {
    let (_, factor) = setting.model.factors(setting.c, data.y.len());
    let rows = data.x.rows().into_iter().zip(&data.y).enumerate();
    rows.filter_map(move |(index, (row, &sign))| {
        let terms = row.iter().zip(&at.w).map(|(x, w)| x * w).chain([at.b, 1.0]);
        let rounding = float.unit() * terms.map(f64::abs).sum::<f64>();
        let slope = factor * setting.model.slope(shortfall(row, sign, &at.w, at.b).value(), rounding);
        (slope > 0.0).then_some((index, slope, rounding))
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
    let setting = Setting { c: 1.0, intercept: Intercept::Free, model: Model::SquaredHinge };
    let at = Point { w: vec![1e-8, 2.0, 1e-8], b: 0.5 };
    // The margin is −(2 + 0.5), the error 3.5.
    let expected = 0.5 * (4.0 + 2e-16) + 3.5 * 3.5;
    assert_eq!(objective(&data, setting, &at), expected);
    let penalized = Setting { intercept: Intercept::Penalized { scaling: 0.5 }, ..setting };
    assert_eq!(objective(&data, penalized, &at), expected + 0.5);
    let hinge = Setting { intercept: Intercept::None, model: Model::Hinge, c: 10.0 };
    assert_eq!(objective(&data, hinge, &at), 2.0 + 10.0 * 3.0);
}
