//! Searches and paths: nothing leaks, a path has the optima of separate fits, and a search is what a loop does.

use certifit::data::Rows;
use certifit::metric::NegLogLoss;
use certifit::model_selection::{
    AnyRows, ErrorScore, LogUniform, MinResources, OneStandardError, Scores, geomspace, linspace,
    rand_distr::Distribution, sample,
};
use certifit::solver::Report;
use certifit::{Error, PathVisitor, Scalar, prelude::*};
use ndarray::{Array1, Array2};
use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Every third row of breast cancer.
fn data() -> (Array2<f64>, Array1<usize>) {
    let data = datasets::breast_cancer();
    let rows: Vec<usize> = (0..190).map(|row| 3 * row).collect();
    (data.features.take(&rows), data.target.take(&rows))
}

fn scaled<M>(model: M) -> Pipeline<StandardScaler, M> {
    StandardScaler::new().then(model)
}

type Svc = Pipeline<FittedStandardScaler<f64>, LinearClassifier<f64, usize>>;

fn logistic(&c: &f64) -> Pipeline<StandardScaler, LogisticRegression> {
    scaled(LogisticRegression::new().c(c))
}

/// Keeps what a closure makes of each model of a path.
struct Collect<F, T>(F, Vec<Result<T, Error>>);

impl<M, T, F: Fn(&M) -> T> PathVisitor<M> for Collect<F, T> {
    fn model(&mut self, index: usize, model: M) -> ControlFlow<(), M> {
        assert_eq!(index, self.1.len());
        self.1.push(Ok((self.0)(&model)));
        ControlFlow::Continue(model)
    }
    fn failed(&mut self, index: usize, error: Error) -> ControlFlow<()> {
        assert_eq!(index, self.1.len());
        self.1.push(Err(error));
        ControlFlow::Continue(())
    }
}

/// The models of a path are certified, and have the objectives of models that are fitted alone.
fn assert_path<E, M, Y>(make: impl Fn(f64) -> E, strengths: &[f64], y: &Y, report: impl Fn(&M) -> &Report)
where
    E: Estimator<Array2<f64>, Y, Fitted = M>,
{
    let x = datasets::diabetes().features;
    let path: Vec<E> = strengths.iter().map(|&strength| make(strength)).collect();
    for two in path.windows(2) {
        assert_eq!(two[0].path_order(&two[1]), Some(Ordering::Less));
        assert_eq!(two[1].path_order(&two[0]), Some(Ordering::Greater));
    }
    assert_eq!(path[0].path_order(&make(strengths[0])), Some(Ordering::Equal));
    let mut found = Collect(|model: &M| report(model).clone(), Vec::new());
    let flow = E::fit_path(&path.iter().collect::<Vec<_>>(), &x, y, &mut found);
    assert!(flow.is_continue() && found.1.len() == strengths.len());
    for (estimator, found) in path.iter().zip(found.1) {
        let (alone, found) = (estimator.fit(&x, y).unwrap(), found.unwrap());
        assert!(found.converged() && found.relative_gap() <= 1e-6, "{found}");
        // Both lie within the tolerance above the optimum.
        let (alone, found) = (report(&alone).primal(), found.primal());
        assert!((alone - found).abs() <= 1e-6 * alone.max(found), "{alone} {found}");
    }
}

#[test]
fn a_path_has_the_optima_of_separate_fits() {
    let (cs, alphas) = ([1e-3, 1e-2, 0.1, 1.0, 10.0], [10.0, 1.0, 0.1, 0.01]);
    let numbers = datasets::diabetes().target;
    let three: Vec<u8> = numbers.iter().map(|&y| u8::from(y > 100.0) + u8::from(y > 180.0)).collect();
    let two: Vec<u8> = three.iter().map(|&y| y / 2).collect();
    for y in [&two, &three] {
        for loss in [SvcLoss::Hinge, SvcLoss::SquaredHinge] {
            assert_path(|c| scaled(LinearSVC::new().loss(loss).c(c)), &cs, y, |model| model.last().report());
        }
        assert_path(|c| scaled(LogisticRegression::new().c(c)), &cs, y, |model| model.last().report());
    }
    assert_path(|alpha| scaled(Ridge::new().alpha(alpha)), &alphas, &numbers, |model| model.last().report());
    assert_path(|alpha| scaled(Lasso::new().alpha(alpha)), &alphas, &numbers, |model| model.last().report());
    let net = |alpha| scaled(ElasticNetRegression::new().alpha(alpha).l1_ratio(0.7));
    assert_path(net, &alphas, &numbers, |model| model.last().report());
    assert_path(|c| scaled(LinearSVR::new().epsilon(5.0).c(c)), &cs, &numbers, |model| model.last().report());
    // Alone, too.
    assert_path(|alpha| Ridge::new().alpha(alpha), &alphas, &numbers, |model| model.report());
}

