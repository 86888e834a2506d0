//! What holds for every member of a family, whatever the data.

mod certificates;
mod fits;
mod losses;
mod metrics;
mod regularizers;
mod solvers;
