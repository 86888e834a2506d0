//! Words that are too common to tell anything.

use super::terms::Terms;

/// Which tokens are left out.
///
/// Tokens are compared after lower-casing and before n-grams are made; characters as terms are not filtered.
///
/// ```
/// use certifit::prelude::*;
/// use certifit::text::StopWords;
/// let text = "the fox and the dog";
/// assert_eq!(CountVectorizer::new().stop_words(StopWords::English).analyze(text)?, ["fox", "dog"]);
/// assert_eq!(CountVectorizer::new().stop_words(["the"]).analyze(text)?, ["fox", "and", "dog"]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StopWords {
    /// No token.
    #[default]
    None,
    /// scikit-learn's list of 318 English words. It was made without a task in mind, and lacks contractions; a list that
    /// fits the texts does better.
    English,
    /// These.
    Words(Vec<String>),
}

impl StopWords {
    pub(super) fn to_set(&self) -> Terms {
        match self {
            Self::None => Terms::default(),
            Self::English => ENGLISH.split(' ').collect(),
            Self::Words(words) => words.iter().map(String::as_str).collect(),
        }
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for StopWords {
    fn from(words: [S; N]) -> Self {
        Self::Words(words.map(Into::into).into())
    }
}

impl<S: Into<String>> From<Vec<S>> for StopWords {
    fn from(words: Vec<S>) -> Self {
        Self::Words(words.into_iter().map(Into::into).collect())
    }
}

/// The Glasgow Information Retrieval Group's list, as in scikit-learn.
#[rustfmt::skip]
const ENGLISH: &str = "\
a about above across after afterwards again against all almost alone along already also although always \
am among amongst amoungst amount an and another any anyhow anyone anything anyway anywhere are around as \
at back be became because become becomes becoming been before beforehand behind being below beside \
besides between beyond bill both bottom but by call can cannot cant co con could couldnt cry de describe \
detail do done down due during each eg eight either eleven else elsewhere empty enough etc even ever \
every everyone everything everywhere except few fifteen fifty fill find fire first five for former \
formerly forty found four from front full further get give go had has hasnt have he hence her here \
hereafter hereby herein hereupon hers herself him himself his how however hundred i ie if in inc indeed \
interest into is it its itself keep last latter latterly least less ltd made many may me meanwhile might \
mill mine more moreover most mostly move much must my myself name namely neither never nevertheless next \
nine no nobody none noone nor not nothing now nowhere of off often on once one only onto or other others \
otherwise our ours ourselves out over own part per perhaps please put rather re same see seem seemed \
seeming seems serious several she should show side since sincere six sixty so some somehow someone \
something sometime sometimes somewhere still such system take ten than that the their them themselves \
then thence there thereafter thereby therefore therein thereupon these they thick thin third this those \
though three through throughout thru thus to together too top toward towards twelve twenty two un under \
until up upon us very via was we well were what whatever when whence whenever where whereafter whereas \
whereby wherein whereupon wherever whether which while whither who whoever whole whom whose why will \
with within without would yet you your yours yourself yourselves";

#[cfg(test)]
mod tests {
    use super::StopWords;

    #[test]
    fn there_are_318_english_stop_words() {
        let words = StopWords::English.to_set();
        assert_eq!(words.len(), 318);
        assert!(words.id("the").is_some() && words.id("yourselves").is_some() && words.id("fox").is_none());
    }
}
