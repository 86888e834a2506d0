//! What holds for every member of a family, whatever the data.

mod certificates;
mod descents;
mod fits;
mod losses;
mod metrics;
mod regularizers;
mod solvers;
