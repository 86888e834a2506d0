//! Reading the reference files.

use ndarray::{Array1, Array2};
use serde_json::Value;

/// The reference file `name` of `tests/golden`.
pub fn load(name: &str) -> Value {
    let path = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The items of a list.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not a list: {value}"))
}

/// A number, with `null` for NaN.
pub fn number(value: &Value) -> f64 {
    match value {
        Value::Null => f64::NAN,
        Value::String(text) if text == "inf" => f64::INFINITY,
        Value::String(text) if text == "-inf" => f64::NEG_INFINITY,
        other => other.as_f64().unwrap_or_else(|| panic!("not a number: {other}")),
    }
}

/// A list of numbers.
pub fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

/// A list of numbers as an array.
pub fn vector(value: &Value) -> Array1<f64> {
    numbers(value).into()
}

/// A list of row indices, class indices or counts.
pub fn indices(value: &Value) -> Vec<usize> {
    let index = |v: &Value| v.as_u64().unwrap_or_else(|| panic!("not an index: {v}")) as usize;
    list(value).iter().map(index).collect()
}

/// A list of rows.
pub fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = list(value).iter().map(numbers).collect();
    let width = rows.first().map_or(0, Vec::len);
    let n = rows.len();
    Array2::from_shape_vec((n, width), rows.concat()).unwrap_or_else(|error| panic!("ragged matrix: {error}"))
}

/// Asserts that two numbers agree to `tolerance` relative to the larger of them and of `scale`; NaN equals NaN.
#[track_caller]
pub fn assert_close(found: f64, expected: f64, tolerance: f64, scale: f64, what: &str) {
    let agrees = (found.is_nan() && expected.is_nan())
        || found == expected
        || (found - expected).abs() <= tolerance * found.abs().max(expected.abs()).max(scale);
    assert!(agrees, "{what}: found {found:e}, expected {expected:e}");
}
