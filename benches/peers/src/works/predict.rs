//! Serving: one row at a time, and whole matrices.

use super::Work;
use crate::bench::Bench;
use crate::chart::{Bar, Group};
use crate::compare::{Arena, Problem, request};
use crate::contender::{self, Contender};
use crate::data::{Data, Gaussian};
use crate::ladder::Rung;
use crate::program::Program;
use crate::report::{Section, Table};
use crate::{machine, text};
use peers_protocol::{Float, Intercept, Reply, Request, Result, Timed};

/// Decision values of single rows of 30 features, and labels of all rows of a large matrix.
pub struct Prediction;

impl Work for Prediction {
    fn name(&self) -> &'static str {
        "predict"
    }

    fn about(&self) -> &'static str {
        "the decision value of one row, and the labels of a large matrix"
    }

    fn run(&self, bench: &mut Bench) -> Result<Section> {
        let mut section = Section::new(
            self.about(),
            "The share is that of the bandwidth at which as many threads of this machine sum up a large array.",
        );
        one_row(bench, &mut section)?;
        batch(bench, &mut section)?;
        Ok(section)
    }
}

fn one_row(bench: &mut Bench, section: &mut Section) -> Result<()> {
    let data = gaussian("one-row", bench.size(10_000, 2_000), 30).make(bench)?;
    let contenders = contenders(&[Float::F64, Float::F32], &[1]);
    let request = Request::DecideRows { at_least: 20.0 * bench.round.as_secs_f64() };
    let title = format!("decision value of one row, {} features", data.train.n_features);
    let header = ["contender", "time of a call: median (min – max)"].map(str::to_owned).to_vec();
    let mut table = Table { title, header, rows: Vec::new() };
    let mut bars = Vec::new();
    for served in serve(bench, &data, &contenders, &request) {
        table.rows.push(vec![served.name(), served.times()]);
        bars.push(served.bar());
    }
    section.groups.push(Group { title: table.title.clone(), bars });
    section.tables.push(table);
    Ok(())
}

fn batch(bench: &mut Bench, section: &mut Section) -> Result<()> {
    let data = gaussian("batch", bench.size(200_000, 20_000), 200).make(bench)?;
    let threads: Vec<usize> = if machine::cores() > 1 { vec![1, 2] } else { vec![1] };
    let contenders = contenders(&[Float::F64, Float::F32], &threads);
    let request = Request::Predict { at_least: 30.0 * bench.round.as_secs_f64() };
    let title = format!("labels of a matrix, {}", data.title);
    let header = ["contender", "time: median (min – max)", "GB/s", "read bandwidth, GB/s", "share"];
    let mut table = Table { title, header: header.map(str::to_owned).to_vec(), rows: Vec::new() };
    let mut bars = Vec::new();
    let megabytes = bench.size(1024, 128);
    let bandwidth = |threads| machine::read_bandwidth(threads, megabytes);
    let before: Vec<f64> = threads.iter().map(|&threads| bandwidth(threads)).collect();
    let all = serve(bench, &data, &contenders, &request);
    // The machine may have been slower before than after.
    let read: Vec<f64> =
        threads.iter().zip(before).map(|(&threads, before)| bandwidth(threads).max(before)).collect();
    for served in all {
        let measured = threads.iter().position(|&threads| threads == served.contender.threads);
        let read = measured.map_or(f64::NAN, |index| read[index]);
        let bytes = (data.train.labels.len() * data.train.n_features * served.contender.float.size()) as f64;
        let mut row = vec![served.name(), served.times()];
        if let Ok(timed) = &served.timed {
            let rate = bytes / timed.seconds_per_call;
            row.push(text::three_digits(rate / 1e9));
            row.push(text::three_digits(read / 1e9));
            row.push(format!("{:.0} %", 100.0 * rate / read));
        } else {
            row.extend((0..3).map(|_| "–".to_owned()));
        }
        table.rows.push(row);
        bars.push(served.bar());
    }
    section.groups.push(Group { title: table.title.clone(), bars });
    section.tables.push(table);
    Ok(())
}

fn gaussian(name: &'static str, n_rows: usize, n_features: usize) -> Gaussian {
    Gaussian { name, title: "gaussian", n_rows, n_features, scale_decades: 0.0, seed: 5 }
}

fn contenders(floats: &[Float], threads: &[usize]) -> Vec<Contender> {
    let mut contenders = Vec::new();
    for &threads in threads {
        contenders.extend(floats.iter().map(|&float| contender::ours(float, threads)));
        let primal = |float: &Float| {
            let bits = if *float == Float::F64 { "f64" } else { "f32" };
            let plural = if threads == 1 { "" } else { "s" };
            let all = contender::sklearn_linear_svc(*float).into_iter();
            let first = all.filter(|contender| contender.solver == "primal").take(1);
            let label = format!("LinearSVC, {bits}, {threads} thread{plural}");
            first.map(move |contender| Contender { label: label.clone(), threads, ..contender })
        };
        contenders.extend(floats.iter().flat_map(primal));
    }
    contenders
}

/// What a contender took.
struct Served {
    contender: Contender,
    label: String,
    timed: std::result::Result<Timed, String>,
}

impl Served {
    fn name(&self) -> String {
        if self.contender.program == Program::Ours {
            format!("**{}**", self.label)
        } else {
            self.label.clone()
        }
    }

    fn times(&self) -> String {
        match &self.timed {
            Ok(timed) => format!(
                "{} ({} – {})",
                text::time(timed.seconds_per_call),
                text::time(timed.fastest),
                text::time(timed.slowest)
            ),
            Err(message) => message.clone(),
        }
    }

    fn bar(&self) -> Bar {
        let seconds = self.timed.as_ref().ok().map(|timed| timed.seconds_per_call);
        Bar {
            label: self.label.clone(),
            seconds,
            whole: seconds.is_some(),
            ours: self.contender.program == Program::Ours,
            value: seconds.map_or("did not take part".to_owned(), text::time),
        }
    }
}

/// Fits each contender loosely, and lets it serve.
fn serve(bench: &mut Bench, data: &Data, contenders: &[Contender], what: &Request) -> Vec<Served> {
    let problem = Problem::squared_hinge(1.0);
    let mut arena = Arena::new(bench, data, contenders.to_vec());
    let mut all = Vec::new();
    for contender in contenders {
        eprintln!("   {} ({what:?}, {:?})", contender.label, contender.program);
        let loose = Rung { tol: Some(1e-2), passes: None };
        let fit = request(problem, contender, Intercept::Penalized, loose, 0.0);
        let fitted = arena.ask(contender, &Request::Fit(fit));
        let timed = fitted.and_then(|_| match arena.ask(contender, what)? {
            Reply::Timed(timed) => Ok(timed),
            other => Err(format!("an unexpected reply: {other:?}").into()),
        });
        let label = format!("{}: {}", arena.version(contender), contender.label);
        all.push(Served {
            contender: contender.clone(),
            label,
            timed: timed.map_err(|error| error.to_string()),
        });
    }
    all
}
