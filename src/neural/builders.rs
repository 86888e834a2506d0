//! The builders that the models share.

/// Builders of a model with `settings`.
macro_rules! builders {
    ($model:ident) => {
        impl $model {
            /// The number of units of each hidden layer, from the features to the outputs. None at all is a linear model.
            pub fn hidden_layer_sizes(mut self, sizes: &[usize]) -> Self {
                self.settings.hidden_layer_sizes = sizes.to_vec();
                self
            }

            /// What hidden units make of their input.
            pub fn activation(mut self, activation: impl $crate::neural::Activation + 'static) -> Self {
                self.settings.activation = std::sync::Arc::new(activation);
                self
            }

            /// How the weights of all layers begin; unless it is set, each as
            /// [`Initializer`](crate::neural::Initializer) says.
            pub fn initializer(
                mut self,
                initializer: impl Into<Option<$crate::neural::Initializer>>,
            ) -> Self {
                self.settings.initializer = initializer.into();
                self
            }

            /// How the objective is made smaller: by one of [`update`](crate::update), a rule of your own, or
            /// [`Lbfgs`](crate::neural::Lbfgs).
            pub fn solver(mut self, solver: impl $crate::neural::Optimizer + 'static) -> Self {
                self.settings.solver = std::sync::Arc::new(solver);
                self
            }

            /// How long steps are: one of [`schedule`](crate::schedule), or one of your own.
            pub fn learning_rate(mut self, rate: impl $crate::schedule::LearningRate + 'static) -> Self {
                self.settings.learning_rate = std::sync::Arc::new(rate);
                self
            }

            /// What large weights cost: [`L2`](crate::regularizer::L2), [`L1`](crate::regularizer::L1),
            /// [`ElasticNet`](crate::regularizer::ElasticNet), [`NoPenalty`](crate::regularizer::NoPenalty) or one of your
            /// own.
            pub fn penalty(mut self, penalty: impl $crate::regularizer::Regularizer + 'static) -> Self {
                self.settings.penalty = std::sync::Arc::new(penalty);
                self
            }

            /// α, the weight of the penalty.
            pub fn alpha(mut self, alpha: f64) -> Self {
                self.settings.alpha = alpha;
                self
            }

            /// The rows of a batch; `None` is 200, and never more than there are.
            pub fn batch_size(mut self, batch_size: impl Into<Option<usize>>) -> Self {
                self.settings.batch_size = batch_size.into();
                self
            }

            /// The probability with which each hidden unit is left out of a step. Srivastava, Hinton, Krizhevsky,
            /// Sutskever and Salakhutdinov 2014, "Dropout: A Simple Way to Prevent Neural Networks from Overfitting".
            pub fn dropout(mut self, dropout: f64) -> Self {
                self.settings.dropout = dropout;
                self
            }

            /// The largest norm that the gradient of a step may have: longer ones are shortened. Pascanu, Mikolov and
            /// Bengio 2013, "On the Difficulty of Training Recurrent Neural Networks", algorithm 1.
            pub fn clip_norm(mut self, clip_norm: impl Into<Option<f64>>) -> Self {
                self.settings.clip_norm = clip_norm.into();
                self
            }

            /// What an epoch must gain in the mean objective, or in the score on the rows that are held out, to count as
            /// progress; `None` does all epochs.
            pub fn tol(mut self, tol: impl Into<Option<f64>>) -> Self {
                self.settings.tol = tol.into();
                self
            }

            /// How many epochs in a row without progress do not end the fit yet.
            pub fn n_iter_no_change(mut self, n_iter_no_change: usize) -> Self {
                self.settings.n_iter_no_change = n_iter_no_change;
                self
            }

            /// The most epochs; of [`Lbfgs`](crate::neural::Lbfgs), iterations.
            pub fn max_iter(mut self, max_iter: usize) -> Self {
                self.settings.max_iter = max_iter;
                self
            }

            /// How long a fit may take: once that is over it ends with the epoch at work.
            pub fn max_time(mut self, max_time: std::time::Duration) -> Self {
                self.settings.max_time = Some(max_time);
                self
            }

            /// Whether some rows are held out, to stop when the score on them gets no better. The model is the one with
            /// the best score.
            pub fn early_stopping(mut self, early_stopping: bool) -> Self {
                self.settings.early_stopping = early_stopping;
                self
            }

            /// The share of the rows that early stopping holds out.
            pub fn validation_fraction(mut self, validation_fraction: f64) -> Self {
                self.settings.validation_fraction = validation_fraction;
                self
            }

            /// Whether each epoch visits the rows in an order of its own; else in the order that they have.
            pub fn shuffle(mut self, shuffle: bool) -> Self {
                self.settings.shuffle = shuffle;
                self
            }

            /// The seed of the weights, of the order of rows, of dropout and of the rows that are held out.
            pub fn seed(mut self, seed: u64) -> Self {
                self.settings.seed = seed;
                self
            }

            /// Who is told of each epoch and may stop the fit.
            pub fn observer(mut self, observer: impl $crate::observer::Observer + 'static) -> Self {
                self.settings.observing = $crate::observer::Observing::by(observer);
                self
            }
        }

        impl $crate::compose::Compose for $model {}
    };
}
pub(super) use builders;
