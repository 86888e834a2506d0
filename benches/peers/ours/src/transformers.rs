//! Transformers, fitted to the loaded data, which they transform.

use super::Served;
use certifit::prelude::*;
use ndarray::Array2;
use peers_protocol::{Made, Result, Transform, Transformed, Transformer as Asked, metered};

/// Columns of mean 0 and variance 1.
pub fn scaled<X>(x: &X, transform: &Transform) -> Result<Transformed>
where
    X: Features<Owned: Features<Elem: Into<f64>>> + Clone,
{
    if transform.transformer != Asked::StandardScaler {
        return Err("features are scaled only".into());
    }
    let scaler = StandardScaler::new();
    if transform.in_place {
        return transformed(|| x.clone(), |own| Ok(scaler.fit_transform_owned(own, &())?.1));
    }
    transformed(|| x, |x| Ok(scaler.fit_transform(x, &())?.1))
}

/// Categories, which become columns.
pub struct CategoryRows(pub Array2<i64>);

impl Served for CategoryRows {
    fn transform(&mut self, transform: &Transform) -> Result<Transformed> {
        if (transform.transformer, transform.in_place) != (Asked::OneHotEncoder, false) {
            return Err("categories are encoded only, and not in place".into());
        }
        transformed(|| &self.0, |x| Ok(OneHotEncoder::new().fit_transform(x, &())?.1))
    }
}

/// Texts, whose words become columns.
pub struct Texts(pub Vec<String>);

impl Served for Texts {
    fn transform(&mut self, transform: &Transform) -> Result<Transformed> {
        if (transform.transformer, transform.in_place) != (Asked::TfidfVectorizer, false) {
            return Err("the words of texts are weighed only, and not in place".into());
        }
        transformed(|| &self.0, |texts| Ok(TfidfVectorizer::new().fit_transform(texts, &())?.1))
    }
}

/// What a call makes of what it is given, and what it costs the second time.
fn transformed<G, M: Features<Elem: Into<f64>>>(
    given: impl Fn() -> G,
    call: impl Fn(G) -> Result<M>,
) -> Result<Transformed> {
    // A virtual machine may have lent its free memory to others; after this it has it back.
    call(given())?;
    let again = given();
    let (matrix, seconds, peak_memory_bytes) = metered(|| call(again))?;
    let (mut sum, mut size) = (0.0, 0.0);
    for row in 0..matrix.n_rows() {
        // Row by row, so that sums of many entries keep their digits.
        let (mut row_sum, mut row_size) = (0.0, 0.0);
        matrix.for_each_in_row(row, |column, value| {
            let weighed = value.into() * (1 + column % 89) as f64;
            row_sum += weighed;
            row_size += weighed.abs();
        });
        let weight = (1 + row % 97) as f64;
        sum += weight * row_sum;
        size += weight * row_size;
    }
    let (n_rows, n_columns, n_stored) = (matrix.n_rows(), matrix.n_features(), matrix.n_stored());
    Ok(Transformed { seconds, peak_memory_bytes, made: Made { n_rows, n_columns, n_stored, sum, size } })
}
