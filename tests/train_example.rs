//! The example `train`, run as its users run it.

use certifit::datasets::{self, Dataset};
use serde_json::Value;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Two rows whose widest margin lies between 1 and 3: with a large C, w = 1 and b = -2, at the value 1/2.
const TWO_ROWS: &str = "x,label\n1,a\n3,b\n";
const HARD_MARGIN: [&str; 4] = ["--loss", "hinge", "--c", "10"];

fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let profile = test.parent().and_then(Path::parent).expect("target/<profile>/deps/<test>");
    let program = profile.join("examples").join(format!("train{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{}: build it with `cargo build --example train`", program.display());
    program
}

/// A file with this content in a directory of its own, so that its name can be any.
fn file(directory: &str, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("train_example").join(directory);
    std::fs::create_dir_all(&directory).expect("a directory for test files");
    let path = directory.join(name);
    std::fs::write(&path, content).expect("a test file");
    path
}

fn run(path: &Path, options: &[&str]) -> Output {
    Command::new(program()).arg(path).args(options).output().expect("the example runs")
}

/// The JSON of a run that ends well.
#[track_caller]
fn json(path: &Path, options: &[&str]) -> Value {
    let output = run(path, &[options, &["--json"]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), errors.as_ref()), (Some(0), ""), "{options:?}");
    serde_json::from_slice(&output.stdout).expect("standard output is JSON and nothing else")
}

/// The message of a run that ends with exit code 2 because of the user.
#[track_caller]
fn mistake(path: &Path, options: &[&str]) -> String {
    let output = run(path, options);
    let message = String::from_utf8(output.stderr).expect("messages are text");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), [].as_slice()), "{message}");
    assert_eq!(message.matches('\n').count(), 1, "one line: {message}");
    assert!(message.contains(path.to_str().expect("a path that is text")), "names the file: {message}");
    message
}

#[track_caller]
fn assert_number(value: &Value, expected: f64, relative: f64) {
    let found = value.as_f64().unwrap_or_else(|| panic!("not a number: {value}"));
    assert!((found - expected).abs() <= relative * expected.abs(), "{found} is not {expected}");
}

/// That the two points of [`TWO_ROWS`] were understood.
#[track_caller]
fn assert_two_rows(path: &Path, options: &[&str], classes: Value) {
    let found = json(path, &[&HARD_MARGIN, options].concat());
    assert_eq!((&found["n_samples"], &found["n_features"]), (&2.into(), &1.into()));
    assert_eq!(found["classes"], classes);
    assert_number(&found["report"]["primal"], 0.5, 1e-5);
    assert_number(&found["coef_norm"], 1.0, 1e-2);
    assert_number(&found["intercept"][0], -2.0, 1e-2);
}

fn csv(data: &Dataset<usize>) -> String {
    let mut text = format!("{},diagnosis\n", data.feature_names.join(","));
    for (row, label) in data.features.rows().into_iter().zip(&data.target) {
        row.iter().for_each(|value| write!(text, "{value},").expect("a string takes all"));
        writeln!(text, "{label}").expect("a string takes all");
    }
    text
}

fn svmlight(data: &Dataset<usize>) -> String {
    let mut text = String::from("# breast cancer\n");
    for (row, label) in data.features.rows().into_iter().zip(&data.target) {
        write!(text, "{}", if *label == 1 { "+1" } else { "-1" }).expect("a string takes all");
        for (column, value) in row.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            write!(text, " {}:{value}", column + 1).expect("a string takes all");
        }
        text.push_str(" # row\n");
    }
    text
}

/// The optimum of scikit-learn's `SVC(kernel='linear')` on all 569 standardised rows.
const BREAST_CANCER: f64 = 26.525_455_159_810_49;

