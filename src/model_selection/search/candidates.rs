//! Which values of the hyper-parameters are tried.

use crate::error::{Error, Result};
use crate::random::Random;
use ndarray_rand::rand::RngCore;

/// A source of values to try. To add a way of choosing them, implement it: [`Search::of`](super::Search::of) takes it.
pub trait Candidates: Sync {
    /// The hyper-parameters of one candidate.
    type Value;

    /// The values, in order. `room` is the number of candidates with which a schedule uses up all rows, where it has such
    /// a number.
    ///
    /// # Errors
    /// Bad parameters of the source.
    fn values(&self, room: Option<usize>) -> Result<Vec<Self::Value>>;
}

/// All members of a list: the candidates of [`GridSearchCV`](super::GridSearchCV).
#[derive(Debug, Clone, PartialEq)]
pub struct Grid<P>(pub Vec<P>);

impl<P: Clone + Sync> Candidates for Grid<P> {
    type Value = P;
    fn values(&self, _room: Option<usize>) -> Result<Vec<P>> {
        Ok(self.0.clone())
    }
}

/// Draws at random, independent of each other: the candidates of [`RandomizedSearchCV`](super::RandomizedSearchCV).
#[derive(Debug, Clone, PartialEq)]
pub struct Draws<D> {
    pub(super) draw: D,
    /// How many; where it is not said, as many as use up all rows.
    pub(super) n: Option<usize>,
    pub(super) seed: u64,
}

impl<D, P> Candidates for Draws<D>
where
    D: Fn(&mut dyn RngCore) -> P + Sync,
{
    type Value = P;
    fn values(&self, room: Option<usize>) -> Result<Vec<P>> {
        let Some(n) = self.n.or(room) else {
            let exhaust = "the number that uses up all rows".to_owned();
            let allowed = "a number, as `MinResources::Exhaust` follows from it".to_owned();
            return Err(Error::InvalidParameter { name: "n_candidates", value: exhaust, allowed });
        };
        let mut random = Random::new(self.seed);
        Ok((0..n).map(|_| (self.draw)(&mut random)).collect())
    }
}
