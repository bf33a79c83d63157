//! Writes down what the pipeline says, with level and the ids of the spans around it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// One event.
#[derive(Debug, Clone)]
pub struct Line {
    pub level: Level,
    pub event: String,
    pub tenant: Option<String>,
    pub call: Option<String>,
    pub text: String,
}

/// All events so far.
#[derive(Debug, Clone, Default)]
pub struct Scribe(Arc<Mutex<Vec<Line>>>);

thread_local! {
    /// Who listens on this thread. There is one subscriber for the process, since what `tracing` keeps of who is interested
    /// in what is shared by all threads.
    static LISTENING: RefCell<Option<Scribe>> = const { RefCell::new(None) };
}

/// Listens until it is dropped.
#[derive(Debug)]
pub struct Listening;

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENING.with(|listening| listening.borrow_mut().take());
    }
}

/// Hands events to whoever listens on the thread.
struct Router;

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Scribe {
    /// Writes down what this thread says, until the guard is dropped.
    pub fn listen() -> (Self, Listening) {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let subscriber = Registry::default().with(Router);
            tracing::subscriber::set_global_default(subscriber).unwrap();
        });
        let scribe = Self::default();
        LISTENING.with(|listening| listening.borrow_mut().replace(scribe.clone()));
        (scribe, Listening)
    }

    pub fn lines(&self) -> Vec<Line> {
        self.0.lock().unwrap().clone()
    }

    /// The codes of all events louder than debug, in order.
    pub fn codes(&self) -> Vec<String> {
        self.lines()
            .into_iter()
            .filter(|line| line.level < Level::DEBUG)
            .map(|line| line.event)
            .collect()
    }

    pub fn find(&self, event: &str) -> Option<Line> {
        self.lines().into_iter().find(|line| line.event == event)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Router {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        context.span(id).unwrap().extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut extensions = span.extensions_mut();
        values.record(extensions.get_mut::<Fields>().unwrap());
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let Some(code) = fields.0.remove("event") else {
            return;
        };
        let (mut tenant, mut call) = (None, None);
        for span in context.event_scope(event).into_iter().flatten() {
            let extensions = span.extensions();
            let Some(fields) = extensions.get::<Fields>() else {
                continue;
            };
            tenant = tenant.or_else(|| fields.0.get("tenant_id").cloned());
            call = call.or_else(|| fields.0.get("call_id").cloned());
        }
        let mut text = String::new();
        for (name, value) in &fields.0 {
            write!(text, "{name}={value} ").unwrap();
        }
        let line = Line {
            level: *event.metadata().level(),
            event: code,
            tenant,
            call,
            text,
        };
        LISTENING.with(|listening| {
            if let Some(scribe) = &*listening.borrow() {
                scribe.0.lock().unwrap().push(line);
            }
        });
    }
}
