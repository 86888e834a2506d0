//! Encoders, imputers, transformers of features and choices of columns, on every case of `preprocessing.json` and
//! `features.json`.

use crate::golden::{assert_close, indices, list, load, matrix, numbers, vector};
use certifit::feature_selection::{Chi2, FClassif, FRegression, ScoreFunction, VarianceThreshold};
use certifit::impute::{
    CategoryImputer, MissingFeatures, MissingIndicator, NeighborWeights, SimpleImputer, Strategy,
};
use certifit::kernel_approximation::{Kernel, Nystroem};
use certifit::prelude::*;
use certifit::preprocessing::{
    BinStrategy, DropCategory, Extrapolation, HandleUnknown, KBinsDiscretizer, Knots, Labels, Numbers,
    OutputDistribution, PolynomialFeatures, PowerMethod, PowerTransformer, QuantileMethod,
    QuantileTransformer, SplineTransformer, TargetType,
};
use ndarray::{Array1, Array2, Axis, s};
use serde_json::Value;

/// How many cases of each transformer there are, in both files; what the crate has not is named.
const CASES: [(&str, usize, usize); 20] = [
    ("SimpleImputer", 12, 0),
    ("OneHotEncoder", 10, 0),
    ("OrdinalEncoder", 5, 2),
    ("LabelEncoder", 5, 0),
    ("LabelBinarizer", 5, 0),
    ("PolynomialFeatures", 7, 0),
    ("KBinsDiscretizer", 14, 3),
    ("Binarizer", 1, 0),
    ("PowerTransformer", 2, 2),
    ("QuantileTransformer", 1, 6),
    ("TargetEncoder", 0, 9),
    ("KNNImputer", 0, 8),
    ("MissingIndicator", 0, 2),
    ("SplineTransformer", 0, 41),
    ("VarianceThreshold", 0, 2),
    ("f_classif", 0, 1),
    ("chi2", 0, 2),
    ("f_regression", 0, 1),
    ("Nystroem", 0, 5),
    ("MaxAbsScaler", 0, 1),
];

/// The cases of a transformer in both files, with the name of the file and their place in it.
fn cases(transformer: &str) -> Vec<(String, Value)> {
    let of = |name: &str| -> Vec<(String, Value)> {
        let file = load(name);
        let cases = list(&file["cases"]).iter().enumerate();
        let of_it = cases.filter(|(_, case)| case["transformer"] == transformer);
        of_it.map(|(place, case)| (format!("{name} {place} {}", case["params"]), case.clone())).collect()
    };
    [of("preprocessing"), of("features")].concat()
}

#[test]
fn every_case_is_counted() {
    for (name, place) in [("preprocessing", 0), ("features", 1)] {
        let file = load(name);
        let all = list(&file["cases"]);
        for (transformer, in_first, in_second) in CASES {
            let found = all.iter().filter(|case| case["transformer"] == transformer).count();
            assert_eq!(found, [in_first, in_second][place], "{transformer} in {name}");
        }
        let n: usize = CASES.iter().map(|case| [case.1, case.2][place]).sum();
        assert_eq!(all.len(), n, "{name}");
    }
}

/// Equal to `tolerance` of the larger number, and of 1.
#[track_caller]
fn assert_matrix(found: &Array2<f64>, expected: &Value, tolerance: f64, what: &str) {
    let expected = matrix(expected);
    assert_eq!(found.dim(), expected.dim(), "{what}");
    for ((place, &found), &expected) in found.indexed_iter().zip(&expected) {
        assert_close(found, expected, tolerance, 1.0, &format!("{what} {place:?}"));
    }
}

fn names(d: usize) -> Vec<String> {
    (0..d).map(|column| format!("x{column}")).collect()
}

fn texts(value: &Value) -> Vec<String> {
    list(value).iter().map(|text| text.as_str().unwrap().to_string()).collect()
}

