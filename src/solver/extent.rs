//! Whether the sums that solvers must form stay in range.

use super::problem::Intercept;
use crate::error::{Error, Result};
use crate::simd::{self, Kernel};

/// How many sums run side by side.
const LANES: usize = 8;

/// Refuses costs of rows that are not positive, and costs, squared norms of rows and their products that leave the range of
/// `f64` in sum.
pub(super) fn check_costs(c: &[f64], squared_norms: &[f64], intercept: Intercept) -> Result<()> {
    let found = simd::run(Extent { c, values: squared_norms, more: intercept.column().powi(2) });
    if !(found.least > 0.0 && found.costs.is_finite()) {
        let bad = c.iter().find(|&&c| !(c > 0.0 && c.is_finite()));
        return Err(match bad {
            Some(c) => Error::invalid_parameter("c", c, "positive and finite"),
            None => Error::Overflow { what: "the sum of C over the rows", column: None },
        });
    }
    if !in_range(found.values) {
        return Err(Error::Overflow { what: "the squared norm of the rows of x", column: None });
    }
    if !in_range(found.products) {
        return Err(Error::Overflow { what: "C times the squared norm of the rows of x", column: None });
    }
    Ok(())
}

/// Refuses targets that are not finite, and those of which the squares times the costs leave the range of `f64` in sum.
pub(super) fn check_targets(y: &[f64], c: &[f64]) -> Result<()> {
    let squares = simd::run(Squares { y, c });
    if in_range(squares) {
        return Ok(());
    }
    let bad = y.iter().enumerate().find(|(_, y)| !y.is_finite());
    Err(match bad {
        Some((row, &value)) => Error::NonFinite { what: "y", row, column: None, value },
        None => Error::Overflow { what: "C times the squares of y", column: None },
    })
}

/// Products of two such sums occur; the square root of the range leaves room for them.
fn in_range(sum: f64) -> bool {
    sum < f64::MAX.sqrt()
}

/// The least cost; Σ cᵢ, Σ vᵢ and Σ cᵢ vᵢ, with vᵢ = valueᵢ + more.
struct Extent<'a> {
    c: &'a [f64],
    values: &'a [f64],
    more: f64,
}

#[derive(Clone, Copy)]
struct Found {
    least: f64,
    costs: f64,
    values: f64,
    products: f64,
}

impl Found {
    const NOTHING: Self = Self { least: f64::INFINITY, costs: 0.0, values: 0.0, products: 0.0 };

    #[inline(always)]
    fn add(&mut self, c: f64, value: f64) {
        self.least = self.least.min(c);
        self.costs += c;
        self.values += value;
        self.products += c * value;
    }
}

impl Kernel for Extent<'_> {
    type Output = Found;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Found {
        let mut lanes = [Found::NOTHING; LANES];
        let (c, c_rest) = self.c.as_chunks::<LANES>();
        let (values, values_rest) = self.values.as_chunks::<LANES>();
        for (c, values) in c.iter().zip(values) {
            for lane in 0..LANES {
                lanes[lane].add(c[lane], values[lane] + self.more);
            }
        }
        let mut found = Found::NOTHING;
        c_rest.iter().zip(values_rest).for_each(|(&c, value)| found.add(c, value + self.more));
        for lane in lanes {
            found.least = found.least.min(lane.least);
            found.costs += lane.costs;
            found.values += lane.values;
            found.products += lane.products;
        }
        found
    }
}

/// Σ cᵢ yᵢ².
struct Squares<'a> {
    y: &'a [f64],
    c: &'a [f64],
}

impl Kernel for Squares<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let mut lanes = [0.0; LANES];
        let (y, y_rest) = self.y.as_chunks::<LANES>();
        let (c, c_rest) = self.c.as_chunks::<LANES>();
        for (y, c) in y.iter().zip(c) {
            for lane in 0..LANES {
                lanes[lane] += c[lane] * y[lane] * y[lane];
            }
        }
        lanes.iter().sum::<f64>() + y_rest.iter().zip(c_rest).map(|(y, c)| c * y * y).sum::<f64>()
    }
}
