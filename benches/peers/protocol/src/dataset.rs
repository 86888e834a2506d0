//! Data sets as files: a JSON header, raw little-endian features row after row, raw little-endian labels.

use crate::{Float, Result};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

/// The header file. Paths in it are names of files beside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Header {
    /// How the features are laid out: `dense`, row after row.
    pub layout: String,
    /// Rows.
    pub n_rows: usize,
    /// Columns.
    pub n_features: usize,
    /// The float type of the features in the file.
    pub float: Float,
    /// The file of features.
    pub features: String,
    /// The file of labels, `i32`.
    pub labels: String,
}

/// Features, row after row.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// In 32 bits.
    F32(Vec<f32>),
    /// In 64 bits.
    F64(Vec<f64>),
}

impl Values {
    /// In 64 bits, whatever they are.
    pub fn into_f64(self) -> Vec<f64> {
        match self {
            Self::F32(values) => values.into_iter().map(f64::from).collect(),
            Self::F64(values) => values,
        }
    }
}

/// Rows with labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// Columns.
    pub n_features: usize,
    /// `labels.len()` rows of `n_features` numbers.
    pub features: Values,
    /// A label a row.
    pub labels: Vec<i32>,
}

impl Dataset {
    /// Reads what [`write`](Self::write) wrote, holding the features in the float type that is asked for.
    ///
    /// # Errors
    /// Those of reading, and a header that does not fit its files.
    pub fn read(header_path: &Path, float: Float) -> Result<Self> {
        let header: Header = serde_json::from_reader(File::open(header_path)?)?;
        if header.layout != "dense" {
            return Err(format!("layout {} is not supported", header.layout).into());
        }
        let beside = |name: &str| header_path.with_file_name(name);
        let count = header.n_rows * header.n_features;
        let (features, labels) = (beside(&header.features), beside(&header.labels));
        let features = match (header.float, float) {
            (Float::F32, Float::F32) => Values::F32(read(&features, count, f32::from_le_bytes)?),
            (Float::F32, Float::F64) => {
                Values::F64(read(&features, count, |bytes| f64::from(f32::from_le_bytes(bytes)))?)
            }
            (Float::F64, Float::F64) => Values::F64(read(&features, count, f64::from_le_bytes)?),
            (Float::F64, Float::F32) => {
                Values::F32(read(&features, count, |bytes| f64::from_le_bytes(bytes) as f32)?)
            }
        };
        let labels = read(&labels, header.n_rows, i32::from_le_bytes)?;
        Ok(Self { n_features: header.n_features, features, labels })
    }

    /// Writes `NAME.json` and the two files of numbers into a folder.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write(&self, folder: &Path, name: &str) -> Result<std::path::PathBuf> {
        let header = Header {
            layout: "dense".to_owned(),
            n_rows: self.labels.len(),
            n_features: self.n_features,
            float: match self.features {
                Values::F32(_) => Float::F32,
                Values::F64(_) => Float::F64,
            },
            features: format!("{name}.features"),
            labels: format!("{name}.labels"),
        };
        match &self.features {
            Values::F32(values) => write(&folder.join(&header.features), values, |v| v.to_le_bytes())?,
            Values::F64(values) => write(&folder.join(&header.features), values, |v| v.to_le_bytes())?,
        }
        write(&folder.join(&header.labels), &self.labels, |v| v.to_le_bytes())?;
        let path = folder.join(format!("{name}.json"));
        std::fs::write(&path, serde_json::to_string_pretty(&header)?)?;
        Ok(path)
    }
}

/// Numbers of `N` bytes, without a second copy of the file in memory.
fn read<const N: usize, T>(path: &Path, count: usize, number: impl Fn([u8; N]) -> T) -> Result<Vec<T>> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() != (count * N) as u64 {
        return Err(format!("{} does not hold {count} numbers of {N} bytes", path.display()).into());
    }
    let mut numbers = Vec::with_capacity(count);
    let mut buffer = vec![0; N << 16];
    while numbers.len() < count {
        let bytes = buffer.len().min((count - numbers.len()) * N);
        file.read_exact(&mut buffer[..bytes])?;
        numbers.extend(buffer[..bytes].as_chunks::<N>().0.iter().map(|&bytes| number(bytes)));
    }
    Ok(numbers)
}

fn write<const N: usize, T: Copy>(path: &Path, numbers: &[T], bytes: impl Fn(T) -> [u8; N]) -> Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    for &number in numbers {
        file.write_all(&bytes(number))?;
    }
    Ok(file.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("peers-protocol-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let features = Values::F32(vec![0.5, -1.25, 3.0, 4.0, 5.0, 6.5]);
        let data = Dataset { n_features: 3, features, labels: vec![0, 7] };
        let header = data.write(&folder, "small")?;
        assert_eq!(Dataset::read(&header, Float::F32)?, data);
        let wide = Dataset::read(&header, Float::F64)?;
        assert_eq!(wide.features, Values::F64(vec![0.5, -1.25, 3.0, 4.0, 5.0, 6.5]));
        std::fs::remove_dir_all(&folder)?;
        Ok(())
    }
}