fn grid<T>(value: &Value, entry: impl Fn(&Value) -> T) -> Array2<T> {
    let rows = list(value);
    let width = list(&rows[0]).len();
    let entries = rows.iter().flat_map(|row| list(row).iter().map(&entry)).collect();
    Array2::from_shape_vec((rows.len(), width), entries).unwrap()
}

/// Columns of strings, with `null` for a missing value.
fn categories(value: &Value) -> Array2<Option<String>> {
    grid(value, |entry| entry.as_str().map(str::to_string))
}

fn flag(case: &Value, name: &str) -> bool {
    case["params"][name].as_bool().unwrap_or(false)
}

fn parameter(case: &Value, name: &str) -> Option<f64> {
    case["params"][name].as_f64()
}

fn weights(case: &Value, n: usize) -> Vec<f64> {
    if case["sample_weight"].is_null() { vec![1.0; n] } else { numbers(&case["sample_weight"]) }
}

#[test]
fn simple_imputer() {
    let mut n_categories = 0;
    for (name, case) in cases("SimpleImputer") {
        if case["X"][0][0].is_string() {
            n_categories += 1;
            let x = categories(&case["X"]);
            let imputer = CategoryImputer::new();
            let filled = match case["params"]["strategy"].as_str() {
                Some("most_frequent") => imputer.fit(&x, &()).unwrap().transform(&x).unwrap(),
                _ => {
                    let fill = case["params"]["fill_value"].as_str().unwrap_or("missing_value");
                    imputer.fill_value(fill).fit(&x, &()).unwrap().transform(&x).unwrap()
                }
            };
            assert_eq!(filled.mapv(Some), categories(&case["transform"]), "{name}");
            continue;
        }
        let x = matrix(&case["X"]);
        let strategy = match case["params"]["strategy"].as_str().unwrap() {
            "mean" => Strategy::Mean,
            "median" => Strategy::Median,
            "most_frequent" => Strategy::MostFrequent,
            _ => Strategy::Constant,
        };
        let imputer = SimpleImputer::new()
            .strategy(strategy)
            .fill_value(parameter(&case, "fill_value").unwrap_or(0.0))
            .missing_values(parameter(&case, "missing_values").unwrap_or(f64::NAN))
            .add_indicator(flag(&case, "add_indicator"))
            .keep_empty_features(flag(&case, "keep_empty_features"));
        let fitted = imputer.fit(&x, &()).unwrap();
        for (found, expected) in fitted.statistics().iter().zip(numbers(&case["statistics_"])) {
            assert_close(*found, expected, 1e-12, 1.0, &name);
        }
        assert_matrix(&fitted.transform(&x).unwrap(), &case["transform"], 1e-12, &name);
        if !case["new"].is_null() {
            let new = matrix(&case["new"]);
            assert_matrix(&fitted.transform(&new).unwrap(), &case["transform_new"], 1e-12, &name);
        }
    }
    assert_eq!(n_categories, 3);
}

#[test]
fn knn_imputer() {
    for (name, case) in cases("KNNImputer") {
        let weights = if case["params"]["weights"] == "uniform" {
            NeighborWeights::Uniform
        } else {
            NeighborWeights::Distance
        };
        let x = matrix(&case["X"]);
        let imputer = KNNImputer::new()
            .n_neighbors(parameter(&case, "n_neighbors").unwrap() as usize)
            .weights(weights)
            .add_indicator(flag(&case, "add_indicator"));
        let fitted = imputer.fit(&x, &()).unwrap();
        assert_matrix(&fitted.transform(&x).unwrap(), &case["transform"], 1e-12, &name);
        assert_matrix(
            &fitted.transform(&matrix(&case["new"])).unwrap(),
            &case["transform_new"],
            1e-12,
            &name,
        );
    }
}

