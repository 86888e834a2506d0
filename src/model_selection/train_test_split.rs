//! Rows to learn from and rows to judge on.

use super::test_size::TestSize;
use crate::data::Rows;
use crate::error::{Error, Result};

/// Divides features and target into a train and a test part: `(x_train, x_test, y_train, y_test)`.
///
/// The parts are copies. A weighted target is divided with its weights; [`TestSize::split`] divides any number
/// of row-aligned things.
///
/// # Errors
/// [`Error::LengthMismatch`] if `y` has another number of rows than `x`, and those of [`TestSize::indices`].
///
/// # Reference
/// scikit-learn's `train_test_split`, in the order of its results; [`TestSize`] says what differs.
///
/// ```
/// use certifit::model_selection::{TestSize, train_test_split};
/// use ndarray::array;
///
/// let x = array![[0.0], [1.0], [2.0], [3.0], [4.0]];
/// let y = ["a", "b", "b", "a", "b"];
/// let (x_train, x_test, y_train, y_test) = train_test_split(&x, &y, TestSize::fraction(0.2).shuffle(false))?;
/// assert_eq!((x_train.nrows(), y_train.len()), (4, 4));
/// assert_eq!((x_test, y_test), (array![[4.0]], vec!["b"]));
/// # Ok::<(), certifit::Error>(())
/// ```
#[allow(clippy::type_complexity)] // a name for the tuple would hide its order
pub fn train_test_split<X: Rows + ?Sized, Y: Rows + ?Sized>(
    x: &X,
    y: &Y,
    size: TestSize,
) -> Result<(X::Owned, X::Owned, Y::Owned, Y::Owned)> {
    let (expected, found) = (x.n_rows(), y.n_rows());
    if found != expected {
        return Err(Error::LengthMismatch { what: "y", expected, found });
    }
    let ((x_train, x_test), (y_train, y_test)) = size.split((x, y))?;
    Ok((x_train, x_test, y_train, y_test))
}

impl TestSize {
    /// Divides a tuple of one to eight row-aligned things, such as features, target, groups and weights, into
    /// a tuple of their (train, test) pairs.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`] if one has another number of rows than the first, and those of
    /// [`TestSize::indices`].
    ///
    /// ```
    /// use certifit::model_selection::TestSize;
    /// let (y, groups, weights) = (["a", "b", "c", "d"], vec![1, 1, 2, 2], [0.5, 1.0, 1.5, 2.0]);
    /// let ((y_train, y_test), (groups_train, _), (_, weights_test)) =
    ///     TestSize::count(1).shuffle(false).split((&y, &groups, &weights))?;
    /// assert_eq!((y_train, groups_train), (vec!["a", "b", "c"], vec![1, 1, 2]));
    /// assert_eq!((y_test, weights_test), (vec!["d"], vec![2.0]));
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn split<T: RowAligned>(&self, things: T) -> Result<T::Pairs> {
        let (train, test) = self.indices(things.common_n_rows()?)?;
        Ok(things.take_pairs(&train, &test))
    }
}

/// A tuple of things that describe the same rows; see [`TestSize::split`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of row-aligned things",
    note = "write references to one to eight of them, such as `(&x, &y, &groups)`, or `(&x,)`"
)]
pub trait RowAligned {
    /// A tuple of (train, test) pairs.
    type Pairs;

    /// The number of rows that all of them have.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`] for the first one with another number of rows than the first of all.
    fn common_n_rows(&self) -> Result<usize>;

    /// Copies of the rows `train` and of the rows `test` of each, which must be in range.
    fn take_pairs(&self, train: &[usize], test: &[usize]) -> Self::Pairs;
}

macro_rules! row_aligned {
    ($first:ident $first_name:ident $(, $type:ident $name:ident $what:literal)*) => {
        impl<$first: Rows $(, $type: Rows)*> RowAligned for ($first, $($type,)*) {
            type Pairs = (($first::Owned, $first::Owned), $(($type::Owned, $type::Owned),)*);

            fn common_n_rows(&self) -> Result<usize> {
                let ($first_name, $($name,)*) = self;
                let expected = $first_name.n_rows();
                $(
                    let found = $name.n_rows();
                    if found != expected {
                        return Err(Error::LengthMismatch { what: $what, expected, found });
                    }
                )*
                Ok(expected)
            }

            fn take_pairs(&self, train: &[usize], test: &[usize]) -> Self::Pairs {
                let ($first_name, $($name,)*) = self;
                (
                    ($first_name.take(train), $first_name.take(test)),
                    $(($name.take(train), $name.take(test)),)*
                )
            }
        }
    };
}

