//! A layer for `tracing` that writes one JSON object per line.
//!
//! ```json
//! {"ts":"2026-03-02T14:30:45.123Z","level":"ERROR","logger":"voice_core::intake","msg":"…","tenant_id":"acme-corp","call_id":"rtc_abc","event":"instructions_missing","error":{"reason":"greeting_text_empty","context":{}}}
//! ```
//!
//! | key | |
//! |---|---|
//! | `ts` | RFC 3339, UTC, to the millisecond |
//! | `level` | `DEBUG`, `INFO`, `WARNING` or `ERROR`; TRACE is written as `DEBUG` |
//! | `logger` | the event's target |
//! | `msg` | its message |
//! | `tenant_id`, `call_id` | from the event, else from the innermost span that has them, also if it recorded them later; left out when there are none |
//! | `event` | its field of that name |
//! | others | its other fields, in order |
//!
//! A field `error` that holds a JSON object is nested as such, and the members of one named `details` become fields of their
//! own. A field that would hide one of the keys above is called `fields.NAME`, and so is the second of one name.
//!
//! Every text passes [`redact`](crate::secret::redact), together with its name, so that `token = "…"` is hidden as well as
//! a number in a message. Numbers recorded as such stay.
//!
//! ```
//! use tracing_subscriber::layer::SubscriberExt;
//! use voice_core::observe::json_log::{JsonLog, LogLevels};
//!
//! let log = JsonLog::stderr();
//! let levels: LogLevels = "INFO".parse()?;
//! let subscriber = tracing_subscriber::registry().with(log.clone().layer(levels));
//! tracing::subscriber::with_default(subscriber, || {
//!     let _call = tracing::info_span!("call", tenant_id = "acme-corp", call_id = "rtc_abc").entered();
//!     tracing::info!(event = "call_accepted", "the call was taken");
//! });
//! assert_eq!(log.stats().written, 1);
//! # Ok::<(), voice_core::observe::json_log::LevelError>(())
//! ```

mod fields;
mod ids;
mod levels;
mod out;
#[cfg(test)]
mod tests;
mod value;

use std::fmt;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Filtered;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

pub use levels::{LevelError, LogLevel, LogLevels};
pub use out::JsonLogStats;

use crate::clock::{SharedClock, SystemClock};
use crate::observe::log::rfc3339;
use fields::Fields;
use ids::Ids;
use out::Out;

/// Writes every event it is given as one line of JSON; cloning shares the writer.
///
/// It never makes the application fail: a writer that fails or panics, and a field that panics while it is shown, cost
/// that line, which is [counted](Self::stats).
#[derive(Clone)]
pub struct JsonLog {
    out: Arc<Out>,
    clock: SharedClock,
}

impl JsonLog {
    /// Writes to `writer`, one call of `write` for each line as long as it takes whole lines.
    ///
    /// The thread that logs waits for it: give a writer with a queue of its own where that matters.
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self {
            out: Arc::new(Out::new(Box::new(writer))),
            clock: SystemClock::shared(),
        }
    }

    /// Writes to standard error.
    #[must_use]
    pub fn stderr() -> Self {
        Self::to(std::io::stderr())
    }

    /// Writes to standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self::to(std::io::stdout())
    }

    /// Another clock.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// The layer, for events that `levels` let through.
    ///
    /// The log itself is a layer as well, which writes everything it is given.
    pub fn layer<S>(self, levels: LogLevels) -> Filtered<Self, LogLevels, S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        self.with_filter(levels)
    }

    /// Lines written and lost so far.
    #[must_use]
    pub fn stats(&self) -> JsonLogStats {
        self.out.stats()
    }

    fn line<S>(&self, event: &Event<'_>, ctx: &Context<'_, S>) -> String
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut ids = fields.ids();
        for span in ctx.event_scope(event).into_iter().flatten() {
            if ids.are_known() {
                break;
            }
            if let Some(of_span) = span.extensions().get::<Ids>() {
                ids.fill_from(of_span);
            }
        }
        let level = match *event.metadata().level() {
            Level::ERROR => "ERROR",
            Level::WARN => "WARNING",
            Level::INFO => "INFO",
            Level::DEBUG | Level::TRACE => "DEBUG",
        };
        let time = rfc3339::text(self.clock.wall());
        fields.line(&time, level, event.metadata().target(), &ids)
    }
}

impl<S> Layer<S> for JsonLog
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        if !Ids::may_be_in(attributes.metadata()) {
            return;
        }
        if let Some(span) = ctx.span(id) {
            let mut ids = Ids::default();
            guarded(|| attributes.record(&mut ids));
            span.extensions_mut().replace(ids);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id) {
            // Not while the extensions are held: a value may log while it is shown.
            let mut new = Ids::default();
            guarded(|| values.record(&mut new));
            if let Some(ids) = span.extensions_mut().get_mut::<Ids>() {
                ids.update(new);
            }
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let mut line = None;
        guarded(|| line = Some(self.line(event, &ctx)));
        match line {
            Some(line) => self.out.write(&line),
            None => self.out.lose(),
        }
    }
}

/// What an application shows of its values runs in here, and may panic.
fn guarded(act: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(act));
}

impl fmt::Debug for JsonLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLog")
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
