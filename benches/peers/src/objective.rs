//! What coefficients are worth, computed here for every contender alike.

use peers_protocol::{Dataset, Features, Fit, Fitted, Intercept, Loss, Penalty, Result, Values};
use std::ops::Range;

/// The sum over the problems of Ω(w) + C Σ ℓ(y, x·w + b), with b in Ω where it is penalised.
pub fn primal(data: &Dataset, model: &Fitted, asked: &Fit) -> Result<f64> {
    // A regression is one problem, as two classes are.
    let classes = if asked.loss == Loss::SquaredError { vec![0, 1] } else { classes(data) };
    check(data, model, &classes)?;
    let mut sum = 0.0;
    for (problem, (w, &b)) in model.coef.iter().zip(&model.intercept).enumerate() {
        let positive = if classes.len() == 2 { classes[1] } else { classes[problem] };
        let mut errors = Sum::default();
        for (row, &label) in data.labels.iter().enumerate() {
            let target = match asked.loss {
                Loss::SquaredError => f64::from(label),
                _ if label == positive => 1.0,
                _ => -1.0,
            };
            errors.add(loss(asked.loss, target, dot(data, row, w) + b));
        }
        let penalised = match asked.intercept {
            Intercept::Penalized => Some(&b),
            Intercept::Free => None,
        };
        let weights = w.iter().chain(penalised);
        let size: f64 = match asked.penalty {
            Penalty::L2 => weights.map(|w| 0.5 * w * w).sum(),
            Penalty::L1 => weights.map(|w| w.abs()).sum(),
        };
        sum += size + asked.c * errors.total();
    }
    Ok(sum)
}

fn loss(loss: Loss, y: f64, p: f64) -> f64 {
    let margin = y * p;
    let short = (1.0 - margin).max(0.0);
    match loss {
        Loss::SquaredError => 0.5 * (p - y) * (p - y),
        Loss::Hinge => short,
        Loss::SquaredHinge => short * short,
        // e to the power of what is negative does not overflow.
        Loss::Log => (-margin).max(0.0) + (-margin.abs()).exp().ln_1p(),
    }
}

/// The share of rows whose label is predicted.
pub fn accuracy(train: &Dataset, test: &Dataset, model: &Fitted) -> Result<f64> {
    let classes = classes(train);
    check(test, model, &classes)?;
    let decisions =
        |row: usize| model.coef.iter().zip(&model.intercept).map(move |(w, b)| dot(test, row, w) + b);
    let predict = |row: usize| {
        if classes.len() == 2 {
            return classes[usize::from(decisions(row).any(|decision| decision > 0.0))];
        }
        let best = decisions(row).enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        classes[best.map_or(0, |(class, _)| class)]
    };
    let right = test.labels.iter().enumerate().filter(|&(row, &label)| predict(row) == label).count();
    Ok(right as f64 / test.labels.len() as f64)
}

/// The share of the variance of the targets that a regression predicts.
pub fn r2(test: &Dataset, model: &Fitted) -> Result<f64> {
    check(test, model, &[0, 1])?;
    let (Some(w), Some(b)) = (model.coef.first(), model.intercept.first()) else {
        return Err("a model without coefficients".into());
    };
    let targets = || test.labels.iter().map(|&label| f64::from(label));
    let mean = targets().sum::<f64>() / test.labels.len() as f64;
    let left: f64 = targets().enumerate().map(|(row, y)| (dot(test, row, w) + b - y).powi(2)).sum();
    Ok(1.0 - left / targets().map(|y| (y - mean).powi(2)).sum::<f64>())
}

fn classes(data: &Dataset) -> Vec<i32> {
    let mut classes = data.labels.clone();
    classes.sort_unstable();
    classes.dedup();
    classes
}

fn check(data: &Dataset, model: &Fitted, classes: &[i32]) -> Result<()> {
    let n_problems = if classes.len() == 2 { 1 } else { classes.len() };
    let widths = model.coef.iter().all(|w| w.len() == data.n_features);
    if !widths || model.coef.len() != n_problems || model.intercept.len() != n_problems {
        return Err(format!("coefficients of another shape than {n_problems} × {}", data.n_features).into());
    }
    if !model.coef.iter().flatten().chain(&model.intercept).all(|value| value.is_finite()) {
        return Err("coefficients that are not finite".into());
    }
    Ok(())
}

/// A row times weights.
fn dot(data: &Dataset, row: usize, w: &[f64]) -> f64 {
    match &data.features {
        Features::Dense(values) => {
            let range = row * data.n_features..(row + 1) * data.n_features;
            dot_stored(values, range, w.iter().copied())
        }
        Features::Csr { indptr, indices, values } => {
            let range = indptr[row]..indptr[row + 1];
            let weights = indices[range.clone()].iter().map(|&column| w[column as usize]);
            dot_stored(values, range, weights)
        }
        // Models are fitted to what transformers make of these.
        Features::Categories(_) | Features::Documents(_) => f64::NAN,
    }
}

