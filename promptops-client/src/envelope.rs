//! The two forms of a success: the bare value, which the server sends, and the envelope, which is documented.
//!
//! An object whose `success` is a boolean is an envelope; everything else is the value itself. So a prompt whose own map
//! has a field `success` that is not a boolean is not taken for one.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use voice_core::client::{RequestBuilder, Response};
use voice_core::error::Error;

use crate::macros::model;
use crate::models::{JsonMap, PoTime};

/// A value out of either form of body; also for requests made through
/// [`PromptOpsClient::raw`](crate::PromptOpsClient::raw).
///
/// ```
/// use promptops_client::envelope::Enveloped;
///
/// let bare: Enveloped<Vec<u32>> = serde_json::from_str("[1, 2]")?;
/// let wrapped: Enveloped<Vec<u32>> = serde_json::from_str(r#"{"success": true, "data": [1, 2]}"#)?;
/// assert_eq!(bare.value, wrapped.value);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Enveloped<T> {
    /// The value.
    pub value: T,
    /// What the envelope said beside it.
    pub metadata: Option<Metadata>,
}

model! {
    /// What an envelope says beside its value.
    Metadata () {
        /// The request's id.
        request_id: String,
        /// How long it took, in milliseconds.
        processing_time_ms: f64,
        /// Whether it came from the service's cache.
        cache_hit: bool,
        /// When it was answered.
        timestamp: PoTime,
        /// How many items a list has in all.
        total: u64,
        /// How many items a page has at most.
        limit: u64,
        /// How many items stand before the page.
        offset: u64,
        /// Whether more follow.
        has_more: bool,
    } []
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Enveloped<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (value, metadata) = open(Value::deserialize(deserializer)?);
        // Metadata is beside the point: what cannot be read of it is no reason to lose the value.
        let metadata = metadata.and_then(|metadata| serde_json::from_value(metadata).ok());
        let value = T::deserialize(value).map_err(D::Error::custom)?;
        Ok(Self { value, metadata })
    }
}

/// The value and the metadata of a body. An envelope without `data` is its own value: it holds a message.
fn open(body: Value) -> (Value, Option<Value>) {
    let Value::Object(mut object) = body else {
        return (body, None);
    };
    if !object.get("success").is_some_and(Value::is_boolean) {
        return (Value::Object(object), None);
    }
    let metadata = object.remove("metadata");
    match object.remove("data") {
        Some(Value::Null) | None => {
            object.remove("success");
            (Value::Object(object), metadata)
        }
        Some(data) => (data, metadata),
    }
}

/// Sends a request and takes the value out of either form.
pub(crate) async fn read<T: DeserializeOwned>(
    request: RequestBuilder<'_>,
) -> Result<Response<T>, Error> {
    let answer = request.send::<Enveloped<T>>().await?;
    Ok(answer.map(|enveloped| enveloped.value))
}

/// The words of a success that has nothing else to say; empty when there are none.
pub(crate) async fn message(request: RequestBuilder<'_>) -> Result<Response<String>, Error> {
    let answer = request.send_raw().await?;
    let words = serde_json::from_slice::<Value>(&answer)
        .ok()
        .and_then(|body| said(&body));
    Ok(answer.map(|_| words.unwrap_or_default()))
}

fn said(body: &Value) -> Option<String> {
    let inner = body.get("data").and_then(|data| data.get("message"));
    let message = inner.or_else(|| body.get("message"))?.as_str()?;
    Some(message.to_owned())
}

/// Whether a body is an envelope that says no.
pub(crate) fn says_no(body: &[u8]) -> bool {
    // Most bodies have no such word, and need not be read twice.
    let has_word = body
        .windows(b"\"success\"".len())
        .any(|window| window == b"\"success\"");
    has_word
        && read_object(body).is_some_and(|body| body.get("success") == Some(&Value::Bool(false)))
}

/// A body, if it is an object.
pub(crate) fn read_object(body: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(body).ok()
}

/// The request id an envelope names.
pub(crate) fn request_id(body: &[u8]) -> Option<String> {
    let object = read_object(body)?;
    let id = object.get("metadata")?.get("request_id")?.as_str()?;
    (!id.is_empty()).then(|| id.to_owned())
}

/// An object that may be left out, as one that is sent.
pub(crate) fn or_empty(map: Option<&JsonMap>) -> JsonMap {
    map.cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn opened(body: Value) -> Value {
        serde_json::from_value::<Enveloped<Value>>(body)
            .unwrap()
            .value
    }

    #[test]
    fn only_a_boolean_success_makes_an_envelope() {
        for (body, value) in [
            (json!({"success": true, "data": {"a": 1}}), json!({"a": 1})),
            (json!({"success": true, "data": []}), json!([])),
            (json!({"success": true, "data": {}}), json!({})),
            (
                json!({"success": "yes", "data": 1}),
                json!({"success": "yes", "data": 1}),
            ),
            (json!({"id": "x", "data": 1}), json!({"id": "x", "data": 1})),
            (
                json!([{"success": true, "data": 1}]),
                json!([{"success": true, "data": 1}]),
            ),
            (
                json!({"success": true, "message": "done", "data": null}),
                json!({"message": "done"}),
            ),
        ] {
            assert_eq!(opened(body.clone()), value, "{body}");
        }
    }

    #[test]
    fn metadata_is_read_and_never_costs_the_value() {
        let read: Enveloped<u32> = serde_json::from_value(json!({"success": true, "data": 1,
            "metadata": {"request_id": "req-1", "processing_time_ms": 45, "cache_hit": true}}))
        .unwrap();
        assert_eq!(read.metadata.unwrap().request_id.as_deref(), Some("req-1"));
        let odd: Enveloped<u32> =
            serde_json::from_value(json!({"success": true, "data": 1, "metadata": "none"}))
                .unwrap();
        assert_eq!((odd.value, odd.metadata), (1, None));
    }

    #[test]
    fn a_no_is_told_at_the_top_only() {
        assert!(says_no(br#"{"success": false, "error": "x"}"#));
        for yes in [
            r#"{"success": true}"#,
            r#"{"data": {"success": false}}"#,
            r#"{"success": "false"}"#,
            r#"[{"success": false}]"#,
            "",
            "<html>",
        ] {
            assert!(!says_no(yes.as_bytes()), "{yes}");
        }
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("success|data|metadata|[a-z]{1,3}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_wrapped_comes_out_again(value in json_value().prop_filter("no data is no value", |v| !v.is_null())) {
            prop_assert_eq!(opened(json!({"success": true, "data": value})), value);
        }

        #[test]
        fn what_is_no_envelope_comes_through_unchanged(value in json_value()) {
            let wrapped = value.get("success").is_some_and(Value::is_boolean);
            if !wrapped {
                prop_assert_eq!(opened(value.clone()), value);
            }
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = (says_no(&bytes), request_id(&bytes));
        }
    }
}
