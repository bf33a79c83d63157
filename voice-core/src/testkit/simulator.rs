//! What every provider simulator stands on: a real HTTP server on loopback, and faults by name.
//!
//! A simulator is a [`Service`]: it takes a [`SimRequest`] and gives a [`SimAnswer`], with whatever state it keeps. It
//! behaves as the documented API does; [`Mishaps`] lets a test make the next matching request go wrong.

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// The behaviour of a simulated API. Called from the server's own threads.
pub trait Service: Send + Sync + 'static {
    /// Answers one request.
    fn answer(&self, request: &SimRequest) -> SimAnswer;
}

/// A running server on loopback; it stops when dropped.
pub struct SimServer {
    /// There until it is dropped.
    server: Option<MockServer>,
    addr: SocketAddr,
}

impl SimServer {
    /// Starts a server for `service` on a free port.
    pub async fn start(service: Arc<dyn Service>) -> Self {
        let server = MockServer::builder()
            .disable_request_recording()
            .start()
            .await;
        Mock::given(any())
            .respond_with(Adapter(service))
            .mount(&server)
            .await;
        Self {
            addr: *server.address(),
            server: Some(server),
        }
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The address.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Drop for SimServer {
    fn drop(&mut self) {
        let server = self.server.take();
        // The server blocks its thread until it is reset. In a task that has used up its turn that would be for ever, so it
        // gets a thread on which no task runs. Where there is none to be had, what was to run on it is dropped here.
        drop(std::thread::Builder::new().spawn(move || drop(server)));
    }
}

impl fmt::Debug for SimServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimServer({})", self.addr())
    }
}

struct Adapter(Arc<dyn Service>);

impl Respond for Adapter {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let request = SimRequest {
            method: request.method.clone(),
            path: request.url.path().to_owned(),
            query: request.url.query().unwrap_or_default().to_owned(),
            headers: request.headers.clone(),
            body: Bytes::copy_from_slice(&request.body),
        };
        let answer = self.0.answer(&request);
        let mut template = ResponseTemplate::new(answer.status);
        for (name, value) in &answer.headers {
            template = template.append_header(*name, value.as_str());
        }
        if !answer.body.is_empty() {
            template = template.set_body_raw(answer.body.to_vec(), answer.content_type);
        }
        if !answer.delay.is_zero() {
            template = template.set_delay(answer.delay);
        }
        template
    }
}

/// A request as the simulated API sees it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SimRequest {
    /// The method.
    pub method: Method,
    /// The path, as it was sent (percent-encoded).
    pub path: String,
    /// The query without the question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl SimRequest {
    /// A request, for simulators with a listener of their own.
    #[must_use]
    pub fn new(
        method: Method,
        path: impl Into<String>,
        query: impl Into<String>,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        Self {
            method,
            path: path.into(),
            query: query.into(),
            headers,
            body,
        }
    }

    /// A header's text; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The path's segments, decoded.
    #[must_use]
    pub fn segments(&self) -> Vec<String> {
        self.path
            .split('/')
            .skip(1)
            .map(|part| {
                percent_encoding::percent_decode_str(part)
                    .decode_utf8_lossy()
                    .into_owned()
            })
            .collect()
    }

    /// The query's pairs, decoded.
    #[must_use]
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_bytes())
            .into_owned()
            .collect()
    }

    /// The first query value of a name.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<String> {
        first(self.query_pairs(), name)
    }

    /// The body's form pairs, decoded.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// The first form value of a name.
    #[must_use]
    pub fn form_value(&self, name: &str) -> Option<String> {
        first(self.form(), name)
    }

    /// The body as JSON; `None` when it is not.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether the content type is this one, parameters aside.
    #[must_use]
    pub fn is_type(&self, essence: &str) -> bool {
        let header = self.header("content-type");
        let given = header.split(';').next().unwrap_or_default().trim();
        given.eq_ignore_ascii_case(essence)
    }
}

fn first(pairs: Vec<(String, String)>, name: &str) -> Option<String> {
    pairs
        .into_iter()
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// What a simulated API answers.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SimAnswer {
    /// The status.
    pub status: StatusCode,
    /// The headers, in order; a name may repeat.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
    /// Its type.
    pub content_type: &'static str,
    /// How long it takes.
    pub delay: Duration,
}

