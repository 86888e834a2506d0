//! Tells what came out.

use crate::cli::Options;
use crate::run::Outcome;
use crate::values::Label;
use serde_json::{Value, json};
use std::io::{self, Write};

/// One JSON object. Numbers that are not finite, and what was not asked for, are null.
pub fn json(out: &mut impl Write, outcome: &Outcome) -> io::Result<()> {
    let (model, report) = (&outcome.model, &outcome.model.report);
    let value = json!({
        "n_samples": outcome.n_samples,
        "n_features": outcome.n_features,
        "nnz": outcome.nnz,
        "classes": model.classes.as_ref().map(|classes| classes.iter().map(label).collect::<Vec<_>>()),
        "fit_seconds": outcome.fit_seconds,
        "threads": outcome.threads,
        "report": {
            "solver": report.solver,
            "primal": report.primal,
            "dual": report.dual,
            "relative_gap": report.relative_gap,
            "iterations": report.iterations,
            "converged": report.converged,
            "stop_reason": report.stop_reason.name(),
        },
        "train_score": outcome.train_score,
        "test_score": outcome.test_score,
        "cv_scores": outcome.cv_scores.as_ref().map(|scores| scores.as_slice()),
        "n_nonzero_coef": model.n_nonzero_coef,
        "coef_norm": model.coef_norm,
        "intercept": model.intercept,
    });
    writeln!(out, "{value}")
}

fn label(label: &Label) -> Value {
    match label {
        Label::Integer(value) => json!(value),
        Label::Text(text) => json!(**text),
    }
}

/// The same for people.
pub fn text(out: &mut impl Write, outcome: &Outcome, options: &Options) -> io::Result<()> {
    let Outcome { n_samples, n_features, n_fitted, .. } = *outcome;
    let model = &outcome.model;
    let classes = |classes: &Vec<Label>| format!(", {} classes: {}", classes.len(), few(classes));
    let classes = model.classes.as_ref().map(classes).unwrap_or_default();
    let score = if model.classes.is_some() { "accuracy" } else { "R²" };
    writeln!(out, "{}: {}", options.file.display(), outcome.origin)?;
    writeln!(
        out,
        "data: {n_samples} rows, {n_features} features ({} values not zero){classes}",
        outcome.nnz
    )?;
    writeln!(out, "model: {}", options.described())?;
    let held_out = n_samples - n_fitted;
    writeln!(
        out,
        "fit: {n_fitted} rows ({held_out} held out) in {:.3} s on {} threads by {}",
        outcome.fit_seconds, outcome.threads, model.report.solver
    )?;
    writeln!(out, "{}", model.report.line)?;
    writeln!(
        out,
        "coefficients: {} of {} not zero, norm {:.6}; intercept {}",
        model.n_nonzero_coef,
        model.n_coef,
        model.coef_norm,
        few(&model.intercept)
    )?;
    writeln!(out, "{score} on the rows fitted: {:.4}", outcome.train_score)?;
    if let Some(held_out) = outcome.test_score {
        writeln!(out, "{score} on the rows held out: {held_out:.4}")?;
    }
    if let Some(scores) = &outcome.cv_scores {
        writeln!(out, "cross-validated {score}: {scores:.4}")?;
    }
    match &outcome.classification {
        Some(report) => write!(out, "\non the rows held out:\n{report}"),
        None => Ok(()),
    }
}

/// The first values of a list.
fn few<T: std::fmt::Display>(values: &[T]) -> String {
    const MOST: usize = 10;
    let mut list: Vec<String> = values.iter().take(MOST).map(ToString::to_string).collect();
    if values.len() > MOST {
        list.push("...".into());
    }
    list.join(", ")
}
