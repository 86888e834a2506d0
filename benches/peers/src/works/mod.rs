//! What is compared. A new kind of work is a file here that implements [`Work`], and a line in [`all`].

mod classics;
mod dense;
mod lasso;
mod neural;
mod predict;
mod search;
mod sgd;
mod small;
mod sparse;
mod transformers;

use crate::bench::Bench;
use crate::report::Section;
use peers_protocol::Result;

/// Something to compare on.
pub trait Work {
    /// The name on the command line.
    fn name(&self) -> &'static str;

    /// What it is, in a line.
    fn about(&self) -> &'static str;

    /// Does it.
    ///
    /// # Errors
    /// What makes its tables impossible. A contender that fails has a row that says so.
    fn run(&self, bench: &mut Bench) -> Result<Section>;
}

/// All, in the order of the report.
pub fn all() -> Vec<Box<dyn Work>> {
    vec![
        Box::new(dense::NARROW),
        Box::new(dense::SCALES),
        Box::new(dense::WIDE),
        Box::new(dense::LOGISTIC),
        Box::new(sparse::TEXT),
        Box::new(sparse::SCALES),
        Box::new(sparse::ONE_HOT),
        Box::new(classics::Classics),
        Box::new(small::Small),
        Box::new(lasso::Lasso),
        Box::new(sgd::Sgd),
        Box::new(neural::Neural),
        Box::new(transformers::Transformers),
        Box::new(predict::Prediction),
        Box::new(search::GridSearch),
    ]
}

/// Those with the given names; all, if there are none.
pub fn named(names: &[String]) -> Result<Vec<Box<dyn Work>>> {
    let known = |name: &str| all().iter().any(|work| work.name() == name);
    if let Some(name) = names.iter().find(|name| !known(name)) {
        let all: Vec<_> = all().iter().map(|work| work.name()).collect();
        return Err(format!("--work {name}: not one of {}", all.join(", ")).into());
    }
    let wanted = |work: &str| names.is_empty() || names.iter().any(|name| name == work);
    Ok(all().into_iter().filter(|work| wanted(work.name())).collect())
}
