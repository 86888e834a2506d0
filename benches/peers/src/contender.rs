//! Who takes part, and with which settings: to add a contender, add it here.

use crate::compare::Problem;
use crate::ladder::Rung;
use crate::program::Program;
use peers_protocol::{Float, Intercept, Loss, Penalty};

/// A library with settings.
#[derive(Debug, Clone)]
pub struct Contender {
    /// What stands behind the library's name and version in the tables; unique in a program.
    pub label: String,
    /// The program that runs it.
    pub program: Program,
    /// Which of its solvers, in its own words.
    pub solver: &'static str,
    /// The float type in which it holds the features.
    pub float: Float,
    /// Whether it is given dense features column after column.
    pub by_columns: bool,
    /// The threads that it may use.
    pub threads: usize,
    /// The losses that it has.
    pub losses: &'static [Loss],
    /// The penalties that it has.
    pub penalties: &'static [Penalty],
    /// The intercepts that it has.
    pub intercepts: &'static [Intercept],
    /// Whether it does more than two classes, one against the rest.
    pub multi_class: bool,
    /// Its tolerances from loose to tight.
    pub rungs: Vec<Rung>,
    /// Whether the ladder is climbed until the optimum is reached; else the first rung is all.
    pub climbs: bool,
    /// Whether the cap on iterations stays as it is by default.
    pub default_cap: bool,
}

impl Contender {
    /// What tells it from all others.
    pub fn key(&self) -> (Program, String) {
        (self.program, self.label.clone())
    }

    /// Whether it can solve a problem.
    pub fn takes(&self, problem: Problem, n_classes: usize) -> bool {
        self.losses.contains(&problem.loss)
            && self.penalties.contains(&problem.penalty)
            && (self.multi_class || n_classes == 2 || problem.loss == Loss::SquaredError)
    }
}

const BOTH: &[Loss] = &[Loss::Hinge, Loss::SquaredHinge];
const HINGE: &[Loss] = &[Loss::Hinge];
const SQUARED: &[Loss] = &[Loss::SquaredHinge];
const LOG: &[Loss] = &[Loss::Log];
const SQUARED_ERROR: &[Loss] = &[Loss::SquaredError];
const L2: &[Penalty] = &[Penalty::L2];
const L1: &[Penalty] = &[Penalty::L1];

/// certifit. The row to which the others are compared is that with 64 bits and one thread.
pub fn ours(float: Float, threads: usize) -> Contender {
    let bits = if float == Float::F64 { "f64" } else { "f32" };
    let plural = if threads == 1 { "" } else { "s" };
    Contender {
        label: format!("{bits}, {threads} thread{plural}"),
        program: Program::Ours,
        solver: "auto",
        float,
        by_columns: false,
        threads,
        losses: &[Loss::Hinge, Loss::SquaredHinge, Loss::Log, Loss::SquaredError],
        penalties: &[Penalty::L2, Penalty::L1],
        intercepts: &[Intercept::Penalized, Intercept::Free],
        multi_class: true,
        rungs: Rung::tolerances(1e-6, 1e-9),
        climbs: true,
        default_cap: true,
    }
}

/// certifit at a gap so small that its primal is the optimum for the purpose of a table.
pub fn reference() -> Contender {
    let rungs = vec![Rung { tol: Some(1e-10), passes: None }];
    Contender { label: "reference".to_owned(), rungs, climbs: false, ..ours(Float::F64, 1) }
}

fn peer(program: Program, label: &str, solver: &'static str) -> Contender {
    Contender {
        label: label.to_owned(),
        program,
        solver,
        float: Float::F64,
        by_columns: false,
        threads: 1,
        losses: BOTH,
        penalties: L2,
        intercepts: &[Intercept::Penalized],
        multi_class: true,
        rungs: vec![Rung::DEFAULT],
        climbs: false,
        default_cap: true,
    }
}

/// LIBLINEAR's solvers. The tolerances begin with its defaults.
pub fn liblinear() -> Vec<Contender> {
    let (dual, primal) = (Rung::tolerances(1e-1, 1e-9), Rung::tolerances(1e-2, 1e-10));
    let climbing = |program, label, solver| Contender { climbs: true, ..peer(program, label, solver) };
    vec![
        Contender {
            losses: HINGE,
            rungs: dual.clone(),
            ..climbing(Program::Liblinear, "-s 3 (dual), at most 300 iterations", "3")
        },
        Contender {
            losses: HINGE,
            rungs: dual.clone(),
            ..climbing(Program::LiblinearUncapped, "-s 3 (dual), no limit", "3")
        },
        Contender {
            losses: SQUARED,
            rungs: dual.clone(),
            ..climbing(Program::Liblinear, "-s 1 (dual, then primal)", "1")
        },
        Contender {
            losses: SQUARED,
            rungs: primal.clone(),
            ..climbing(Program::Liblinear, "-s 2 (primal)", "2")
        },
        Contender {
            losses: SQUARED,
            penalties: L1,
            rungs: primal.clone(),
            ..climbing(Program::Liblinear, "-s 5 (coordinate descent)", "5")
        },
        Contender { losses: LOG, rungs: primal, ..climbing(Program::Liblinear, "-s 0 (primal)", "0") },
        Contender {
            losses: LOG,
            rungs: dual,
            ..climbing(Program::Liblinear, "-s 7 (dual, then primal)", "7")
        },
    ]
}