/// Many rows, of which a fit leaves more to the next one than its coefficients; far from the origin and on several scales.
fn many_rows(seed: u64) -> (Array2<f64>, Vec<u8>, Vec<f64>) {
    let data =
        datasets::make_classification(6000, 6).n_informative(4).flip_y(0.1).seed(seed).generate().unwrap();
    let mut x = data.features;
    for (j, mut column) in x.columns_mut().into_iter().enumerate() {
        column.mapv_inplace(|x| 10f64.powi(j as i32 - 2) * (x + j as f64));
    }
    let labels: Vec<u8> = data.target.iter().map(|&label| u8::from(label == data.target[0])).collect();
    let numbers =
        (0..x.nrows()).map(|row| x[[row, 0]] - 3.0 * x[[row, 2]] + f64::from(labels[row])).collect();
    (x, labels, numbers)
}

/// Whether a strength leads to the optimum of a fit alone, whatever came before it on its path.
fn assert_optima(strengths: &[f64], path: &[&Report], alone: impl Fn(f64) -> Report) {
    assert_eq!(strengths.len(), path.len());
    for (&strength, found) in strengths.iter().zip(path) {
        assert!(found.converged(), "{strength}: {found}");
        let alone = alone(strength);
        assert!(found.iterations() <= 2 * alone.iterations() + 10, "{strength}: {alone}, {found}");
        let (alone, found) = (alone.primal(), found.primal());
        assert!((alone - found).abs() <= 1e-6 * alone.max(found), "{strength}: {alone} {found}");
    }
}

#[test]
fn a_path_over_many_rows_has_the_optima_of_separate_fits() {
    // Near and far, up and down, twice the same.
    let strengths = [1e-3, 1e-2, 0.02, 0.02, 1e3, 1.0, 1e-4, 10.0];
    for seed in [3, 4] {
        let (x, labels, numbers) = many_rows(seed);
        let weights: Vec<f64> = (0..x.nrows()).map(|row| (row % 4) as f64 / 2.0).collect();
        for intercept in [Intercept::Free, Intercept::Penalized { scaling: 1.0 }, Intercept::None] {
            for loss in [SvcLoss::Hinge, SvcLoss::SquaredHinge] {
                let svc = LinearSVC::new().loss(loss).intercept(intercept);
                let weighted = labels.weighted(&weights).unwrap();
                let path = svc.path(&x, &weighted, &strengths).unwrap();
                let reports: Vec<_> = path.iter().map(|model| model.report()).collect();
                let alone = |c| svc.clone().c(c).fit(&x, &weighted).unwrap().report().clone();
                assert_optima(&strengths, &reports, alone);
            }
            let logistic = LogisticRegression::new().intercept(intercept);
            let path = logistic.path(&x, &labels, &strengths).unwrap();
            let reports: Vec<_> = path.iter().map(|model| model.report()).collect();
            let alone = |c| logistic.clone().c(c).fit(&x, &labels).unwrap().report().clone();
            assert_optima(&strengths, &reports, alone);
            let ridge = Ridge::new().intercept(intercept);
            let path = ridge.path(&x, &numbers, &strengths).unwrap();
            let reports: Vec<_> = path.iter().map(|model| model.report()).collect();
            let alone = |alpha| ridge.clone().alpha(alpha).fit(&x, &numbers).unwrap().report().clone();
            assert_optima(&strengths, &reports, alone);
        }
    }
}

#[test]
fn only_strengths_are_on_a_path() {
    fn order<E: Estimator<Array2<f64>, Vec<u8>>>(one: E, other: E) -> Option<Ordering> {
        one.path_order(&other)
    }
    let svc = LinearSVC::new;
    assert_eq!(order(svc().c(1.0), svc().c(2.0)), Some(Ordering::Less));
    assert_eq!(order(svc().c(1.0).loss(Hinge), svc().c(2.0)), None);
    assert_eq!(order(svc().tol(1e-3), svc()), None);
    assert_eq!(order(svc().class_weight(ClassWeight::Balanced), svc()), None);
    assert_eq!(order(svc().c(f64::NAN), svc()), None);
    let go_on = |_: &Progress| ControlFlow::Continue(());
    assert_eq!(order(svc().observer(go_on), svc()), None);
    let observed = svc().observer(go_on);
    assert_eq!(order(observed.clone(), observed.c(2.0)), Some(Ordering::Less)); // the same observer
    assert_eq!(order(scaled(svc()), StandardScaler::new().with_mean(false).then(svc())), None);
    assert_eq!(order(SGDClassifier::new(), SGDClassifier::new()), None);
}

