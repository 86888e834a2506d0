//! How many rows are held out, and which.

use super::splitter::Fold;
use super::strata::{allocate, rows_by_class};
use crate::data::{Classes, Label, Targets};
use crate::error::{Error, Result};
use crate::random::Random;

/// What is held out where nothing is said.
const DEFAULT: Size = Size::Fraction(0.25);

/// How [`train_test_split`](super::train_test_split) divides the rows: the sizes of the parts, the order, the
/// seed.
///
/// A fraction f of n rows is ⌈f·n⌉ test rows or ⌊f·n⌋ train rows. Where one size is missing, that part gets
/// the rows that the other leaves.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `fraction`, `count` | 0.25, or what the train part leaves | above 0 and below 1; 1 to n − 1 |
/// | `train_fraction`, `train_count` | what the test part leaves | above 0 and below 1; 1 to n − 1; fractions must not add up to more than 1, rows not to more than n |
/// | `shuffle` | `true` | `false`: the first rows are for training, the next ones for testing |
/// | `seed` | 0 | any |
/// | `stratify` | none | a label of each row; two rows of each label, and in each part at least as many rows as labels |
///
/// The seed is 0 where none is given, so that every run splits alike; scikit-learn splits at random then.
///
/// # Reference
/// scikit-learn's `train_test_split`; sizes and errors are the same, the random numbers are others.
///
/// ```
/// use certifit::model_selection::TestSize;
/// let (train, test) = TestSize::fraction(0.2).seed(42).indices(10)?;
/// assert_eq!((train.len(), test.len()), (8, 2));
/// let (train, test) = TestSize::count(3).train_fraction(0.5).shuffle(false).indices(10)?;
/// assert_eq!((train, test), (vec![0, 1, 2, 3, 4], vec![5, 6, 7]));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TestSize {
    test: Option<Size>,
    train: Option<Size>,
    shuffle: bool,
    seed: u64,
    /// The class of each row.
    strata: Option<Vec<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Size {
    Fraction(f64),
    Count(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Train,
    Test,
}

impl TestSize {
    fn of_test(size: Option<Size>) -> Self {
        Self { test: size, train: None, shuffle: true, seed: 0, strata: None }
    }

    /// Hold out this fraction of the rows.
    pub fn fraction(fraction: f64) -> Self {
        Self::of_test(Some(Size::Fraction(fraction)))
    }

    /// Hold out this many rows.
    pub fn count(count: usize) -> Self {
        Self::of_test(Some(Size::Count(count)))
    }

    /// Train on this fraction of the rows.
    pub fn train_fraction(mut self, fraction: f64) -> Self {
        self.train = Some(Size::Fraction(fraction));
        self
    }

    /// Train on this many rows.
    pub fn train_count(mut self, count: usize) -> Self {
        self.train = Some(Size::Count(count));
        self
    }

    /// Whether the rows are put in a random order before they are divided.
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// The seed of the random order.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Divide so that both parts have these classes in the proportions of the whole: of each class the share
    /// that the size says, rounded down, then one row more for those with the largest remainders.
    ///
    /// ```
    /// use certifit::model_selection::TestSize;
    /// let y = ["rare", "rare", "often", "often", "often", "often"];
    /// let (_, test) = TestSize::count(3).stratify(&y).indices(6)?;
    /// assert_eq!(test.iter().filter(|&&row| y[row] == "rare").count(), 1);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn stratify<Y: Targets + ?Sized>(mut self, labels: &Y) -> Self
    where
        Y::Value: Label,
    {
        let (_, class_of_row) = Classes::of(labels).into_parts();
        self.strata = Some(class_of_row);
        self
    }

    /// The rows of the train part and those of the test part, of `n_rows` rows.
    ///
    /// # Errors
    /// [`Error::Empty`] for no rows, [`Error::InvalidParameter`] for sizes out of their range or that leave no
    /// row for a part, for strata without shuffling, and for a class with a single row or parts with fewer rows
    /// than classes where stratified; [`Error::LengthMismatch`] for strata of another length.
    pub fn indices(&self, n_rows: usize) -> Result<(Vec<usize>, Vec<usize>)> {
        let Fold { train, test } = self.draw(n_rows, &mut Random::new(self.seed))?;
        Ok((train, test))
    }

    /// `n_splits` splits, the first as [`indices`](Self::indices) gives it.
    pub(super) fn repeated(&self, n_rows: usize, n_splits: usize) -> Result<Vec<Fold>> {
        if n_splits == 0 {
            return Err(Error::invalid_parameter("n_splits", n_splits, "at least 1"));
        }
        if !self.shuffle {
            let allowed = "true, or all splits would be the same";
            return Err(Error::invalid_parameter("shuffle", self.shuffle, allowed));
        }
        let mut random = Random::new(self.seed);
        (0..n_splits).map(|_| self.draw(n_rows, &mut random)).collect()
    }

    fn draw(&self, n_rows: usize, random: &mut Random) -> Result<Fold> {
        let (n_train, n_test) = self.sizes(n_rows)?;
        if let Some(class_of_row) = &self.strata {
            return self.draw_by_class(n_rows, class_of_row, (n_train, n_test), random);
        }
        if !self.shuffle {
            return Ok(Fold { train: (0..n_train).collect(), test: (n_train..n_train + n_test).collect() });
        }
        let mut order = random.permutation(n_rows).into_iter();
        let test = order.by_ref().take(n_test).collect();
        Ok(Fold { train: order.take(n_train).collect(), test })
    }

    fn draw_by_class(
        &self,
        n_rows: usize,
        class_of_row: &[usize],
        (n_train, n_test): (usize, usize),
        random: &mut Random,
    ) -> Result<Fold> {
        let classes = rows_by_class(class_of_row);
        self.check_strata(n_rows, class_of_row.len(), &classes, (n_train, n_test))?;
        let counts: Vec<usize> = classes.iter().map(Vec::len).collect();
        let for_train = allocate(&counts, n_train, random);
        let left: Vec<usize> = counts.iter().zip(&for_train).map(|(count, train)| count - train).collect();
        let for_test = allocate(&left, n_test, random);
        let mut fold = Fold { train: Vec::new(), test: Vec::new() };
        for (mut rows, (n_train, n_test)) in classes.into_iter().zip(for_train.into_iter().zip(for_test)) {
            random.shuffle(&mut rows);
            let mut rows = rows.into_iter();
            fold.train.extend(rows.by_ref().take(n_train));
            fold.test.extend(rows.take(n_test));
        }
        random.shuffle(&mut fold.train);
        random.shuffle(&mut fold.test);
        Ok(fold)
    }

    fn check_strata(
        &self,
        n_rows: usize,
        n_strata: usize,
        classes: &[Vec<usize>],
        (n_train, n_test): (usize, usize),
    ) -> Result<()> {
        if !self.shuffle {
            let allowed = "true where the split is stratified";
            return Err(Error::invalid_parameter("shuffle", self.shuffle, allowed));
        }
        if n_strata != n_rows {
            return Err(Error::LengthMismatch { what: "stratify", expected: n_rows, found: n_strata });
        }
        if let Some([row]) = classes.iter().map(Vec::as_slice).find(|rows| rows.len() == 1) {
            return Err(Error::InvalidParameter {
                name: "stratify",
                value: format!("labels of which one stands in row {row} only"),
                allowed: "labels with two rows each or more".into(),
            });
        }
        for (part, n) in [(Part::Train, n_train), (Part::Test, n_test)] {
            if n < classes.len() {
                let n_classes = classes.len();
                return Err(self.refuse(
                    part,
                    format!(
                        "enough for a row of each of the {n_classes} classes where stratified, not for {n}"
                    ),
                ));
            }
        }
        Ok(())
    }

    /// The numbers of train and test rows.
    fn sizes(&self, n: usize) -> Result<(usize, usize)> {
        if n == 0 {
            return Err(Error::Empty { what: "x", axis: "rows" });
        }
        let train = self.train.map(|size| self.rows(Part::Train, size, n)).transpose()?;
        let test = self.test.map(|size| self.rows(Part::Test, size, n)).transpose()?;
        let (n_train, n_test) = match (train, test) {
            (Some(train), Some(test)) => (train, self.fitting_test(train, test, n)?),
            (Some(train), None) => (train, n - train),
            (None, Some(test)) => (n - test, test),
            (None, None) => {
                let test = self.rows(Part::Test, DEFAULT, n)?;
                (n - test, test)
            }
        };
        for (part, rows) in [(Part::Train, n_train), (Part::Test, n_test)] {
            if rows == 0 {
                return Err(
                    self.refuse(part, format!("such that each part gets one of the {n} rows at least"))
                );
            }
        }
        Ok((n_train, n_test))
    }

    /// The number of rows of a part, at most n.
    fn rows(&self, part: Part, size: Size, n: usize) -> Result<usize> {
        match size {
            Size::Fraction(fraction) if fraction > 0.0 && fraction < 1.0 => {
                let exact = fraction * n as f64;
                let whole = if part == Part::Test { exact.ceil() } else { exact.floor() };
                Ok((whole as usize).min(n)) // a whole number between 0 and n
            }
            Size::Count(count) if count > 0 && count < n => Ok(count),
            Size::Fraction(_) => Err(self.refuse(part, "above 0 and below 1".into())),
            Size::Count(_) => {
                Err(self.refuse(part, format!("at least 1 and below the number of rows ({n})")))
            }
        }
    }

    /// The number of test rows where both sizes are given.
    fn fitting_test(&self, train: usize, test: usize, n: usize) -> Result<usize> {
        if let (Some(Size::Fraction(train_part)), Some(Size::Fraction(test_part))) = (self.train, self.test) {
            if train_part + test_part > 1.0 {
                return Err(
                    self.refuse(Part::Train, format!("at most 1 together with fraction = {test_part:?}"))
                );
            }
            // 0.55 * 100.0 is above 55 and so becomes 56, which with 45 train rows would be one too many.
            return Ok(test.min(n - train));
        }
        if test > n - train {
            return Err(
                self.refuse(Part::Train, format!("such that {train} train and {test} test rows fit in {n}"))
            );
        }
        Ok(test)
    }

    /// The error that names what was said of the size of a part, or of the other part if nothing was.
    fn refuse(&self, part: Part, allowed: String) -> Error {
        let test = self.test.map(|size| (Part::Test, size));
        let train = self.train.map(|size| (Part::Train, size));
        let said = if part == Part::Test { test.or(train) } else { train.or(test) };
        match said.unwrap_or((Part::Test, DEFAULT)) {
            (Part::Test, Size::Fraction(value)) => Error::invalid_parameter("fraction", value, allowed),
            (Part::Test, Size::Count(value)) => Error::invalid_parameter("count", value, allowed),
            (Part::Train, Size::Fraction(value)) => {
                Error::invalid_parameter("train_fraction", value, allowed)
            }
            (Part::Train, Size::Count(value)) => Error::invalid_parameter("train_count", value, allowed),
        }
    }
}

impl Default for TestSize {
    /// Hold out a quarter, or what the train part leaves if its size is set.
    fn default() -> Self {
        Self::of_test(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(size: TestSize, n_rows: usize) -> &'static str {
        match size.indices(n_rows).unwrap_err() {
            Error::InvalidParameter { name, .. } => name,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn sizes_round_as_scikit_learn_rounds() -> Result<()> {
        let sizes = |size: TestSize, n| size.indices(n).map(|(train, test)| (train.len(), test.len()));
        assert_eq!(sizes(TestSize::default(), 10)?, (7, 3));
        assert_eq!(sizes(TestSize::default().train_fraction(0.7), 569)?, (398, 171));
        assert_eq!(sizes(TestSize::fraction(0.55), 100)?, (44, 56));
        assert_eq!(sizes(TestSize::fraction(0.55).train_fraction(0.45), 100)?, (45, 55));
        assert_eq!(sizes(TestSize::count(2).train_count(3), 10)?, (3, 2));
        Ok(())
    }

    #[test]
    fn bad_sizes_are_refused() {
        for fraction in [0.0, 1.0, -0.1, f64::NAN, f64::INFINITY] {
            assert_eq!(refused(TestSize::fraction(fraction), 10), "fraction");
            assert_eq!(refused(TestSize::default().train_fraction(fraction), 10), "train_fraction");
        }
        for count in [0, 10, usize::MAX] {
            assert_eq!(refused(TestSize::count(count), 10), "count");
            assert_eq!(refused(TestSize::default().train_count(count), 10), "train_count");
        }
        assert_eq!(refused(TestSize::count(6).train_count(5), 10), "train_count");
        assert_eq!(refused(TestSize::fraction(0.5).train_fraction(0.6), 10), "train_fraction");
        assert_eq!(refused(TestSize::fraction(0.9), 3), "fraction"); // no train row
        assert_eq!(refused(TestSize::count(1).train_fraction(0.1), 3), "train_fraction"); // no train row
        assert_eq!(refused(TestSize::default(), 1), "fraction");
        assert_eq!(TestSize::default().indices(0), Err(Error::Empty { what: "x", axis: "rows" }));
    }

    #[test]
    fn bad_strata_are_refused() {
        let y = ["a", "b", "c", "a", "b", "c"];
        let stratified = |size: TestSize| size.stratify(&y);
        assert_eq!(refused(stratified(TestSize::default().shuffle(false)), 6), "shuffle");
        assert_eq!(refused(stratified(TestSize::count(2)), 6), "count");
        assert_eq!(refused(stratified(TestSize::count(4)), 6), "count");
        assert_eq!(refused(stratified(TestSize::count(3).train_fraction(0.4)), 6), "train_fraction");
        assert_eq!(refused(TestSize::count(2).stratify(&[1, 1, 2, 1]), 4), "stratify");
        let longer = stratified(TestSize::default()).indices(7);
        assert_eq!(longer, Err(Error::LengthMismatch { what: "stratify", expected: 7, found: 6 }));
        assert!(stratified(TestSize::count(3)).indices(6).is_ok());
    }

    #[test]
    fn splits_are_stable() -> Result<()> {
        let size = TestSize::fraction(0.3).seed(42);
        assert_eq!(size.indices(10)?, (vec![5, 0, 1, 4, 3, 8, 6], vec![9, 7, 2]));
        let y = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1];
        assert_eq!(size.stratify(&y).indices(10)?, (vec![5, 4, 8, 0, 7, 6, 1], vec![9, 3, 2]));
        Ok(())
    }

    #[test]
    fn other_seeds_split_otherwise() -> Result<()> {
        let mut splits =
            (0..50).map(|seed| TestSize::default().seed(seed).indices(40)).collect::<Result<Vec<_>>>()?;
        splits.sort();
        splits.dedup();
        assert_eq!(splits.len(), 50);
        Ok(())
    }

    #[test]
    fn every_row_is_held_out_equally_often() -> Result<()> {
        let mut held_out = [0; 10];
        for seed in 0..4000 {
            TestSize::count(3).seed(seed).indices(10)?.1.into_iter().for_each(|row| held_out[row] += 1);
        }
        // 1200 expected, standard deviation 29
        assert!(held_out.iter().all(|n| (1055..1345).contains(n)), "{held_out:?}");
        Ok(())
    }

    proptest! {
        #[test]
        fn parts_are_disjoint_and_complete(n in 2usize..200, part in 0.01..0.99, shuffle: bool, seed: u64) {
            let size = TestSize::fraction(part).shuffle(shuffle).seed(seed);
            prop_assume!((part * n as f64).ceil() < n as f64);
            let (train, test) = size.indices(n).unwrap();
            prop_assert_eq!(test.len(), (part * n as f64).ceil() as usize);
            let mut rows = [train.as_slice(), &test].concat();
            if shuffle {
                rows.sort_unstable();
            }
            prop_assert!(rows.into_iter().eq(0..n));
            prop_assert_eq!(size.indices(n).unwrap(), (train, test));
        }

        #[test]
        fn strata_keep_their_shares(
            y in prop::collection::vec(0u8..4, 16..150), part in 0.2..0.8, train_part in 0.1..0.9, seed: u64,
        ) {
            let count = |rows: &[usize], class| rows.iter().filter(|&&row| y[row] == class).count();
            let all: Vec<usize> = (0..y.len()).collect();
            prop_assume!((0..4).all(|class| count(&all, class) != 1));
            let whole = TestSize::fraction(part).stratify(&y).seed(seed);
            let size = if part + train_part <= 1.0 { whole.train_fraction(train_part) } else { whole };
            let Ok((train, test)) = size.indices(y.len()) else { return Ok(()) };
            let mut rows = [train.as_slice(), &test].concat();
            rows.sort_unstable();
            prop_assert!(rows.is_sorted_by(|a, b| a < b));
            for class in 0..4 {
                let share = count(&all, class) as f64 / y.len() as f64;
                prop_assert!((count(&train, class) as f64 - share * train.len() as f64).abs() < 1.0);
                prop_assert!((count(&test, class) as f64 - share * test.len() as f64).abs() < 2.0);
            }
        }
    }
}
