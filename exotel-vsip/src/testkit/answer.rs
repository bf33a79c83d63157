//! What v2 says, before it is put into words: the envelope of the live API here, the words of the older guide in `guide`.

use serde_json::{Map, Value, json};
use voice_core::testkit::SimAnswer;

/// A good answer of v2.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    /// One object, or null.
    One(Value),
    /// A list; without metadata when there is none.
    List(Vec<Value>, Option<Value>),
    /// A batch.
    Batch(Vec<Result<Value, Refusal>>, Failed),
    /// An object without an envelope.
    Bare(Value),
}

/// Whether the metadata of a batch counts failures even when there are none: recorded for destinations, not for settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failed {
    Always,
    WhenAny,
}

/// Why v2 refuses a request, or an item of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The status on the wire; of a duplicate it is 200.
    pub(super) wire: u16,
    /// The status of the item.
    pub(super) status: u16,
    pub(super) code: u32,
    pub(super) message: &'static str,
    pub(super) description: String,
    /// The field it is about, for the older guide's words.
    pub(super) field: &'static str,
    /// What is there already.
    pub(super) existing: Option<String>,
}

impl Refusal {
    fn new(status: u16, code: u32, message: &'static str, description: impl Into<String>) -> Self {
        Self {
            wire: status,
            status,
            code,
            message,
            description: description.into(),
            field: "",
            existing: None,
        }
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, 1000, "Not Found", "Not Found")
    }

    pub(super) fn mandatory(name: &str, field: &'static str) -> Self {
        Self {
            field,
            ..Self::new(
                400,
                1001,
                "Mandatory Parameter missing",
                format!("{name} is mandatory"),
            )
        }
    }

    pub(super) fn invalid(description: &str, field: &'static str) -> Self {
        Self {
            field,
            ..Self::new(400, 1002, "Invalid parameter", description)
        }
    }

    pub(super) fn forbidden() -> Self {
        Self::new(403, 1003, "Authorization failed", "Authorization failed")
    }

    pub(super) fn malformed(description: impl Into<String>) -> Self {
        Self::new(
            400,
            1007,
            "Invalid request body,failed parsing ",
            description,
        )
    }

    /// On the wire it is a success.
    pub(super) fn duplicate(
        description: String,
        field: &'static str,
        existing: Option<&str>,
    ) -> Self {
        Self {
            wire: 200,
            field,
            existing: existing.map(str::to_owned),
            ..Self::new(409, 1008, "Duplicate resource", description)
        }
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(401, 1010, "Authorization failed", "Authorization failed")
    }

    pub(super) fn content_type(given: &str) -> Self {
        Self::new(415, 1011, "unsupported content type", given)
    }

    pub(super) fn too_many() -> Self {
        Self::new(429, 1030, "Rate limit exceeded", "Too many requests")
    }

    fn item(&self) -> Value {
        json!({
            "code": self.status,
            "error_data": {"code": self.code, "message": self.message, "description": self.description},
            "status": "failure",
            "data": null,
        })
    }
}

fn success(data: &Value) -> Value {
    json!({"code": 200, "error_data": null, "status": "success", "data": data})
}

/// Puts an answer into the live API's envelope.
pub(super) fn envelope(said: &Result<Said, Refusal>, method: &str, request_id: &str) -> SimAnswer {
    let (status, metadata, response) = match said {
        Err(refusal) => (refusal.wire, None, refusal.item()),
        Ok(Said::One(data)) => (200, None, success(data)),
        Ok(Said::List(items, metadata)) => {
            let items = items.iter().map(success).collect();
            (200, metadata.clone(), Value::Array(items))
        }
        Ok(Said::Batch(items, counted)) => {
            let failed = items.iter().filter(|item| item.is_err()).count();
            let mut metadata = Map::new();
            metadata.insert("total".to_owned(), items.len().into());
            metadata.insert("success".to_owned(), (items.len() - failed).into());
            if failed > 0 || *counted == Failed::Always {
                metadata.insert("failed".to_owned(), failed.into());
            }
            let response = items
                .iter()
                .map(|item| item.as_ref().map_or_else(Refusal::item, success))
                .collect();
            let status = if failed > 0 { 207 } else { 200 };
            (
                status,
                Some(Value::Object(metadata)),
                Value::Array(response),
            )
        }
        Ok(Said::Bare(body)) => return SimAnswer::json(200, body),
    };
    let mut body = Map::new();
    body.insert("request_id".to_owned(), request_id.into());
    body.insert("method".to_owned(), method.into());
    body.insert("http_code".to_owned(), status.into());
    if let Some(metadata) = metadata {
        body.insert("metadata".to_owned(), metadata);
    }
    body.insert("response".to_owned(), response);
    SimAnswer::json(status, &Value::Object(body))
}
