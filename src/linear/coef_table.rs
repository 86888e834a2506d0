//! Coefficients with their names.

use super::{LinearClassifier, LinearRegressor};
use crate::compose::MultiClass;
use crate::data::Label;
use crate::error::{Error, Result};
use crate::metric::text::{label_text, right, widest};
use crate::scalar::Scalar;
use std::fmt;

/// The coefficients of a linear model by the name of their feature, the largest first.
///
/// Made by [`LinearClassifier::coef_table`] and [`LinearRegressor::coef_table`]. The size of a feature is its largest
/// |coefficient| over the columns. Sizes can be compared where features have the same scale, as behind a
/// [`StandardScaler`](crate::preprocessing::StandardScaler). It prints as a table.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let model = StandardScaler::new().then(LogisticRegression::new()).fit(&data.features, &data.target)?;
/// let table = model.last().coef_table(&data.feature_names)?;
/// assert_eq!(table.rows()[0].name, "worst texture");
/// assert_eq!(table.columns(), ["1"]); // what speaks for class 1, benign
/// println!("{}", table.top(5));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CoefTable {
    columns: Vec<String>,
    rows: Vec<CoefRow>,
    intercept: Vec<f64>,
}

/// The coefficients of a feature.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CoefRow {
    /// The name of the feature.
    pub name: String,
    /// Its column in the features.
    pub feature: usize,
    /// Its coefficients, one a decision value.
    pub values: Vec<f64>,
}

impl CoefRow {
    /// The largest |coefficient|.
    pub fn size(&self) -> f64 {
        self.values.iter().map(|value| value.abs()).fold(0.0, f64::max)
    }
}

impl CoefTable {
    fn new(
        columns: Vec<String>,
        coef: Vec<Vec<f64>>,
        intercept: Vec<f64>,
        names: &[impl AsRef<str>],
    ) -> Result<Self> {
        let expected = coef.first().map_or(0, Vec::len);
        if names.len() != expected {
            return Err(Error::LengthMismatch { what: "names", expected, found: names.len() });
        }
        let row = |(feature, name): (usize, &_)| CoefRow {
            name: AsRef::<str>::as_ref(name).to_owned(),
            feature,
            values: coef.iter().map(|of_problem| of_problem[feature]).collect(),
        };
        let mut rows: Vec<CoefRow> = names.iter().enumerate().map(row).collect();
        // Stable: equal ones stay in the order of their features.
        rows.sort_by(|a, b| b.size().total_cmp(&a.size()));
        Ok(Self { columns, rows, intercept })
    }

    /// What a large coefficient of each column speaks for: the second of two classes, a class, the first of a pair against
    /// the other; `coef` for regressors.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The features, the largest first.
    pub fn rows(&self) -> &[CoefRow] {
        &self.rows
    }

    /// The intercept of each column.
    pub fn intercept(&self) -> &[f64] {
        &self.intercept
    }

    /// The `n` largest features.
    #[must_use]
    pub fn top(mut self, n: usize) -> Self {
        self.rows.truncate(n);
        self
    }
}

impl fmt::Display for CoefTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(4);
        let cells = |values: &[f64]| values.iter().map(|value| format!("{value:+.digits$}")).collect();
        let mut lines: Vec<(&str, Vec<String>)> = vec![("feature", self.columns.clone())];
        lines.extend(self.rows.iter().map(|row| (row.name.as_str(), cells(&row.values))));
        lines.push(("intercept", cells(&self.intercept)));
        let head = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let width = widest(lines.iter().flat_map(|(_, cells)| cells));
        for (name, cells) in &lines {
            write!(f, "{}", right(name, head))?;
            cells.iter().try_for_each(|cell| write!(f, "  {}", right(cell, width)))?;
            writeln!(f)?;
        }
        Ok(())
    }
}

impl<F: Scalar, L: Label, P> LinearClassifier<F, L, P> {
    /// The coefficients by the name of their feature, the largest first.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`] for another number of names than of features. [`CoefTable`] has an example.
    pub fn coef_table(&self, names: &[impl AsRef<str>]) -> Result<CoefTable> {
        let classes: Vec<String> = self.classes().iter().map(label_text).collect();
        let columns = match (self.multi_class(), classes.as_slice()) {
            (_, [_, second]) => vec![second.clone()],
            (MultiClass::OneVsOne, classes) => {
                let pairs = classes.iter().enumerate().flat_map(|(i, first)| {
                    classes[i + 1..].iter().map(move |second| format!("{first}/{second}"))
                });
                pairs.collect()
            }
            _ => classes,
        };
        let coef =
            self.coef().rows().into_iter().map(|row| row.iter().map(|w| w.widen()).collect()).collect();
        CoefTable::new(columns, coef, self.intercept().iter().map(|b| b.widen()).collect(), names)
    }
}

impl<F: Scalar> LinearRegressor<F> {
    /// The coefficients by the name of their feature, the largest first.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`] for another number of names than of features.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let x = ndarray::array![[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 5.0]];
    /// let y: Vec<f64> = x.rows().into_iter().map(|row| 4.0 + row[0] - 2.0 * row[1]).collect();
    /// let table = LinearRegression::new().fit(&x, &y)?.coef_table(&["size", "age"])?;
    /// let lines = ["  feature     coef", "      age  -2.0000", "     size  +1.0000", "intercept  +4.0000"];
    /// assert_eq!(table.to_string().lines().collect::<Vec<_>>(), lines);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn coef_table(&self, names: &[impl AsRef<str>]) -> Result<CoefTable> {
        let coef = vec![self.coef().iter().map(|w| w.widen()).collect()];
        CoefTable::new(vec!["coef".into()], coef, vec![self.intercept().widen()], names)
    }
}

#[cfg(test)]
mod tests {
    use crate::compose::MultiClass;
    use crate::datasets;
    use crate::error::{Error, Result};
    use crate::estimator::Estimator;
    use crate::linear::LinearSVC;

    #[test]
    fn columns_name_what_they_speak_for() -> Result<()> {
        let data = datasets::iris();
        let y: Vec<&str> = data.target.iter().map(|&class| data.target_names[class].as_str()).collect();
        let svc = LinearSVC::new();
        let rest = svc.clone().fit(&data.features, &y)?.coef_table(&data.feature_names)?;
        assert_eq!(rest.columns(), ["setosa", "versicolor", "virginica"]);
        assert!(rest.rows().is_sorted_by(|a, b| a.size() >= b.size()));
        let pairs = svc.multi_class(MultiClass::OneVsOne).fit(&data.features, &y)?;
        let table = pairs.coef_table(&data.feature_names)?;
        assert_eq!(table.columns(), ["setosa/versicolor", "setosa/virginica", "versicolor/virginica"]);
        let row = &table.rows()[1];
        assert_eq!(row.values, pairs.coef().column(row.feature).to_vec());
        assert_eq!((table.clone().top(2).to_string().lines().count(), table.intercept().len()), (4, 3));
        let short = pairs.coef_table(&["a"]);
        assert_eq!(short, Err(Error::LengthMismatch { what: "names", expected: 4, found: 1 }));
        Ok(())
    }
}
