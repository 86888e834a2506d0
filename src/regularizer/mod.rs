//! regularizer