/// Numbers that are stored beside each other times weights.
fn dot_stored(values: &Values, range: Range<usize>, weights: impl Iterator<Item = f64>) -> f64 {
    match values {
        Values::F32(values) => values[range].iter().zip(weights).map(|(&x, w)| f64::from(x) * w).sum(),
        Values::F64(values) => values[range].iter().zip(weights).map(|(&x, w)| x * w).sum(),
    }
}

/// A compensated sum: differences of one part in a million million are compared.
#[derive(Default)]
struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    fn add(&mut self, value: f64) {
        let sum = self.high + value;
        let rounded = sum - self.high;
        self.low += (self.high - (sum - rounded)) + (value - rounded);
        self.high = sum;
    }

    fn total(&self) -> f64 {
        self.high + self.low
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Problem, request};
    use crate::contender;
    use crate::ladder::Rung;

    fn asked(problem: Problem, intercept: Intercept) -> Fit {
        request(problem, &contender::reference(), intercept, Rung::DEFAULT, 0.0)
    }

    fn model(coef: Vec<Vec<f64>>, intercept: Vec<f64>) -> Fitted {
        Fitted { coef, intercept, ..Fitted::default() }
    }

    #[test]
    fn primal_of_two_classes() -> Result<()> {
        let dense = Features::Dense(Values::F64(vec![2.0, 0.0, -1.0, 1.0]));
        let values = Values::F32(vec![2.0, -1.0, 1.0]);
        let sparse = Features::Csr { indptr: vec![0, 1, 3], indices: vec![0, 0, 1], values };
        // Decisions 2.5 and -0.5; both rows are on the wrong side, short of their margins by 3.5 and 1.5.
        let at = model(vec![vec![1.0, 0.0]], vec![0.5]);
        for features in [dense, sparse] {
            let data = Dataset { n_features: 2, features, labels: vec![3, 5] };
            let value = |problem, intercept| primal(&data, &at, &asked(problem, intercept));
            assert_eq!(value(Problem::hinge(2.0), Intercept::Free)?, 0.5 + 2.0 * 5.0);
            assert_eq!(value(Problem::hinge(2.0), Intercept::Penalized)?, 0.625 + 2.0 * 5.0);
            assert_eq!(value(Problem::squared_hinge(2.0), Intercept::Free)?, 0.5 + 2.0 * 14.5);
            assert_eq!(value(Problem::squared_hinge(2.0).l1(), Intercept::Free)?, 1.0 + 2.0 * 14.5);
            assert_eq!(value(Problem::squared_hinge(2.0).l1(), Intercept::Penalized)?, 1.5 + 2.0 * 14.5);
            let log = 2.0 * (1.0 + 2.5f64.exp()).ln() + 2.0 * (1.0 + 0.5f64.exp()).ln();
            assert!((value(Problem::log(2.0), Intercept::Free)? - 0.5 - log).abs() < 1e-14);
            assert_eq!(accuracy(&data, &data, &at)?, 0.0);
        }
        Ok(())
    }

    #[test]
    fn regressions_have_targets() -> Result<()> {
        let features = Features::Dense(Values::F64(vec![2.0, 1.0, 0.0]));
        let data = Dataset { n_features: 1, features, labels: vec![7, 4, 1] };
        // Scores 6.5, 3.5 and 0.5, all short by a half.
        let at = model(vec![vec![3.0]], vec![0.5]);
        let asked = asked(Problem::lasso(2.0), Intercept::Free);
        assert_eq!(primal(&data, &at, &asked)?, 3.0 + 2.0 * 3.0 * 0.125);
        assert_eq!(r2(&data, &at)?, 1.0 - 0.75 / 18.0);
        Ok(())
    }

    #[test]
    fn the_largest_decision_of_three_classes_wins() -> Result<()> {
        let features = Features::Dense(Values::F32(vec![1.0, 2.0, 3.0]));
        let data = Dataset { n_features: 1, features, labels: vec![0, 1, 2] };
        let at = model(vec![vec![0.0], vec![1.0], vec![2.0]], vec![3.5, 2.0, 0.0]);
        // Decisions (3.5, 3, 2), (3.5, 4, 4): the last of equals, (3.5, 5, 6).
        assert_eq!(accuracy(&data, &data, &at)?, 2.0 / 3.0);
        let two_classes = model(vec![vec![0.0]], vec![0.0]);
        assert!(primal(&data, &two_classes, &asked(Problem::hinge(1.0), Intercept::Free)).is_err());
        Ok(())
    }
}
