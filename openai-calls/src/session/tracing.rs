//! Traces that the API keeps of a session.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{JsonMap, Setting};
use crate::wire::{Fields, Lenient, model};

/// Whether the API keeps a trace of the session, and under which name. It cannot change once it is on.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Tracing {
    /// With the API's own names.
    Auto,
    /// With these.
    Details(TracingDetails),
    /// One this version does not know, as it came.
    Other(Value),
}

impl From<TracingDetails> for Tracing {
    fn from(details: TracingDetails) -> Self {
        Self::Details(details)
    }
}

impl From<TracingDetails> for Setting<Tracing> {
    fn from(details: TracingDetails) -> Self {
        Self::Value(details.into())
    }
}

impl std::fmt::Debug for Tracing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Auto => f.write_str("Auto"),
            Self::Details(details) => details.fmt(f),
            Self::Other(_) => f.write_str("Other"),
        }
    }
}

impl Serialize for Tracing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Auto => serializer.serialize_str("auto"),
            Self::Details(details) => details.serialize(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Tracing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from_value)
    }
}

impl Tracing {
    fn from_value(value: Value) -> Self {
        match value {
            Value::String(word) if word == "auto" => Self::Auto,
            Value::Object(map) => Self::Details(TracingDetails::read_fields(map)),
            other => Self::Other(other),
        }
    }
}

impl Lenient for Tracing {
    fn read(value: Value) -> Result<Self, Value> {
        Ok(Self::from_value(value))
    }
}

model! {
    /// What a trace is called.
    plain TracingDetails {
        /// The workflow's name.
        workflow_name: String => "workflow_name",
        /// An id that several traces share.
        group_id: String => "group_id",
        /// Anything else that is to stand with it.
        metadata: JsonMap => "metadata",
    }
}
