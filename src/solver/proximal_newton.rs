//! A few coefficients and the intercept, by quadratic models of the loss.

use super::columns::Columns;
use super::control::Clock;
use super::effort::Effort;
use super::line_search;
use super::model_descent::Descent;
use super::problem::{Coefficients, Intercept, Problem};
use crate::loss::SmoothLoss;
use crate::regularizer::Regularizer;

/// The least curvature of a row in a model, in units of its cost: where a loss is linear the model still has a minimum. It
/// is up to `MOST_CURVATURE` where steps of models with less have been too long: Levenberg and Marquardt's way.
const LEAST_CURVATURE: f64 = 1e-8;
const MOST_CURVATURE: f64 = 0.1;
/// That of rows where the loss is flat, too, until steps have been too long: they ask for no minimum, and one of them far
/// from the others would hold a coefficient where it is.
const FLAT_CURVATURE: f64 = 1e-30;
/// A step shortened to less than this was too long.
const SHORTENED: f64 = 0.3;
/// How much better a model's minimum needs to be known than where it was made: a better one is at hand then.
const MODEL_TOL: f64 = 0.1;
/// Slopes that differ by no more than this part of the largest are the same.
const SAME_SLOPE: f64 = 1e-9;
/// The share of the predicted decrease that a step must bring, and how often it is halved for that.
const ARMIJO: f64 = 0.01;
const MAX_HALVINGS: usize = 40;

/// Coefficients, the last one that of a penalised intercept's column, the free intercept, and the scores.
pub(super) struct Iterate {
    pub(super) w: Vec<f64>,
    pub(super) b: f64,
    pub(super) scores: Vec<f64>,
}

impl Iterate {
    /// At coefficients, whose scores are these.
    pub(super) fn new<L, R>(problem: &Problem<'_, L, R>, from: Coefficients, scores: Vec<f64>) -> Self {
        let (mut w, mut b) = (from.w, from.b);
        let of_column = match problem.intercept {
            Intercept::Penalized { scaling } => std::mem::take(&mut b) / scaling,
            Intercept::Free | Intercept::None => 0.0,
        };
        w.push(of_column);
        Self { w, b, scores }
    }

    pub(super) fn coefficients<L, R>(&self, problem: &Problem<'_, L, R>) -> Coefficients {
        let d = problem.x.n_features();
        Coefficients { w: self.w[..d].to_vec(), b: self.b + problem.intercept.column() * self.w[d] }
    }
}

/// The problem in the coefficients of a working set.
///
/// With scores p = X w + b the loss is modelled by Σ [−βᵢ qᵢ + ½ hᵢ qᵢ²], q = X δ, βᵢ = −cᵢ ℓ′, hᵢ = cᵢ ℓ″. Coordinate
/// descent minimises model + Ω(w + δ) with rᵢ = βᵢ − hᵢ qᵢ kept up to date; then a line search goes along δ. Lee, Sun
/// and Saunders 2014, "Proximal Newton-Type Methods for Minimizing Composite Functions", doi:10.1137/130921428.
pub(super) struct ProximalNewton<'a, L, R> {
    pub(super) problem: &'a Problem<'a, L, R>,
    pub(super) clock: Clock,
    pub(super) h: Vec<f64>,
    pub(super) r: Vec<f64>,
    /// The columns of the last working set, with their Σ hᵢ xᵢⱼ².
    squares: Vec<(usize, f64)>,
    objective: f64,
    /// The least curvature of the next model.
    least_curvature: f64,
    /// By how much the last epoch over all of a working set found a condition missed.
    pub(super) left: f64,
}

impl<'a, L: SmoothLoss, R: Regularizer> ProximalNewton<'a, L, R> {
    pub(super) fn new(problem: &'a Problem<'a, L, R>, clock: Clock) -> Self {
        let h = vec![0.0; problem.n_rows()];
        Self {
            problem,
            clock,
            h,
            r: Vec::new(),
            squares: Vec::new(),
            objective: f64::INFINITY,
            least_curvature: LEAST_CURVATURE,
            left: 0.0,
        }
    }

