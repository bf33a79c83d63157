//! One attempt: breaker, limiter, signature, transport, judgement, observation.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri, header};
use tracing::Instrument;

use super::dialect::Outgoing;
use super::request::RequestBuilder;
use super::response::Meta;
use super::run::{self, Failure, Parts, Try};
use super::scope::Scope;
use super::{RequestOptions, Shared};
use crate::breaker::CircuitOpen;
use crate::clock::{later, timeout};
use crate::error::{Delivery, Error, ErrorKind};
use crate::limits::{LimitExceeded, Observed, Permit, RateLimits};
use crate::observe::{AttemptEvent, OperationEvent, RetryEvent};
use crate::retry::Advice;
use crate::transport::{Progress, TransportError};

/// A request ready to be sent any number of times.
pub(super) struct Ready<'a> {
    pub(super) shared: &'a Shared,
    options: &'a RequestOptions,
    pub(super) request: &'a RequestBuilder<'a>,
    uri: Uri,
    scope: Arc<Scope>,
    attempt_timeout: Duration,
}

/// Sends a request through the loop.
pub(super) async fn run(request: RequestBuilder<'_>) -> Result<(Meta, Bytes), Error> {
    let shared = &*request.client.shared;
    let options = &*request.client.request;
    let settings = &shared.options;
    let provider = shared.dialect.provider();
    let operation = request.operation.name();

    let base = request.base.as_ref().unwrap_or(&shared.base);
    let mut target = String::with_capacity(request.path.len() + request.query.len() + 1);
    target.push_str(&request.path);
    if !request.query.is_empty() {
        target.push('?');
        target.push_str(&request.query);
    }
    let uri = base.join(&target).map_err(|_| {
        Error::invalid_input("path", "cannot be put into a URL").with_operation(provider, operation)
    })?;
    let ready = Ready {
        scope: shared.scopes.of(base.authority(), settings),
        attempt_timeout: options.attempt_timeout.unwrap_or(settings.attempt_timeout),
        shared,
        options,
        uri,
        request: &request,
    };
    let retries = options.retries.unwrap_or(settings.retries);
    let parts = Parts {
        repeat: request.repeat,
        policy: &*settings.policy,
        max_attempts: retries.saturating_add(1),
        backoff: &*settings.backoff,
        budget: ready.scope.budget.as_ref(),
        clock: &*settings.clock,
        deadline: options.deadline.unwrap_or(settings.deadline),
        retry_after_cap: settings.retry_after_cap,
    };
    let span = tracing::info_span!(
        target: "voice_core",
        "operation",
        otel.name = %format_args!("{provider} {operation}"),
        otel.kind = "internal",
        otel.status_code = tracing::field::Empty,
        voice.provider = provider,
        voice.operation = operation,
        voice.attempts = tracing::field::Empty,
        voice.delivery = tracing::field::Empty,
        error.type = tracing::field::Empty,
    );
    let start = settings.clock.now();
    let result = run::run(
        &parts,
        |this| ready.attempt(this),
        |error, wait| ready.announce(error, wait),
    )
    .instrument(span.clone())
    .await
    .map_err(|error| {
        let operation = request.operation;
        error.with_endpoint(operation.method().clone(), operation.path())
    });

    for observer in &settings.observers {
        observer.on_operation(&OperationEvent {
            provider,
            operation,
            repeat: request.repeat,
            attempts: match &result {
                Ok(finished) => finished.attempts,
                Err(error) => error.attempts(),
            },
            elapsed: settings.clock.now().saturating_duration_since(start),
            error: result.as_ref().err(),
        });
    }
    match result {
        Ok(finished) => {
            span.record("voice.attempts", finished.attempts);
            let (mut meta, bytes): (Meta, Bytes) = finished.value;
            meta.attempts = finished.attempts;
            meta.elapsed = finished.elapsed;
            Ok((meta, bytes))
        }
        Err(error) => {
            span.record("voice.attempts", error.attempts());
            span.record("voice.delivery", error.delivery().as_str());
            span.record("error.type", error.kind().as_str());
            span.record("otel.status_code", "ERROR");
            Err(error)
        }
    }
}

/// An answer's head, and its body or why there is none.
pub(super) struct Arrived {
    pub(super) head: http::response::Parts,
    pub(super) body: Result<Bytes, TransportError>,
}

