//! Searches for the best C by cross-validation.

use super::Work;
use crate::bench::Bench;
use crate::chart::{Bar, Group};
use crate::compare::{Arena, Problem, request};
use crate::contender::{self, Contender};
use crate::data::Gaussian;
use crate::ladder::Rung;
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
        let note = "All have two threads or processes, and the intercept of LIBLINEAR. A search may take twenty times as \
                    long as a fit. scikit-learn's fits are those by default, wherever they end.";
        let mut section = Section::new(self.about(), note);
        let (repeats, patience) = (bench.repeats, 20 * bench.budget);
        let mut arena = Arena::new(bench, &data, contenders());
        for problem in [Problem::squared_hinge(1.0), Problem::hinge(1.0)] {
            let name = problem.title();
            let title = format!("{}: {}", data.title, name.split(',').next().unwrap_or_default());
            let mut all: Vec<Found> = contenders()
                .into_iter()
                .filter(|contender| contender.takes(problem, 2))
                .map(|contender| Found { contender, label: String::new(), runs: Ok(Vec::new()) })
                .collect();
            for _ in 0..repeats {
                for found in all.iter_mut().filter(|found| found.has_more_rounds(patience.as_secs_f64())) {
                    let asked = Request::Search(search(problem, &found.contender));
                    eprintln!("   {} ({name})", found.contender.label);
                    let reply = arena.ask_within(&found.contender, &asked, patience);
                    found.label = format!("{}: {}", arena.version(&found.contender), found.contender.label);
                    found.add(reply);
                }
            }
            show(&title, &all, &mut section);
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
}

impl Found {
    /// Long searches have one round only, failed ones none.
    fn has_more_rounds(&self, patience: f64) -> bool {
        let is_short = |run: &Searched| run.seconds <= patience / 10.0;
        self.runs.as_ref().is_ok_and(|runs| runs.first().is_none_or(is_short))
    }

    fn add(&mut self, reply: Result<Reply>) {
        let Ok(runs) = &mut self.runs else { return };
        match reply {
            Ok(Reply::Searched(searched)) => runs.push(searched),
            Ok(other) => self.runs = Err(format!("an unexpected reply: {other:?}")),
            Err(error) => self.runs = Err(error.to_string()),
        }
    }

    /// The median, the least and the most seconds.
    fn seconds(&self) -> Option<[f64; 3]> {
        let mut seconds: Vec<f64> = self.runs.as_ref().ok()?.iter().map(|run| run.seconds).collect();
        seconds.sort_by(f64::total_cmp);
        let (n, last) = (seconds.len(), *seconds.last()?);
        Some([(seconds[(n - 1) / 2] + seconds[n / 2]) / 2.0, seconds[0], last])
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

fn show(title: &str, all: &[Found], section: &mut Section) {
    let ours = all.iter().find(|found| found.contender.program == Program::Ours).and_then(Found::seconds);
    let none = || "–".to_owned();
    let mut table =
        Table { title: title.to_owned(), header: HEADER.map(str::to_owned).to_vec(), rows: Vec::new() };
    let mut bars = Vec::new();
    for found in all {
        let is_ours = found.contender.program == Program::Ours;
        let name = if is_ours { format!("**{}**", found.label) } else { found.label.clone() };
        let (seconds, run) = (found.seconds(), found.runs.as_ref().ok().and_then(|runs| runs.first()));
        table.rows.push(match (seconds, run) {
            (Some([median, least, most]), Some(run)) => vec![
                name,
                format!("{} ({} – {})", text::time(median), text::time(least), text::time(most)),
                ours.map_or_else(none, |[ours, ..]| text::three_digits(median / ours)),
                format!("{:.3e}", run.best),
                format!("{:.4}", run.scores.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
                run.gap.map_or_else(none, |gap| format!("{gap:.1e}")),
                run.warning.clone().unwrap_or_default(),
            ],
            _ => {
                let why = found.runs.as_ref().err().cloned().unwrap_or_default();
                [vec![name], (0..5).map(|_| none()).collect(), vec![why]].concat()
            }
        });
        bars.push(Bar {
            label: found.label.clone(),
            seconds: seconds.map(|[median, ..]| median),
            whole: seconds.is_some(),
            ours: is_ours,
            value: seconds.map_or("did not take part".to_owned(), |[median, ..]| text::time(median)),
        });
    }
    section.groups.push(Group { title: title.to_owned(), bars });
    section.tables.push(table);
}
