//! Vectorizers.

use crate::golden::{assert_close, indices, list, load, matrix, number, vector};
use certifit::data::Norm;
use certifit::prelude::*;
use certifit::text::{Analyzer, StopWords, Words};
use serde_json::Value;
use sprs::CsMat;

fn strings(value: &Value) -> Vec<String> {
    list(value).iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// `'all'` or the first k documents.
fn documents(golden: &Value, which: &Value) -> Vec<String> {
    let mut documents = strings(&golden["docs"]);
    documents.truncate(which.as_u64().map_or(documents.len(), |k| k as usize));
    documents
}

fn stop_words(value: &Value) -> StopWords {
    value.as_array().map_or(StopWords::English, |_| StopWords::from(strings(value)))
}

fn analyzer(value: &Value) -> Analyzer {
    match value.as_str() {
        Some("char") => Analyzer::Char,
        Some("char_wb") => Analyzer::CharWb,
        other => panic!("unknown analyzer {other:?}"),
    }
}

fn norm(value: &Value) -> Option<Norm> {
    match value.as_str() {
        Some("l1") => Some(Norm::L1),
        None => None,
        other => panic!("unknown norm {other:?}"),
    }
}

/// What `strip_accents` does to the letters of the reference texts.
fn without_accents(text: &str) -> String {
    let plain = |c: char| match c {
        'é' => 'e',
        'à' => 'a',
        'ï' => 'i',
        'й' => 'и',
        other => other,
    };
    text.to_lowercase().chars().filter(|&c| c != '\u{307}').map(plain).collect()
}

fn ascii(text: &str) -> String {
    without_accents(text).chars().filter(char::is_ascii).collect()
}

fn lower_case_letters(text: &str, visit: &mut dyn FnMut(&str)) {
    text.split(|c: char| !c.is_ascii_lowercase()).filter(|run| !run.is_empty()).for_each(visit);
}

/// Sets what `params` says on a vectorizer that has these families of setters.
macro_rules! with_params {
    ($vectorizer:expr, $params:expr, $($families:ident)*) => {{
        let mut vectorizer = $vectorizer;
        for (name, value) in $params.as_object().unwrap() {
            let name = name.as_str();
            vectorizer = with_params!(@ vectorizer, name, value, $($families)*);
        }
        vectorizer
    }};
    (@ $v:ident, $name:ident, $value:ident, analysis $($more:ident)*) => {
        match $name {
            "lowercase" => $v.lowercase($value.as_bool().unwrap()),
            "strip_accents" if $value == "ascii" => $v.preprocessor(ascii),
            "strip_accents" => $v.preprocessor(without_accents),
            "token_pattern" if $value == "[a-z]+" => $v.tokenizer(lower_case_letters),
            "token_pattern" => $v.tokenizer(Words::of_at_least(1)),
            "stop_words" => $v.stop_words(stop_words($value)),
            "ngram_range" => {
                let range = indices($value);
                $v.ngram_range(range[0]..=range[1])
            }
            "analyzer" => $v.analyzer(analyzer($value)),
            other => with_params!(@ $v, other, $value, $($more)*),
        }
    };
    (@ $v:ident, $name:ident, $value:ident, vocabulary $($more:ident)*) => {
        match $name {
            "min_df" if $value.is_u64() => $v.min_df($value.as_u64().unwrap() as usize),
            "min_df" => $v.min_df(number($value)),
            "max_df" if $value.is_u64() => $v.max_df($value.as_u64().unwrap() as usize),
            "max_df" => $v.max_df(number($value)),
            "max_features" => $v.max_features($value.as_u64().unwrap() as usize),
            "binary" => $v.binary($value.as_bool().unwrap()),
            "vocabulary" => $v.vocabulary(strings($value)),
            other => with_params!(@ $v, other, $value, $($more)*),
        }
    };
    (@ $v:ident, $name:ident, $value:ident, tfidf) => {
        match $name {
            "norm" => $v.norm(norm($value)),
            "use_idf" => $v.use_idf($value.as_bool().unwrap()),
            "smooth_idf" => $v.smooth_idf($value.as_bool().unwrap()),
            "sublinear_tf" => $v.sublinear_tf($value.as_bool().unwrap()),
            other => panic!("unknown parameter {other}"),
        }
    };
    (@ $v:ident, $name:ident, $value:ident, hashing) => {
        match $name {
            "norm" => $v.norm(norm($value)),
            "n_features" => $v.n_features($value.as_u64().unwrap() as usize),
            "alternate_sign" => $v.alternate_sign($value.as_bool().unwrap()),
            other => panic!("unknown parameter {other}"),
        }
    };
    (@ $v:ident, $name:ident, $value:ident,) => {
        panic!("unknown parameter {}", $name)
    };
}

/// `expected` lists row, column and value of what is not zero.
#[track_caller]
fn assert_entries(found: &CsMat<f64>, expected: &Value, what: &str) {
    let found: Vec<_> = found.iter().filter(|(value, _)| **value != 0.0).collect();
    let expected: Vec<_> = list(expected).iter().filter(|entry| number(&entry[2]) != 0.0).collect();
    assert_eq!(found.len(), expected.len(), "{what}");
    for ((value, (row, column)), expected) in found.into_iter().zip(expected) {
        assert_eq!(
            [row, column].map(|index| index as u64),
            [0, 1].map(|i| expected[i].as_u64().unwrap()),
            "{what}"
        );
        assert_close(*value, number(&expected[2]), 1e-12, 0.0, what);
    }
}

fn cases(vectorizer: &str) -> Vec<(Value, Vec<String>, String)> {
    let golden = load("text");
    let of = |case: &&Value| case["vectorizer"] == vectorizer;
    let found = list(&golden["cases"]).iter().filter(of).map(|case| {
        (case.clone(), documents(&golden, &case["docs"]), format!("{vectorizer} {}", case["params"]))
    });
    found.collect()
}

#[test]
fn counts() {
    let cases = cases("CountVectorizer");
    assert_eq!(cases.len(), 18);
    for (case, documents, what) in cases {
        let vectorizer = with_params!(CountVectorizer::new(), case["params"], analysis vocabulary);
        let (fitted, counts) = vectorizer.fit_transform(&documents, &()).unwrap();
        let expected = &case["expected"];
        assert_eq!(fitted.feature_names_out(&[]).unwrap(), strings(&expected["feature_names"]), "{what}");
        assert_eq!([counts.rows(), counts.cols()].to_vec(), indices(&expected["shape"]), "{what}");
        assert_entries(&counts, &expected["counts"], &what);
        assert_eq!(vectorizer.fit(&documents, &()).unwrap().transform(&documents).unwrap(), counts, "{what}");
    }
}

/// How often terms occur, sorted.
fn frequencies(terms: &[String], documents: &[String]) -> Vec<u64> {
    let vectorizer = CountVectorizer::new().vocabulary(terms.to_vec());
    let (_, counts) = vectorizer.fit_transform(documents, &()).unwrap();
    let mut totals: Vec<u64> =
        counts.to_dense().sum_axis(ndarray::Axis(0)).iter().map(|&n| n as u64).collect();
    totals.sort_unstable();
    totals
}

#[test]
fn weights() {
    let cases = cases("TfidfVectorizer");
    assert_eq!(cases.len(), 10);
    for (case, documents, what) in cases {
        let mut vectorizer = with_params!(TfidfVectorizer::new(), case["params"], analysis vocabulary tfidf);
        if !case["params"]["max_features"].is_null() {
            // Which of several terms that are as frequent stay is any of them in scikit-learn.
            let (found, _) = vectorizer.fit_transform(&documents, &()).unwrap();
            let (found, expected) = (found.feature_names_out(&[]).unwrap(), strings(&case["feature_names"]));
            assert_eq!(frequencies(&found, &documents), frequencies(&expected, &documents), "{what}");
            vectorizer = vectorizer.max_features(None).vocabulary(expected);
        }
        let (fitted, weights) = vectorizer.fit_transform(&documents, &()).unwrap();
        assert_eq!(fitted.feature_names_out(&[]).unwrap(), strings(&case["feature_names"]), "{what}");
        match (fitted.idf(), case["idf_"].as_array()) {
            (Some(idf), Some(_)) => {
                let expected = vector(&case["idf_"]);
                assert_eq!(idf.len(), expected.len());
                idf.iter()
                    .zip(&expected)
                    .for_each(|(idf, expected)| assert_close(*idf, *expected, 1e-12, 0.0, &what));
            }
            (found, expected) => assert_eq!((found, expected), (None, None), "{what}"),
        }
        assert_entries(&weights, &case["values"], &what);
        assert_entries(&fitted.transform(&documents).unwrap(), &case["values"], &what);
        let new = strings(&case["new_docs"]);
        assert_entries(&fitted.transform(&new).unwrap(), &case["new_values"], &what);
    }
}

#[test]
fn weights_of_counts() {
    let cases = cases("TfidfTransformer");
    assert_eq!(cases.len(), 3);
    for (case, _, what) in cases {
        let transformer = with_params!(TfidfTransformer::new(), case["params"], tfidf);
        let x = matrix(&case["X"]);
        let (fitted, weights) = transformer.fit_transform(&x, &()).unwrap();
        let near = |found: &f64, expected: &f64| assert_close(*found, *expected, 1e-12, 0.0, &what);
        fitted.idf().unwrap().iter().zip(&vector(&case["idf_"])).for_each(|(a, b)| near(a, b));
        let expected = matrix(&case["transform"]);
        weights.to_dense().iter().zip(&expected).for_each(|(a, b)| near(a, b));
        let sparse = CsMat::csr_from_dense(x.view(), 0.0);
        assert_eq!(transformer.fit_transform(&sparse, &()).unwrap(), (fitted, weights));
    }
}

#[test]
fn hashes() {
    let cases = cases("HashingVectorizer");
    assert_eq!(cases.len(), 3);
    for (case, documents, what) in cases {
        let vectorizer = with_params!(HashingVectorizer::new(), case["params"], analysis hashing);
        let (_, values) = vectorizer.fit_transform(&documents, &()).unwrap();
        assert_entries(&values, &case["values"], &what);
    }
}

#[test]
fn the_hash_of_a_term_is_murmur_hash_3() {
    let n_features = 1_000_003;
    let vectorizer = HashingVectorizer::new().n_features(n_features).norm(None);
    // A whole text is a term.
    let whole = vectorizer.tokenizer(|text: &str, visit: &mut dyn FnMut(&str)| visit(text)).lowercase(false);
    let golden = load("text");
    let hashes = list(&golden["murmurhash3_x86_32_signed_unsigned"]);
    assert_eq!(hashes.len(), 10);
    for case in hashes {
        let hash = case[1].as_i64().unwrap();
        let x = whole.fit_transform(&[case[0].as_str().unwrap()], &()).unwrap().1;
        let entry = (hash.unsigned_abs() as usize % n_features, if hash < 0 { -1.0 } else { 1.0 });
        assert_eq!(x.iter().map(|(value, (_, column))| (column, *value)).collect::<Vec<_>>(), [entry]);
    }
}

#[test]
fn terms_of_a_text() {
    let golden = load("text");
    let analyzers = list(&golden["analyzers"]);
    assert_eq!(analyzers.len(), 28);
    for case in analyzers {
        let vectorizer = with_params!(CountVectorizer::new(), case["params"], analysis vocabulary);
        assert_eq!(
            vectorizer.analyze(case["doc"].as_str().unwrap()).unwrap(),
            strings(&case["tokens"]),
            "{case}"
        );
    }
}

#[test]
fn english_stop_words() {
    let words = strings(&load("text")["english_stop_words"]);
    let vectorizer = CountVectorizer::new().tokenizer(Words::of_at_least(1)).stop_words(StopWords::English);
    let text = words.join(" ");
    assert_eq!(vectorizer.analyze(&format!("{text} fox")).unwrap(), ["fox"]);
}