row_aligned!(A a);
row_aligned!(A a, B b "tuple field 1");
row_aligned!(A a, B b "tuple field 1", C c "tuple field 2");
row_aligned!(A a, B b "tuple field 1", C c "tuple field 2", D d "tuple field 3");
row_aligned!(A a, B b "tuple field 1", C c "tuple field 2", D d "tuple field 3", E e "tuple field 4");
row_aligned!(A a, B b "tuple field 1", C c "tuple field 2", D d "tuple field 3", E e "tuple field 4",
    F f "tuple field 5");
row_aligned!(A a, B b "tuple field 1", C c "tuple field 2", D d "tuple field 3", E e "tuple field 4",
    F f "tuple field 5", G g "tuple field 6");
row_aligned!(A a, B b "tuple field 1", C c "tuple field 2", D d "tuple field 3", E e "tuple field 4",
    F f "tuple field 5", G g "tuple field 6", H h "tuple field 7");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Targets, Weights};
    use ndarray::Array2;

    #[test]
    fn rows_stay_together() -> Result<()> {
        let n = 30;
        let x = Array2::from_shape_fn((n, 2), |(row, column)| (10 * row + column) as f32);
        let y: Vec<String> = (0..n).map(|row| row.to_string()).collect();
        let weights: Vec<f64> = (0..n).map(|row| row as f64 + 0.5).collect();
        let groups: Vec<usize> = (0..n).map(|row| row / 3).collect();
        let weighted = y.weighted(&weights)?;
        let halves = groups.iter().map(|group| group % 2).collect::<Vec<_>>();
        for size in [TestSize::fraction(0.3).seed(5), TestSize::fraction(0.3).stratify(&halves)] {
            let (x_parts, y_parts, group_parts) = size.split((&x, &weighted, groups.as_slice()))?;
            for (x, y, groups) in
                [(x_parts.0, y_parts.0, group_parts.0), (x_parts.1, y_parts.1, group_parts.1)]
            {
                assert_eq!((x.nrows(), y.n_rows()), (groups.len(), groups.len()));
                for (row, &group) in groups.iter().enumerate() {
                    let original: usize = y.value(row).parse().unwrap();
                    assert_eq!(x.row(row).to_vec(), [10.0 * original as f32, 10.0 * original as f32 + 1.0]);
                    assert_eq!((y.weight(row), group), (original as f64 + 0.5, original / 3));
                }
            }
        }
        Ok(())
    }

    #[test]
    fn the_pair_is_the_tuple() -> Result<()> {
        let (x, y) = (Array2::from_shape_fn((9, 1), |(row, _)| row as f64), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        let size = TestSize::count(4).seed(1);
        let (x_train, x_test, y_train, y_test) = train_test_split(&x, &y, size.clone())?;
        assert_eq!(size.split((&x, &y))?, ((x_train, x_test), (y_train, y_test)));
        Ok(())
    }

    #[test]
    fn other_lengths_are_refused() {
        let x = Array2::<f64>::zeros((4, 1));
        let pair = train_test_split(&x, &[1, 2, 3], TestSize::default());
        assert_eq!(pair, Err(Error::LengthMismatch { what: "y", expected: 4, found: 3 }));
        let ok = [0; 4];
        let all = TestSize::default().split((&x, &ok, &ok, &ok, &ok, &ok, &ok, &[0; 5]));
        assert_eq!(all, Err(Error::LengthMismatch { what: "tuple field 7", expected: 4, found: 5 }));
        assert!(TestSize::default().split((&x,)).is_ok());
    }

    #[cfg(feature = "sparse")]
    #[test]
    fn sparse_rows_are_divided_as_dense_ones() -> Result<()> {
        let x = sprs::CsMat::<f64>::eye(7);
        let y = [1, 2, 3, 4, 5, 6, 7];
        let size = TestSize::count(2).seed(3);
        let (sparse, _, y_train, _) = train_test_split(&x, &y, size.clone())?;
        let (dense, ..) = train_test_split(&x.to_dense(), &y, size)?;
        assert_eq!(sparse.to_dense(), dense);
        assert!(y_train.iter().enumerate().all(|(row, label)| dense[[row, label - 1]] == 1.0));
        Ok(())
    }
}
