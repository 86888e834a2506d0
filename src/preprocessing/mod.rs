//! Preparing features: scaling, and columns of categories.
//!
//! | estimator | what it does | state |
//! |---|---|---|
//! | [`StandardScaler`] | columns of mean 0 and variance 1 | [`FittedStandardScaler`] |
//! | [`MinMaxScaler`] | columns between two numbers | [`FittedMinMaxScaler`] |
//! | [`MaxAbsScaler`] | columns whose largest absolute value is 1 | [`FittedMaxAbsScaler`] |
//! | [`RobustScaler`] | columns scaled by quantiles, which outliers do not move | [`FittedRobustScaler`] |
//! | [`QuantileTransformer`] | columns made uniform or normal by their ranks | [`FittedQuantileTransformer`] |
//! | [`PowerTransformer`] | columns made more like a normal distribution by a power | [`FittedPowerTransformer`] |
//! | [`Normalizer`] | rows of norm 1 | [`FittedNormalizer`] |
//! | [`PolynomialFeatures`] | products of columns | [`FittedPolynomialFeatures`] |
//! | [`SplineTransformer`] | columns as smooth bumps | [`FittedSplineTransformer`] |
//! | [`KBinsDiscretizer`] | columns cut into bins | [`FittedKBinsDiscretizer`] |
//! | [`OneHotEncoder`] | a column of zeros and ones for each category | [`FittedOneHotEncoder`] |
//! | [`OrdinalEncoder`] | categories as numbers | [`FittedOrdinalEncoder`] |
//! | [`TargetEncoder`] | categories as the mean of the target in them | [`FittedTargetEncoder`] |
//! | [`LabelEncoder`] | labels of a target as numbers | [`FittedLabelEncoder`] |
//!
//! Scalers learn from features and weights alone: `fit(&x, &())` is enough, `fit(&x, &y)` uses the weights
//! that travel with `y`. NaN is a missing value to them: it does not count in a fit and stays NaN in a
//! transform. Infinities are refused.
//!
//! What a scaler learns are sums over rows ([`Moments`]), which shards of a data set can compute apart and
//! merge. To add a scaler whose transform is (x − shift) / scale, only the two vectors are needed.
//!
//! Encoders take [`Categories`](crate::data::Categories): arrays of strings, integers, or `Option`s of them.

mod affine;
mod b_spline;
mod block;
mod columnwise;
mod extremes;
mod finder;
mod k_bins_discretizer;
mod label_encoder;
mod max_abs_scaler;
mod min_max_scaler;
mod moments;
mod normal;
mod normalizer;
mod one_hot_encoder;
mod ordinal_encoder;
mod polynomial_features;
mod power_transformer;
mod quantile_transformer;
mod robust_scaler;
mod sampling;
mod spline_transformer;
mod standard_scaler;
mod target_encoder;
mod target_type;
mod vocabulary;

pub use k_bins_discretizer::{BinStrategy, FittedKBinsDiscretizer, KBinsDiscretizer, QuantileMethod};
pub use label_encoder::{FittedLabelEncoder, LabelEncoder};
pub use max_abs_scaler::{FittedMaxAbsScaler, MaxAbsScaler};
pub use min_max_scaler::{FittedMinMaxScaler, MinMaxScaler};
pub use moments::Moments;
pub use normalizer::{FittedNormalizer, Normalizer};
pub use one_hot_encoder::{DropCategory, Encoded, FittedOneHotEncoder, HandleUnknown, OneHotEncoder};
pub use ordinal_encoder::{FittedOrdinalEncoder, OrdinalEncoder};
pub use polynomial_features::{FittedPolynomialFeatures, PolynomialFeatures};
pub use power_transformer::{FittedPowerTransformer, PowerMethod, PowerTransformer};
pub use quantile_transformer::{FittedQuantileTransformer, OutputDistribution, QuantileTransformer};
pub use robust_scaler::{FittedRobustScaler, RobustScaler};
pub use spline_transformer::{
    Extrapolation, FittedSplineTransformer, HandleMissing, Knots, SplineTransformer,
};
pub use standard_scaler::{FittedStandardScaler, StandardScaler};
pub use target_encoder::{FittedTargetEncoder, TargetEncoder};
pub use target_type::{Labels, Numbers, TargetType};
pub use vocabulary::MinFrequency;