#[test]
fn one_bad_value_does_not_spoil_a_path() {
    let (x, y) = data();
    let path = [-1.0, 0.1, 1.0].map(|c| scaled(LinearSVC::new().c(c)));
    let mut found = Collect(|model: &Svc| model.last().report().converged(), vec![]);
    let _ = Estimator::fit_path(&path.iter().collect::<Vec<_>>(), &x, &y, &mut found);
    let alone = path[0].fit(&x, &y).unwrap_err();
    assert_eq!(found.1, [Err(alone), Ok(true), Ok(true)]);
    // What is wrong with the data is wrong for all.
    let one = y.mapv(|_| 7usize);
    let mut found = Collect(|_: &Svc| (), vec![]);
    let _ = Estimator::fit_path(&path.iter().collect::<Vec<_>>(), &x, &one, &mut found);
    assert_eq!(found.1, vec![Err(Error::SingleClass { label: "7".into() }); 3]);
}

#[test]
fn a_search_is_what_a_loop_does() {
    let (x, y) = data();
    let values = product([0.01, 1.0, 0.1], [SvcLoss::Hinge, SvcLoss::SquaredHinge]); // not in the order of a path
    let model = |&(c, loss): &(f64, SvcLoss)| scaled(LinearSVC::new().c(c).loss(loss));
    let cv = RepeatedStratifiedKFold::new(3).n_repeats(2).seed(3);
    let found = GridSearchCV::new(model, values.clone()).cv(cv).train_scores(true).fit(&x, &y).unwrap();
    let mut best = (0, f64::NEG_INFINITY);
    for (number, (value, candidate)) in values.iter().zip(found.results().candidates()).enumerate() {
        assert_eq!((candidate.number, candidate.params, candidate.n_rows), (number, *value, 190));
        let by_hand =
            CrossValidate::new(&model(value), &x, &y).train_scores(true).run(&cv, &[("accuracy", &Accuracy)]);
        let by_hand = by_hand.unwrap();
        assert_eq!(candidate.test_scores(), by_hand.test_scores("accuracy"));
        assert_eq!(candidate.train_scores(), by_hand.train_scores("accuracy"));
        let mean = candidate.mean_test_score().unwrap();
        if mean > best.1 {
            best = (number, mean);
        }
    }
    assert_eq!((found.best_index(), found.best_score()), best);
    assert_eq!(found.best_params(), &values[best.0]);
    assert_eq!(found.model(), &model(&values[best.0]).fit(&x, &y).unwrap());
    assert_eq!(found.predict(&x).unwrap(), found.model().predict(&x).unwrap());
    assert_eq!(found.decision_function(&x).unwrap(), found.model().decision_function(&x).unwrap());
    let text = found.results().to_string();
    assert!(text.lines().count() == 7 && text.contains(", chosen\n"), "{text}");
    let csv = found.results().to_csv();
    let columns = csv.lines().next().unwrap().split(',').count();
    assert_eq!((csv.lines().count(), columns), (7, 3 + 4 + 8 + 1 + 8 + 1));
    assert!(csv.contains("\"(0.01, Hinge)\""));
}