    /// Minimises over the coefficients of `working` until no optimality condition is missed by more than `tol`, or the effort
    /// is spent; by how much one was missed at the beginning.
    pub(super) fn minimize(
        &mut self,
        columns: &Columns<'_>,
        working: &[usize],
        at: &mut Iterate,
        tol: f64,
        effort: Effort,
    ) -> f64 {
        self.objective = self.objective(working, at);
        let (mut at_beginning, mut is_done) = (0.0, false);
        for model in 0..effort.models {
            let left = is_done.then(|| self.r.clone());
            let exact = self.model(at);
            if let Some(left) = left.filter(|left| exact && self.has_slopes(left)) {
                // The loss has been its model all the way. Its dual point is nearer to the optimum than that of the slopes.
                self.r = left;
                break;
            }
            let squares = self.squares(columns, working, exact);
            let before: Vec<f64> = working.iter().map(|&j| at.w[j]).collect();
            let mut descent = Descent {
                model: self,
                columns,
                working,
                squares: &squares,
                effort,
                w: before.clone(),
                b: 0.0,
            };
            let (first, last) = descent.run(tol, if exact { 0.0 } else { MODEL_TOL });
            let (w, b) = (descent.w, descent.b);
            let delta: Vec<f64> = w.iter().zip(&before).map(|(after, before)| after - before).collect();
            if model == 0 {
                at_beginning = first;
            }
            let share = self.step(columns, working, at, &delta, b);
            if !(share > 0.0) || first <= tol || self.clock.is_out_of_time() {
                break;
            }
            is_done = share == 1.0 && last <= tol;
        }
        at_beginning
    }

    /// Σ hᵢ xᵢⱼ² of each column of the working set, which ascends; none is computed anew where h `is_as_before`.
    fn squares(&mut self, columns: &Columns<'_>, working: &[usize], is_as_before: bool) -> Vec<f64> {
        let before = std::mem::take(&mut self.squares);
        let mut known = before.into_iter().filter(|_| is_as_before).peekable();
        for &j in working {
            while known.next_if(|(column, _)| *column < j).is_some() {}
            let square = known.next_if(|(column, _)| *column == j).map(|(_, square)| square);
            self.squares.push((j, square.unwrap_or_else(|| columns.weighted_square(j, &self.h))));
        }
        self.squares.iter().map(|(_, square)| *square).collect()
    }

    /// Whether the slopes of the losses are these. Where curvatures have not changed a row may have gone from one side of a
    /// loss to the other.
    fn has_slopes(&self, slopes: &[f64]) -> bool {
        let most = self.r.iter().fold(0.0, |most: f64, r| most.max(r.abs()));
        self.r.iter().zip(slopes).all(|(r, slope)| (r - slope).abs() <= SAME_SLOPE * most)
    }

    /// The dual point of the last model, where coordinate descent has left it.
    pub(super) fn dual_of_model(&self) -> &[f64] {
        &self.r
    }

    /// The model at the scores; whether its curvature is that of the last one, as if the loss were quadratic.
    fn model(&mut self, at: &Iterate) -> bool {
        let Problem { y, c, loss, .. } = self.problem;
        let rows = || y.iter().zip(c).zip(&at.scores);
        self.r = rows().map(|((&y, c), &p)| -c * loss.derivative(y, p)).collect();
        let mut same = true;
        let of_flat =
            if self.least_curvature > LEAST_CURVATURE { self.least_curvature } else { FLAT_CURVATURE };
        for ((h, r), ((&y, c), &p)) in self.h.iter_mut().zip(&self.r).zip(rows()) {
            let least = if *r == 0.0 { of_flat } else { self.least_curvature };
            let now = c * loss.second_derivative(y, p).max(least);
            same &= *h == now;
            *h = now;
        }
        same
    }

    /// The objective, without coefficients that are not in the working set.
    fn objective(&self, working: &[usize], at: &Iterate) -> f64 {
        let penalty: f64 = working.iter().map(|&j| self.problem.regularizer.term(at.w[j])).sum();
        penalty + self.problem.losses(&at.scores)
    }

    /// By how much it changes from w to w + t δ: near the optimum the sum of the changes tells what the change of the sum
    /// would not.
    fn change(&self, working: &[usize], at: &Iterate, t: f64, delta: &[f64], q: &[f64]) -> f64 {
        let Problem { y, c, loss, regularizer, .. } = self.problem;
        let of_penalty =
            |(&j, delta): (&usize, &f64)| regularizer.term(at.w[j] + t * delta) - regularizer.term(at.w[j]);
        let penalty: f64 = working.iter().zip(delta).map(of_penalty).sum();
        let rows = y.iter().zip(c).zip(at.scores.iter().zip(q));
        penalty
            + rows.map(|((&y, c), (&p, q))| c * (loss.value(y, p + t * q) - loss.value(y, p))).sum::<f64>()
    }