impl Ready<'_> {
    /// One try: observed, in its span.
    async fn attempt(&self, this: Try) -> Result<(Meta, Bytes), Failure> {
        let clock = &self.shared.options.clock;
        let operation = self.request.operation;
        let provider = self.shared.dialect.provider();
        let span = tracing::info_span!(
            target: "voice_core",
            "attempt",
            otel.name = %format_args!("{} {}", operation.method(), operation.path()),
            otel.kind = "client",
            otel.status_code = tracing::field::Empty,
            http.request.method = %operation.method(),
            http.request.resend_count = this.number - 1,
            http.response.status_code = tracing::field::Empty,
            server.address = self.uri.host().unwrap_or_default(),
            url.template = operation.path(),
            error.type = tracing::field::Empty,
        );
        let start = clock.now();
        let number = this.number;
        let outcome = self.guarded(this).instrument(span.clone()).await;
        let (status, limits, bytes) = match &outcome {
            Ok((meta, bytes)) => (Some(meta.status), Some(&meta.rate_limits), bytes.len()),
            Err(failure) => (failure.error.status(), failure.error.rate_limits(), 0),
        };
        // An error's has been through the redactor.
        let request_id = match &outcome {
            _ if self.shared.options.observers.is_empty() => None,
            Ok((meta, _)) => meta
                .request_id
                .as_deref()
                .map(|id| self.shared.redactor.apply(id)),
            Err(failure) => failure.error.request_id().map(Cow::Borrowed),
        };
        if let Some(status) = status {
            span.record("http.response.status_code", status.as_u16());
        }
        if let Err(failure) = &outcome {
            span.record("error.type", failure.error.kind().as_str());
            span.record("otel.status_code", "ERROR");
        }
        for observer in &self.shared.options.observers {
            observer.on_attempt(&AttemptEvent {
                provider,
                operation: operation.name(),
                method: operation.method().as_str(),
                path: operation.path(),
                host: self.uri.host().unwrap_or_default(),
                attempt: number,
                status: status.map(|s| s.as_u16()),
                elapsed: clock.now().saturating_duration_since(start),
                request_body: &self.request.body,
                request_id: request_id.as_deref(),
                response_bytes: bytes,
                rate_limits: limits,
                error: outcome.as_ref().err().map(|failure| &failure.error),
            });
        }
        outcome
    }

    /// Breaker and limiter around one exchange.
    async fn guarded(&self, this: Try) -> Result<(Meta, Bytes), Failure> {
        let settings = &self.shared.options;
        // Asked before the wait for a turn, to fail at once, and after it, since the breaker may have opened meanwhile. The
        // pass is taken only then: a request that waits must not sit in the one place for a probe.
        let breaker = self.scope.breaker.as_ref();
        if let (Some(breaker), Some(_)) = (breaker, &settings.limiter) {
            breaker.check().map_err(|open| self.circuit_open(open))?;
        }
        let mut turn = Turn::default();
        if let Some(limiter) = &settings.limiter {
            let permit = limiter.acquire(1, this.until).await;
            turn.permit = Some(permit.map_err(|full| self.held_back(&full))?);
        }
        let pass = match breaker {
            None => None,
            Some(breaker) => Some(breaker.acquire().map_err(|open| self.circuit_open(open))?),
        };
        let (outcome, cut_short) = self.exchange(this, &mut turn).await;
        self.tell_limiter(turn, &outcome);
        if let Some(pass) = pass {
            match &outcome {
                Err(failure) if !speaks_against_provider(&failure.error) => {
                    match failure.error.delivery() {
                        // Nothing reached the provider, for a reason of our own: no verdict.
                        Delivery::NotSent => drop(pass),
                        _ => pass.success(),
                    }
                }
                // A caller in a hurry proves nothing about the provider; a 504 or 408 of its own does.
                Err(failure) if cut_short && ran_out_here(&failure.error) => drop(pass),
                Err(_) => pass.failure(),
                Ok(_) => pass.success(),
            }
        }
        outcome
    }

    /// Signs, sends, reads and judges; also says whether it had less than half the time this client usually allows.
    async fn exchange(
        &self,
        mut this: Try,
        turn: &mut Turn,
    ) -> (Result<(Meta, Bytes), Failure>, bool) {
        let settings = &self.shared.options;
        let clock = &*settings.clock;
        let now = clock.now();
        let left = this.until.saturating_duration_since(now);
        let limit = left.min(self.attempt_timeout);
        let cut_short = limit < settings.attempt_timeout.min(settings.deadline) / 2;
        let end = later(now, limit);
        if limit.is_zero() {
            let error = self.local(
                ErrorKind::Timeout,
                "the deadline passed before it could be sent",
            );
            return (Err(error.into()), cut_short);
        }
        let outgoing = match timeout(clock, limit, self.signed()).await {
            Ok(Ok(outgoing)) => outgoing,
            Ok(Err(error)) => {
                // Whatever became of a request for credentials: this one did not leave.
                let error = error
                    .with_operation(self.provider(), self.request.operation.name())
                    .with_delivery(Delivery::NotSent);
                return (Err(error.into()), cut_short);
            }
            Err(timed_out) => {
                let error = self.local(
                    ErrorKind::Timeout,
                    &format!("authorising took too long: {timed_out}"),
                );
                return (Err(error.into()), cut_short);
            }
        };
        let progress = outgoing.extensions().get::<Progress>().cloned();
        let left = end.saturating_duration_since(clock.now());
        turn.sent = true;
        if let Some(token) = this.token.take() {
            token.spend();
        }
        let head = match timeout(clock, left, self.shared.transport.send(outgoing)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return (Err(self.broken(error, None).into()), cut_short),
            Err(_) => {
                let delivery = match progress {
                    Some(progress) if progress.withdraw() => Delivery::NotSent,
                    _ => Delivery::Unknown,
                };
                let error = TransportError::new(
                    ErrorKind::Timeout,
                    delivery,
                    format!("no answer within {limit:?}"),
                );
                return (Err(self.broken(error, None).into()), cut_short);
            }
        };
        let (head, body) = head.into_parts();
        let left = end.saturating_duration_since(clock.now());
        let cap = self.shared.options.body_cap;
        let body = match timeout(clock, left, body.collect(cap)).await {
            Ok(read) => read,
            Err(_) => Err(TransportError::new(
                ErrorKind::Timeout,
                Delivery::Unknown,
                format!("the answer's body did not end within {limit:?}"),
            )),
        };
        (
            self.judge(Arrived { head, body }, this.after_unknown),
            cut_short,
        )
    }

    /// The attempt's own HTTP request, with fresh credentials.
    async fn signed(&self) -> Result<Request<Bytes>, Error> {
        let operation = self.request.operation;
        let mut headers = http::HeaderMap::with_capacity(
            self.request.headers.len() + self.options.headers.len() + 4,
        );
        headers.insert(header::USER_AGENT, self.shared.user_agent.clone());
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
                uri: &self.uri,
                headers: &mut headers,
                body: &self.request.body,
                now: self.shared.options.clock.wall(),
            })
            .await?;
        let mut request = Request::new(self.request.body.clone());
        *request.method_mut() = operation.method().clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers;
        if !self.request.body.is_empty() {
            request.extensions_mut().insert(Progress::default());
        }
        Ok(request)
    }

    fn tell_limiter(&self, mut turn: Turn, outcome: &Result<(Meta, Bytes), Failure>) {
        let (Some(limiter), Some(permit)) = (&self.shared.options.limiter, turn.permit.take())
        else {
            return;
        };
        match outcome {
            Ok((meta, _)) => limiter.observe(&meta.rate_limits, Observed::Accepted),
            Err(Failure { error, .. }) => {
                let none = RateLimits::default();
                let limits = error.rate_limits().unwrap_or(&none);
                match error.delivery() {
                    Delivery::NotSent => permit.give_back(),
                    Delivery::Refused => limiter.observe(limits, Observed::Limited),
                    _ if error.status().is_some() => limiter.observe(limits, Observed::Accepted),
                    _ => {}
                }
            }
        }
    }

    fn announce(&self, error: &Error, wait: Duration) {
        tracing::debug!(
            target: "voice_core",
            provider = self.provider(),
            operation = self.request.operation.name(),
            wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            %error,
            "trying again"
        );
        for observer in &self.shared.options.observers {
            observer.on_retry(&RetryEvent {
                provider: self.provider(),
                operation: self.request.operation.name(),
                wait,
                error,
            });
        }
    }

    fn circuit_open(&self, open: CircuitOpen) -> Failure {
        let error = self
            .local(ErrorKind::CircuitOpen, &open.to_string())
            .with_retry_after(open.retry_in)
            .with_hint("The provider failed several times in a row just now; wait, and see its status page");
        Failure {
            held_back: Some("the circuit breaker has opened"),
            ..error.into()
        }
    }

    /// The client-side limiter has no turn before the deadline.
    fn held_back(&self, full: &LimitExceeded) -> Failure {
        let error = self
            .local(ErrorKind::RateLimited, &full.to_string())
            .with_hint("Nothing was sent: lower the rate, or give the operation a longer deadline");
        let error = match full.wait() {
            Some(wait) => error.with_retry_after(wait),
            None => error,
        };
        Failure {
            held_back: Some("the client-side limiter has no turn before the deadline"),
            ..error.into()
        }
    }
}

/// A turn of the limiter; dropped before the request was sent, it is given back whole.
#[derive(Default)]
struct Turn {
    permit: Option<Permit>,
    sent: bool,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let (false, Some(permit)) = (self.sent, self.permit.take()) {
            permit.give_back();
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            error,
            advice: Advice::None,
            held_back: None,
        }
    }
}

/// Whether time ran out on this side, and not by the provider's own account.
fn ran_out_here(error: &Error) -> bool {
    error.kind() == ErrorKind::Timeout
        && error
            .status()
            .is_none_or(|status| !status.is_client_error() && !status.is_server_error())
}

/// Whether a failure says that the provider, or the way to it, is in trouble.
fn speaks_against_provider(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server
            | ErrorKind::Unavailable
            | ErrorKind::Timeout
            | ErrorKind::Dns
            | ErrorKind::Connect
            | ErrorKind::Tls
            | ErrorKind::Connection
    )
}
