//! Data sets as files: a JSON header, and raw little-endian numbers: features row after row, and labels.

use crate::{Float, Result};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

/// The header file. Paths in it are names of files beside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Header {
    /// How the features are laid out.
    #[serde(flatten)]
    pub layout: Layout,
    /// Rows.
    pub n_rows: usize,
    /// Columns.
    pub n_features: usize,
    /// The float type of the features in the file.
    pub float: Float,
    /// The file of the numbers that are stored, row after row.
    pub features: String,
    /// The file of labels, `i32`.
    pub labels: String,
}

/// Which numbers are stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "layout", rename_all = "snake_case")]
pub enum Layout {
    /// All of them.
    Dense,
    /// Compressed sparse rows: those that are not zero.
    Csr {
        /// The file of `n_rows + 1` positions, `i64`: where each row begins, and where the last one ends.
        indptr: String,
        /// The file of columns, `i32`, ascending in each row.
        indices: String,
    },
    /// All of them, and they are categories: `i32` in place of floats.
    Categories,
    /// Texts: a line a row in place of numbers, in UTF-8.
    Documents,
}

/// Numbers, row after row.
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

    fn float(&self) -> Float {
        match self {
            Self::F32(_) => Float::F32,
            Self::F64(_) => Float::F64,
        }
    }

    /// Numbers that are stored in one float type, held in another.
    fn read(path: &Path, count: usize, stored: Float, held: Float) -> Result<Self> {
        Ok(match (stored, held) {
            (Float::F32, Float::F32) => Self::F32(read(path, count, f32::from_le_bytes)?),
            (Float::F32, Float::F64) => {
                Self::F64(read(path, count, |bytes| f64::from(f32::from_le_bytes(bytes)))?)
            }
            (Float::F64, Float::F64) => Self::F64(read(path, count, f64::from_le_bytes)?),
            (Float::F64, Float::F32) => {
                Self::F32(read(path, count, |bytes| f64::from_le_bytes(bytes) as f32)?)
            }
        })
    }

    fn write(&self, path: &Path) -> Result<()> {
        match self {
            Self::F32(values) => write(path, values, |v| v.to_le_bytes()),
            Self::F64(values) => write(path, values, |v| v.to_le_bytes()),
        }
    }
}

/// Features in one of the layouts.
#[derive(Debug, Clone, PartialEq)]
pub enum Features {
    /// Every number of every row.
    Dense(Values),
    /// Compressed sparse rows.
    Csr {
        /// Where each row begins, and where the last one ends.
        indptr: Vec<usize>,
        /// The column of each value, ascending in each row.
        indices: Vec<u32>,
        /// The values.
        values: Values,
    },
    /// Categories, row after row.
    Categories(Vec<i32>),
    /// A text a row, without line ends.
    Documents(Vec<String>),
}

impl Features {
    /// Every number of every row in 64 bits, for contenders that take nothing else.
    ///
    /// # Errors
    /// Sparse features.
    pub fn into_dense_f64(self) -> Result<Vec<f64>> {
        match self {
            Self::Dense(values) => Ok(values.into_f64()),
            _ => Err("it takes dense features only".into()),
        }
    }

    /// The float type; that in which they are held by default, where there are no floats.
    fn float(&self) -> Float {
        match self {
            Self::Dense(values) | Self::Csr { values, .. } => values.float(),
            Self::Categories(_) | Self::Documents(_) => Float::F64,
        }
    }

    fn write(&self, path: &Path) -> Result<()> {
        match self {
            Self::Dense(values) | Self::Csr { values, .. } => values.write(path),
            Self::Categories(categories) => write(path, categories, |v| v.to_le_bytes()),
            Self::Documents(documents) => {
                let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
                documents.iter().try_for_each(|document| writeln!(file, "{document}"))?;
                Ok(file.flush()?)
            }
        }
    }
}

/// Rows with labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// Columns.
    pub n_features: usize,
    /// `labels.len()` rows of `n_features` numbers.
    pub features: Features,
    /// A label a row; of regressions a target, which is a whole number too.
    pub labels: Vec<i32>,
}

