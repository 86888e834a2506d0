//! Least squares with L1.

use super::Work;
use crate::bench::Bench;
use crate::compare::{Arena, Problem};
use crate::contender::{self, Contender};
use crate::data::{self, Data};
use crate::report::Section;
use peers_protocol::{Features, Float, Intercept, Result, Values};

/// As many columns as rows, of which few are needed.
pub struct Lasso;

impl Work for Lasso {
    fn name(&self) -> &'static str {
        "lasso"
    }

    fn about(&self) -> &'static str {
        "the Lasso on as many dense columns as rows, α a hundredth of the one at which all coefficients are 0"
    }

    fn run(&self, bench: &mut Bench) -> Result<Section> {
        let size = bench.size(10_000, 300);
        let data = data::neighbours(bench, size, size)?;
        let budget = bench.budget.as_secs_f64();
        let note = "C is 1/(n α). scikit-learn and celer get the columns one after the other in memory, as they like them, \
                    and certifit gets the rows; what each copies or turns is part of its time. Their tolerance is a duality \
                    gap relative to the squares of the targets.";
        let mut section = Section::new(self.about(), note);
        let ours = Contender { intercepts: &[Intercept::Free], ..contender::ours(Float::F64, 1) };
        let contenders = std::iter::once(ours).chain(contender::lassos()).collect();
        let problem = Problem::lasso(100.0 / largest_slope(&data)?);
        let outcomes = Arena::new(bench, &data, contenders).compare(problem);
        section.compared(&data, &outcomes, budget)?;
        Ok(section)
    }
}

/// maxⱼ |Σᵢ xᵢⱼ (yᵢ − ȳ)|: above it, all coefficients are 0.
fn largest_slope(data: &Data) -> Result<f64> {
    let (d, labels) = (data.train.n_features, &data.train.labels);
    let Features::Dense(Values::F32(values)) = &data.train.features else {
        return Err("the features are not those that were made".into());
    };
    let mean = labels.iter().map(|&y| f64::from(y)).sum::<f64>() / labels.len() as f64;
    let mut slopes = vec![0.0; d];
    for (row, &y) in values.chunks_exact(d).zip(labels) {
        let residual = f64::from(y) - mean;
        slopes.iter_mut().zip(row).for_each(|(slope, &x)| *slope += residual * f64::from(x));
    }
    Ok(slopes.iter().fold(0.0, |largest: f64, slope| largest.max(slope.abs())))
}
