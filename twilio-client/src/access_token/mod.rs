//! Access tokens: what a browser or a mobile app signs in to Twilio with.
//!
//! An access token is a JWT (RFC 7519) that your server signs with the secret of an API key and hands to one client. It
//! says who the client is ([`identity`](AccessTokenBuilder::identity)), what it may do (its grants) and until when. Twilio
//! checks it when the client connects; nothing is requested from Twilio to make one.
//!
//! ```
//! use std::time::Duration;
//! use twilio_client::access_token::{AccessToken, VoiceGrant};
//! use voice_core::ident::{AccountSid, ApiKeySid, ApplicationSid};
//! use voice_core::secret::SecretString;
//!
//! let account = AccountSid::parse(concat!("AC", "00112233445566778899aabbccddeeff"))?;
//! let key = ApiKeySid::parse(concat!("SK", "00112233445566778899aabbccddeeff"))?;
//! let secret = SecretString::from("the secret of that API key");
//! let app = ApplicationSid::parse(concat!("AP", "00112233445566778899aabbccddeeff"))?;
//!
//! // Alice may be called in her browser, and what she dials is handled by the TwiML application.
//! let grant = VoiceGrant::new().allow_incoming().outgoing(app);
//! let token = AccessToken::voice(account, key, secret, "alice", grant)
//!     .lifetime(Duration::from_secs(300))
//!     .build()?;
//!
//! assert_eq!(format!("{token:?}").matches("eyJ").count(), 0, "a log shows nothing of it");
//! let body = format!(r#"{{"token":"{}"}}"#, token.expose());
//! # assert!(body.contains("eyJ"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A token is a bearer secret until it expires: send it over https only, give each client its own, and keep its lifetime
//! short, since it cannot be taken back. A builder can be kept and [built](AccessTokenBuilder::build) from again: every
//! token is stamped with the time it is made.
//!
//! # When Twilio refuses one
//!
//! | code | what is wrong |
//! |---|---|
//! | 20101, 20160, 31204 | the token is not one, or was cut off on its way |
//! | 20102, 20152 | header: `typ`, `alg` or `cty`; not possible with this builder |
//! | 20103, 20153, 31203 | issuer or subject: the API key does not belong to the account, was deleted, or lives in another [region](AccessTokenBuilder::region) |
//! | 20104, 20156, 31205 | expired, or the clock that stamped it is behind |
//! | 20157, 31207 | the lifetime is over 24 hours; refused here already |
//! | 20105, 20155 | not valid yet: `nbf`, or the clock that stamped it is ahead |
//! | 20106, 20154 | grants: a SID of the wrong kind, or a grant the product does not know |
//! | 20107, 20159, 31202 | signature: the secret is not the one of this API key (an Auth Token does not do) |
//! | 20151 | the same, without a reason |
//! | 31206 | too many sign-ins |

mod builder;
mod grant;
mod jwt;

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::SystemTime;

use secrecy::{ExposeSecret, SecretString};
use voice_core::secret::Redacted;

pub use builder::{AccessTokenBuilder, AccessTokenError};
pub use grant::{
    ChatGrant, DataSyncGrant, Grant, PlayerGrant, TaskRouterGrant, VideoGrant, VoiceGrant,
};
pub use jwt::SigningAlgorithm;

/// A signed access token. `Debug` shows when it expires and nothing else; there is no `Display`.
#[derive(Clone)]
pub struct AccessToken {
    jwt: SecretString,
    expires_at: SystemTime,
}

impl AccessToken {
    /// The token, to be handed to the client it was made for. Not for logs, errors or URLs.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.jwt.expose_secret()
    }

    /// When it stops being valid: whole seconds.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("jwt", &Redacted)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}