/// The simplest of ten models of which all but the most regularised are about as good.
#[test]
fn one_standard_error_goes_by_regularisation() {
    let data = datasets::diabetes();
    let (x, y) = (&data.features, &data.target);
    let (cs, mut alphas) = (geomspace(1e-3, 1.0, 10).unwrap(), geomspace(0.1, 100.0, 10).unwrap());
    let two = y.mapv(|y| y > 140.0);
    let svc = |cs: Vec<f64>| {
        let search = GridSearchCV::new(|&c: &f64| scaled(LinearSVC::new().c(c)), cs);
        let best = *search.search(x, &two).unwrap().best_params();
        (best, *search.select(OneStandardError::new()).search(x, &two).unwrap().best_params())
    };
    let (best, simple) = svc(cs.clone());
    assert!(simple < best, "{simple} {best}");
    assert_eq!(svc(cs.into_iter().rev().collect()), (best, simple));
    let lasso = |alphas: Vec<f64>| {
        let search = GridSearchCV::new(|&alpha: &f64| scaled(Lasso::new().alpha(alpha)), alphas)
            .cv(KFold::new(5))
            .scoring(R2);
        let best = *search.search(x, y).unwrap().best_params();
        (best, *search.select(OneStandardError::new()).search(x, y).unwrap().best_params())
    };
    let (best, simple) = lasso(alphas.clone());
    assert!(simple > best, "{simple} {best}");
    alphas.reverse();
    assert_eq!(lasso(alphas.clone()), (best, simple));
    // The same by a number, and where the list says what is simpler.
    let search = GridSearchCV::new(|&alpha: &f64| scaled(Lasso::new().alpha(alpha)), alphas)
        .cv(KFold::new(5))
        .scoring(R2);
    let by_number = search.clone().select(OneStandardError::by(|&alpha: &f64| -alpha)).search(x, y).unwrap();
    let by_list = search.select(OneStandardError::in_list_order()).search(x, y).unwrap();
    assert_eq!((by_number.best_params(), by_list.best_params()), (&simple, &simple));
}

#[test]
fn without_an_order_of_simplicity_nothing_is_fitted() {
    let (x, y) = data();
    let done = std::sync::Arc::new(AtomicUsize::new(0));
    let counted = done.clone();
    let search = GridSearchCV::new(|&alpha: &f64| scaled(SGDClassifier::new().alpha(alpha)), [1e-4, 1e-2])
        .observer(move |_: &SearchProgress| {
            counted.fetch_add(1, Relaxed);
            ControlFlow::Continue(())
        });
    let refused = search.clone().select(OneStandardError::new()).search(&x, &y).unwrap_err();
    assert!(
        matches!(refused, Error::Unsupported { .. }) && refused.to_string().contains("OneStandardError::by")
    );
    assert_eq!(done.load(Relaxed), 0);
    let found = search.select(OneStandardError::by(|&alpha: &f64| -alpha)).search(&x, &y).unwrap();
    assert_eq!((found.candidates().len(), done.load(Relaxed)), (2, 10));
}

#[test]
fn losses_are_made_small() {
    let data = datasets::diabetes();
    let loss = |model: &Pipeline<FittedStandardScaler<f64>, LinearRegressor<f64>>,
                x: &Array2<f64>,
                y: &Array1<f64>| { mean_squared_error(y, &model.predict(x)?) };
    /// A scorer of which small is good.
    struct Loss<F>(F);
    impl<M, X, Y, F: Fn(&M, &X, &Y) -> Result<f64, Error> + Sync> Scorer<M, X, Y> for Loss<F> {
        fn score(&self, model: &M, x: &X, y: &Y) -> Result<f64, Error> {
            (self.0)(model, x, y)
        }
        fn greater_is_better(&self) -> bool {
            false
        }
    }
    let search = GridSearchCV::new(|&alpha: &f64| scaled(Lasso::new().alpha(alpha)), [100.0, 1.0, 10.0])
        .cv(KFold::new(5));
    let by_loss = search.clone().scoring(Loss(loss)).fit(&data.features, &data.target).unwrap();
    let by_score = search.scoring(NegMeanSquaredError).fit(&data.features, &data.target).unwrap();
    assert_eq!((by_loss.best_params(), by_score.best_params()), (&1.0, &1.0));
    assert_eq!(by_loss.best_score(), -by_score.best_score());
    assert_eq!(by_loss.results().ranks(), [3, 1, 2]);
}

/// The data with every value of these rows made huge.
fn poisoned(x: &Array2<f64>, rows: &[usize]) -> Array2<f64> {
    let mut x = x.clone();
    rows.iter().for_each(|&row| x.row_mut(row).mapv_inplace(|value| 1e9 + 1e6 * value));
    x
}

/// What a model learnt from its rows.
type Learnt = (Array1<f64>, Array2<f64>);

fn learnt(
    model: &Pipeline<FittedStandardScaler<f64>, LinearClassifier<f64, usize, certifit::linear::Probability>>,
) -> Learnt {
    (model.first().mean().clone(), model.last().coef().clone())
}

/// What the models of each candidate learnt on each fold, and their scores on the train parts.
type Trained = Vec<Vec<(Learnt, Vec<f64>)>>;
type Run<'a> = &'a dyn Fn(&Array2<f64>) -> Trained;

