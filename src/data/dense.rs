//! Dense feature matrices: `ndarray` in any memory layout.

use super::{Features, FeaturesMut};
use crate::scalar::Scalar;
use ndarray::{ArrayBase, Data, DataMut, Ix2};

/// How many sums run side by side: enough to keep the adders of a processor busy.
const LANES: usize = 8;

impl<F: Scalar, S: Data<Elem = F> + Sync> Features for ArrayBase<S, Ix2> {
    type Elem = F;

    fn n_features(&self) -> usize {
        self.ncols()
    }

    fn for_each_in_row(&self, row: usize, mut visit: impl FnMut(usize, F)) {
        let row = self.row(row);
        match row.as_slice() {
            Some(values) => values.iter().enumerate().for_each(|(column, &value)| visit(column, value)),
            None => row.iter().enumerate().for_each(|(column, &value)| visit(column, value)),
        }
    }

    fn map_entries(&self, mut f: impl FnMut(usize, F) -> F) -> Self::Owned {
        let mut mapped = self.to_owned();
        mapped.map_entries_in_place(&mut f);
        mapped
    }

    fn row_dot(&self, row: usize, w: &[f64]) -> f64 {
        let row = self.row(row);
        match row.as_slice() {
            Some(values) => dot(values, w),
            None => row.iter().zip(w).map(|(value, w)| value.widen() * w).sum(),
        }
    }

    fn add_row(&self, row: usize, scale: f64, out: &mut [f64]) {
        let row = self.row(row);
        match row.as_slice() {
            Some(values) => out.iter_mut().zip(values).for_each(|(out, value)| *out += scale * value.widen()),
            None => out.iter_mut().zip(row).for_each(|(out, value)| *out += scale * value.widen()),
        }
    }

    fn copy_row(&self, row: usize, out: &mut [f64]) {
        out.iter_mut().zip(self.row(row)).for_each(|(out, value)| *out = value.widen());
    }

    fn row_squared_norm(&self, row: usize) -> f64 {
        self.row(row).iter().map(|value| value.widen() * value.widen()).sum()
    }
}

impl<F: Scalar, S: DataMut<Elem = F> + Sync> FeaturesMut for ArrayBase<S, Ix2> {
    fn map_entries_in_place(&mut self, mut f: impl FnMut(usize, F) -> F) {
        for mut row in self.rows_mut() {
            row.iter_mut().enumerate().for_each(|(column, value)| *value = f(column, *value));
        }
    }
}

/// values · w, in several sums side by side, which the compiler turns into vector instructions.
pub(crate) fn dot<F: Scalar>(values: &[F], w: &[f64]) -> f64 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let (w_chunks, w_rest) = w.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (values, w) in chunks.iter().zip(w_chunks) {
        for lane in 0..LANES {
            sums[lane] += values[lane].widen() * w[lane];
        }
    }
    let rest: f64 = rest.iter().zip(w_rest).map(|(value, w)| value.widen() * w).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use crate::data::Features;
    use ndarray::{Array2, Axis, ShapeBuilder, Slice};

    #[test]
    fn kernels_do_not_depend_on_the_memory_layout() {
        let c_order = Array2::from_shape_fn((7, 19), |(i, j)| (i * 31 + j * j) as f64 / 7.0 - 3.0);
        let mut f_order = Array2::zeros((7, 19).f());
        f_order.assign(&c_order);
        let mut wide = Array2::zeros((14, 40));
        let (every_other, odd) = (Slice::new(0, None, 2), Slice::new(1, Some(39), 2));
        wide.slice_axis_mut(Axis(0), every_other).slice_axis_mut(Axis(1), odd).assign(&c_order);
        let strided = wide.slice_axis(Axis(0), every_other);
        let strided = strided.slice_axis(Axis(1), odd);
        let w: Vec<f64> = (0..19).map(|j| (j as f64).sin()).collect();
        for row in 0..7 {
            let naive: f64 = (0..19).map(|j| c_order[[row, j]] * w[j]).sum();
            let norm: f64 = (0..19).map(|j| c_order[[row, j]].powi(2)).sum();
            let mut copied = [0.0; 19];
            strided.copy_row(row, &mut copied);
            assert_eq!(copied.to_vec(), c_order.row(row).to_vec());
            for found in [
                Features::row_dot(&c_order, row, &w),
                Features::row_dot(&f_order, row, &w),
                strided.row_dot(row, &w),
            ] {
                approx::assert_relative_eq!(found, naive, max_relative = 1e-13);
            }
            approx::assert_relative_eq!(f_order.row_squared_norm(row), norm, max_relative = 1e-14);
            let mut sum = vec![1.0; 19];
            strided.add_row(row, 2.0, &mut sum);
            approx::assert_relative_eq!(sum[3], 1.0 + 2.0 * c_order[[row, 3]]);
        }
    }
}
