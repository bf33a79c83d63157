//! Checks `X-Twilio-Signature`.

use std::borrow::Cow;
use std::fmt;

use http::{HeaderMap, Method};
use secrecy::SecretString;
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use voice_core::config::Environment;
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::{AccountSid, AuthToken};
use voice_core::provider::WebhookVerifier;
use voice_core::webhook::{WebhookError, WebhookEvent, WebhookRequest};

use super::{Params, WebhookKey, form, url};
use crate::client::PROVIDER;

/// Proves that a webhook comes from Twilio.
///
/// The key is the **primary Auth Token** of the account that owns the number or call: not an API key's secret, and a
/// subaccount has its own. Several keys may be given, for a rotation, for several accounts, or for keys of one's own
/// ([`WebhookKey`]); a key that was given for one account only signs for that account.
///
/// Nothing in the signature is a time, so a captured webhook can be replayed: remember [`dedup_key`](super::dedup_key)s.
#[derive(Clone)]
pub struct SignatureValidator {
    keys: Vec<WebhookKey>,
}

/// A signature that was found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Which key made it, in the order they were given.
    pub key: usize,
    /// The account that key was given for.
    pub account: Option<AccountSid>,
}

impl SignatureValidator {
    /// Checks with one Auth Token, for webhooks of any account.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when it is empty: anybody could sign with it.
    pub fn new(auth_token: impl Into<SecretString>) -> Result<Self, Error> {
        Self::with_tokens([auth_token.into()])
    }

    /// Checks with several Auth Tokens, any of which may have signed.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when there is none or one is empty.
    pub fn with_tokens(auth_tokens: impl IntoIterator<Item = SecretString>) -> Result<Self, Error> {
        Self::with_accounts(auth_tokens.into_iter().map(|token| (None, token)))
    }

    /// Checks with the Auth Tokens of several accounts; a token given with an account signs for webhooks of that account
    /// only (their `AccountSid`).
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when there is none or one is empty.
    pub fn with_accounts(
        tokens: impl IntoIterator<Item = (Option<AccountSid>, SecretString)>,
    ) -> Result<Self, Error> {
        let keys = tokens.into_iter().map(|(account, token)| {
            let key = WebhookKey::auth_token(token)?;
            Ok(match account {
                Some(account) => key.of_account(account),
                None => key,
            })
        });
        Self::with_keys(keys.collect::<Result<Vec<_>, Error>>()?)
    }

    /// Checks with a ring of keys, any of which may have signed.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when there is none.
    pub fn with_keys(keys: impl IntoIterator<Item = WebhookKey>) -> Result<Self, Error> {
        let keys: Vec<WebhookKey> = keys.into_iter().collect();
        if keys.is_empty() {
            let error = Error::new(ErrorKind::Config, "a webhook verifier needs a secret");
            return Err(error.with_operation(PROVIDER, "webhook"));
        }
        Ok(Self { keys })
    }

