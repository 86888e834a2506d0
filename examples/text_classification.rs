#![forbid(unsafe_code)]
//! Which text messages are spam? `cargo run --release --example text_classification`.
//!
//! 5,574 messages become sparse rows of more than 10,000 terms, and a linear model reads them.

use certifit::prelude::*;
use certifit::table::{ColumnKind, CsvReader};

const MESSAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/sms_spam.csv");

fn main() -> Result<(), Error> {
    let table = CsvReader::new().kind("text", ColumnKind::Text).read(MESSAGES)?;
    let (texts, labels) = (table.texts("text")?.to_vec(), table.labels("target")?);
    let held_out = TestSize::fraction(0.2).seed(42).stratify(&labels);
    let (train, test, y_train, y_test) = train_test_split(&texts, &labels, held_out)?;

    // Words and pairs of words, weighed by how rare they are. The vocabulary is that of the training messages.
    let vectorizer = TfidfVectorizer::new().ngram_range(1..=2).min_df(2).sublinear_tf(true);
    let pipeline = vectorizer.then(LinearSVC::new());
    let model = pipeline.fit(&train, &y_train)?;
    println!("{} messages to learn from, {} held out", train.len(), test.len());
    println!("{} terms; {}", model.first().n_terms(), model.last().report());

    let predicted = model.predict(&test)?;
    println!("\naccuracy on messages it has not seen: {:.4}", accuracy_score(&y_test, &predicted)?);
    println!("F1 of spam:                           {:.4}", f1_score(&y_test, &predicted, Average::Binary)?);
    println!("{}", confusion_matrix(&y_test, &predicted)?);

    let terms: Vec<&str> = model.first().terms().collect();
    let coef = model.last().coef();
    let mut order: Vec<usize> = (0..terms.len()).collect();
    order.sort_by(|&a, &b| coef[[0, b]].total_cmp(&coef[[0, a]]));
    let named =
        |columns: &[usize]| columns.iter().map(|&column| terms[column]).collect::<Vec<_>>().join(", ");
    println!("\nspeaks for spam: {}", named(&order[..10]));
    order.reverse();
    println!("speaks for ham:  {}", named(&order[..10]));

    let new =
        ["Congratulations! You won a free prize, text WIN to claim now", "Are you home for dinner tonight?"];
    for (text, label) in new.iter().zip(model.predict(&new)?) {
        println!("{label}: {text}");
    }

    // Every fold learns its vocabulary anew, from its own training messages.
    let scores =
        cross_val_score(&pipeline, &texts, &labels, &StratifiedKFold::new(5).shuffle(true), &Accuracy)?;
    println!("\ncross-validated accuracy: {}", scores.summary());
    Ok(())
}
