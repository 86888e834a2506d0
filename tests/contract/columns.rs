//! Transformers side by side.

use crate::data::{csr, error_of, overlapping};
use certifit::compose::{ColumnSelection, Header};
use certifit::table::{ColumnKind, Table};
use certifit::{Error, prelude::*};
use ndarray::{Array2, Axis, array, concatenate};

fn table() -> Table {
    Table::new()
        .numeric("age", [22.0, 38.0, 26.0, 35.0])
        .and_then(|table| table.categorical("port", ["S", "C", "S", "Q"]))
        .and_then(|table| table.text("note", ["no cabin", "a cabin", "none", "cabin"]))
        .and_then(|table| table.numeric("fare", [7.0, 71.0, 8.0, 53.0]))
        .unwrap()
}

fn scaled(columns: impl Into<ColumnSelection>) -> ColumnTransformer<((), NumericPart)> {
    ColumnTransformer::new().numeric("num", StandardScaler::new(), columns)
}

type NumericPart = certifit::compose::Part<certifit::compose::Numbers, StandardScaler>;

#[test]
fn parts_see_their_columns() {
    let (x, _) = overlapping(2);
    let part = |columns: [usize; 2]| {
        StandardScaler::new().fit_transform(&x.select(Axis(1), &columns), &()).unwrap().1
    };
    let columns = scaled([2, 0]).numeric("raw", StandardScaler::new().with_std(false).with_mean(false), 1..2);
    let (fitted, z) = columns.fit_transform(&x, &()).unwrap();
    assert_eq!(z, concatenate![Axis(1), part([2, 0]), x.select(Axis(1), &[1])]);
    assert_eq!(fitted.transform(&x).unwrap(), z);
    assert_eq!(columns.fit(&x, &()).unwrap(), fitted);
    assert_eq!(fitted.header(), &Header::Width(3));
    let names = fitted.feature_names_out(&["a".into(), "b".into(), "c".into()]).unwrap();
    assert_eq!(names, ["num__c", "num__a", "raw__b"]);
}

#[test]
fn sparse_and_single_precision_are_dense_and_double() {
    let (x, _) = overlapping(2);
    let scaler = StandardScaler::new().with_mean(false);
    let columns = ColumnTransformer::new().numeric("b", scaler, [2, 0]).remainder(Remainder::Passthrough);
    let (_, dense) = columns.fit_transform(&x, &()).unwrap();
    assert_eq!(columns.clone().sparse().fit_transform(&x, &()).unwrap().1.to_dense(), dense);
    let (fitted, of_sparse) = columns.clone().sparse().fit_transform(&csr(&x), &()).unwrap();
    assert_eq!(of_sparse.to_dense(), dense);
    assert_eq!(fitted.transform(&csr(&x).view()).unwrap(), of_sparse);
    let single = columns.output::<Array2<f32>>().fit_transform(&x.mapv(|v| v as f32), &()).unwrap().1;
    single.iter().zip(&dense).for_each(|(a, b)| assert!((f64::from(*a) - b).abs() < 1e-5));
}

#[test]
fn kinds_choose_columns_and_names_find_them_again() {
    let numbers = scaled(ColumnKind::Numeric);
    let fitted = numbers.fit(&table(), &()).unwrap();
    let z = fitted.transform(&table()).unwrap();
    assert_eq!(z.ncols(), 2);
    let turned = table().select(&["note", "fare", "age"]).unwrap();
    assert_eq!(fitted.transform(&turned).unwrap(), z);
    let error = error_of(fitted.transform(&turned.without(&["fare"]).unwrap()));
    let Error::Part { part, source, .. } = error else { panic!("{error}") };
    assert!(
        part == "num" && matches!(&*source, Error::Column { column, .. } if column == "fare"),
        "{source}"
    );
}

#[test]
fn kinds_must_fit() {
    let message = |error: Error| error.to_string();
    let error = error_of(scaled(["age", "port"]).fit(&table(), &()));
    assert_eq!(message(error), "num: column \"port\": it is categorical, but must be numeric");
    let error = error_of(scaled(["age", "cabin"]).fit(&table(), &()));
    assert!(message(error).contains("there is none of this name"));
    let error = error_of(scaled(["age"]).remainder(Remainder::Passthrough).fit_transform(&table(), &()));
    assert!(message(error).starts_with("remainder: column \"port\""));
    let words =
        |columns: ColumnSelection| ColumnTransformer::new().text("t", CountVectorizer::new(), columns);
    assert!(words(["port", "note"].into()).fit(&table(), &()).is_err());
    assert!(words("age".into()).fit(&table(), &()).is_err());
    assert!(words("port".into()).fit(&table(), &()).is_err(), "all terms are too short");
    assert_eq!(words("note".into()).fit_transform(&table(), &()).unwrap().1.row(1).to_vec(), [1.0, 0.0, 0.0]);
}