#[test]
fn no_search_sees_the_test_rows() {
    let (x, y) = data();
    let values = [0.1, 1.0, 10.0];
    let c = LogUniform::new(0.01, 10.0).unwrap();
    for fold in StratifiedKFold::new(4).split(&y).unwrap() {
        let bad = poisoned(&x, &fold.test);
        let cv = vec![fold];
        let runs: [Run<'_>; 4] = [
            &|x| {
                trained(
                    &GridSearchCV::new(logistic, values)
                        .cv(cv.clone())
                        .train_scores(true)
                        .search_keeping(x, &y, learnt),
                )
            },
            &|x| {
                let search = RandomizedSearchCV::new(logistic, |rng| c.sample(rng)).n_iter(3);
                trained(&search.cv(cv.clone()).train_scores(true).search_keeping(x, &y, learnt))
            },
            // The second round has what was best on the test rows: only the first one is the same.
            &|x| {
                let search = HalvingGridSearchCV::new(logistic, values).min_resources(MinResources::Rows(60));
                trained(&search.cv(cv.clone()).train_scores(true).search_keeping(x, &y, learnt))
                    .into_iter()
                    .take(3)
                    .collect()
            },
            &|x| {
                let search = HalvingRandomSearchCV::new(logistic, |rng| c.sample(rng)).n_candidates(3);
                let search = search.min_resources(MinResources::Rows(60));
                trained(&search.cv(cv.clone()).train_scores(true).search_keeping(x, &y, learnt))
                    .into_iter()
                    .take(3)
                    .collect()
            },
        ];
        for (number, run) in runs.iter().enumerate() {
            let (clean, dirty) = (run(&x), run(&bad));
            assert_eq!(clean.len(), 3);
            assert!(clean == dirty, "search {number}");
        }
    }
}

fn trained(results: &Result<certifit::model_selection::SearchResults<f64, Learnt>, Error>) -> Trained {
    let candidates = results.as_ref().unwrap().candidates().iter();
    let of_fold = |fold: &Result<certifit::model_selection::FoldResult<Learnt>, Error>| {
        let fold = fold.as_ref().unwrap();
        (fold.kept.clone(), fold.train_scores.clone())
    };
    candidates.map(|row| row.folds.iter().map(of_fold).collect()).collect()
}

#[test]
fn nested_searches_do_not_see_the_outer_test_rows() {
    let (x, y) = data();
    let search = GridSearchCV::new(logistic, [0.1, 1.0]).cv(StratifiedKFold::new(3));
    let cv = StratifiedKFold::new(4);
    let fold = cv.split(&y).unwrap().swap_remove(2);
    let run = |x: &Array2<f64>| {
        let results = CrossValidate::new(&search, x, &y)
            .keep(|found| {
                let scores: Vec<Scores> =
                    found.results().candidates().iter().flat_map(|row| row.test_scores()).collect();
                (*found.best_params(), learnt(found.model()), scores)
            })
            .run(&cv, &[("accuracy", &Accuracy)])
            .unwrap();
        results.into_folds().swap_remove(2).unwrap().kept
    };
    let (clean, dirty) = (run(&x), run(&poisoned(&x, &fold.test)));
    assert!(clean == dirty && clean.2.len() == 2);
    // And a search in a pipeline is one step of it.
    let nested = StandardScaler::new().then(GridSearchCV::new(|&c: &f64| LinearSVC::new().c(c), [0.01, 1.0]));
    assert!(cross_val_score(&nested, &x, &y, &cv, &Accuracy).unwrap().mean() > 0.9);
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let (x, y) = data();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let search = GridSearchCV::new(logistic, [1.0, 0.01, 0.1]).scoring(NegLogLoss).train_scores(true);
            let all = search.search_keeping(&x, &y, learnt).unwrap();
            let halving = HalvingGridSearchCV::new(logistic, linspace(0.1, 3.0, 7)).scoring(NegLogLoss);
            let halving = halving.seed(3).search_keeping(&x, &y, learnt).unwrap();
            let scores =
                |row: &certifit::model_selection::Candidate<f64, Learnt>| (row.n_rows, row.test_scores());
            let scores: Vec<_> = all.candidates().iter().chain(halving.candidates()).map(scores).collect();
            (all.best_index(), halving.best_index(), scores, trained(&Ok(all)), trained(&Ok(halving)))
        })
    };
    let one = run(1);
    assert!(run(2) == one && run(5) == one);
}

