//! Dense data with far more rows than columns.

use super::Work;
use crate::bench::Bench;
use crate::compare::{Arena, Problem};
use crate::contender::{self, Contender};
use crate::data::{Data, Gaussian};
use crate::machine;
use crate::report::Section;
use peers_protocol::{Float, Result};

/// Gaussian rows of one shape, and the problems on them.
pub struct Dense {
    name: &'static str,
    about: &'static str,
    rows: usize,
    columns: usize,
    scale_decades: f64,
    problems: &'static [Problem],
    /// Whether other float types and numbers of threads take part.
    variants: bool,
}

/// 100 000 × 30.
pub const NARROW: Dense = Dense {
    name: "dense-30",
    about: "dense rows of 30 features, classes overlapping",
    rows: 100_000,
    columns: 30,
    scale_decades: 0.0,
    problems: &[
        Problem::hinge(1.0),
        Problem::hinge(100.0),
        Problem::hinge(0.01),
        Problem::squared_hinge(1.0),
    ],
    variants: false,
};

/// The same, unscaled.
pub const SCALES: Dense = Dense {
    name: "dense-30-scales",
    about: "the same with features on scales from 1e-3 to 1e3",
    scale_decades: 3.0,
    problems: &[Problem::hinge(1.0), Problem::squared_hinge(1.0)],
    ..NARROW
};

/// 200 000 × 200.
pub const WIDE: Dense = Dense {
    name: "dense-200",
    about: "dense rows of 200 features, both float types, one thread and two",
    rows: 200_000,
    columns: 200,
    problems: &[Problem::hinge(1.0), Problem::squared_hinge(1.0)],
    variants: true,
    ..NARROW
};

/// The same rows.
pub const LOGISTIC: Dense = Dense {
    name: "logistic",
    about: "logistic regression on dense rows of 200 features",
    problems: &[Problem::log(1.0)],
    ..WIDE
};

impl Dense {
    /// The rows.
    pub fn data(&self, bench: &Bench) -> Result<Data> {
        let gaussian = Gaussian {
            name: self.name,
            title: if self.scale_decades > 0.0 { "gaussian, features on many scales" } else { "gaussian" },
            n_rows: bench.size(self.rows, self.rows / 100),
            n_features: self.columns,
            scale_decades: self.scale_decades,
            // The same rows for both works on 30 features.
            seed: self.columns as u64,
        };
        gaussian.make(bench)
    }

    fn contenders(&self) -> Vec<Contender> {
        let mut contenders = vec![contender::ours(Float::F64, 1)];
        if self.variants {
            contenders.push(contender::ours(Float::F32, 1));
            if machine::cores() > 1 {
                contenders.push(contender::ours(Float::F64, 2));
                contenders.push(contender::ours(Float::F32, 2));
            }
        }
        contenders.extend(contender::liblinear());
        contenders.extend(contender::sklearn_linear_svc(Float::F64));
        if self.variants {
            contenders.extend(contender::sklearn_linear_svc(Float::F32));
        }
        contenders.extend(contender::sklearn_logistic_regression());
        contenders.push(contender::sklearn_svc());
        contenders
    }
}

impl Work for Dense {
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
        let mut arena = Arena::new(bench, &data, self.contenders());
        for &problem in self.problems {
            let outcomes = arena.compare(problem);
            section.compared(&data, &outcomes, budget)?;
        }
        Ok(section)
    }
}
