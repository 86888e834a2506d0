//! Data of a size that every library can finish.

use super::Work;
use crate::bench::Bench;
use crate::compare::{Arena, Problem};
use crate::contender;
use crate::data::Gaussian;
use crate::report::Section;
use peers_protocol::{Float, Loss, Result};

/// 2 000 × 30, for the libraries written in Rust too.
pub struct Small;

impl Work for Small {
    fn name(&self) -> &'static str {
        "small"
    }

    fn about(&self) -> &'static str {
        "rows so few that every library can finish"
    }

    fn run(&self, bench: &mut Bench) -> Result<Section> {
        let gaussian = Gaussian {
            name: "small",
            title: "gaussian",
            n_rows: bench.size(2_000, 300),
            n_features: 30,
            scale_decades: 0.0,
            seed: 2,
        };
        let data = gaussian.make(bench)?;
        let budget = bench.budget.as_secs_f64();
        let mut contenders = vec![contender::ours(Float::F64, 1)];
        contenders.extend(contender::rust_peers());
        contenders.extend(contender::liblinear());
        contenders.extend(contender::sklearn_linear_svc(Float::F64));
        contenders.push(contender::sklearn_svc());
        let mut section = Section::new(self.about(), "");
        let mut arena = Arena::new(bench, &data, contenders);
        for loss in [Loss::Hinge, Loss::SquaredHinge] {
            let problem = Problem::new(loss, 1.0);
            let outcomes = arena.compare(problem);
            section.compared(&data, &outcomes, budget)?;
        }
        Ok(section)
    }
}
