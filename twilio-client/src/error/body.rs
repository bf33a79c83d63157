//! What the body of an error says, in every shape Twilio and the proxies before it are known to use.
//!
//! | shape | where |
//! |---|---|
//! | `{code, message, more_info, status, details?}` | v2010 and most of v1 |
//! | `{type, title, status, code, detail?, errors: [{detail, pointer}]}` | newer APIs (RFC 9457) |
//! | `{code, message, httpStatusCode, params, userError}`, also in snake case | some of v1, monitor v2 |
//! | `{code, message, …, throttled_until}` | throttled token requests |
//! | `{errors: [{code, message, infoUrl}]}` | lists |
//! | `<TwilioResponse><RestException>` | v2010 when a path lacks `.json` |
//! | HTML, plain text, nothing, half a body | proxies and outages |
//!
//! The shapes are tried in turn. A code may be missing, zero or a text. What none of them fits leaves the HTTP status; the
//! pipeline adds a bounded, redacted piece of the body.

use std::time::SystemTime;

use http::StatusCode;
use serde_json::{Map, Value};
use voice_core::client::Refusal;
use voice_core::error::{Delivery, ErrorKind, FieldError};
use voice_core::retry::Advice;

use super::ErrorCode;
use crate::types::ApiTime;
use crate::xml::XmlTree;

/// What an answer that is no success says.
pub(crate) fn refusal(status: StatusCode, body: &[u8], now: SystemTime) -> Refusal {
    let mut refusal = Refusal::from_status(status);
    let said = read(body);
    refusal.message = said.message;
    refusal.fields = said.fields;
    refusal.retry_after = said
        .throttled_until
        .and_then(|until| until.duration_since(now).ok());
    if let Some(more_info) = said.more_info {
        refusal.context.push(("more_info", more_info));
    }
    let Some(code) = said.code.map(ErrorCode::new) else {
        return refusal;
    };
    refusal.code = Some(code.to_string());
    refusal.hint = code.hint();
    // The names of codes that merely repeat a status say less than the kind does.
    refusal.cause = code
        .name()
        .filter(|_| !(20_000..21_000).contains(&code.get()));
    if refusal.message.is_empty() {
        refusal.message = code.name().unwrap_or_default().to_owned();
    }
    if refusal.fields.is_empty()
        && let Some(field) = code.field()
    {
        refusal
            .fields
            .push(FieldError::new(field, &refusal.message));
    }
    // A code speaks of the request; a 5xx says that whoever answered is in no state to judge it.
    if status.is_client_error()
        && let Some(kind) = code.kind()
    {
        refusal.kind = kind;
    }
    if code == ErrorCode::TOO_MANY_REQUESTS && status.is_client_error() {
        // The one code whose request Twilio documents as not processed. Behind a 5xx it proves nothing.
        refusal.delivery = Delivery::Refused;
    } else if refusal.kind == ErrorKind::RateLimited && code.get() == 10004 {
        // More live calls than the account may have: they do not end within a retry.
        refusal.advice = Advice::Never;
    }
    refusal
}

#[derive(Debug, Default, PartialEq)]
struct Said {
    code: Option<u32>,
    message: String,
    more_info: Option<String>,
    fields: Vec<FieldError>,
    throttled_until: Option<SystemTime>,
}

fn read(body: &[u8]) -> Said {
    match body.trim_ascii_start().first() {
        Some(b'{') => match serde_json::from_slice::<Map<String, Value>>(body) {
            Ok(object) => object_says(&object),
            Err(_) => Said::default(),
        },
        Some(b'<') => std::str::from_utf8(body)
            .ok()
            .and_then(xml_says)
            .unwrap_or_default(),
        _ => Said::default(),
    }
}

fn object_says(object: &Map<String, Value>) -> Said {
    let listed = object.get("errors").and_then(Value::as_array);
    let first = listed
        .and_then(|errors| errors.first())
        .and_then(Value::as_object);
    // In the list form the error is in the list; in RFC 9457 the list is about fields.
    let main = match first {
        Some(first) if !object.contains_key("code") && !object.contains_key("title") => first,
        _ => object,
    };
    Said {
        code: code(main.get("code")),
        message: text(main, &["message", "detail", "title"]),
        more_info: Some(text(main, &["more_info", "moreInfo", "infoUrl", "type"]))
            .filter(|link| link.starts_with("https://")),
        fields: listed
            .into_iter()
            .flatten()
            .filter_map(|error| {
                let pointer = error.get("pointer")?.as_str()?;
                let detail = error
                    .get("detail")
                    .and_then(Value::as_str)
                    .unwrap_or("is refused");
                Some(FieldError::new(field_name(pointer), detail))
            })
            .collect(),
        throttled_until: object
            .get("throttled_until")
            .and_then(Value::as_str)
            .and_then(|until| ApiTime::new(until).time()),
    }
}

/// `#/address/city` (RFC 6901) as `address.city`.
fn field_name(pointer: &str) -> String {
    pointer
        .trim_start_matches('#')
        .trim_matches('/')
        .replace('/', ".")
}

/// A number or a text; zero is none.
fn code(value: Option<&Value>) -> Option<u32> {
    let code = match value? {
        Value::Number(number) => number.as_u64()?.try_into().ok()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (code != 0).then_some(code)
}

fn text(object: &Map<String, Value>, names: &[&str]) -> String {
    names
        .iter()
        .filter_map(|name| object.get(*name)?.as_str())
        .find(|text| !text.trim().is_empty())
        .unwrap_or_default()
        .to_owned()
}

fn xml_says(text: &str) -> Option<Said> {
    let tree = XmlTree::parse(text).ok()?;
    let exception = match tree.name.as_str() {
        "RestException" => &tree,
        _ => tree.child("RestException")?,
    };
    let part = |name| {
        exception
            .child(name)
            .map(|child| child.text.trim().to_owned())
    };
    Some(Said {
        code: part("Code")
            .and_then(|code| code.parse().ok())
            .filter(|code| *code != 0),
        message: part("Message").unwrap_or_default(),
        more_info: part("MoreInfo").filter(|link| link.starts_with("https://")),
        ..Said::default()
    })
}
