//! Searches for the best C by cross-validation.

use super::Work;
use crate::bench::Bench;
use crate::chart::{Bar, Group};
use crate::compare::{Arena, Problem, request};
use crate::contender::{self, Contender};
use crate::data::Gaussian;
use crate::ladder::Rung;
use crate::process::Answer;
use crate::program::Program;
use crate::report::{Section, Table};
use crate::{machine, text};
use peers_protocol::{Float, Intercept, Reply, Request, Result, Search, Searched};

/// Scaler and linear support vector machine on 100 000 × 30: five folds, 13 values of C from 1e-3 to 1e3.
pub struct GridSearch;

impl Work for GridSearch {
    fn name(&self) -> &'static str {
        "search"
    }

    fn about(&self) -> &'static str {
        "the best of 13 values of C by cross-validation with five folds, features scaled in each"
    }

    fn run(&self, bench: &mut Bench) -> Result<Section> {
        let gaussian = Gaussian {
            name: "search",
            title: "gaussian, features on many scales",
            n_rows: bench.size(100_000, 2_000),
            n_features: 30,
            scale_decades: 1.0,
            seed: 30,
        };
        let data = gaussian.make(bench)?;
        let note = "All have two threads or processes, and the intercept of LIBLINEAR. scikit-learn's fits are those by \
                    default, wherever they end. A search that does not end in time is stopped with all its processes; \
                    then \"× ours\" has a lower bound.";
        let mut section = Section::new(self.about(), note);
        let (repeats, patience) = (bench.repeats, bench.budget);
        let mut arena = Arena::new(bench, &data, contenders());
        for problem in [Problem::squared_hinge(1.0), Problem::hinge(1.0)] {
            let name = problem.title();
            let title = format!("{}: {}", data.title, name.split(',').next().unwrap_or_default());
            let mut all: Vec<Found> = contenders()
                .into_iter()
                .filter(|contender| contender.takes(problem, 2))
                .map(Found::new)
                .collect();
            for _ in 0..repeats {
                for found in all.iter_mut().filter(|found| found.has_more_rounds(patience.as_secs_f64())) {
                    let asked = Request::Search(search(problem, &found.contender));
                    eprintln!("   {} ({name})", found.contender.label);
                    let answer = arena.ask_within(&found.contender, &asked, patience);
                    found.label = format!("{}: {}", arena.version(&found.contender), found.contender.label);
                    found.add(answer);
                }
            }
            show(&title, &all, patience.as_secs_f64(), &mut section);
        }
        Ok(section)
    }
}

fn contenders() -> Vec<Contender> {
    let threads = machine::cores().min(2);
    let peers = contender::sklearn_linear_svc(Float::F64).into_iter().filter(|contender| !contender.climbs);
    let of_two = peers.map(|contender| Contender {
        label: format!("GridSearchCV(n_jobs={threads}) of {}", contender.label),
        threads,
        ..contender
    });
    std::iter::once(contender::ours(Float::F64, threads)).chain(of_two).collect()
}

fn search(problem: Problem, contender: &Contender) -> Search {
    let fit = request(problem, contender, Intercept::Penalized, Rung::DEFAULT, 0.0);
    let cs = (0..13).map(|step| 10f64.powf(-3.0 + 0.5 * f64::from(step))).collect();
    Search { fit, cs, folds: 5, jobs: contender.threads }
}

/// What a contender came to.
struct Found {
    contender: Contender,
    label: String,
    runs: std::result::Result<Vec<Searched>, String>,
    out_of_time: bool,
}

impl Found {
    fn new(contender: Contender) -> Self {
        Self { contender, label: String::new(), runs: Ok(Vec::new()), out_of_time: false }
    }

    /// Long searches have one round only, those that failed or were stopped none more.
    fn has_more_rounds(&self, patience: f64) -> bool {
        let is_short = |run: &Searched| run.seconds <= patience / 3.0;
        !self.out_of_time && self.runs.as_ref().is_ok_and(|runs| runs.first().is_none_or(is_short))
    }

    fn add(&mut self, answer: Result<Answer>) {
        let Ok(runs) = &mut self.runs else { return };
        match answer {
            Ok(Answer::Reply(Reply::Searched(searched))) => runs.push(searched),
            Ok(Answer::Reply(other)) => self.runs = Err(format!("an unexpected reply: {other:?}")),
            Ok(Answer::OutOfTime) => self.out_of_time = true,
            Err(error) => self.runs = Err(error.to_string()),
        }
    }

