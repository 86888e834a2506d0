//! From raw data to features.

use super::{Work, dense};
use crate::bench::Bench;
use crate::chart::{Bar, Group};
use crate::compare::Arena;
use crate::contender::{self, Contender};
use crate::data::{self, Data, OneHot};
use crate::program::Program;
use crate::report::{Section, Table};
use crate::{machine, text};
use peers_protocol::{Made, Reply, Request, Result, Transform, Transformed, Transformer};

/// Scaled columns, categories as columns, and words as columns.
pub struct Transformers;

impl Work for Transformers {
    fn name(&self) -> &'static str {
        "transformers"
    }

    fn about(&self) -> &'static str {
        "scaled columns, one-hot categories, weighed words: fit and transform, 64 bits"
    }

    fn run(&self, bench: &mut Bench) -> Result<Section> {
        let note = "In place, the data are given away and written over: certifit's `fit_transform_owned` and \
                    scikit-learn's `copy=False`, of a copy that is made beforehand. Both make the same matrix: the last \
                    column has how far the weighed sum of its entries is from that of scikit-learn, relative to the sum \
                    of their sizes.";
        let mut section = Section::new(self.about(), note);
        let data = dense::WIDE.data(bench)?;
        compare(bench, &mut section, &data, Transformer::StandardScaler, &[false, true])?;
        let (n_rows, n_features) = (bench.size(200_000, 2_000), bench.size(20_000, 1_000));
        let one_hot = OneHot { name: "categories", n_rows, n_features, n_groups: 30, seed: 30 };
        let data = data::categories(bench, &one_hot)?;
        compare(bench, &mut section, &data, Transformer::OneHotEncoder, &[false])?;
        let data = data::documents(bench, bench.size(50_000, 1_000), bench.size(100_000, 5_000))?;
        compare(bench, &mut section, &data, Transformer::TfidfVectorizer, &[false])?;
        Ok(section)
    }
}

/// The distance up to which two matrices are the same.
const SAME: f64 = 1e-9;

fn contenders() -> Vec<Contender> {
    let most = machine::cores().min(2);
    let ours = (1..=most).map(|threads| contender::transforming(Program::Ours, threads));
    let others = [(Program::OursMimalloc, most), (Program::Sklearn, 1)];
    let others = others.map(|(program, threads)| contender::transforming(program, threads));
    ours.chain(others).collect()
}

fn compare(
    bench: &mut Bench,
    section: &mut Section,
    data: &Data,
    transformer: Transformer,
    places: &[bool],
) -> Result<()> {
    let repeats = bench.repeats;
    let of = |in_place| contenders().into_iter().map(move |contender| Run::new(contender, in_place));
    let mut all: Vec<Run> = places.iter().copied().flat_map(of).collect();
    let mut arena = Arena::new(bench, data, contenders());
    // In turns, so that all meet the same moods of the machine.
    for round in 0..repeats {
        for run in all.iter_mut().filter(|run| run.failure.is_none()) {
            eprintln!("   {transformer:?} of {}, round {}", run.name(""), round + 1);
            run.round(&mut arena, transformer);
        }
    }
    for run in &mut all {
        run.version = arena.version(&run.contender);
        run.seconds.sort_by(f64::total_cmp);
    }
    show(format!("{transformer:?}: {}", data.title), &all, section);
    Ok(())
}

/// A contender with new memory or none, and how it did.
struct Run {
    contender: Contender,
    in_place: bool,
    version: String,
    seconds: Vec<f64>,
    last: Option<Transformed>,
    failure: Option<String>,
}

impl Run {
    fn new(contender: Contender, in_place: bool) -> Self {
        let (version, seconds, last, failure) = (String::new(), Vec::new(), None, None);
        Self { contender, in_place, version, seconds, last, failure }
    }

