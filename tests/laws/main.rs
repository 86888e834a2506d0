//! What holds for every member of a family, whatever the data.

mod certificates;
mod descents;
mod fits;
mod joint;
mod losses;
mod metrics;
mod neural;
mod neural_extremes;
mod regularizers;
mod search;
mod selection;
mod sgd;
mod solvers;