#[test]
fn weights_groups_views_and_floats_go_through() {
    let (x, y) = data();
    let weights: Vec<f64> = (0..y.len()).map(|row| (row % 3) as f64).collect();
    let groups: Vec<usize> = (0..y.len()).map(|row| row % 10).collect();
    let cv = GroupKFold::new(5);
    let model = |&c: &f64| scaled(LogisticRegression::new().c(c).tol(1e-10));
    let search = GridSearchCV::new(model, [0.1, 1.0]).scoring(NegLogLoss).cv(cv);
    let target = y.weighted(&weights).unwrap();
    let target = target.grouped(&groups).unwrap();
    let found = search.fit(&x.view(), &target).unwrap();
    let by_hand = cross_val_score(&model(&1.0), &x, &target, &cv, &NegLogLoss).unwrap();
    let scores = found.results().candidates()[1].test_scores().unwrap();
    for (one, other) in scores.iter().zip(&by_hand) {
        assert!((one - other).abs() <= 1e-4 * other.abs(), "{one} {other}");
    }
    // A row of weight 0 is no row.
    let narrow = search.fit(&x.mapv(|value| value as f32), &target).unwrap();
    assert!((narrow.best_score() - found.best_score()).abs() < 1e-3);
    let _: &f32 = &narrow.model().last().intercept()[0].to_owned();
    fn is_scalar<F: Scalar>(_: &LinearClassifier<F, usize, certifit::linear::Probability>) {}
    is_scalar(narrow.model().last());
}

#[cfg(feature = "sparse")]
#[test]
fn sparse_is_dense() {
    let (x, y) = data();
    let x = x.mapv(|value| if value < 0.1 { 0.0 } else { value });
    let sparse = sprs::CsMat::csr_from_dense(x.view(), 0.0);
    let model = |&c: &f64| StandardScaler::new().with_mean(false).then(LinearSVC::new().c(c));
    let search = GridSearchCV::new(model, [0.01, 0.1, 1.0]);
    let (dense, sparse) = (search.search(&x, &y).unwrap(), search.search(&sparse, &y).unwrap());
    for (dense, sparse) in dense.candidates().iter().zip(sparse.candidates()) {
        assert_eq!(dense.test_scores(), sparse.test_scores());
    }
}

/// A transformer that counts its fits, and a model that does nothing with what it is told.
#[derive(Clone, Copy)]
struct Counting<'a>(&'a AtomicUsize);
#[derive(Clone, Copy, PartialEq)]
struct Told(f64);
struct Same;

impl Estimator<Array2<f64>, Array1<usize>> for Counting<'_> {
    type Fitted = Same;
    fn fit(&self, _: &Array2<f64>, _: &Array1<usize>) -> Result<Same, Error> {
        self.0.fetch_add(1, Relaxed);
        Ok(Same)
    }
    fn path_order(&self, _: &Self) -> Option<Ordering> {
        Some(Ordering::Equal)
    }
}
impl certifit::compose::Compose for Counting<'_> {}
impl FitTransform<Array2<f64>, Array1<usize>> for Counting<'_> {}
impl Transformer<Array2<f64>> for Same {
    type Output = Array2<f64>;
    fn transform(&self, x: &Array2<f64>) -> Result<Array2<f64>, Error> {
        Ok(x.clone())
    }
}
impl Estimator<Array2<f64>, Array1<usize>> for Told {
    type Fitted = f64;
    fn fit(&self, _: &Array2<f64>, _: &Array1<usize>) -> Result<f64, Error> {
        match self.0 < 0.0 {
            true => Err(Error::invalid_parameter("told", self.0, "not negative")),
            false => Ok(self.0),
        }
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        self.0.partial_cmp(&other.0)
    }
}

fn as_told(model: &Pipeline<Same, f64>, _: &Array2<f64>, _: &Array1<usize>) -> Result<f64, Error> {
    Ok(model.last)
}

#[test]
fn what_candidates_share_is_fitted_once_a_fold() {
    let ((x, y), fits) = (data(), AtomicUsize::new(0));
    let search =
        GridSearchCV::new(|&p: &f64| Counting(&fits).then(Told(p)), [3.0, 1.0, 2.0]).scoring(as_told);
    let found = search.search(&x, &y).unwrap();
    assert_eq!((fits.load(Relaxed), found.best_params()), (5, &3.0));
    let scores: Vec<_> = found.candidates().iter().map(|row| row.mean_test_score()).collect();
    assert_eq!(scores, [Some(3.0), Some(1.0), Some(2.0)]);
}