    /// Goes along δ and the intercept's `b` as far as the objective falls: by which share of it.
    fn step(
        &mut self,
        columns: &Columns<'_>,
        working: &[usize],
        at: &mut Iterate,
        delta: &[f64],
        b: f64,
    ) -> f64 {
        let Problem { y, c, loss, regularizer, .. } = self.problem;
        let mut q = vec![b; y.len()];
        let mut shift = b;
        let (mut predicted, mut moved) = (0.0, b != 0.0);
        for (&j, &delta) in working.iter().zip(delta).filter(|(_, delta)| **delta != 0.0) {
            columns.add(j, delta, &mut q);
            shift -= delta * columns.mean(j);
            predicted += regularizer.term(at.w[j] + delta) - regularizer.term(at.w[j]);
            moved = true;
        }
        let rows = y.iter().zip(c).zip(at.scores.iter().zip(&q));
        predicted += rows.map(|((&y, c), (&p, q))| c * loss.derivative(y, p) * q).sum::<f64>();
        if !moved || !(predicted < 0.0) {
            return 0.0;
        }
        let rounding = 4.0 * f64::EPSILON * self.objective.abs();
        let mut t = 1.0;
        for _ in 0..MAX_HALVINGS {
            let change = self.change(working, at, t, delta, &q);
            if change <= ARMIJO * t * predicted + rounding {
                working.iter().zip(delta).for_each(|(&j, delta)| at.w[j] += t * delta);
                at.scores.iter_mut().zip(&q).for_each(|(p, q)| *p += t * q);
                at.b += t * shift;
                self.objective += change;
                let more = if t < SHORTENED {
                    10.0
                } else if t == 1.0 {
                    0.1
                } else {
                    1.0
                };
                self.least_curvature = (more * self.least_curvature).clamp(LEAST_CURVATURE, MOST_CURVATURE);
                return t;
            }
            t *= 0.5;
        }
        0.0
    }

    /// Moves a free intercept to its best value.
    pub(super) fn settle_intercept(&self, at: &mut Iterate) {
        let Problem { y, c, loss, intercept, .. } = self.problem;
        if *intercept != Intercept::Free {
            return;
        }
        let slopes = |t: f64| {
            let rows = y.iter().zip(c).zip(&at.scores);
            rows.fold((0.0, 0.0), |(first, second), ((&y, c), p)| {
                let p = p + t;
                (first + c * loss.derivative(y, p), second + c * loss.second_derivative(y, p))
            })
        };
        let side = if slopes(0.0).0 > 0.0 { -1.0 } else { 1.0 };
        let step = side
            * line_search::minimize(1e-14, |t| {
                let (first, second) = slopes(side * t);
                (side * first, second)
            });
        // What rounding leaves of the step: scores are those of the intercept as it is.
        let b = at.b + step;
        let step = b - std::mem::replace(&mut at.b, b);
        at.scores.iter_mut().for_each(|p| *p += step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::SquaredError;
    use crate::regularizer::L1;
    use crate::solver::Control;

    #[test]
    fn squares_are_those_of_the_curvatures_as_they_are() {
        let x = ndarray::Array2::from_shape_fn((7, 5), |(i, j)| ((i * 5 + j) as f64).sin());
        let problem =
            Problem::new(&x, vec![0.0; 7], vec![1.0; 7], SquaredError, L1, Intercept::None).unwrap();
        let mut columns = Columns::new(&x, 0.0, false).unwrap();
        columns.gather(&[0, 1, 2, 3, 4]);
        let mut newton = ProximalNewton::new(&problem, Control::new(0.1, 1).clock);
        for (working, h, is_as_before) in [
            (vec![1, 3], 1.0, false),
            (vec![0, 1, 2, 3], 1.0, true),
            (vec![2, 4], 1.0, true),
            (vec![1, 2, 4], 3.0, false),
            (vec![1, 2], 3.0, true),
        ] {
            newton.h = (0..7).map(|row| h + row as f64).collect();
            let squares = newton.squares(&columns, &working, is_as_before);
            let expected: Vec<f64> = working.iter().map(|&j| columns.weighted_square(j, &newton.h)).collect();
            assert_eq!(squares, expected);
        }
    }
}
