#![forbid(unsafe_code)]
//! Trains a model on your own file: `cargo run --release --example train -- --help`.

mod cli;
mod csv;
mod failure;
mod mlp;
mod output;
mod run;
mod sgd;
mod source;
mod svmlight;
mod values;

use clap::Parser;
use cli::{FloatType, Format, Options};
use failure::Result;
use std::io::{self, Write};
use std::process::ExitCode;
use values::{Float, Labels, Numbers};

fn main() -> ExitCode {
    match train(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn train(options: &Options) -> Result<()> {
    options.check()?;
    let outcome = match options.float {
        FloatType::F32 => read_and_run::<f32>(options)?,
        FloatType::F64 => read_and_run::<f64>(options)?,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    if options.json {
        output::json(&mut out, &outcome)?;
    } else {
        output::text(&mut out, &outcome, options)?;
    }
    Ok(out.flush()?)
}

fn read_and_run<F: Float>(options: &Options) -> Result<run::Outcome> {
    let (file, target) = (&options.file, options.target.as_deref());
    match (options.format()?, options.is_regressor()) {
        (Format::Csv, false) => run::classify(csv::read::<F, Labels>(file, target)?, options),
        (Format::Csv, true) => run::regress(csv::read::<F, Numbers>(file, target)?, options),
        (Format::Svmlight, false) => run::classify(svmlight::read::<F, Labels>(file)?, options),
        (Format::Svmlight, true) => run::regress(svmlight::read::<F, Numbers>(file)?, options),
    }
}
