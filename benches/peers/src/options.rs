//! The command line.

use clap::Parser;
use std::path::PathBuf;

/// Runs certifit and its peers side by side on the same data and writes a Markdown table and SVG charts.
#[derive(Debug, Clone, Parser)]
#[command(name = "peers")]
pub struct Options {
    /// Only these works (all, unless given); --list names them.
    #[arg(long, num_args = 1.., value_name = "NAME")]
    pub work: Vec<String>,

    /// Seconds that a single fit of a peer, or a whole search, may take [default: 90, quick: 0.5].
    #[arg(long, value_name = "SECONDS")]
    pub budget: Option<f64>,

    /// Timed rounds; the tables show the median [default: 5, quick: 2].
    #[arg(long, value_name = "K")]
    pub repeats: Option<usize>,

    /// Where the report goes [default: target/report in the harness's folder].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Small sizes, to see that all works: no figures to quote.
    #[arg(long)]
    pub quick: bool,

    /// Names the works and ends.
    #[arg(long)]
    pub list: bool,
}
