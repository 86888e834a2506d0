//! What every transformer of categories does, whatever it learns.

use crate::data::error_of;
use crate::threads::with_threads;
use certifit::preprocessing::{
    DropCategory, FittedOneHotEncoder, FittedOrdinalEncoder, FittedTargetEncoder, HandleUnknown,
};
use certifit::{Error, prelude::*};
use ndarray::{Array2, ArrayView2, Axis, ShapeBuilder, array, s};
use sprs::CsMat;
use std::fmt::Debug;

type Entries = Option<String>;

/// A transformer of categories. Targets are labels; most look at their weights alone.
trait Encode: Clone + Debug + Send + Sync {
    type Fitted: Clone + Debug + Send + Sync;
    type Made: Clone + Debug + PartialEq + Send + Rows<Owned = Self::Made>;

    fn learn<Y>(&self, x: &ArrayView2<'_, Entries>, y: &Y) -> Result<Self::Fitted, Error>
    where
        Y: Targets<Value = usize> + ?Sized;
    fn apply(fitted: &Self::Fitted, x: &ArrayView2<'_, Entries>) -> Result<Self::Made, Error>;
    /// Fitted and applied at once.
    fn learn_and_apply<Y>(&self, x: &ArrayView2<'_, Entries>, y: &Y) -> Result<Self::Made, Error>
    where
        Y: Targets<Value = usize> + ?Sized;
    fn names(fitted: &Self::Fitted, input: &[String]) -> Result<Vec<String>, Error>;
    fn n_made(made: &Self::Made) -> usize;
    fn near(a: &Self::Made, b: &Self::Made) -> bool {
        a == b
    }
}

fn numbers_are_near(a: &Array2<f64>, b: &Array2<f64>) -> bool {
    a.dim() == b.dim() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-12)
}

macro_rules! encoder {
    ($type:ty => $fitted:ty, $made:ty, $width:ident $(, $near:ident)?) => {
        impl Encode for $type {
            type Fitted = $fitted;
            type Made = $made;

            fn learn<Y>(&self, x: &ArrayView2<'_, Entries>, y: &Y) -> Result<Self::Fitted, Error>
            where
                Y: Targets<Value = usize> + ?Sized,
            {
                self.fit(x, y)
            }
            fn apply(fitted: &Self::Fitted, x: &ArrayView2<'_, Entries>) -> Result<Self::Made, Error> {
                fitted.transform(x)
            }
            fn learn_and_apply<Y>(&self, x: &ArrayView2<'_, Entries>, y: &Y) -> Result<Self::Made, Error>
            where
                Y: Targets<Value = usize> + ?Sized,
            {
                Ok(self.fit_transform(x, y)?.1)
            }
            fn names(fitted: &Self::Fitted, input: &[String]) -> Result<Vec<String>, Error> {
                fitted.feature_names_out(input)
            }
            fn n_made(made: &Self::Made) -> usize {
                made.$width()
            }
            $(fn near(a: &Self::Made, b: &Self::Made) -> bool {
                $near(a, b)
            })?
        }
    };
}

encoder!(OneHotEncoder => FittedOneHotEncoder<Entries>, CsMat<f64>, cols);
encoder!(OneHotEncoder<Array2<f64>> => FittedOneHotEncoder<Entries, Array2<f64>>, Array2<f64>, ncols);
encoder!(OrdinalEncoder => FittedOrdinalEncoder<Entries>, Array2<f64>, ncols);
encoder!(TargetEncoder => FittedTargetEncoder<Entries, usize>, Array2<f64>, ncols, numbers_are_near);
encoder!(CategoryImputer => certifit::impute::FittedCategoryImputer<String>, Array2<String>, ncols);

/// Three columns of few, more and two categories, some missing, with labels that depend on them.
fn rows(n: usize) -> (Array2<Entries>, Vec<usize>) {
    let entry = |(i, j): (usize, usize)| {
        let size = [5, 13, 2][j];
        (i * (j + 3) % 11 > 0).then(|| format!("c{}", (i * 31 + i / 7 * (j + 2)) % size))
    };
    (Array2::from_shape_fn((n, 3), entry), (0..n).map(|i| usize::from((i * 31 + i / 3) % 5 < 2)).collect())
}

fn few() -> (Array2<Entries>, Vec<usize>) {
    rows(40)
}

fn image<E: Encode>(encoder: &E, x: &Array2<Entries>, y: &Vec<usize>) -> E::Made {
    E::apply(&encoder.learn(&x.view(), y).unwrap(), &x.view()).unwrap()
}

fn no_rows_or_columns(encoder: &impl Encode) {
    fn check<E: Encode>(encoder: &E) {
        let (x, y) = few();
        let fitted = encoder.learn(&x.view(), &y).unwrap();
        let rows = Error::Empty { what: "x", axis: "rows" };
        assert_eq!(error_of(encoder.learn(&x.slice(s![..0, ..]), &y[..0])), rows);
        assert_eq!(error_of(E::apply(&fitted, &x.slice(s![..0, ..]))), rows);
        let columns = Error::Empty { what: "x", axis: "columns" };
        assert_eq!(error_of(encoder.learn(&x.slice(s![.., ..0]), &y)), columns);
        for found in [0, 1, 2] {
            let error = error_of(E::apply(&fitted, &x.slice(s![.., ..found])));
            assert_eq!(error, Error::FeatureMismatch { expected: 3, found });
        }
    }
    check(encoder);
}

fn lengths_and_weights_are_checked(encoder: &impl Encode) {
    let (x, y) = few();
    for found in [1, 39, 41] {
        let labels: Vec<usize> = (0..found).map(|i| i % 2).collect();
        let error = error_of(encoder.learn(&x.view(), &labels));
        assert!(matches!(error, Error::LengthMismatch { expected: 40, .. }), "{error}");
    }
    let mut weights = vec![0.0; 40];
    weights[39] = 1.0;
    let fold = y.weighted(&weights).unwrap().take(&[0, 1, 2]);
    let error = error_of(encoder.learn(&x.slice(s![..3, ..]), &fold));
    assert!(matches!(error, Error::InvalidWeight { .. }), "{error}");
}

fn a_refit_and_a_clone_are_equal<E: Encode>(encoder: &E) {
    let (x, y) = few();
    let (before, first) = (format!("{encoder:?}"), image(encoder, &x, &y));
    assert!(encoder.learn(&x.slice(s![..9, ..2]), &y[..9]).is_ok());
    assert_eq!(image(encoder, &x, &y), first);
    assert_eq!(image(&encoder.clone(), &x, &y), first);
    assert_eq!(format!("{encoder:?}"), before);
    let fitted = encoder.learn(&x.view(), &y).unwrap();
    assert_eq!(format!("{:?}", fitted.clone()), format!("{fitted:?}"));
    assert_eq!(E::apply(&fitted.clone(), &x.view()).unwrap(), first);
}

fn rows_are_made_one_by_one_in_any_order<E: Encode>(encoder: &E) {
    let (x, y) = few();
    let (fitted, all) = (encoder.learn(&x.view(), &y).unwrap(), image(encoder, &x, &y));
    for row in 0..x.nrows() {
        let one = E::apply(&fitted, &x.slice(s![row..=row, ..])).unwrap();
        assert_eq!(one, all.take(&[row]));
    }
    let order: Vec<usize> = (0..40).map(|i| i * 7 % 40).collect();
    let turned = image(encoder, &x.select(Axis(0), &order), &y.take(&order));
    assert!(E::near(&turned, &all.take(&order)));
}

fn memory_layouts<E: Encode>(encoder: &E) {
    let (x, y) = few();
    let mut by_column = Array2::from_elem(x.dim().f(), None);
    by_column.assign(&x);
    let wide = ndarray::concatenate![Axis(1), x, x];
    let expected = image(encoder, &x, &y);
    for view in [by_column.view(), wide.slice(s![.., ..3])] {
        assert_eq!(E::apply(&encoder.learn(&view, &y).unwrap(), &view).unwrap(), expected);
    }
}

fn weights_are_repeats<E: Encode>(encoder: &E) {
    let (x, y) = few();
    let times = |row: usize| [2, 0, 1, 3][row % 4];
    let weights: Vec<f64> = (0..40).map(|row| times(row) as f64).collect();
    let repeated: Vec<usize> = (0..40).flat_map(|row| vec![row; times(row)]).collect();
    let weighted = encoder.learn(&x.view(), &y.weighted(&weights).unwrap()).unwrap();
    let repeats = encoder.learn(&x.select(Axis(0), &repeated).view(), &y.take(&repeated)).unwrap();
    let seen = x.select(Axis(0), &repeated);
    let made = |fitted| E::apply(fitted, &seen.view()).unwrap();
    assert!(E::near(&made(&weighted), &made(&repeats)));
    let ones = y.weighted(&[1.0; 40]).unwrap();
    let of_ones = encoder.learn(&x.view(), &ones).unwrap();
    assert_eq!(E::apply(&of_ones, &x.view()).unwrap(), image(encoder, &x, &y));
}

fn names_are_those_of_the_columns<E: Encode>(encoder: &E) {
    let (x, y) = few();
    let fitted = encoder.learn(&x.view(), &y).unwrap();
    let input = ["a", "b", "c"].map(String::from);
    let names = E::names(&fitted, &input).unwrap();
    assert_eq!(names.len(), E::n_made(&E::apply(&fitted, &x.view()).unwrap()));
    let mut different = names.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), names.len(), "{names:?}");
    let error = error_of(E::names(&fitted, &input[..2]));
    assert_eq!(error, Error::FeatureMismatch { expected: 3, found: 2 });
}

fn threads_do_not_matter<E: Encode>(encoder: &E) {
    let (x, y) = rows(20_000);
    let one = with_threads(1, || image(encoder, &x, &y));
    assert_eq!(with_threads(4, || image(encoder, &x, &y)), one);
    let fitted = encoder.learn(&x.view(), &y).unwrap();
    std::thread::scope(|scope| {
        let threads = [0; 3].map(|_| scope.spawn(|| E::apply(&fitted, &x.view()).unwrap()));
        threads.into_iter().for_each(|thread| assert_eq!(thread.join().unwrap(), one));
    });
}

/// Part of the contract of encoders that do not cross-fit: with rows of weight 0 whose categories are in no other row, too.
fn at_once_is_one_after_the_other<E: Encode>(encoder: &E, takes_unseen: bool) {
    let (mut x, y) = rows(5000);
    let at_once = encoder.learn_and_apply(&x.view(), &y).unwrap();
    assert_eq!(at_once, image(encoder, &x, &y));
    x[[4321, 1]] = Some("rare".into());
    let mut weights = vec![1.0; 5000];
    weights[4321] = 0.0;
    let y = y.weighted(&weights).unwrap();
    let fitted = encoder.learn(&x.view(), &y).unwrap();
    let (at_once, after) = (encoder.learn_and_apply(&x.view(), &y), E::apply(&fitted, &x.view()));
    assert_eq!(at_once.is_ok(), takes_unseen);
    match (at_once, after) {
        (Err(at_once), Err(after)) => assert_eq!(at_once, after),
        (at_once, after) => assert_eq!(at_once.unwrap(), after.unwrap()),
    }
}

fn unseen() -> Array2<Entries> {
    array![
        [Some("c1".into()), Some("c2".into()), Some("c1".into())],
        [Some("c1".into()), Some("x".into()), None]
    ]
}

/// Part of the contract of encoders whose answer to new categories is an error.
fn refuses_unseen<E: Encode>(encoder: &E) {
    let (x, y) = few();
    let error = error_of(E::apply(&encoder.learn(&x.view(), &y).unwrap(), &unseen().view()));
    assert!(matches!(&error, Error::UnknownCategory { row: 1, column: 1, .. }), "{error}");
    assert!(error.to_string().contains("x"), "{error}");
}

/// Part of the contract of those that have another one.
fn takes_unseen<E: Encode>(encoder: &E) {
    let (x, y) = few();
    let made = E::apply(&encoder.learn(&x.view(), &y).unwrap(), &unseen().view()).unwrap();
    assert_eq!((made.n_rows(), E::n_made(&made)), (2, E::n_made(&image(encoder, &x, &y))));
}

macro_rules! encoder_contract {
    ($name:ident, $encoder:expr, $unseen:ident) => {
        mod $name {
            use super::*;

            #[test]
            fn answers_to_bad_input() {
                no_rows_or_columns(&$encoder);
                lengths_and_weights_are_checked(&$encoder);
                $unseen(&$encoder);
            }

            #[test]
            fn fits() {
                a_refit_and_a_clone_are_equal(&$encoder);
                weights_are_repeats(&$encoder);
                memory_layouts(&$encoder);
            }

            #[test]
            fn transforms() {
                rows_are_made_one_by_one_in_any_order(&$encoder);
                names_are_those_of_the_columns(&$encoder);
            }

            #[test]
            fn threads() {
                threads_do_not_matter(&$encoder);
            }
        }
    };
}

fn ordinal() -> OrdinalEncoder {
    OrdinalEncoder::new().encoded_missing_value(-1.0)
}

#[test]
fn fitted_and_applied_at_once() {
    at_once_is_one_after_the_other(&OneHotEncoder::new(), false);
    at_once_is_one_after_the_other(&OneHotEncoder::new().dense(), false);
    let ignoring = OneHotEncoder::new().handle_unknown(HandleUnknown::Ignore);
    at_once_is_one_after_the_other(&ignoring.drop(DropCategory::First), true);
    at_once_is_one_after_the_other(&ignoring.min_frequency(100), true);
    at_once_is_one_after_the_other(&ordinal(), false);
    at_once_is_one_after_the_other(&CategoryImputer::new(), true);
}

encoder_contract!(one_hot, OneHotEncoder::new(), refuses_unseen);
encoder_contract!(dense_one_hot, OneHotEncoder::new().dense(), refuses_unseen);
encoder_contract!(one_hot_of_frequent, OneHotEncoder::new().min_frequency(4), refuses_unseen);
encoder_contract!(
    one_hot_without_first,
    OneHotEncoder::new().drop(DropCategory::First).handle_unknown(HandleUnknown::Ignore),
    takes_unseen
);
encoder_contract!(
    one_hot_of_few,
    OneHotEncoder::new().max_categories(4).handle_unknown(HandleUnknown::InfrequentIfExist),
    takes_unseen
);
encoder_contract!(ordinal_encoder, ordinal(), refuses_unseen);
encoder_contract!(ordinal_with_unknown, ordinal().unknown_value(-2.0), takes_unseen);
encoder_contract!(target_encoder, TargetEncoder::new(), takes_unseen);
encoder_contract!(smoothed_target_encoder, TargetEncoder::new().smooth(3.0), takes_unseen);
encoder_contract!(category_imputer, CategoryImputer::new(), takes_unseen);
