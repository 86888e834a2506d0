//! The part of the contract that does not speak of an optimum: what models by stochastic gradient descent hold to.

use crate::adapters::Classifier;
use certifit::data::{Features, Label, Targets};
use certifit::linear::ClassifierLoss;
use certifit::schedule::Constant;
use certifit::update::Adam;
use certifit::{Error, Scalar, linear::NoProbability, prelude::*};

impl<L, R, S, U> Classifier for SGDClassifier<L, R, S, U>
where
    L: ClassifierLoss<Says = NoProbability> + Clone,
    R: Regularizer + Clone,
    S: LearningRate + Clone,
    U: UpdateRule + Clone,
{
    type Model<F: Scalar, Lb: Label> = LinearClassifier<F, Lb>;

    fn train<X, Y>(&self, x: &X, y: &Y) -> Result<Self::Model<X::Elem, Y::Value>, Error>
    where
        X: Features,
        X::Owned: Features<Elem = X::Elem>,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        self.fit(x, y)
    }

    fn c(self, c: f64) -> Self {
        self.alpha(1e-4 / c)
    }

    fn tol(self, tol: f64) -> Self {
        self.tol(tol)
    }

    fn max_iter(self, max_iter: usize) -> Self {
        self.max_iter(max_iter)
    }

    fn seed(self, seed: u64) -> Self {
        self.seed(seed)
    }

    fn class_weight(self, class_weight: ClassWeight) -> Self {
        self.class_weight(class_weight)
    }

    fn observer(self, observer: impl Observer + 'static) -> Self {
        self.observer(observer)
    }

    fn bad_parameters(&self) -> Vec<(&'static str, Self)> {
        let mut bad = vec![
            ("max_iter", self.clone().max_iter(0)),
            ("n_iter_no_change", self.clone().n_iter_no_change(0)),
        ];
        for value in [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let weights = ClassWeight::by_label([(0usize, value), (1, 1.0)]);
            bad.push(("alpha", self.clone().alpha(value)));
            bad.push(("tol", self.clone().tol(value)));
            bad.push(("average_decay", self.clone().average_decay(value)));
            bad.push(("intercept_decay", self.clone().intercept_decay(value)));
            bad.push(("validation_fraction", self.clone().early_stopping(true).validation_fraction(value)));
            bad.push(("class_weight", self.clone().class_weight(weights)));
        }
        bad
    }
}

macro_rules! sgd_contract {
    ($name:ident, $make:expr) => {
        mod $name {
            use super::*;
            rules! { $make;
                parameters: parameters_are_checked_by_fit fit_leaves_parameters_alone a_second_fit_is_the_same
                    a_refit_forgets;
                bad_input: no_rows no_columns lengths_differ another_width not_finite weights_are_checked
                    own_weights_are_checked one_class one_row columns_first_are_refused not_finite_sparse;
                layouts: memory_layouts_predict_the_same;
                repetition: rows_one_by_one rows_in_another_order;
                threads: one_or_two_threads models_are_shared;
                training: blobs_are_told_apart decisions_decide;
            }
        }
    };
}

sgd_contract!(sgd_classifier, SGDClassifier::new());
sgd_contract!(
    sgd_classifier_l1,
    SGDClassifier::new().loss(SquaredHinge).penalty(L1).learning_rate(Constant::default())
);
sgd_contract!(
    sgd_classifier_averaged,
    SGDClassifier::new().average(10).early_stopping(true).validation_fraction(0.3)
);
sgd_contract!(
    sgd_classifier_adam,
    SGDClassifier::new().update(Adam::default()).learning_rate(Constant::default())
);
sgd_contract!(sgd_classifier_automatic, SGDClassifier::new().automatic());