#[test]
fn the_optimum_is_that_of_the_reference() {
    let path = file("reference", "cancer.csv", csv(&datasets::breast_cancer()));
    let found = json(&path, &["--scale", "--loss", "hinge"]);
    assert_number(&found["report"]["primal"], BREAST_CANCER, 1e-6);
    assert_number(&found["report"]["dual"], BREAST_CANCER, 1e-6);
    assert!(found["report"]["relative_gap"].as_f64().is_some_and(|gap| (0.0..=1e-6).contains(&gap)));
    assert_number(&found["train_score"], 0.987_697_715_289_982_4, 1e-12);
    for (options, optimum) in [
        (["--loss", "hinge", "--c=0.05"].as_slice(), 2.630_861_831_566_314),
        (&["--loss", "hinge", "--class-weight", "balanced"], 29.097_085_526_002_516),
        (&["--loss", "hinge", "--intercept", "penalized"], 26.526_351_608_829_68),
        (&["--loss", "squared_hinge", "--intercept", "penalized"], 31.055_638_011_562_09),
        (&["--intercept", "none", "--loss=Squared-Hinge"], 31.585_087_754_593_05),
        (
            &["--loss", "hinge", "--multi-class", "one_vs_one", "--float", "f32", "--tol", "1e-4"],
            BREAST_CANCER,
        ),
    ] {
        let found = json(&path, &[&["--scale"], options].concat());
        let tol = if options.contains(&"f32") { 1e-4 } else { 1e-6 };
        assert_eq!(found["report"]["converged"], true, "{options:?}");
        assert_number(&found["report"]["primal"], optimum, tol);
    }
}

#[test]
fn other_models_have_the_optima_of_the_reference() {
    let path = file("models", "cancer.csv", csv(&datasets::breast_cancer()));
    let logistic =
        |options: &[&str]| json(&path, &[&["--scale", "--model", "logistic_regression"], options].concat());
    let found = logistic(&[]);
    assert_eq!(found["report"]["converged"], true);
    assert_eq!(found["classes"], serde_json::json!([0, 1]));
    let few = logistic(&["--penalty", "l1", "--c", "0.1", "--loss", "log_loss"]);
    assert_eq!(few["n_nonzero_coef"], 8);
    let net = logistic(&["--penalty", "elastic-net", "--l1-ratio", "0.25", "--c", "0.1"]);
    let nonzero = net["n_nonzero_coef"].as_u64().expect("a number");
    assert!(nonzero > 8 && nonzero < 30, "{nonzero}");
    let squared = json(&path, &["--scale", "--penalty", "l1", "--c", "0.01"]);
    assert!(squared["n_nonzero_coef"].as_u64().is_some_and(|nonzero| nonzero < 15));

    let data = datasets::diabetes();
    let mut text = String::from("a,b,c,d,e,f,g,h,i,j,y\n");
    for (row, y) in data.features.rows().into_iter().zip(&data.target) {
        row.iter().for_each(|value| write!(text, "{value},").expect("a string takes all"));
        writeln!(text, "{y}").expect("a string takes all");
    }
    let path = file("models", "diabetes.csv", text);
    let model = ["--scale", "--model", "linear-svr"];
    for (options, optimum) in [
        (["--intercept", "penalized"].as_slice(), SVR_PENALIZED),
        (&["--c=30", "--epsilon", "10"], SVR_EPSILON),
        (&["--loss", "squared_epsilon_insensitive", "--epsilon=10", "--intercept", "none"], SVR_SQUARED),
    ] {
        let found = json(&path, &[&model, options].concat());
        assert_number(&found["report"]["primal"], optimum, 1e-5);
        assert_eq!((&found["classes"], &found["report"]["converged"]), (&Value::Null, &true.into()));
        assert_eq!(found["intercept"].as_array().map(Vec::len), Some(1));
    }
    let judged = json(&path, &[&model, ["--test-size", "0.2", "--cv", "4", "--c", "10"].as_slice()].concat());
    let score = |score: &Value| score.as_f64().is_some_and(|score| score > 0.2 && score < 0.8);
    assert!(score(&judged["test_score"]) && score(&judged["train_score"]), "{judged}");
    assert!(
        judged["cv_scores"].as_array().is_some_and(|scores| scores.len() == 4 && scores.iter().all(score))
    );
    let output = run(&path, &[&model, ["--test-size", "0.2"].as_slice()].concat());
    assert!(String::from_utf8_lossy(&output.stdout).contains("R² on the rows held out: 0."));

    let svm = file("models", "numbers.svm", "0.5 1:1\n1.5 1:2\n2.5e0 1:3\n");
    let found = json(&svm, &["--model", "linear-svr", "--c", "100", "--float", "f32"]);
    assert_number(&found["coef_norm"], 1.0, 1e-3);
    let wrong = mistake(&file("models", "word.csv", "1,2.5\n2,high\n"), &["--model", "linear-svr"]);
    assert!(wrong.contains("line 2, column 3:") && wrong.contains("\"high\" is not a number"), "{wrong}");
    let infinite = mistake(&file("models", "inf.svm", "1 1:2\ninf 1:1\n"), &["--model", "linear-svr"]);
    assert!(infinite.contains("line 2, column 1:") && infinite.contains("not finite"), "{infinite}");
}

