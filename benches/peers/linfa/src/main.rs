//! linfa-svm as a contender: the hinge with a free intercept, through its linear kernel.

use linfa::DatasetBase;
use linfa::traits::Fit as _;
use linfa_svm::Svm;
use ndarray::{Array1, Array2};
use peers_protocol::{
    Contender, Dataset, Fit, Fitted, Intercept, Loss, Penalty, Result, locked_version, serve,
};
use std::time::Instant;

fn main() -> Result<()> {
    serve::<LinfaSvm>()
}

struct LinfaSvm {
    data: DatasetBase<Array2<f64>, Array1<bool>>,
}

impl Contender for LinfaSvm {
    const LIBRARY: &'static str = "linfa-svm";

    fn version() -> String {
        locked_version(include_str!("../Cargo.lock"), Self::LIBRARY)
    }

    fn load(data: Dataset) -> Result<Self> {
        let shape = (data.labels.len(), data.n_features);
        let x = Array2::from_shape_vec(shape, data.features.into_dense_f64()?)?;
        let positive = data.labels.iter().max().copied();
        let y = data.labels.iter().map(|&label| Some(label) == positive).collect();
        Ok(Self { data: DatasetBase::new(x, y) })
    }

    fn fit(&mut self, fit: &Fit) -> Result<Fitted> {
        if (fit.loss, fit.penalty, fit.intercept) != (Loss::Hinge, Penalty::L2, Intercept::Free) {
            return Err("linfa-svm has the hinge with L2 and a free intercept only".into());
        }
        let params = Svm::<f64, bool>::params().pos_neg_weights(fit.c, fit.c).linear_kernel();
        let params = fit.tol.into_iter().fold(params, |params, tol| params.eps(tol));
        let start = Instant::now();
        let model = params.fit(&self.data)?;
        let seconds = start.elapsed().as_secs_f64();
        // The weights are private: they are the decision values of the unit vectors.
        let mut unit = Array1::zeros(self.data.records.ncols());
        let mut weight = |column: usize| {
            unit.fill(0.0);
            unit[column] = 1.0;
            model.weighted_sum(&unit)
        };
        let coef = (0..self.data.records.ncols()).map(&mut weight).collect();
        let summary = model.to_string();
        let capped = summary.starts_with("Reached maximal");
        Ok(Fitted {
            seconds,
            coef: vec![coef],
            intercept: vec![-model.rho],
            warning: capped.then_some(summary),
            capped,
            ..Fitted::default()
        })
    }
}
