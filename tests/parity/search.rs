//! Searches against scikit-learn's.

use crate::cases::{class_weight, first_rows};
use crate::golden::{assert_close, indices, list, load, number, numbers};
use certifit::model_selection::{MinResources, SearchResults};
use certifit::prelude::*;

#[test]
fn grid_search_is_the_references() {
    let golden = load("model_selection");
    let case = &golden["grid_search"];
    let (x, y) = first_rows(&case["info"]);
    let grid = &case["param_grid"];
    let values = product(
        numbers(&grid["linearsvc__C"]),
        list(&grid["linearsvc__class_weight"]).iter().map(class_weight),
    );
    let penalized = Intercept::Penalized { scaling: 1.0 };
    let search = GridSearchCV::new(
        |(c, weight): &(f64, ClassWeight)| {
            let svc = LinearSVC::new().c(*c).class_weight(weight.clone()).intercept(penalized);
            StandardScaler::new().then(svc)
        },
        values,
    );
    let found = search.fit(&x, &y).unwrap();
    let candidates = found.results().candidates();
    assert_eq!(candidates.len(), list(&case["params"]).len());
    for (place, candidate) in candidates.iter().enumerate() {
        let (what, params) = (format!("candidate {place}"), &case["params"][place]);
        assert_eq!(candidate.params.0, number(&params["linearsvc__C"]), "{what}");
        assert_eq!(candidate.params.1, class_weight(&params["linearsvc__class_weight"]), "{what}");
        let scores = candidate.test_scores().unwrap();
        let expected = numbers(&case["split_scores"][place]);
        assert_eq!(scores.len(), expected.len());
        scores
            .iter()
            .zip(expected)
            .for_each(|(&found, expected)| assert_close(found, expected, 1e-12, 1.0, &what));
        assert_close(scores.mean(), number(&case["mean_test_score"][place]), 1e-12, 1.0, &what);
        assert_close(scores.std(), number(&case["std_test_score"][place]), 1e-12, 1.0, &what);
    }
    assert_eq!(found.results().ranks(), indices(&case["rank_test_score"]));
    assert_eq!(found.best_index() as u64, case["best_index_"].as_u64().unwrap());
    assert_close(found.best_score(), number(&case["best_score_"]), 1e-12, 1.0, "best score");
}

#[test]
fn products_have_the_references_order() {
    let golden = load("model_selection");
    let case = &golden["parameter_grid"];
    let names = list(&case["grid"][0]["b"]).iter().map(|name| name.as_str().unwrap());
    let found = product(numbers(&case["grid"][0]["a"]), names);
    assert_eq!(found.len(), 4);
    for ((a, b), expected) in found.into_iter().zip(list(&case["order"])) {
        assert_eq!((a, b), (number(&expected["a"]), expected["b"].as_str().unwrap()));
    }
}

/// Candidates and rows of each round.
fn rounds<P>(results: &SearchResults<P>) -> (Vec<usize>, Vec<usize>) {
    let last = results.candidates().last().map_or(0, |row| row.round);
    let of = |round: usize| results.candidates().iter().filter(move |row| row.round == round);
    (0..=last).map(|round| (of(round).count(), of(round).next().map_or(0, |row| row.n_rows))).unzip()
}

/// A model that learns nothing.
struct Nothing;

impl<X, Y> Estimator<X, Y> for Nothing {
    type Fitted = ();
    fn fit(&self, _: &X, _: &Y) -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn halving_has_the_references_rounds() {
    let golden = load("halving");
    let x = ndarray::Array2::<f64>::zeros((569, 1));
    let y = datasets::breast_cancer().target;
    for case in list(&golden["cases"]) {
        let count = |name: &str| case[name].as_u64().map(|count| count as usize);
        let min = match case["min_resources"].as_str() {
            Some("exhaust") => MinResources::Exhaust,
            Some("smallest") => MinResources::Smallest,
            _ => MinResources::Rows(count("min_resources").unwrap()),
        };
        let (factor, cv) = (count("factor").unwrap(), StratifiedKFold::new(count("n_splits").unwrap()));
        let (aggressive, max) =
            (case["aggressive_elimination"].as_bool().unwrap(), count("max_resources").unwrap_or(569));
        macro_rules! found {
            ($search:expr) => {
                $search
                    .factor(factor)
                    .min_resources(min)
                    .max_resources(max)
                    .aggressive_elimination(aggressive)
                    .cv(cv)
                    .scoring(|_: &(), _: &_, _: &_| Ok(0.0))
                    .search(&x, &y)
                    .unwrap()
            };
        }
        let found = match (case["search"].as_str().unwrap(), count("n_candidates")) {
            ("HalvingGridSearchCV", Some(n)) => {
                rounds(&found!(HalvingGridSearchCV::new(|_: &usize| Nothing, 0..n)))
            }
            (_, Some(n)) => {
                rounds(&found!(HalvingRandomSearchCV::new(|_: &u8| Nothing, |_| 0u8).n_candidates(n)))
            }
            (_, None) => rounds(&found!(HalvingRandomSearchCV::new(|_: &u8| Nothing, |_| 0u8))),
        };
        assert_eq!(found, (indices(&case["n_candidates_"]), indices(&case["n_resources_"])), "{case}");
    }
}
