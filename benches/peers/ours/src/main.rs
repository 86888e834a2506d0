//! certifit as a contender. `RAYON_NUM_THREADS` says how many threads it may use.

mod transformers;

use certifit::Scalar;
use certifit::prelude::*;
use certifit::schedule::Constant;
use ndarray::Array2;
use peers_protocol::{
    self as protocol, Contender, Dataset, Fit, Fitted, Loss, Result, Search, Searched, Train, Trained,
    Transform, Transformed, Values,
};
use sprs::CsMatI;
use std::hint::black_box;
use std::time::Instant;
use transformers::{CategoryRows, Texts};

pub fn main() -> Result<()> {
    protocol::serve::<Ours>()
}

/// The solver whose fits are so many passes.
const SGD: &str = "sgd";

/// Features of any layout and float type behind one name.
struct Ours(Box<dyn Served>);

impl Contender for Ours {
    const LIBRARY: &'static str = "certifit";

    fn version() -> String {
        protocol::locked_version(include_str!("../Cargo.lock"), Self::LIBRARY)
    }

    fn load(data: Dataset) -> Result<Self> {
        let shape = (data.labels.len(), data.n_features);
        Ok(Self(match data.features {
            protocol::Features::Dense(Values::F32(values)) => dense(shape, values, data.labels)?,
            protocol::Features::Dense(Values::F64(values)) => dense(shape, values, data.labels)?,
            protocol::Features::Csr { indptr, indices, values: Values::F32(values) } => {
                sparse(shape, indptr, indices, values, data.labels)?
            }
            protocol::Features::Csr { indptr, indices, values: Values::F64(values) } => {
                sparse(shape, indptr, indices, values, data.labels)?
            }
            protocol::Features::Categories(categories) => {
                let categories = categories.into_iter().map(i64::from).collect();
                Box::new(CategoryRows(Array2::from_shape_vec(shape, categories)?))
            }
            protocol::Features::Documents(documents) => Box::new(Texts(documents)),
        }))
    }

    fn fit(&mut self, fit: &Fit) -> Result<Fitted> {
        self.0.fit(fit)
    }

    fn train(&mut self, train: &Train) -> Result<Trained> {
        self.0.train(train)
    }

    fn predict(&mut self) -> Result<f64> {
        self.0.predict()
    }

    fn decide_rows(&mut self, calls: usize) -> Result<f64> {
        self.0.decide_rows(calls)
    }

    fn search(&mut self, search: &Search) -> Result<Searched> {
        self.0.search(search)
    }

    fn transform(&mut self, transform: &Transform) -> Result<Transformed> {
        self.0.transform(transform)
    }
}

fn dense<F: Scalar + Into<f64>>(
    shape: (usize, usize),
    values: Vec<F>,
    y: Vec<i32>,
) -> Result<Box<dyn Served>> {
    let x = Array2::from_shape_vec(shape, values)?;
    Ok(Box::new(Loaded { x, y, rows: dense_rows, model: None }))
}

fn dense_rows<F>(x: &Array2<F>) -> Vec<&[F]> {
    x.rows().into_iter().filter_map(|row| row.to_slice()).collect()
}

fn sparse<F: Scalar + Into<f64>>(
    shape: (usize, usize),
    indptr: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<F>,
    y: Vec<i32>,
) -> Result<Box<dyn Served>> {
    let matrix: std::result::Result<CsMatI<F, u32, usize>, _> =
        CsMatI::try_new(shape, indptr, indices, values);
    let x = matrix.map_err(|(.., error)| error.to_string())?;
    Ok(Box::new(Loaded { x, y, rows: |_| Vec::new(), model: None }))
}

/// What the harness asks for, whatever the type of the features.
trait Served {
    fn fit(&mut self, _fit: &Fit) -> Result<Fitted> {
        not_compared()
    }
    fn train(&mut self, _train: &Train) -> Result<Trained> {
        not_compared()
    }
    fn predict(&mut self) -> Result<f64> {
        not_compared()
    }
    fn decide_rows(&mut self, _calls: usize) -> Result<f64> {
        not_compared()
    }
    fn search(&mut self, _search: &Search) -> Result<Searched> {
        not_compared()
    }
    fn transform(&mut self, transform: &Transform) -> Result<Transformed>;
}

fn not_compared<T>() -> Result<T> {
    Err("not compared on these data".into())
}

struct Loaded<X: Features> {
    x: X,
    y: Vec<i32>,
    /// The rows as slices; none where they are not stored so.
    rows: fn(&X) -> Vec<&[X::Elem]>,
    /// The last support vector classifier.
    model: Option<LinearClassifier<X::Elem, i32>>,
}

impl<X: Features<Elem: Into<f64>, Owned: Features<Elem = X::Elem>> + Clone> Served for Loaded<X> {
    fn fit(&mut self, fit: &Fit) -> Result<Fitted> {
        self.model = None;
        if let (SGD, Some(epochs)) = (&*fit.solver, fit.passes) {
            let alpha = 1.0 / (fit.c * self.y.len() as f64);
            let sgd = SGDClassifier::new().alpha(alpha).max_iter(epochs).tol(None).seed(fit.seed);
            return match fit.loss {
                Loss::Hinge => Ok(timed(&sgd, &self.x, &self.y)?.0),
                Loss::Log => Ok(timed(&sgd.loss(LogLoss), &self.x, &self.y)?.0),
                other => Err(format!("{other:?} is not compared by epochs").into()),
            };
        }
        match fit.loss {
            Loss::Log => Ok(timed(&logistic_regression(fit), &self.x, &self.y)?.0),
            Loss::SquaredError => lasso(fit, &self.x, &self.y),
            Loss::Hinge | Loss::SquaredHinge => {
                let (fitted, model) = timed(&svc(fit), &self.x, &self.y)?;
                self.model = Some(model);
                Ok(fitted)
            }
        }
    }

