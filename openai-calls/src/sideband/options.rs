//! How a sideband is to be.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use voice_core::clock::{SharedClock, SystemClock};
use voice_core::error::{Error, ErrorKind};
use voice_core::secret::{ExposeSecret, SecretString};
use voice_core::transport::BaseUrl;

use super::{AnswerFunctions, PROVIDER, Reconnect};
use crate::OpenAiClient;

/// Where the API is.
const BASE_URL: &str = "https://api.openai.com/v1";
/// The longest queue of events: channels have a limit of their own, and panic above it.
const LONGEST_QUEUE: usize = 1 << 20;
/// The most bytes that may wait to be sent.
const LARGEST_OUTBOX: usize = 64 * 1024 * 1024;

/// How a sideband is to be, and whose.
///
/// ```
/// use std::time::Duration;
/// use openai_calls::sideband::{Reconnect, SidebandOptions};
///
/// let options = SidebandOptions::new("sk-proj-0123456789")?
///     .greeting("Good morning, this is the bakery.")
///     .reconnect(Reconnect::default().tries(3))
///     .keep_alive(Duration::from_secs(10));
/// # Ok::<(), voice_core::error::Error>(())
/// ```
#[derive(Clone)]
pub struct SidebandOptions {
    pub(super) bearer: SecretString,
    pub(super) base: BaseUrl,
    pub(super) headers: Vec<(String, String)>,
    pub(super) greeting: Option<String>,
    pub(super) functions: Option<Arc<dyn AnswerFunctions>>,
    pub(super) reconnect: Reconnect,
    pub(super) event_queue: usize,
    pub(super) outgoing_bytes: usize,
    pub(super) max_message_bytes: usize,
    pub(super) connect_timeout: Duration,
    pub(super) close_timeout: Duration,
    pub(super) keep_alive: Duration,
    pub(super) silence_limit: Duration,
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) clock: SharedClock,
}

impl SidebandOptions {
    /// The defaults, with the API key of the project whose call it is.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for a key that is blank or cannot stand in a header.
    pub fn new(api_key: impl Into<String>) -> Result<Self, Error> {
        let key = SecretString::from(api_key.into());
        let is_visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if key.expose_secret().is_empty() || !is_visible(key.expose_secret()) {
            let text = "must be visible ASCII without blanks";
            return Err(named(Error::invalid_input("api_key", text)));
        }
        let base = BaseUrl::parse(BASE_URL)
            .map_err(|error| named(Error::new(ErrorKind::Config, error.to_string())))?;
        let bearer = SecretString::from(format!("Bearer {}", key.expose_secret()));
        Ok(Self::with(bearer, base))
    }

    /// The defaults, with the key, the base URL, the organisation and the project of a client.
    #[must_use]
    pub fn of(client: &OpenAiClient) -> Self {
        let mut bearer = "";
        let mut others = Vec::new();
        let headers = client.handshake_headers();
        for (name, value) in &headers {
            let Ok(text) = value.to_str() else { continue };
            if name == AUTHORIZATION {
                bearer = text;
            } else {
                others.push((name.as_str().to_owned(), text.to_owned()));
            }
        }
        let base = client.raw().base_url().clone();
        let mut options = Self::with(SecretString::from(bearer), base);
        options.headers = others;
        options
    }

    fn with(bearer: SecretString, base: BaseUrl) -> Self {
        Self {
            bearer,
            base,
            headers: Vec::new(),
            greeting: None,
            functions: None,
            reconnect: Reconnect::default(),
            event_queue: 256,
            outgoing_bytes: 1024 * 1024,
            max_message_bytes: 4 * 1024 * 1024,
            connect_timeout: Duration::from_secs(10),
            close_timeout: Duration::from_secs(2),
            keep_alive: Duration::from_secs(15),
            silence_limit: Duration::from_secs(45),
            roots: Vec::new(),
            clock: SystemClock::shared(),
        }
    }

    /// Where the API is, `https://api.openai.com/v1` by default; the socket's URL is made from it with `wss` for `https`.
    #[must_use]
    pub fn base_url(mut self, base: BaseUrl) -> Self {
        self.base = base;
        self
    }

