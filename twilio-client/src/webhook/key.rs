//! The keys a webhook may be signed with.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;
use secrecy::SecretString;
use voice_core::error::Error;
use voice_core::ident::AccountSid;
use voice_core::webhook::{Keys, Scheme, WebhookError};

use super::SIGNATURE_HEADER;
use crate::client::PROVIDER;

/// A key, whose it is, and how and where it signs.
///
/// ```
/// use twilio_client::webhook::{SignatureValidator, WebhookKey};
/// use voice_core::ident::AccountSid;
/// use voice_core::webhook::Scheme;
///
/// let account = AccountSid::parse("AC0123456789abcdef0123456789abcdef")?;
/// let validator = SignatureValidator::with_keys([
///     WebhookKey::auth_token("0123456789abcdef0123456789abcdef")?.of_account(account),
///     WebhookKey::shared("a key of my own", Scheme::HmacSha256Base64)?.in_header("x-twilio-signature-sha256"),
/// ])?;
/// assert_eq!(format!("{validator:?}"), "SignatureValidator(2 keys)");
/// assert!(WebhookKey::auth_token(" ").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct WebhookKey {
    maker: Maker,
    header: &'static str,
    account: Option<AccountSid>,
}

#[derive(Clone)]
enum Maker {
    Scheme(Keys, Scheme),
    Custom(SecretString, Arc<dyn SignatureAlgorithm>),
}

/// A way to sign that [`Scheme`] does not have.
///
/// Twilio lets customers bring a key of their own and choose the algorithm. What is signed is taken to be the same text.
pub trait SignatureAlgorithm: Send + Sync {
    /// Whether `secret` made `signature`, the text of the header, over `message`, whose parts are joined without a
    /// separator. It must compare in constant time and must not panic, whatever the signature is.
    fn made(&self, secret: &SecretString, message: &[&[u8]], signature: &str) -> bool;
}

impl WebhookKey {
    /// An account's primary Auth Token: HMAC-SHA1 in `X-Twilio-Signature`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when it is empty or blank: anybody could sign with it.
    pub fn auth_token(token: impl Into<SecretString>) -> Result<Self, Error> {
        Self::shared(token, Scheme::HmacSha1Base64)
    }

    /// A key of your own that was given to Twilio, with a known algorithm.
    ///
    /// # Errors
    /// As for [`auth_token`](Self::auth_token).
    pub fn shared(secret: impl Into<SecretString>, scheme: Scheme) -> Result<Self, Error> {
        Ok(Self::with(Maker::Scheme(checked(secret.into())?, scheme)))
    }

    /// A key of your own that was given to Twilio, with any algorithm.
    ///
    /// # Errors
    /// As for [`auth_token`](Self::auth_token).
    pub fn custom(
        secret: impl Into<SecretString>,
        algorithm: impl SignatureAlgorithm + 'static,
    ) -> Result<Self, Error> {
        let secret = secret.into();
        checked(secret.clone())?;
        Ok(Self::with(Maker::Custom(secret, Arc::new(algorithm))))
    }

    const fn with(maker: Maker) -> Self {
        Self {
            maker,
            header: SIGNATURE_HEADER,
            account: None,
        }
    }

    /// The same for webhooks of this account only: where a webhook names its account (`AccountSid`), it must be this one.
    #[must_use]
    pub fn of_account(mut self, account: AccountSid) -> Self {
        self.account = Some(account);
        self
    }

    /// The same with the signature in another header than `X-Twilio-Signature`.
    #[must_use]
    pub const fn in_header(mut self, name: &'static str) -> Self {
        self.header = name;
        self
    }

    /// The account it was given for.
    #[must_use]
    pub const fn account(&self) -> Option<AccountSid> {
        self.account
    }

    /// The signature as it stands in this key's header.
    pub(super) fn signature<'h>(&self, headers: &'h HeaderMap) -> Result<&'h str, WebhookError> {
        headers
            .get(self.header)
            .ok_or(WebhookError::MissingHeader(self.header))?
            .to_str()
            .map_err(|_| WebhookError::Malformed(self.header))
    }

    /// Whether it made the signature.
    pub(super) fn made(&self, message: &[&[u8]], signature: &str) -> bool {
        match &self.maker {
            Maker::Scheme(keys, scheme) => keys.signed_by(*scheme, message, &[signature]).is_some(),
            Maker::Custom(secret, algorithm) => algorithm.made(secret, message, signature),
        }
    }

    /// Whether it signs for an account of this name; a webhook that names none is anybody's.
    pub(super) fn signs_for(&self, named: Option<&str>) -> bool {
        match (self.account, named) {
            (Some(own), Some(named)) => own.as_str() == named,
            _ => true,
        }
    }
}

/// The secret, unless it is empty.
fn checked(secret: SecretString) -> Result<Keys, Error> {
    Keys::new([secret]).map_err(|error| error.with_operation(PROVIDER, "webhook"))
}

/// No part of the secret is shown.
impl fmt::Debug for WebhookKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithm: &dyn fmt::Debug = match &self.maker {
            Maker::Scheme(_, scheme) => scheme,
            Maker::Custom(..) => &"custom",
        };
        f.debug_struct("WebhookKey")
            .field("algorithm", algorithm)
            .field("header", &self.header)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
