#![forbid(unsafe_code)]
//! A first walk through the crate: `cargo run --release --example quickstart`.

use certifit::prelude::*;

fn main() -> Result<(), Error> {
    breast_cancer()?;
    iris()
}

fn breast_cancer() -> Result<(), Error> {
    let data = datasets::breast_cancer();
    step("1. Data: breast_cancer, measures of tumours");
    println!("{} tumours (rows), {} measures each (features).", data.features.nrows(), data.features.ncols());
    println!("To be predicted: {} (0) or {} (1).", data.target_names[0], data.target_names[1]);

    step("2. Split: keep some rows out of sight");
    let (x_train, x_test, y_train, y_test) =
        train_test_split(&data.features, &data.target, TestSize::fraction(0.2).seed(42))?;
    println!(
        "The model learns from {} rows. {} are held out: only rows that it",
        x_train.nrows(),
        x_test.nrows()
    );
    println!("has never seen can tell how it will do on new patients.");

    step("3. Fit: scale, then a linear support vector machine");
    let model = StandardScaler::new().then(LinearSVC::new().loss(Hinge).c(1.0)).fit(&x_train, &y_train)?;
    println!("The scaler gives all features mean 0 and spread 1, so that none counts more for");
    println!("its unit. The SVM then looks for the plane with the widest margin between the");
    println!("two classes. The pipeline learns both from the {} training rows alone.", x_train.nrows());

    step("4. Certificate: is this really the best plane?");
    println!("{}", model.last().report());
    println!("Primal is the cost of the plane found (margin plus errors). Dual is a proven lower");
    println!("bound: no plane costs less. The gap between the two is all that could still be");
    println!(
        "gained, here less than {:e} of the cost. Nothing is left to tune in the solver.",
        model.last().report().tol()
    );

    step("5. Judge: training rows against unseen rows");
    let train = accuracy_score(&y_train, &model.predict(&x_train)?)?;
    let predicted = model.predict(&x_test)?;
    let test = accuracy_score(&y_test, &predicted)?;
    println!("accuracy on the training rows: {train:.3}");
    println!("accuracy on the unseen rows:   {test:.3}   <- the honest number");
    println!("A training accuracy far above the other would mean overfitting (learnt by heart:");
    println!("try a smaller c); both of them low, underfitting (too simple: try a larger c).");
    println!("\n{}", classification_report(&y_test, &predicted)?.target_names(&data.target_names)?);

    step("6. Cross-validate: was the split lucky?");
    let scores = cross_val_score(
        &StandardScaler::new().then(LinearSVC::new().loss(Hinge)),
        &data.features,
        &data.target,
        &StratifiedKFold::new(5),
        &Accuracy,
    )?;
    println!("accuracy: {}", scores.summary());
    println!("All rows in 5 parts (folds); each is held out once while the others are learnt.");
    println!("The mean is steadier than one split; the ± shows how much a split matters.");
    Ok(())
}

fn iris() -> Result<(), Error> {
    let data = datasets::iris();
    step("7. More than two classes: iris, three species of flowers");
    let (x_train, x_test, y_train, y_test) = train_test_split(
        &data.features,
        &data.target,
        TestSize::fraction(0.2).seed(42).stratify(&data.target),
    )?;
    let svm = LinearSVC::new().loss(Hinge).multi_class(MultiClass::OneVsOne);
    let model = StandardScaler::new().then(svm).fit(&x_train, &y_train)?;
    println!("{}", model.last().report());
    println!("One plane for each pair of species, three in all; each votes, and most votes win.");

    let predicted = model.predict(&x_test)?;
    println!("accuracy on {} unseen flowers: {:.3}", y_test.len(), accuracy_score(&y_test, &predicted)?);
    println!("rows: the true species, columns: the predicted one; right answers on the diagonal");
    println!("{}", confusion_matrix(&y_test, &predicted)?);
    println!("\nNow your own file: cargo run --release --example train -- FILE.csv --scale --cv 5");
    Ok(())
}

fn step(title: &str) {
    println!("\n{title}\n{}", "-".repeat(title.len()));
}
