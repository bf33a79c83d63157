//! Redaction with the secrets of one client at hand.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use secrecy::{ExposeSecret, SecretString};

use super::walk::redact_until;
use super::{Redacted, known};

/// Fewest characters of a secret that is looked for: shorter ones would be found everywhere.
const SHORTEST: usize = 4;
/// Widest a byte of a secret may be written: `\u002F`.
const WIDEST_ESCAPE: usize = 6;

/// Hides the secrets it was given, in any escaping, and then everything [`redact`](super::redact) hides.
///
/// Built once per client; a clone shares the secrets. Secrets of fewer than 4 characters are not looked for, since they
/// would be found in any text, nor is one that is part of the marker `[REDACTED]` itself. A secret is found as it is,
/// percent-encoded (wholly or in part), escaped in JSON or in XML. Its base64 is found only if it was registered with
/// [`with_basic`](Redactor::with_basic).
///
/// Takes time linear in the text for each secret.
///
/// ```
/// use voice_core::secret::{Redactor, SecretString};
///
/// let token = SecretString::from("s3cr/t");
/// let redactor = Redactor::new([token.clone()]).with_basic("AC1", &token);
/// assert_eq!(redactor.apply("no such key: s3cr%2Ft"), "no such key: [REDACTED]");
/// assert_eq!(redactor.apply("sent QUMxOnMzY3IvdA=="), "sent [REDACTED]");
/// ```
#[derive(Clone, Default)]
pub struct Redactor {
    needles: Arc<[SecretString]>,
}

impl Redactor {
    /// Looks for `secrets`.
    #[must_use]
    pub fn new(secrets: impl IntoIterator<Item = SecretString>) -> Self {
        Self {
            needles: secrets.into_iter().filter(is_searchable).collect(),
        }
    }

    /// Looks for `secret` as well.
    #[must_use]
    pub fn with_secret(self, secret: SecretString) -> Self {
        self.with([secret])
    }

    /// Looks for `secret` as well, and for the base64 of `user:secret` that HTTP basic authentication (RFC 7617) sends.
    #[must_use]
    pub fn with_basic(self, user: &str, secret: &SecretString) -> Self {
        let pair = SecretString::from(format!("{user}:{}", secret.expose_secret()));
        let encodings = [STANDARD, URL_SAFE].map(|engine| {
            let padded = SecretString::from(engine.encode(pair.expose_secret()));
            let bare = SecretString::from(padded.expose_secret().trim_end_matches('='));
            [padded, bare]
        });
        self.with(encodings.into_iter().flatten().chain([secret.clone()]))
    }

    fn with(self, more: impl IntoIterator<Item = SecretString>) -> Self {
        let mut needles = self.needles.to_vec();
        for secret in more.into_iter().filter(is_searchable) {
            let is_new = needles
                .iter()
                .all(|known| known.expose_secret() != secret.expose_secret());
            if is_new {
                needles.push(secret);
            }
        }
        Self {
            needles: needles.into(),
        }
    }

    /// `text` without known secrets and without what looks like one; borrowed when there was nothing to hide.
    #[must_use]
    pub fn apply<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.apply_until(text, text.len())
    }

    /// As [`apply`](Self::apply), of what starts before `limit`; the rest is only looked at.
    pub(super) fn apply_until<'a>(&self, text: &'a str, limit: usize) -> Cow<'a, str> {
        let needles = self.needles.iter().map(ExposeSecret::expose_secret);
        let found = known::find(text, &needles);
        if found.is_empty() {
            return redact_until(text, limit);
        }
        let mut hidden = String::with_capacity(text.len());
        let mut copied = 0;
        let mut hidden_limit = None;
        for secret in found {
            // Where the limit lies in the new text: behind the marker, if it lies inside a secret.
            if limit <= secret.start && hidden_limit.is_none() {
                hidden_limit = Some(hidden.len() + (limit - copied));
            }
            hidden.push_str(text.get(copied..secret.start).unwrap_or_default());
            hidden.push_str(Redacted::TEXT);
            copied = secret.end;
            if limit < copied && hidden_limit.is_none() {
                hidden_limit = Some(hidden.len());
            }
        }
        let hidden_limit = hidden_limit.unwrap_or_else(|| hidden.len() + (limit - copied));
        hidden.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(redact_until(&hidden, hidden_limit).into_owned())
    }

    /// How many bytes the longest secret may take in a text, however it is written.
    pub(super) fn reach(&self) -> usize {
        let longest = self
            .needles
            .iter()
            .map(|needle| needle.expose_secret().len());
        longest.max().unwrap_or(0).saturating_mul(WIDEST_ESCAPE)
    }
}

fn is_searchable(secret: &SecretString) -> bool {
    let secret = secret.expose_secret();
    secret.chars().count() >= SHORTEST && !Redacted::TEXT.contains(secret)
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor")
            .field("secrets", &self.needles.len())
            .finish()
    }
}

impl FromIterator<SecretString> for Redactor {
    fn from_iter<T: IntoIterator<Item = SecretString>>(secrets: T) -> Self {
        Self::new(secrets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor(secrets: &[&str]) -> Redactor {
        secrets
            .iter()
            .map(|secret| SecretString::from(*secret))
            .collect()
    }

    #[test]
    fn known_secrets_go_first_and_looks_second() {
        let redactor = redactor(&["hunter22"]);
        assert_eq!(
            redactor.apply("hunter22 called +14155552671"),
            "[REDACTED] called +14*******71"
        );
        assert_eq!(redactor.apply("token=ahunter22b c"), "token=[REDACTED] c");
        assert_eq!(redactor.apply("Bearer ahunter22b c"), "Bearer [REDACTED] c");
        assert!(matches!(
            redactor.apply("nothing"),
            Cow::Borrowed("nothing")
        ));
    }

    #[test]
    fn short_secrets_and_the_marker_are_not_looked_for() {
        let redactor = redactor(&["abc", "", "DACT"]);
        assert_eq!(redactor.apply("abc DACT"), "abc DACT");
        assert_eq!(format!("{redactor:?}"), "Redactor { secrets: 0 }");
    }

    #[test]
    fn basic_credentials_are_found_padded_or_not_in_both_alphabets() {
        let secret = SecretString::from("pässwörd??>");
        let redactor = Redactor::default().with_basic("AC1", &secret);
        let pair = "AC1:pässwörd??>";
        for encoded in [STANDARD.encode(pair), URL_SAFE.encode(pair)] {
            let bare = encoded.trim_end_matches('=');
            assert_eq!(redactor.apply(&encoded), "[REDACTED]");
            assert_eq!(redactor.apply(&format!("x {bare} y")), "x [REDACTED] y");
        }
        assert_eq!(redactor.apply("pässwörd??> y"), "[REDACTED] y");
    }

    #[test]
    fn debug_tells_no_secret() {
        let redactor = redactor(&["hunter22"]).with_secret(SecretString::from("hunter22"));
        assert_eq!(format!("{redactor:?}"), "Redactor { secrets: 1 }");
    }

    #[test]
    fn a_limit_may_lie_before_in_or_behind_a_secret() {
        let redactor = redactor(&["hunter22"]);
        let text = "ab hunter22 cd hunter22";
        for (limit, shown) in [
            (0, ""),
            (2, "ab"),
            (3, "ab "),
            (5, "ab [REDACTED]"),
            (11, "ab [REDACTED]"),
            (13, "ab [REDACTED] c"),
            (23, "ab [REDACTED] cd [REDACTED]"),
        ] {
            assert_eq!(redactor.apply_until(text, limit), shown, "{limit}");
        }
    }
}