#[test]
fn failures_are_raised_or_recorded() {
    let ((x, y), fits) = (data(), AtomicUsize::new(0));
    let search = |values: &[f64]| {
        GridSearchCV::new(|&p: &f64| Counting(&fits).then(Told(p)), values.to_vec()).scoring(as_told)
    };
    let bad = Error::invalid_parameter("told", -1.0, "not negative");
    let named =
        Error::Candidate { candidate: 1, source: Box::new(Error::Fold { fold: 0, source: Box::new(bad) }) };
    assert_eq!(search(&[1.0, -1.0, 2.0]).search(&x, &y).unwrap_err(), named);
    let record = search(&[1.0, -1.0, 2.0]).error_score(ErrorScore::Record);
    let found = record.search(&x, &y).unwrap();
    assert_eq!((found.best_params(), found.ranks()), (&2.0, vec![2, 3, 1]));
    assert!(
        found.candidates()[1].test_scores().is_none()
            && found.candidates()[1].folds.iter().all(|fold| fold.is_err())
    );
    assert!(found.to_string().contains("failed"), "{found}");
    assert!(found.to_csv().contains("\"fold 0: told = -1.0, but it must be not negative\""));
    let none = search(&[-1.0, -2.0]).error_score(ErrorScore::Record).search(&x, &y);
    assert!(matches!(none.unwrap_err(), Error::Candidate { candidate: 0, .. }));
    assert!(matches!(search(&[]).search(&x, &y).unwrap_err(), Error::Empty { axis: "values", .. }));
    let beyond =
        search(&[1.0]).select(|candidates: &[certifit::model_selection::Scored<'_, f64>]| candidates.len());
    assert!(matches!(beyond.search(&x, &y).unwrap_err(), Error::InvalidParameter { name: "select", .. }));
    let splitter = search(&[1.0]).cv(KFold::new(1)).search(&x, &y);
    assert!(matches!(splitter.unwrap_err(), Error::InvalidParameter { name: "n_splits", .. }));
}

#[test]
fn a_stopped_search_keeps_what_is_done() {
    let (x, y) = data();
    let values = product([1.0, 2.0, 3.0], [SvcLoss::Hinge, SvcLoss::SquaredHinge]); // two paths
    let search = |stop_at: usize| {
        let told = std::sync::Mutex::new(0);
        GridSearchCV::new(
            |&(c, loss): &(f64, SvcLoss)| scaled(LinearSVC::new().c(c).loss(loss)),
            values.clone(),
        )
        .cv(StratifiedKFold::new(3))
        .observer(move |p: &SearchProgress| {
            assert!(p.total == 18 && p.done <= 18 && p.best.is_some() == p.best_score.is_some());
            let mut told = told.lock().unwrap();
            *told += 1;
            if *told >= stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    };
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    one_thread.install(|| {
        assert_eq!(search(100).search(&x, &y).unwrap().candidates().len(), 6);
        // All three folds of the first path, and some of the second.
        let found = search(11).search(&x, &y).unwrap();
        assert_eq!(found.candidates().len(), 3);
        assert!(found.candidates().iter().all(|row| row.params.1 == SvcLoss::Hinge));
        // Three models of the first fold and two of the second: by the first one alone.
        let found = search(5).search(&x, &y).unwrap();
        let whole = search(100).search(&x, &y).unwrap();
        assert_eq!(found.candidates().len(), 3);
        for found in found.candidates() {
            let whole = whole.candidates().iter().find(|whole| whole.params == found.params).unwrap();
            let [only] = found.folds.as_slice() else { panic!("{:?}", found.folds) };
            assert_eq!(only.as_ref().unwrap().test_scores, whole.folds[0].as_ref().unwrap().test_scores);
        }
        assert_eq!(search(1).search(&x, &y).unwrap().candidates().len(), 1);
    });
}

#[test]
fn a_halving_search_that_is_stopped_later_chooses_by_the_round_before() {
    let (x, y) = data();
    let stop_at = |most: usize| {
        let told = AtomicUsize::new(0);
        HalvingGridSearchCV::new(logistic, logspace(-4.0, 4.0, 9)).observer(move |_: &SearchProgress| {
            if told.fetch_add(1, Relaxed) + 1 >= most {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
    };
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    one_thread.install(|| {
        let whole = stop_at(1000).search(&x, &y).unwrap();
        // 9 candidates on 5 folds are the first round; two folds of the second are not enough.
        let stopped = stop_at(9 * 5 + 2).search(&x, &y).unwrap();
        assert!(stopped.candidates().iter().all(|row| row.round == 0 && row.folds.len() == 5));
        assert_eq!(stopped.candidates().len(), 9);
        let first: Vec<_> = whole.candidates().iter().filter(|row| row.round == 0).collect();
        let best = first.iter().map(|row| row.mean_test_score().unwrap()).fold(f64::MIN, f64::max);
        assert_eq!(stopped.best_score(), best);
    });
}

#[test]
fn halving_goes_on_with_the_best() {
    let (x, y) = data();
    let values = logspace(-4.0, 4.0, 9);
    let search = HalvingGridSearchCV::new(logistic, values.clone()).scoring(NegLogLoss).factor(3);
    let found = search.fit(&x, &y).unwrap();
    let rows = found.results().candidates();
    // 2 · 5 folds · 2 classes = 20 rows are the least; ⌊190/9⌋ = 21 exhaust them.
    assert_eq!(
        rows.iter().map(|row| row.n_rows).collect::<Vec<_>>(),
        [vec![21; 9], vec![63; 3], vec![189]].concat()
    );
    for (round, keep) in [(0, 3), (1, 1)] {
        let of = |round: usize| rows.iter().filter(move |row| row.round == round);
        let mut best: Vec<_> = of(round).map(|row| (row.mean_test_score().unwrap(), row.number)).collect();
        best.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut best: Vec<usize> = best.into_iter().take(keep).map(|(_, number)| number).collect();
        best.sort_unstable();
        assert_eq!(of(round + 1).map(|row| row.number).collect::<Vec<_>>(), best);
    }
    assert_eq!((found.best_index(), found.results().best().round), (12, 2));
    assert_eq!(found.model(), &logistic(found.best_params()).fit(&x, &y).unwrap());
    // A round on all rows is a grid search.
    let all = HalvingGridSearchCV::new(logistic, [0.1, 1.0]).min_resources(MinResources::Rows(190));
    let grid = GridSearchCV::new(logistic, [0.1, 1.0]).search(&x, &y).unwrap();
    for (one, other) in all.search(&x, &y).unwrap().candidates().iter().zip(grid.candidates()) {
        assert_eq!(one.test_scores(), other.test_scores());
    }
    // Regressors have rows of no class.
    let data = datasets::diabetes();
    let ridge =
        HalvingGridSearchCV::new(|&alpha: &f64| scaled(Ridge::new().alpha(alpha)), [0.1, 1.0, 1e4, 1e5]);
    let ridge =
        ridge.subsample(AnyRows).cv(KFold::new(5)).scoring(R2).fit(&data.features, &data.target).unwrap();
    assert!(*ridge.best_params() < 1e4);
}

#[test]
fn draws_are_those_of_their_seed() {
    let (x, y) = data();
    let c = LogUniform::new(1e-2, 1e2).unwrap();
    let search =
        RandomizedSearchCV::new(|&c: &f64| scaled(LinearSVC::new().c(c)), |rng| c.sample(rng)).n_iter(4);
    let values = |seed| -> Vec<f64> {
        search.clone().seed(seed).search(&x, &y).unwrap().candidates().iter().map(|row| row.params).collect()
    };
    assert_eq!(values(0), values(0));
    assert_ne!(values(0), values(1));
    assert!(matches!(search.clone().n_iter(0).search(&x, &y), Err(Error::Empty { axis: "values", .. })));
    let undetermined =
        HalvingRandomSearchCV::new(logistic, |rng| c.sample(rng)).min_resources(MinResources::Exhaust);
    assert!(matches!(undetermined.search(&x, &y), Err(Error::InvalidParameter { name: "n_candidates", .. })));
    // Some values of a list.
    let some = GridSearchCV::new(logistic, sample(logspace(-3.0, 3.0, 20), 3, 0)).search(&x, &y).unwrap();
    assert_eq!(some.candidates().len(), 3);
}

/// Scaling with or without the mean, judged by how far from 0 columns are.
#[test]
fn searches_of_transformers_transform() {
    let (x, y) = data();
    fn centered(model: &FittedStandardScaler<f64>, x: &Array2<f64>, _: &Array1<usize>) -> Result<f64, Error> {
        Ok(-model.transform(x)?.mean_axis(ndarray::Axis(0)).map_or(0.0, |mean| mean.mapv(f64::abs).sum()))
    }
    let search = GridSearchCV::new(|&mean: &bool| StandardScaler::new().with_mean(mean), [false, true])
        .scoring(centered);
    let found = search.fit(&x, &y).unwrap();
    assert!(found.best_params());
    assert_eq!(
        found.transform(&x).unwrap(),
        StandardScaler::new().fit(&x, &()).unwrap().transform(&x).unwrap()
    );
}
