//! Linear models over all of their ranges, on data that solvers find hard: every fit is certified to the gap that was asked
//! for, or says that floating point does not allow it, and the certificate holds against the data.
//!
//! | variable | meaning |
//! |---|---|
//! | `ROBUSTNESS_SEEDS` | seeds such as `3,17`, in place of those that are drawn (small grid) or fixed (full grid) |
//! | `ROBUSTNESS_KIND` | only the kinds whose names contain this |
//! | `ROBUSTNESS_MODEL` | only the models whose names contain this |
//!
//! The full grid, with its summary as Markdown:
//! `cargo test --release --test robustness -- --ignored --nocapture`

mod grid;
mod kinds;
mod objective;
mod summary;

use grid::Form;
use kinds::{KINDS, Size};
use objective::Model;
use std::collections::hash_map::RandomState;
use std::env;
use std::hash::{BuildHasher, Hasher};
use summary::Summary;

const SVC: [Model; 2] = [Model::Hinge, Model::SquaredHinge];
const OTHERS: [Model; 7] = [
    Model::SquaredHingeL1,
    Model::LogLoss,
    Model::LogLossL1,
    Model::Svr,
    Model::SquaredSvr,
    Model::Ridge,
    Model::Lasso,
];

const SMALL: Size = Size { rows: 100, columns: 8, imbalance: 1000 };
const FULL: [Size; 2] = [
    Size { rows: 2000, columns: 200, imbalance: 1000 },
    Size { rows: 20_000, columns: 30, imbalance: 10_000 },
];

/// How many fits to the data of one seed, of 810 in the small grid, may end at the floating-point limit.
///
/// In `f32`, where columns lie a million times as far from zero as rows lie apart, rounding of the coefficients alone
/// moves scores by some tenths, and few certificates survive that. Over 80 seeds 14 to 25 of the 810 fits of a seed ended
/// so when this was measured, most of them for that reason.
const MOST_LIMITED: usize = 32;

/// How many of them may do so with a gap that rounding does not account for: at the optimum a certificate exists in
/// floating point, and the solver has not found it.
///
/// Measured at the same time: 1 in 64,800 fits.
const MOST_UNEXPLAINED: usize = 3;

#[test]
fn fits_are_certified() {
    for seed in [101, 102, 106, 348] {
        check_small(seed);
    }
}

#[test]
fn fits_to_new_data_are_certified() {
    for seed in seeds().unwrap_or_else(|| vec![new_seed()]) {
        check_small(seed);
    }
}

#[test]
#[ignore = "takes minutes"]
fn sparse_rows_and_other_models() {
    let mut all = Summary::default();
    for seed in seeds().unwrap_or_else(|| vec![1]) {
        all.0.extend(run(seed, &[SMALL], &SVC, &[Form::Sparse]).0);
        all.0.extend(run(seed, &[SMALL], &OTHERS, &[Form::Dense, Form::Sparse]).0);
    }
    println!("\n{all}");
    assert_eq!(all.failures().count(), 0, "see the table above");
}

#[test]
#[ignore = "takes many minutes"]
fn full_grid() {
    let mut all = Summary::default();
    for seed in seeds().unwrap_or_else(|| vec![1, 2, 3]) {
        all.0.extend(run(seed, &FULL, &SVC, &[Form::Dense]).0);
        eprintln!("seed {seed} done");
    }
    println!("\n{all}");
    assert_eq!(all.failures().count(), 0, "see the table above");
}

fn check_small(seed: u64) {
    let summary = run(seed, &[SMALL], &SVC, &[Form::Dense]);
    println!("\nSeed {seed}\n\n{summary}");
    let again = format!("see the table above; for these data again, ROBUSTNESS_SEEDS={seed}");
    assert_eq!(summary.failures().count(), 0, "failures, {again}");
    let (limited, unexplained) = (summary.limits().count(), summary.unexplained().count());
    assert!(limited <= MOST_LIMITED, "{limited} fits at the floating-point limit, {again}");
    assert!(unexplained <= MOST_UNEXPLAINED, "{unexplained} of these without need, {again}");
}

fn run(seed: u64, sizes: &[Size], models: &[Model], forms: &[Form]) -> Summary {
    let only = |variable| env::var(variable).unwrap_or_default();
    let (kind, model) = (only("ROBUSTNESS_KIND"), only("ROBUSTNESS_MODEL"));
    let models: Vec<Model> = models.iter().copied().filter(|m| format!("{m:?}").contains(&model)).collect();
    let kinds = KINDS.iter().filter(|a| a.name.contains(&kind));
    let cases = kinds.flat_map(|kind| {
        sizes.iter().flat_map(move |&size| forms.iter().map(move |&form| (kind, size, form)))
    });
    Summary(cases.flat_map(|(kind, size, form)| grid::outcomes(kind, seed, size, &models, form)).collect())
}

/// The seeds that are asked for.
fn seeds() -> Option<Vec<u64>> {
    let list = env::var("ROBUSTNESS_SEEDS").ok()?;
    let seed =
        |text: &str| text.trim().parse().expect("ROBUSTNESS_SEEDS holds whole numbers, with commas between");
    Some(list.split(',').map(seed).collect())
}

/// Another one in every run, except where the seed of the property tests is fixed, which fixes this one too.
fn new_seed() -> u64 {
    let fixed = env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok());
    // Short, as it is to be typed.
    fixed.unwrap_or_else(|| RandomState::new().build_hasher().finish() % 1_000_000)
}
