//! Several classes: from problems with two, or at once.

use crate::error::Result;

/// How a problem of several classes is made from binary ones, or solved at once.
///
/// With two classes all are one binary problem, whose positive side is the second class.
///
/// | | problems for K > 2 classes | for |
/// |---|---|---|
/// | [`OneVsRest`](Self::OneVsRest) | K | all |
/// | [`OneVsOne`](Self::OneVsOne) | K (K − 1)/2 | support vector machines |
/// | [`Joint`](Self::Joint) | one | logistic regression |
/// | [`CrammerSinger`](Self::CrammerSinger) | one | support vector machines |
///
/// Reference: scikit-learn's user guide, "Multiclass and multioutput algorithms".
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::make_blobs(80, 2).centers(4).generate()?;
/// let svc = LinearSVC::new();
/// let rest = svc.fit(&data.features, &data.target)?;
/// let pairs = svc.multi_class(MultiClass::OneVsOne).fit(&data.features, &data.target)?;
/// assert_eq!((rest.coef().nrows(), pairs.coef().nrows()), (4, 6));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MultiClass {
    /// K problems, one a class: the class (+1) against all others (−1). The class with the largest decision value
    /// is predicted.
    #[default]
    OneVsRest,
    /// K (K − 1)/2 problems, one a pair i < j of classes: class i (+1) against class j (−1). Each problem has a vote, and the
    /// class with the most is predicted, the first of them in a tie: libsvm's way, and scikit-learn's `SVC`'s.
    OneVsOne,
    /// One problem of all classes, of the softmax: multinomial logistic regression. Each class has a score, and the class
    /// with the largest is predicted.
    Joint,
    /// One problem of all classes, of the hinge of Crammer and Singer: scikit-learn's `multi_class='crammer_singer'`.
    /// Each class has a score, and the class with the largest is predicted.
    CrammerSinger,
}

/// A binary problem: class `positive` against `negative`, or against all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BinaryTask {
    pub(crate) positive: usize,
    pub(crate) negative: Option<usize>,
}

impl BinaryTask {
    /// The target of a row of this class; `None` if the row takes no part.
    pub(crate) fn sign(&self, class: usize) -> Option<f64> {
        if class == self.positive {
            return Some(1.0);
        }
        (self.negative.is_none() || self.negative == Some(class)).then_some(-1.0)
    }
}

impl MultiClass {
    /// Whether so many classes are one problem with a score for each.
    pub(crate) fn is_joint(self, n_classes: usize) -> bool {
        n_classes > 2 && matches!(self, Self::Joint | Self::CrammerSinger)
    }

    /// The number of decision values for `n_classes` classes.
    pub(crate) fn n_decisions(self, n_classes: usize) -> usize {
        if self.is_joint(n_classes) { n_classes } else { self.tasks(n_classes).len() }
    }

    /// The binary problems for `n_classes` classes. With two there is one, and +1 is the second class, as in
    /// scikit-learn.
    pub(crate) fn tasks(self, n_classes: usize) -> Vec<BinaryTask> {
        match self {
            _ if n_classes == 2 => vec![BinaryTask { positive: 1, negative: Some(0) }],
            Self::OneVsRest => {
                (0..n_classes).map(|positive| BinaryTask { positive, negative: None }).collect()
            }
            Self::OneVsOne => {
                let pairs = (0..n_classes).flat_map(|i| (i + 1..n_classes).map(move |j| (i, j)));
                pairs.map(|(i, j)| BinaryTask { positive: i, negative: Some(j) }).collect()
            }
            Self::Joint | Self::CrammerSinger => Vec::new(),
        }
    }

    /// The class for the decision values of the [`tasks`](Self::tasks).
    pub(crate) fn decide(self, n_classes: usize, decisions: &[f64]) -> usize {
        let known = |problem: usize| Ok(decisions.get(problem).copied().unwrap_or(0.0));
        self.decide_by(n_classes, known).unwrap_or(0)
    }

