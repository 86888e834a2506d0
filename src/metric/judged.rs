//! Numbers a class against the truth: checked, and each row with its class.

use super::ClassValues;
use super::labels::{check_named_pair, counted, positions};
use crate::data::{Label, Targets};
use crate::error::{Error, Result};
use std::collections::BTreeSet;

/// A truth and the numbers that judge each row by class.
pub(super) struct Judged<'a, S: ?Sized, L> {
    values: &'a S,
    pub(super) classes: Vec<L>,
    /// The rows whose weight is positive.
    pub(super) rows: Vec<Row>,
    /// Σ wᵢ
    pub(super) weight: f64,
    /// One column for two classes.
    single: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    index: usize,
    pub(super) class: usize,
    pub(super) weight: f64,
}

/// A row of a problem of two classes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked {
    pub(super) score: f64,
    pub(super) positive: bool,
    pub(super) weight: f64,
}

impl<'a, S: ClassValues<L> + ?Sized, L: Label> Judged<'a, S, L> {
    /// Decision values: finite, and one column or one a class.
    pub(super) fn scores<T>(y_true: &T, y_score: &'a S) -> Result<Self>
    where
        T: Targets<Value = L> + ?Sized,
    {
        Self::new(y_true, y_score, "y_score")
    }

    /// Probabilities: between 0 and 1, and each row sums to 1.
    pub(super) fn probabilities<T>(y_true: &T, y_prob: &'a S) -> Result<Self>
    where
        T: Targets<Value = L> + ?Sized,
    {
        let judged = Self::new(y_true, y_prob, "y_prob")?;
        let (n_columns, tolerance) = (y_prob.n_columns(), y_prob.epsilon().sqrt());
        for row in 0..y_prob.n_rows() {
            let mut sum = 0.0;
            for column in 0..n_columns {
                let value = y_prob.class_value(row, column);
                if !(0.0..=1.0).contains(&value) {
                    return Err(refuse(
                        format!("{value:?} at row {row}, column {column}"),
                        "between 0 and 1",
                    ));
                }
                sum += value;
            }
            if !judged.single && (sum - 1.0).abs() > tolerance {
                return Err(refuse(format!("a sum of {sum:?} at row {row}"), "such that each row sums to 1"));
            }
        }
        Ok(judged)
    }

    fn new<T>(y_true: &T, values: &'a S, what: &'static str) -> Result<Self>
    where
        T: Targets<Value = L> + ?Sized,
    {
        check_named_pair(y_true, values, what)?;
        check_finite(values, what)?;
        let classes = match values.classes() {
            Some(classes) => classes.to_vec(),
            None => labels_of(y_true),
        };
        let single = check_columns(values.n_columns(), &classes, what)?;
        let position = positions(&classes)?;
        let mut rows = Vec::new();
        for (index, weight) in (0..y_true.n_rows()).map(|row| (row, y_true.weight(row))) {
            if weight > 0.0 {
                let label = y_true.value(index);
                let class = *position.get(label).ok_or_else(|| Error::UnknownLabel {
                    label: format!("{label:?}"),
                    allowed: format!("the columns of {what} stand for {classes:?}"),
                })?;
                rows.push(Row { index, class, weight });
            }
        }
        let weight = rows.iter().map(|row| row.weight).sum();
        Ok(Self { values, rows, weight, single, classes })
    }

    /// The number of a row in the column of a class; of two classes with a single column what that says of the
    /// second one, and `first(number)` for the first one.
    pub(super) fn value(&self, row: Row, class: usize, first: impl Fn(f64) -> f64) -> f64 {
        match (self.single, class) {
            (true, 0) => first(self.values.class_value(row.index, 0)),
            (true, _) => self.values.class_value(row.index, 0),
            (false, class) => self.values.class_value(row.index, class),
        }
    }

    /// The problem of two classes of which the second is positive.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for more classes.
    pub(super) fn two_classes(&self) -> Result<Vec<Ranked>> {
        match self.classes.len() {
            2 => Ok(self.against_rest(1)),
            n => Err(Error::InvalidParameter {
                name: "y_true",
                value: format!("a target of {n} classes"),
                allowed: "of two classes".into(),
            }),
        }
    }

    /// The problem in which `class` is positive and all others are negative.
    pub(super) fn against_rest(&self, class: usize) -> Vec<Ranked> {
        let ranked = |&row: &Row| Ranked {
            score: self.value(row, class, |score| -score),
            positive: row.class == class,
            weight: row.weight,
        };
        self.rows.iter().map(ranked).collect()
    }

    /// The weight of the rows of a class.
    pub(super) fn class_weight(&self, class: usize) -> f64 {
        self.rows.iter().filter(|row| row.class == class).map(|row| row.weight).sum()
    }

    /// Whether all numbers could be probabilities.
    pub(super) fn within_0_and_1(&self) -> bool {
        let columns = 0..self.values.n_columns();
        let within = |row: &Row| {
            columns.clone().all(|column| (0.0..=1.0).contains(&self.values.class_value(row.index, column)))
        };
        self.rows.iter().all(within)
    }

    /// Whether a single column stands for two classes.
    pub(super) fn is_single_column(&self) -> bool {
        self.single
    }

    pub(super) fn epsilon(&self) -> f64 {
        self.values.epsilon()
    }
}

fn refuse(value: String, allowed: &'static str) -> Error {
    Error::InvalidParameter { name: "y_prob", value, allowed: allowed.into() }
}

fn labels_of<T: Targets + ?Sized>(y_true: &T) -> Vec<T::Value>
where
    T::Value: Label,
{
    let distinct: BTreeSet<&T::Value> = counted(y_true, y_true).map(|(label, _, _)| label).collect();
    distinct.into_iter().cloned().collect()
}

/// Whether there is a single column for two classes.
fn check_columns<L: Label>(n_columns: usize, classes: &[L], what: &'static str) -> Result<bool> {
    const NAMES_THEM: &str = "`OfClasses` names classes that do not occur in y_true";
    match (classes.len(), n_columns) {
        (2, 1) => Ok(true),
        (1, _) => Err(Error::InvalidParameter {
            name: "y_true",
            value: format!("a target of the class {:?} only", classes[0]),
            allowed: format!("of two classes or more; {NAMES_THEM}"),
        }),
        (n, columns) if n == columns => Ok(false),
        (n, columns) => Err(Error::InvalidParameter {
            name: what,
            value: format!("a matrix of {columns} columns"),
            allowed: format!("of one column a class, of which there are {n}; {NAMES_THEM}"),
        }),
    }
}

fn check_finite<S: ClassValues<L> + ?Sized, L>(values: &S, what: &'static str) -> Result<()> {
    let n_columns = values.n_columns();
    for row in 0..values.n_rows() {
        for column in 0..n_columns {
            let value = values.class_value(row, column);
            if !value.is_finite() {
                let column = (n_columns > 1).then_some(column);
                return Err(Error::NonFinite { what, row, column, value });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{OfClasses, roc_auc_score};
    use ndarray::array;

    #[test]
    fn what_does_not_fit_is_told() {
        let name = |result: Result<f64>| match result {
            Err(Error::InvalidParameter { name, .. }) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(name(roc_auc_score(&[1, 1], &[0.5, 0.1])), "y_true");
        assert_eq!(name(roc_auc_score(&[1, 2, 3], &[0.5, 0.1, 0.2])), "y_score");
        assert_eq!(name(roc_auc_score(&[1, 2], &array![[0.5, 0.1, 0.2], [0.5, 0.1, 0.2]])), "y_score");
        assert_eq!(name(roc_auc_score(&[1, 2], &OfClasses::new([0.5, 0.1], [1, 1]))), "labels");
        let unknown = roc_auc_score(&[1, 3], &OfClasses::new([0.5, 0.1], [1, 2]));
        assert!(matches!(unknown, Err(Error::UnknownLabel { label, .. }) if label == "3"));
        let length = roc_auc_score(&[1, 2], &[0.5]);
        assert_eq!(length, Err(Error::LengthMismatch { what: "y_score", expected: 2, found: 1 }));
        let nan = roc_auc_score(&[1, 2], &array![[0.5, 0.1], [0.0, f64::NAN]]);
        assert!(matches!(nan, Err(Error::NonFinite { what: "y_score", row: 1, column: Some(1), .. })));
    }

    #[test]
    fn one_column_is_the_second_of_two() -> Result<()> {
        let y = ["a", "b", "b", "a"];
        let two = array![[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.5, 0.5]];
        assert_eq!(roc_auc_score(&y, &two)?, roc_auc_score(&y, &two.column(1))?);
        Ok(())
    }
}
