//! Building and signing a token.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Map, Value};
use voice_core::clock::{SharedClock, SystemClock};
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::{AccountSid, ApiKeySid};
use voice_core::secret::Redacted;

use super::{AccessToken, Grant, SigningAlgorithm, VoiceGrant, jwt};
use crate::host::Region;

/// The content type Twilio wants in the header of an access token.
const CONTENT_TYPE: &str = "twilio-fpa;v=1";
/// The key under `grants` that is no grant.
const IDENTITY: &str = "identity";

/// Why no token can be made. Nothing secret and no identity is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccessTokenError {
    /// Twilio refuses tokens that live longer than a day (20157).
    #[error("an access token lives 24 hours at most, not {0:?}")]
    LifetimeTooLong(Duration),
    /// It would be expired before anybody can use it.
    #[error("an access token lives one second at least, not {0:?}")]
    LifetimeTooShort(Duration),
    /// `nbf` is not before `exp`: it would never be valid.
    #[error("the token would expire before it becomes valid")]
    NeverValid,
    /// Anybody could sign with an empty secret.
    #[error("the secret of the API key is empty")]
    EmptySecret,
    /// An identity is a name of at least one character, without control characters.
    #[error("the identity is empty or has control characters")]
    Identity,
    /// The key of a grant is empty, or `identity`, which is no grant.
    #[error("the key of a grant is empty or \"identity\"")]
    GrantKey,
    /// The clock says a time before 1970, or one no token can carry.
    #[error("the clock's time cannot stand in a token")]
    Clock,
}

impl From<AccessTokenError> for Error {
    fn from(error: AccessTokenError) -> Self {
        Self::new(ErrorKind::InvalidInput, error.to_string()).with_source(error)
    }
}

/// Makes access tokens. See the [module page](super).
#[derive(Clone)]
#[must_use = "it does nothing until it is built"]
pub struct AccessTokenBuilder {
    account: AccountSid,
    key: ApiKeySid,
    secret: SecretString,
    identity: Option<String>,
    lifetime: Duration,
    not_before: Option<SystemTime>,
    region: Option<Region>,
    algorithm: SigningAlgorithm,
    grants: Vec<Grant>,
    clock: SharedClock,
}

impl AccessToken {
    /// The longest a token may live: 24 hours.
    pub const MAX_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
    /// How long it lives unless set: one hour.
    pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(60 * 60);

    /// Begins a token without grants and identity, signed with the secret of an API key of the account.
    pub fn builder(
        account: AccountSid,
        key: ApiKeySid,
        secret: impl Into<SecretString>,
    ) -> AccessTokenBuilder {
        AccessTokenBuilder {
            account,
            key,
            secret: secret.into(),
            identity: None,
            lifetime: Self::DEFAULT_LIFETIME,
            not_before: None,
            region: None,
            algorithm: SigningAlgorithm::default(),
            grants: Vec::new(),
            clock: SystemClock::shared(),
        }
    }

    /// Begins a token for the Voice SDK, which does not work without an identity: it is the name the client is called by
    /// (`client:alice`).
    pub fn voice(
        account: AccountSid,
        key: ApiKeySid,
        secret: impl Into<SecretString>,
        identity: impl Into<String>,
        grant: VoiceGrant,
    ) -> AccessTokenBuilder {
        Self::builder(account, key, secret)
            .identity(identity)
            .grant(grant)
    }
}

impl AccessTokenBuilder {
    /// Who the client is. Personal, and readable to whoever holds the token.
    pub fn identity(mut self, identity: impl Into<String>) -> Self {
        self.identity = Some(identity.into());
        self
    }

    /// Adds a grant; a second one of the same key takes the place of the first.
    pub fn grant(mut self, grant: impl Into<Grant>) -> Self {
        let grant = grant.into();
        self.grants.retain(|other| other.key != grant.key);
        self.grants.push(grant);
        self
    }

    /// How long it lives from the moment it is made: 1 s to 24 hours, one hour unless set. Part of a second is dropped.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// The claim `nbf`: it is not valid before. Unset unless given. Part of a second is dropped.
    pub fn not_before(mut self, moment: SystemTime) -> Self {
        self.not_before = Some(moment);
        self
    }

