//! Twilio's side of a media stream: dials a WebSocket of yours on this machine, speaks, and listens to what is played.
//!
//! ```no_run
//! # async fn check() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use twilio_client::media_stream::mulaw;
//! use twilio_client::testkit::media::StreamCaller;
//!
//! let mut call = StreamCaller::new("ws://127.0.0.1:8080/media")
//!     .signed_url("wss://voice.example.com/media")
//!     .parameter("language", "en")
//!     .dial()
//!     .await?;
//! call.speak(&mulaw::silence(Duration::from_secs(1))).await?;
//! call.press("5").await?;
//! let was_greeted = call.listen_until(Duration::from_secs(5), |heard| heard.marks.contains(&"greeting".to_owned())).await?;
//! let heard = call.hang_up().await;
//! assert!(was_greeted && heard.warnings.is_empty());
//! # Ok(()) }
//! ```
//!
//! As Twilio does, it signs the upgrade, sends 20 ms of audio every 20 ms, plays what it is sent in order and in that
//! pace, returns a mark when the audio before it was played, throws away what waits on `clear` and returns its marks, and
//! drops frames it does not understand with a warning. What is not documented is decided here: marks that `clear` returns
//! come within the same 20 ms.
//!
//! Under tokio's paused time a call of minutes takes no time: caller and application run on one runtime, and time goes on
//! only when both have nothing to do.

mod call;
mod line;

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Error as SocketError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use voice_core::clock::{SharedClock, SystemClock, timeout};
use voice_core::ident::{AccountSid, CallSid, StreamSid};

use super::TwilioSimulator;
use crate::media_stream::{CustomParameters, mulaw};
use crate::webhook::{Params, SIGNATURE_HEADER, sign};

pub use call::StreamCall;
pub use line::StreamHeard;

/// The stream every simulated caller has, unless told otherwise.
const STREAM_SID: &str = concat!("MZ", "51e0000000000000000000000000057e");
/// Its call.
const CALL_SID: &str = concat!("CA", "51e000000000000000000000000000ca");
/// How long the upgrade may take; a guess.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why there is no stream, or not any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallerError {
    /// Only sockets of this machine are dialled: `ws://127.0.0.1:PORT/…`.
    #[error("the simulated caller dials ws:// addresses of this machine only")]
    Address,
    /// Nobody listens there (31902).
    #[error("nobody listens at the address")]
    Refused,
    /// The server did not accept the upgrade and answered with this status (31920).
    #[error("the upgrade was answered with {0}")]
    Upgrade(u16),
    /// The server answered something that is no HTTP, or nothing in time (31920, 31901).
    #[error("the upgrade failed")]
    Handshake,
    /// The application has closed the socket, with this code if it gave one. TwiML goes on with the next verb.
    #[error("the application has closed the socket")]
    Closed(Option<u16>),
    /// The connection was lost.
    #[error("the connection was lost")]
    Lost,
}

/// A caller to be: who calls, and where the socket is. See the [module page](self).
#[must_use = "it does nothing until it dials"]
pub struct StreamCaller {
    address: String,
    signed_url: Option<String>,
    auth_token: Option<SecretString>,
    call_sid: Option<CallSid>,
    parameters: Vec<(String, String)>,
    clock: SharedClock,
    frame_every: Duration,
}

impl StreamCaller {
    /// A caller for a socket on this machine, `ws://127.0.0.1:PORT/path`.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            signed_url: None,
            auth_token: Some(SecretString::from(TwilioSimulator::AUTH_TOKEN)),
            call_sid: None,
            parameters: Vec::new(),
            clock: SystemClock::shared(),
            frame_every: mulaw::FRAME,
        }
    }

    /// The public URL of the TwiML, which is what is signed. The address unless set.
    pub fn signed_url(mut self, url: impl Into<String>) -> Self {
        self.signed_url = Some(url.into());
        self
    }

    /// The Auth Token that signs; [`TwilioSimulator::AUTH_TOKEN`] unless set.
    pub fn auth_token(mut self, token: impl Into<SecretString>) -> Self {
        self.auth_token = Some(token.into());
        self
    }

    /// No signature: somebody who is not Twilio.
    pub fn unsigned(mut self) -> Self {
        self.auth_token = None;
        self
    }

    /// Which call it is.
    pub fn call_sid(mut self, call: CallSid) -> Self {
        self.call_sid = Some(call);
        self
    }

    /// Adds a `<Parameter>` of the TwiML.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// The clock that paces it; the system's, which follows tokio's paused time, unless set.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// How long 20 ms of audio take. 20 ms unless set; zero is as fast as possible, in which case an application may
    /// answer later, in the stream's time, than it would in real time.
    pub fn frame_every(mut self, interval: Duration) -> Self {
        self.frame_every = interval;
        self
    }

    /// Dials, and sends `connected` and `start`.
    ///
    /// # Errors
    /// [`CallerError`], which says how far it came.
    pub async fn dial(self) -> Result<StreamCall, CallerError> {
        let host = self.host()?.to_owned();
        let mut request = self
            .address
            .as_str()
            .into_client_request()
            .map_err(|_| CallerError::Address)?;
        if let Some(token) = &self.auth_token {
            let url = self.signed_url.as_deref().unwrap_or(&self.address);
            let signature = sign(token.expose_secret(), url, &Params::default());
            let value = signature.parse().map_err(|_| CallerError::Handshake)?;
            request.headers_mut().insert(SIGNATURE_HEADER, value);
        }
        let tcp = TcpStream::connect(&host)
            .await
            .map_err(|_| CallerError::Refused)?;
        // Otherwise frames wait for the acknowledgement of those before them.
        let _ = tcp.set_nodelay(true);
        let upgrade = timeout(&*self.clock, PATIENCE, client_async(request, tcp)).await;
        let (socket, _) = match upgrade {
            Ok(Ok(upgraded)) => upgraded,
            Ok(Err(SocketError::Http(answer))) => {
                return Err(CallerError::Upgrade(answer.status().as_u16()));
            }
            Ok(Err(_)) | Err(_) => return Err(CallerError::Handshake),
        };
        let names = call::Names {
            account: AccountSid::parse(TwilioSimulator::ACCOUNT_SID).ok(),
            call: self.call_sid.or_else(|| CallSid::parse(CALL_SID).ok()),
            stream: StreamSid::parse(STREAM_SID).ok(),
        };
        let mut call = StreamCall::new(socket, self.clock, self.frame_every, names);
        call.begin(CustomParameters::from_iter(self.parameters))
            .await?;
        Ok(call)
    }

    /// Host and port, if they are of this machine.
    fn host(&self) -> Result<&str, CallerError> {
        let rest = self
            .address
            .strip_prefix("ws://")
            .ok_or(CallerError::Address)?;
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        if matches!(name, "127.0.0.1" | "localhost" | "[::1]") {
            Ok(host)
        } else {
            Err(CallerError::Address)
        }
    }
}

impl fmt::Debug for StreamCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamCaller")
            .field("address", &self.address)
            .field("frame_every", &self.frame_every)
            .finish_non_exhaustive()
    }
}
