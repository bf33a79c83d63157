//! One attempt: breaker, limiter and observation around one exchange.

use std::borrow::Cow;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::Uri;
use tracing::Instrument;

use super::elsewhere::Elsewhere;
use super::exchange::{Content, Intake};
use super::request::RequestBuilder;
use super::response::Meta;
use super::run::{self, Failure, Parts, Try};
use super::scope::Scope;
use super::span::{self, Target, Unfinished};
use super::{RequestOptions, Shared};
use crate::breaker::{Breaker, CircuitOpen};
use crate::error::{Delivery, Error, ErrorKind};
use crate::limits::{LimitExceeded, Observed, Permit, RateLimits};
use crate::observe::{AttemptEvent, HeldBack, Observer, OperationEvent, RetryEvent, StartEvent};
use crate::retry::Advice;

/// A request ready to be sent any number of times.
pub(super) struct Ready<'a> {
    pub(super) shared: &'a Shared,
    pub(super) options: &'a RequestOptions,
    pub(super) request: &'a RequestBuilder<'a>,
    pub(super) uri: Uri,
    pub(super) intake: Intake,
    scope: Arc<Scope>,
    pub(super) attempt_timeout: Duration,
}

/// What all uploads of a client share: budget and breaker of storage are not the provider's. No host has such a name.
const STORAGE: &str = "(storage)";

/// Sends a request through the loop.
pub(super) async fn run(
    request: RequestBuilder<'_>,
    intake: Intake,
) -> Result<(Box<Meta>, Content), Error> {
    let shared = &*request.client.shared;
    let options = &*request.client.request;
    let settings = &shared.options;
    let provider = shared.dialect.provider();
    let operation = request.operation.name();

    let base = request.base.as_ref().unwrap_or(&shared.base);
    let (uri, host) = match &request.upload {
        Some(url) => (url.to_uri(), STORAGE),
        None => {
            let mut target = String::with_capacity(request.path.len() + request.query.len() + 1);
            target.push_str(&request.path);
            if !request.query.is_empty() {
                target.push('?');
                target.push_str(&request.query);
            }
            (base.join(&target), base.authority())
        }
    };
    let uri = uri.map_err(|_| {
        Error::invalid_input("path", "cannot be put into a URL").with_operation(provider, operation)
    })?;
    let (hurry_attempt, hurry_total) = request.hurry.unwrap_or((Duration::MAX, Duration::MAX));
    let ready = Ready {
        scope: shared.scopes.of(host, settings),
        attempt_timeout: options
            .attempt_timeout
            .unwrap_or_else(|| settings.attempt_timeout.min(hurry_attempt)),
        shared,
        options,
        uri,
        intake,
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
        deadline: options
            .deadline
            .unwrap_or_else(|| settings.deadline.min(hurry_total)),
        retry_after_cap: settings.retry_after_cap,
    };
    let span = span::of_operation(provider, operation);
    let under_way = UnderWay::begin(&settings.observers, provider, operation);
    let unfinished = Unfinished::watch(&span);
    let start = settings.clock.now();
    let trying = pin!(run::run(
        &parts,
        // One allocation, and whatever holds a request is small.
        |this| Box::pin(ready.attempt(this)),
        |error, wait| ready.announce(error, wait),
    ));
    let result = trying.instrument(span.clone()).await.map_err(|error| {
        let operation = request.operation;
        error.with_endpoint(operation.method().clone(), operation.path())
    });
    under_way.end();
    unfinished.finish();

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
            span::attempts(&span, finished.attempts);
            let (mut meta, content) = finished.value;
            meta.attempts = finished.attempts;
            meta.elapsed = finished.elapsed;
            Ok((meta, content))
        }
        Err(error) => {
            span::attempts(&span, error.attempts());
            span.record("voice.delivery", error.delivery().as_str());
            span::failed(&span, &error);
            Err(error)
        }
    }
}