/// The optima of scikit-learn's `LinearSVR` (penalized, none) and `SVR(kernel='linear')` on all 442 standardised rows.
const SVR_PENALIZED: f64 = 29_528.246_453_384_516;
const SVR_EPSILON: f64 = 449_255.605_126_426_03;
const SVR_SQUARED: f64 = 10_195_051.225_133_713;

#[test]
fn several_classes_sum_up() {
    let path = file("several", "iris.csv", csv(&datasets::iris()));
    let pairs = json(&path, &["--scale", "--loss", "hinge", "--multi-class", "ovo"]);
    assert_number(
        &pairs["report"]["primal"],
        0.975_252_619_303_792_3 + 0.319_830_589_579_097_1 + 17.022_524_139_469_617,
        1e-6,
    );
    assert_number(&pairs["train_score"], 0.966_666_666_666_666_7, 1e-12);
    let penalized = ["--scale", "--loss", "hinge", "--intercept", "penalized", "--multi-class", "ovr"];
    let rest = json(&path, &penalized);
    assert_number(
        &rest["report"]["primal"],
        1.623_232_985_172_895_3 + 86.398_051_296_755_04 + 20.682_566_254_211_35,
        1e-6,
    );
    assert_eq!(rest["n_nonzero_coef"], 12);
    assert_eq!(rest["intercept"].as_array().map(Vec::len), Some(3));
}

#[test]
fn sparse_data_have_the_same_optimum() {
    let data = datasets::breast_cancer();
    let zeros = data.features.iter().filter(|value| **value == 0.0).count();
    // A free intercept takes up what centering would change.
    let path = file("sparse", "cancer.svm", svmlight(&data));
    let found = json(&path, &["--scale", "--loss", "hinge"]);
    assert_number(&found["report"]["primal"], BREAST_CANCER, 1e-6);
    assert_eq!(found["classes"], serde_json::json!([-1, 1]));
    assert_eq!(found["nnz"], 569 * 30 - zeros);
    let dense = json(&file("sparse", "cancer.csv", csv(&data)), &["--scale", "--loss", "hinge"]);
    assert_eq!((&dense["nnz"], &dense["n_features"]), (&found["nnz"], &found["n_features"]));

    for (name, text) in [
        ("plain.svm", "-1 1:1\n+1 1:3\n"),
        ("quirks.libsvm", "\u{feff}# head\n\n-1.0   qid:7\t1:1 #1:5\r\n 1 qid:8 1:3e0"),
        ("other.svmlight", "-1 1:1 \n1 1:+3\n\n"),
    ] {
        assert_two_rows(&file("sparse", name, text), &[], serde_json::json!([-1, 1]));
    }
    let odd = file("sparse", "odd.data", "no 2:0\nno\nyes 2:3 4:0\n");
    let found = json(&odd, &["--format", "svmlight"]);
    assert_eq!((&found["nnz"], &found["n_features"], &found["n_samples"]), (&1.into(), &4.into(), &3.into()));
    assert_eq!(found["classes"], serde_json::json!(["no", "yes"]));
}

