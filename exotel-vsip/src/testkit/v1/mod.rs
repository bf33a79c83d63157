//! Voice v1: its paths, written out, and its answers in JSON or, where the path has no `.json`, in XML.

mod account;
mod connect;
mod drive;
mod list;
mod range;
pub(super) mod record;
mod xml;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use voice_core::testkit::{SimAnswer, SimRequest};

use super::choice::RetryAfter;
use super::time::seconds;
use super::world::Shared;

pub(super) use drive::{finish, place};

/// How long after each failed try a status callback is sent again.
pub(super) const CALLBACK_WAITS: [Duration; 2] =
    [Duration::from_secs(5 * 60), Duration::from_secs(15 * 60)];

/// What a request to v1 asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) operation: &'static str,
    pub(super) format: Format,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Xml,
}

impl Route {
    /// A path there is nothing at.
    pub(super) const NOWHERE: Self = Self {
        operation: "unknown",
        format: Format::Json,
    };
}

/// Finds the operation of a path behind the account.
pub(super) fn route(request: &SimRequest, rest: &[&str]) -> Route {
    let last = rest.last().copied().unwrap_or_default();
    let (last, format) = match last.strip_suffix(".json") {
        Some(name) => (name, Format::Json),
        None => (last, Format::Xml),
    };
    let before = rest.split_last().map_or(&[][..], |(_, before)| before);
    let operation = match (request.method.as_str(), before, last) {
        // The one path has two operations, told apart by the form.
        ("POST", ["Calls"], "connect") if request.form_value("Url").is_some() => {
            "calls.connect_flow"
        }
        ("POST", ["Calls"], "connect") => "calls.connect",
        ("GET", [], "Calls") => "calls.list",
        ("GET", ["Calls"], sid) if !sid.is_empty() => "calls.get",
        ("GET", ["Numbers"], number) if !number.is_empty() => "numbers.metadata",
        ("GET", [], "Balance") => "account.balance",
        _ => "unknown",
    };
    Route { operation, format }
}

/// Why v1 refuses a request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exception {
    status: u16,
    message: String,
    /// A number, a text, or nothing: all three are seen.
    code: Option<Value>,
    /// Seconds.
    wait: Option<u64>,
}

impl Exception {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            code: None,
            wait: None,
        }
    }

    pub(super) fn unauthorized() -> Self {
        Self {
            code: Some(json!(20003)),
            ..Self::new(401, "Authentication failed")
        }
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, "The requested resource was not found")
    }

    pub(super) fn too_many() -> Self {
        Self {
            code: Some(json!("RATE_LIMIT_EXCEEDED")),
            ..Self::new(429, "Too many requests")
        }
    }

    fn bad(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }
}

/// Puts an answer into JSON or XML.
pub(super) fn answer(said: Result<Value, Exception>, format: Format) -> SimAnswer {
    let (status, body, wait) = match said {
        Ok(body) => (200, body, None),
        Err(exception) => {
            let mut map = Map::new();
            map.insert("Status".to_owned(), exception.status.into());
            map.insert("Message".to_owned(), exception.message.into());
            map.extend(exception.code.map(|code| ("Code".to_owned(), code)));
            (
                exception.status,
                json!({"RestException": map}),
                exception.wait,
            )
        }
    };
    let answer = match format {
        Format::Json => SimAnswer::json(status, &body),
        Format::Xml => SimAnswer::text(status, "application/xml", xml::document(&body)),
    };
    match wait {
        Some(wait) => answer.header("Retry-After", wait.to_string()),
        None => answer,
    }
}

/// Carries a request out, whose account is known.
pub(super) fn act(
    shared: &Arc<Shared>,
    account: usize,
    route: Route,
    request: &SimRequest,
    segments: &[String],
) -> Result<Value, Exception> {
    let last = segments.last().map_or("", String::as_str);
    let last = last.strip_suffix(".json").unwrap_or(last);
    match route.operation {
        "calls.connect" | "calls.connect_flow" => connect::connect(shared, account, request),
        "calls.get" => list::details(shared, account, request, last),
        "calls.list" => list::list(shared, account, request),
        "numbers.metadata" => account::number(last),
        "account.balance" => account::balance(shared, account),
        _ => Err(Exception::not_found()),
    }
}

impl Shared {
    /// A 429 that says how long to wait, unless it is not to.
    fn wait(&self, wait: Duration) -> Exception {
        let wait = seconds(wait).max(1);
        Exception {
            wait: (self.settings.retry_after == RetryAfter::Sent).then_some(wait),
            ..Exception::too_many()
        }
    }
}
