//! A transport that answers from a script and writes down what it was sent.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, Uri};

use crate::clock::{SharedClock, SystemClock};
use crate::error::{Delivery, ErrorKind};
use crate::transport::{Body, Progress, Transport, TransportError};

/// What the script answers to one request.
pub struct Reply(ReplyKind);

enum ReplyKind {
    Answer(Response<Body>),
    Fail(TransportError),
    Hang { nothing_left: bool },
    After(Duration, Box<Reply>),
}

impl Reply {
    /// An answer with a status and a body.
    pub fn status(status: u16, body: impl Into<Bytes>) -> Self {
        let mut answer = Response::new(Body::from_bytes(body.into()));
        *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT);
        Self(ReplyKind::Answer(answer))
    }

    /// A 200 with a JSON body.
    #[must_use]
    pub fn json(value: &serde_json::Value) -> Self {
        Self::status(200, value.to_string()).header("content-type", "application/json")
    }

    /// An answer whose body is given.
    #[must_use]
    pub fn body(status: u16, body: Body) -> Self {
        match Self::status(status, "").0 {
            ReplyKind::Answer(answer) => Self(ReplyKind::Answer(answer.map(|_| body))),
            other => Self(other),
        }
    }

    /// The same answer with a header; other replies are left alone.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        if let (ReplyKind::Answer(answer), Ok(value)) =
            (&mut self.0, http::HeaderValue::from_bytes(value.as_ref()))
        {
            answer.headers_mut().append(name, value);
        }
        self
    }

    /// A failure of the transport.
    #[must_use]
    pub fn fail(kind: ErrorKind, delivery: Delivery) -> Self {
        Self(ReplyKind::Fail(TransportError::new(
            kind,
            delivery,
            "scripted failure",
        )))
    }

    /// Never answers, after the request has left.
    #[must_use]
    pub fn hang() -> Self {
        Self(ReplyKind::Hang {
            nothing_left: false,
        })
    }

    /// Never answers, and nothing has left.
    #[must_use]
    pub fn hang_connecting() -> Self {
        Self(ReplyKind::Hang { nothing_left: true })
    }

    /// The same, later.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self(ReplyKind::After(wait, Box::new(self)))
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            ReplyKind::Answer(answer) => write!(f, "Reply({})", answer.status()),
            ReplyKind::Fail(error) => write!(f, "Reply({error})"),
            ReplyKind::Hang { .. } => f.write_str("Reply(hang)"),
            ReplyKind::After(wait, reply) => write!(f, "Reply({reply:?} after {wait:?})"),
        }
    }
}

/// A request the transport was given.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Sent {
    /// The method.
    pub method: Method,
    /// The absolute URI.
    pub uri: Uri,
    /// The headers, credentials included: this is a test.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Sent {
    /// A header's text; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body's text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Answers from a script, in order; a request beyond its end is answered by a transport failure.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// use voice_core::testkit::{Reply, ScriptedTransport};
/// use voice_core::transport::Transport;
///
/// let transport = ScriptedTransport::new([Reply::status(204, "")]);
/// let request = http::Request::get("https://api.example.com/x").body(bytes::Bytes::new())?;
/// assert_eq!(transport.send(request).await?.status(), 204);
/// assert_eq!(transport.sent()[0].uri.path(), "/x");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ScriptedTransport {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    clock: SharedClock,
    script: Mutex<VecDeque<Reply>>,
    sent: Mutex<Vec<Sent>>,
}

impl ScriptedTransport {
    /// A transport with a script.
    pub fn new(script: impl IntoIterator<Item = Reply>) -> Self {
        Self {
            shared: Arc::new(Shared {
                clock: SystemClock::shared(),
                script: Mutex::new(script.into_iter().collect()),
                sent: Mutex::new(Vec::new()),
            }),
        }
    }

    /// Adds to the script.
    pub fn push(&self, reply: Reply) {
        let mut script = self
            .shared
            .script
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        script.push_back(reply);
    }

    /// What was sent so far.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        let sent = self
            .shared
            .sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        sent.clone()
    }

    /// How many replies are left.
    #[must_use]
    pub fn left(&self) -> usize {
        let script = self
            .shared
            .script
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        script.len()
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, request: http::Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let (parts, body) = request.into_parts();
        let progress = parts.extensions.get::<Progress>().cloned();
        self.shared
            .sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Sent {
                method: parts.method,
                uri: parts.uri,
                headers: parts.headers,
                body,
            });
        let reply = self
            .shared
            .script
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front();
        let mut reply = reply.unwrap_or_else(|| Reply::fail(ErrorKind::Other, Delivery::Unknown));
        loop {
            match reply.0 {
                ReplyKind::Answer(answer) => return Ok(answer),
                ReplyKind::Fail(error) => return Err(error),
                ReplyKind::Hang { nothing_left } => {
                    if let (true, Some(progress)) = (nothing_left, &progress) {
                        progress.track();
                    }
                    std::future::pending::<()>().await;
                    return Err(TransportError::new(
                        ErrorKind::Other,
                        Delivery::Unknown,
                        "unreachable",
                    ));
                }
                ReplyKind::After(wait, next) => {
                    self.shared.clock.sleep(wait).await;
                    reply = *next;
                }
            }
        }
    }
}
