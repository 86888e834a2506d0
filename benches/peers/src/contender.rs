//! Who takes part, and with which settings: to add a contender, add it here.

use crate::ladder::Rung;
use crate::program::Program;
use peers_protocol::{Float, Intercept, Loss};

/// A library with settings.
#[derive(Debug, Clone)]
pub struct Contender {
    /// What stands behind the library's name and version in the tables; unique.
    pub label: String,
    /// The program that runs it.
    pub program: Program,
    /// Which of its solvers, in its own words.
    pub solver: &'static str,
    /// The float type in which it holds the features.
    pub float: Float,
    /// The threads that it may use.
    pub threads: usize,
    /// The losses that it has.
    pub losses: &'static [Loss],
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
    /// Whether it can solve a problem.
    pub fn takes(&self, loss: Loss, n_classes: usize) -> bool {
        self.losses.contains(&loss) && (self.multi_class || n_classes == 2)
    }
}

const BOTH: &[Loss] = &[Loss::Hinge, Loss::SquaredHinge];
const HINGE: &[Loss] = &[Loss::Hinge];
const SQUARED: &[Loss] = &[Loss::SquaredHinge];

/// certifit. The row to which the others are compared is that with 64 bits and one thread.
pub fn ours(float: Float, threads: usize) -> Contender {
    let bits = if float == Float::F64 { "f64" } else { "f32" };
    let plural = if threads == 1 { "" } else { "s" };
    Contender {
        label: format!("{bits}, {threads} thread{plural}"),
        program: Program::Ours,
        solver: "auto",
        float,
        threads,
        losses: BOTH,
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
        threads: 1,
        losses: BOTH,
        intercepts: &[Intercept::Penalized],
        multi_class: true,
        rungs: vec![Rung::DEFAULT],
        climbs: false,
        default_cap: true,
    }
}

/// LIBLINEAR's solvers. The tolerances begin with its defaults.
pub fn liblinear() -> Vec<Contender> {
    let dual = Rung::tolerances(1e-1, 1e-9);
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
            rungs: dual,
            ..climbing(Program::Liblinear, "-s 1 (dual, then primal)", "1")
        },
        Contender {
            losses: SQUARED,
            rungs: Rung::tolerances(1e-2, 1e-10),
            ..climbing(Program::Liblinear, "-s 2 (primal)", "2")
        },
    ]
}

/// scikit-learn's `LinearSVC`, as it is by default and as tight as it takes.
pub fn sklearn_linear_svc(float: Float) -> Vec<Contender> {
    let bits = if float == Float::F64 { "" } else { ", f32" };
    let mut contenders = Vec::new();
    for (solver, dual, losses) in [("dual", "True", BOTH), ("primal", "False", SQUARED)] {
        let label = format!("LinearSVC(dual={dual}){bits}");
        let by_default = Contender {
            losses,
            float,
            ..peer(Program::Sklearn, &format!("{label}, tol and max_iter by default"), solver)
        };
        contenders.push(Contender {
            label: format!("{label}, max_iter unlimited"),
            rungs: Rung::tolerances(1e-2, 1e-11),
            climbs: true,
            default_cap: false,
            ..by_default.clone()
        });
        contenders.push(by_default);
    }
    contenders
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
    let ferrolearn = peer(Program::Ferrolearn, "LinearSVC, tol and max_iter by default", "dual");
    vec![
        free(Program::Linfa, "Svm, linear kernel", Rung::tolerances(1e-1, 1e-9)),
        free(Program::Smartcore, "SVC, linear kernel", Rung::passes()),
        Contender {
            label: "LinearSVC, max_iter unlimited".to_owned(),
            rungs: Rung::tolerances(1e-2, 1e-11),
            climbs: true,
            default_cap: false,
            ..ferrolearn.clone()
        },
        ferrolearn,
    ]
}