    /// The class for decision values that are asked for one by one, without an allocation.
    pub(crate) fn decide_by(
        self,
        n_classes: usize,
        decision: impl Fn(usize) -> Result<f64>,
    ) -> Result<usize> {
        if n_classes == 2 {
            return Ok(usize::from(decision(0)? > 0.0));
        }
        let mut best = (0, f64::NEG_INFINITY);
        for class in 0..n_classes {
            let score = match self {
                Self::OneVsRest | Self::Joint | Self::CrammerSinger => decision(class)?,
                Self::OneVsOne => Self::votes_of(class, n_classes, &decision)?,
            };
            // The first of the largest.
            if score > best.1 {
                best = (class, score);
            }
        }
        Ok(best.0)
    }

    /// How many of its pairs a class wins.
    fn votes_of(class: usize, n_classes: usize, decision: impl Fn(usize) -> Result<f64>) -> Result<f64> {
        // Pairs (i, j) in order of i, then j: those of i begin after i rows of falling length.
        let pair = |i: usize, j: usize| i * (2 * n_classes - i - 1) / 2 + (j - i - 1);
        let mut votes = 0.0;
        for other in (0..n_classes).filter(|&other| other != class) {
            let wins = if class < other {
                decision(pair(class, other))? > 0.0
            } else {
                // What is not positive is a vote for the second class of the pair.
                !(decision(pair(other, class))? > 0.0)
            };
            votes += f64::from(u8::from(wins));
        }
        Ok(votes)
    }

    /// A score a class (for two classes: the single decision value). One-vs-one votes get the sum of a class's
    /// decision values, squeezed into (−⅓, ⅓), on top, as in scikit-learn's `decision_function_shape='ovr'`.
    pub(crate) fn class_scores(self, n_classes: usize, decisions: &[f64]) -> Vec<f64> {
        if n_classes == 2 || self != Self::OneVsOne {
            return decisions.to_vec();
        }
        let mut confidences = vec![0.0; n_classes];
        for (task, decision) in self.tasks(n_classes).iter().zip(decisions) {
            confidences[task.positive] += decision;
            task.negative.into_iter().for_each(|negative| confidences[negative] -= decision);
        }
        let known = |problem: usize| Ok(decisions.get(problem).copied().unwrap_or(0.0));
        let votes = (0..n_classes).map(|class| Self::votes_of(class, n_classes, known).unwrap_or(0.0));
        votes.zip(confidences).map(|(votes, sum)| votes + sum / (3.0 * (sum.abs() + 1.0))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::MultiClass::{CrammerSinger, Joint, OneVsOne, OneVsRest};

    #[test]
    fn two_classes_are_one_problem() {
        for kind in [OneVsRest, OneVsOne, Joint, CrammerSinger] {
            let tasks = kind.tasks(2);
            assert_eq!((tasks.len(), tasks[0].sign(0), tasks[0].sign(1)), (1, Some(-1.0), Some(1.0)));
            assert_eq!([kind.decide(2, &[0.0]), kind.decide(2, &[1e-9])], [0, 1]);
        }
    }

    #[test]
    fn one_vs_one_votes_and_ties_go_to_the_first_class() {
        // Pairs (0,1) (0,2) (1,2): a cycle, one vote each.
        assert_eq!(OneVsOne.decide(3, &[1.0, -5.0, 1.0]), 0);
        assert_eq!(OneVsOne.decide(3, &[-1.0, -1.0, 1.0]), 1);
        assert_eq!(OneVsOne.tasks(4)[1].sign(1), None);
        assert_eq!(OneVsRest.decide(3, &[0.5, 0.7, 0.7]), 1);
        let scores = OneVsOne.class_scores(3, &[1.0, 2.0, 0.5]);
        approx::assert_relative_eq!(scores[0], 2.0 + 3.0 / 12.0);
    }
}