#[test]
fn missing_indicator() {
    for (name, case) in cases("MissingIndicator") {
        let all = case["params"]["features"] == "all";
        let features = if all { MissingFeatures::All } else { MissingFeatures::MissingOnly };
        let x = matrix(&case["X"]);
        let indicator = MissingIndicator::new().features(features).error_on_new(false).fit(&x, &()).unwrap();
        assert_eq!(indicator.indices(), indices(&case["features_"]), "{name}");
        assert_matrix(&indicator.transform(&x).unwrap(), &case["transform"], 0.0, &name);
        assert_matrix(
            &indicator.transform(&matrix(&case["new"])).unwrap(),
            &case["transform_new"],
            0.0,
            &name,
        );
    }
}

/// The columns of a matrix of whole numbers, as categories.
fn whole(value: &Value) -> Array2<Option<i64>> {
    grid(value, |entry| entry.as_f64().map(|number| number as i64))
}

fn one_hot_of(case: &Value) -> OneHotEncoder<Array2<f64>> {
    let params = &case["params"];
    let mut encoder = OneHotEncoder::new().dense();
    encoder = match params["drop"].as_str() {
        Some("first") => encoder.drop(DropCategory::First),
        Some("if_binary") => encoder.drop(DropCategory::IfBinary),
        _ => encoder,
    };
    encoder = match params["handle_unknown"].as_str() {
        Some("ignore") => encoder.handle_unknown(HandleUnknown::Ignore),
        Some("infrequent_if_exist") => encoder.handle_unknown(HandleUnknown::InfrequentIfExist),
        _ => encoder,
    };
    if let Some(max) = params["max_categories"].as_u64() {
        encoder = encoder.max_categories(max as usize);
    }
    match &params["min_frequency"] {
        Value::Null => encoder,
        rows if rows.is_u64() => encoder.min_frequency(rows.as_u64().unwrap() as usize),
        share => encoder.min_frequency(share.as_f64().unwrap()),
    }
}

#[test]
fn one_hot_encoder() {
    for (name, case) in cases("OneHotEncoder") {
        let encoder = one_hot_of(&case);
        if case["X"][0][0].is_number() {
            let x = whole(&case["X"]);
            let z = encoder.fit(&x, &()).unwrap().transform(&x).unwrap();
            assert_matrix(&z, &case["transform"], 0.0, &name);
            continue;
        }
        let x = categories(&case["X"]);
        let fitted = encoder.fit(&x, &()).unwrap();
        let z = fitted.transform(&x).unwrap();
        assert_matrix(&z, &case["transform"], 0.0, &name);
        #[cfg(feature = "sparse")]
        {
            let sparse = encoder.output::<sprs::CsMat<f64>>().fit(&x, &()).unwrap();
            assert_eq!(sparse.transform(&x).unwrap().to_dense(), z, "{name}");
        }
        for (feature, known) in list(&case["categories_"]).iter().enumerate() {
            let known: Vec<Option<String>> =
                list(known).iter().map(|c| c.as_str().map(str::to_string)).collect();
            assert_eq!(fitted.categories(feature), known, "{name}");
        }
        if let Some(rare) = case["infrequent_categories_"].as_array() {
            for (feature, rare) in rare.iter().enumerate() {
                let found: Vec<String> =
                    fitted.infrequent_categories(feature).iter().flatten().cloned().collect();
                assert_eq!(found, texts(rare), "{name}");
            }
        }
        if !case["feature_names_out"].is_null() {
            let found = fitted.feature_names_out(&names(x.ncols())).unwrap();
            assert_eq!(found, texts(&case["feature_names_out"]), "{name}");
        }
        if !case["new"].is_null() {
            match (fitted.transform(&categories(&case["new"])), &case["transform_new"]["expected"]) {
                (Ok(z), expected) => assert_matrix(&z, expected, 0.0, &name),
                (Err(error), expected) => {
                    assert!(
                        expected.is_null()
                            && matches!(error, Error::UnknownCategory { row: 1, column: 0, .. })
                    );
                }
            }
        }
        if !case["inverse_transform"].is_null() {
            // A rare category has no way back, where scikit-learn says `infrequent_sklearn`.
            let expected = categories(&case["inverse_transform"])
                .mapv(|category| Some(category).filter(|c| c.as_deref() != Some("infrequent_sklearn")));
            assert_eq!(fitted.inverse_transform(&z).unwrap(), expected, "{name}");
        }
    }
}

