//! Passes over the rows with a score for each class.

use super::pieces::{add_to, blocks, over_pieces};
use super::problem::Coefficients;
use crate::data::AnyFeatures;
use std::ops::Range;

/// The rows of a feature matrix under the scores W x + b of K classes. Numbers a row and class lie row after row.
#[derive(Clone, Copy)]
pub(super) struct JointRows<'a> {
    x: &'a dyn AnyFeatures,
    n_classes: usize,
}

/// Coefficients as rows of one kind read them.
enum Weights<'a> {
    /// Class after class: dense rows are multiplied by one class at a time.
    Classes(&'a [Coefficients]),
    /// Feature after feature, b behind them: an entry of a sparse row is multiplied by all classes at once.
    Features(Vec<f64>),
}

impl<'a> JointRows<'a> {
    pub(super) fn new(x: &'a dyn AnyFeatures, n_classes: usize) -> Self {
        Self { x, n_classes }
    }

    /// The scores of all rows.
    pub(super) fn scores(&self, at: &[Coefficients]) -> Vec<f64> {
        let (weights, k) = (self.weights(at), self.n_classes);
        let pieces = over_pieces(self.x.n_rows(), k, |rows| {
            let mut scores = vec![0.0; rows.len() * k];
            for block in blocks(rows.clone(), self.x.n_features()) {
                let own = (block.start - rows.start) * k..(block.end - rows.start) * k;
                self.scores_of(block, &weights, &mut scores[own]);
            }
            scores
        });
        pieces.concat()
    }

    /// The scores of all rows, and Σ uᵢ ⊗ (xᵢ, 1), class after class, for the uᵢ that `turn` makes of the scores of a
    /// row. One pass.
    pub(super) fn pass(
        &self,
        at: &[Coefficients],
        turn: impl Fn(usize, &mut [f64]) + Sync + Send,
    ) -> (Vec<f64>, Vec<Vec<f64>>) {
        let (weights, k, d) = (self.weights(at), self.n_classes, self.x.n_features());
        let pieces = over_pieces(self.x.n_rows(), k * (d + 1), |rows| {
            let mut scores = vec![0.0; rows.len() * k];
            let mut sums = vec![0.0; k * (d + 1)];
            let mut turned = Vec::new();
            for block in blocks(rows.clone(), d) {
                let own = (block.start - rows.start) * k..(block.end - rows.start) * k;
                self.scores_of(block.clone(), &weights, &mut scores[own.clone()]);
                turned.clear();
                turned.extend_from_slice(&scores[own]);
                block.clone().zip(turned.chunks_exact_mut(k)).for_each(|(row, z)| turn(row, z));
                self.add_of(block, &turned, &mut sums);
            }
            (scores, sums)
        });
        let mut sums = vec![0.0; k * (d + 1)];
        pieces.iter().for_each(|(_, piece)| add_to(&mut sums, piece));
        let scores = pieces.into_iter().map(|(scores, _)| scores).collect::<Vec<_>>().concat();
        (scores, self.by_class(&sums))
    }

