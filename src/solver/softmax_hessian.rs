//! Systems of Newton's method for the softmax, without their matrix.

use super::cholesky::Cholesky;
use super::conjugate_gradients::{MOST_STEPS, Most, conjugate_gradients, up_to};
use super::control::Clock;
use super::design::Design;
use super::gram::add_to_diagonal;
use super::joint_problem::JointProblem;
use super::joint_rows::JointRows;
use super::pieces::{add_to, over_pieces};
use super::problem::Coefficients;
use crate::loss::Softmax;
use ndarray::Array2;

/// Up to so many unknowns a class has a factor of its own, from at least so many rows for each unknown.
const MOST_FACTORED: usize = 600;
const ROWS_PER_UNKNOWN: usize = 20;
const LEAST_ROWS: usize = 4000;
/// Up to so many unknowns of all classes together, H is factored as a whole.
const MOST_WHOLE: usize = 150;
/// And up to so many where classes must be told by a margin: then rows between few classes have most of the curvature,
/// and blocks of single classes tell little of H.
const MOST_WHOLE_WITH_MARGIN: usize = 1000;
/// Dense rows that a diagonal is estimated from.
const DIAGONAL_ROWS: usize = 2000;

/// H = I ⊗ R + Σ cᵢ (diag pᵢ − pᵢ pᵢᵀ) ⊗ x̃ᵢ x̃ᵢᵀ, as a product with vectors of K times as many entries as x̃ᵢ has.
pub(super) struct SoftmaxHessian<'a, P> {
    pub(super) problem: &'a JointProblem<'a, Softmax, P>,
    pub(super) design: &'a Design<'a>,
    /// R, of one class.
    pub(super) penalty: &'a [f64],
    pub(super) shares: &'a [f64],
}

impl<P: Sync> SoftmaxHessian<'_, P> {
    fn n_classes(&self) -> usize {
        self.problem.n_classes
    }

    fn times(&self, s: &[f64]) -> Vec<f64> {
        let (k, dim) = (self.n_classes(), self.penalty.len());
        let at: Vec<Coefficients> = s.chunks_exact(dim).map(|s| self.design.coefficients(s)).collect();
        let (_, sums) = JointRows::new(self.problem.x, k).pass(&at, |row, q| {
            let (p, c) = (&self.shares[row * k..(row + 1) * k], self.problem.c[row]);
            let mean: f64 = p.iter().zip(&*q).map(|(p, q)| p * q).sum();
            q.iter_mut().zip(p).for_each(|(q, p)| *q = c * p * (*q - mean));
        });
        let mut product: Vec<f64> = sums.into_iter().flat_map(|sum| self.design.centered(sum)).collect();
        let penalties = self.penalty.iter().cycle();
        product.iter_mut().zip(penalties).zip(s).for_each(|((to, penalty), s)| *to += penalty * s);
        product
    }

    /// About H⁻¹ b, by conjugate gradients until the share `forcing` of b is left, or what there is of it when the time
    /// is up. The sum over the classes of `b` is 0, and so is that of the result.
    pub(super) fn solve(&self, b: &[f64], forcing: f64, clock: Clock) -> Vec<f64> {
        let metric = Preconditioner::new(self);
        let most = Most { steps: MOST_STEPS, clock };
        conjugate_gradients(b, |v| self.times(v), |r| metric.solve(r), up_to(forcing), most).0
    }

    /// cᵢ pᵢₖ (1 − pᵢₖ), times `factor`, for some rows and a class.
    fn curvature(&self, rows: &[usize], class: usize, factor: f64) -> Vec<f64> {
        let k = self.n_classes();
        let of_row = |&row: &usize| {
            let p = self.shares[row * k + class];
            factor * self.problem.c[row] * p * (1.0 - p)
        };
        rows.iter().map(of_row).collect()
    }

    /// Rows spread evenly, about `wanted` of them, and how many of all each stands for.
    fn some_rows(&self, wanted: usize) -> (Vec<usize>, f64) {
        let n = self.problem.n_rows();
        let rows: Vec<usize> = (0..n).step_by((n / wanted.max(1)).max(1)).collect();
        let factor = n as f64 / rows.len() as f64;
        (rows, factor)
    }
}

/// All of H where it is small; else without what is between classes: its blocks, factored where they are small, or their
/// diagonals.
enum Preconditioner {
    Whole(Cholesky, usize),
    Blocks(Vec<Cholesky>),
    Diagonals(Vec<f64>, usize),
}

