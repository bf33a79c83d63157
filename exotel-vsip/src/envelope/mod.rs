//! What API v2 wraps its answers in.
//!
//! ```text
//! { request_id, method, http_code, metadata?, response: item or [item] }
//! item: { code, status: "success" or "failure", error_data: null or { code, message, description }, data }
//! ```
//!
//! Typed methods take it off. It is public for [`raw`](crate::ExotelClient::raw) requests, and for tests that play the
//! server. Reading is lenient:
//!
//! | what comes | is read as |
//! |---|---|
//! | keys in any order, unknown ones | the same, and kept in `extra` |
//! | `data` or `error_data` left out | null |
//! | a body without an envelope | [`Content::Bare`] |
//! | numbers written as texts | numbers |
//! | a request id of any form | a text |

mod decode;

use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::error::ErrorCode;
use crate::types::{Extra, FromWire};

pub(crate) use decode::{BatchBody, Deleted, Listed, Resource, Single};

/// An answer of API v2 as it came.
///
/// ```
/// use exotel_vsip::envelope::{Content, Envelope};
///
/// let body = r#"{"request_id": "17", "http_code": 200, "response": {"code": 409, "status": "failure",
///     "error_data": {"code": 1008, "message": "Duplicate resource", "description": "…"}, "data": null}}"#;
/// let envelope: Envelope = serde_json::from_str(body)?;
/// let Content::One(item) = &envelope.content else { panic!("one item") };
/// assert!(item.failed() && envelope.http_code == Some(200));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Envelope {
    /// The id that support asks for: any text.
    pub request_id: Option<String>,
    /// The method of the request.
    pub method: Option<String>,
    /// The status as the body has it; it need not be that of HTTP, nor that of an item.
    pub http_code: Option<u16>,
    /// About the list or the batch.
    pub metadata: Option<Metadata>,
    /// What it wraps.
    pub content: Content,
    /// Fields this version does not know.
    pub extra: Extra,
}

/// What an envelope wraps.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// One item.
    One(Item),
    /// A list of items, or a batch.
    Many(Vec<Item>),
    /// No envelope at all: the body as it came.
    Bare(Bare),
}

/// A body without an envelope. `Debug` shows nothing of it.
#[derive(Clone, PartialEq)]
pub struct Bare(pub Value);

impl fmt::Debug for Bare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[not shown]")
    }
}

/// One item with its own outcome.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Item {
    /// Its status, as an HTTP status.
    pub code: Option<u16>,
    /// `success` or `failure`.
    pub status: Option<String>,
    /// What went wrong.
    pub error: Option<ErrorData>,
    /// The object, or null.
    pub data: Value,
    /// Fields this version does not know.
    pub extra: Extra,
}

/// What went wrong with an item.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ErrorData {
    /// The code.
    pub code: Option<ErrorCode>,
    /// What it is called.
    pub message: String,
    /// More about it.
    pub description: String,
    /// Fields this version does not know.
    pub extra: Extra,
}

/// What an envelope says of its list or batch.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Metadata {
    /// Items a page.
    pub page_size: Option<u32>,
    /// The number of the page.
    pub page: Option<u64>,
    /// Where the list begins: a relative path.
    pub first_page_uri: Option<String>,
    /// The page before.
    pub prev_page_uri: Option<String>,
    /// The page after; `None` at the end.
    pub next_page_uri: Option<String>,
    /// Items in all.
    pub total: Option<u64>,
    /// Items of a batch that succeeded.
    pub success: Option<u64>,
    /// Items of a batch that failed.
    pub failed: Option<u64>,
    /// Fields this version does not know.
    pub extra: Extra,
}

impl Envelope {
    /// Reads a body; whatever is no envelope is [`Content::Bare`].
    #[must_use]
    pub fn from_value(body: Value) -> Self {
        let bare = |body| Self {
            request_id: None,
            method: None,
            http_code: None,
            metadata: None,
            content: Content::Bare(Bare(body)),
            extra: Extra::default(),
        };
        let Value::Object(mut map) = body else {
            return bare(body);
        };
        let content = match map.remove("response") {
            Some(Value::Object(item)) => Content::One(Item::from_object(item)),
            Some(Value::Array(items)) => {
                Content::Many(items.into_iter().map(Item::from_value).collect())
            }
            // An item that came without its envelope.
            None if is_item(&map) => {
                return Self {
                    content: Content::One(Item::from_object(map)),
                    ..bare(Value::Null)
                };
            }
            Some(other) => {
                map.insert("response".to_owned(), other);
                return bare(Value::Object(map));
            }
            None => return bare(Value::Object(map)),
        };
        Self {
            request_id: take(&mut map, "request_id"),
            method: take(&mut map, "method"),
            http_code: take(&mut map, "http_code"),
            metadata: match map.remove("metadata") {
                Some(Value::Object(metadata)) => Some(Metadata::from_object(metadata)),
                _ => None,
            },
            content,
            extra: map.into(),
        }
    }
}

/// An object that says whether it succeeded, or that has an outcome beside its `data`. A trunk has a `status` too, but not
/// one of these.
fn is_item(map: &Map<String, Value>) -> bool {
    let says_so = map
        .get("status")
        .and_then(Value::as_str)
        .is_some_and(|status| {
            ["success", "failure"]
                .iter()
                .any(|word| status.eq_ignore_ascii_case(word))
        });
    let has_outcome = map.contains_key("code") || map.contains_key("status");
    says_so || (has_outcome && (map.contains_key("data") || map.contains_key("error_data")))
}

