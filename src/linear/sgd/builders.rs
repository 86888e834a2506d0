//! The builders that the models share.

/// Builders of the [`Sgd`](super::Sgd) in the field `sgd` of a model with four choices of types, the first of which is a
/// `$loss`; `$rest` are its other fields.
macro_rules! builders {
    ($model:ident, $loss:path $(, $rest:ident)*) => {
        impl<L, R, S, U> $model<L, R, S, U> {
            /// What an error costs.
            pub fn loss<T: $loss>(self, loss: T) -> $model<T, R, S, U> {
                let $crate::linear::sgd::Sgd { penalty, learning_rate, update, settings, .. } = self.sgd;
                let sgd = $crate::linear::sgd::Sgd { loss, penalty, learning_rate, update, settings };
                $model { sgd $(, $rest: self.$rest)* }
            }

            /// What large coefficients cost: [`L2`](crate::regularizer::L2), [`L1`](crate::regularizer::L1),
            /// [`ElasticNet`](crate::regularizer::ElasticNet), [`NoPenalty`](crate::regularizer::NoPenalty) or one of your
            /// own.
            pub fn penalty<T: $crate::regularizer::Regularizer>(self, penalty: T) -> $model<L, T, S, U> {
                let $crate::linear::sgd::Sgd { loss, learning_rate, update, settings, .. } = self.sgd;
                let sgd = $crate::linear::sgd::Sgd { loss, penalty, learning_rate, update, settings };
                $model { sgd $(, $rest: self.$rest)* }
            }

            /// How long steps are: one of [`schedule`](crate::schedule), or one of your own.
            pub fn learning_rate<T: $crate::schedule::LearningRate>(self, learning_rate: T) -> $model<L, R, T, U> {
                let $crate::linear::sgd::Sgd { loss, penalty, update, settings, .. } = self.sgd;
                let sgd = $crate::linear::sgd::Sgd { loss, penalty, learning_rate, update, settings };
                $model { sgd $(, $rest: self.$rest)* }
            }

            /// By which rule a step moves the coefficients: one of [`update`](crate::update), or one of your own. All but
            /// [`Plain`](crate::update::Plain) visit every coefficient at every row.
            pub fn update<T: $crate::update::UpdateRule>(self, update: T) -> $model<L, R, S, T> {
                let $crate::linear::sgd::Sgd { loss, penalty, learning_rate, settings, .. } = self.sgd;
                let sgd = $crate::linear::sgd::Sgd { loss, penalty, learning_rate, update, settings };
                $model { sgd $(, $rest: self.$rest)* }
            }

            /// α, the weight of the penalty.
            pub fn alpha(mut self, alpha: f64) -> Self {
                self.sgd.settings.alpha = alpha;
                self
            }

            /// Whether there is an intercept: [`Intercept::Free`](crate::solver::Intercept::Free) or
            /// [`Intercept::None`](crate::solver::Intercept::None). It is never penalised.
            pub fn intercept(mut self, intercept: $crate::solver::Intercept) -> Self {
                self.sgd.settings.intercept = intercept;
                self
            }

            /// What the steps of the intercept are multiplied with; `None` is 0.01 for sparse features, where each row changes
            /// few coefficients but always the intercept, and 1 for dense ones. The same number for both gives both the
            /// same result, but for [`ElasticNet`](crate::regularizer::ElasticNet), averages with a ‖w‖₁ and the objective
            /// that epochs see: sparse rows take what ‖w‖₁ costs from a coefficient when they have an entry for it, dense
            /// rows at every step.
            pub fn intercept_decay(mut self, intercept_decay: impl Into<Option<f64>>) -> Self {
                self.sgd.settings.intercept_decay = intercept_decay.into();
                self
            }

            /// What the mean objective of an epoch, or the score on the rows that are held out, must gain to count as
            /// progress; `None` does all epochs.
            ///
            /// What an epoch sees is noise for the most part. So before a fit that shuffles ends for want of progress, it
            /// computes the objective of the coefficients of its last epochs. If the best of them gain `tol` on all that
            /// were looked at before, it goes on; the best come back. Of an [`average`](Self::average), whose objective is
            /// smooth and falls slowly, 3 % of `tol` are asked for, and of an objective below 1 that share of it.
            pub fn tol(mut self, tol: impl Into<Option<f64>>) -> Self {
                self.sgd.settings.tol = tol.into();
                self
            }

            /// The most epochs.
            pub fn max_iter(mut self, max_iter: usize) -> Self {
                self.sgd.settings.max_iter = max_iter;
                self
            }

            /// How long a fit may take: once that is over it ends with the epoch at work.
            pub fn max_time(mut self, max_time: std::time::Duration) -> Self {
                self.sgd.settings.max_time = Some(max_time);
                self
            }

            /// Whether each epoch visits the rows in an order of its own; else in the order that they have.
            pub fn shuffle(mut self, shuffle: bool) -> Self {
                self.sgd.settings.shuffle = shuffle;
                self
            }

            /// The seed of the order of rows, and of the rows that are held out.
            pub fn seed(mut self, seed: u64) -> Self {
                self.sgd.settings.seed = seed;
                self
            }

            /// The step from which on the model is the average of the coefficients: 0 is never, 1 from the first on
            /// (scikit-learn's `average=True`).
            ///
            /// A fit that shuffles leaves out the first half whenever the number of averaged epochs has doubled, from the
            /// eighth on: an average over all of them remembers the first, which are far off, for very long. With a penalty
            /// that has ‖w‖₁, the average of a coefficient is 0 only if it was 0 at every step, and of sparse rows it counts
            /// as it was before it paid what it owed.
            pub fn average(mut self, average: usize) -> Self {
                self.sgd.settings.average = average;
                self
            }

            /// How much later steps count for more in the average: the k-th as much as about k^γ. 0 is the mean. With more
            /// than 0, every coefficient is visited at every row.
            pub fn average_decay(mut self, average_decay: f64) -> Self {
                self.sgd.settings.average_decay = average_decay;
                self
            }

            /// Whether some rows are held out, to stop when the score on them gets no better. The model is the one with the
            /// best score. Rows count in it by their weight, that of their class included.
            pub fn early_stopping(mut self, early_stopping: bool) -> Self {
                self.sgd.settings.early_stopping = early_stopping;
                self
            }

            /// The share of the rows that early stopping holds out.
            pub fn validation_fraction(mut self, validation_fraction: f64) -> Self {
                self.sgd.settings.validation_fraction = validation_fraction;
                self
            }

            /// How many epochs in a row without progress end the fit.
            pub fn n_iter_no_change(mut self, n_iter_no_change: usize) -> Self {
                self.sgd.settings.n_iter_no_change = n_iter_no_change;
                self
            }

            /// Who is told of each epoch and may stop the fit.
            pub fn observer(mut self, observer: impl $crate::observer::Observer + 'static) -> Self {
                self.sgd.settings.observing = $crate::observer::Observing::by(observer);
                self
            }
        }

        impl<L, R, S, U> $model<L, R, S, U>
        where
            L: $loss,
            R: $crate::regularizer::Regularizer,
            S: $crate::schedule::LearningRate,
            U: $crate::update::UpdateRule,
        {
            /// The same without a rate to choose, for features in any units.
            ///
            /// It sets the update rule [`DistanceOverGradients`](crate::update::DistanceOverGradients) with a rate that stays
            /// for a quarter of the epochs and then goes down to nothing ([`LinearDecay`](crate::schedule::LinearDecay)), an
            /// average from the first step on with an [`average_decay`](Self::average_decay) of 32, 300 epochs and no `tol`;
            /// set what you want otherwise after it. A row costs some operations for each coefficient, sparse rows too. In a
            /// stream, whose end nobody knows, the rate stays.
            ///
            /// Of DoG and AdaGrad with one rate for all coefficients, and of DoG, AdaGrad and COCOB with one for each, this
            /// rule alone came near the optimum on features that are not scaled: with one rate for all, breast cancer and
            /// wine were at twice the optimum or more. On scaled features all five were good. The rate that goes down then
            /// brought what is left above the optimum to a quarter or less: breast cancer, iris and wine as they are, each
            /// class against the rest, α of 0.001 and 0.01, end within 10 % of it with the hinge, and 2 % with the log loss.
            pub fn automatic(
                self,
            ) -> $model<L, R, $crate::schedule::LinearDecay, $crate::update::DistanceOverGradients> {
                $model { sgd: self.sgd.automatic() $(, $rest: self.$rest)* }
            }
        }

        impl<L, R, S, U> $crate::compose::Compose for $model<L, R, S, U> {}
    };
}
pub(in crate::linear) use builders;