    /// The home region of the API key, for keys of another region than `us1` (the header's `twr`). Unset unless given.
    pub fn region(mut self, region: Region) -> Self {
        self.region = Some(region);
        self
    }

    /// How it is signed; [`SigningAlgorithm::Hs256`] unless set.
    pub fn algorithm(mut self, algorithm: SigningAlgorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// The clock that stamps it; the system's unless set.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Makes a token, stamped now. May be called again for the next one; two of the same second differ in nothing.
    ///
    /// # Errors
    /// [`AccessTokenError`], which says what is not right.
    pub fn build(&self) -> Result<AccessToken, AccessTokenError> {
        self.check()?;
        let now = self.clock.wall();
        let issued = epoch_seconds(now)?;
        let expires = issued
            .checked_add(self.lifetime.as_secs())
            .ok_or(AccessTokenError::Clock)?;
        let not_before = self.not_before.map(epoch_seconds).transpose()?;
        if not_before.is_some_and(|moment| moment >= expires) {
            return Err(AccessTokenError::NeverValid);
        }
        let header = Header {
            typ: "JWT",
            alg: self.algorithm.as_str(),
            cty: CONTENT_TYPE,
            twr: self.region.as_ref().map(Region::as_str),
        };
        let claims = Claims {
            jti: format!("{}-{issued}", self.key),
            iss: self.key.as_str(),
            sub: self.account.as_str(),
            iat: issued,
            exp: expires,
            nbf: not_before,
            grants: self.granted(),
        };
        let header = serde_json::to_vec(&header).map_err(|_| AccessTokenError::Clock)?;
        let claims = serde_json::to_vec(&claims).map_err(|_| AccessTokenError::Clock)?;
        let secret = self.secret.expose_secret().as_bytes();
        let jwt = jwt::sign(self.algorithm, secret, &header, &claims);
        Ok(AccessToken {
            jwt: SecretString::from(jwt),
            expires_at: UNIX_EPOCH
                .checked_add(Duration::from_secs(expires))
                .ok_or(AccessTokenError::Clock)?,
        })
    }

    fn check(&self) -> Result<(), AccessTokenError> {
        if self.lifetime > AccessToken::MAX_LIFETIME {
            return Err(AccessTokenError::LifetimeTooLong(self.lifetime));
        }
        if self.lifetime < Duration::from_secs(1) {
            return Err(AccessTokenError::LifetimeTooShort(self.lifetime));
        }
        if self.secret.expose_secret().trim().is_empty() {
            return Err(AccessTokenError::EmptySecret);
        }
        let nameless = |name: &String| name.trim().is_empty() || name.chars().any(char::is_control);
        if self.identity.as_ref().is_some_and(nameless) {
            return Err(AccessTokenError::Identity);
        }
        if self
            .grants
            .iter()
            .any(|grant| grant.key.is_empty() || grant.key == IDENTITY)
        {
            return Err(AccessTokenError::GrantKey);
        }
        Ok(())
    }

    fn granted(&self) -> Map<String, Value> {
        let mut grants = Map::new();
        if let Some(identity) = &self.identity {
            grants.insert(IDENTITY.to_owned(), identity.as_str().into());
        }
        for grant in &self.grants {
            grants.insert(
                grant.key.clone().into_owned(),
                Value::Object(grant.value.clone()),
            );
        }
        grants
    }
}

fn epoch_seconds(moment: SystemTime) -> Result<u64, AccessTokenError> {
    moment
        .duration_since(UNIX_EPOCH)
        .map(|since| since.as_secs())
        .map_err(|_| AccessTokenError::Clock)
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'a str,
    alg: &'a str,
    cty: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    twr: Option<&'a str>,
}

#[derive(Serialize)]
struct Claims<'a> {
    jti: String,
    iss: &'a str,
    sub: &'a str,
    iat: u64,
    exp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<u64>,
    grants: Map<String, Value>,
}

impl fmt::Debug for AccessTokenBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokenBuilder")
            .field("account", &self.account)
            .field("key", &self.key)
            .field("secret", &Redacted)
            .field("lifetime", &self.lifetime)
            .field("algorithm", &self.algorithm)
            .field("grants", &self.grants)
            .finish_non_exhaustive()
    }
}
