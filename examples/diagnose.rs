//! What is a model worth, and why? Every diagnosis of the crate on one data set, in words and in pictures.
//!
//! ```sh
//! cargo run --release --features plot --example diagnose [FOLDER]
//! ```
//!
//! writes the pictures into FOLDER (`target/diagnose` unless given) as PNG, and one as SVG.

use certifit::calibration::{CalibratedClassifier, TunedThresholdClassifier};
use certifit::inspection::{Permutations, permutation_importance};
use certifit::metric::{
    Bins, Decisions, Predictions, Probabilities, brier_score_loss, calibration_curve, precision_recall_curve,
    roc_curve,
};
use certifit::model_selection::{TrainSizes, learning_curve, validation_curve};
use certifit::plot::{CoefPath, Picture};
use certifit::prelude::*;
use ndarray::Array1;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("target/diagnose"), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let file = |name: &str| folder.join(name);

    // 569 tumours, of which 212 are malignant. Labels are of any type: here the names of the classes.
    let data = datasets::breast_cancer();
    let x = &data.features;
    let y: Array1<&str> = data.target.mapv(|class| if class == 0 { "malignant" } else { "benign" });
    let cv = StratifiedKFold::new(5).shuffle(true);
    let svm = |c: f64| StandardScaler::new().then(LinearSVC::new().c(c));

    println!("# Does it under- or overfit?\n");
    let sizes = TrainSizes::fractions([0.1, 0.2, 0.4, 0.6, 0.8, 1.0]).shuffle(true);
    let curve = learning_curve(&svm(1.0), x, &y, &cv, &Accuracy, &sizes)?;
    println!("{curve}{}\n", curve.diagnose(0.98));
    curve.chart()?.y_label("accuracy").save(file("learning_curve.png"))?;

    println!("# Which C?\n");
    let cs: Vec<f64> = (-8..=4).map(|k| 10f64.powf(f64::from(k) / 2.0)).collect();
    let curve = validation_curve(|&c| svm(c), &cs, x, &y, &cv, &Accuracy)?;
    println!("{curve}");
    let best = *curve.best();
    curve.chart()?.x_label("C").y_label("accuracy").save(file("validation_curve.png"))?;

    println!("# Who is taken for whom, by models that have not seen the row?\n");
    let predicted = cross_val_predict(&svm(best), x, &y, &cv, &Predictions)?;
    let matrix = confusion_matrix(&y, &predicted)?;
    println!("{matrix}");
    matrix.save(file("confusion_matrix.png"))?;
    let scores = cross_val_predict(&svm(best), x, &y, &cv, &Decisions)?;
    let (roc, precision_recall) = (roc_curve(&y, &scores)?, precision_recall_curve(&y, &scores)?);
    println!(
        "area under the ROC curve {:.4}, average precision {:.4}\n",
        roc.auc(),
        precision_recall.average_precision()
    );
    roc.save(file("roc_curve.png"))?;
    roc.save(file("roc_curve.svg"))?;
    precision_recall.save(file("precision_recall_curve.png"))?;

    println!("# How probable is it?\n");
    let calibrated = CalibratedClassifier::new(svm(best));
    let probabilities = cross_val_predict(&calibrated, x, &y, &cv, &Probabilities)?;
    let curve = calibration_curve(&y, &probabilities, Bins::Uniform(8))?;
    println!(
        "Brier score {:.4}, mean error of the probabilities {:.3}\n",
        brier_score_loss(&y, &probabilities)?,
        curve.error()
    );
    curve.save(file("calibration_curve.png"))?;

    println!("# From which score on is a tumour malignant?\n");
    // To miss one is worse than a false alarm: recall counts twice as much as precision.
    let scoring = FBeta::new(2.0).average(Average::positive("malignant"));
    let tuned = TunedThresholdClassifier::new(svm(best)).scoring(scoring).cv(cv).fit(x, &y)?;
    let found = |labels: &Array1<&str>| confusion_matrix(&y, labels).map(|m| m.get(&"malignant", &"benign"));
    println!(
        "threshold {:.3} instead of 0: F₂ {:.3}; malignant ones missed on these rows: {:?} instead of {:?}\n",
        tuned.threshold(),
        tuned.tuning().best_score,
        found(&tuned.predict(x)?)?.unwrap_or(0.0),
        found(&tuned.model().predict(x)?)?.unwrap_or(0.0),
    );
    tuned.chart()?.x_label("decision value").y_label("F₂").save(file("threshold.png"))?;

    println!("# What does it look at?\n");
    let model = svm(best).fit(x, &y)?;
    let table = model.last().coef_table(&data.feature_names)?;
    println!("{}", table.clone().top(8));
    table.top(20).save(file("coefficients.png"))?;
    let importance = permutation_importance(&model, x, &y, &Accuracy, &Permutations::new(20))?;
    let importance = importance.named(&data.feature_names)?;
    println!("{importance}");
    importance.save(file("importance.png"))?;

    println!("# How do its coefficients grow with C?\n");
    let scaled = model.first().transform(x)?;
    let cs: Vec<f64> = (-12..=4).map(|k| 10f64.powf(f64::from(k) / 4.0)).collect();
    let path = LinearSVC::new().penalty(L1).path(&scaled, &y, &cs)?;
    let used = |k: usize| path[k].coef().iter().filter(|&&w| w != 0.0).count();
    println!("{} features at C = {}, {} at C = {}\n", used(0), cs[0], used(16), cs[16]);
    let coefs = path.iter().map(|model| model.coef().row(0));
    CoefPath::new("C", &cs, coefs, &data.feature_names)?
        .chart()?
        .title("Coefficients by C, with an L1 penalty")
        .save(file("coefficient_path.png"))?;

    println!("# Does stochastic gradient descent settle?\n");
    let descent = SGDClassifier::new().loss(LogLoss).alpha(0.001).tol(1e-4).fit(&scaled, &y)?;
    println!("{}\n", descent.report());
    descent.report().save(file("loss_curve.png"))?;

    println!("# And with several classes?\n");
    let digits = datasets::digits();
    let svm = StandardScaler::new().then(LinearSVC::new().c(0.01));
    let cv = StratifiedKFold::new(5).shuffle(true);
    let predicted = cross_val_predict(&svm, &digits.features, &digits.target, &cv, &Predictions)?;
    println!("digits: {:.3} are right", accuracy_score(&digits.target, &predicted)?);
    confusion_matrix(&digits.target, &predicted)?.chart()?.title("Digits").save(file("digits.png"))?;
    let wine = datasets::wine();
    let logistic = StandardScaler::new().then(LogisticRegression::new()).fit(&wine.features, &wine.target)?;
    logistic.last().coef_table(&wine.feature_names)?.chart()?.title("Wine").save(file("wine.png"))?;

    println!("pictures are in {}", folder.display());
    Ok(())
}
