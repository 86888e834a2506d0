//! What is found and what is wrongly found above each threshold.

use super::judged::Ranked;
use std::cmp::Ordering;

/// Weights of positive and of negative rows with a score of a threshold or more, one of each distinct score,
/// descending.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Thresholds {
    pub(super) scores: Vec<f64>,
    pub(super) true_positives: Vec<f64>,
    pub(super) false_positives: Vec<f64>,
}

impl Thresholds {
    pub(super) fn new(mut rows: Vec<Ranked>) -> Self {
        // Stable: equal rows are added up in their order. Scores are finite.
        rows.sort_by(|a, b| b.score.partial_cmp(&a.score).unwrap_or(Ordering::Equal));
        let (mut scores, mut true_positives, mut false_positives) = (Vec::new(), Vec::new(), Vec::new());
        let (mut found, mut wrong) = (0.0, 0.0);
        let mut rows = rows.into_iter().peekable();
        while let Some(row) = rows.next() {
            *(if row.positive { &mut found } else { &mut wrong }) += row.weight;
            if rows.peek().is_none_or(|next| next.score != row.score) {
                scores.push(row.score);
                true_positives.push(found);
                false_positives.push(wrong);
            }
        }
        Self { scores, true_positives, false_positives }
    }

    /// The weights of all positive and of all negative rows.
    pub(super) fn totals(&self) -> (f64, f64) {
        let last = |sums: &[f64]| sums.last().copied().unwrap_or(0.0);
        (last(&self.true_positives), last(&self.false_positives))
    }

    /// The area under the ROC curve up to a false positive rate; there must be both positive and negative rows.
    pub(super) fn area(&self, max_fpr: f64) -> f64 {
        let (positives, negatives) = self.totals();
        let (mut area, mut tpr, mut fpr) = (0.0, 0.0, 0.0);
        for (found, wrong) in self.true_positives.iter().zip(&self.false_positives) {
            let (next_tpr, next_fpr) = (found / positives, wrong / negatives);
            if next_fpr > max_fpr {
                let at_max = tpr + (next_tpr - tpr) * (max_fpr - fpr) / (next_fpr - fpr);
                return area + (max_fpr - fpr) * (tpr + at_max) / 2.0;
            }
            area += (next_fpr - fpr) * (next_tpr + tpr) / 2.0;
            (tpr, fpr) = (next_tpr, next_fpr);
        }
        area
    }
}
