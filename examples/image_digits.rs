#![forbid(unsafe_code)]
//! Which digit does a picture show? `cargo run --release --example image_digits`.
//!
//! 1,797 pictures of 8 × 8 grey pixels, each a row of 64 numbers. A linear model tells most digits apart; a network bends.

use certifit::prelude::*;
use ndarray::{Array1, Array2};

fn main() -> Result<(), Error> {
    let data = datasets::digits();
    let held_out = TestSize::fraction(0.25).seed(42).stratify(&data.target);
    let split = train_test_split(&data.features, &data.target, held_out)?;
    let (x_train, x_test, y_train, y_test) = &split;
    let linear = StandardScaler::new().then(LogisticRegression::new()).fit(x_train, y_train)?;
    let linear = accuracy_score(y_test, &linear.predict(x_test)?)?;
    println!("linear:  accuracy on pictures it has not seen: {linear:.4}");
    network(&split, linear)
}

/// Rows and labels to fit, and those that are held out.
type Split = (Array2<f64>, Array2<f64>, Array1<usize>, Array1<usize>);

/// A network with scikit-learn's defaults: 100 hidden units, relu, Adam. Five of them, as it matters where weights begin.
fn network((x_train, x_test, y_train, y_test): &Split, linear: f64) -> Result<(), Error> {
    let mut sum = 0.0;
    for seed in 0..5 {
        let network = StandardScaler::new().then(MLPClassifier::new().seed(seed)).fit(x_train, y_train)?;
        let accuracy = accuracy_score(y_test, &network.predict(x_test)?)?;
        println!(
            "network: accuracy on pictures it has not seen: {accuracy:.4}\n  {}",
            network.last().report()
        );
        sum += accuracy;
    }
    let gain = 100.0 * (sum / 5.0 - linear);
    println!("the network gains {gain:.2} points over the linear model, in the mean");
    Ok(())
}