impl Item {
    fn from_value(value: Value) -> Self {
        match value {
            Value::Object(map) if is_item(&map) => Self::from_object(map),
            // A list of objects without an outcome each.
            data => Self {
                code: None,
                status: None,
                error: None,
                data,
                extra: Extra::default(),
            },
        }
    }

    fn from_object(mut map: Map<String, Value>) -> Self {
        Self {
            code: take(&mut map, "code"),
            status: take(&mut map, "status"),
            error: match map.remove("error_data") {
                Some(Value::Object(data)) => Some(ErrorData::from_object(data)),
                _ => None,
            },
            data: map.remove("data").unwrap_or(Value::Null),
            extra: map.into(),
        }
    }

    /// Whether it says so, by its status or its code.
    #[must_use]
    pub fn failed(&self) -> bool {
        let says_failure = self
            .status
            .as_deref()
            .is_some_and(|status| status.eq_ignore_ascii_case("failure"));
        says_failure || self.code.is_some_and(|code| code >= 400)
    }
}

impl ErrorData {
    fn from_object(mut map: Map<String, Value>) -> Self {
        Self {
            code: take::<String>(&mut map, "code").map(ErrorCode::from),
            message: take(&mut map, "message").unwrap_or_default(),
            description: take(&mut map, "description").unwrap_or_default(),
            extra: map.into(),
        }
    }
}

impl Metadata {
    fn from_object(mut map: Map<String, Value>) -> Self {
        Self {
            page_size: take(&mut map, "page_size"),
            page: take(&mut map, "page"),
            first_page_uri: take(&mut map, "first_page_uri"),
            prev_page_uri: take(&mut map, "prev_page_uri"),
            next_page_uri: take(&mut map, "next_page_uri"),
            total: take(&mut map, "total"),
            success: take(&mut map, "success"),
            failed: take(&mut map, "failed"),
            extra: map.into(),
        }
    }
}

/// Takes a field out; one that cannot be read stays, and so ends in `extra`.
fn take<T: FromWire>(map: &mut Map<String, Value>, name: &str) -> Option<T> {
    let read = T::from_wire(map.get(name)?);
    if read.is_some() || map.get(name) == Some(&Value::Null) {
        map.remove(name);
    }
    read
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from_value)
    }
}

/// The object may be personal: whether there is one is shown.
impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item")
            .field("code", &self.code)
            .field("status", &self.status)
            .field("error", &self.error)
            .field("has_data", &!self.data.is_null())
            .field("extra", &self.extra)
            .finish()
    }
}

/// Descriptions quote what was sent: they are redacted.
impl fmt::Debug for ErrorData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::types::Shown;

        f.debug_struct("ErrorData")
            .field("code", &self.code)
            .field("message", &Shown(&self.message))
            .field("description", &Shown(&self.description))
            .field("extra", &self.extra)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn unknown_keys_are_kept_at_every_level() {
        let envelope = Envelope::from_value(json!({
            "later": 1, "response": {"data": {"id": 1}, "later": 2, "status": "success", "code": "200",
                "error_data": {"code": "1008", "later": 3}},
            "metadata": {"total": "7", "later": 4}, "http_code": "200", "method": "GET", "request_id": 9,
        }));
        let Content::One(item) = &envelope.content else {
            panic!("one item")
        };
        assert_eq!(
            (envelope.request_id.as_deref(), envelope.http_code),
            (Some("9"), Some(200))
        );
        assert_eq!((item.code, item.failed()), (Some(200), false));
        let error = item.error.as_ref().unwrap();
        assert_eq!(error.code, Some(ErrorCode::Duplicate));
        let metadata = envelope.metadata.as_ref().unwrap();
        assert_eq!(metadata.total, Some(7));
        let kept = [&envelope.extra, &item.extra, &error.extra, &metadata.extra];
        assert_eq!(
            kept.map(|extra| extra["later"].as_u64().unwrap()),
            [1, 2, 3, 4]
        );
    }

    #[test]
    fn left_out_is_the_same_as_null() {
        let with = Envelope::from_value(
            json!({"response": {"code": 200, "data": null, "error_data": null}}),
        );
        let without = Envelope::from_value(json!({"response": {"code": 200}}));
        assert_eq!(with, without);
    }

    #[test]
    fn what_is_no_envelope_is_kept_whole() {
        for body in [
            json!({"exophone": "+918000000001"}),
            json!({"response": "odd"}),
            json!([1]),
            json!(null),
            json!({"sid": "TR1", "status": "active"}),
        ] {
            assert_eq!(
                Envelope::from_value(body.clone()).content,
                Content::Bare(Bare(body))
            );
        }
        let item = Envelope::from_value(
            json!({"code": 409, "status": "failure", "error_data": {"code": 1008}}),
        );
        assert!(matches!(item.content, Content::One(item) if item.failed()));
    }

    #[test]
    fn nothing_personal_shows() {
        let envelope = Envelope::from_value(json!({"response": {
            "data": {"phone_number": "+918000000001"}, "status": "failure",
            "error_data": {"description": "no +918000000001"}}}));
        let shown = format!(
            "{envelope:?} {:?}",
            Envelope::from_value(json!({"x": "+918000000001"}))
        );
        assert!(!shown.contains("8000000001"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_body_panics(text in "[{}\\[\\]\":,a-z0-9_]{0,80}") {
            if let Ok(body) = serde_json::from_str::<Value>(&text) {
                let _ = Envelope::from_value(body);
            }
        }
    }
}