#[test]
fn ordinal_encoder() {
    for (name, case) in cases("OrdinalEncoder") {
        let x = categories(&case["X"]);
        let mut encoder = OrdinalEncoder::new();
        if let Some(value) = parameter(&case, "unknown_value") {
            encoder = encoder.unknown_value(value);
        }
        if let Some(value) = parameter(&case, "encoded_missing_value") {
            encoder = encoder.encoded_missing_value(value);
        }
        if let Some(rows) = parameter(&case, "min_frequency") {
            encoder = encoder.min_frequency(rows as usize);
        }
        if let Some(max) = parameter(&case, "max_categories") {
            encoder = encoder.max_categories(max as usize);
        }
        let fitted = encoder.fit(&x, &()).unwrap();
        // In this file `null` is Python's `None`, to which scikit-learn does not apply `encoded_missing_value`: it is a
        // category with the next number. In the other file it is NaN.
        let none_is_a_category = name.starts_with("preprocessing");
        let z = fitted.transform(&x).unwrap().mapv(|z| if z == -2.0 && none_is_a_category { 4.0 } else { z });
        assert_matrix(&z, &case["transform"], 0.0, &name);
        if !case["new"].is_null() {
            match (fitted.transform(&categories(&case["new"])), &case["transform_new"]["expected"]) {
                (Ok(z), expected) => assert_matrix(&z, expected, 0.0, &name),
                (Err(error), expected) => {
                    assert!(
                        expected.is_null()
                            && matches!(error, Error::UnknownCategory { row: 1, column: 0, .. })
                    );
                }
            }
        }
    }
}

#[test]
fn label_encoder() {
    for (name, case) in cases("LabelEncoder") {
        let check = |classes: Vec<String>, found: Array1<usize>| {
            let expected: Vec<String> = list(&case["classes_"]).iter().map(|c| c.to_string()).collect();
            assert_eq!((classes, found.to_vec()), (expected, indices(&case["transform"])), "{name}");
        };
        // Labels are compared as they are printed in JSON.
        if case["y"][0].is_string() {
            let y = texts(&case["y"]);
            let encoder = LabelEncoder::new().fit(&y, &()).unwrap();
            let classes = encoder.classes().iter().map(|class| format!("{class:?}")).collect();
            check(classes, encoder.transform(&y).unwrap());
        } else if case["y"][0].is_boolean() {
            let y: Vec<bool> = list(&case["y"]).iter().map(|y| y.as_bool().unwrap()).collect();
            let encoder = LabelEncoder::new().fit(&y, &()).unwrap();
            check(encoder.classes().iter().map(bool::to_string).collect(), encoder.transform(&y).unwrap());
        } else {
            let y: Vec<i64> = list(&case["y"]).iter().map(|y| y.as_i64().unwrap()).collect();
            let encoder = LabelEncoder::new().fit(&y, &()).unwrap();
            check(encoder.classes().iter().map(i64::to_string).collect(), encoder.transform(&y).unwrap());
        }
    }
}

/// The target types with folds of their own: those that the file names are not shuffled.
fn check_target_encoder<Y, K>(name: &str, case: &Value, target_type: K, y: &Y)
where
    Y: Targets,
    K: TargetType<Y>,
{
    let x = categories(&case["X"]);
    let mut encoder = TargetEncoder::new().target_type(target_type).cv(4).shuffle(false);
    if let Some(smooth) = parameter(case, "smooth") {
        encoder = encoder.smooth(smooth);
    }
    let (fitted, z) = encoder.fit_transform(&x, y).unwrap();
    assert_matrix(&z, &case["fit_transform"], 1e-12, name);
    let new = categories(&case["new"]);
    assert_matrix(&fitted.transform(&new).unwrap(), &case["transform_new"], 1e-12, name);
    for (found, expected) in fitted.target_mean().iter().zip(numbers(&case["target_mean_"])) {
        assert_close(*found, expected, 1e-12, 1.0, name);
    }
    let n_columns = fitted.target_mean().len();
    for (place, expected) in list(&case["encodings_"]).iter().enumerate() {
        let found = fitted.encodings(place / n_columns, place % n_columns);
        assert_eq!(found.len(), list(expected).len());
        for (found, expected) in found.iter().zip(numbers(expected)) {
            assert_close(*found, expected, 1e-12, 1.0, name);
        }
    }
}

