//! smartcore as a contender: its `SVC` with the linear kernel, which has the hinge and a free intercept.

use peers_protocol::{
    Contender, Dataset, Fit, Fitted, Intercept, Loss, Penalty, Result, locked_version, serve,
};
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::svm::Kernels;
use smartcore::svm::svc::{SVC, SVCParameters};
use std::time::Instant;

fn main() -> Result<()> {
    serve::<Smartcore>()
}

struct Smartcore {
    x: DenseMatrix<f64>,
    y: Vec<i32>,
    /// The origin and the unit vectors.
    probes: DenseMatrix<f64>,
}

impl Contender for Smartcore {
    const LIBRARY: &'static str = "smartcore";

    fn version() -> String {
        locked_version(include_str!("../Cargo.lock"), Self::LIBRARY)
    }

    fn load(data: Dataset) -> Result<Self> {
        let (n, d) = (data.labels.len(), data.n_features);
        let x = DenseMatrix::new(n, d, data.features.into_dense_f64()?, false)?;
        let mut probes = vec![0.0; (d + 1) * d];
        for column in 0..d {
            probes[(column + 1) * d + column] = 1.0;
        }
        Ok(Self { x, y: data.labels, probes: DenseMatrix::new(d + 1, d, probes, false)? })
    }

    fn fit(&mut self, fit: &Fit) -> Result<Fitted> {
        if (fit.loss, fit.penalty, fit.intercept) != (Loss::Hinge, Penalty::L2, Intercept::Free) {
            return Err("smartcore has the hinge with L2 and a free intercept only".into());
        }
        let parameters =
            SVCParameters::default().with_c(fit.c).with_kernel(Kernels::linear()).with_seed(Some(0));
        let parameters = fit.tol.into_iter().fold(parameters, |parameters, tol| parameters.with_tol(tol));
        let parameters = fit.passes.into_iter().fold(parameters, |parameters, n| parameters.with_epoch(n));
        let start = Instant::now();
        let model = SVC::fit(&self.x, &self.y, &parameters)?;
        let seconds = start.elapsed().as_secs_f64();
        // The model keeps its support vectors: the weights are decision values of the unit vectors.
        let decisions = model.decision_function(&self.probes)?;
        let (intercept, decisions) = decisions.split_first().ok_or("no decision values")?;
        let coef = decisions.iter().map(|decision| decision - intercept).collect();
        Ok(Fitted { seconds, coef: vec![coef], intercept: vec![*intercept], ..Fitted::default() })
    }
}
