//! How field values show in `Debug`.

use std::fmt;

use voice_core::secret::redact;

/// A value whose `Debug` form is redacted: phone numbers, and whatever looks like a secret.
pub(crate) struct Shown<'a, T>(pub(crate) &'a T);

impl<T: fmt::Debug> fmt::Debug for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if f.alternate() {
            format!("{:#?}", self.0)
        } else {
            format!("{:?}", self.0)
        };
        f.write_str(&redact(&text))
    }
}

/// Stands for a value that is set and is nobody's business.
pub(crate) struct NotShown;

impl fmt::Debug for NotShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[not shown]")
    }
}
