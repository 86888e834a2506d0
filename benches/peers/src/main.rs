//! Runs certifit and its peers side by side: the same data, the same run, interleaved; a Markdown table and charts.

mod bench;
mod chart;
mod compare;
mod contender;
mod data;
mod ladder;
mod machine;
mod objective;
mod options;
mod process;
mod program;
mod report;
mod text;
mod works;

use clap::Parser;
use options::Options;
use peers_protocol::Result;

fn main() {
    if let Err(error) = run(&Options::parse()) {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

fn run(options: &Options) -> Result<()> {
    if options.list {
        for work in works::all() {
            println!("{:<14} {}", work.name(), work.about());
        }
        return Ok(());
    }
    let works = works::named(&options.work)?;
    let mut bench = bench::Bench::new(options)?;
    let mut report = report::Report::new(&bench.out)?;
    for work in works {
        eprintln!("== {}: {}", work.name(), work.about());
        report.add(work.name(), work.run(&mut bench)?)?;
    }
    println!("{}", report.path().display());
    Ok(())
}
