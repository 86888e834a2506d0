//! A bar on the terminal.

use crate::observer::{Observer, SearchProgress};
use indicatif::{ProgressBar, ProgressStyle};
use std::ops::ControlFlow;

/// Draws the progress of a search on standard error: fits that are done, the best score so far, the time that is left.
/// Nothing is drawn where standard error is no terminal. Feature `progress`.
///
/// ```
/// use certifit::model_selection::SearchBar;
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let search = GridSearchCV::new(|&c: &f64| LinearSVC::new().c(c), [0.1, 1.0]).observer(SearchBar::new());
/// assert_eq!(search.search(&data.features, &data.target)?.candidates().len(), 2);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SearchBar {
    bar: ProgressBar,
}

impl SearchBar {
    /// A bar, drawn from the first fit on.
    pub fn new() -> Self {
        let style = ProgressStyle::with_template("{bar:32} {pos}/{len} fits, {eta} left{msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Self { bar: ProgressBar::new(0).with_style(style) }
    }
}

impl Default for SearchBar {
    fn default() -> Self {
        Self::new()
    }
}

impl Observer<SearchProgress> for SearchBar {
    fn progress(&self, progress: &SearchProgress) -> ControlFlow<()> {
        self.bar.set_length(progress.total as u64);
        // Threads may tell of their fits in another order.
        self.bar.set_position(self.bar.position().max(progress.done as u64));
        if let Some(score) = progress.best_score {
            self.bar.set_message(format!(", best score {score:.4}"));
        }
        if progress.done == progress.total {
            self.bar.finish();
        }
        ControlFlow::Continue(())
    }
}