impl Ready<'_> {
    /// One try: observed, in its span.
    async fn attempt(&self, this: Try) -> Result<(Box<Meta>, Content), Failure> {
        let clock = &self.shared.options.clock;
        let operation = self.request.operation;
        let provider = self.shared.dialect.provider();
        let observers = &self.shared.options.observers;
        // Often nobody looks.
        let target = (!observers.is_empty() || span::of_attempt_is_shown())
            .then(|| self.target())
            .flatten();
        let span = span::of_attempt(operation, target, this.number);
        let start = clock.now();
        let number = this.number;
        let waited = AtomicDuration::default();
        // Where it is: futures of requests are large, and are not moved into their spans.
        let guarded = pin!(self.guarded(this, &waited));
        let unfinished = Unfinished::watch(&span);
        let outcome = guarded.instrument(span.clone()).await;
        unfinished.finish();
        let (status, limits, read) = match &outcome {
            Ok((meta, content)) => (Some(meta.status), Some(&meta.rate_limits), content.len()),
            Err(failure) => (failure.error.status(), failure.error.rate_limits(), 0),
        };
        // An error's has been through the redactor.
        let request_id = match &outcome {
            _ if observers.is_empty() => None,
            Ok((meta, _)) => meta
                .request_id
                .as_deref()
                .map(|id| self.shared.redactor.apply(id)),
            Err(failure) => failure.error.request_id().map(Cow::Borrowed),
        };
        if let Some(status) = status {
            span::status(&span, status);
        }
        if let Err(failure) = &outcome {
            span::failed(&span, &failure.error);
        }
        for observer in observers {
            observer.on_attempt(&AttemptEvent {
                provider,
                operation: operation.name(),
                method: operation.method().as_str(),
                path: operation.path(),
                host: target.map_or("", |target| target.host),
                port: target.and_then(|target| target.port),
                attempt: number,
                status: status.map(|s| s.as_u16()),
                elapsed: clock.now().saturating_duration_since(start),
                waited: waited.get(),
                held_back: outcome.as_ref().err().and_then(Failure::held_back_by),
                breaker: self.scope.breaker.as_ref().map(Breaker::state),
                request_body: &self.request.body,
                request_id: request_id.as_deref(),
                response_bytes: read,
                rate_limits: limits,
                error: outcome.as_ref().err().map(|failure| &failure.error),
            });
        }
        outcome
    }

    /// Breaker and limiter around one exchange.
    async fn guarded(
        &self,
        this: Try,
        waited: &AtomicDuration,
    ) -> Result<(Box<Meta>, Content), Failure> {
        let settings = &self.shared.options;
        // Asked before the wait for a turn, to fail at once, and after it, since the breaker may have opened meanwhile. The
        // pass is taken only then: a request that waits must not sit in the one place for a probe.
        let breaker = self.scope.breaker.as_ref();
        // The provider's limits are not those of a storage.
        let limiter = settings.limiter.as_ref();
        let limiter = limiter.filter(|_| self.request.upload.is_none());
        if let (Some(breaker), Some(_)) = (breaker, limiter) {
            breaker.check().map_err(|open| self.circuit_open(open))?;
        }
        let mut turn = Turn::default();
        if let Some(limiter) = limiter {
            let asked = settings.clock.now();
            let permit = limiter.acquire(1, this.until).await;
            waited.set(settings.clock.now().saturating_duration_since(asked));
            turn.permit = Some(permit.map_err(|full| self.held_back(&full))?);
        }
        let pass = match breaker {
            None => None,
            Some(breaker) => Some(breaker.acquire().map_err(|open| self.circuit_open(open))?),
        };
        let (outcome, cut_short) = self.exchange(this, &mut turn).await;
        let led = matches!(turn.elsewhere, Some(Elsewhere::Led { .. }));
        self.tell_limiter(turn, &outcome);
        if let Some(pass) = pass {
            match &outcome {
                // Whatever became of it elsewhere: this host has answered.
                _ if led => pass.success(),
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

    fn tell_limiter(&self, mut turn: Turn, outcome: &Result<(Box<Meta>, Content), Failure>) {
        let (Some(limiter), Some(permit)) = (&self.shared.options.limiter, turn.permit.take())
        else {
            return;
        };
        if let Some(Elsewhere::Led { rate_limits, .. }) = &turn.elsewhere {
            limiter.observe(rate_limits, Observed::Accepted);
            return;
        }
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

    /// Where it goes, for spans and observers; of an upload's URL nothing is shown.
    fn target(&self) -> Option<Target<'_>> {
        if self.request.upload.is_some() {
            return None;
        }
        let base = self.request.base.as_ref().unwrap_or(&self.shared.base);
        let usual = if base.is_tls() { 443 } else { 80 };
        Some(Target {
            base: base.as_str(),
            host: self.uri.host().unwrap_or_default().trim_matches(['[', ']']),
            port: Some(self.uri.port_u16().unwrap_or(usual)),
        })
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
pub(super) struct Turn {
    permit: Option<Permit>,
    pub(super) sent: bool,
    /// Where the answer came from, when not from the provider.
    pub(super) elsewhere: Option<Elsewhere>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let (false, Some(permit)) = (self.sent, self.permit.take()) {
            permit.give_back();
        }
    }
}

/// A length of time that a future notes for whoever polls it.
#[derive(Default)]
struct AtomicDuration(AtomicU64);

impl AtomicDuration {
    fn set(&self, duration: Duration) {
        let ns = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.0.store(ns, Ordering::Relaxed);
    }

    fn get(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

/// Tells observers that an operation begins, and that it was dropped if it never ends.
struct UnderWay<'a> {
    observers: &'a [Arc<dyn Observer>],
    event: StartEvent<'a>,
    ended: bool,
}

impl<'a> UnderWay<'a> {
    fn begin(
        observers: &'a [Arc<dyn Observer>],
        provider: &'static str,
        operation: &'a str,
    ) -> Self {
        let event = StartEvent {
            provider,
            operation,
        };
        for observer in observers {
            observer.on_start(&event);
        }
        Self {
            observers,
            event,
            ended: false,
        }
    }

    fn end(mut self) {
        self.ended = true;
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if !self.ended {
            for observer in self.observers {
                observer.on_dropped(&self.event);
            }
        }
    }
}

impl Failure {
    /// What on this side held the request back, if it was that.
    fn held_back_by(&self) -> Option<HeldBack> {
        self.held_back?;
        Some(match self.error.kind() {
            ErrorKind::CircuitOpen => HeldBack::Breaker,
            _ => HeldBack::Limiter,
        })
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