impl SimAnswer {
    /// An answer without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: Vec::new(),
            body: Bytes::new(),
            content_type: "application/json",
            delay: Duration::ZERO,
        }
    }

    /// A JSON answer.
    #[must_use]
    pub fn json(status: u16, value: &Value) -> Self {
        Self {
            body: value.to_string().into(),
            ..Self::empty(status)
        }
    }

    /// An answer of another type.
    #[must_use]
    pub fn text(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            content_type,
            ..Self::empty(status)
        }
    }

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same, later.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// A way in which a provider fails, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mishap {
    /// 429 in the provider's own form, with `Retry-After` when given.
    RateLimited(Option<Duration>),
    /// 500 in the provider's own form. Nothing was done, but the client cannot know.
    ServerError,
    /// 500 **after** the request was carried out.
    ServerErrorAfterActing,
    /// 503 in the provider's own form, with `Retry-After` when given.
    Unavailable(Option<Duration>),
    /// 502 with a proxy's HTML page.
    BadGateway,
    /// 401 although the credentials are right: rotated, or revoked.
    Unauthorized,
    /// Carried out, and answered with a success whose body is cut JSON.
    UnreadableSuccess,
    /// Carried out, and answered this late.
    Slow(Duration),
    /// This status, in the provider's own form; nothing was done.
    Status(u16),
    /// Nothing was done, and no answer ever comes. Only simulators with a listener of their own can; others answer as for
    /// [`ServerError`](Self::ServerError). The same goes for the three below.
    NoAnswer,
    /// Carried out, and no answer ever comes.
    NoAnswerAfterActing,
    /// Nothing was done, and the connection is reset.
    Reset,
    /// Carried out, and the connection is reset before the answer.
    ResetAfterActing,
}

impl Mishap {
    /// Whether the request is carried out all the same.
    #[must_use]
    pub fn acts(&self) -> bool {
        matches!(
            self,
            Self::ServerErrorAfterActing
                | Self::UnreadableSuccess
                | Self::Slow(_)
                | Self::NoAnswerAfterActing
                | Self::ResetAfterActing
        )
    }
}

/// The mishaps a test has ordered.
#[derive(Debug, Clone, Default)]
pub struct Mishaps(Arc<Mutex<VecDeque<Ordered>>>);

/// A mishap, and the only operation it is meant for.
type Ordered = (Option<&'static str>, Mishap);

impl Mishaps {
    /// The next request goes wrong like this.
    pub fn next(&self, mishap: Mishap) {
        self.push(None, mishap);
    }

    /// The next request of this operation goes wrong like this.
    pub fn next_of(&self, operation: &'static str, mishap: Mishap) {
        self.push(Some(operation), mishap);
    }

    fn push(&self, operation: Option<&'static str>, mishap: Mishap) {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queue.push_back((operation, mishap));
    }

    /// For a simulator: takes the first mishap that is meant for `operation`.
    #[must_use]
    pub fn take(&self, operation: &str) -> Option<Mishap> {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = queue
            .iter()
            .position(|(only, _)| only.is_none_or(|only| only == operation))?;
        queue.remove(at).map(|(_, mishap)| mishap)
    }

    /// How many are still to come.
    #[must_use]
    pub fn left(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Posts a webhook to an address on this machine, as a provider would, and waits at most 15 s; gives the status it was
/// answered with.
///
/// # Errors
/// What broke, in words. Any address but a loopback one is refused.
pub async fn deliver_webhook(
    url: &str,
    content_type: &'static str,
    headers: &[(&'static str, String)],
    body: impl Into<Bytes>,
) -> Result<u16, String> {
    use crate::clock::{SystemClock, timeout};
    use crate::transport::{HttpTransport, Transport};

    const PATIENCE: Duration = Duration::from_secs(15);

    let parsed = url::Url::parse(url).map_err(|e| e.to_string())?;
    if !parsed
        .host()
        .is_some_and(|host| crate::transport::is_loopback(&host))
    {
        return Err("simulators call this machine only".to_owned());
    }
    let mut request = http::Request::post(url).header("content-type", content_type);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let request = request.body(body.into()).map_err(|e| e.to_string())?;
    let transport = HttpTransport::builder()
        .build()
        .map_err(|e| e.to_string())?;
    let clock = SystemClock::default();
    let answer = match timeout(&clock, PATIENCE, transport.send(request)).await {
        Ok(answer) => answer.map_err(|e| e.to_string())?,
        Err(timed_out) => return Err(timed_out.to_string()),
    };
    Ok(answer.status().as_u16())
}
