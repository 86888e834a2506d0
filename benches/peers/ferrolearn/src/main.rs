//! ferrolearn as a contender: its `LinearSVC`, whose intercept is penalised.

use ferrolearn_core::Fit as _;
use ferrolearn_linear::linear_svc::{LinearSVC, LinearSVCLoss};
use ndarray::{Array1, Array2};
use peers_protocol::{
    Contender, Dataset, Fit, Fitted, Intercept, Loss, Penalty, Result, locked_version, serve,
};
use std::time::Instant;

fn main() -> Result<()> {
    serve::<Ferrolearn>()
}

struct Ferrolearn {
    x: Array2<f64>,
    y: Array1<usize>,
}

impl Contender for Ferrolearn {
    const LIBRARY: &'static str = "ferrolearn-linear";

    fn version() -> String {
        locked_version(include_str!("../Cargo.lock"), Self::LIBRARY)
    }

    fn load(data: Dataset) -> Result<Self> {
        let shape = (data.labels.len(), data.n_features);
        let x = Array2::from_shape_vec(shape, data.features.into_dense_f64()?)?;
        let y: std::result::Result<_, _> = data.labels.into_iter().map(usize::try_from).collect();
        Ok(Self { x, y: y? })
    }

    fn fit(&mut self, fit: &Fit) -> Result<Fitted> {
        if (fit.penalty, fit.intercept) != (Penalty::L2, Intercept::Penalized) {
            return Err("ferrolearn's LinearSVC has L2 with a penalised intercept only".into());
        }
        let loss = match fit.loss {
            Loss::Hinge => LinearSVCLoss::Hinge,
            Loss::SquaredHinge => LinearSVCLoss::SquaredHinge,
            Loss::Log => return Err("ferrolearn's LinearSVC has no log loss".into()),
        };
        let mut svc = LinearSVC::<f64>::new().with_c(fit.c).with_loss(loss);
        if let Some(tol) = fit.tol {
            svc = svc.with_tol(tol);
        }
        if !fit.default_cap {
            svc = svc.with_max_iter(1_000_000_000);
        }
        let cap = svc.max_iter;
        let start = Instant::now();
        let model = svc.fit(&self.x, &self.y)?;
        let seconds = start.elapsed().as_secs_f64();
        Ok(Fitted {
            seconds,
            coef: model.weight_vectors().iter().map(|w| w.to_vec()).collect(),
            intercept: model.intercepts().to_vec(),
            iterations: Some(model.n_iter() as u64),
            warning: (model.n_iter() >= cap).then(|| format!("stopped after {cap} iterations")),
            ..Fitted::default()
        })
    }
}
