//! Columns of several kinds.

use crate::golden::{assert_close, list, load, matrix, number, numbers, vector};
use certifit::impute::Strategy;
use certifit::prelude::*;
use certifit::preprocessing::DropCategory;
use certifit::table::Table;
use ndarray::{Array2, s};
use serde_json::Value;

fn table(golden: &Value) -> Table {
    let rows = list(&golden["source"]["rows"]);
    let column = |at: usize| rows.iter().map(move |row| number(&row[at]));
    let categories = rows.iter().map(|row| row[2].as_str());
    Table::new()
        .numeric("x0", column(0))
        .and_then(|table| table.numeric("x1", column(1)))
        .and_then(|table| table.categorical("x2", categories))
        .unwrap()
}

#[track_caller]
fn assert_near(found: &Array2<f64>, expected: &Array2<f64>, tolerance: f64) {
    assert_eq!(found.dim(), expected.dim());
    found.iter().zip(expected).for_each(|(a, b)| assert_close(*a, *b, tolerance, 1.0, "entry"));
}

#[test]
fn columns_of_two_kinds_and_then_models() {
    let golden = load("pipeline_mixed");
    let (table, y) = (table(&golden), numbers(&golden["source"]["y"]));
    let y: Vec<i64> = y.into_iter().map(|y| y as i64).collect();
    let mut seen = 0;
    for case in list(&golden["cases"]).iter().filter(|case| case["impute"].is_string()) {
        seen += 1;
        let strategy = if case["impute"] == "mean" { Strategy::Mean } else { Strategy::Median };
        let imputer = SimpleImputer::new().strategy(strategy);
        let drop = if case["drop"] == "first" { DropCategory::First } else { DropCategory::None };
        let columns = ColumnTransformer::new()
            .numeric("num", imputer.then(StandardScaler::new()), ["x0", "x1"])
            .categorical("cat", CategoryImputer::new().then(OneHotEncoder::new().drop(drop)), ["x2"]);
        let (fitted, z) = columns.fit_transform(&table, &y).unwrap();
        let names = fitted.feature_names_out(table.names()).unwrap();
        assert_eq!(
            names,
            list(&case["feature_names"]).iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>()
        );
        assert_near(&z.slice(s![..5, ..]).to_owned(), &matrix(&case["transform_first5"]), 1e-12);
        let sums = z.sum_axis(ndarray::Axis(0));
        sums.iter()
            .zip(numbers(&case["column_sums"]))
            .for_each(|(a, b)| assert_close(*a, b, 1e-12, 1.0, "sum"));
        assert_eq!(fitted.transform(&table).unwrap(), z);
        assert_eq!(columns.clone().sparse().fit_transform(&table, &y).unwrap().1.to_dense(), z);

        let expected = &case["logistic"];
        let model = columns.clone().then(LogisticRegression::new().tol(1e-13)).fit(&table, &y).unwrap();
        assert_near(model.last().coef(), &matrix(&expected["coef_"]), 1e-5);
        assert_close(model.last().intercept()[0], vector(&expected["intercept_"])[0], 1e-5, 1.0, "intercept");
        let accuracy = accuracy_score(&y, &model.predict(&table).unwrap()).unwrap();
        assert_close(accuracy, number(&expected["accuracy"]), 1e-12, 1.0, "accuracy");

        let expected = &case["linear_svc"];
        let penalized = Intercept::Penalized { scaling: 1.0 };
        let svc = LinearSVC::new().c(number(&expected["C"])).intercept(penalized).tol(1e-13);
        let model = columns.then(svc).fit(&table, &y).unwrap();
        assert_near(model.last().coef(), &matrix(&expected["coef_"]), 1e-5);
    }
    assert_eq!(seen, 2);
}

#[test]
fn a_union_and_then_a_ridge() {
    let golden = load("pipeline_mixed");
    let union_of = |case: &&Value| case["feature_union"].is_string();
    let case = list(&golden["cases"]).iter().find(union_of).unwrap();
    let x = table(&golden).select(&["x0", "x1"]).unwrap();
    let filled = FunctionTransformer::new(|x: &Array2<f64>| x.mapv(|v| if v.is_nan() { 1.0 } else { v }));
    let (_, x) = ColumnTransformer::new().numeric("filled", filled, 0..2).fit_transform(&x, &()).unwrap();
    let y: Vec<f64> = numbers(&golden["source"]["y"]);
    let y: Vec<f64> = y.iter().zip(x.rows()).map(|(y, x)| 0.5 * x[0] - 0.01 * x[1] + y).collect();
    let union = FeatureUnion::new()
        .with("scaled", StandardScaler::new())
        .with("powers", PolynomialFeatures::new().include_bias(false));
    let (_, z) = union.fit_transform(&x, &y).unwrap();
    assert_near(&z.slice(s![..3, ..]).to_owned(), &matrix(&case["transform_first3"]), 1e-12);
    let model = union.then(Ridge::new().alpha(1.0)).fit(&x, &y).unwrap();
    let expected = vector(&case["coef_"]);
    let found = model.last().coef();
    found.iter().zip(&expected).for_each(|(a, b)| assert_close(*a, *b, 1e-6, 1e-3, "coefficient"));
    assert_close(model.last().intercept(), number(&case["intercept_"]), 1e-6, 1.0, "intercept");
}
