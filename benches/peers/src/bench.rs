//! What a run has in common.

use crate::options::Options;
use crate::program::Programs;
use peers_protocol::Result;
use std::path::PathBuf;
use std::time::Duration;

/// Settings, folders and programs of a run.
pub struct Bench {
    /// Small sizes.
    pub quick: bool,
    /// The time that a fit may take.
    pub budget: Duration,
    /// Timed rounds.
    pub repeats: usize,
    /// Where the report goes.
    pub out: PathBuf,
    /// Where data sets are written.
    pub scratch: PathBuf,
    /// A timed round repeats short fits for so long.
    pub round: Duration,
    /// The contenders' programs, built when they are first needed.
    pub programs: Programs,
}

impl Bench {
    /// From the command line.
    pub fn new(options: &Options) -> Result<Self> {
        let target = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target");
        let (budget, repeats) = if options.quick { (0.5, 2) } else { (90.0, 5) };
        let budget = options.budget.unwrap_or(budget);
        let budget = Duration::try_from_secs_f64(budget)
            .ok()
            .filter(|budget| !budget.is_zero())
            .ok_or_else(|| format!("--budget {budget}: must be a positive number of seconds"))?;
        let repeats = options.repeats.unwrap_or(repeats);
        if repeats == 0 {
            return Err("--repeats 0: must be at least 1".into());
        }
        let out = options.out.clone().unwrap_or_else(|| target.join("report"));
        let scratch = target.join("data");
        std::fs::create_dir_all(&scratch)?;
        let programs = Programs::new(target)?;
        let round = Duration::from_millis(if options.quick { 10 } else { 100 });
        Ok(Self { quick: options.quick, budget, repeats, out, scratch, round, programs })
    }

    /// The first of two sizes, or the second in a quick run.
    pub fn size(&self, full: usize, quick: usize) -> usize {
        if self.quick { quick } else { full }
    }
}