#[test]
fn the_keys_are_there_and_null_where_not_asked_for() {
    let path = file("keys", "cancer.csv", csv(&datasets::breast_cancer()));
    let found = json(&path, &["--scale"]);
    let keys: Vec<&str> = found.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "classes",
            "coef_norm",
            "cv_scores",
            "fit_seconds",
            "intercept",
            "n_features",
            "n_nonzero_coef",
            "n_samples",
            "nnz",
            "report",
            "test_score",
            "threads",
            "train_score"
        ]
    );
    let report: Vec<&str> =
        found["report"].as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(
        report,
        ["converged", "dual", "iterations", "primal", "relative_gap", "solver", "stop_reason"]
    );
    assert_eq!((&found["test_score"], &found["cv_scores"]), (&Value::Null, &Value::Null));
    assert_eq!((&found["n_samples"], &found["n_features"]), (&569.into(), &30.into()));
    assert_eq!(found["classes"], serde_json::json!([0, 1]));
    assert_eq!(
        (&found["report"]["stop_reason"], &found["n_nonzero_coef"]),
        (&"converged".into(), &30.into())
    );
    assert!(found["fit_seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
}

#[test]
fn rows_are_held_out_and_folds_are_scored() {
    let path = file("judge", "cancer.csv", csv(&datasets::breast_cancer()));
    let options = ["--scale", "--test-size", "0.2", "--cv", "4", "--seed", "3"];
    let found = json(&path, &options);
    let right = found["test_score"].as_f64().expect("a score") * 114.0;
    assert!((right - right.round()).abs() < 1e-9 && right > 100.0, "{right} of 114");
    let folds = found["cv_scores"].as_array().expect("scores");
    assert_eq!(folds.len(), 4);
    assert!(folds.iter().all(|score| score.as_f64().is_some_and(|score| score > 0.9 && score <= 1.0)));
    assert_eq!(found["n_samples"], 569);
    assert_ne!(
        json(&path, &["--scale", "--test-size", "0.2", "--seed", "4"])["intercept"],
        found["intercept"]
    );
    let all = json(&path, &["--scale"]);
    assert_eq!(json(&path, &["--scale", "--test-size", "0"])["intercept"], all["intercept"]);

    let mut one = json(&path, &[options.as_slice(), &["--threads", "1"]].concat());
    let mut three = json(&path, &[options.as_slice(), &["--threads", "3"]].concat());
    assert_eq!((one["threads"].take(), three["threads"].take()), (1.into(), 3.into()));
    let times = (one["fit_seconds"].take(), three["fit_seconds"].take());
    assert!(times.0.is_f64() && times.1.is_f64());
    assert_eq!(one, three);

    let output = run(&path, &options);
    let text = String::from_utf8_lossy(&output.stdout);
    for part in
        ["569 rows, 30 features", "optimum certified: primal ", "held out: 0.9", "(4 folds)", "macro avg"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn a_fit_that_is_cut_short_is_no_failure() {
    let path = file("short", "cancer.csv", csv(&datasets::breast_cancer()));
    for (options, reason) in [
        (["--max-iter", "1"], "max-iter"),
        (["--max-time", "1e-9"], "max-time"),
        (["--max-time", "1e300"], "converged"),
    ] {
        let found = json(&path, &[&["--scale"], options.as_slice()].concat());
        assert_eq!(found["report"]["stop_reason"], reason);
        assert_eq!(found["report"]["converged"], reason == "converged");
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let path = file("pipe", "two.csv", TWO_ROWS);
    let mut command = Command::new(program());
    let child = command.arg(path).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = child.spawn().expect("the example runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the example ends");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), [].as_slice()));
}

#[test]
fn tables_are_read_as_they_come() {
    let words = serde_json::json!(["a", "b"]);
    for (name, text, options) in [
        ("plain.csv", TWO_ROWS, [].as_slice()),
        ("no_header.csv", "1,a\n3,b\n", &[]),
        ("mark.csv", "\u{feff}x,label\n1,a\n3,b\n", &[]),
        ("mark_no_header.csv", "\u{feff}1,a\n3,b\n", &[]),
        ("crlf.csv", "x,label\r\n1,a\r\n3,b\r\n", &[]),
        ("no_end.csv", "x,label\n1,a\n3,b", &[]),
        ("blank.csv", "\nx,label\n1,a\n\n3,b\n\n \r\n\n", &[]),
        ("quoted.csv", "\"x\",\"la\"\"b,\nel\"\n\"1\",\"a\"\r\n\"3\",b\n", &[]),
        ("blanks.csv", "x, label\n 1, a\n+3e0 , b\n", &[]),
        ("upper.CSV", TWO_ROWS, &[]),
        ("table.txt", TWO_ROWS, &["--format", "csv"]),
        ("first.csv", "label,x\na,1\nb,3\n", &["--target", "label"]),
        ("first_index.csv", "a,1\nb,3\n", &["--target", "0"]),
        ("last_index.csv", TWO_ROWS, &["--target", "1"]),
        ("name_first.csv", "1,x\na,1\nb,3\n", &["--target", "1"]),
        ("numeric_names.csv", "0,label\n1,a\n3,b\n", &["--target", "label"]),
    ] {
        assert_two_rows(&file("tables", name, text), options, words.clone());
    }
    for (name, text, classes) in [
        ("integers.csv", "x,y\n1,+1\n3,2.0\n", serde_json::json!([1, 2])),
        ("negative.csv", "1,-1\n3,1\n", serde_json::json!([-1, 1])),
        ("numeric_order.csv", "1,9\n3,10\n", serde_json::json!([9, 10])),
        ("mixed.csv", "1,1\n3,b\n", serde_json::json!(["1", "b"])),
        ("accents.csv", "grün,y\n1,\"a, \"\"é\"\"\"\n3,b\n", serde_json::json!(["a, \"é\"", "b"])),
    ] {
        assert_two_rows(&file("tables", name, text), &[], classes);
    }
    // The index 0 is the column of features where no column has that name.
    let swapped = file("tables", "swapped.csv", "1,a\n2,a\n3,b\n4,b\n");
    assert!(
        mistake(&swapped, &["--target", "0"])
            .contains("line 2, column 3: field 2 \"a\": \"a\" is not a number")
    );
}

#[test]
fn broken_tables_are_refused_where_they_break() {
    let cases: [(&str, &[u8], &[&str]); 27] = [
        ("empty.csv", b"", &["empty"]),
        ("mark_only.csv", b"\xef\xbb\xbf\r\n", &["empty"]),
        ("header_only.csv", b"x,y\n", &["no rows"]),
        ("one_column.csv", b"x\n1\n", &["line 1, column 1:", "only one column"]),
        ("semicolons.csv", b"x;y\n1;2\n", &["only one column", "semicolons"]),
        ("short.csv", b"x,z,y\n1,2,0\n3,4\n", &["line 3, column 4:", "2 fields where the first line has 3"]),
        ("truncated.csv", b"x,z,y\n1,2,0\n3", &["line 3, column 2:", "1 field where"]),
        ("long.csv", b"x,y\n1,0\n3,4,1\n", &["line 3, column 5:", "3 fields where the first line has 2"]),
        (
            "word.csv",
            b"x,z,y\n1,2,0\n3,four,1\n",
            &["line 3, column 3:", "field 2 \"z\"", "\"four\" is not a number"],
        ),
        ("hex.csv", b"1,0\n0x1F,1\n", &["line 2, column 1:", "not a number"]),
        ("missing.csv", b"x,z,y\n1,,0\n3,4,1\n", &["line 2, column 3:", "field 2", "missing value"]),
        ("missing_target.csv", b"x,y\n1,0\n3,\n", &["line 3, column 3:", "missing value"]),
        ("nan.csv", b"x,y\n1,0\nNaN,1\n", &["line 3, column 1:", "\"NaN\" is not finite"]),
        ("infinite.csv", b"1,0\n-inf,1\n", &["line 2, column 1:", "\"-inf\" is not finite"]),
        ("too_large.csv", b"1,0\n1e999,1\n", &["line 2, column 1:", "beyond the range of f64"]),
        ("latin1.csv", b"x,y\n1,gr\xfcn\n3,rot\n", &["line 2, column 5:", "UTF-8"]),
        ("utf16.csv", b"\xff\xfex\0,\0y\0\n\0", &["line 1, column 1:", "UTF-8"]),
        ("open_quote.csv", "x,y\n1,a\né,\"b\n2,a\n".as_bytes(), &["line 3, column 3:", "never closed"]),
        ("after_quote.csv", b"x,y\n\"1\"2,a\n", &["line 2, column 4:", "after the quote"]),
        ("inner_quote.csv", b"x,y\n1,a\"b\n", &["line 2, column 4:", "quote"]),
        ("after_lines.csv", b"\"a\nb\",y\n\n1,a\n?,b\n", &["line 5, column 1:", "\"a\\nb\"", "not a number"]),
        ("fraction.csv", b"x,y\n1,0\n3,1.5\n4,2.5\n", &["line 3, column 3:", "fractional"]),
        ("nan_target.csv", b"x,y\n1,0\n3,nan\n", &["line 3, column 3:", "not finite"]),
        ("huge_target.csv", b"x,y\n1,0\n3,1e30\n", &["line 3, column 3:", "too large"]),
        ("one_class.csv", b"x,y\n1,0\n3,0\n", &["at least two classes", "0"]),
        ("overflow.csv", b"x,y\n1e200,0\n3,1\n", &["overflow"]),
        ("control.csv", b"x,y\n1\x1b[31m,0\n", &["line 2, column 1:", "not a number"]),
    ];
    for (name, content, parts) in cases {
        let message = mistake(&file("broken", name, content), &[]);
        parts.iter().for_each(|part| assert!(message.contains(part), "{name}: {part} is not in {message}"));
        assert!(!message.contains('\x1b'));
    }
    let small = mistake(&file("broken", "f32.csv", "1e39,0\n1,1\n"), &["--float", "f32"]);
    assert!(small.contains("line 1, column 1:") && small.contains("f32"), "{small}");
}

#[test]
fn broken_sparse_files_are_refused_where_they_break() {
    for (name, content, parts) in [
        ("empty.svm", "", ["empty", ""]),
        ("comments.svm", "# nothing\n", ["empty", ""]),
        ("no_features.svm", "1\n-1\n", ["no features", ""]),
        ("no_label.svm", "1 1:1\n1:2 2:3\n", ["line 2, column 1:", "label"]),
        ("zero.svm", "1 0:1\n", ["line 1, column 3:", "start at 1"]),
        ("descending.svm", "1 1:1\n-1 3:1 2:1\n", ["line 2, column 8:", "ascend"]),
        ("twice.svm", "1 2:1 2:1\n", ["line 1, column 7:", "ascend"]),
        ("signed.svm", "1 +1:1\n", ["line 1, column 3:", "not a feature index"]),
        ("huge.svm", "1 4000000000:1\n", ["line 1, column 3:", "above"]),
        ("beyond.svm", "1 99999999999999999999999:1\n", ["line 1, column 3:", "above"]),
        ("pair.svm", "1 1:1 two\n", ["line 1, column 7:", "not index:value"]),
        ("late_qid.svm", "1 1:1 qid:3\n", ["line 1, column 7:", "not a feature index"]),
        ("no_value.svm", "1 1:\n", ["line 1, column 5:", "empty"]),
        ("value.svm", "1 1:1\n1 1:x\n", ["line 2, column 5:", "not a number"]),
        ("nan.svm", "1 1:1\n-1 12:nan\n", ["line 2, column 7:", "not finite"]),
        ("fraction.svm", "1 1:1\n\n0.5 1:2\n", ["line 3, column 1:", "fractional"]),
        ("one_class.svm", "1 1:1\n1 1:2\n", ["at least two classes", ""]),
    ] {
        let message = mistake(&file("sparse_broken", name, content), &[]);
        parts.iter().for_each(|part| assert!(message.contains(part), "{name}: {part} is not in {message}"));
    }
    let bytes = mistake(&file("sparse_broken", "bytes.svm", b"1 1:1\n1 \xff:2\n"), &[]);
    assert!(bytes.contains("line 2, column 3:") && bytes.contains("UTF-8"), "{bytes}");
}

#[test]
fn options_that_cannot_be_are_refused() {
    let path = file("options", "iris.csv", csv(&datasets::iris()));
    let cases: [(&[&str], &str); 46] = [
        (&["--target", "species"], "no column \"species\""),
        (&["--target", "5"], "no column 5; the 5 columns have indices 0 to 4"),
        (&["--target", "-1"], "no column \"-1\""),
        (&["--c", "0"], "c = 0"),
        (&["--c", "-1"], "c = -1"),
        (&["--c", "nan"], "c = NaN"),
        (&["--tol", "0"], "tol = 0"),
        (&["--max-iter", "0"], "max_iter = 0"),
        (&["--max-time", "0"], "--max-time is 0"),
        (&["--max-time", "nan"], "--max-time is NaN"),
        (&["--test-size", "1"], "--test-size is 1"),
        (&["--test-size", "-0.1"], "--test-size is -0.1"),
        (&["--test-size", "nan"], "--test-size is NaN"),
        (&["--test-size", "0.001"], "--test-size 0.001"),
        (&["--cv", "1"], "--cv 1"),
        (&["--cv", "51"], "--cv 51"),
        (&["--test-size", "0.2", "--cv", "41"], "largest class (40)"),
        (&["--threads", "0"], "--threads is 0"),
        (&["--model", "sgd-classifier", "--c", "1"], "--c is not for sgd-classifier"),
        (&["--model", "sgd-classifier", "--loss", "huber"], "available: perceptron and modified-huber"),
        (&["--model", "sgd-classifier", "--multi-class", "ovo"], "available: one-vs-rest"),
        (&["--early-stopping"], "--early-stopping is not for linear-svc"),
        (&["--model", "mlp_classifier", "--c", "1"], "--c is not for mlp-classifier"),
        (&["--model", "mlp-classifier", "--average", "1"], "--average is not for mlp-classifier"),
        (&["--model", "mlp-classifier", "--intercept", "none"], "--intercept is not for mlp-classifier"),
        (&["--model", "mlp-classifier", "--loss", "hinge"], "available: log-loss"),
        (&["--model", "mlp-classifier", "--hidden", "0"], "hidden_layer_sizes = 0"),
        (
            &["--model", "mlp-regressor", "--class-weight", "balanced"],
            "--class-weight is not for mlp-regressor",
        ),
        (&["--hidden", "4"], "--hidden is not for linear-svc"),
        (&["--loss", "log_loss"], "available: hinge and squared-hinge"),
        (&["--penalty", "l1", "--loss", "hinge"], "another penalty than L2"),
        (&["--penalty", "elasticnet", "--l1-ratio", "1.5"], "l1_ratio = 1.5"),
        (&["--l1-ratio", "0.5"], "--l1-ratio is not for linear-svc"),
        (&["--epsilon", "0.5"], "--epsilon is not for linear-svc"),
        (&["--model", "logistic-regression", "--loss", "hinge"], "available: log-loss"),
        (&["--model", "linear-svr", "--penalty", "l1"], "--penalty is not for linear-svr"),
        (&["--model", "linear-svr", "--multi-class", "ovr"], "--multi-class is not for linear-svr"),
        (&["--model", "linear-svr", "--class-weight", "balanced"], "--class-weight is not for linear-svr"),
        (&["--model", "linear-svr", "--epsilon", "-1"], "epsilon = -1"),
        (&["--multi-class", "crammer_singer", "--loss", "squared_hinge"], "the squared hinge with"),
        (&["--multi-class", "crammer_singer", "--penalty", "l1"], "another penalty than L2"),
        (&["--model", "logistic-regression", "--multi-class", "crammer-singer"], "MultiClass::CrammerSinger"),
        (&["--alpha", "0.1"], "--alpha is not for linear-svc"),
        (&["--save", "model"], "--save is not available"),
        (&["--load", "model"], "--load is not available"),
        (&["--format", "svmlight", "--target", "0"], "--target is for CSV"),
    ];
    for (options, part) in cases {
        let message = mistake(&path, options);
        assert!(message.contains(part), "{options:?}: {part} is not in {message}");
    }
    let twice = mistake(&file("options", "twice.csv", "a,y,y\n1,0,1\n3,1,0\n"), &["--target", "y"]);
    assert!(twice.contains("line 1, column 5:") && twice.contains("indices 1 and 2"), "{twice}");
    let nameless = mistake(&file("options", "nameless.csv", "1,0\n3,1\n"), &["--target", "y"]);
    assert!(nameless.contains("no header"), "{nameless}");
    assert!(mistake(&path.with_file_name("absent.csv"), &[]).contains("cannot be read"));
    assert!(mistake(&file("options", "data.parquet", ""), &[]).contains("--format"));
    let folder = path.with_file_name("folder.csv");
    std::fs::create_dir_all(&folder).expect("a directory");
    assert!(mistake(&folder, &[]).contains("cannot be read"));

    for options in [["--model", "forest"].as_slice(), &["--c", "x"], &["--unknown"], &["--max-iter", "-1"]] {
        assert_eq!(run(&path, options).status.code(), Some(2), "{options:?}");
    }
    assert_eq!(run(&path, &["--help"]).status.code(), Some(0));
}

#[test]
fn stochastic_gradient_descent_has_options_of_its_own() {
    let data = datasets::iris();
    let mut text = String::from("a,b,c,d,class\n");
    for (row, class) in data.features.rows().into_iter().zip(&data.target) {
        writeln!(text, "{},{},{},{},{class}", row[0], row[1], row[2], row[3]).expect("text");
    }
    let path = file("sgd", "iris.csv", &text);
    let sgd = ["--model", "sgd-classifier", "--scale"];
    let of: [&[&str]; 6] = [
        &["--alpha", "0.01"],
        &["--loss", "log_loss", "--penalty", "elasticnet", "--average", "10"],
        &[
            "--learning-rate",
            "invscaling",
            "--eta0",
            "0.1",
            "--early-stopping",
            "--validation-fraction",
            "0.2",
        ],
        &["--update", "adam", "--learning-rate", "one-cycle", "--max-iter", "20", "--tol", "0"],
        &["--automatic", "--max-iter", "50"],
        &["--loss", "modified-huber", "--no-shuffle", "--alpha", "0.01", "--float", "f32"],
    ];
    for options in of {
        let value = json(&path, &[&sgd, options].concat());
        assert!(value["train_score"].as_f64().expect("a score") > 0.8, "{options:?}: {value}");
        assert_eq!(value["report"]["solver"], "stochastic-gradient-descent");
        assert!(value["report"]["dual"].is_null() && value["report"]["primal"].is_number());
    }
    // The class as a number.
    let regressor = ["--model", "sgd-regressor", "--scale", "--loss", "huber", "--epsilon", "0.5"];
    let value = json(&path, &[&regressor[..], &["--automatic", "--alpha", "0.001", "--cv", "3"]].concat());
    assert!(value["train_score"].as_f64().expect("a score") > 0.9, "{value}");
}

#[test]
fn networks_have_options_of_their_own() {
    let data = datasets::iris();
    let mut text = String::from("a,b,c,d,class\n");
    for (row, class) in data.features.rows().into_iter().zip(&data.target) {
        writeln!(text, "{},{},{},{},{class}", row[0], row[1], row[2], row[3]).expect("text");
    }
    let path = file("mlp", "iris.csv", &text);
    let mlp = ["--model", "mlp-classifier", "--scale", "--test-size", "0.2"];
    let of: [&[&str]; 4] = [
        &["--float", "f32"],
        &[
            "--hidden",
            "16,8",
            "--activation",
            "tanh",
            "--eta0",
            "0.01",
            "--dropout",
            "0.1",
            "--batch-size",
            "20",
        ],
        &["--lbfgs", "--alpha", "0.1"],
        &["--update", "nesterov", "--learning-rate", "adaptive", "--eta0", "0.1", "--penalty", "l1"],
    ];
    for options in of {
        let value = json(&path, &[&mlp, options].concat());
        assert!(value["test_score"].as_f64().expect("a score") > 0.85, "{options:?}: {value}");
        assert!(value["report"]["dual"].is_null() && value["report"]["primal"].is_number());
        assert!(
            value["report"]["solver"].is_string()
                && value["intercept"].as_array().expect("a list").len() == 3
        );
    }
    let regressor = ["--model", "mlp-regressor", "--scale", "--loss", "huber", "--lbfgs", "--cv", "3"];
    let value = json(&path, &regressor);
    assert!(value["train_score"].as_f64().expect("a score") > 0.95, "{value}");
}