impl Preconditioner {
    fn new<P: Sync>(hessian: &SoftmaxHessian<'_, P>) -> Self {
        let dim = hessian.penalty.len();
        let most = if hessian.problem.loss.margin > 0.0 { MOST_WHOLE_WITH_MARGIN } else { MOST_WHOLE };
        if hessian.n_classes() * dim <= most
            && let Some(factor) = whole(hessian)
        {
            return Self::Whole(factor, dim);
        }
        let is_small = !hessian.problem.x.is_sparse() && dim <= MOST_FACTORED;
        let blocks = if is_small { blocks(hessian) } else { None };
        blocks.map_or_else(|| Self::Diagonals(diagonals(hessian), dim), Self::Blocks)
    }

    fn solve(&self, r: &[f64]) -> Vec<f64> {
        let (mut z, dim): (Vec<f64>, usize) = match self {
            Self::Whole(factor, dim) => (factor.solve(r), *dim),
            Self::Blocks(blocks) => {
                let dim = r.len() / blocks.len().max(1);
                let of_class = |(block, r): (&Cholesky, &[f64])| block.solve(r);
                (blocks.iter().zip(r.chunks_exact(dim.max(1))).flat_map(of_class).collect(), dim)
            }
            Self::Diagonals(diagonals, dim) => {
                (r.iter().zip(diagonals).map(|(r, h)| r / h.max(f64::MIN_POSITIVE)).collect(), *dim)
            }
        };
        take_mean_off(&mut z, dim);
        z
    }
}

/// Takes the mean over the classes off all coordinates: the softmax does not see it.
pub(super) fn take_mean_off(v: &mut [f64], dim: usize) {
    let mut mean = vec![0.0; dim];
    let share = dim as f64 / v.len() as f64;
    v.chunks_exact(dim).for_each(|v| mean.iter_mut().zip(v).for_each(|(mean, v)| *mean += share * v));
    v.chunks_exact_mut(dim).for_each(|v| v.iter_mut().zip(&mean).for_each(|(v, mean)| *v -= mean));
}

/// H, factored.
fn whole<P: Sync>(hessian: &SoftmaxHessian<'_, P>) -> Option<Cholesky> {
    let (k, dim, n) = (hessian.n_classes(), hessian.penalty.len(), hessian.problem.n_rows());
    let rows: Vec<usize> = (0..n).collect();
    let mut matrix = Array2::zeros((k * dim, k * dim));
    for i in 0..k {
        for j in 0..=i {
            // Off the diagonal the sum is negative.
            let (sign, curvature) = if i == j {
                (1.0, hessian.curvature(&rows, i, 1.0))
            } else {
                let share = |row: usize, class: usize| hessian.shares[row * k + class];
                (-1.0, (0..n).map(|row| hessian.problem.c[row] * share(row, i) * share(row, j)).collect())
            };
            let mut block = hessian.design.gram(&curvature);
            if i == j {
                add_to_diagonal(&mut block, hessian.penalty);
            }
            for a in 0..dim {
                for b in 0..=a {
                    matrix[[i * dim + a, j * dim + b]] = sign * block[[a, b]];
                    matrix[[i * dim + b, j * dim + a]] = sign * block[[a, b]];
                }
            }
        }
    }
    Cholesky::new(matrix)
}

fn blocks<P: Sync>(hessian: &SoftmaxHessian<'_, P>) -> Option<Vec<Cholesky>> {
    let wanted = (ROWS_PER_UNKNOWN * hessian.penalty.len()).max(LEAST_ROWS);
    let (rows, factor) = hessian.some_rows(wanted);
    let gathered = hessian.design.gather(&rows);
    let design = hessian.design.of(gathered.as_ref());
    let block = |class| {
        let mut block = design.gram(&hessian.curvature(&rows, class, factor));
        add_to_diagonal(&mut block, hessian.penalty);
        Cholesky::new(block)
    };
    (0..hessian.n_classes()).map(block).collect()
}

