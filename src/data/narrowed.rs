//! A copy of some columns of any matrix.

use super::{AnyFeatures, Features, FromRows, Selection};
use crate::scalar::Scalar;
use ndarray::Array2;

/// The columns that stay, of their float type and dense or sparse as they were; `None` where there is no type
/// for that.
pub(crate) fn narrowed(x: &dyn AnyFeatures, kept: &Selection) -> Option<Box<dyn AnyFeatures>> {
    if x.epsilon() > f64::EPSILON { of_type::<f32>(x, kept) } else { of_type::<f64>(x, kept) }
}

fn of_type<F: Scalar>(x: &dyn AnyFeatures, kept: &Selection) -> Option<Box<dyn AnyFeatures>> {
    if !x.is_sparse() {
        return copied::<Array2<F>>(x, kept);
    }
    #[cfg(feature = "sparse")]
    return copied::<sprs::CsMat<F>>(x, kept);
    #[cfg(not(feature = "sparse"))]
    None
}

fn copied<X>(x: &dyn AnyFeatures, kept: &Selection) -> Option<Box<dyn AnyFeatures>>
where
    X: FromRows + Features<Owned: Features> + 'static,
{
    let columns: Vec<usize> = (0..kept.n_in()).filter(|&j| kept.place(j).is_some()).collect();
    let copy = X::from_rows(x.n_rows(), columns.len(), |row, entries| {
        if x.is_sparse() {
            x.for_each_in_row(row, &mut |column, value| {
                kept.keep(column, X::Elem::narrow(value), entries);
            });
        } else {
            let mut picked = vec![0.0; columns.len()];
            x.pick(row, &columns, &mut picked);
            picked
                .into_iter()
                .enumerate()
                .for_each(|(place, value)| entries.push(place, X::Elem::narrow(value)));
        }
        Ok(())
    });
    copy.ok().map(|copy| Box::new(copy) as Box<dyn AnyFeatures>)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_a_copy(x: &dyn AnyFeatures) {
        let some = narrowed(x, &Selection::new([true, false, true, false].into_iter())).unwrap();
        assert_eq!(
            (some.n_rows(), some.n_features(), some.is_sparse(), some.epsilon()),
            (x.n_rows(), 2, x.is_sparse(), x.epsilon())
        );
        let mut all = [0.0; 4];
        let mut picked = [0.0; 2];
        for row in 0..x.n_rows() {
            x.copy_row(row, &mut all);
            some.copy_row(row, &mut picked);
            assert_eq!(picked, [all[0], all[2]]);
        }
    }

    #[test]
    fn some_columns_are_as_they_were() {
        let x = ndarray::Array2::from_shape_fn((5, 4), |(i, j)| ((i * j) % 3) as f32 / 3.0);
        is_a_copy(&x);
        is_a_copy(&x.t().as_standard_layout().t());
        is_a_copy(&x.mapv(f64::from));
        #[cfg(feature = "sparse")]
        is_a_copy(&sprs::CsMat::csr_from_dense(x.view(), 0.0));
    }
}
