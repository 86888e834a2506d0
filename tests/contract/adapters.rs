//! How each type is fitted and asked: what lets one rule serve all of them.

use certifit::data::{Features, FromRows, Label, Targets, Weights};
use certifit::feature_selection::{FittedSelectKBest, ScoreFunction};
use certifit::impute::{FittedKNNImputer, FittedMissingIndicator, FittedSimpleImputer};
use certifit::kernel_approximation::FittedRBFSampler;
use certifit::linear::{NoProbability, Probability};
use certifit::preprocessing::{
    FittedKBinsDiscretizer, FittedMaxAbsScaler, FittedMinMaxScaler, FittedNormalizer,
    FittedPolynomialFeatures, FittedPowerTransformer, FittedQuantileTransformer, FittedRobustScaler,
    FittedSplineTransformer,
};
use certifit::{Error, Scalar, prelude::*};
use ndarray::{Array1, Array2};
use std::fmt::Debug;

/// Hyper-parameters of a linear classifier, alone or at the end of a pipeline.
pub trait Classifier: Clone + Debug + Send + Sync {
    type Model<F: Scalar, L: Label>: Model<F, L>;

    fn train<X, Y>(&self, x: &X, y: &Y) -> Result<Self::Model<X::Elem, Y::Value>, Error>
    where
        X: Features,
        X::Owned: Features<Elem = X::Elem>,
        Y: Targets + ?Sized,
        Y::Value: Label;