    fn round(&mut self, arena: &mut Arena<'_>, transformer: Transformer) {
        let request = Request::Transform(Transform { transformer, in_place: self.in_place });
        match arena.ask(&self.contender, &request) {
            Ok(Reply::Transformed(transformed)) => {
                self.seconds.push(transformed.seconds);
                self.last = Some(transformed);
            }
            Ok(other) => self.failure = Some(format!("an unexpected reply: {other:?}")),
            Err(error) => self.failure = Some(error.to_string()),
        }
    }

    fn is_ours(&self) -> bool {
        matches!(self.contender.program, Program::Ours | Program::OursMimalloc)
    }

    fn name(&self, version: &str) -> String {
        let place = if self.in_place { ", in place" } else { "" };
        let library =
            if version.is_empty() { format!("{:?}", self.contender.program) } else { version.to_owned() };
        format!("{library}: {}{place}", self.contender.label)
    }

    /// The cells after the name; `theirs` is scikit-learn's run of the same kind.
    fn cells(&self, theirs: Option<&Run>) -> Vec<String> {
        let none = || "–".to_owned();
        let theirs = theirs.filter(|_| self.is_ours());
        let ratio =
            theirs.and_then(|theirs| Some(text::median(&theirs.seconds)? / text::median(&self.seconds)?));
        let memory = self.last.and_then(|last| last.peak_memory_bytes);
        let distance = theirs.and_then(|theirs| Some(distance(self.last?.made, theirs.last?.made)));
        vec![
            self.failure.clone().unwrap_or_else(|| text::times(&self.seconds)),
            ratio.map_or_else(none, |ratio| format!("{} ×", text::three_digits(ratio))),
            memory.map_or_else(none, text::bytes),
            distance.unwrap_or_else(none),
        ]
    }

    fn bar(&self) -> Bar {
        let seconds = text::median(&self.seconds);
        Bar {
            label: self.name(&self.version),
            seconds,
            whole: seconds.is_some(),
            ours: self.is_ours(),
            value: seconds.map_or("did not take part".to_owned(), text::time),
        }
    }
}

/// How far two matrices are apart, in words.
fn distance(one: Made, other: Made) -> String {
    let shape = |made: Made| (made.n_rows, made.n_columns, made.n_stored);
    if shape(one) != shape(other) {
        return format!("not the same: {:?} and not {:?} rows, columns, entries", shape(one), shape(other));
    }
    match (one.sum - other.sum).abs() / other.size {
        0.0 => "0".to_owned(),
        distance if distance <= SAME => format!("{distance:.0e}"),
        distance => format!("not the same: {distance:.0e}"),
    }
}

const HEADER: [&str; 5] = [
    "contender",
    "time: median (min – max)",
    "faster than scikit-learn by",
    "peak memory",
    "distance of the result",
];

fn show(title: String, all: &[Run], section: &mut Section) {
    let theirs = |run: &Run| all.iter().find(|other| !other.is_ours() && other.in_place == run.in_place);
    let row = |run: &Run| {
        let name = run.name(&run.version);
        let name = if run.is_ours() { format!("**{name}**") } else { name };
        [vec![name], run.cells(theirs(run))].concat()
    };
    let (header, rows) = (HEADER.map(str::to_owned).to_vec(), all.iter().map(row).collect());
    section.groups.push(Group { title: title.clone(), bars: all.iter().map(Run::bar).collect() });
    section.tables.push(Table { title, header, rows });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matrices_are_the_same_up_to_rounding() {
        let made = Made { n_rows: 2, n_columns: 3, n_stored: 4, sum: 10.0, size: 100.0 };
        assert_eq!(distance(made, made), "0");
        assert_eq!(distance(Made { sum: 10.0 + 1e-10, ..made }, made), "1e-12");
        assert_eq!(distance(Made { sum: 11.0, ..made }, made), "not the same: 1e-2");
        assert!(distance(Made { n_stored: 5, ..made }, made).starts_with("not the same: (2, 3, 5)"));
    }
}
