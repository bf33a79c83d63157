//! Secrets in their two forms.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretSlice};

use crate::error::{Error, ErrorKind};
use crate::webhook::mac::{Keyed, Tag};

use super::SCHEME;

/// What stands before the base64 of a secret.
const PREFIX: &str = "whsec_";

/// A secret that webhooks are signed with.
///
/// It is bytes, and providers write those down in two ways. Which one it is cannot be seen from the text alone, so that
/// there is a constructor for each.
///
/// ```
/// use voice_core::webhook::standard::SigningKey;
///
/// let key = SigningKey::from_whsec("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// assert_eq!(format!("{key:?}"), "SigningKey([REDACTED])");
/// assert_eq!(
///     key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#),
///     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
/// );
/// assert!(SigningKey::from_whsec("whsec_").is_err());
/// # Ok::<(), voice_core::error::Error>(())
/// ```
#[derive(Clone)]
pub struct SigningKey(Keyed);

impl SigningKey {
    /// A secret in the form `whsec_` + base64 (standard alphabet, with padding).
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the prefix is missing, the rest is not base64 to the letter, or nothing is encoded in it:
    /// anybody can sign with an empty secret. The text is not quoted.
    pub fn from_whsec(secret: &str) -> Result<Self, Error> {
        let encoded = secret
            .strip_prefix(PREFIX)
            .ok_or_else(|| refused("does not begin with whsec_"))?;
        if encoded.trim().is_empty() {
            return Err(refused("is empty: anybody could sign with it"));
        }
        let bytes = STANDARD
            .decode(encoded)
            .map_err(|_| refused("is not base64 with padding after whsec_"))?;
        let bytes = SecretSlice::from(bytes);
        Ok(Self(Keyed::new(bytes.expose_secret())))
    }

    /// A secret whose UTF-8 bytes are the key as they stand, whatever they look like.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when it is empty, blank, or nothing but the prefix `whsec_`.
    pub fn from_raw(secret: &str) -> Result<Self, Error> {
        let bare = secret.trim();
        if bare.is_empty() || bare == PREFIX {
            return Err(refused("is empty: anybody could sign with it"));
        }
        Ok(Self(Keyed::new(secret.as_bytes())))
    }

    /// A secret of either form: with the prefix as [`from_whsec`](Self::from_whsec), without it as
    /// [`from_raw`](Self::from_raw). This is how OpenAI's own libraries read one; those of Standard Webhooks take a text
    /// without the prefix for base64.
    ///
    /// # Errors
    /// Those of the form it has.
    pub fn from_text(secret: &str) -> Result<Self, Error> {
        if secret.starts_with(PREFIX) {
            Self::from_whsec(secret)
        } else {
            Self::from_raw(secret)
        }
    }

    /// An entry of the signature header, `v1,` and base64. For simulators, and for signing one's own webhooks; to verify is
    /// the business of [`StandardWebhooks`](super::StandardWebhooks).
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        let message: [&[u8]; 5] = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
        format!("v1,{}", self.tag(&message).text(SCHEME))
    }

    pub(super) fn tag(&self, message: &[&[u8]]) -> Tag {
        self.0.tag(SCHEME, message)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey([REDACTED])")
    }
}

fn refused(why: &str) -> Error {
    Error::new(ErrorKind::Config, format!("the webhook secret {why}"))
}