/// scikit-learn's `LinearSVC`.
pub fn sklearn_linear_svc(float: Float) -> Vec<Contender> {
    let bits = if float == Float::F64 { "" } else { ", f32" };
    let svc = |arguments: &str, solver, losses, penalties| {
        let label = format!("LinearSVC({arguments}){bits}");
        as_tight_and_by_default(Contender {
            losses,
            penalties,
            float,
            ..peer(Program::Sklearn, &label, solver)
        })
    };
    [
        svc("dual=True", "dual", BOTH, L2),
        svc("dual=False", "primal", SQUARED, L2),
        svc("penalty='l1', dual=False", "primal", SQUARED, L1),
    ]
    .concat()
}

/// scikit-learn's `LogisticRegression` for two classes.
pub fn sklearn_logistic_regression() -> Vec<Contender> {
    let regression = |solver, intercepts| {
        let label = format!("LogisticRegression(solver='{solver}')");
        let peer = peer(Program::Sklearn, &label, solver);
        as_tight_and_by_default(Contender { losses: LOG, intercepts, multi_class: false, ..peer })
    };
    [
        regression("lbfgs", &[Intercept::Free]),
        regression("newton-cholesky", &[Intercept::Free]),
        regression("liblinear", &[Intercept::Penalized]),
    ]
    .concat()
}

/// An estimator with scikit-learn's parameters: as tight as it takes, and as it is by default.
fn as_tight_and_by_default(contender: Contender) -> Vec<Contender> {
    let label = &contender.label;
    let by_default =
        Contender { label: format!("{label}, tol and max_iter by default"), ..contender.clone() };
    let tight = Contender {
        label: format!("{label}, max_iter unlimited"),
        rungs: Rung::tolerances(1e-2, 1e-11),
        climbs: true,
        default_cap: false,
        ..contender
    };
    vec![tight, by_default]
}

/// scikit-learn's `SVC(kernel='linear')`, which is libsvm.
pub fn sklearn_svc() -> Contender {
    Contender {
        losses: HINGE,
        intercepts: &[Intercept::Free],
        multi_class: false,
        rungs: Rung::tolerances(1e-2, 1e-9),
        climbs: true,
        ..peer(Program::Sklearn, "SVC(kernel='linear')", "svc")
    }
}

/// Lassos: scikit-learn's, and that of celer.
pub fn lassos() -> Vec<Contender> {
    let lasso = |program| {
        let mut lassos = as_tight_and_by_default(Contender {
            losses: SQUARED_ERROR,
            penalties: L1,
            intercepts: &[Intercept::Free],
            by_columns: true,
            ..peer(program, "Lasso", "cyclic")
        });
        lassos.iter_mut().filter(|lasso| lasso.climbs).for_each(|lasso| {
            lasso.rungs = Rung::tolerances(1e-4, 1e-13);
        });
        lassos
    };
    [lasso(Program::Sklearn), lasso(Program::Celer)].concat()
}

/// Who descends stochastically, for so many epochs.
pub fn descender(program: Program, float: Float) -> Contender {
    let bits = if float == Float::F64 { "f64" } else { "f32" };
    let label = format!("SGDClassifier, {bits}");
    Contender { float, intercepts: &[Intercept::Free], ..peer(program, &label, "sgd") }
}

/// A library that trains networks.
pub fn trainer(program: Program, name: &str, float: Float) -> Contender {
    let bits = if float == Float::F64 { "f64" } else { "f32" };
    Contender { float, ..peer(program, &format!("{name}{bits}"), "") }
}

/// A library that transforms 64-bit data with so many threads.
pub fn transforming(program: Program, threads: usize) -> Contender {
    let plural = if threads == 1 { "" } else { "s" };
    let allocator = if program == Program::OursMimalloc { ", mimalloc" } else { "" };
    Contender { threads, ..peer(program, &format!("{threads} thread{plural}{allocator}"), "") }
}

/// The libraries written in Rust.
pub fn rust_peers() -> Vec<Contender> {
    let free = |program, label, rungs| Contender {
        losses: HINGE,
        intercepts: &[Intercept::Free],
        multi_class: false,
        rungs,
        climbs: true,
        ..peer(program, label, "smo")
    };
    let mut contenders = vec![
        free(Program::Linfa, "Svm, linear kernel", Rung::tolerances(1e-1, 1e-9)),
        free(Program::Smartcore, "SVC, linear kernel", Rung::passes()),
    ];
    contenders.extend(as_tight_and_by_default(peer(Program::Ferrolearn, "LinearSVC", "dual")));
    contenders
}
