#![forbid(unsafe_code)]
//! Which digit does a picture show? `cargo run --release --example image_digits`.
//!
//! 1,797 pictures of 8 × 8 grey pixels, each a row of 64 numbers. A linear model tells most digits apart; a kernel
//! approximation lets it bend, and so does a network.

use certifit::kernel_approximation::{Kernel, Nystroem};
use certifit::prelude::*;
use ndarray::{Array2, ArrayView1};

fn main() -> Result<(), Error> {
    let data = datasets::digits();
    let held_out = TestSize::fraction(0.25).seed(42).stratify(&data.target);
    let (x_train, x_test, y_train, y_test) = train_test_split(&data.features, &data.target, held_out)?;
    println!("{} pictures to learn from, {} held out", x_train.nrows(), x_test.nrows());

    // Grey from 0 to 1. The function learns nothing, and so it may stand in front.
    let grey = FunctionTransformer::new(|x: &Array2<f64>| x / 16.0);
    let linear = grey.clone().then(LogisticRegression::new()).fit(&x_train, &y_train)?;
    let predicted = linear.predict(&x_test)?;
    println!("{}", linear.last().report());
    println!("\nlinear: accuracy on pictures it has not seen: {:.4}", accuracy_score(&y_test, &predicted)?);
    println!("rows: the true digit, columns: the predicted one\n{}", confusion_matrix(&y_test, &predicted)?);

    let probabilities = linear.predict_proba(&x_test)?;
    let wrong = (0..y_test.len()).find(|&row| predicted[row] != y_test[row]);
    if let Some(row) = wrong {
        let p = |digit: usize| probabilities[[row, digit]];
        println!("\na {} that it takes for a {}:", y_test[row], predicted[row]);
        println!("(probabilities {:.2} and {:.2})", p(y_test[row]), p(predicted[row]));
        draw(x_test.row(row));
    }

    // How alike a picture is to each of 400 others: in these features a plane is a bent surface.
    let alike = Nystroem::new().kernel(Kernel::Rbf { gamma: Some(0.1) }).n_components(400);
    let bent = grey.then(alike).then(LinearSVC::new()).fit(&x_train, &y_train)?;
    let accuracy = accuracy_score(&y_test, &bent.predict(&x_test)?)?;
    println!("\nbent: accuracy on pictures it has not seen: {accuracy:.4}");

    // A network with scikit-learn's defaults: 100 hidden units, relu, Adam. Five of them, as it matters where weights begin.
    let linear = accuracy_score(&y_test, &predicted)?;
    let mut sum = 0.0;
    for seed in 0..5 {
        let network = StandardScaler::new().then(MLPClassifier::new().seed(seed)).fit(&x_train, &y_train)?;
        let accuracy = accuracy_score(&y_test, &network.predict(&x_test)?)?;
        println!(
            "\nnetwork: accuracy on pictures it has not seen: {accuracy:.4}\n  {}",
            network.last().report()
        );
        sum += accuracy;
    }
    println!(
        "the networks gain {:.2} points over the linear model, in the mean",
        100.0 * (sum / 5.0 - linear)
    );
    Ok(())
}

/// The picture in shades of characters.
fn draw(pixels: ArrayView1<'_, f64>) {
    let shade = |&grey: &f64| [' ', '.', ':', '+', '#'][(grey / 4.0).clamp(0.0, 4.0) as usize];
    for line in pixels.to_vec().chunks(8) {
        println!("  {}", line.iter().flat_map(|grey| [shade(grey); 2]).collect::<String>());
    }
}
