//! Every picture is drawn in both formats, with its labels, and what cannot be drawn is refused.

use certifit::calibration::TunedThresholdClassifier;
use certifit::inspection::{Permutations, permutation_importance};
use certifit::metric::{Bins, Normalize, calibration_curve, precision_recall_curve, roc_curve};
use certifit::model_selection::{TrainSizes, learning_curve, validation_curve};
use certifit::plot::{Axis, Band, Bar, Bars, Cells, Chart, CoefPath, Format, Line, Paint, Picture};
use certifit::prelude::*;
use ndarray::{Array1, array};

/// Draws both formats, and looks for texts in the SVG.
fn check(picture: &impl Picture, texts: &[&str]) {
    let chart = picture.chart().unwrap();
    let svg = String::from_utf8(chart.render(Format::Svg).unwrap()).unwrap();
    for text in texts {
        assert!(svg.contains(text), "no {text:?} in the picture");
    }
    assert!(svg.trim_end().ends_with("</svg>") && !svg.contains("NaN") && !svg.contains("inf"));
    assert_eq!(svg, String::from_utf8(chart.render(Format::Svg).unwrap()).unwrap());
    let png = chart.render(Format::Png).unwrap();
    let decoder = png::Decoder::new(std::io::Cursor::new(&png));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    // Something is drawn, and nothing touches the rim.
    let (line, lines) = (3 * info.width as usize, info.height as usize);
    let is_white = |pixel: &[u8]| pixel.iter().all(|&channel| channel == 255);
    assert!(pixels.chunks(3).filter(|pixel| !is_white(pixel)).count() > 1000);
    assert!(is_white(&pixels[..line]) && is_white(&pixels[line * (lines - 1)..]), "clipped above or below");
    for row in pixels.chunks(line) {
        assert!(is_white(&row[..3]) && is_white(&row[line - 3..]), "clipped at a side");
    }
}

#[test]
fn curves_of_scores() {
    let data = datasets::iris();
    let (x, y, cv) = (&data.features, &data.target, StratifiedKFold::new(3));
    let model = LinearSVC::new();
    let sizes = TrainSizes::fractions([0.2, 0.6, 1.0]).shuffle(true);
    let curve = learning_curve(&model, x, y, &cv, &Accuracy, &sizes).unwrap();
    check(&curve, &["Learning curve", "rows to learn from", "score", "train ± std", "test ± std"]);
    let of = |&c: &f64| LinearSVC::new().c(c);
    let curve = validation_curve(of, &[1e-3, 1e-1, 10.0], x, y, &cv, &Accuracy).unwrap();
    check(&curve, &["Validation curve", "0.001", "0.1", "10"]);
    // Values that are no numbers stand side by side.
    let of = |&loss: &SvcLoss| LinearSVC::new().loss(loss);
    let losses = [SvcLoss::Hinge, SvcLoss::SquaredHinge];
    check(&validation_curve(of, &losses, x, y, &cv, &Accuracy).unwrap(), &["Hinge", "SquaredHinge"]);
}

#[test]
fn curves_of_thresholds() {
    let data = datasets::breast_cancer();
    let (x, y) = (&data.features, &data.target);
    let pipeline = StandardScaler::new().then(LogisticRegression::new());
    let model = pipeline.fit(x, y).unwrap();
    let (decisions, probabilities) = (model.decision_function(x).unwrap(), model.predict_proba(x).unwrap());
    check(&roc_curve(y, &decisions).unwrap(), &["ROC curve, area 0.99", "false positive rate", "guesses"]);
    check(&precision_recall_curve(y, &decisions).unwrap(), &["average precision", "recall"]);
    let curve = calibration_curve(y, &probabilities, Bins::default()).unwrap();
    check(&curve, &["Calibration curve", "predicted probability"]);
    check(&TunedThresholdClassifier::new(pipeline).fit(x, y).unwrap(), &["Threshold: the best is", "score"]);
}