#[test]
fn target_encoder() {
    for (name, case) in cases("TargetEncoder") {
        if case["params"]["target_type"] == "continuous" {
            check_target_encoder(&name, &case, Numbers, &vector(&case["y"]));
        } else {
            check_target_encoder(&name, &case, Labels, &indices(&case["y"]));
        }
    }
}

#[test]
fn polynomial_features() {
    for (name, case) in cases("PolynomialFeatures") {
        let x = matrix(&case["X"]);
        let (least, most) = match &case["params"]["degree"] {
            Value::Null => (0, 2),
            Value::Array(pair) => (pair[0].as_u64().unwrap() as usize, pair[1].as_u64().unwrap() as usize),
            degree => (0, degree.as_u64().unwrap() as usize),
        };
        let polynomial = PolynomialFeatures::new()
            .min_degree(least)
            .degree(most)
            .interaction_only(flag(&case, "interaction_only"))
            .include_bias(case["params"]["include_bias"].as_bool().unwrap_or(true));
        let (fitted, z) = polynomial.fit_transform(&x, &()).unwrap();
        assert_matrix(&z, &case["transform"], 1e-12, &name);
        assert_eq!(
            fitted.powers(),
            grid(&case["powers_"], |power| power.as_u64().unwrap() as usize),
            "{name}"
        );
        let found = fitted.feature_names_out(&names(x.ncols())).unwrap();
        assert_eq!(found, texts(&case["feature_names_out"]), "{name}");
    }
}

#[test]
fn k_bins_discretizer() {
    let cases = cases("KBinsDiscretizer");
    let first = cases[0].1["X"].clone();
    for (name, case) in &cases {
        let x = matrix(if case["X"].is_string() { &first } else { &case["X"] });
        let params = &case["params"];
        let strategy = match params["strategy"].as_str().unwrap() {
            "uniform" => BinStrategy::Uniform,
            "quantile" => BinStrategy::Quantile,
            _ => BinStrategy::KMeans,
        };
        let linear = params["quantile_method"] == "linear";
        let method = if linear { QuantileMethod::Linear } else { QuantileMethod::AveragedInvertedCdf };
        let bins = KBinsDiscretizer::new()
            .n_bins(parameter(case, "n_bins").unwrap() as usize)
            .strategy(strategy)
            .quantile_method(method);
        let weights = weights(case, x.nrows());
        let y = ().weighted(&weights).unwrap();
        let ordinal = bins.ordinal().fit(&x, &y).unwrap();
        // Five clusters of three values: which of equally far values an empty cluster gets is not defined.
        let ties = strategy == BinStrategy::KMeans && case["n_bins_"][2] == 4;
        let compared = if ties { 2 } else { x.ncols() };
        for (column, edges) in list(&case["bin_edges_"]).iter().enumerate().take(compared) {
            assert_eq!(ordinal.bin_edges(column).len(), list(edges).len(), "{name} {column}");
            for (found, expected) in ordinal.bin_edges(column).iter().zip(numbers(edges)) {
                assert_close(*found, expected, 1e-12, 1.0, &format!("{name} {column}"));
            }
        }
        if params["encode"] == "onehot-dense" {
            let sums = bins.dense().fit(&x, &y).unwrap().transform(&x).unwrap().sum_axis(Axis(0));
            let n_compared: usize = ordinal.n_bins().iter().take(compared).sum();
            assert_eq!(sums.to_vec()[..n_compared], numbers(&case["transform"])[..n_compared], "{name}");
        } else {
            let (found, expected) = (ordinal.transform(&x).unwrap(), matrix(&case["transform"]));
            assert_eq!(found.slice(s![.., ..compared]), expected.slice(s![.., ..compared]), "{name}");
        }
        if !case["inverse_transform"].is_null() {
            let back = ordinal.inverse_transform(&ordinal.transform(&x).unwrap()).unwrap();
            assert_matrix(&back, &case["inverse_transform"], 1e-12, name);
        }
    }
}