    /// The sorted seconds of the searches that ended; none where one failed.
    fn seconds(&self) -> Vec<f64> {
        let runs = self.runs.as_deref().unwrap_or_default();
        let mut seconds: Vec<f64> = runs.iter().map(|run| run.seconds).collect();
        seconds.sort_by(f64::total_cmp);
        seconds
    }

    /// The cells after the name.
    fn cells(&self, ours: Option<f64>, budget: f64) -> Vec<String> {
        let none = || "–".to_owned();
        let ratio = |seconds: f64| ours.map(|ours| text::three_digits(seconds / ours));
        let seconds = self.seconds();
        let first = self.runs.as_deref().unwrap_or_default().first();
        match (text::median(&seconds), first, &self.runs) {
            (Some(median), Some(run), _) => vec![
                text::times(&seconds),
                ratio(median).unwrap_or_else(none),
                format!("{:.3e}", run.best),
                format!("{:.4}", run.scores.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
                run.gap.map_or_else(none, |gap| format!("{gap:.1e}")),
                run.warning.clone().unwrap_or_default(),
            ],
            (.., Err(why)) => [(0..5).map(|_| none()).collect(), vec![why.clone()]].concat(),
            _ => {
                let ratio = ratio(budget).map_or_else(none, |ratio| format!("> {ratio}"));
                vec![format!("not within {budget} s"), ratio, none(), none(), none(), String::new()]
            }
        }
    }

    fn bar(&self, budget: f64) -> Bar {
        let (label, ours) = (self.label.clone(), self.contender.program == Program::Ours);
        let (seconds, whole, value) = match (text::median(&self.seconds()), &self.runs) {
            (Some(median), _) => (Some(median), true, text::time(median)),
            (None, Err(_)) => (None, false, "did not take part".to_owned()),
            (None, Ok(_)) => (Some(budget), false, format!("not within {budget} s")),
        };
        Bar { label, seconds, whole, ours, value }
    }
}

const HEADER: [&str; 7] = [
    "contender",
    "time of the search: median (min – max)",
    "× ours",
    "best C",
    "its accuracy",
    "largest certified gap",
    "remarks",
];

fn show(title: &str, all: &[Found], budget: f64, section: &mut Section) {
    let is_ours = |found: &Found| found.contender.program == Program::Ours;
    let ours = all.iter().find(|found| is_ours(found)).and_then(|ours| text::median(&ours.seconds()));
    let row = |found: &Found| {
        let name = if is_ours(found) { format!("**{}**", found.label) } else { found.label.clone() };
        [vec![name], found.cells(ours, budget)].concat()
    };
    let (header, rows) = (HEADER.map(str::to_owned).to_vec(), all.iter().map(row).collect());
    section.tables.push(Table { title: title.to_owned(), header, rows });
    let bars = all.iter().map(|found| found.bar(budget)).collect();
    section.groups.push(Group { title: title.to_owned(), bars });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(runs: &[f64], out_of_time: bool) -> Found {
        let searched =
            |&seconds: &f64| Searched { seconds, best: 1.0, scores: vec![0.5], gap: None, warning: None };
        let contender = contender::ours(Float::F64, 2);
        Found { runs: Ok(runs.iter().map(searched).collect()), out_of_time, ..Found::new(contender) }
    }

    #[test]
    fn a_search_that_is_stopped_is_a_lower_bound() {
        let stopped = found(&[], true);
        assert!(!stopped.has_more_rounds(60.0));
        assert_eq!(stopped.cells(Some(2.0), 60.0)[..2], ["not within 60 s", "> 30.0"]);
        assert_eq!(stopped.bar(60.0).value, "not within 60 s");
        let ended = found(&[3.0, 1.0, 2.0], false);
        assert!(ended.has_more_rounds(60.0) && !ended.has_more_rounds(6.0));
        assert_eq!(ended.cells(Some(1.0), 60.0)[..2], ["2.00 s (1.00 s – 3.00 s)", "2.00"]);
        let broken = Found { runs: Err("it broke".into()), ..found(&[], false) };
        assert_eq!(broken.cells(Some(1.0), 60.0)[5], "it broke");
        assert_eq!(broken.bar(60.0).seconds, None);
    }
}