    fn c(self, c: f64) -> Self;
    fn tol(self, tol: f64) -> Self;
    fn max_iter(self, max_iter: usize) -> Self;
    fn seed(self, seed: u64) -> Self;
    fn class_weight(self, class_weight: ClassWeight) -> Self;
    fn observer(self, observer: impl Observer + 'static) -> Self;
    /// Each parameter set to each kind of bad value, with the name that the error must give.
    fn bad_parameters(&self) -> Vec<(&'static str, Self)>;
}

/// What a [`Classifier`] is fitted to.
pub trait Model<F: Scalar, L: Label>: Clone + Debug + PartialEq + Send + Sync {
    /// What the linear model at its end says beyond labels and decision values.
    type Says: Debug;

    fn labels<X>(&self, x: &X) -> Result<Array1<L>, Error>
    where
        X: Features<Elem = F>,
        X::Owned: Features<Elem = F>;

    fn decisions<X>(&self, x: &X) -> Result<Array2<F>, Error>
    where
        X: Features<Elem = F>,
        X::Owned: Features<Elem = F>;

    /// The linear model at its end. Rules that ask for it are for types that have one.
    fn linear(&self) -> &LinearClassifier<F, L, Self::Says>;

    fn n_features(&self) -> usize {
        self.linear().n_features_in()
    }

    fn class_labels(&self) -> &[L] {
        self.linear().classes()
    }

    /// All that was learnt.
    fn learnt(&self) -> Vec<F> {
        self.linear().coef().iter().chain(self.linear().intercept()).copied().collect()
    }

    /// Whether decisions are votes, which may be equal.
    fn has_votes(&self) -> bool {
        self.linear().multi_class() == MultiClass::OneVsOne
    }
}

/// Hyper-parameters of a transformer.
pub trait Transform: Clone + Debug + PartialEq + Send + Sync {
    type Fitted<F: Scalar>: Clone + Debug + PartialEq + Send + Sync;

    fn learn<X, Y>(&self, x: &X, y: &Y) -> Result<Self::Fitted<X::Elem>, Error>
    where
        X: Features,
        X::Owned: FromRows<Elem = X::Elem>,
        Y: Weights + ?Sized;

    fn apply<X>(fitted: &Self::Fitted<X::Elem>, x: &X) -> Result<X::Owned, Error>
    where
        X: Features,
        X::Owned: FromRows<Elem = X::Elem>;

    /// The same of features that are given away.
    fn apply_owned<X>(fitted: &Self::Fitted<X::Elem>, x: X) -> Result<X::Owned, Error>
    where
        X: Features,
        X::Owned: FromRows<Elem = X::Elem>;
}

/// A transformer that can be undone.
pub trait Invertible: Transform {
    /// How near the way back leads.
    const TOLERANCE: f64 = 1e-12;
    fn undo(fitted: &Self::Fitted<f64>, x: &Array2<f64>) -> Result<Array2<f64>, Error>;
}

/// One that can learn from batches, too.
pub trait Scaler: Invertible {
    fn learn_more<Y>(fitted: &mut Self::Fitted<f64>, x: &Array2<f64>, y: &Y) -> Result<(), Error>
    where
        Y: Weights + ?Sized;
}

/// Hyper-parameters of a linear classifier, each parameter set to each kind of bad value.
macro_rules! bad {
    ($model:expr) => {{
        let model = $model.clone();
        let mut bad = vec![("max_iter", model.clone().max_iter(0))];
        for value in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let scaling = Intercept::Penalized { scaling: value };
            let weights = ClassWeight::by_label([(0usize, value), (1, 1.0)]);
            bad.push(("c", model.clone().c(value)));
            bad.push(("tol", model.clone().tol(value)));
            bad.push(("intercept scaling", model.clone().intercept(scaling)));
            bad.push(("class_weight", model.clone().class_weight(weights)));
        }
        let twice = ClassWeight::by_label([(0usize, 1.0), (0, 1.0)]);
        bad.push(("class_weight", model.clone().class_weight(twice)));
        bad
    }};
}

macro_rules! classifier {
    ($estimator:ty => $model:ty, $linear:ty, $says:ty $(, $last:ident)?) => {
        impl Classifier for $estimator {
            type Model<F: Scalar, L: Label> = $model;

            fn train<X, Y>(&self, x: &X, y: &Y) -> Result<Self::Model<X::Elem, Y::Value>, Error>
            where
                X: Features,
                X::Owned: Features<Elem = X::Elem>,
                Y: Targets + ?Sized,
                Y::Value: Label,
            {
                self.fit(x, y)
            }

            fn c(mut self, c: f64) -> Self {
                self$(.$last)? = self$(.$last)?.c(c);
                self
            }

            fn tol(mut self, tol: f64) -> Self {
                self$(.$last)? = self$(.$last)?.tol(tol);
                self
            }

            fn max_iter(mut self, max_iter: usize) -> Self {
                self$(.$last)? = self$(.$last)?.max_iter(max_iter);
                self
            }

            fn seed(mut self, seed: u64) -> Self {
                self$(.$last)? = self$(.$last)?.seed(seed);
                self
            }

            fn class_weight(mut self, class_weight: ClassWeight) -> Self {
                self$(.$last)? = self$(.$last)?.class_weight(class_weight);
                self
            }

            fn observer(mut self, observer: impl Observer + 'static) -> Self {
                self$(.$last)? = self$(.$last)?.observer(observer);
                self
            }

            // For an estimator that is no pipeline the clone is replaced as a whole.
            #[allow(unused_assignments)]
            fn bad_parameters(&self) -> Vec<(&'static str, Self)> {
                let with = |(name, last): (&'static str, $linear)| {
                    let mut bad = self.clone();
                    bad$(.$last)? = last;
                    (name, bad)
                };
                bad!(self$(.$last)?).into_iter().map(with).collect()
            }
        }

        impl<F: Scalar, L: Label> Model<F, L> for $model {
            type Says = $says;

            fn labels<X>(&self, x: &X) -> Result<Array1<L>, Error>
            where
                X: Features<Elem = F>,
                X::Owned: Features<Elem = F>,
            {
                self.predict(x)
            }

            fn decisions<X>(&self, x: &X) -> Result<Array2<F>, Error>
            where
                X: Features<Elem = F>,
                X::Owned: Features<Elem = F>,
            {
                self.decision_function(x)
            }

            fn linear(&self) -> &LinearClassifier<F, L, $says> {
                &self$(.$last)?
            }
        }
    };
}

classifier!(LinearSVC => LinearClassifier<F, L>, LinearSVC, NoProbability);
classifier!(LogisticRegression => LinearClassifier<F, L, Probability>, LogisticRegression, Probability);
classifier!(
    Pipeline<StandardScaler, LinearSVC>
        => Pipeline<FittedStandardScaler<F>, LinearClassifier<F, L>>,
    LinearSVC,
    NoProbability,
    last
);
classifier!(
    Pipeline<Pipeline<StandardScaler, StandardScaler>, LinearSVC>
        => Pipeline<Pipeline<FittedStandardScaler<F>, FittedStandardScaler<F>>, LinearClassifier<F, L>>,
    LinearSVC,
    NoProbability,
    last
);

macro_rules! transformer {
    ($estimator:ty => $fitted:ty) => {
        impl Transform for $estimator {
            type Fitted<F: Scalar> = $fitted;

            fn learn<X, Y>(&self, x: &X, y: &Y) -> Result<Self::Fitted<X::Elem>, Error>
            where
                X: Features,
                X::Owned: FromRows<Elem = X::Elem>,
                Y: Weights + ?Sized,
            {
                self.fit(x, y)
            }

            fn apply<X>(fitted: &Self::Fitted<X::Elem>, x: &X) -> Result<X::Owned, Error>
            where
                X: Features,
                X::Owned: FromRows<Elem = X::Elem>,
            {
                fitted.transform(x)
            }

            fn apply_owned<X>(fitted: &Self::Fitted<X::Elem>, x: X) -> Result<X::Owned, Error>
            where
                X: Features,
                X::Owned: FromRows<Elem = X::Elem>,
            {
                fitted.transform_owned(x)
            }
        }
    };
}

transformer!(StandardScaler => FittedStandardScaler<F>);
transformer!(Pipeline<StandardScaler, StandardScaler> => Pipeline<FittedStandardScaler<F>, FittedStandardScaler<F>>);

transformer!(MinMaxScaler => FittedMinMaxScaler<F>);
transformer!(MaxAbsScaler => FittedMaxAbsScaler<F>);
transformer!(RobustScaler => FittedRobustScaler<F>);
transformer!(Normalizer => FittedNormalizer);
transformer!(QuantileTransformer => FittedQuantileTransformer);
transformer!(PowerTransformer => FittedPowerTransformer);
transformer!(PolynomialFeatures => FittedPolynomialFeatures);
transformer!(SimpleImputer => FittedSimpleImputer);
transformer!(KNNImputer => FittedKNNImputer);
transformer!(MissingIndicator => FittedMissingIndicator);
transformer!(SelectKBest<Spread> => FittedSelectKBest);

/// The variance as a score, so that rules without a target can ask a `SelectKBest`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread;

impl<X: Features + ?Sized, Y: Weights + ?Sized> ScoreFunction<X, Y> for Spread {
    fn scores(&self, x: &X, y: &Y) -> Result<Array1<f64>, Error> {
        Ok(Moments::of(x, y)?.variance().clone())
    }
}

/// The kind of matrix that `x` is, of what a transformer has made dense.
fn like<X>(z: &Array2<X::Elem>) -> Result<X::Owned, Error>
where
    X: Features,
    X::Owned: FromRows<Elem = X::Elem>,
{
    X::Owned::from_rows(z.nrows(), z.ncols(), |row, entries| {
        z.row(row).iter().enumerate().for_each(|(column, &value)| entries.push(column, value));
        Ok(())
    })
}

/// A transformer that makes matrices of a type of its own: here dense ones.
macro_rules! dense_transformer {
    ($estimator:ty => $fitted:ty $(, $output:ident)?) => {
        impl Transform for $estimator {
            type Fitted<F: Scalar> = $fitted;

            fn learn<X, Y>(&self, x: &X, y: &Y) -> Result<Self::Fitted<X::Elem>, Error>
            where
                X: Features,
                X::Owned: FromRows<Elem = X::Elem>,
                Y: Weights + ?Sized,
            {
                self$(.$output::<Array2<X::Elem>>())?.fit(x, y)
            }

            fn apply<X>(fitted: &Self::Fitted<X::Elem>, x: &X) -> Result<X::Owned, Error>
            where
                X: Features,
                X::Owned: FromRows<Elem = X::Elem>,
            {
                like::<X>(&fitted.transform(x)?)
            }

            fn apply_owned<X>(fitted: &Self::Fitted<X::Elem>, x: X) -> Result<X::Owned, Error>
            where
                X: Features,
                X::Owned: FromRows<Elem = X::Elem>,
            {
                like::<X>(&fitted.transform_owned(x)?)
            }
        }
    };
}

dense_transformer!(KBinsDiscretizer<Array2<f64>> => FittedKBinsDiscretizer<Array2<F>>, output);
dense_transformer!(SplineTransformer => FittedSplineTransformer<Array2<F>>, output);
dense_transformer!(RBFSampler => FittedRBFSampler);

macro_rules! invertible {
    ($($estimator:ty, $tolerance:expr;)*) => {
        $(impl Invertible for $estimator {
            const TOLERANCE: f64 = $tolerance;
            fn undo(fitted: &Self::Fitted<f64>, x: &Array2<f64>) -> Result<Array2<f64>, Error> {
                fitted.inverse_transform(x)
            }
        })*
    };
}

invertible! {
    StandardScaler, 1e-12;
    MinMaxScaler, 1e-12;
    MaxAbsScaler, 1e-12;
    RobustScaler, 1e-12;
    QuantileTransformer, 1e-12;
    PowerTransformer, 1e-9;
}

macro_rules! scaler {
    ($($estimator:ty)*) => {
        $(impl Scaler for $estimator {
            fn learn_more<Y>(fitted: &mut Self::Fitted<f64>, x: &Array2<f64>, y: &Y) -> Result<(), Error>
            where
                Y: Weights + ?Sized,
            {
                fitted.partial_fit(x, y)
            }
        })*
    };
}

scaler!(StandardScaler MinMaxScaler MaxAbsScaler);