#[test]
fn power_transformer() {
    for (name, case) in cases("PowerTransformer") {
        let x = matrix(&case["X"]);
        let box_cox = case["params"]["method"] == "box-cox";
        let method = if box_cox { PowerMethod::BoxCox } else { PowerMethod::YeoJohnson };
        let standardize = case["params"]["standardize"].as_bool().unwrap_or(true);
        let transformer =
            PowerTransformer::new().method(method).standardize(standardize).fit(&x, &()).unwrap();
        // scikit-learn's search ends some digits before the optimum.
        for (found, expected) in transformer.lambdas().iter().zip(numbers(&case["lambdas_"])) {
            assert_close(*found, expected, 1e-5, 1.0, &name);
        }
        assert_matrix(&transformer.transform(&x).unwrap(), &case["transform"], 1e-5, &name);
        if !case["inverse_transform"].is_null() {
            let back = transformer.inverse_transform(&transformer.transform(&x).unwrap()).unwrap();
            assert_matrix(&back, &case["inverse_transform"], 1e-10, &name);
        }
    }
}

#[test]
fn quantile_transformer() {
    for (name, case) in cases("QuantileTransformer") {
        let x = matrix(&case["X"]);
        let normal = case["params"]["output_distribution"] == "normal";
        let output = if normal { OutputDistribution::Normal } else { OutputDistribution::Uniform };
        let transformer = QuantileTransformer::new()
            .n_quantiles(parameter(&case, "n_quantiles").unwrap() as usize)
            .output_distribution(output)
            .fit(&x, &())
            .unwrap();
        assert_matrix(&transformer.quantiles(), &case["quantiles_"], 1e-12, &name);
        // Where the slope of the normal quantile is steep, so is the rounding.
        let tolerance = if normal { 1e-8 } else { 1e-12 };
        let z = transformer.transform(&x).unwrap();
        assert_matrix(&z, &case["transform"], tolerance, &name);
        if !case["new"].is_null() {
            let new = matrix(&case["new"]);
            assert_matrix(&transformer.transform(&new).unwrap(), &case["transform_new"], tolerance, &name);
            let back = transformer.inverse_transform(&z).unwrap();
            assert_matrix(&back, &case["inverse_transform"], 1e-10, &name);
        }
    }
}

#[test]
fn spline_transformer() {
    let file = load("features");
    let x = matrix(&file["inputs"]["splines"]);
    for (name, case) in cases("SplineTransformer") {
        let params = &case["params"];
        let knots = if params["knots"] == "uniform" { Knots::Uniform } else { Knots::Quantile };
        let extrapolation = match params["extrapolation"].as_str().unwrap() {
            "constant" => Extrapolation::Constant,
            "linear" => Extrapolation::Linear,
            "continue" => Extrapolation::Continue,
            "periodic" => Extrapolation::Periodic,
            _ => Extrapolation::Error,
        };
        let splines = SplineTransformer::new()
            .n_knots(parameter(&case, "n_knots").unwrap() as usize)
            .degree(parameter(&case, "degree").unwrap() as usize)
            .knots(knots)
            .extrapolation(extrapolation)
            .include_bias(flag(&case, "include_bias"));
        let weights = weights(&case, x.nrows());
        let y = ().weighted(&weights).unwrap();
        let new = matrix(&case["new"]);
        let z = splines.fit(&x, &y).unwrap().transform(&new).unwrap();
        // Beyond the knots polynomials are large: what is compared is relative to the largest of their row.
        let expected = matrix(&case["transform_new"]);
        assert_eq!(z.dim(), expected.dim(), "{name}");
        for (row, (found, expected)) in z.rows().into_iter().zip(expected.rows()).enumerate() {
            let size = expected.iter().fold(1.0f64, |size, value| size.max(value.abs()));
            for (found, expected) in found.iter().zip(expected) {
                assert_close(*found, *expected, 1e-12, size, &format!("{name} row {row}"));
            }
        }
        #[cfg(feature = "sparse")]
        {
            let sparse = splines.output::<sprs::CsMat<f64>>().fit(&x, &y).unwrap();
            assert_eq!(sparse.transform(&new).unwrap().to_dense(), z, "{name}");
        }
    }
}

