//! Is this WebSocket opened by Ultravox?

use std::fmt;

use http::{HeaderMap, HeaderName};
use secrecy::SecretString;
use voice_core::clock::SharedClock;
use voice_core::error::Error;
use voice_core::provider::CallId;
use voice_core::webhook::{ReplayWindow, Scheme, WebhookError};

use super::Verified;
use super::signed::{Signed, single};

/// The header with the call a data connection is for.
pub const CALL_ID_HEADER: &str = "x-ultravox-call-id";
/// The header the signatures of a data connection stand in: lower-case hex, several apart by commas.
pub const CONNECTION_SIGNATURE_HEADER: &str = "x-ultravox-signature";
/// The header with the time a data connection was signed, which is signed as it stands there.
pub const CONNECTION_TIMESTAMP_HEADER: &str = "x-ultravox-signature-timestamp";

// Read once, not for every connection.
static CALL_ID: HeaderName = HeaderName::from_static(CALL_ID_HEADER);
static SIGNATURE: HeaderName = HeaderName::from_static(CONNECTION_SIGNATURE_HEADER);
static TIMESTAMP: HeaderName = HeaderName::from_static(CONNECTION_TIMESTAMP_HEADER);

/// The `X-Ultravox-Signature` of a data connection for `call` that is opened at `timestamp`: HMAC-SHA256 over the call's id
/// and then the timestamp, nothing between them. For simulators and tests of one's own routes.
#[must_use]
pub fn sign_connection(secret: &str, call: &CallId, timestamp: &str) -> String {
    Scheme::HmacSha256Hex.sign(
        secret.as_bytes(),
        &[call.as_str().as_bytes(), timestamp.as_bytes()],
    )
}

/// Proves that the WebSocket of a [data connection](crate::types::DataConnection) is opened by Ultravox, and lately.
///
/// The secrets are the call's or agent's `shared_secrets`; without any, Ultravox does not sign, and nothing can be proven.
/// Check before you accept the upgrade, and answer 401 if it fails.
///
/// What is signed is the call's id and the time, so that somebody who saw the request may open it again within the window:
/// take one connection per call, over `wss://` only.
///
/// ```
/// use http::HeaderMap;
/// use ultravox_client::webhooks::DataConnectionVerifier;
///
/// # fn upgrade(headers: HeaderMap) -> Result<(), Box<dyn std::error::Error>> {
/// let verifier = DataConnectionVerifier::new("a-shared-secret-of-the-call")?;
/// let opened = verifier.check(&headers)?;
/// println!("for call {}", opened.call);
/// # Ok(()) }
/// # assert!(upgrade(HeaderMap::new()).is_err());
/// ```
#[derive(Clone)]
pub struct DataConnectionVerifier(Signed);

/// A data connection that Ultravox opens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DataConnectionOpened {
    /// For this call, as signed.
    pub call: CallId,
    /// Which secret signed, and when.
    pub verified: Verified,
}

impl DataConnectionVerifier {
    /// Checks with one secret.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when it is empty or blank: anybody could sign with it.
    pub fn new(secret: impl Into<SecretString>) -> Result<Self, Error> {
        Self::with_secrets([secret.into()])
    }

    /// Checks with several secrets, any of which may have signed.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when there is none, or one is empty or blank.
    pub fn with_secrets(secrets: impl IntoIterator<Item = SecretString>) -> Result<Self, Error> {
        Signed::new("data_connection", secrets).map(Self)
    }

    /// Another window for the signed timestamp; [`DEFAULT_WINDOW`](super::DEFAULT_WINDOW) either way unless set.
    #[must_use]
    pub fn window(mut self, window: ReplayWindow) -> Self {
        self.0.window = window;
        self
    }

    /// Another clock; the system's unless set.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.0.clock = clock;
        self
    }

    /// Checks the headers of the request to upgrade.
    ///
    /// # Errors
    /// [`WebhookError::MissingHeader`], [`WebhookError::Malformed`], [`WebhookError::BadSignature`]; when the signature is
    /// good, [`WebhookError::TooOld`] or [`WebhookError::TooNew`].
    pub fn check(&self, headers: &HeaderMap) -> Result<DataConnectionOpened, WebhookError> {
        let call = single(headers, &CALL_ID)?;
        let verified = self
            .0
            .check(headers, &SIGNATURE, &TIMESTAMP, call.as_bytes())?;
        let call = CallId::new(call).map_err(|_| WebhookError::Malformed(CALL_ID_HEADER))?;
        Ok(DataConnectionOpened { call, verified })
    }
}

impl fmt::Debug for DataConnectionVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataConnectionVerifier({:?})", self.0)
    }
}
