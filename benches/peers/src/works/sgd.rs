//! Stochastic gradient descent: the same number of epochs.

use super::Work;
use crate::bench::Bench;
use crate::chart::{Bar, Group};
use crate::compare::{Arena, Problem, request};
use crate::contender::{self, Contender};
use crate::data::Data;
use crate::ladder::Rung;
use crate::program::Program;
use crate::report::{Section, Table};
use crate::text;
use crate::works::{dense, sparse};
use peers_protocol::{Fit, Float, Intercept, Loss, Reply, Request, Result};

/// The rows of `dense-200` and of `text`.
pub struct Sgd;

/// Epochs after which objectives are compared.
const EPOCHS: usize = 6;

/// The weight of the penalty: the default of both.
const ALPHA: f64 = 1e-4;

impl Work for Sgd {
    fn name(&self) -> &'static str {
        "sgd"
    }

    fn about(&self) -> &'static str {
        "stochastic gradient descent for the same number of epochs, dense and sparse, both float types, one thread"
    }

    fn run(&self, bench: &mut Bench) -> Result<Section> {
        let note = format!(
            "α = {ALPHA}, learning_rate='optimal', tol=None, rows shuffled; the seed is the round. The time per epoch is that \
             by which {EPOCHS} epochs take longer than one, divided by {}; a fit also checks its data. Objectives are those \
             after {EPOCHS} epochs, relative to the optimum that certifit's exact solvers find.",
            EPOCHS - 1
        );
        let mut section = Section::new(self.about(), &note);
        for data in [dense::WIDE.data(bench)?, sparse::TEXT.data(bench)?] {
            for loss in [Loss::Hinge, Loss::Log] {
                compare(bench, &data, loss, &mut section)?;
            }
        }
        Ok(section)
    }
}

fn compare(bench: &mut Bench, data: &Data, loss: Loss, section: &mut Section) -> Result<()> {
    let repeats = bench.repeats;
    let problem = Problem::new(loss, 1.0 / (ALPHA * data.train.labels.len() as f64));
    let mut all: Vec<Run> = contenders().into_iter().map(Run::new).collect();
    let contenders = all.iter().map(|run| run.contender.clone()).collect();
    let mut arena = Arena::new(bench, data, contenders);
    let optima = arena.optima(problem, &[Intercept::Free]);
    let optimum = *optima.get(&Intercept::Free).ok_or("there is no optimum to compare with")?;
    // In turns, so that all meet the same moods of the machine.
    for round in 0..repeats {
        for run in all.iter_mut().filter(|run| run.failure.is_none()) {
            eprintln!("   {} ({:?}), round {}", run.contender.label, run.contender.program, round + 1);
            if let Err(error) = run.round(&mut arena, problem, round, optimum) {
                run.failure = Some(error.to_string());
            }
        }
    }
    for run in &mut all {
        run.label = format!("{}: {}", arena.version(&run.contender), run.contender.label);
        for numbers in [&mut run.first, &mut run.next, &mut run.above] {
            numbers.sort_by(f64::total_cmp);
        }
    }
    let name = problem.title();
    let title = format!("{}: {}", data.title, name.split(',').next().unwrap_or_default());
    show(title, &all, section);
    Ok(())
}

/// certifit and scikit-learn, in both float types.
fn contenders() -> Vec<Contender> {
    let of = |float| [Program::Ours, Program::Sklearn].map(|program| contender::descender(program, float));
    [Float::F64, Float::F32].into_iter().flat_map(of).collect()
}

/// A contender and how it did.
struct Run {
    contender: Contender,
    label: String,
    /// Seconds of fits of one epoch.
    first: Vec<f64>,
    /// Seconds of each epoch more.
    next: Vec<f64>,
    /// How far above the optimum they ended, relative to it.
    above: Vec<f64>,
    failure: Option<String>,
}

impl Run {
    fn new(contender: Contender) -> Self {
        let (first, next, above) = (Vec::new(), Vec::new(), Vec::new());
        Self { contender, label: String::new(), first, next, above, failure: None }
    }

    /// A fit of one epoch, and one of all.
    fn round(&mut self, arena: &mut Arena<'_>, problem: Problem, seed: usize, optimum: f64) -> Result<()> {
        let mut fit = |epochs| -> Result<(f64, f64)> {
            let rung = Rung { tol: None, passes: Some(epochs) };
            let fit = request(problem, &self.contender, Intercept::Free, rung, 0.0);
            let fit = Fit { seed: seed as u64, ..fit };
            match arena.ask(&self.contender, &Request::Fit(fit.clone()))? {
                Reply::Fitted(fitted) => Ok((fitted.seconds, arena.primal(&fitted, &fit)?)),
                other => Err(format!("an unexpected reply: {other:?}").into()),
            }
        };
        let ((one, _), (all, objective)) = (fit(1)?, fit(EPOCHS)?);
        self.first.push(one);
        self.next.push((all - one) / (EPOCHS - 1) as f64);
        self.above.push((objective - optimum) / optimum);
        Ok(())
    }
}

const HEADER: [&str; 6] = [
    "contender",
    "time per epoch: median (min – max)",
    "certifit, same bits, is faster by",
    "a fit of one epoch: median (min – max)",
    "certifit, same bits, is faster by",
    "objective above the optimum: median (min – max)",
];

fn show(title: String, all: &[Run], section: &mut Section) {
    let none = || "–".to_owned();
    let mut table = Table { title, header: HEADER.map(str::to_owned).to_vec(), rows: Vec::new() };
    let mut bars = Vec::new();
    for run in all {
        let is_ours = run.contender.program == Program::Ours;
        let same = |other: &&Run| {
            other.contender.program == Program::Ours && other.contender.float == run.contender.float
        };
        let ours = all.iter().find(same);
        let factor = |of: fn(&Run) -> &Vec<f64>| {
            let ours = ours.and_then(|ours| text::median(of(ours)));
            let factor = text::median(of(run)).zip(ours).map(|(theirs, ours)| theirs / ours);
            factor.map_or_else(none, |factor| format!("{factor:.2} ×"))
        };
        let name = if is_ours { format!("**{}**", run.label) } else { run.label.clone() };
        table.rows.push(match &run.failure {
            Some(message) => [vec![name], (0..4).map(|_| none()).collect(), vec![message.clone()]].concat(),
            None => vec![
                name,
                text::times(&run.next),
                factor(|run| &run.next),
                text::times(&run.first),
                factor(|run| &run.first),
                above(&run.above),
            ],
        });
        let seconds = text::median(&run.next).filter(|_| run.failure.is_none());
        bars.push(Bar {
            label: run.label.clone(),
            seconds,
            whole: seconds.is_some(),
            ours: is_ours,
            value: seconds
                .map_or("did not take part".to_owned(), |seconds| text::time(seconds) + " an epoch"),
        });
    }
    section.groups.push(Group { title: table.title.clone(), bars });
    section.tables.push(table);
}

/// Sorted distances from the optimum.
fn above(sorted: &[f64]) -> String {
    let percent = |value: f64| format!("{} %", text::three_digits(100.0 * value));
    match (text::median(sorted), sorted) {
        (Some(median), [least, .., most]) => {
            format!("{} ({} – {})", percent(median), percent(*least), percent(*most))
        }
        (Some(only), _) => percent(only),
        (None, _) => "–".to_owned(),
    }
}