#[test]
fn variance_threshold() {
    for (name, case) in cases("VarianceThreshold") {
        let selector = VarianceThreshold::new().threshold(parameter(&case, "threshold").unwrap());
        let selector = selector.fit(&matrix(&case["X"]), &()).unwrap();
        for (found, expected) in selector.variances().iter().zip(numbers(&case["variances_"])) {
            assert_close(*found, expected, 1e-12, 1e-12, &name);
        }
        let support: Vec<bool> =
            list(&case["support"]).iter().map(|stays| stays.as_bool().unwrap()).collect();
        assert_eq!(selector.support(), support, "{name}");
    }
}

#[test]
fn scores_of_columns() {
    let check = |name: &str, case: &Value, found: Array1<f64>| {
        for (found, expected) in found.iter().zip(numbers(&case["scores"])) {
            assert_close(*found, expected, 1e-12, 1.0, name);
        }
    };
    for (name, case) in cases("f_classif") {
        check(&name, &case, FClassif.scores(&matrix(&case["X"]), &indices(&case["y"])).unwrap());
    }
    for (name, case) in cases("chi2") {
        check(&name, &case, Chi2.scores(&matrix(&case["X"]), &indices(&case["y"])).unwrap());
    }
    for (name, case) in cases("f_regression") {
        check(&name, &case, FRegression.scores(&matrix(&case["X"]), &vector(&case["y"])).unwrap());
    }
}

#[test]
fn nystroem() {
    for (name, case) in cases("Nystroem") {
        let gamma = parameter(&case, "gamma");
        let coef0 = parameter(&case, "coef0").unwrap_or(1.0);
        let kernel = match case["params"]["kernel"].as_str().unwrap() {
            "rbf" => Kernel::Rbf { gamma },
            "linear" => Kernel::Linear,
            "polynomial" => {
                Kernel::Polynomial { gamma, degree: parameter(&case, "degree").unwrap() as u32, coef0 }
            }
            "sigmoid" => Kernel::Sigmoid { gamma, coef0 },
            _ => Kernel::Cosine,
        };
        // The basis is all rows, in another order: products of rows do not depend on it.
        let (x, new) = (matrix(&case["X"]), matrix(&case["new"]));
        let nystroem = Nystroem::new().kernel(kernel).n_components(6).fit(&x, &()).unwrap();
        let gram = |x: &Array2<f64>| {
            let z = nystroem.transform(x).unwrap();
            z.dot(&z.t())
        };
        // A kernel of six rows of three columns has directions in which it is nothing but rounding, of weight 10⁶.
        assert_matrix(&gram(&x), &case["full"], 1e-8, &name);
        assert_matrix(&gram(&new), &case["gram"], 1e-8, &name);
    }
}

#[test]
fn max_abs_scaler_clips() {
    for (name, case) in cases("MaxAbsScaler") {
        let scaler = MaxAbsScaler::new().clip(true).fit(&matrix(&case["X"]), &()).unwrap();
        assert_matrix(
            &scaler.transform(&matrix(&case["new"])).unwrap(),
            &case["transform_new"],
            1e-12,
            &name,
        );
    }
}
