//! Several classes from problems with two.

/// How a problem of several classes is made from binary ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MultiClass {
    /// One problem a class: the class against all others.
    #[default]
    OneVsRest,
    /// One problem a pair of classes.
    OneVsOne,
}
