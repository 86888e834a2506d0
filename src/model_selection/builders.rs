//! What splitters into folds share of their hyper-parameters.

/// A splitter into folds that may be shuffled: `new`, the setters of `shuffle` and `seed`, and five folds by default.
macro_rules! shuffled_folds {
    ($splitter:ident, $(#[$shuffle:meta])*) => {
        impl $splitter {
            /// `n_splits` folds, not shuffled.
            pub fn new(n_splits: usize) -> Self {
                Self { n_splits, shuffle: false, seed: 0 }
            }

            $(#[$shuffle])*
            pub fn shuffle(mut self, shuffle: bool) -> Self {
                self.shuffle = shuffle;
                self
            }
        }

        $crate::model_selection::builders::seeded_folds!($splitter);
    };
}

/// A splitter into folds that is repeated: `new`, the setters of `n_repeats` and `seed`, and five folds by default.
macro_rules! repeated_folds {
    ($splitter:ident) => {
        impl $splitter {
            /// `n_splits` folds, ten times.
            pub fn new(n_splits: usize) -> Self {
                Self { n_splits, n_repeats: 10, seed: 0 }
            }

            /// How often the rows are shuffled and divided.
            pub fn n_repeats(mut self, n_repeats: usize) -> Self {
                self.n_repeats = n_repeats;
                self
            }
        }

        $crate::model_selection::builders::seeded_folds!($splitter);
    };
}

/// The setter of `seed`, and five folds by default.
macro_rules! seeded_folds {
    ($splitter:ident) => {
        impl $splitter {
            /// The seed of the shuffling.
            pub fn seed(mut self, seed: u64) -> Self {
                self.seed = seed;
                self
            }
        }

        impl Default for $splitter {
            fn default() -> Self {
                Self::new(5)
            }
        }
    };
}

pub(super) use {repeated_folds, seeded_folds, shuffled_folds};
