//! What holds for every member of a family, whatever the data.

mod metrics;
mod solvers;
