//! Sparse data.

use super::Work;
use crate::bench::Bench;
use crate::compare::{Arena, Problem};
use crate::contender::{self, Contender};
use crate::data::{Data, OneHot, Text};
use crate::machine;
use crate::report::Section;
use peers_protocol::{Float, Result};

/// Sparse rows of one kind, and the problems on them.
pub struct Sparse {
    name: &'static str,
    about: &'static str,
    make: fn(&Bench) -> Result<Data>,
    problems: &'static [Problem],
}

/// 50 000 × 100 000.
pub const TEXT: Sparse = Sparse {
    name: "text",
    about: "sparse rows of norm 1: 80 of 100 000 features, few of them frequent",
    make: |bench| text(bench, "text", "text", 0.0),
    problems: &[
        Problem::hinge(1.0),
        Problem::hinge(100.0),
        Problem::squared_hinge(1.0),
        Problem::squared_hinge(100.0),
        Problem::squared_hinge(1.0).l1(),
    ],
};

/// The same, unscaled.
pub const SCALES: Sparse = Sparse {
    name: "sparse-scales",
    about: "the same with features on scales from 1e-3 to 1e3",
    make: |bench| text(bench, "sparse-scales", "text, features on many scales", 3.0),
    problems: &[Problem::hinge(1.0), Problem::squared_hinge(1.0)],
};

/// 200 000 × 20 000.
pub const ONE_HOT: Sparse = Sparse {
    name: "one-hot",
    about: "30 categories of 2 to 5 000 levels, one-hot",
    make: |bench| {
        let (n_rows, n_features) = (bench.size(200_000, 2_000), bench.size(20_000, 1_000));
        OneHot { name: "one-hot", n_rows, n_features, n_groups: 30, seed: 30 }.make(bench)
    },
    problems: &[
        Problem::hinge(1.0),
        Problem::hinge(100.0),
        Problem::squared_hinge(1.0),
        Problem::squared_hinge(100.0),
    ],
};

fn text(bench: &Bench, name: &'static str, title: &'static str, scale_decades: f64) -> Result<Data> {
    let (n_rows, n_features) = (bench.size(50_000, 1_000), bench.size(100_000, 5_000));
    // The same rows for both works, but for the scales.
    Text { name, title, n_rows, n_features, n_words: 80, scale_decades, seed: 80 }.make(bench)
}

/// Those that take sparse features.
fn contenders() -> Vec<Contender> {
    let mut contenders = vec![contender::ours(Float::F64, 1)];
    if machine::cores() > 1 {
        contenders.push(contender::ours(Float::F64, 2));
    }
    contenders.extend(contender::liblinear());
    contenders.extend(contender::sklearn_linear_svc(Float::F64));
    contenders
}

impl Sparse {
    /// The rows.
    pub fn data(&self, bench: &Bench) -> Result<Data> {
        (self.make)(bench)
    }
}

impl Work for Sparse {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn run(&self, bench: &mut Bench) -> Result<Section> {
        let data = self.data(bench)?;
        let budget = bench.budget.as_secs_f64();
        let mut section = Section::new(self.about, "");
        let mut arena = Arena::new(bench, &data, contenders());
        for &problem in self.problems {
            let outcomes = arena.compare(problem);
            section.compared(&data, &outcomes, budget)?;
        }
        Ok(section)
    }
}
