//! What learning and validation curves share.

use super::chart::Chart;
use super::layer::{Band, Line};
use super::paint::Paint;
use crate::model_selection::{CurvePoint, Scores};

/// The mean train and test scores at each x, with bands of one standard deviation.
pub(super) fn with_scores(mut chart: Chart, x: &[f64], points: &[CurvePoint]) -> Chart {
    let of = |scores: fn(&CurvePoint) -> &Scores| x.iter().copied().zip(points.iter().map(scores));
    let train: Vec<(f64, &Scores)> = of(|point| &point.train).collect();
    let test: Vec<(f64, &Scores)> = of(|point| &point.test).collect();
    let parts = [(train, Paint::Series(1), "train ± std"), (test, Paint::Series(0), "test ± std")];
    for (scores, paint, _) in &parts {
        let band = scores.iter().map(|(x, scores)| {
            let (mean, std) = (scores.mean(), scores.std());
            (*x, mean - std, mean + std)
        });
        chart = chart.layer(Band::new(band, *paint));
    }
    for (scores, paint, name) in parts {
        let line = Line::new(scores.iter().map(|(x, scores)| (*x, scores.mean())), paint);
        chart = chart.layer(line.marked().named(name));
    }
    chart
}
