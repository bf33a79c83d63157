//! Redaction: what makes a text fit for a log, an error or a span.
//!
//! Everything that leaves the process as text (an excerpt of a provider's answer, an error message, a log value) goes
//! through here. Two nets lie one under the other: a [`Redactor`] knows the secrets of its client literally and finds
//! them in any escaping; [`redact`] knows none and goes by looks: phone numbers, names that announce a secret,
//! authorization schemes, URL userinfo, and the key shapes of the providers of this family.
//!
//! When in doubt a value is hidden: a log line that says too little can be read again, one that says too much cannot
//! be taken back. Secrets themselves are held as [`SecretString`], which is zeroed when dropped and has no `Display`.
//!
//! ```
//! use voice_core::secret::redact;
//!
//! assert_eq!(
//!     redact(r#"{"to":"+14155552671","authToken":"abc"}"#),
//!     r#"{"to":"+14*******71","authToken":"[REDACTED]"}"#,
//! );
//! ```

mod excerpt;
mod known;
mod names;
mod phone;
mod redactor;
mod scan;
mod shape;
mod slot;
mod url;
mod value;
mod walk;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

pub use excerpt::{EXCERPT_BYTES, EXCERPT_WINDOW, excerpt};
pub use redactor::Redactor;
pub use secrecy::{ExposeSecret, SecretString};

/// Stands where a secret was: Display and Debug both print `[REDACTED]`.
///
/// ```
/// use voice_core::secret::Redacted;
///
/// assert_eq!(format!("{Redacted} {Redacted:?}"), "[REDACTED] [REDACTED]");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Redacted;

impl Redacted {
    /// The text itself, as [`redact`] puts it in place of a secret.
    pub const TEXT: &'static str = "[REDACTED]";
}

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(Self::TEXT)
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::TEXT)
    }
}

/// Makes any text fit for a log; borrows it when there is nothing to hide.
///
/// What is hidden:
///
/// - **Phone numbers**: `+` and 7 or more digits, also apart by blanks, dots, dashes or brackets and also with the plus
///   written `%2B`, `%252B`, `\u002B` or `&#43;`; and bare runs of 10 to 15 digits that touch no other letter or digit.
///   The plus, the first two and the last two digits stay, each digit between becomes `*`, separators go:
///   `+1 (415) 555-2671` is shown as `+14*******71`. National numbers of fewer digits or with separators but without
///   a plus are not recognised.
/// - **Values of names that announce a secret**, in JSON (also escaped inside a string), forms, headers, XML elements and
///   Rust's Debug output. A name counts when it contains, without regard to case, `_` and `-`: `token`, `secret`,
///   `password`, `passwd`, `passphrase`, `apikey`, `authorization`, `signature`, `credential`, `cookie`, `joinurl`,
///   `presignedurl`, `authkey`, `accesskey`, `privatekey`, `publickey`, or is `sig`, `pwd`, `pass` or `jwt`. Names that
///   end in `sid`, `type`, `count`, `ttl`, `limits`, `details`, `timestamp`, `expiresat` or `expiresin` do not count;
///   neither do numbers of tokens (`"max_tokens":4096`), `null`, `true` and `false`.
/// - **Schemes**: what follows `Bearer` or `Basic`.
/// - **URLs**: the userinfo of any URL, the password of a SIP URI, path and query of a `ws` or `wss` URL whose path has a
///   segment `calls` (an Ultravox `joinUrl` is a bearer secret).
/// - **Key shapes**: `sk-…`, `ek_…`, `whsec_…`, `po_…`, Ultravox keys (8 letters or digits, a dot, 32 more) and JWTs.
///
/// Identifiers stay: Twilio SIDs, `RQ…` request ids, 32 hex digits, UUIDs.
///
/// Runs in time linear in the length of the text and never panics. Redacting twice changes nothing more as far as phone
/// numbers go.
///
/// ```
/// use std::borrow::Cow;
/// use voice_core::secret::redact;
///
/// assert_eq!(redact("Authorization: Basic QUM6eA=="), "Authorization: [REDACTED]");
/// assert_eq!(redact("https://u:p@host/x"), "https://[REDACTED]@host/x");
/// assert!(matches!(redact("CA00000000000000000000000000000001 is busy"), Cow::Borrowed(_)));
/// ```
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    walk::redact_until(text, text.len())
}
