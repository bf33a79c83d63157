//! Reads a body for what it says of failure, whatever form it has.
//!
//! Successes are only glanced at: the parts that tell success from failure are read and the rest is skipped. A body that
//! may hold a failure is read whole by [`shapes`](super::shapes).

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use voice_core::error::FieldError;

use super::shapes;

/// What a body says went wrong.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Said {
    /// The status in the body, where it is one of failure: the item's, else the envelope's.
    pub(super) status: Option<u16>,
    /// The provider's code, as text.
    pub(super) code: Option<String>,
    /// What it is called; empty when the body does not say.
    pub(super) message: String,
    /// More about it; empty when there is nothing more.
    pub(super) description: String,
    /// Messages that name their fields themselves.
    pub(super) fields: Vec<FieldError>,
    /// What else it tells.
    pub(super) context: Vec<(&'static str, String)>,
}

/// Reads a body that holds a failure.
pub(super) fn read(body: &[u8]) -> Said {
    match body.trim_ascii_start().first() {
        Some(b'{' | b'[') => match serde_json::from_slice::<Value>(body) {
            Ok(value) => shapes::json(&value),
            Err(_) => shapes::text(&String::from_utf8_lossy(body)),
        },
        Some(b'<') => {
            let text = String::from_utf8_lossy(body);
            shapes::xml(&text).unwrap_or_else(|| shapes::text(&text))
        }
        Some(_) => shapes::text(&String::from_utf8_lossy(body)),
        None => Said::default(),
    }
}

/// Whether a body that came with a status of success says that it failed all the same. Of a batch only the answer as a
/// whole is looked at: its items each have their own outcome.
pub(super) fn failed(body: &[u8], is_batch: bool) -> bool {
    if body.trim_ascii_start().first() == Some(&b'<') {
        return String::from_utf8_lossy(body).contains("<RestException");
    }
    let Ok(glance) = serde_json::from_slice::<Glance>(body) else {
        return false;
    };
    if glance.rest_exception.is_some() {
        return true;
    }
    let envelope_failed = glance.http_code.as_ref().and_then(shapes::status).is_some();
    match glance.response {
        // The envelope speaks for an item that does not speak for itself.
        Content::One(item) => item.failed() || (envelope_failed && item.is_silent()),
        Content::Many { failed } => failed && !is_batch,
        Content::None => {
            let says_failure = glance.status.as_ref().is_some_and(is_failure);
            says_failure
                || envelope_failed
                || glance.error_data.is_some_and(|data| data.is_object())
        }
    }
}

/// The request id of an envelope.
pub(super) fn request_id(body: &[u8]) -> Option<String> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    #[derive(Deserialize)]
    struct Head {
        #[serde(default)]
        request_id: Option<Value>,
    }
    let head: Head = serde_json::from_slice(body).ok()?;
    match head.request_id? {
        Value::String(id) if !id.trim().is_empty() => Some(id),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// The parts of an answer that tell success from failure.
#[derive(Deserialize)]
struct Glance {
    #[serde(default)]
    response: Content,
    #[serde(default)]
    http_code: Option<Value>,
    /// An item without an envelope.
    #[serde(default)]
    error_data: Option<Value>,
    #[serde(default)]
    status: Option<Value>,
    #[serde(default, rename = "RestException")]
    rest_exception: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    code: Option<Value>,
    #[serde(default)]
    status: Option<Value>,
}

impl Item {
    fn failed(&self) -> bool {
        self.status.as_ref().is_some_and(is_failure)
            || self.code.as_ref().and_then(shapes::status).is_some()
    }

    fn is_silent(&self) -> bool {
        self.status.is_none() && self.code.is_none()
    }
}

fn is_failure(status: &Value) -> bool {
    status
        .as_str()
        .is_some_and(|status| status.eq_ignore_ascii_case("failure"))
}

#[derive(Default)]
enum Content {
    #[default]
    None,
    One(Item),
    Many {
        failed: bool,
    },
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Content;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an item or a list of items")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Content, A::Error> {
                Item::deserialize(serde::de::value::MapAccessDeserializer::new(map))
                    .map(Content::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Content, A::Error> {
                let mut failed = false;
                while let Some(item) = items.next_element::<Item>()? {
                    failed |= item.failed();
                }
                Ok(Content::Many { failed })
            }

            fn visit_unit<E>(self) -> Result<Content, E> {
                Ok(Content::None)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_success_may_say_that_it_failed() {
        for (body, single, batch) in [
            (
                r#"{"response":{"code":409,"status":"failure"}}"#,
                true,
                true,
            ),
            (r#"{"response":{"status":"FAILURE"}}"#, true, true),
            (r#"{"response":{"code":"409"}}"#, true, true),
            (
                r#"{"response":{"code":200,"status":"success"}}"#,
                false,
                false,
            ),
            (
                r#"{"response":[{"code":400,"status":"failure"}]}"#,
                true,
                false,
            ),
            (
                r#"{"response":[{"code":200},{"status":"failure"}]}"#,
                true,
                false,
            ),
            (r#"{"response":[]}"#, false, false),
            (r#"{"response":null}"#, false, false),
            (
                r#"{"code":409,"error_data":{"code":1008},"status":"failure"}"#,
                true,
                true,
            ),
            (
                r#"{"sid":"TR1","status":"active","created_at":"x"}"#,
                false,
                false,
            ),
            (r#"{"RestException":{"Status":401}}"#, true, true),
            (
                "<TwilioResponse><RestException/></TwilioResponse>",
                true,
                true,
            ),
            ("<TwilioResponse><Call/></TwilioResponse>", false, false),
            ("", false, false),
            ("ok", false, false),
            (r#"{"response":"odd"}"#, false, false),
        ] {
            assert_eq!(failed(body.as_bytes(), false), single, "{body}");
            assert_eq!(failed(body.as_bytes(), true), batch, "{body}");
        }
    }

    #[test]
    fn the_request_id_is_any_text() {
        for (body, id) in [
            (
                r#"{"request_id":"b2c3d4e5f6a7","x":[1,{"y":2}]}"#,
                Some("b2c3d4e5f6a7"),
            ),
            (r#"{"request_id":17}"#, Some("17")),
            (r#"{"request_id":null}"#, None),
            (r#"{"request_id":" "}"#, None),
            (r#"{"x":1}"#, None),
            ("[1]", None),
            ("", None),
        ] {
            assert_eq!(request_id(body.as_bytes()).as_deref(), id, "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..200), text in "[{}\\[\\]\":,a-z0-9<>/ ]{0,80}") {
            for body in [body.as_slice(), text.as_bytes()] {
                let _ = (read(body), failed(body, false), request_id(body));
            }
        }
    }
}