#[test]
fn matrices_and_bars() {
    let truth = ["ant", "bee", "bee", "a cat with a name that is far too long for any axis & <odd> signs"];
    let predicted = ["ant", "ant", "bee", "bee"];
    let matrix = confusion_matrix(&truth, &predicted).unwrap();
    check(&matrix, &["Confusion matrix", "predicted", "true", "ant", "a cat with a name", "…"]);
    check(&matrix.normalize(Normalize::True), &["0.50"]);
    let data = datasets::digits();
    let model = LinearSVC::new().max_iter(3).fit(&data.features, &data.target).unwrap();
    let table = model.coef_table(&data.feature_names).unwrap().top(12);
    check(&table, &["Coefficients", "class", &table.rows()[0].name]);
    check(&confusion_matrix(&data.target, &model.predict(&data.features).unwrap()).unwrap(), &["predicted"]);
    let (x, y) = (&data.features, &data.target);
    let importance = permutation_importance(&model, x, y, &Accuracy, &Permutations::new(2)).unwrap();
    check(&importance, &["Permutation importance", &importance.ranked()[0].name]);
    let data = datasets::diabetes();
    let regressor = Ridge::new().fit(&data.features, &data.target).unwrap();
    check(&regressor.coef_table(&data.feature_names).unwrap(), &["coefficient", "bmi"]);
}

#[test]
fn paths_and_losses() {
    let data = datasets::diabetes();
    let x = StandardScaler::new().fit(&data.features, &()).unwrap().transform(&data.features).unwrap();
    let alphas = [30.0, 3.0, 0.3, 0.03];
    let models = Lasso::new().path(&x, &data.target, &alphas).unwrap();
    let coefs = models.iter().map(|model| model.coef().view());
    let path = CoefPath::new("alpha", &alphas, coefs, &data.feature_names).unwrap();
    check(&path, &["Coefficients by alpha", "bmi", "0.1", "10"]);
    assert!(matches!(models[0].report().chart(), Err(Error::Unsupported { .. })));
    let data = datasets::iris();
    let model = SGDClassifier::new().alpha(0.01).fit(&data.features, &data.target).unwrap();
    check(model.report(), &["Loss curve", "epoch", "problem 2"]);
}

#[test]
fn trainings_of_networks() {
    let data = datasets::iris();
    let x = StandardScaler::new().fit(&data.features, &()).unwrap().transform(&data.features).unwrap();
    let mlp = MLPClassifier::new().hidden_layer_sizes(&[10]).batch_size(20).max_iter(20).tol(None);
    check(mlp.fit(&x, &data.target).unwrap().report(), &["Loss curve", "epoch", "objective"]);
    let report = mlp.clone().early_stopping(true).fit(&x, &data.target).unwrap().report().clone();
    let best = format!("of epoch {}", report.best_iteration().unwrap());
    check(&report, &["the best validation score is", &best, "objective on the rows of the fit", "1 − score"]);
    let short = mlp.clone().max_iter(1).fit(&x, &data.target).unwrap();
    check(short.report(), &["Loss curve"]);
    let full = mlp.solver(neural::Lbfgs::default()).fit(&x, &data.target).unwrap();
    check(full.report(), &["Loss curve", "iteration"]);
    let given = neural::FittedMLPClassifier::new(full.network().clone(), full.classes()).unwrap();
    assert!(matches!(given.report().chart(), Err(Error::Empty { .. })));
}

/// A chart that is drawn as it is.
struct Plain(Chart);
impl Picture for Plain {
    fn chart(&self) -> Result<Chart, Error> {
        Ok(self.0.clone())
    }
}

