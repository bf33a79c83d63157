//! How values show in `Debug`.

use std::fmt;

use crate::secret::redact;

/// A value whose `Debug` form is redacted: phone numbers, and whatever looks like a secret.
///
/// For `Debug` written by hand, around a field of which some is fit for a log.
///
/// ```
/// use voice_core::wire::Shown;
///
/// assert_eq!(format!("{:?}", Shown(&"ring +15551234567")), r#""ring +15*******67""#);
/// ```
pub struct Shown<'a, T: ?Sized>(pub &'a T);

impl<T: fmt::Debug + ?Sized> fmt::Debug for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if f.alternate() {
            format!("{:#?}", self.0)
        } else {
            format!("{:?}", self.0)
        };
        f.write_str(&redact(&text))
    }
}

/// Stands for a value that is set and is nobody's business: `[not shown]`.
pub struct NotShown;

impl fmt::Debug for NotShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[not shown]")
    }
}
