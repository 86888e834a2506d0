//! Tiny data of several classes, where what counts is the fixed cost of a fit.

use super::Work;
use crate::bench::Bench;
use crate::compare::{Arena, Problem};
use crate::contender;
use crate::data;
use crate::report::Section;
use peers_protocol::{Float, Loss, Result};

/// Digits and iris, one class against the rest.
pub struct Classics;

impl Work for Classics {
    fn name(&self) -> &'static str {
        "classics"
    }

    fn about(&self) -> &'static str {
        "digits and iris as they are, one-vs-rest: the fixed cost of a fit"
    }

    fn run(&self, bench: &mut Bench) -> Result<Section> {
        let mut section = Section::new(
            self.about(),
            "Primal values are sums over the problems of one class against the rest.",
        );
        for name in ["digits", "iris"] {
            let data = data::shipped(bench, name)?;
            let budget = bench.budget.as_secs_f64();
            let mut contenders = vec![contender::ours(Float::F64, 1)];
            contenders.extend(contender::sklearn_linear_svc(Float::F64));
            contenders.extend(contender::liblinear());
            let mut arena = Arena::new(bench, &data, contenders);
            for loss in [Loss::SquaredHinge, Loss::Hinge] {
                let problem = Problem::new(loss, 1.0);
                let outcomes = arena.compare(problem);
                section.compared(&data, &outcomes, budget)?;
            }
        }
        Ok(section)
    }
}
