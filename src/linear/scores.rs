//! The scores x·w + b of rows: what all linear models share of predicting.

use crate::data::{Features, Missing, check_shape, check_width, dot, first_non_finite, has_non_finite};
use crate::error::{Error, Result};
use crate::parallel;
use crate::scalar::Scalar;
use ndarray::{ArrayView1, ArrayView2};

/// Rows that are predicted by one thread at a time, and rows that stay in the cache for all problems.
const PIECE: usize = 8192;
const BLOCK: usize = 64;

/// Coefficients, one row a score.
pub(super) struct Scores<'a, F> {
    pub(super) coef: ArrayView2<'a, F>,
    pub(super) intercept: ArrayView1<'a, F>,
    /// What a score is, such as `a prediction`.
    pub(super) what: &'static str,
}

impl<F: Scalar> Scores<'_, F> {
    /// A row so far away that its score is beyond the float type.
    pub(super) fn overflow(&self) -> Error {
        Error::Overflow { what: self.what, column: None }
    }

    pub(super) fn check_row(&self, row: &[F]) -> Result<()> {
        match (self.coef.ncols(), row.len()) {
            (expected, found) if expected != found => Err(Error::FeatureMismatch { expected, found }),
            _ => Ok(()),
        }
    }

    /// One score of a row of the right length.
    pub(super) fn of_row(&self, row: &[F], problem: usize) -> Result<f64> {
        let (w, b) = (self.coef.row(problem), self.intercept[problem].widen());
        let score = match w.as_slice() {
            Some(w) => dot(row, w) + b,
            None => row.iter().zip(w).map(|(x, w)| x.widen() * w.widen()).sum::<f64>() + b,
        };
        if score.is_finite() {
            return Ok(score);
        }
        let bad = row.iter().enumerate().find(|(_, value)| !value.is_finite());
        let non_finite = |(column, value): (usize, &F)| Error::NonFinite {
            what: "x",
            row: 0,
            column: Some(column),
            value: value.widen(),
        };
        Err(bad.map_or(self.overflow(), non_finite))
    }

    /// What `visit` makes of the scores of each row, in order: blocks of rows on all threads, each row read once.
    pub(super) fn for_each_row<X: Features<Elem = F>, T: Send>(
        &self,
        x: &X,
        visit: impl Fn(&[f64], &mut Vec<T>) + Sync + Send,
    ) -> Result<Vec<T>> {
        check_width(x, self.coef.ncols())?;
        check_shape(x)?;
        let weights: Vec<Vec<f64>> =
            self.coef.rows().into_iter().map(|w| w.iter().map(|w| w.widen()).collect()).collect();
        let (n, n_problems) = (x.n_rows(), weights.len());
        let pieces = parallel::try_map(n.div_ceil(PIECE), |piece| {
            let rows = piece * PIECE..((piece + 1) * PIECE).min(n);
            let mut made = Vec::with_capacity(rows.len());
            let (mut scores, mut all) = ([0.0; BLOCK], vec![0.0; n_problems * BLOCK]);
            let end = rows.end;
            for start in rows.step_by(BLOCK) {
                let block = start..(start + BLOCK).min(end);
                for (problem, (w, b)) in weights.iter().zip(&self.intercept).enumerate() {
                    let scores = &mut scores[..block.len()];
                    x.rows_dot(block.clone(), w, scores);
                    for (i, score) in scores.iter().enumerate() {
                        all[i * n_problems + problem] = score + b.widen();
                    }
                }
                for (row, scores) in block.zip(all.chunks_exact(n_problems.max(1))) {
                    // A score is finite only if all entries of its row are; of ∞ − ∞ nothing follows.
                    if scores.iter().any(|score| !score.is_finite()) {
                        let is_bad = has_non_finite(x, row);
                        return Err(if is_bad {
                            first_non_finite(x, row, Missing::Refused)
                        } else {
                            self.overflow()
                        });
                    }
                    visit(scores, &mut made);
                }
            }
            Ok(made)
        })?;
        Ok(match <[Vec<T>; 1]>::try_from(pieces) {
            Ok([only]) => only,
            Err(pieces) => pieces.into_iter().flatten().collect(),
        })
    }

    /// [`for_each_row`](Self::for_each_row) for numbers of the float type, which must all be finite.
    pub(super) fn narrowed<X: Features<Elem = F>>(
        &self,
        x: &X,
        visit: impl Fn(&[f64], &mut Vec<F>) + Sync + Send,
    ) -> Result<Vec<F>> {
        let values = self.for_each_row(x, visit)?;
        match values.iter().all(|value| value.is_finite()) {
            true => Ok(values),
            false => Err(self.overflow()),
        }
    }
}
