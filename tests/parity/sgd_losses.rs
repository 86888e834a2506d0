//! Losses and schedules of stochastic gradient descent, against those of scikit-learn.

use crate::golden::{assert_close, list, load, matrix, number, numbers};
use crate::sgd::{loss, schedule};
use certifit::schedule::Moment;

#[test]
fn losses_and_slopes() {
    let file = load("sgd_losses");
    let mut tested = 0;
    for case in list(&file["losses"]) {
        let (loss, what) = (loss(case), case["loss"].as_str().unwrap());
        let points = match case["y"].is_null() {
            false => matrix(&case["p_value_gradient"])
                .rows()
                .into_iter()
                .map(|row| [number(&case["y"]), row[0], row[1], row[2]])
                .collect(),
            true => {
                let points = matrix(&case["y_p_value_gradient"]);
                points.rows().into_iter().map(|row| [row[0], row[1], row[2], row[3]]).collect::<Vec<_>>()
            }
        };
        for [y, p, value, slope] in points {
            assert_close(loss.value(y, p), value, 1e-14, 1e-300, &format!("{what}({y}, {p})"));
            assert_close(loss.derivative(y, p), slope, 1e-14, 1e-300, &format!("{what}'({y}, {p})"));
            tested += 1;
        }
    }
    assert!(tested > 200, "{tested}");
}

#[test]
fn learning_rates() {
    let file = load("sgd_losses");
    let cases = list(&file["schedules"]);
    for case in cases.iter().filter(|case| !case["t"].is_null()) {
        let alpha = if case["alpha"].is_null() { 1e-4 } else { number(&case["alpha"]) };
        let schedule = schedule(case, case["learning_rate"].as_str().unwrap(), number(&case["power_t"]));
        for (t, eta) in numbers(&case["t"]).into_iter().zip(numbers(&case["eta"])) {
            let mut now = Moment::first(alpha, 10.0);
            now.step = t;
            assert_close(schedule.rate(&now), eta, 1e-13, 0.0, &format!("{schedule:?} at {t}"));
        }
    }
    for case in cases.iter().filter(|case| case["t"].is_null()) {
        let schedule = schedule(case, "adaptive", f64::NAN);
        let mut rate = number(&case["eta0"]);
        for expected in numbers(&case["eta_after_k_reductions"]) {
            assert_close(rate, expected, 1e-14, 0.0, "adaptive");
            rate *= schedule.after_plateau(rate).unwrap();
        }
    }
    assert_eq!(cases.len(), 9);
}
