//! Texts to features.
//!
//! | estimator | what it does | state |
//! |---|---|---|
//! | [`TfidfVectorizer`] | weights of terms: what most text models begin with | [`FittedTfidfVectorizer`] |
//! | [`CountVectorizer`] | counts of terms | [`FittedCountVectorizer`] |
//! | [`HashingVectorizer`] | counts of terms without a vocabulary, for streams | [`FittedHashingVectorizer`] |
//! | [`TfidfTransformer`] | weights from counts | [`FittedTfidfTransformer`] |
//!
//! Vectorizers read [`Documents`]: any slice, array or vector of strings. What they make is a sparse CSR matrix of
//! `f64`, which all models take. They are steps of pipelines and go through cross-validation as a whole, so that no
//! word of the validation rows is learnt. Tokens are scikit-learn's: lower-cased words of two characters or more;
//! another [`Tokenizer`] is a closure away.
//!
//! To add a vectorizer, hold an `Analysis` (how a text becomes terms), give it its setters with `analysis_setters!`, and
//! make rows with `rows_of`.

mod analysis;
mod builders;
mod count_vectorizer;
mod counts;
mod document_frequency;
mod documents;
mod hashing_vectorizer;
mod murmur;
mod reading;
mod rows;
mod stop_words;
mod terms;
mod tfidf_transformer;
mod tfidf_vectorizer;
mod tokenizer;
mod unicode;

pub use analysis::Analyzer;
pub use count_vectorizer::{CountVectorizer, FittedCountVectorizer};
pub use document_frequency::DocumentFrequency;
pub use documents::Documents;
pub use hashing_vectorizer::{FittedHashingVectorizer, HashingVectorizer};
pub use stop_words::StopWords;
pub use tfidf_transformer::{FittedTfidfTransformer, TfidfTransformer};
pub use tfidf_vectorizer::{FittedTfidfVectorizer, TfidfVectorizer};
pub use tokenizer::{Tokenizer, Words};