#[test]
fn errors_name_the_column() {
    let numbers = scaled(["fare", "age"]).fit(&table(), &()).unwrap();
    let beyond = Table::new().numeric("fare", [7.0]).and_then(|t| t.numeric("age", [f64::INFINITY])).unwrap();
    assert_eq!(
        error_of(numbers.transform(&beyond)).to_string(),
        "num: x is inf at row 0, column 1 (that is \"age\")"
    );
    let ports = ColumnTransformer::new().categorical("cat", OneHotEncoder::new(), ["note", "port"]);
    let fitted = ports.fit(&table(), &()).unwrap();
    let other = Table::new().categorical("port", ["X"]).and_then(|t| t.text("note", ["none"])).unwrap();
    let message = error_of(fitted.transform(&other)).to_string();
    assert!(message.contains("column 1") && message.ends_with("(that is \"port\")"), "{message}");
    let x = array![[1.0, f64::INFINITY]];
    let message = error_of(scaled([1]).fit(&x, &())).to_string();
    assert_eq!(message, "num: x is inf at row 0, column 0 (that is column 1 of all)");
}

#[test]
fn columns_are_asked_for_once() {
    let (x, _) = overlapping(2);
    for columns in [vec![0, 0], vec![3]] {
        let Error::Part { source, .. } = error_of(scaled(columns).fit(&x, &())) else { panic!() };
        assert!(matches!(*source, Error::InvalidParameter { name: "columns", .. }), "{source}");
    }
    assert!(matches!(error_of(scaled("age").fit(&x, &())), Error::Part { .. }));
    let twice = scaled([0]).numeric("num", StandardScaler::new(), [1]);
    assert!(matches!(error_of(twice.fit(&x, &())), Error::InvalidParameter { name: "name", .. }));
    let none = error_of(ColumnTransformer::new().fit_transform(&x, &()));
    assert_eq!(none, Error::Empty { what: "the transformed x", axis: "columns" });
    let fitted = scaled([0]).fit(&x, &()).unwrap();
    let narrow = x.select(Axis(1), &[0, 1]);
    let Error::Part { source, .. } = error_of(fitted.transform(&narrow)) else { panic!() };
    assert_eq!(*source, Error::FeatureMismatch { expected: 3, found: 2 });
    assert_eq!(
        error_of(fitted.feature_names_out(&["a".into()])),
        Error::FeatureMismatch { expected: 3, found: 1 }
    );
    assert_eq!(error_of(fitted.transform(&x.select(Axis(0), &[]))), Error::Empty { what: "x", axis: "rows" });
}

#[test]
fn tables_go_through_folds() {
    let n = 60;
    let table = Table::new()
        .numeric("a", (0..n).map(|i| f64::from(i % 2) * 3.0 + f64::from(i % 7) * 0.1))
        .and_then(|table| table.text("note", (0..n).map(|i| ["good one", "bad one"][i as usize % 2])))
        .unwrap();
    let y: Vec<&str> = (0..n).map(|i| ["yes", "no"][i as usize % 2]).collect();
    let columns = scaled(["a"]).text("note", TfidfVectorizer::new(), "note");
    let folds = StratifiedKFold::new(3);
    let dense =
        cross_val_score(&columns.clone().then(LinearSVC::new()), &table, &y, &folds, &Accuracy).unwrap();
    let sparse =
        cross_val_score(&columns.sparse().then(LinearSVC::new()), &table, &y, &folds, &Accuracy).unwrap();
    assert_eq!((dense.mean(), sparse.mean()), (1.0, 1.0));
}

#[test]
fn unions_show_all_to_each() {
    let texts = ["red apple", "green pear", "red"];
    let union = FeatureUnion::new()
        .with("words", CountVectorizer::new())
        .with("hash", HashingVectorizer::new().n_features(4));
    let (fitted, dense) = union.fit_transform(&texts, &()).unwrap();
    assert_eq!(dense.dim(), (3, 8));
    assert_eq!(union.clone().sparse().fit_transform(&texts, &()).unwrap().1.to_dense(), dense);
    assert_eq!(fitted.transform(&texts).unwrap(), dense);
    let names = fitted.feature_names_out(&["text".into()]).unwrap();
    assert_eq!([names[0].as_str(), names[7].as_str()], ["words__apple", "hash__hash3"]);
    assert!(matches!(error_of(union.fit(&["", ""], &())), Error::Part { part, .. } if part == "words"));
    assert_eq!(error_of(union.fit(&[] as &[&str], &())), Error::Empty { what: "x", axis: "rows" });
}

#[test]
fn functions_keep_the_rows() {
    let half = FunctionTransformer::new(|x: &Array2<f64>| x.select(Axis(0), &[0]));
    let x = array![[1.0], [2.0]];
    assert!(matches!(
        error_of(half.fit_transform(&x, &())),
        Error::LengthMismatch { expected: 2, found: 1, .. }
    ));
    let square = FunctionTransformer::new(|x: &Array2<f64>| x * x).feature_names(["square"]);
    let columns = scaled([0]).numeric("square", square, [0]);
    let (fitted, z) = columns.fit_transform(&x, &()).unwrap();
    assert_eq!(z, array![[-1.0, 1.0], [1.0, 4.0]]);
    assert_eq!(fitted.feature_names_out(&["a".into()]).unwrap(), ["num__a", "square__square"]);
}
