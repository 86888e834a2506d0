//! What the side-by-side harness and its contenders say to each other: JSON lines over standard input and output,
//! and data sets as files.
//!
//! A contender written in Rust implements [`Contender`] and calls [`serve`]; the one in Python speaks the same
//! messages.

mod dataset;
mod memory;
mod message;
mod serve;

pub use dataset::{Dataset, Features, Header, Layout, Values};
pub use memory::metered;
pub use message::{
    Fit, Fitted, Float, Intercept, Loss, Made, Penalty, Reply, Request, Search, Searched, Timed, Train,
    Trained, Transform, Transformed, Transformer,
};
pub use serve::{Contender, serve};

/// Anything that goes wrong, as text for a human.
pub type Error = Box<dyn std::error::Error>;

/// The result of what may fail with an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// The version of a package in the text of a `Cargo.lock`, `unknown` where there is none.
pub fn locked_version(lock: &str, package: &str) -> String {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = \""));
    version.map_or("unknown", |version| version.trim_end_matches('"')).to_owned()
}
