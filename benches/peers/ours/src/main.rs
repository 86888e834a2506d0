//! certifit as a contender. `RAYON_NUM_THREADS` says how many threads it may use.

use certifit::Scalar;
use certifit::prelude::*;
use ndarray::Array2;
use peers_protocol::{Contender, Dataset, Fit, Fitted, Result, Values, locked_version, serve};
use std::hint::black_box;
use std::time::Instant;

fn main() -> Result<()> {
    serve::<Ours>()
}

/// The two float types behind one name.
enum Ours {
    F32(Typed<f32>),
    F64(Typed<f64>),
}

struct Typed<F> {
    x: Array2<F>,
    y: Vec<i32>,
    model: Option<LinearClassifier<F, i32>>,
}

impl Contender for Ours {
    const LIBRARY: &'static str = "certifit";

    fn version() -> String {
        locked_version(include_str!("../Cargo.lock"), Self::LIBRARY)
    }

    fn load(data: Dataset) -> Result<Self> {
        let shape = (data.labels.len(), data.n_features);
        let y = data.labels;
        Ok(match data.features {
            Values::F32(x) => Self::F32(Typed { x: Array2::from_shape_vec(shape, x)?, y, model: None }),
            Values::F64(x) => Self::F64(Typed { x: Array2::from_shape_vec(shape, x)?, y, model: None }),
        })
    }

    fn fit(&mut self, fit: &Fit) -> Result<Fitted> {
        match self {
            Self::F32(typed) => typed.fit(fit),
            Self::F64(typed) => typed.fit(fit),
        }
    }

    fn predict(&mut self) -> Result<f64> {
        match self {
            Self::F32(typed) => typed.predict(),
            Self::F64(typed) => typed.predict(),
        }
    }

    fn decide_rows(&mut self, calls: usize) -> Result<f64> {
        match self {
            Self::F32(typed) => typed.decide_rows(calls),
            Self::F64(typed) => typed.decide_rows(calls),
        }
    }
}

impl<F: Scalar + Into<f64>> Typed<F> {
    fn fit(&mut self, fit: &Fit) -> Result<Fitted> {
        let svc = svc(fit);
        self.model = None;
        let start = Instant::now();
        let model = svc.fit(&self.x, &self.y)?;
        let seconds = start.elapsed().as_secs_f64();
        let report = model.report();
        let warning = (!report.converged()).then(|| report.stop_reason().to_string());
        let fitted = Fitted {
            seconds,
            coef: model.coef().rows().into_iter().map(|w| w.iter().map(|&w| w.into()).collect()).collect(),
            intercept: model.intercept().iter().map(|&b| b.into()).collect(),
            gap: Some(report.relative_gap()),
            iterations: Some(report.iterations() as u64),
            warning,
            ..Fitted::default()
        };
        self.model = Some(model);
        Ok(fitted)
    }

    fn predict(&mut self) -> Result<f64> {
        let model = self.model.as_ref().ok_or("no model is fitted")?;
        let start = Instant::now();
        black_box(model.predict(black_box(&self.x))?);
        Ok(start.elapsed().as_secs_f64())
    }

    fn decide_rows(&mut self, calls: usize) -> Result<f64> {
        let model = self.model.as_ref().ok_or("no model is fitted")?;
        let rows: Vec<_> = self.x.rows().into_iter().filter_map(|row| row.to_slice()).collect();
        let mut decision = [F::default()];
        let start = Instant::now();
        for row in rows.iter().cycle().take(calls) {
            model.decision_row(black_box(row), &mut decision)?;
            black_box(&decision);
        }
        Ok(start.elapsed().as_secs_f64())
    }
}

fn svc(fit: &Fit) -> LinearSVC {
    use peers_protocol::{Intercept as Asked, Loss};
    let svc = match fit.loss {
        Loss::Hinge => LinearSVC::new().loss(Hinge),
        Loss::SquaredHinge => LinearSVC::new().loss(SquaredHinge),
    };
    let intercept = match fit.intercept {
        Asked::Penalized => Intercept::Penalized { scaling: 1.0 },
        Asked::Free => Intercept::Free,
    };
    let svc = svc.c(fit.c).intercept(intercept);
    fit.tol.into_iter().fold(svc, LinearSVC::tol)
}