    /// Checks with the `TWILIO_AUTH_TOKEN` of the environment of this process.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when it is missing or malformed.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_environment(&Environment::process())
    }

    /// Checks with the `TWILIO_AUTH_TOKEN` of given settings.
    ///
    /// # Errors
    /// As for [`from_env`](Self::from_env).
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        let mut reader = environment.reader(PROVIDER);
        let token = reader.required::<AuthToken>(&["TWILIO_AUTH_TOKEN"]);
        reader.finish()?;
        Self::with_tokens(token.map(|token| SecretString::from(token.expose())))
    }

    /// Checks the signature of a request: a webhook by POST or GET, with a form, JSON or no body.
    ///
    /// # Errors
    /// [`WebhookError::MissingHeader`], [`WebhookError::Malformed`], [`WebhookError::BadSignature`], and
    /// [`WebhookError::BodyMismatch`] when the signature is good but the body is not the one it was made for.
    pub fn check(&self, request: &WebhookRequest<'_>) -> Result<Verified, WebhookError> {
        self.checked(request).map(|(verified, _)| verified)
    }

    /// Checks the upgrade of a WebSocket, of a media stream or of ConversationRelay, **before** it is accepted.
    ///
    /// The URL is the `wss://` one of the TwiML, byte for byte. A server knows its own URL as `https://`, so that scheme is
    /// taken for `wss://` here, and `http://` for `ws://`. An upgrade names no account: a key that was given for one
    /// signs for all of them, and [`Verified::account`] says which it was.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use twilio_client::webhook::{Params, SIGNATURE_HEADER, SignatureValidator, external_url, sign};
    ///
    /// let token = "0123456789abcdef0123456789abcdef";
    /// let validator = SignatureValidator::new(token)?;
    /// let mut headers = HeaderMap::new();
    /// # let signature = sign(token, "wss://media.example.com/stream", &Params::default());
    /// # headers.insert(SIGNATURE_HEADER, signature.parse()?);
    /// // headers: those of the upgrade request
    /// let url = external_url("https://media.example.com", "/stream");
    /// assert!(validator.check_upgrade(&url, &headers).is_ok());
    /// assert!(validator.check_upgrade(&url, &HeaderMap::new()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As for [`check`](Self::check).
    pub fn check_upgrade(&self, url: &str, headers: &HeaderMap) -> Result<Verified, WebhookError> {
        let url = url::of_socket(url);
        self.check(&WebhookRequest::new(&Method::GET, &url, headers, b""))
    }

    /// Checks, and hands on the parameters that were read for it.
    fn checked(&self, request: &WebhookRequest<'_>) -> Result<(Verified, Params), WebhookError> {
        let signatures = self.signatures(request.headers)?;
        let has_form = form::has_form(request);
        let params = Params::of(request, has_form);
        let canonical = if has_form {
            params.canonical()
        } else {
            Cow::Borrowed("")
        };
        let content = Content::of(request, &canonical);
        let named = params.filled("AccountSid");
        let texts = url::Candidates::of(request.url);
        let mut found = None;
        // All keys are tried, so that the time taken tells nothing of which one fits. How the URL was written is no secret.
        for (at, key, signature) in signatures {
            let made =
                texts.any(|url| key.made(&[url.as_bytes(), canonical.as_bytes()], signature));
            if made && key.signs_for(named) && found.is_none() {
                found = Some(Verified {
                    key: at,
                    account: key.account(),
                });
            }
        }
        let verified = found.ok_or(WebhookError::BadSignature)?;
        match content {
            Content::Hashed(hash) if !is_hash_of(hash, request.body) => {
                Err(WebhookError::BodyMismatch)
            }
            // Only the URL is signed, and nothing in it speaks of this body.
            Content::Unsigned => Err(WebhookError::BodyMismatch),
            _ => Ok((verified, params)),
        }
    }

    /// Each key with its position and the signature in its header; an error when no key has one.
    fn signatures<'a>(
        &'a self,
        headers: &'a HeaderMap,
    ) -> Result<Vec<(usize, &'a WebhookKey, &'a str)>, WebhookError> {
        let mut signatures = Vec::with_capacity(self.keys.len());
        let mut problem = WebhookError::BadSignature;
        for (at, key) in self.keys.iter().enumerate().rev() {
            match key.signature(headers) {
                Ok(signature) => signatures.push((at, key, signature)),
                Err(error) => problem = error,
            }
        }
        if signatures.is_empty() {
            return Err(problem);
        }
        signatures.reverse();
        Ok(signatures)
    }
}

/// What of the body is signed.
enum Content<'a> {
    /// Its parameters, after the URL.
    Form,
    /// Its hash, in the URL.
    Hashed(&'a str),
    /// There is none.
    Empty,
    /// Nothing.
    Unsigned,
}

impl<'a> Content<'a> {
    fn of(request: &WebhookRequest<'a>, canonical: &str) -> Self {
        // A form of separators alone adds nothing to what is signed: it is a body like any other.
        if !canonical.is_empty() {
            return Self::Form;
        }
        // Also for an empty body: else one that was taken away would not be missed.
        let hash = url::query(request.url)
            .split('&')
            .find_map(|pair| pair.strip_prefix("bodySHA256="));
        match hash {
            Some(hash) => Self::Hashed(hash),
            None if request.body.is_empty() => Self::Empty,
            None => Self::Unsigned,
        }
    }
}

/// Whether `hex` is the SHA-256 of `body`, all 64 digits of it.
fn is_hash_of(hex: &str, body: &[u8]) -> bool {
    use std::fmt::Write as _;

    let mut expected = String::with_capacity(64);
    for byte in Sha256::digest(body) {
        let _ = write!(expected, "{byte:02x}");
    }
    expected
        .as_bytes()
        .ct_eq(hex.to_ascii_lowercase().as_bytes())
        .into()
}

impl WebhookVerifier for SignatureValidator {
    fn verify(&self, request: &WebhookRequest<'_>) -> Result<WebhookEvent, WebhookError> {
        let (_, params) = self.checked(request)?;
        let payload = if form::is_form(request.headers) || request.body.is_empty() {
            params.to_value()
        } else {
            serde_json::from_slice(request.body)
                .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(request.body)))
        };
        Ok(WebhookEvent::new(PROVIDER, form::kind_of(&params), payload)
            .with_dedup_key(super::dedup_key(request.headers, &params))
            .with_call(params.filled("CallSid").and_then(|sid| sid.parse().ok())))
    }
}

impl fmt::Debug for SignatureValidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignatureValidator({} keys)", self.keys.len())
    }
}
