//! How the weights of a layer begin; biases begin at 0.

mod orthogonal;
mod variance_scaling;

use crate::random::Random;
use variance_scaling::{Fan, Shape, draw_scaled};

/// How the weights of a layer begin: independent random numbers of mean 0, or a random orthogonal matrix.
///
/// A layer of n inputs that are independent of its weights, of variance v, has inputs to its units of variance n v times
/// the mean square of what it sees. Each choice of v keeps that from growing or vanishing through many layers, for some
/// activations.
///
/// | initializer | v, or the matrix | for | reference |
/// |---|---|---|---|
/// | `GlorotUniform`, `GlorotNormal` | 2/(n_in + n_out) | identity, logistic, tanh, the outputs | Glorot and Bengio 2010, "Understanding the Difficulty of Training Deep Feedforward Neural Networks" |
/// | `HeUniform`, `HeNormal` | 2/n_in | relu and its kin, which let half of the variance through | He, Zhang, Ren and Sun 2015, "Delving Deep into Rectifiers", doi:10.1109/ICCV.2015.123 |
/// | `LeCunUniform`, `LeCunNormal` | 1/n_in | features of mean 0 and variance 1, identity, tanh near 0 | LeCun, Bottou, Orr and Müller 1998, "Efficient BackProp", section 4.6, doi:10.1007/3-540-49430-8_2 |
/// | `Orthogonal` | orthonormal columns or rows, whichever are fewer | deep networks of identity and tanh | Saxe, McClelland and Ganguli 2014, "Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural Networks", arXiv:1312.6120 |
///
/// The uniform ones draw from (−√(3v), √(3v)).
///
/// Unless a model is told otherwise, its activation says how hidden layers begin, and the outputs are Glorot's. Features
/// have not been through relu: where the activation says He, the first hidden layer is LeCun's, which is what He and others
/// ask for there (section 2.2).
///
/// ```
/// use certifit::prelude::*;
/// use certifit::neural::Initializer;
/// let data = datasets::iris();
/// let mlp = MLPClassifier::new().hidden_layer_sizes(&[10]).batch_size(20).initializer(Initializer::Orthogonal);
/// let model = StandardScaler::new().then(mlp).fit(&data.features, &data.target)?;
/// assert!(accuracy_score(&data.target, &model.predict(&data.features)?)? > 0.8);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Initializer {
    /// Uniform, of variance 2/(n_in + n_out).
    GlorotUniform,
    /// Normal, of variance 2/(n_in + n_out).
    GlorotNormal,
    /// Uniform, of variance 2/n_in.
    HeUniform,
    /// Normal, of variance 2/n_in.
    HeNormal,
    /// Uniform, of variance 1/n_in.
    LeCunUniform,
    /// Normal, of variance 1/n_in.
    LeCunNormal,
    /// A random matrix with orthonormal columns or rows.
    Orthogonal,
}

impl Initializer {
    /// That of a layer whose inputs are features, beside that of one whose inputs are hidden units.
    pub(super) fn of_features(self) -> Self {
        match self {
            Self::HeUniform => Self::LeCunUniform,
            Self::HeNormal => Self::LeCunNormal,
            other => other,
        }
    }

    /// The weights of a layer, n_in × n_out, row after row.
    pub(super) fn draw(self, n_in: usize, n_out: usize, random: &mut Random) -> Vec<f64> {
        let (fan, shape) = match self {
            Self::GlorotUniform => (Fan::Mean, Shape::Uniform),
            Self::GlorotNormal => (Fan::Mean, Shape::Normal),
            Self::HeUniform => (Fan::HalfIn, Shape::Uniform),
            Self::HeNormal => (Fan::HalfIn, Shape::Normal),
            Self::LeCunUniform => (Fan::In, Shape::Uniform),
            Self::LeCunNormal => (Fan::In, Shape::Normal),
            Self::Orthogonal => return orthogonal::draw(n_in, n_out, random),
        };
        draw_scaled(fan, shape, n_in, n_out, random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variances_are_those_of_the_papers() {
        use Initializer::*;
        let (n_in, n_out) = (300, 500);
        for (initializer, variance) in [
            (GlorotUniform, 2.0 / 800.0),
            (GlorotNormal, 2.0 / 800.0),
            (HeUniform, 2.0 / 300.0),
            (HeNormal, 2.0 / 300.0),
            (LeCunUniform, 1.0 / 300.0),
            (LeCunNormal, 1.0 / 300.0),
            (Orthogonal, 1.0 / 500.0),
        ] {
            let drawn = initializer.draw(n_in, n_out, &mut Random::new(3));
            let n = drawn.len() as f64;
            let mean = drawn.iter().sum::<f64>() / n;
            let found = drawn.iter().map(|w| w * w).sum::<f64>() / n;
            assert!(mean.abs() < 5.0 * (variance / n).sqrt(), "{initializer:?}: mean {mean}");
            approx::assert_relative_eq!(found, variance, max_relative = 0.02);
        }
    }

    #[test]
    fn orthogonal_is() {
        for (n_in, n_out) in [(7, 4), (4, 7), (5, 5), (1, 3), (3, 1)] {
            let drawn = Initializer::Orthogonal.draw(n_in, n_out, &mut Random::new(1));
            let w = ndarray::Array2::from_shape_vec((n_in, n_out), drawn).unwrap();
            let product = if n_in >= n_out { w.t().dot(&w) } else { w.dot(&w.t()) };
            let unit = ndarray::Array2::<f64>::eye(n_in.min(n_out));
            assert!((product - unit).iter().all(|e| e.abs() < 1e-14));
        }
    }

    #[test]
    fn values_are_stable() {
        let drawn = Initializer::HeUniform.draw(2, 2, &mut Random::new(7));
        assert_eq!(drawn, Initializer::HeUniform.draw(2, 2, &mut Random::new(7)));
        assert!(drawn.iter().all(|w| w.abs() < 3f64.sqrt()));
    }
}
