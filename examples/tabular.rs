#![forbid(unsafe_code)]
//! Who survived the Titanic? `cargo run --release --example tabular`.
//!
//! A table as tables are: numbers, categories and texts, with values that are missing.

use certifit::impute::Strategy;
use certifit::prelude::*;
use certifit::preprocessing::HandleUnknown;
use certifit::table::{ColumnKind, CsvReader};

const PASSENGERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/titanic.csv");

fn main() -> Result<(), Error> {
    // Numbers that are no quantities are categories: the class of a ticket.
    let table = CsvReader::new()
        .kind("Pclass", ColumnKind::Categorical)
        .kind("Name", ColumnKind::Text)
        .kind("target", ColumnKind::Categorical)
        .read(PASSENGERS)?;
    println!("{table}");
    let survived = table.labels("target")?;
    let held_out = TestSize::fraction(0.25).seed(42).stratify(&survived);
    let (x_train, x_test, y_train, y_test) = train_test_split(&table, &survived, held_out)?;

    let columns = ColumnTransformer::new()
        .numeric(
            "num",
            SimpleImputer::new().strategy(Strategy::Median).add_indicator(true).then(StandardScaler::new()),
            ["Age", "SibSp", "Parch", "Fare"],
        )
        .categorical(
            "cat",
            CategoryImputer::new().then(OneHotEncoder::new().handle_unknown(HandleUnknown::Ignore)),
            ["Pclass", "Sex", "Embarked"],
        )
        .text("name", CountVectorizer::new().min_df(10).binary(true), "Name");
    let pipeline = columns.then(LogisticRegression::new());
    let model = pipeline.fit(&x_train, &y_train)?;
    println!("{}", model.last().report());

    let accuracy = accuracy_score(&y_test, &model.predict(&x_test)?)?;
    println!("\naccuracy on passengers it has not seen: {accuracy:.4}");
    println!("\n{:>24}  log-odds of survival", "column");
    let names = model.first().feature_names_out(table.names())?;
    let mut terms: Vec<(&String, f64)> = names.iter().zip(model.last().coef().row(0).to_vec()).collect();
    terms.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    for (name, weight) in terms.iter().take(10) {
        println!("{name:>24}  {weight:+.2}");
    }

    let folds = StratifiedKFold::new(5).shuffle(true);
    let scores = cross_val_score(&pipeline, &table, &survived, &folds, &Accuracy)?;
    println!("\ncross-validated accuracy: {}", scores.summary());
    let scores = cross_val_score(&pipeline, &table, &survived, &folds, &RocAuc::new())?;
    println!("cross-validated ROC AUC:  {}", scores.summary());
    Ok(())
}
