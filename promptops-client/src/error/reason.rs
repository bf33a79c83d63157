//! Why credentials were refused.

use voice_core::error::Error;
use voice_core::open_enum;

open_enum! {
    /// Why credentials were refused, as far as the service's words tell.
    pub enum AuthReason {
        /// Signature or timestamp were not sent: the service wants a signed request.
        MissingHeaders = "missing_headers",
        /// The timestamp is more than 300 s off, or not of the format this service reads.
        Timestamp = "timestamp",
        /// The service does not know the key.
        InvalidKey = "invalid_key",
        /// The key was revoked.
        KeyRevoked = "key_revoked",
        /// The key's time is over.
        KeyExpired = "key_expired",
        /// The key is in another state than active; the error's context has it as `key_state`.
        KeyInactive = "key_inactive",
        /// The signature does not match: another secret, or another key mode.
        InvalidSignature = "invalid_signature",
        /// Key or signature; the service does not tell which.
        KeyOrSignature = "key_or_signature",
        /// No credentials arrived.
        NotAuthenticated = "not_authenticated",
        /// The bearer token of an operation outside `/v1/client` was refused.
        InvalidToken = "invalid_token",
    }
}

impl AuthReason {
    /// The key of the error's context under which it is kept.
    pub(crate) const CONTEXT: &'static str = "auth_reason";

    /// The reason of a refusal; `None` for any other failure, and for words nobody knows.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        error.context_value(Self::CONTEXT).map(Self::from_word)
    }

    /// Reads the service's words.
    pub(crate) fn from_message(message: &str) -> Option<Self> {
        const WORDS: [(&str, AuthReason); 9] = [
            ("missing signature or timestamp", AuthReason::MissingHeaders),
            ("expired timestamp", AuthReason::Timestamp),
            ("api key or signature", AuthReason::KeyOrSignature),
            ("invalid api key", AuthReason::InvalidKey),
            ("api key is revoked", AuthReason::KeyRevoked),
            ("api key has expired", AuthReason::KeyExpired),
            ("invalid signature", AuthReason::InvalidSignature),
            ("not authenticated", AuthReason::NotAuthenticated),
            ("could not validate credentials", AuthReason::InvalidToken),
        ];
        let message = message.to_ascii_lowercase();
        let known = WORDS.into_iter().find(|(text, _)| message.contains(text));
        known.map(|(_, reason)| reason).or_else(|| {
            let state = message.strip_prefix("api key is ")?;
            Some(if state.starts_with("expired") {
                Self::KeyExpired
            } else {
                Self::KeyInactive
            })
        })
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::MissingHeaders => {
                "The service wants signed requests: give the builder the secret, and do not choose BearerOnly"
            }
            Self::Timestamp => {
                "Set this machine's clock right (300 s are allowed), or choose the timestamp format the service reads: the \
                 reference server takes TimestampFormat::NaiveIso and refuses a trailing Z"
            }
            Self::InvalidSignature => {
                "Check the secret, and the key mode: the reference server signs with the SHA-256 of the secret \
                 (KeyMode::SecretSha256Hex)"
            }
            Self::InvalidKey => "Check the key: the service does not know it",
            Self::KeyRevoked | Self::KeyExpired | Self::KeyInactive => {
                "Make a new key, or activate this one"
            }
            Self::NotAuthenticated => {
                "No credentials arrived: look for a proxy that removes headers"
            }
            Self::InvalidToken => {
                "Get a fresh bearer token; operations outside /v1/client take no API key"
            }
            Self::KeyOrSignature | Self::Other(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_server_are_told_apart() {
        for (message, reason) in [
            (
                "Missing signature or timestamp headers",
                AuthReason::MissingHeaders,
            ),
            ("Invalid or expired timestamp", AuthReason::Timestamp),
            ("Invalid API key", AuthReason::InvalidKey),
            ("API key is revoked", AuthReason::KeyRevoked),
            ("API key is suspended", AuthReason::KeyInactive),
            ("API key has expired", AuthReason::KeyExpired),
            ("Invalid signature", AuthReason::InvalidSignature),
            ("Invalid API key or signature", AuthReason::KeyOrSignature),
            ("Not authenticated", AuthReason::NotAuthenticated),
            ("Could not validate credentials", AuthReason::InvalidToken),
        ] {
            assert_eq!(AuthReason::from_message(message), Some(reason), "{message}");
        }
        assert_eq!(AuthReason::from_message("no"), None);
    }
}