impl Dataset {
    /// Reads what [`write`](Self::write) wrote, holding the features in the float type that is asked for.
    ///
    /// # Errors
    /// Those of reading, and a header that does not fit its files.
    pub fn read(header_path: &Path, float: Float) -> Result<Self> {
        let header: Header = serde_json::from_reader(File::open(header_path)?)?;
        let beside = |name: &str| header_path.with_file_name(name);
        let values = |count| Values::read(&beside(&header.features), count, header.float, float);
        let features = match &header.layout {
            Layout::Dense => Features::Dense(values(header.n_rows * header.n_features)?),
            Layout::Csr { indptr, indices } => {
                let position = |bytes| i64::from_le_bytes(bytes) as usize;
                let indptr = read(&beside(indptr), header.n_rows + 1, position)?;
                let count = indptr[header.n_rows];
                let indices = read(&beside(indices), count, u32::from_le_bytes)?;
                Features::Csr { indptr, indices, values: values(count)? }
            }
            Layout::Categories => {
                let count = header.n_rows * header.n_features;
                Features::Categories(read(&beside(&header.features), count, i32::from_le_bytes)?)
            }
            Layout::Documents => {
                let text = std::fs::read_to_string(beside(&header.features))?;
                let documents: Vec<String> = text.lines().map(str::to_owned).collect();
                if documents.len() != header.n_rows {
                    return Err(format!("{} does not hold {} lines", header.features, header.n_rows).into());
                }
                Features::Documents(documents)
            }
        };
        let labels = read(&beside(&header.labels), header.n_rows, i32::from_le_bytes)?;
        Ok(Self { n_features: header.n_features, features, labels })
    }

    /// Writes `NAME.json` and the files of numbers into a folder.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write(&self, folder: &Path, name: &str) -> Result<std::path::PathBuf> {
        let layout = match &self.features {
            Features::Dense(_) => Layout::Dense,
            Features::Categories(_) => Layout::Categories,
            Features::Documents(_) => Layout::Documents,
            Features::Csr { indptr, indices, .. } => {
                let files = [format!("{name}.indptr"), format!("{name}.indices")];
                write(&folder.join(&files[0]), indptr, |v| (v as i64).to_le_bytes())?;
                write(&folder.join(&files[1]), indices, |v| v.to_le_bytes())?;
                let [indptr, indices] = files;
                Layout::Csr { indptr, indices }
            }
        };
        let header = Header {
            layout,
            n_rows: self.labels.len(),
            n_features: self.n_features,
            float: self.features.float(),
            features: format!("{name}.features"),
            labels: format!("{name}.labels"),
        };
        self.features.write(&folder.join(&header.features))?;
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

    /// Writes features of 3 columns with two labels, and reads them in both float types.
    fn written_and_read(name: &str, features: Features) -> Result<[Features; 2]> {
        let folder = std::env::temp_dir().join(format!("peers-protocol-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let data = Dataset { n_features: 3, features, labels: vec![0, 7] };
        let header = data.write(&folder, name)?;
        let read = [Float::F32, Float::F64].map(|float| Dataset::read(&header, float));
        std::fs::remove_dir_all(&folder)?;
        let [narrow, wide] = read;
        let (narrow, wide) = (narrow?, wide?);
        assert_eq!((narrow.n_features, &narrow.labels), (data.n_features, &data.labels));
        assert_eq!((wide.n_features, &wide.labels), (data.n_features, &data.labels));
        Ok([narrow.features, wide.features])
    }

    #[test]
    fn what_is_written_is_read() -> Result<()> {
        let features = Features::Dense(Values::F32(vec![0.5, -1.25, 3.0, 4.0, 5.0, 6.5]));
        let [narrow, wide] = written_and_read("dense", features.clone())?;
        assert_eq!(narrow, features);
        assert_eq!(wide, Features::Dense(Values::F64(vec![0.5, -1.25, 3.0, 4.0, 5.0, 6.5])));
        assert_eq!(wide.into_dense_f64()?.len(), 6);
        Ok(())
    }

    #[test]
    fn categories_and_documents_too() -> Result<()> {
        for (name, features) in [
            ("categories", Features::Categories(vec![0, -1, 2, 3, 4, 5])),
            ("documents", Features::Documents(vec!["Ein Text.".into(), String::new()])),
        ] {
            assert_eq!(written_and_read(name, features.clone())?, [features.clone(), features]);
        }
        Ok(())
    }

    #[test]
    fn sparse_rows_too() -> Result<()> {
        let csr = |values| Features::Csr { indptr: vec![0, 0, 2], indices: vec![0, 2], values };
        let features = csr(Values::F64(vec![0.5, -1.25]));
        let [narrow, wide] = written_and_read("csr", features.clone())?;
        assert_eq!(narrow, csr(Values::F32(vec![0.5, -1.25])));
        assert_eq!(wide, features);
        assert!(wide.into_dense_f64().is_err());
        Ok(())
    }
}
