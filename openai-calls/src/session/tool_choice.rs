//! How freely a model may use its tools.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use voice_core::provider;

use crate::wire::{Fields, Lenient, model};

/// How freely a model may use its tools.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// Not at all.
    None,
    /// As it sees fit; the default.
    Auto,
    /// It must use one.
    Required,
    /// It must use this function.
    Function(ForcedFunction),
    /// It must use this MCP server.
    Mcp(ForcedMcp),
    /// One this version does not know, as it came.
    Other(Value),
}

impl ToolChoice {
    /// It must use this function.
    #[must_use]
    pub fn function(name: impl Into<String>) -> Self {
        Self::Function(ForcedFunction::new(name))
    }

    fn from_value(value: Value) -> Self {
        match value {
            Value::String(word) => match word.as_str() {
                "none" => Self::None,
                "auto" => Self::Auto,
                "required" => Self::Required,
                _ => Self::Other(Value::String(word)),
            },
            Value::Object(map) => match map.get("type").and_then(Value::as_str) {
                Some("function") => Self::Function(ForcedFunction::read_tagged(map)),
                Some("mcp") => Self::Mcp(ForcedMcp::read_tagged(map)),
                _ => Self::Other(Value::Object(map)),
            },
            other => Self::Other(other),
        }
    }
}

impl From<provider::ToolChoice> for ToolChoice {
    fn from(choice: provider::ToolChoice) -> Self {
        match choice {
            provider::ToolChoice::None => Self::None,
            provider::ToolChoice::Required => Self::Required,
            provider::ToolChoice::Named(name) => Self::function(name),
            // Whatever is added there leaves the choice to the model.
            _ => Self::Auto,
        }
    }
}

impl fmt::Debug for ToolChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Auto => f.write_str("Auto"),
            Self::Required => f.write_str("Required"),
            Self::Function(function) => function.fmt(f),
            Self::Mcp(server) => server.fmt(f),
            Self::Other(_) => f.write_str("Other"),
        }
    }
}

impl Serialize for ToolChoice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_str("none"),
            Self::Auto => serializer.serialize_str("auto"),
            Self::Required => serializer.serialize_str("required"),
            Self::Function(function) => function.serialize(serializer),
            Self::Mcp(server) => server.serialize(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ToolChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from_value)
    }
}

impl Lenient for ToolChoice {
    fn read(value: Value) -> Result<Self, Value> {
        Ok(Self::from_value(value))
    }
}

model! {
    /// A function that must be used.
    both ForcedFunction as "function" {
        /// Its name.
        name: String => "name",
    }
}

impl ForcedFunction {
    /// The function of this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self::default().name(name)
    }
}

model! {
    /// An MCP server that must be used.
    both ForcedMcp as "mcp" {
        /// The server's label.
        server_label: String => "server_label",
        /// Which of its tools; any unless set.
        name: String => "name" null,
    }
}

impl ForcedMcp {
    /// The server of this label.
    #[must_use]
    pub fn new(server_label: impl Into<String>) -> Self {
        Self::default().server_label(server_label)
    }
}