    fn train(&mut self, train: &Train) -> Result<Trained> {
        let mlp = MLPClassifier::new()
            .hidden_layer_sizes(&train.hidden)
            .batch_size(train.batch_size)
            .max_iter(train.epochs)
            .learning_rate(Constant { eta0: train.rate })
            .tol(None);
        let start = Instant::now();
        let model = mlp.fit(&self.x, &self.y)?;
        Ok(Trained { seconds: start.elapsed().as_secs_f64(), loss: model.report().loss() })
    }

    fn predict(&mut self) -> Result<f64> {
        let model = self.model.as_ref().ok_or("no model is fitted")?;
        let start = Instant::now();
        black_box(model.predict(black_box(&self.x))?);
        Ok(start.elapsed().as_secs_f64())
    }

    fn decide_rows(&mut self, calls: usize) -> Result<f64> {
        let model = self.model.as_ref().ok_or("no model is fitted")?;
        let rows = (self.rows)(&self.x);
        if rows.is_empty() {
            return Err("single rows of sparse features are not measured".into());
        }
        let mut decision = [X::Elem::default()];
        let start = Instant::now();
        for row in rows.iter().cycle().take(calls) {
            model.decision_row(black_box(row), &mut decision)?;
            black_box(&decision);
        }
        Ok(start.elapsed().as_secs_f64())
    }

    fn search(&mut self, search: &Search) -> Result<Searched> {
        let svc = svc(&search.fit);
        let model = |&c: &f64| StandardScaler::new().then(svc.clone().c(c));
        let folds = StratifiedKFold::new(search.folds);
        let start = Instant::now();
        let grid = GridSearchCV::new(model, search.cs.iter().copied()).cv(folds);
        let found = grid.search_keeping(&self.x, &self.y, |model| model.last().report().relative_gap())?;
        let best = model(found.best_params()).fit(&self.x, &self.y)?;
        let seconds = start.elapsed().as_secs_f64();
        let gaps = found.candidates().iter().flat_map(|candidate| candidate.kept().copied());
        let gap = gaps.fold(best.last().report().relative_gap(), f64::max);
        let scores = found.candidates().iter().filter_map(|candidate| candidate.mean_test_score()).collect();
        Ok(Searched { seconds, best: *found.best_params(), scores, gap: Some(gap), warning: None })
    }

    fn transform(&mut self, transform: &Transform) -> Result<Transformed> {
        transformers::scaled(&self.x, transform)
    }
}

/// A fit that is timed, and the model.
fn timed<E, X, S>(estimator: &E, x: &X, y: &Vec<i32>) -> Result<(Fitted, E::Fitted)>
where
    X: Features<Elem: Into<f64>>,
    E: Estimator<X, Vec<i32>, Fitted = LinearClassifier<X::Elem, i32, S>>,
{
    let start = Instant::now();
    let model = estimator.fit(x, y)?;
    let seconds = start.elapsed().as_secs_f64();
    let fitted = Fitted {
        seconds,
        coef: model.coef().rows().into_iter().map(|w| w.iter().map(|&w| w.into()).collect()).collect(),
        intercept: model.intercept().iter().map(|&b| b.into()).collect(),
        ..judged(model.report())
    };
    Ok((fitted, model))
}

/// Least squares with L1, timed.
fn lasso<X>(fit: &Fit, x: &X, y: &[i32]) -> Result<Fitted>
where
    X: Features<Elem: Into<f64>, Owned: Features<Elem = <X as Features>::Elem>>,
{
    if fit.penalty != protocol::Penalty::L1 {
        return Err("least squares are compared with L1 only".into());
    }
    let y: Vec<f64> = y.iter().map(|&y| f64::from(y)).collect();
    let lasso = Lasso::new().alpha(1.0 / (fit.c * y.len() as f64)).intercept(intercept(fit));
    let lasso = fit.tol.into_iter().fold(lasso, Lasso::tol);
    let start = Instant::now();
    let model = lasso.fit(x, &y)?;
    let seconds = start.elapsed().as_secs_f64();
    let coef = vec![model.coef().iter().map(|&w| w.into()).collect()];
    Ok(Fitted { seconds, coef, intercept: vec![model.intercept().into()], ..judged(model.report()) })
}

/// What a report says, without coefficients.
fn judged(report: &certifit::solver::Report) -> Fitted {
    Fitted {
        gap: Some(report.relative_gap()),
        iterations: Some(report.iterations() as u64),
        warning: (!report.converged()).then(|| report.stop_reason().to_string()),
        ..Fitted::default()
    }
}

fn svc(fit: &Fit) -> LinearSVC {
    let loss: SvcLoss = if fit.loss == Loss::Hinge { Hinge.into() } else { SquaredHinge.into() };
    let svc = LinearSVC::new().loss(loss).c(fit.c).penalty(penalty(fit)).intercept(intercept(fit));
    fit.tol.into_iter().fold(svc, LinearSVC::tol)
}

fn logistic_regression(fit: &Fit) -> LogisticRegression {
    let regression = LogisticRegression::new().c(fit.c).penalty(penalty(fit)).intercept(intercept(fit));
    fit.tol.into_iter().fold(regression, LogisticRegression::tol)
}

fn penalty(fit: &Fit) -> Penalty {
    match fit.penalty {
        protocol::Penalty::L2 => Penalty::L2,
        protocol::Penalty::L1 => Penalty::L1,
    }
}

fn intercept(fit: &Fit) -> Intercept {
    match fit.intercept {
        protocol::Intercept::Penalized => Intercept::Penalized { scaling: 1.0 },
        protocol::Intercept::Free => Intercept::Free,
    }
}
