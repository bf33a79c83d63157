//! One exchange: sign, send, follow where a download leads, read, judge.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri, header};

use super::attempt::{Ready, Turn};
use super::dialect::Outgoing;
use super::elsewhere::Elsewhere;
use super::response::Meta;
use super::run::{Failure, Try};
use crate::clock::{later, timeout};
use crate::error::{Delivery, Error, ErrorKind};
use crate::transport::{Body, Progress, TransportError, UploadWatch};

/// What becomes of a success's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intake {
    /// It is read within the attempt.
    Whole,
    /// It is handed over unread.
    Stream,
}

/// An answer's body.
pub(super) enum Content {
    Read(Bytes),
    Open(Body),
}

impl Content {
    /// Bytes that were read.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Read(bytes) => bytes.len(),
            Self::Open(_) => 0,
        }
    }

    /// What was read.
    pub(super) fn into_bytes(self) -> Bytes {
        match self {
            Self::Read(bytes) => bytes,
            Self::Open(_) => Bytes::new(),
        }
    }

    /// What is to be read, or was.
    pub(super) fn into_body(self) -> Body {
        match self {
            Self::Read(bytes) => Body::from_bytes(bytes),
            Self::Open(body) => body,
        }
    }
}

/// An answer's head, and its body or why there is none.
pub(super) struct Arrived {
    pub(super) head: http::response::Parts,
    pub(super) body: Result<Content, TransportError>,
}

/// How long an attempt may take, and when that is over.
#[derive(Clone, Copy)]
pub(super) struct Window {
    limit: Duration,
    end: Instant,
}

impl Ready<'_> {
    /// Signs, sends, reads and judges; also says whether it had less than half the time this client usually allows.
    pub(super) async fn exchange(
        &self,
        this: Try,
        turn: &mut Turn,
    ) -> (Result<(Box<Meta>, Content), Failure>, bool) {
        let settings = &self.shared.options;
        let now = settings.clock.now();
        let left = this.until.saturating_duration_since(now);
        let limit = left.min(self.attempt_timeout);
        let cut_short = limit < settings.attempt_timeout.min(settings.deadline) / 2;
        if limit.is_zero() {
            let error = self.local(
                ErrorKind::Timeout,
                "the deadline passed before it could be sent",
            );
            return (Err(error.into()), cut_short);
        }
        let window = Window {
            limit,
            end: later(now, limit),
        };
        (self.within(window, this, turn).await, cut_short)
    }

    async fn within(
        &self,
        window: Window,
        mut this: Try,
        turn: &mut Turn,
    ) -> Result<(Box<Meta>, Content), Failure> {
        let mut outgoing = match &self.request.upload {
            None => self.authorised(&self.uri, window).await?,
            Some(_) => {
                turn.elsewhere = Some(Elsewhere::Upload);
                self.bare(self.uri.clone())
            }
        };
        self.load(&mut outgoing, this.number);
        turn.sent = true;
        if let Some(token) = this.token.take() {
            token.spend();
        }
        let answer = match self.transmit(outgoing, window).await {
            Ok(answer) => self.follow(answer, turn, window).await?,
            Err(error) => return Err(self.broken(error, None).into()),
        };
        let (head, body) = answer.into_parts();
        let elsewhere = turn.elsewhere.as_ref();
        let body = match (self.intake, elsewhere) {
            (Intake::Stream, _) if head.status.is_success() => Ok(Content::Open(body)),
            // What a storage has to say is for nobody's eyes.
            (_, Some(_)) => Ok(Content::Read(Bytes::new())),
            (_, None) => self.read(body, window).await.map(Content::Read),
        };
        self.judge(Arrived { head, body }, elsewhere, this.after_unknown)
    }

    /// The request with fresh credentials, if it can be signed in time.
    pub(super) async fn authorised(
        &self,
        uri: &Uri,
        window: Window,
    ) -> Result<Request<Bytes>, Error> {
        match timeout(self.clock(), self.left(window), self.signed(uri)).await {
            Ok(Ok(outgoing)) => Ok(outgoing),
            // Whatever became of a request for credentials: this one did not leave.
            Ok(Err(error)) => Err(error
                .with_operation(self.provider(), self.request.operation.name())
                .with_delivery(Delivery::NotSent)),
            Err(timed_out) => Err(self.local(
                ErrorKind::Timeout,
                &format!("authorising took too long: {timed_out}"),
            )),
        }
    }

    /// Sends once; the answer's head must come in time.
    pub(super) async fn transmit(
        &self,
        outgoing: Request<Bytes>,
        window: Window,
    ) -> Result<Response<Body>, TransportError> {
        let progress = outgoing.extensions().get::<Progress>().cloned();
        let sending = self.shared.transport.send(outgoing);
        match timeout(self.clock(), self.left(window), sending).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let delivery = match progress {
                    Some(progress) if progress.withdraw() => Delivery::NotSent,
                    _ => Delivery::Unknown,
                };
                Err(TransportError::new(
                    ErrorKind::Timeout,
                    delivery,
                    format!("no answer within {:?}", window.limit),
                ))
            }
        }
    }

    async fn read(&self, body: Body, window: Window) -> Result<Bytes, TransportError> {
        let cap = self.shared.options.body_cap;
        match timeout(self.clock(), self.left(window), body.collect(cap)).await {
            Ok(read) => read,
            Err(_) => Err(TransportError::new(
                ErrorKind::Timeout,
                Delivery::Unknown,
                format!("the answer's body did not end within {:?}", window.limit),
            )),
        }
    }

    fn clock(&self) -> &dyn crate::clock::Clock {
        &*self.shared.options.clock
    }

    fn left(&self, window: Window) -> Duration {
        window.end.saturating_duration_since(self.clock().now())
    }

    /// The attempt's own HTTP request, with fresh credentials and still without its body.
    async fn signed(&self, uri: &Uri) -> Result<Request<Bytes>, Error> {
        let operation = self.request.operation;
        let mut headers =
            HeaderMap::with_capacity(self.request.headers.len() + self.options.headers.len() + 5);
        headers.insert(header::USER_AGENT, self.shared.user_agent.clone());
        if !self.request.headers.contains_key(header::ACCEPT) {
            headers.insert(header::ACCEPT, self.request.accept.clone());
        }
        headers.extend(
            self.request
                .headers
                .iter()
                .map(|(k, v)| (k.clone(), v.clone())),
        );
        for name in self.options.headers.keys() {
            headers.remove(name);
        }
        for (name, value) in &self.options.headers {
            headers.append(name.clone(), value.clone());
        }
        self.shared
            .dialect
            .authorize(&mut Outgoing {
                operation,
                method: operation.method(),
                uri,
                headers: &mut headers,
                body: &self.request.body,
                now: self.shared.options.clock.wall(),
            })
            .await?;
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = operation.method().clone();
        *request.uri_mut() = uri.clone();
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// Gives a request its body, and whoever watches it.
    fn load(&self, request: &mut Request<Bytes>, attempt: u32) {
        let body = &self.request.body;
        if body.is_empty() {
            return;
        }
        *request.body_mut() = body.clone();
        request.extensions_mut().insert(Progress::default());
        if let Some(listener) = &self.request.listener {
            let watch = UploadWatch::new(listener.clone(), attempt);
            request.extensions_mut().insert(watch);
        }
    }
}
