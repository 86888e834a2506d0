//! Setters that several vectorizers have.

/// How a text becomes terms: the setters of the [`Analysis`](super::analysis::Analysis) in a field.
macro_rules! analysis_setters {
    ($vectorizer:ty, $($field:ident).+) => {
        impl $vectorizer {
            /// Whether texts are lower-cased first (default `true`), by Unicode's rules.
            pub fn lowercase(mut self, lowercase: bool) -> Self {
                self.$($field).+.lowercase = lowercase;
                self
            }

            /// A function from each text to the text that is taken apart, instead of lower-casing (default none).
            pub fn preprocessor(mut self, f: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
                self.$($field).+.preprocessor = Some(std::sync::Arc::new(f));
                self
            }

            /// What takes texts apart into tokens (default [`Words`](crate::text::Words) of two characters or more).
            pub fn tokenizer(mut self, tokenizer: impl $crate::text::Tokenizer + 'static) -> Self {
                self.$($field).+.tokenizer = std::sync::Arc::new(tokenizer);
                self
            }

            /// What terms are made of (default [`Analyzer::Word`](crate::text::Analyzer::Word)).
            pub fn analyzer(mut self, analyzer: $crate::text::Analyzer) -> Self {
                self.$($field).+.analyzer = analyzer;
                self
            }

            /// Tokens that are left out (default none): [`StopWords::English`](crate::text::StopWords::English), or a list.
            pub fn stop_words(mut self, stop_words: impl Into<$crate::text::StopWords>) -> Self {
                self.$($field).+.stop_words = stop_words.into();
                self
            }

            /// How many tokens or characters make a term (default `1..=1`).
            pub fn ngram_range(mut self, ngram_range: std::ops::RangeInclusive<usize>) -> Self {
                self.$($field).+.ngram_range = ngram_range;
                self
            }

            /// The terms of one text, in their order: what scikit-learn's `build_analyzer` does.
            ///
            /// # Errors
            /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for `ngram_range`.
            pub fn analyze(&self, text: &str) -> $crate::error::Result<Vec<String>> {
                self.$($field).+.terms_of(text)
            }
        }
    };
}

/// Which terms become columns, for a type that is a `CountVectorizer` or has one in a field.
macro_rules! vocabulary_setters {
    ($vectorizer:ty $(, $field:ident)?) => {
        impl $vectorizer {
            /// Terms in fewer documents are left out (default 1).
            pub fn min_df(mut self, min_df: impl Into<$crate::text::DocumentFrequency>) -> Self {
                self$(.$field)?.limits.min_df = min_df.into();
                self
            }

            /// Terms in more documents are left out (default 1.0: all).
            pub fn max_df(mut self, max_df: impl Into<$crate::text::DocumentFrequency>) -> Self {
                self$(.$field)?.limits.max_df = max_df.into();
                self
            }

            /// Only so many terms, those that occur most often, become columns (default `None`: all).
            pub fn max_features(mut self, max_features: impl Into<Option<usize>>) -> Self {
                self$(.$field)?.limits.max_features = max_features.into();
                self
            }

            /// These terms become columns, in this order, instead of those of the documents (default none).
            pub fn vocabulary<S: Into<String>>(mut self, terms: impl IntoIterator<Item = S>) -> Self {
                self$(.$field)?.vocabulary = Some(terms.into_iter().map(Into::into).collect());
                self
            }

            /// Whether terms count once a document, however often they occur (default `false`).
            pub fn binary(mut self, binary: bool) -> Self {
                self$(.$field)?.binary = binary;
                self
            }
        }
    };
}

/// How counts become weights, for a type that is a `TfidfTransformer` or has one in a field.
macro_rules! tfidf_setters {
    ($vectorizer:ty $(, $field:ident)?) => {
        impl $vectorizer {
            /// The norm that rows get in the end (default [`Norm::L2`](crate::data::Norm::L2)); `None` for no scaling.
            pub fn norm(mut self, norm: impl Into<Option<$crate::data::Norm>>) -> Self {
                self$(.$field)?.norm = norm.into();
                self
            }

            /// Whether terms that are in few documents weigh more (default `true`).
            pub fn use_idf(mut self, use_idf: bool) -> Self {
                self$(.$field)?.use_idf = use_idf;
                self
            }

            /// Whether frequencies are counted as if one document more had each term once (default `true`).
            pub fn smooth_idf(mut self, smooth_idf: bool) -> Self {
                self$(.$field)?.smooth_idf = smooth_idf;
                self
            }

            /// Whether a count tf becomes 1 + ln tf (default `false`).
            pub fn sublinear_tf(mut self, sublinear_tf: bool) -> Self {
                self$(.$field)?.sublinear_tf = sublinear_tf;
                self
            }
        }
    };
}

pub(super) use {analysis_setters, tfidf_setters, vocabulary_setters};
