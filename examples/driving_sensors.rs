#![forbid(unsafe_code)]
//! In which of 11 states is a drive? `cargo run --release --example driving_sensors`.
//!
//! 48 readings of currents a row, on scales from 1e-5 to 1e2, of which one in twenty is lost here on the way.

use certifit::impute::Strategy;
use certifit::prelude::*;
use certifit::table::{ColumnKind, CsvReader};

const READINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/sensorless.csv");

fn main() -> Result<(), Error> {
    let table = CsvReader::new().kind("target", ColumnKind::Categorical).read(READINGS)?;
    let states = table.labels("target")?;
    let readings = losing_some(table.without(&["target"])?)?;
    let lost: usize = readings.columns().iter().map(|column| column.n_missing()).sum();
    println!("{} rows of {} readings, {lost} of them lost", readings.n_rows(), readings.n_columns());

    let held_out = TestSize::fraction(0.25).seed(42).stratify(&states);
    let (x_train, x_test, y_train, y_test) = train_test_split(&readings, &states, held_out)?;

    // What is lost becomes the median of its sensor, and all sensors get the same spread.
    let median = SimpleImputer::new().strategy(Strategy::Median);
    let filled = || ColumnTransformer::new().numeric("sensor", median, ColumnKind::Numeric);
    let scaled = filled().then(StandardScaler::new());
    let model = scaled.then(LogisticRegression::new().c(100.0)).fit(&x_train, &y_train)?;
    let predicted = model.predict(&x_test)?;
    println!("{}", model.last().report());
    println!("\naccuracy on rows it has not seen: {:.4}", accuracy_score(&y_test, &predicted)?);
    println!("{}", confusion_matrix(&y_test, &predicted)?);

    let raw = filled().then(LogisticRegression::new().c(100.0)).fit(&x_train, &y_train)?;
    let accuracy = accuracy_score(&y_test, &raw.predict(&x_test)?)?;
    println!("\nwithout scaling, the small readings do not count: {accuracy:.4}");

    // Which sensors speak loudest, over all states?
    let names = model.first().feature_names_out(readings.names())?;
    let weight = |column: usize| model.last().coef().column(column).iter().map(|w| w.abs()).sum::<f64>();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|&a, &b| weight(b).total_cmp(&weight(a)));
    let loudest: Vec<&str> = order.iter().take(6).map(|&column| names[column].as_str()).collect();
    println!("the sensors that count most: {}", loudest.join(", "));
    Ok(())
}

/// One reading in twenty becomes missing, the same ones in every run.
fn losing_some(table: Table) -> Result<Table, Error> {
    let mut state = 1u32;
    let mut loses = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16 < 65_536 / 20
    };
    let names = table.names().iter();
    names.clone().try_fold(Table::new(), |lossy, name| {
        let values = table.numbers(name)?.iter().map(|&value| if loses() { f64::NAN } else { value });
        lossy.numeric(name.as_str(), values.collect::<Vec<_>>())
    })
}