fn diagonals<P: Sync>(hessian: &SoftmaxHessian<'_, P>) -> Vec<f64> {
    let (k, dim, x) = (hessian.n_classes(), hessian.penalty.len(), hessian.problem.x);
    let is_sparse = x.is_sparse();
    let (rows, factor) = hessian.some_rows(if is_sparse { hessian.problem.n_rows() } else { DIAGONAL_ROWS });
    let curvatures: Vec<Vec<f64>> = (0..k).map(|class| hessian.curvature(&rows, class, factor)).collect();
    // Feature after feature, so that an entry of a row changes neighbours.
    let pieces = over_pieces(rows.len(), k * dim, |places| {
        let (mut sums, mut buffer, mut of_row) = (vec![0.0; k * dim], vec![0.0; dim], vec![0.0; k]);
        for place in places {
            of_row.iter_mut().zip(&curvatures).for_each(|(to, curvature)| *to = curvature[place]);
            let mut add = |column: usize, value: f64| {
                let sums = &mut sums[column * k..(column + 1) * k];
                sums.iter_mut().zip(&of_row).for_each(|(sum, curvature)| *sum += curvature * value * value);
            };
            if is_sparse {
                x.for_each_in_row(rows[place], &mut add);
                (x.n_features()..dim).for_each(|column| add(column, 1.0));
            } else {
                hessian.design.fill_row(rows[place], 1.0, &mut buffer);
                buffer.iter().enumerate().for_each(|(column, &value)| add(column, value));
            }
        }
        sums
    });
    let mut sums = vec![0.0; k * dim];
    pieces.iter().for_each(|piece| add_to(&mut sums, piece));
    let of_class = |class: usize| sums.iter().skip(class).step_by(k).zip(hessian.penalty);
    (0..k).flat_map(|class| of_class(class).map(|(sum, penalty)| sum + penalty)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::dot;
    use crate::regularizer::L2;
    use crate::solver::Intercept;
    use crate::solver::joint_certificate::evaluate;
    use crate::solver::softmax_terms::shares_of;

    #[test]
    fn the_product_is_a_difference_of_gradients_and_the_gradient_one_of_objectives() {
        let x = Array2::from_shape_fn((50, 4), |(i, j)| ((i * 31 + j * 17) % 23) as f64 / 11.0 - 1.0);
        let y: Vec<usize> = (0..50).map(|i| (i * i) % 3).collect();
        let c: Vec<f64> = (0..50).map(|i| 0.25 + (i % 3) as f64).collect();
        let norms: Vec<f64> = x.rows().into_iter().map(|row| row.dot(&row)).collect();
        let intercept = Intercept::Penalized { scaling: 0.5 };
        let problem = JointProblem::new(&x, &norms, y, c, 3, Softmax::default(), L2, intercept).unwrap();
        let design = Design::centered_only(&x, intercept);
        let (penalty, dim) = (design.penalty_weights(), design.dim());
        let at = |v: &[f64]| -> Vec<Coefficients> {
            v.chunks_exact(dim).map(|v| design.coefficients(v)).collect()
        };
        let shares = |v: &[f64]| shares_of(&problem, &JointRows::new(&x, 3).scores(&at(v)));
        let gradient = |v: &[f64]| -> Vec<f64> {
            let pull = evaluate(&problem, &at(v), shares(v)).pull;
            let pull = pull.into_iter().flat_map(|pull| design.centered(pull));
            pull.zip(v.iter().zip(penalty.iter().cycle())).map(|(g, (v, r))| r * v - g).collect()
        };
        let objective = |v: &[f64]| evaluate(&problem, &at(v), shares(v)).certificate.primal;
        let numbers = |seed: f64| (0..3 * dim).map(|i| (seed * i as f64).sin()).collect::<Vec<f64>>();
        let (v, s) = (numbers(1.7), numbers(0.9));
        let moved = |t: f64| v.iter().zip(&s).map(|(v, s)| v + t * s).collect::<Vec<f64>>();
        let shares_at_v = shares(&v);
        let hessian =
            SoftmaxHessian { problem: &problem, design: &design, penalty: &penalty, shares: &shares_at_v };
        let product = hessian.times(&s);
        let step = 1e-5;
        let (ahead, behind) = (gradient(&moved(step)), gradient(&moved(-step)));
        for ((product, ahead), behind) in product.iter().zip(ahead).zip(behind) {
            approx::assert_relative_eq!(*product, (ahead - behind) / (2.0 * step), epsilon = 1e-5);
        }
        let slope = (objective(&moved(step)) - objective(&moved(-step))) / (2.0 * step);
        approx::assert_relative_eq!(dot(&gradient(&v), &s), slope, max_relative = 1e-6);
        // The gap at the shares of the scores is ½ ‖gradient‖² in the augmented coefficients.
        let mut square = 0.0;
        for g in gradient(&v).chunks_exact(dim) {
            square += g[..4].iter().map(|g| g * g).sum::<f64>() + (0.5 * g[4]) * (0.5 * g[4]);
        }
        let gap = evaluate(&problem, &at(&v), shares(&v)).certificate.gap;
        approx::assert_relative_eq!(gap, 0.5 * square, max_relative = 1e-10);
    }
}
