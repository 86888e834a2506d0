//! What vectorizers read.

use crate::data::Targets;

/// Texts, one a row: any slice, array, vector or one-dimensional `ndarray` of what is `AsRef<str>`.
///
/// They are [`Rows`](crate::data::Rows) too, so that `train_test_split` and `cross_val_score` take them as they are.
///
/// ```
/// use certifit::text::Documents;
/// assert_eq!(["a text", "another"].document(1), "another");
/// assert_eq!(vec![String::from("a text")].document(0), "a text");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold documents",
    label = "expected one text a row",
    note = "documents are `Vec<S>`, `[S]`, `[S; N]` and `ndarray` arrays of one dimension, for `S` such as `String` and `&str`"
)]
pub trait Documents: Targets {
    /// The text of a row.
    fn document(&self, row: usize) -> &str;
}

impl<D: Targets + ?Sized> Documents for D
where
    D::Value: AsRef<str>,
{
    fn document(&self, row: usize) -> &str {
        self.value(row).as_ref()
    }
}