    /// Adds a header to the handshake, such as `OpenAI-Project`. Checked when connecting.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// What the agent says as soon as the sideband stands. Nothing by default, and for a blank text: the agent waits for
    /// the caller.
    #[must_use]
    pub fn greeting(mut self, text: impl Into<String>) -> Self {
        self.greeting = Some(text.into()).filter(|text| !text.trim().is_empty());
        self
    }

    /// What answers the agent's function calls. Without it they are only events, and their outputs the caller's to send.
    #[must_use]
    pub fn functions(mut self, functions: Arc<dyn AnswerFunctions>) -> Self {
        self.functions = Some(functions);
        self
    }

    /// How a broken connection is restored.
    #[must_use]
    pub fn reconnect(mut self, policy: Reconnect) -> Self {
        self.reconnect = policy;
        self
    }

    /// How many events may wait to be taken; 256 by default, 1 to 1,048,576. While it is full nothing more is read.
    #[must_use]
    pub fn event_queue(mut self, events: usize) -> Self {
        self.event_queue = events.clamp(1, LONGEST_QUEUE);
        self
    }

    /// How many bytes of events may wait to be sent, also while a connection is restored; 1 MiB by default, 1 KiB to
    /// 64 MiB. [`send`](super::SidebandSender::send) waits while it is full.
    #[must_use]
    pub fn outgoing_bytes(mut self, bytes: usize) -> Self {
        self.outgoing_bytes = bytes.clamp(1024, LARGEST_OUTBOX);
        self
    }

    /// The longest message of the server's, in bytes; 4 MiB by default, 1 KiB at least. A longer one ends the sideband.
    #[must_use]
    pub fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.max_message_bytes = bytes.max(1024);
        self
    }

    /// Longest time for name, TCP, TLS and upgrade together, each time; 10 s by default.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long a close may take on either side; 2 s by default.
    #[must_use]
    pub fn close_timeout(mut self, limit: Duration) -> Self {
        self.close_timeout = limit;
        self
    }

    /// How often the connection is pinged; every 15 s by default, 100 ms at least.
    #[must_use]
    pub fn keep_alive(mut self, every: Duration) -> Self {
        self.keep_alive = every.max(Duration::from_millis(100));
        self
    }

    /// How long nothing at all may come, not even the answer to a ping, until the connection counts as broken; 45 s by
    /// default. Time in which events are not taken does not count.
    #[must_use]
    pub fn silence_limit(mut self, limit: Duration) -> Self {
        self.silence_limit = limit;
        self
    }

    /// Trusts one more root certificate (PEM, possibly several in one text), as an inspecting proxy needs it. There is no
    /// switch to turn certificate checks off.
    #[must_use]
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// The clock that times out, waits and spreads tries.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }
}

/// Neither key nor greeting nor header values are shown.
impl fmt::Debug for SidebandOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SidebandOptions")
            .field("base", &self.base.authority())
            .field("headers", &self.headers.len())
            .field("greeting_bytes", &self.greeting.as_ref().map(String::len))
            .field("functions", &self.functions.is_some())
            .field("reconnect", &self.reconnect)
            .field("event_queue", &self.event_queue)
            .field("outgoing_bytes", &self.outgoing_bytes)
            .field("max_message_bytes", &self.max_message_bytes)
            .finish_non_exhaustive()
    }
}

fn named(error: Error) -> Error {
    error.with_operation(PROVIDER, super::CONNECT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_checked_and_nothing_secret_is_shown() {
        for key in ["", " ", "planted key", "planted\n", "plantéd"] {
            let error = SidebandOptions::new(key).unwrap_err();
            assert!(!format!("{error:?}").contains("plant"));
        }
        let options = SidebandOptions::new("sk-planted-key")
            .unwrap()
            .greeting("planted words")
            .header("x-planted", "planted");
        assert!(!format!("{options:?} {options:#?}").contains("planted"));
        assert!(options.greeting(" \n").greeting.is_none());
    }

    #[test]
    fn limits_are_held_in_range() {
        for bytes in [0, usize::MAX] {
            let options = SidebandOptions::new("k")
                .unwrap()
                .outgoing_bytes(bytes)
                .event_queue(bytes);
            let room = tokio::sync::Semaphore::new(options.outgoing_bytes);
            assert!(room.available_permits() >= 1024);
            let (events, _taken) = tokio::sync::mpsc::channel::<()>(options.event_queue);
            assert_eq!(events.max_capacity(), options.event_queue);
        }
    }
}
