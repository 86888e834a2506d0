//! Results of a search as text.

use super::results::{Candidate, SearchResults};
use crate::model_selection::Scores;
use std::fmt;
use std::time::Duration;

impl<P: fmt::Debug, K> fmt::Display for SearchResults<P, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(3);
        let scores = |scores: Option<Scores>, none: &str| match scores {
            Some(scores) => format!("{:.digits$} ± {:.digits$}", scores.mean(), scores.std()),
            None => none.to_owned(),
        };
        let rounds = self.candidates.iter().any(|row| row.round > 0);
        let train = self.candidates.iter().any(|row| row.train_scores().is_some());
        let mut header = vec!["rank", "test"];
        header.extend(train.then_some("train"));
        header.extend(rounds.then_some("rows"));
        let rows = self.candidates.iter().zip(self.ranks()).map(|(row, rank)| {
            let mut cells = vec![rank.to_string(), scores(row.test_scores(), "failed")];
            cells.extend(train.then(|| scores(row.train_scores(), "")));
            cells.extend(rounds.then(|| row.n_rows.to_string()));
            cells
        });
        let rows: Vec<Vec<String>> = rows.collect();
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.chain(header.get(column).map(|title| title.len())).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..header.len()).map(width).collect();
        let line = |cells: &[String]| -> String {
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:>width$}   ")).collect()
        };
        let header: Vec<String> = header.into_iter().map(str::to_owned).collect();
        writeln!(f, "{}params", line(&header))?;
        for (place, (cells, row)) in rows.iter().zip(&self.candidates).enumerate() {
            let chosen = if place == self.best { ", chosen" } else { "" };
            writeln!(f, "{}{:?}{chosen}", line(cells), row.params)?;
        }
        Ok(())
    }
}

impl<P: fmt::Debug, K> SearchResults<P, K> {
    /// All candidates as comma-separated values, with a header and the names of scikit-learn's `cv_results_`: `iter`,
    /// `n_resources`, `params` (as `Debug` prints them), mean and standard deviation of fit and score times in seconds, the
    /// score of each fold, their mean and standard deviation, the rank, the same for train scores if there are any, and
    /// `error`, the first one. What failed has no scores. Fields are quoted where needed (RFC 4180).
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::iris();
    /// let search = GridSearchCV::new(|&c: &f64| LinearSVC::new().c(c), [0.1, 1.0]).cv(StratifiedKFold::new(3));
    /// let csv = search.search(&data.features, &data.target)?.to_csv();
    /// assert!(csv.starts_with("iter,n_resources,params,mean_fit_time,std_fit_time,"));
    /// assert_eq!(csv.lines().count(), 3);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn to_csv(&self) -> String {
        let n_folds = self.candidates.iter().map(|row| row.folds.len()).max().unwrap_or(0);
        let train = self.candidates.iter().any(|row| row.train_scores().is_some());
        let mut header: Vec<String> = ["iter", "n_resources", "params"].map(str::to_owned).to_vec();
        for time in ["fit_time", "score_time"] {
            header.extend([format!("mean_{time}"), format!("std_{time}")]);
        }
        let part = |name: &str| {
            let folds = (0..n_folds).map(move |fold| format!("split{fold}_{name}_score"));
            folds.chain([format!("mean_{name}_score"), format!("std_{name}_score")]).collect::<Vec<_>>()
        };
        header.extend(part("test"));
        header.push("rank_test_score".into());
        header.extend(train.then(|| part("train")).into_iter().flatten());
        header.push("error".into());
        let mut text = line(header);
        for (row, rank) in self.candidates.iter().zip(self.ranks()) {
            let mut fields = vec![row.round.to_string(), row.n_rows.to_string(), format!("{:?}", row.params)];
            fields.extend(times(row, |fold| fold.fit_time));
            fields.extend(times(row, |fold| fold.score_time));
            fields.extend(scores(row, |fold| &fold.test_scores, row.test_scores(), n_folds));
            fields.push(rank.to_string());
            if train {
                fields.extend(scores(row, |fold| &fold.train_scores, row.train_scores(), n_folds));
            }
            let error = row.folds.iter().find_map(|fold| fold.as_ref().err());
            fields.push(error.map(|error| error.to_string()).unwrap_or_default());
            text.push_str(&line(fields));
        }
        text
    }
}

type OneFold<K> = crate::model_selection::FoldResult<K>;

/// Mean and standard deviation, in seconds.
fn times<P, K>(row: &Candidate<P, K>, of: impl Fn(&OneFold<K>) -> Duration) -> [String; 2] {
    mean_and_std(Some(Scores(row.folds.iter().flatten().map(|fold| of(fold).as_secs_f64()).collect())))
}

/// The score of each fold, their mean and their standard deviation.
fn scores<'a, P, K: 'a>(
    row: &'a Candidate<P, K>,
    of: impl Fn(&OneFold<K>) -> &Vec<f64> + 'a,
    all: Option<Scores>,
    n_folds: usize,
) -> impl Iterator<Item = String> + 'a {
    let score =
        move |fold: usize| row.folds.get(fold)?.as_ref().ok().and_then(|fold| of(fold).first().copied());
    (0..n_folds).map(move |fold| number(score(fold))).chain(mean_and_std(all))
}

fn mean_and_std(scores: Option<Scores>) -> [String; 2] {
    let scores = scores.filter(|scores| !scores.is_empty());
    [scores.as_ref().map(Scores::mean), scores.as_ref().map(Scores::std)].map(number)
}

fn number(number: Option<f64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn line(fields: Vec<String>) -> String {
    let quoted = |field: String| match field.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field,
    };
    let fields: Vec<String> = fields.into_iter().map(quoted).collect();
    fields.join(",") + "\n"
}