    fn weights<'b>(&self, at: &'b [Coefficients]) -> Weights<'b> {
        if !self.x.is_sparse() {
            return Weights::Classes(at);
        }
        let d = self.x.n_features();
        let mut weights = vec![0.0; (d + 1) * self.n_classes];
        for (class, at) in at.iter().enumerate() {
            let entries = weights.iter_mut().skip(class).step_by(self.n_classes);
            entries.zip(at.w.iter().chain([&at.b])).for_each(|(to, w)| *to = *w);
        }
        Weights::Features(weights)
    }

    fn scores_of(&self, rows: Range<usize>, weights: &Weights<'_>, scores: &mut [f64]) {
        let k = self.n_classes;
        match weights {
            Weights::Classes(at) => {
                let mut of_class = vec![0.0; rows.len()];
                for (class, at) in at.iter().enumerate() {
                    self.x.rows_dot(rows.clone(), &at.w, &mut of_class);
                    let places = scores.iter_mut().skip(class).step_by(k);
                    places.zip(&of_class).for_each(|(to, score)| *to = score + at.b);
                }
            }
            Weights::Features(weights) => {
                let (weights, b) = weights.split_at(weights.len() - k);
                for (row, z) in rows.zip(scores.chunks_exact_mut(k)) {
                    z.copy_from_slice(b);
                    self.x.for_each_in_row(row, &mut |column, value| {
                        let w = &weights[column * k..(column + 1) * k];
                        z.iter_mut().zip(w).for_each(|(z, w)| *z += value * w);
                    });
                }
            }
        }
    }

    /// Adds Σ uᵢ ⊗ (xᵢ, 1) to sums that lie as the weights do.
    fn add_of(&self, rows: Range<usize>, u: &[f64], sums: &mut [f64]) {
        let (k, d) = (self.n_classes, self.x.n_features());
        if self.x.is_sparse() {
            let (sums, totals) = sums.split_at_mut(d * k);
            for (row, u) in rows.zip(u.chunks_exact(k)) {
                totals.iter_mut().zip(u).for_each(|(total, u)| *total += u);
                self.x.for_each_in_row(row, &mut |column, value| {
                    let sums = &mut sums[column * k..(column + 1) * k];
                    sums.iter_mut().zip(u).for_each(|(sum, u)| *sum += value * u);
                });
            }
            return;
        }
        let mut of_class = vec![0.0; rows.len()];
        for (class, sums) in sums.chunks_exact_mut(d + 1).enumerate() {
            let of_rows = u.iter().skip(class).step_by(k);
            of_class.iter_mut().zip(of_rows).for_each(|(to, u)| *to = *u);
            if let Some((total, sums)) = sums.split_last_mut() {
                *total += of_class.iter().sum::<f64>();
                self.x.add_rows(rows.clone(), &of_class, sums);
            }
        }
    }

    fn by_class(&self, sums: &[f64]) -> Vec<Vec<f64>> {
        let (k, d) = (self.n_classes, self.x.n_features());
        let of = |class: usize| -> Vec<f64> {
            match self.x.is_sparse() {
                true => sums.iter().skip(class).step_by(k).copied().collect(),
                false => sums[class * (d + 1)..(class + 1) * (d + 1)].to_vec(),
            }
        };
        (0..k).map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    fn agrees(x: &dyn AnyFeatures, dense: &Array2<f64>) {
        let (n, d) = dense.dim();
        let at: Vec<Coefficients> = (0..3)
            .map(|k| Coefficients {
                w: (0..d).map(|j| ((k * d + j) as f64).sin()).collect(),
                b: k as f64 - 0.5,
            })
            .collect();
        let rows = JointRows::new(x, 3);
        let score = |i: usize, k: usize| at[k].b + (0..d).map(|j| dense[[i, j]] * at[k].w[j]).sum::<f64>();
        let (scores, sums) = rows.pass(&at, |row, z| z.iter_mut().for_each(|z| *z *= row as f64));
        assert_eq!(scores, rows.scores(&at));
        for k in 0..3 {
            for i in 0..n {
                approx::assert_relative_eq!(
                    scores[3 * i + k],
                    score(i, k),
                    max_relative = 1e-12,
                    epsilon = 1e-12
                );
            }
            for j in 0..=d {
                let x = |i: usize| if j < d { dense[[i, j]] } else { 1.0 };
                let expected: f64 = (0..n).map(|i| i as f64 * score(i, k) * x(i)).sum();
                approx::assert_relative_eq!(sums[k][j], expected, max_relative = 1e-10, epsilon = 1e-8);
            }
        }
    }

    #[test]
    fn dense_and_sparse_rows_give_plain_sums() {
        let dense =
            Array2::from_shape_fn(
                (37, 5),
                |(i, j)| if (i + j) % 3 == 0 { (i + 7 * j) as f64 / 9.0 } else { 0.0 },
            );
        agrees(&dense, &dense);
        #[cfg(feature = "sparse")]
        agrees(&sprs::CsMat::csr_from_dense(dense.view(), 0.0), &dense);
    }
}
