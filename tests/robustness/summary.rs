//! A grid's outcomes as Markdown.

use crate::grid::{Outcome, TOL, Verdict};
use certifit::prelude::*;
use std::fmt;

#[derive(Debug, Default)]
pub struct Summary(pub Vec<Outcome>);

impl Summary {
    pub fn failures(&self) -> impl Iterator<Item = &Outcome> {
        self.0.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Failed(_)))
    }

    pub fn limits(&self) -> impl Iterator<Item = &Outcome> {
        self.0.iter().filter(|outcome| outcome.verdict == Verdict::FloatingPointLimit)
    }

    /// Those at the limit whose gap rounding does not account for.
    pub fn unexplained(&self) -> impl Iterator<Item = &Outcome> {
        self.limits().filter(|outcome| outcome.relative_gap > outcome.rounding)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failed, limited) = (self.failures().count(), self.limits().count());
        writeln!(
            f,
            "| fits | certified to {TOL:e} | floating-point limit \
             | of which rounding does not account for | failed | time in fits |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        let unexplained = self.unexplained().count();
        let certified = self.0.len() - failed - limited;
        let seconds: f64 = self.0.iter().map(|outcome| outcome.elapsed.as_secs_f64()).sum();
        writeln!(
            f,
            "| {} | {certified} | {limited} | {unexplained} | {failed} | {seconds:.1} s |",
            self.0.len()
        )?;
        if let Some(slowest) = self.0.iter().max_by_key(|outcome| outcome.elapsed) {
            writeln!(f, "\nSlowest fit, {:.3} s:\n", slowest.elapsed.as_secs_f64())?;
            table(f, [slowest])?;
        }
        if limited > 0 {
            writeln!(f, "\nAt the floating-point limit:\n")?;
            table(f, self.limits())?;
        }
        if failed > 0 {
            writeln!(f, "\nFailed:\n")?;
            table(f, self.failures())?;
        }
        Ok(())
    }
}

fn table<'a>(f: &mut fmt::Formatter<'_>, outcomes: impl IntoIterator<Item = &'a Outcome>) -> fmt::Result {
    writeln!(
        f,
        "| kind | seed | rows × columns | C | intercept | model | solver | relative gap \
         | rounding accounts for | a better point is known by | |"
    )?;
    writeln!(f, "|---|---|---|---|---|---|---|---|---|---|---|")?;
    for Outcome {
        kind,
        form,
        seed,
        shape: (rows, columns),
        setting,
        verdict,
        relative_gap,
        excess,
        rounding,
        solver,
        ..
    } in outcomes
    {
        let intercept = match setting.intercept {
            Intercept::Penalized { .. } => "Penalized".into(),
            other => format!("{other:?}"),
        };
        let (c, model) = (setting.c, setting.model);
        write!(
            f,
            "| {kind}, {form:?} | {seed} | {rows} × {columns} | {c:e} | {intercept} | {model:?} | {solver} "
        )?;
        let remark = if let Verdict::Failed(why) = verdict { why } else { "" };
        writeln!(f, "| {relative_gap:.1e} | {rounding:.1e} | {excess:.1e} | {remark} |")?;
    }
    Ok(())
}