#[test]
fn odd_charts_are_drawn() {
    let chart = || Chart::new("", Axis::linear(""), Axis::linear(""));
    check(&Plain(chart().layer(Line::new([(1.0, 2.0)], Paint::Ink).marked())), &[]);
    check(&Plain(chart().layer(Band::new([(0.0, -1e9, 1e9), (1.0, 0.0, 0.0)], Paint::Muted))), &["10⁹"]);
    check(&Plain(chart().layer(Line::new([(0.0, 1e-12), (1.0, 3e-12)], Paint::Ink).dashed())), &["·10⁻¹²"]);
    let names = || (0..60).map(|i| format!("feature number {i}")).collect::<Vec<_>>();
    let bars = Bars::new((0..60).map(|i| Bar { value: f64::from(i) - 30.0, interval: None }));
    check(
        &Plain(Chart::new("", Axis::linear(""), Axis::names("", names())).layer(bars)),
        &["feature number 0"],
    );
    let cells = Cells::new(array![[0.0, -2.5], [1e6, 3.0]], 1);
    let two = || vec!["a".to_string(), "b".to_string()];
    check(
        &Plain(Chart::new("", Axis::names("", two()), Axis::names("", two())).layer(cells)),
        &["1000000.0"],
    );
    // Names of many classes do not lie on each other.
    let classes = |n: usize| (0..n).map(|i| format!("class {i:03}")).collect::<Vec<_>>();
    for (n, shown, hidden) in
        [(48, vec!["class 001", "class 047"], None), (200, vec!["class 000"], Some("class 001"))]
    {
        let names = classes(n);
        let picture = confusion_matrix(&names, &names).unwrap();
        check(&picture, &shown);
        let svg = String::from_utf8(picture.chart().unwrap().render(Format::Svg).unwrap()).unwrap();
        assert!(hidden.is_none_or(|name| !svg.contains(name)));
    }
    let long = "a title that does not fit ".repeat(20);
    let many = (0..80).fold(chart().title(long), |chart, i| {
        let line = Line::new([(0.0, f64::from(i)), (1.0, 0.0)], Paint::Series(i as usize));
        chart.layer(line.named(format!("line {i} with a name that is rather long for a legend")))
    });
    check(&Plain(many), &["line 0", "…"]);
}

#[test]
fn letters_that_the_font_lacks_are_not_blank() {
    let pixels = |names: [&str; 2]| {
        let matrix = confusion_matrix(&names, &names).unwrap();
        check(&matrix, &names); // a viewer of SVG has the letters
        matrix.chart().unwrap().render(Format::Png).unwrap()
    };
    // Each is written as its number, so that names stay different.
    assert_eq!(pixels(["狗", "猫"]), pixels(["U+72D7", "U+732B"]));
    assert_ne!(pixels(["狗", "猫"]), pixels(["狗", "犬"]));
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let chart = |points: &[(f64, f64)]| {
        Chart::new("", Axis::linear(""), Axis::log("")).layer(Line::new(points.to_vec(), Paint::Ink))
    };
    let error = |chart: Chart| chart.render(Format::Svg).unwrap_err();
    assert!(matches!(error(chart(&[])), Error::Empty { .. }));
    assert!(matches!(error(chart(&[(f64::NAN, 1.0)])), Error::NonFinite { row: 0, column: Some(0), .. }));
    assert!(matches!(error(chart(&[(1.0, -1.0)])), Error::InvalidParameter { .. }));
    let good = chart(&[(0.0, 1.0), (1.0, 100.0)]);
    assert!(matches!(error(good.clone().size(100, 5000)), Error::InvalidParameter { name: "size", .. }));
    let long = good.clone().layer(Line::new([(0.0, 1.0)], Paint::Ink).named("a".repeat(50))).size(200, 200);
    assert!(matches!(error(long), Error::InvalidParameter { name: "size", .. }));
    let unknown = good.save("picture.bmp").unwrap_err();
    assert!(matches!(unknown, Error::InvalidParameter { name: "path", .. }));
    let nowhere = good.save("no/such/folder/picture.svg").unwrap_err();
    assert!(matches!(&nowhere, Error::Write { path, .. } if path.ends_with("picture.svg")), "{nowhere}");
}

#[test]
fn files_are_written() {
    let data = datasets::breast_cancer();
    let scores: Array1<f64> = data.features.column(0).mapv(|radius| -radius);
    let curve = roc_curve(&data.target, &scores).unwrap();
    let folder = std::env::temp_dir();
    for name in ["svg", "PNG"] {
        let path = folder.join(format!("certifit-pictures-{}.{name}", std::process::id()));
        curve.save(&path).unwrap();
        assert!(std::fs::metadata(&path).unwrap().len() > 1000);
        std::fs::remove_file(&path).unwrap();
    }
}
